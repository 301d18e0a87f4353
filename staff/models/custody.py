"""In whose hands a person's file is: the supervisor's and the person's own, until HR's archive takes it over."""

from typing import Self

from django.db import models

from core.actor import Actor, Role
from core.models import AppendOnly
from staff.models.people import StaffMember


class CustodyQuerySet(models.QuerySet["Custody"]):
    def visible_to(self, actor: Actor) -> Self:
        """HR alone (sight: archive)."""
        return self if actor.hat is Role.HR else self.none()


class Custody(AppendOnly):
    """That a person's file is frozen and held by HR's archive, from a day on; for good.

    A person who comes back is given a new file, which HR links to this one.
    """

    person = models.OneToOneField(StaffMember, models.PROTECT, related_name="custody")
    starts_on = models.DateField()
    recorded_at = models.DateTimeField()

    objects = CustodyQuerySet.as_manager()

    class Meta(AppendOnly.Meta):
        abstract = False

    def __str__(self) -> str:
        return f"{self.person_id} since {self.starts_on}"
