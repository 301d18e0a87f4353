"""How things stood over time."""

from typing import ClassVar

from django.db import models
from django.db.models import Q

from cases.models import Child
from compliance.models.kinds import Kind
from core.actor import Actor
from core.dated import Dated, DatedQuerySet, ends_after_it_starts, no_overlap
from staff.models import StaffMember


class StatusIntervalQuerySet(DatedQuerySet):
    def visible_to(self, actor: Actor) -> "StatusIntervalQuerySet":
        """Of the people whose due dates the actor may read, and of the children within sight."""
        people = StaffMember.objects.with_file_open_to(actor)
        return self.filter(Q(person__in=people) | Q(child__in=Child.objects.visible_to(actor)))


class StatusInterval(Dated):
    """How a thing stood under the policy from a night on, up to, not including, another. A row only when it changes.

    ``subject``: the key of the worker or child; of the supervisee whose contract it is; of the session whose record it
    is. ``person``: whom it is about (a child: nobody). ``status`` and ``why`` are the engine's; ``rule`` and ``atom``
    those of the row that decided, empty where none did. ``end_recorded_at``: when it was first known to have ended.
    """

    Kind = Kind

    kind = models.CharField(max_length=10, choices=Kind)
    subject = models.UUIDField()
    person = models.ForeignKey(StaffMember, models.PROTECT, null=True, related_name="status_intervals")
    child = models.ForeignKey(Child, models.PROTECT, null=True, related_name="status_intervals")
    status = models.CharField(max_length=20)
    due_on = models.DateField(null=True)
    rule = models.CharField(max_length=80, blank=True)
    atom = models.CharField(max_length=80, blank=True)
    policy = models.CharField(max_length=320, blank=True)
    why = models.TextField(blank=True)
    end_recorded_at = models.DateTimeField(null=True, blank=True)

    objects = StatusIntervalQuerySet.as_manager()
    updatable_columns: ClassVar[tuple[str, ...]] = ("ends_on", "end_recorded_at")

    class Meta:
        constraints = [
            ends_after_it_starts("status_interval_ends_after_it_starts"),
            no_overlap("status_interval_one_at_a_time", "kind", "subject"),
            models.CheckConstraint(
                name="status_interval_about_a_person_or_a_child",
                condition=Q(kind="child", child__isnull=False, person=None)
                | (~Q(kind="child") & Q(child=None, person__isnull=False)),
            ),
        ]
        indexes = [models.Index(fields=["kind", "subject"], condition=Q(ends_on=None), name="status_interval_present")]

    def __str__(self) -> str:
        return f"{self.kind} {self.status} from {self.starts_on:%d %B %Y}"
