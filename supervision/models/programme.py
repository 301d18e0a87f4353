"""What was recorded of a programme that somebody is in: reviews held, changes of frequency agreed."""

from typing import ClassVar

from django.db import models
from django.db.models import Q

from core.actor import Actor
from core.models import AppendOnly
from staff.models import StaffMember


class RecordedEventQuerySet(models.QuerySet["RecordedEvent"]):
    def visible_to(self, actor: Actor) -> "RecordedEventQuerySet":
        """Of the people whose due dates the actor may read (sight: due dates, status, why)."""
        return self.filter(person__in=StaffMember.objects.with_file_open_to(actor))

    def standing(self) -> "RecordedEventQuerySet":
        """Those that no later entry took back or corrected, and that say that something was."""
        return self.filter(corrected_by=None, on__isnull=False)


class RecordedEvent(AppendOnly):
    """That something that a policy's phases wait for was held or agreed on a day.

    Never changed: an entry that ``corrects`` it takes its place; one without a day says that it was not so.
    ``ends_phase`` False: a review after which the frequency stays as it was.
    """

    person = models.ForeignKey(StaffMember, models.PROTECT, related_name="recorded_events")
    event = models.SlugField(max_length=80)
    on = models.DateField(null=True)
    ends_phase = models.BooleanField(default=True)
    corrects = models.OneToOneField("self", models.PROTECT, null=True, related_name="corrected_by")
    recorded_by = models.ForeignKey(StaffMember, models.PROTECT, related_name="+")
    recorded_at = models.DateTimeField()

    objects = RecordedEventQuerySet.as_manager()

    class Meta(AppendOnly.Meta):
        constraints: ClassVar[list[models.BaseConstraint]] = [
            models.CheckConstraint(
                name="recorded_event_without_a_day_corrects", condition=Q(on__isnull=False) | Q(corrects__isnull=False)
            )
        ]
        indexes: ClassVar[list[models.Index]] = [models.Index(fields=["person", "on"], name="recorded_event_of_person")]

    def __str__(self) -> str:
        return f"{self.event} on {self.on}"
