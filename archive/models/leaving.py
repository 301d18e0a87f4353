"""That somebody leaves: the last day, what ends with it, what is still to be done, and who finishes it."""

from datetime import date, timedelta
from typing import ClassVar

from django.db import models
from django.db.models import Q

from core.actor import Actor, Role
from core.models import AppendOnly, Identified
from staff.models import StaffMember, of_those_supervised


class LeavingQuerySet(models.QuerySet["Leaving"]):
    def visible_to(self, actor: Actor) -> "LeavingQuerySet":
        """HR; oneself; who supervises or manages the leaver on the day; and who finishes what is left (sight: leavers).

        A leaving that was cancelled is HR's alone.
        """
        if actor.hat is Role.HR:
            return self
        near = Q(person__in=actor.manages | {actor.staff_id}) | Q(person__finisher=actor.staff_id)
        near |= of_those_supervised(actor, person="person", day="last_day")
        return self.filter(near, cancelled_at=None, person__custody=None)

    def standing(self) -> "LeavingQuerySet":
        """Those that were not cancelled."""
        return self.filter(cancelled_at=None)

    def open(self) -> "LeavingQuerySet":
        """Those that HR has neither completed nor cancelled."""
        return self.standing().filter(completed_at=None)

    def to_freeze(self, on: date) -> "LeavingQuerySet":
        """Those completed whose last day is over, and whose file is not frozen."""
        return self.standing().filter(completed_at__isnull=False, last_day__lt=on, person__custody=None)

    def with_people(self) -> "LeavingQuerySet":
        """Each with its people, in the same query."""
        return self.select_related("person__finisher", "person__custody", "set_by", "completed_by", "returned_as")


class Leaving(Identified):
    """That a person leaves, and with which day; the checklist hangs on it.

    ``completed_at``: HR found nothing open; the file is frozen when the last day is over. ``returned_as``: the new
    file of somebody who came back, which HR alone sees to be the same person.
    """

    updatable_columns: ClassVar[tuple[str, ...]] = (
        *("last_day", "set_by_id", "set_at", "cancelled_by_id", "cancelled_at"),
        *("completed_by_id", "completed_at", "returned_as_id", "linked_by_id", "linked_at"),
    )

    person = models.ForeignKey(StaffMember, models.PROTECT, related_name="leavings")
    last_day = models.DateField()
    set_by = models.ForeignKey(StaffMember, models.PROTECT, related_name="+")
    set_at = models.DateTimeField()
    cancelled_by = models.ForeignKey(StaffMember, models.PROTECT, null=True, related_name="+")
    cancelled_at = models.DateTimeField(null=True)
    completed_by = models.ForeignKey(StaffMember, models.PROTECT, null=True, related_name="+")
    completed_at = models.DateTimeField(null=True)
    returned_as = models.OneToOneField(StaffMember, models.PROTECT, null=True, related_name="came_back_from")
    linked_by = models.ForeignKey(StaffMember, models.PROTECT, null=True, related_name="+")
    linked_at = models.DateTimeField(null=True)

    objects = LeavingQuerySet.as_manager()

    class Meta:
        constraints = [
            models.UniqueConstraint(
                fields=["person"], name="leaving_one_that_stands", condition=Q(cancelled_at__isnull=True)
            ),
            models.CheckConstraint(
                name="leaving_cancelled_or_completed", condition=Q(cancelled_at=None) | Q(completed_at=None)
            ),
            models.CheckConstraint(
                name="leaving_returned_as_another", condition=Q(returned_as=None) | ~Q(returned_as=models.F("person"))
            ),
            models.CheckConstraint(
                name="leaving_linked_by_somebody", condition=Q(returned_as=None) ^ Q(linked_at__isnull=False)
            ),
        ]

    def __str__(self) -> str:
        return f"{self.person_id}, last day {self.last_day}"

    @property
    def left_on(self) -> date:
        """The first day no longer employed."""
        return self.last_day + timedelta(days=1)


class EndedWith(Identified):
    """A dated row that ended with a leaving, and the end it had before; taken away when it is put back.

    ``stood``: the whole row where it would have begun after the last day, and so was removed.
    """

    class What(models.TextChoices):
        POST = "post", "Post"
        SUPERVISION = "supervision", "Supervision"
        LINE = "line", "Line of management"
        ROLE = "role", "Role"
        CATEGORY = "category", "Category"

    leaving = models.ForeignKey(Leaving, models.PROTECT, related_name="ended")
    what = models.CharField(max_length=20, choices=What)
    row_id = models.UUIDField()
    former_ends_on = models.DateField(null=True)
    stood = models.JSONField(null=True)

    class Meta:
        constraints = [models.UniqueConstraint(fields=["leaving", "row_id"], name="ended_with_once")]

    def __str__(self) -> str:
        return f"{self.what} {self.row_id}"


class LeavingItem(AppendOnly):
    """Something to be returned or settled that the product's list does not name."""

    leaving = models.ForeignKey(Leaving, models.PROTECT, related_name="items")
    words = models.CharField(max_length=200)
    added_by = models.ForeignKey(StaffMember, models.PROTECT, related_name="+")
    added_at = models.DateTimeField()

    class Meta(AppendOnly.Meta):
        abstract = False

    def __str__(self) -> str:
        return f"item {self.pk}"


class LeavingMark(AppendOnly):
    """Who confirmed what of the checklist, and when; or took that back. The last about a thing stands.

    ``key``: of the product's list, or of a ``LeavingItem``.
    """

    leaving = models.ForeignKey(Leaving, models.PROTECT, related_name="marks")
    key = models.CharField(max_length=40)
    is_done = models.BooleanField()
    by = models.ForeignKey(StaffMember, models.PROTECT, related_name="+")
    at = models.DateTimeField()

    class Meta(AppendOnly.Meta):
        abstract = False
        ordering: ClassVar[list[str]] = ["at", "pk"]

    def __str__(self) -> str:
        return f"{self.key}: {self.is_done}"
