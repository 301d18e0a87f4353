"""The hand-over brief: what a supervisor who ends writes for whoever comes after."""

from django.db import models

from core.actor import Actor
from core.models import AppendOnly
from records.models import Record
from staff.models import SupervisionRelationship


class HandoverBriefQuerySet(models.QuerySet["HandoverBrief"]):
    def visible_to(self, actor: Actor) -> "HandoverBriefQuerySet":
        """Those whose record the actor sees: its writer's draft, and once it is signed whoever reads such a record."""
        return self.filter(record__in=Record.objects.visible_to(actor))


class HandoverBrief(AppendOnly):
    """The record of a hand-over, by the relationship that ends with it: one for each, whoever presses twice."""

    relationship = models.OneToOneField(SupervisionRelationship, models.PROTECT, related_name="handover_brief")
    record = models.OneToOneField(Record, models.PROTECT, related_name="handover_brief")

    objects = HandoverBriefQuerySet.as_manager()

    class Meta(AppendOnly.Meta):
        abstract = False

    def __str__(self) -> str:
        return f"brief {self.record_id}"
