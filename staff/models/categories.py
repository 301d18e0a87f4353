"""What a policy knows people as, over time."""

from typing import Self

from django.db import models

from core.actor import Actor, Role
from core.dated import Dated, DatedQuerySet, ends_after_it_starts, no_overlap
from staff.models.people import StaffMember


class CategoryHeldQuerySet(DatedQuerySet):
    def visible_to(self, actor: Actor) -> Self:
        """Those of whom the actor sets categories: people below in the line, anybody for the system administrator."""
        if actor.hat is Role.SYSTEM_ADMINISTRATOR:
            return self.exclude(person=actor.staff_id)
        return self.filter(person__in=actor.manages | actor.next_up_for | actor.above_for)


class CategoryHeld(Dated):
    """A worker category of the policy that a person is in over time; several at once are allowed."""

    person = models.ForeignKey(StaffMember, models.PROTECT, related_name="categories")
    category = models.SlugField(max_length=80, help_text="an id of the policy's worker_categories")
    end_recorded_at = models.DateTimeField(null=True, help_text="when its end was entered, if later")

    objects = CategoryHeldQuerySet.as_manager()

    class Meta:
        constraints = [
            ends_after_it_starts("category_held_ends_after_it_starts"),
            no_overlap("category_held_once_at_a_time", "person", "category"),
        ]

    def __str__(self) -> str:
        return self.category
