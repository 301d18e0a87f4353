"""What a draft of a policy would change."""

from typing import ClassVar

from django.db import models

from core.actor import Actor
from core.models import Identified
from policies.models import PolicyDraft


class PolicyEffectQuerySet(models.QuerySet["PolicyEffect"]):
    def visible_to(self, actor: Actor) -> "PolicyEffectQuerySet":
        """Of drafts within sight; whose names are shown is decided for each person."""
        return self.filter(draft__in=PolicyDraft.objects.visible_to(actor))


class PolicyEffect(Identified):
    """What a draft of a policy would change on the day ``on``, were it to begin then: asked for, computed, kept.

    ``workers``: a row for each person for whom something changes (key, group, due date before and after);
    ``children``: how many there are in each group. No content: keys, dates and figures.
    """

    draft = models.ForeignKey(PolicyDraft, models.PROTECT, related_name="effects")
    on = models.DateField()
    asked_at = models.DateTimeField()
    total = models.PositiveIntegerField(default=0)
    done = models.PositiveIntegerField(default=0)
    workers = models.JSONField(default=list)
    children = models.JSONField(default=dict)
    finished_at = models.DateTimeField(null=True)

    objects = PolicyEffectQuerySet.as_manager()
    updatable_columns: ClassVar[tuple[str, ...]] = ("total", "done", "workers", "children", "finished_at")

    class Meta:
        indexes = [models.Index(fields=["draft", "-asked_at"], name="policy_effect_newest")]

    def __str__(self) -> str:
        return f"{self.draft} on {self.on:%d %B %Y}"
