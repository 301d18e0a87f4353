"""How many stood how in a night: counted from the intervals, and kept so that boards need not count anew."""

from typing import ClassVar

from django.db import models

from core.actor import Actor, Role
from core.models import Identified
from staff.models import StaffMember, Team


class FigureQuerySet(models.QuerySet["NightFigure"]):
    def visible_to(self, actor: Actor) -> "FigureQuerySet":
        """Of each person whose due dates the actor may read; for whoever reads everybody's, of each team."""
        if actor.hat is Role.PRINCIPAL_SOCIAL_WORKER:
            return self.filter(person=None)
        return self.filter(person__in=StaffMember.objects.with_file_open_to(actor))


class NightFigure(Identified):
    """What a night's intervals come to for one person, or, where ``person`` is empty, for a whole team.

    The person's supervision, contract and records, and the children whom the person held. They can be counted anew at
    any time, so those of most nights are removed after a while; those of the last night of a month stay.
    """

    on = models.DateField()
    person = models.ForeignKey(StaffMember, models.PROTECT, null=True, related_name="+")
    team = models.ForeignKey(Team, models.PROTECT, related_name="+", db_index=False)
    worker_met = models.PositiveIntegerField()
    worker_late = models.PositiveIntegerField()
    worker_suspended = models.PositiveIntegerField()
    worker_none = models.PositiveIntegerField()
    child_met = models.PositiveIntegerField()
    child_late = models.PositiveIntegerField()
    child_suspended = models.PositiveIntegerField()
    child_none = models.PositiveIntegerField()
    contract_met = models.PositiveIntegerField()
    contract_late = models.PositiveIntegerField()
    contract_none = models.PositiveIntegerField()
    record_met = models.PositiveIntegerField()
    record_late = models.PositiveIntegerField()
    record_open = models.PositiveIntegerField()

    objects = FigureQuerySet.as_manager()

    class Meta:
        constraints: ClassVar[list[models.BaseConstraint]] = [
            models.UniqueConstraint(
                fields=["on", "person", "team"], nulls_distinct=False, name="night_figure_once_for_each"
            )
        ]
        indexes: ClassVar[list[models.Index]] = [models.Index(fields=["team", "on"], name="night_figure_of_team")]

    def __str__(self) -> str:
        return f"{self.person_id or self.team_id}, night of {self.on:%d %B %Y}"


class PlanFigure(Identified):
    """The same for the children with one plan type, or, where ``plan_type`` is empty, with none.

    A child with several counts under each.
    """

    on = models.DateField()
    person = models.ForeignKey(StaffMember, models.PROTECT, null=True, related_name="+")
    team = models.ForeignKey(Team, models.PROTECT, related_name="+", db_index=False)
    plan_type = models.CharField(max_length=80, blank=True)
    met = models.PositiveIntegerField()
    late = models.PositiveIntegerField()
    suspended = models.PositiveIntegerField()
    none = models.PositiveIntegerField()

    objects = FigureQuerySet.as_manager()

    class Meta:
        constraints: ClassVar[list[models.BaseConstraint]] = [
            models.UniqueConstraint(
                fields=["on", "person", "team", "plan_type"], nulls_distinct=False, name="plan_figure_once_for_each"
            )
        ]
        indexes: ClassVar[list[models.Index]] = [models.Index(fields=["team", "on"], name="plan_figure_of_team")]

    def __str__(self) -> str:
        return f"{self.plan_type}, {self.person_id or self.team_id}, night of {self.on:%d %B %Y}"
