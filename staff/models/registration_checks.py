"""What the regulator's register said of those who have to stand in it, as HR asked it and read the answer back."""

from typing import ClassVar, Self

from django.db import models
from django.db.models import Q

from core.actor import Actor, Role
from core.fields import ContentField
from core.models import Identified
from staff.models.people import StaffMember


class RegistrationCheckQuerySet(models.QuerySet["RegistrationCheck"]):
    def visible_to(self, actor: Actor) -> Self:
        """HR alone (sight: folder, of everybody)."""
        return self if actor.hat is Role.HR else self.none()


class RegistrationCheck(Identified):
    """An answer of the regulator's register, read against the numbers that people have. Never changed, but for being entered.

    ``rows``: JSON, a list of ``staff.desk.rules.Found`` as dicts; ``figures``: how many there are of each outcome.
    """

    updatable_columns: ClassVar[tuple[str, ...]] = ("entered_by_id", "entered_at")

    regulator = models.CharField(max_length=100)
    checked_on = models.DateField()
    rows = ContentField()
    figures = models.JSONField()
    brought_by = models.ForeignKey(StaffMember, models.PROTECT, related_name="+")
    brought_at = models.DateTimeField()
    entered_by = models.ForeignKey(StaffMember, models.PROTECT, null=True, related_name="+")
    entered_at = models.DateTimeField(null=True)

    objects = RegistrationCheckQuerySet.as_manager()

    class Meta:
        constraints = [
            models.CheckConstraint(
                name="registration_check_entered_by_somebody",
                condition=Q(entered_at=None, entered_by=None) | Q(entered_at__isnull=False, entered_by__isnull=False),
            )
        ]

    def __str__(self) -> str:
        return f"{self.regulator} {self.checked_on}"
