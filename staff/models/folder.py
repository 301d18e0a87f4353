"""What a worker's supervision folder holds of papers and checks: registration, insurance, DBS, qualifications, appraisals."""

from typing import ClassVar, Self

from django.db import models
from django.db.models import F, Q

from core.actor import Actor, Role
from core.fields import ContentField
from core.models import AppendOnly, Identified
from staff.models.people import StaffMember


class FolderQuerySet(models.QuerySet["FolderItem"]):
    def visible_to(self, actor: Actor) -> Self:
        """One's own; of those supervised, and of whose supervisor one manages; under a grant; HR (sight: folder)."""
        if actor.hat is Role.HR:
            return self
        near = {actor.staff_id} | actor.supervises | actor.next_up_for | actor.granted_people
        return self.filter(person_id__in=near)

    def standing(self) -> Self:
        """Those that nobody has withdrawn."""
        return self.filter(withdrawn_at=None)

    def latest_of_each(self) -> Self:
        """Of each person and kind the latest that stands: what came before is history."""
        return (
            self.standing()
            .order_by("person_id", "kind", "-dated_on", "-recorded_at", "-pk")
            .distinct("person_id", "kind")
        )


class KeptRow(Identified):
    """Something entered once and never changed: a later one takes its place, a wrong one is withdrawn with a reason."""

    updatable_columns: ClassVar[tuple[str, ...]] = ("withdrawn_by_id", "withdrawn_at", "withdrawn_because")

    person = models.ForeignKey(StaffMember, models.PROTECT, related_name="+")
    recorded_by = models.ForeignKey(StaffMember, models.PROTECT, related_name="+")
    recorded_at = models.DateTimeField()
    withdrawn_by = models.ForeignKey(StaffMember, models.PROTECT, null=True, related_name="+")
    withdrawn_at = models.DateTimeField(null=True)
    withdrawn_because = ContentField(default="")

    class Meta:
        abstract = True


class FolderRow(KeptRow):
    """A row of which the supervisor says that the paper itself was shown: ``seen_by``."""

    updatable_columns: ClassVar[tuple[str, ...]] = ("seen_by_id", "seen_at", *KeptRow.updatable_columns)

    seen_by = models.ForeignKey(StaffMember, models.PROTECT, null=True, related_name="+")
    seen_at = models.DateTimeField(null=True)

    class Meta:
        abstract = True


def withdrawn_with_a_reason(name: str) -> models.CheckConstraint:
    """Withdrawn by somebody, at some time and with a reason, or not at all."""
    return models.CheckConstraint(
        name=f"{name}_withdrawn_with_a_reason",
        condition=Q(withdrawn_at=None, withdrawn_by=None, withdrawn_because="")
        | Q(withdrawn_at__isnull=False, withdrawn_by__isnull=False) & ~Q(withdrawn_because=""),
    )


def row_constraints(name: str) -> list[models.BaseConstraint]:
    """Withdrawn only with a reason; seen only by somebody else."""
    return [
        withdrawn_with_a_reason(name),
        models.CheckConstraint(
            name=f"{name}_seen_by_somebody_else", condition=Q(seen_by=None) | ~Q(seen_by=F("person"))
        ),
    ]


class FolderItem(FolderRow):
    """A paper or a check of a person. An old one is history.

    ``issuer``: the regulator, or who awarded a qualification. ``reference``: a number as text, or what a qualification
    is called. ``outcome``: how a registration stands, and by what insurance is known. ``dated_on``: checked, seen,
    awarded or held on. ``valid_to``: its last day; of an appraisal the day on which the next is due.
    """

    class Kind(models.TextChoices):
        REGISTRATION = "registration", "Registration"
        INSURANCE = "insurance", "Car insurance for business use"
        DBS = "dbs", "DBS check"
        QUALIFICATION = "qualification", "Qualification"
        APPRAISAL = "appraisal", "Appraisal"

    class Outcome(models.TextChoices):
        REGISTERED = "registered", "Registered"
        CONDITIONS = "conditions", "Registered, with conditions"
        SUSPENDED = "suspended", "Suspended"
        NOT_REGISTERED = "not_registered", "Not on the register"
        CERTIFICATE = "certificate", "The certificate was seen"
        VERIFIED = "verified", "Somebody verified it"
        NO_DRIVING = "no_driving", "Does not drive for work"

    kind = models.CharField(max_length=20, choices=Kind)
    issuer = models.CharField(max_length=100, blank=True)
    reference = ContentField(blank=True)
    outcome = models.CharField(max_length=20, choices=Outcome, blank=True)
    dated_on = models.DateField()
    valid_to = models.DateField(null=True)

    objects = FolderQuerySet.as_manager()

    class Meta:
        constraints = [
            *row_constraints("folder_item"),
            models.CheckConstraint(
                name="folder_item_ends_after_its_date", condition=Q(valid_to=None) | Q(valid_to__gte=F("dated_on"))
            ),
            models.CheckConstraint(
                name="folder_item_outcome_of_its_kind",
                condition=Q(
                    kind="registration", outcome__in=["registered", "conditions", "suspended", "not_registered"]
                )
                | Q(kind="insurance", outcome__in=["certificate", "verified", "no_driving"])
                | Q(kind__in=["dbs", "qualification", "appraisal"], outcome=""),
            ),
            models.CheckConstraint(
                name="folder_item_dbs_has_no_end", condition=~Q(kind__in=["dbs", "qualification"]) | Q(valid_to=None)
            ),
        ]
        indexes = [
            models.Index(
                fields=["person", "kind", "-dated_on", "-recorded_at"],
                condition=Q(withdrawn_at=None),
                name="folder_item_latest",
            )
        ]

    def __str__(self) -> str:
        return f"{self.kind} {self.pk}"


class ExpiryTold(AppendOnly):
    """That those concerned were told before, on or after the last day of something; each once."""

    class Stage(models.TextChoices):
        BEFORE = "before", "Before"
        ON = "on", "On the day"
        AFTER = "after", "After"

    item = models.ForeignKey(FolderItem, models.PROTECT, related_name="told")
    stage = models.CharField(max_length=10, choices=Stage)
    told_on = models.DateField()

    class Meta(AppendOnly.Meta):
        abstract = False
        constraints = [models.UniqueConstraint(fields=["item", "stage"], name="expiry_told_once_a_stage")]

    def __str__(self) -> str:
        return f"{self.item_id} {self.stage}"
