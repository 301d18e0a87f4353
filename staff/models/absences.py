"""Days away from work."""

from datetime import date
from typing import Self

from django.db import models
from django.db.models import Q

from core.actor import Actor
from core.dated import Dated, DatedQuerySet, ends_after_it_starts, no_overlap
from staff.models.people import StaffMember


class AbsenceQuerySet(DatedQuerySet):
    def visible_to(self, actor: Actor) -> Self:
        """Absences of the actor and of those below in the line (sight: line, relationships, cover, absence dates)."""
        below = actor.supervises | actor.manages | actor.next_up_for | actor.above_for
        return self.filter(person_id__in=below | {actor.staff_id})

    def between(self, starts_on: date, ends_on: date) -> Self:
        """Those with a day from one day up to, not including, another; an open one counts until it is expected to end."""
        over = Q(ends_on__lte=starts_on) | Q(ends_on=None, expected_to__lte=starts_on)
        return self.filter(starts_on__lt=ends_on).exclude(over)


class Absence(Dated):
    """Days away, without any reason that is about health. ``ends_on``: the first day back; null: not known yet."""

    class Kind(models.TextChoices):
        LEAVE = "annual_leave", "Annual leave"
        SICKNESS = "sickness", "Sickness"
        PARENTAL = "parental", "Maternity, adoption or parental leave"
        SECONDMENT = "secondment", "Secondment"
        OTHER = "other", "Other"

    person = models.ForeignKey(StaffMember, models.PROTECT, related_name="absences")
    kind = models.CharField(max_length=20, choices=Kind)
    expected_to = models.DateField(null=True, blank=True)
    end_entered_at = models.DateTimeField(null=True, help_text="when what it says of its end was entered, if later")

    objects = AbsenceQuerySet.as_manager()

    class Meta:
        constraints = [
            ends_after_it_starts("absence_ends_after_it_starts"),
            no_overlap("absence_one_at_a_time", "person"),
        ]

    def __str__(self) -> str:
        return f"{self.get_kind_display()} from {self.starts_on:%d %B %Y}"
