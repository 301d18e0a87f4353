"""How things stood at the end of each month."""

from typing import Any

from django.db import models
from django.db.models import Sum

from core.actor import Actor
from core.models import AppendOnly
from staff.models import StaffMember, Team


class MonthFigureQuerySet(models.QuerySet["MonthFigure"]):
    def visible_to(self, actor: Actor) -> "MonthFigureQuerySet":
        """Of the people whose due dates the actor may read."""
        return self.filter(person__in=StaffMember.objects.with_file_open_to(actor))

    def by_month(self, names: list[str]) -> models.QuerySet["MonthFigure", dict[str, Any]]:
        """The sum of each figure at the end of each month."""
        return self.order_by("on").values("on").annotate(**{f"{name}s": Sum(name) for name in names})


class MonthFigure(AppendOnly):
    """What was counted of one person at the end of a month: the person's supervision, contract and records, and the
    children whom the person held.

    ``on``: the last day of the month. ``team``: as it was then. Kept for the course of a year, which would take too long
    to count anew for each page.
    """

    on = models.DateField()
    person = models.ForeignKey(StaffMember, models.RESTRICT, related_name="+")
    team = models.ForeignKey(Team, models.RESTRICT, related_name="+")
    worker_met = models.PositiveSmallIntegerField()
    worker_late = models.PositiveSmallIntegerField()
    worker_suspended = models.PositiveSmallIntegerField()
    worker_none = models.PositiveSmallIntegerField()
    child_met = models.PositiveSmallIntegerField()
    child_late = models.PositiveSmallIntegerField()
    child_suspended = models.PositiveSmallIntegerField()
    child_none = models.PositiveSmallIntegerField()
    contract_met = models.PositiveSmallIntegerField()
    contract_late = models.PositiveSmallIntegerField()
    contract_none = models.PositiveSmallIntegerField()
    record_met = models.PositiveSmallIntegerField()
    record_late = models.PositiveSmallIntegerField()
    record_open = models.PositiveSmallIntegerField()
    recorded_at = models.DateTimeField()

    objects = MonthFigureQuerySet.as_manager()

    class Meta(AppendOnly.Meta):
        abstract = False
        constraints = [models.UniqueConstraint(fields=["on", "person"], name="month_figure_once_for_each_person")]

    def __str__(self) -> str:
        return f"{self.person_id} at the end of {self.on:%B %Y}"
