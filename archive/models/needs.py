"""Requests for sight by those with a need to know: who asks for whom, of what, why and how long; what somebody answered."""

from datetime import date, timedelta
from typing import ClassVar

from django.db import models
from django.db.models import Exists, F, OuterRef, Q

from cases.models import Child
from core.actor import Actor, Role
from core.dated import ends_after_it_starts
from core.fields import ContentField
from core.models import AppendOnly, Identified
from records.models import Record
from staff.models import SightGrant, StaffMember

ANSWERING_ROLES = frozenset({Role.ASSISTANT_DIRECTOR, Role.DIRECTOR})
BASES = [
    (basis.value, basis.label)
    for basis in (
        SightGrant.Basis.INSPECTION,
        SightGrant.Basis.INVESTIGATION,
        SightGrant.Basis.REGULATOR,
        SightGrant.Basis.DATA_PROTECTION,
    )
]


class NeedToKnowQuerySet(models.QuerySet["NeedToKnow"]):
    def visible_to(self, actor: Actor) -> "NeedToKnowQuerySet":
        """Who asked, and who may answer or answered. Whom it is about, and who may read, are told what is theirs elsewhere."""
        return self.filter(Q(asked_by=actor.staff_id) | Q(answered_by=actor.staff_id) | self._answerable(actor))

    def to_answer(self, actor: Actor) -> "NeedToKnowQuerySet":
        """Those that wait, and that the actor may answer."""
        return self.waiting().filter(self._answerable(actor)).exclude(ends_on__lte=actor.on)

    def waiting(self) -> "NeedToKnowQuerySet":
        """Those that nobody has answered or taken back."""
        return self.filter(answered_at=None, ended_at=None)

    def in_force(self, on: date) -> "NeedToKnowQuerySet":
        """Those approved that nobody has ended, on a day before their end."""
        return self.filter(is_approved=True, ended_at=None, ends_on__gt=on)

    def without_account(self, on: date) -> "NeedToKnowQuerySet":
        """Those for somebody from outside who cannot sign in yet, or no more by then; for system administrators."""
        return self.filter(ended_at=None, ends_on__gt=on, grantee=None).exclude(is_approved=False)

    def with_people(self) -> "NeedToKnowQuerySet":
        """Each with its people and what it is about, in the same query."""
        return self.select_related("asked_by", "grantee", "answered_by", "ended_by", "whole_of", "child")

    @staticmethod
    def _answerable(actor: Actor) -> Q:
        """HR; an assistant director or director in whose line everybody is whom it is about. Never who asked, who is to
        read, or whom it is about.
        """
        subjects = NeedSubject.objects.filter(request=OuterRef("pk"))
        oneself = Q(asked_by=actor.staff_id) | Q(grantee=actor.staff_id, grantee__isnull=False)
        others = ~oneself & ~Q(Exists(subjects.filter(person=actor.staff_id)))
        if actor.hat is Role.HR:
            return others
        if not actor.roles & ANSWERING_ROLES:
            return Q(pk=None)
        below = actor.manages | actor.next_up_for | actor.above_for
        return others & ~Q(Exists(subjects.exclude(person__in=below)))


