"""Audits of supervision files, and the draws by which files and children were chosen."""

from datetime import date, datetime
from typing import Any, ClassVar

from django.contrib.postgres.expressions import ArraySubquery
from django.db import models
from django.db.models import Exists, F, OuterRef, Q, Subquery
from django.db.models.functions import JSONObject

from cases.models import Child
from core.actor import Actor
from core.dated import ends_after_it_starts
from core.fields import ContentField
from core.models import AppendOnly, Identified
from records.models import Part, Record
from records.rules import PartKind
from staff.models import StaffMember, Team, of_those_supervised


class DrawQuerySet(models.QuerySet["Draw"]):
    def visible_to(self, actor: Actor) -> "DrawQuerySet":
        """Those of one's own audits, and of those below in the line: with whose files were in the pool, and why another
        was drawn, which is for neither of the two who were audited.
        """
        return self.filter(for_audit__in=Audit.objects.done_or_below(actor))


class Draw(AppendOnly):
    """A random choice that anybody can make again: the seed, from what was drawn, and what came out.

    ``pool``: a list of ``{"id", "stratum"}`` in the order of their ids; ``picked``: ids in the order in which they were
    drawn. ``for_audit``: the audit that it was made for, which may have had others. ``replaces``: the draw in whose place
    this one stands, with the ``reason``.
    """

    class Of(models.TextChoices):
        FILE = "file", "The file to audit"
        CHILDREN = "children", "The children of section 3"

    for_audit = models.ForeignKey("Audit", models.PROTECT, related_name="draws")
    of = models.CharField(max_length=10, choices=Of)
    seed = models.CharField(max_length=64)
    pool = models.JSONField()
    picked = models.JSONField()
    drawn_by = models.ForeignKey(StaffMember, models.PROTECT, related_name="+")
    drawn_at = models.DateTimeField()
    replaces = models.OneToOneField("self", models.PROTECT, null=True, related_name="replaced_by")
    reason = ContentField(blank=True)

    objects = DrawQuerySet.as_manager()

    class Meta(AppendOnly.Meta):
        abstract = False
        constraints = [
            models.CheckConstraint(name="draw_again_needs_a_reason", condition=Q(replaces=None) | ~Q(reason=""))
        ]

    def __str__(self) -> str:
        return f"{self.of} {self.seed[:8]}"


def _done_or_below(actor: Actor) -> Q:
    managed = (actor.manages | actor.next_up_for | actor.above_for) - {actor.staff_id}
    by_those_below = Q(auditor_id__in=managed) | Q(supervisor_id__in=managed)
    by_those_below |= of_those_supervised(actor, person="auditor_id", day="planned_at__date")
    by_those_below &= ~Q(file_of_id=actor.staff_id) & ~Q(supervisor_id=actor.staff_id)
    return Q(auditor_id=actor.staff_id) | by_those_below


class AuditQuerySet(models.QuerySet["Audit"]):
    def visible_to(self, actor: Actor) -> "AuditQuerySet":
        """One's own as auditor; those that people below in the line do, or that are about supervision that they give; once
        signed, of one's own supervision; and what a grant opens, to whom it was shared with or who moderates it (sight:
        audit, observation).
        """
        signed = Exists(Part.objects.filter(record=OuterRef("record")))
        audited = Q(supervisor_id=actor.staff_id) | Q(record_id__in=actor.granted_records)
        return self.filter(_done_or_below(actor) | audited & signed)

    def done_or_below(self, actor: Actor) -> "AuditQuerySet":
        """One's own as auditor, and those that people below in the line do, or that are about supervision that they give."""
        return self.filter(_done_or_below(actor))

    def standing(self) -> "AuditQuerySet":
        """Those that nobody has given up."""
        return self.filter(given_up_at=None)

    def with_people(self) -> "AuditQuerySet":
        """With those whom pages name."""
        return self.select_related("auditor", "file_of", "supervisor", "team", "planned_by")

    def with_done_at(self) -> "AuditQuerySet":
        """Annotates ``done_at``: when the auditor signed; None before."""
        parts = Part.objects.filter(record=OuterRef("record")).order_by("seq")
        return self.annotate(done_at=Subquery(parts.values("signed_at")[:1]))

    def to_examine(self) -> "AuditQuerySet":
        """With people, and annotates ``last_of_file_at``, when another audit of the same file was signed last, and
        ``drawn``: the children of section 3, each with id and reference.
        """
        others = Part.objects.filter(record__audit__file_of=OuterRef("file_of"), kind=PartKind.TEXT)
        last = others.exclude(record__audit=OuterRef("pk")).order_by("-signed_at").values("signed_at")[:1]
        child = JSONObject(id="child_id", reference="child__reference")
        drawn = AuditedChild.objects.filter(audit=OuterRef("pk")).order_by("child__reference").values(row=child)
        return self.annotate(last_of_file_at=Subquery(last), drawn=ArraySubquery(drawn)).with_people()

    def with_record(self) -> "AuditQuerySet":
        """With the record and those whom its pages name."""
        return self.select_related("record__subject", "record__author", "record__draft_share")

    def locked(self, actor: Actor) -> "AuditQuerySet":
        """Those within sight, their rows held until the transaction ends."""
        return self.visible_to(actor).select_for_update(of=("self",), no_key=True)

    def unsigned(self) -> "AuditQuerySet":
        """Those that their auditor has not signed."""
        return self.exclude(Exists(Part.objects.filter(record=OuterRef("record"))))

    def of_year_or_open(self, starts_on: date, ends_on: date) -> "AuditQuerySet":
        """Those that count for a period of a year (half-open), were planned in it, or are not signed yet."""
        of_period = Q(starts_on__gte=starts_on, starts_on__lt=ends_on)
        on_top = Q(starts_on=None, planned_at__date__gte=starts_on, planned_at__date__lt=ends_on)
        signed = Exists(Part.objects.filter(record=OuterRef("record")))
        return self.filter(of_period | on_top | ~Q(signed))


