"""What the two choose of the worker's children before a session: how worried the worker is, and whom to speak of in depth."""

from typing import ClassVar

from django.db import models
from django.db.models import Q

from cases.models import Child
from core.actor import Actor
from core.fields import ContentField
from core.models import Identified
from staff.models import StaffMember, of_those_supervised
from supervision.models.diary import SupervisionSession


class WorryQuerySet(models.QuerySet["Worry"]):
    def visible_to(self, actor: Actor) -> "WorryQuerySet":
        """My own; and from the day of a session on, to whoever holds that session, while still the supervisor.

        Never to a successor, nor of a session that did not take place.
        """
        status = SupervisionSession.Status
        supervised = of_those_supervised(actor, person="session__supervisee_id", day="session__on")
        in_it = Q(
            session__supervisor_id=actor.staff_id,
            session__on__lte=actor.on,
            session__status__in=(status.PLANNED, status.HELD),
        )
        return self.filter(Q(session__supervisee_id=actor.staff_id) | (supervised & in_it))


class Worry(Identified):
    """How worried a worker is about one child before a session (R330), and why in a line: the worker's alone until then."""

    class Level(models.TextChoices):
        NOT = "not", "Not worried"
        LITTLE = "little", "A little"
        MUCH = "much", "Much"
        VERY = "very", "Very"

    session = models.ForeignKey(SupervisionSession, models.PROTECT, related_name="worries")
    child = models.ForeignKey(Child, models.PROTECT, related_name="+")
    level = models.CharField(max_length=10, choices=Level, blank=True)
    because = ContentField(blank=True)
    version = models.PositiveIntegerField(default=0)
    updated_at = models.DateTimeField()

    objects = WorryQuerySet.as_manager()

    class Meta:
        verbose_name_plural = "worries"
        constraints = [models.UniqueConstraint(fields=["session", "child"], name="worry_once")]

    def __str__(self) -> str:
        return f"worry {self.version}"


class InDepthMarkQuerySet(models.QuerySet["InDepthMark"]):
    def visible_to(self, actor: Actor) -> "InDepthMarkQuerySet":
        """For the two people of the session, whoever of them marked it: it stands on their agenda."""
        supervised = of_those_supervised(actor, person="session__supervisee_id", day="session__on")
        return self.filter(Q(session__supervisee_id=actor.staff_id) | supervised)

    def standing(self) -> "InDepthMarkQuerySet":
        """Those that nobody took back."""
        return self.filter(taken_back_at=None)


class InDepthMark(Identified):
    """That a child is to be spoken of in depth in a session, marked with its agenda by one of the two (R329).

    It says what is meant to be. What was discussed in depth is said when the session was held.
    """

    session = models.ForeignKey(SupervisionSession, models.PROTECT, related_name="in_depth_marks")
    child = models.ForeignKey(Child, models.PROTECT, related_name="+")
    marked_by = models.ForeignKey(StaffMember, models.PROTECT, related_name="+")
    marked_at = models.DateTimeField()
    taken_back_at = models.DateTimeField(null=True)

    updatable_columns: ClassVar[tuple[str, ...]] = ("taken_back_at",)

    objects = InDepthMarkQuerySet.as_manager()

    class Meta:
        constraints = [
            models.UniqueConstraint(
                name="in_depth_mark_once", fields=["session", "child"], condition=Q(taken_back_at=None)
            )
        ]

    def __str__(self) -> str:
        return f"to be discussed in depth, marked {self.marked_at:%d %B %Y}"
