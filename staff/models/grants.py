"""Sight that is given for a purpose and a time, to somebody who has no such relation to what they read."""

from typing import ClassVar, Self
from uuid import UUID

from django.db import models
from django.db.models import F, Q

from core.actor import Actor
from core.dated import Dated, DatedQuerySet, ends_after_it_starts
from staff.models.people import StaffMember, of_those_supervised


class SightGrantQuerySet(DatedQuerySet):
    def visible_to(self, actor: Actor) -> Self:
        """Grants that one was given, gave, or that open one's own file; and those of people below in the line.

        Of what whom it is about is not told yet, the first two alone.
        """
        below = actor.manages | actor.next_up_for | actor.above_for | {actor.staff_id}
        near = Q(file_of_id__in=below) | of_those_supervised(actor, person="file_of_id", day="starts_on")
        return self.filter(Q(person_id=actor.staff_id) | Q(given_by_id=actor.staff_id) | near & Q(is_told=True))

    def untold(self) -> Self:
        """Those of which whom they are about is not told yet."""
        return self.filter(is_told=False)

    def in_force(self) -> Self:
        """Those that nobody has ended before their day."""
        return self.filter(ended_at=None)


class SightGrant(Dated):
    """That somebody may read, for a time, one person's file, what there is of one child, or one record; read only.

    It ends by its date alone, or at once by ``ended_at``. ``masked``: health and conduct are withheld. ``given_for``: the
    audit, or whatever else it was given for. ``is_told`` False: whom it is about is lawfully not told yet, neither of it nor of
    what is read by it. Nobody gives it to themselves; HR opens a file of the archive with a purpose and
    for the day, which nobody gives (``given_by`` is empty). ``child_id`` and ``record_id`` point upward,
    and so are no foreign keys.
    """

    class Basis(models.TextChoices):
        AUDIT = "audit", "Audit"
        MODERATION = "moderation", "Moderation of an audit"
        SHARED = "shared", "Shared as the policy says"
        INSPECTION = "inspection", "Inspection"
        INVESTIGATION = "investigation", "Investigation of a complaint"
        REGULATOR = "regulator", "Professional regulator"
        DATA_PROTECTION = "data_protection", "Data protection"
        SUBJECT_ACCESS = "subject_access", "Request for one’s own data"
        ARCHIVE = "archive", "HR’s archive"

    updatable_columns: ClassVar[tuple[str, ...]] = ("ended_at", "is_told")

    person = models.ForeignKey(StaffMember, models.PROTECT, related_name="sight_given")
    basis = models.CharField(max_length=20, choices=Basis)
    file_of = models.ForeignKey(StaffMember, models.PROTECT, null=True, related_name="+")
    child_id = models.UUIDField(null=True)
    record_id = models.UUIDField(null=True)
    masked = models.BooleanField(default=True)
    is_told = models.BooleanField(default=True)
    purpose = models.CharField(max_length=500)
    given_for = models.UUIDField()
    given_by = models.ForeignKey(StaffMember, models.PROTECT, null=True, related_name="+")
    ended_at = models.DateTimeField(null=True)

    objects = SightGrantQuerySet.as_manager()

    class Meta:
        constraints = [
            ends_after_it_starts("sight_grant_ends_after_it_starts"),
            models.CheckConstraint(name="sight_grant_not_to_oneself", condition=~Q(person=F("given_by"))),
            models.CheckConstraint(
                name="sight_grant_given_by_somebody", condition=Q(basis="archive") ^ Q(given_by__isnull=False)
            ),
            models.CheckConstraint(
                name="sight_grant_of_one_thing",
                condition=Q(file_of__isnull=False, child_id=None, record_id=None)
                | Q(file_of=None, child_id__isnull=False, record_id=None)
                | Q(file_of=None, child_id=None, record_id__isnull=False),
            ),
            models.CheckConstraint(
                name="sight_grant_not_of_own_file", condition=Q(file_of=None) | ~Q(file_of=F("person"))
            ),
        ]
        indexes = [
            models.Index(fields=["person", "starts_on"], condition=Q(ended_at=None), name="sight_grant_of_person"),
            models.Index(fields=["given_for"], name="sight_grant_given_for"),
        ]

    def __str__(self) -> str:
        return f"{self.basis} for {self.person_id}"

    @property
    def thing_id(self) -> UUID | None:
        """The key of what it opens."""
        return self.file_of_id or self.child_id or self.record_id