class Audit(Identified):
    """One audit of one person's supervision file: planned, booked, opened, and done once its record is signed.

    ``supervisor``: whose supervision it looks at, the supervisor of that file when it was drawn; ``duty``: of the policy's
    timetable, by its id, with the period (half-open) that it counts for; none: on top of the timetable. ``appointed_by``:
    who gave it to its auditor, and in whose name sight of the file is given; none: the auditor drew it.
    """

    # Annotated by to_examine
    last_of_file_at: datetime | None
    drawn: list[dict[str, Any]]

    updatable_columns: ClassVar[tuple[str, ...]] = (
        "auditor_id",
        "appointed_by_id",
        "file_of_id",
        "supervisor_id",
        "team_id",
        "draw_id",
        "booked_on",
        "record_id",
        "opened_at",
        "given_up_at",
        "given_up_because",
    )

    auditor = models.ForeignKey(StaffMember, models.PROTECT, related_name="audits_to_do")
    appointed_by = models.ForeignKey(StaffMember, models.PROTECT, null=True, related_name="+")
    file_of = models.ForeignKey(StaffMember, models.PROTECT, related_name="audits_of_file")
    supervisor = models.ForeignKey(StaffMember, models.PROTECT, related_name="audits_of_supervision")
    team = models.ForeignKey(Team, models.PROTECT, null=True, related_name="+")
    draw = models.OneToOneField(Draw, models.PROTECT, related_name="audit")
    duty = models.CharField(max_length=120, blank=True)
    starts_on = models.DateField(null=True)
    ends_on = models.DateField(null=True)
    planned_by = models.ForeignKey(StaffMember, models.PROTECT, related_name="+")
    planned_at = models.DateTimeField()
    booked_on = models.DateField(null=True)
    record = models.OneToOneField(Record, models.PROTECT, null=True, related_name="audit")
    opened_at = models.DateTimeField(null=True)
    given_up_at = models.DateTimeField(null=True)
    given_up_because = ContentField(blank=True)

    # What the querysets annotate
    done_at: datetime | None

    objects = AuditQuerySet.as_manager()

    class Meta:
        constraints = [
            ends_after_it_starts("audit_period_ends_after_it_starts"),
            models.CheckConstraint(
                name="audit_by_neither_of_the_two",
                condition=~Q(auditor=F("file_of")) & ~Q(auditor=F("supervisor")) & ~Q(supervisor=F("file_of")),
            ),
            models.CheckConstraint(
                name="audit_opened_with_a_record", condition=Q(record=None, opened_at=None) | Q(record__isnull=False)
            ),
        ]
        indexes = [
            models.Index(fields=["auditor"], condition=Q(given_up_at=None), name="audit_of_auditor"),
            models.Index(fields=["supervisor", "starts_on"], name="audit_of_supervisor"),
            models.Index(fields=["file_of"], name="audit_of_file"),
        ]

    def __str__(self) -> str:
        return f"audit of {self.file_of_id} by {self.auditor_id}"

    @property
    def is_signed(self) -> bool:
        """Whether the auditor has signed; one query."""
        return self.record_id is not None and Part.objects.filter(record_id=self.record_id).exists()


class AuditedChild(Identified):
    """A child of section 3, with the draw that chose it. Another draw takes the rows away and puts others there."""

    audit = models.ForeignKey(Audit, models.PROTECT, related_name="children")
    child = models.ForeignKey(Child, models.PROTECT, related_name="+")
    draw = models.ForeignKey(Draw, models.PROTECT, related_name="children")

    class Meta:
        constraints = [models.UniqueConstraint(fields=["audit", "child"], name="audited_child_once")]

    def __str__(self) -> str:
        return f"{self.child_id} in {self.audit_id}"