class NeedToKnow(Identified):
    """That somebody may read exact records, a child's entries or a person's file, from a day up to, not including, another.

    ``grantee``: a colleague; or somebody of another organisation, who has none until a system administrator lets
    ``guest_email`` in. ``why_whole``: why no less than the whole file will do. ``why_not_told``: why the worker is not told
    from the first; told from ``told_from`` on, where that is known. ``given_at``: from when on the grants of sight stand.
    """

    updatable_columns: ClassVar[tuple[str, ...]] = (
        *("grantee_id", "answered_by_id", "answered_at", "is_approved", "answer"),
        *("given_at", "told_from", "told_at", "ended_by_id", "ended_at", "end_reason"),
    )

    asked_by = models.ForeignKey(StaffMember, models.PROTECT, related_name="needs_asked")
    asked_at = models.DateTimeField()
    grantee = models.ForeignKey(StaffMember, models.PROTECT, null=True, related_name="needs_to_know")
    guest_name = models.CharField(max_length=200, blank=True)
    guest_organisation = models.CharField(max_length=200, blank=True)
    guest_email = models.EmailField(blank=True)
    basis = models.CharField(max_length=20, choices=BASES)
    purpose = models.CharField(max_length=500)
    whole_of = models.ForeignKey(StaffMember, models.PROTECT, null=True, related_name="+")
    why_whole = ContentField(blank=True)
    child = models.ForeignKey(Child, models.PROTECT, null=True, related_name="+")
    starts_on = models.DateField()
    ends_on = models.DateField()
    masked = models.BooleanField(default=True)
    why_unmasked = ContentField(blank=True)
    why_not_told = ContentField(blank=True)
    told_from = models.DateField(null=True)
    told_at = models.DateTimeField(null=True)
    answered_by = models.ForeignKey(StaffMember, models.PROTECT, null=True, related_name="+")
    answered_at = models.DateTimeField(null=True)
    is_approved = models.BooleanField(null=True)
    answer = ContentField(blank=True)
    given_at = models.DateTimeField(null=True)
    ended_by = models.ForeignKey(StaffMember, models.PROTECT, null=True, related_name="+")
    ended_at = models.DateTimeField(null=True)
    end_reason = ContentField(blank=True)

    objects = NeedToKnowQuerySet.as_manager()

    class Meta:
        constraints = [
            ends_after_it_starts("need_ends_after_it_starts"),
            models.CheckConstraint(name="need_not_ones_own", condition=Q(grantee=None) | ~Q(grantee=F("asked_by"))),
            models.CheckConstraint(
                name="need_answered_by_another", condition=Q(answered_by=None) | ~Q(answered_by=F("asked_by"))
            ),
            models.CheckConstraint(
                name="need_answered_or_not",
                condition=Q(answered_at=None, answered_by=None, is_approved=None)
                | Q(answered_at__isnull=False, answered_by__isnull=False, is_approved__isnull=False),
            ),
            models.CheckConstraint(
                name="need_given_when_approved", condition=Q(given_at=None) | Q(is_approved=True, grantee__isnull=False)
            ),
            models.CheckConstraint(name="need_whole_has_a_reason", condition=Q(whole_of=None) | ~Q(why_whole="")),
            models.CheckConstraint(name="need_of_file_or_child", condition=Q(whole_of=None) | Q(child=None)),
            models.CheckConstraint(name="need_unmasked_has_a_reason", condition=Q(masked=True) | ~Q(why_unmasked="")),
            models.CheckConstraint(name="need_of_somebody", condition=Q(grantee__isnull=False) | ~Q(guest_email="")),
        ]
        indexes = [
            models.Index(fields=["ends_on"], condition=Q(answered_at=None, ended_at=None), name="need_waiting"),
        ]

    def __str__(self) -> str:
        return f"{self.basis}, {self.pk}"

    @property
    def last_day(self) -> date:
        """The last day of sight, as people say it."""
        return self.ends_on - timedelta(days=1)

    @property
    def grantee_name(self) -> str:
        """Who is to read, and of which organisation."""
        if self.guest_email:
            return f"{self.guest_name}, {self.guest_organisation}"
        return self.grantee.name if self.grantee else ""

    @property
    def is_told(self) -> bool:
        """Whether the worker is told from the first."""
        return not self.why_not_told


class NeedSubject(AppendOnly):
    """Whom a request is about: whose file or records, or who holds the child or spoke of it in supervision."""

    request = models.ForeignKey(NeedToKnow, models.PROTECT, related_name="subjects")
    person = models.ForeignKey(StaffMember, models.PROTECT, related_name="+")

    class Meta(AppendOnly.Meta):
        abstract = False
        constraints = [models.UniqueConstraint(fields=["request", "person"], name="need_subject_once")]

    def __str__(self) -> str:
        return f"{self.person_id}"


class NeedRecord(AppendOnly):
    """One of the exact records of a request."""

    request = models.ForeignKey(NeedToKnow, models.PROTECT, related_name="records")
    record = models.ForeignKey(Record, models.PROTECT, related_name="+")

    class Meta(AppendOnly.Meta):
        abstract = False
        constraints = [models.UniqueConstraint(fields=["request", "record"], name="need_record_once")]

    def __str__(self) -> str:
        return f"{self.record_id}"
