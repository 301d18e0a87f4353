"""A second auditor's judgement of a signed audit, given before the first one's is seen."""

from typing import ClassVar

from django.db import models
from django.db.models import Q

from audits.models.audits import Audit
from core.actor import Actor
from core.fields import ContentField
from core.models import Identified
from staff.models import StaffMember


class ModerationQuerySet(models.QuerySet["Moderation"]):
    def visible_to(self, actor: Actor) -> "ModerationQuerySet":
        """Those that the actor gives, or asked for; once one is given, of audits that the actor sees, but for the two who
        were audited. Until then the auditor does not know who judges them again.
        """
        seen = Audit.objects.visible_to(actor).exclude(supervisor=actor.staff_id).exclude(file_of=actor.staff_id)
        return self.filter(
            Q(moderator_id=actor.staff_id) | Q(asked_by_id=actor.staff_id) | Q(audit__in=seen, done_at__isnull=False)
        )


class Moderation(Identified):
    """That somebody is asked to judge an audited file anew, by a day; their judgement and words once they have."""

    updatable_columns: ClassVar[tuple[str, ...]] = ("judgement", "words", "done_at", "withdrawn_at")

    audit = models.ForeignKey(Audit, models.PROTECT, related_name="moderations")
    moderator = models.ForeignKey(StaffMember, models.PROTECT, related_name="moderations")
    asked_by = models.ForeignKey(StaffMember, models.PROTECT, related_name="+")
    asked_at = models.DateTimeField()
    due_on = models.DateField()
    judgement = models.CharField(max_length=60, blank=True)
    words = ContentField(blank=True)
    done_at = models.DateTimeField(null=True)
    withdrawn_at = models.DateTimeField(null=True)

    objects = ModerationQuerySet.as_manager()

    class Meta:
        constraints = [
            models.UniqueConstraint(
                fields=["audit"], name="moderation_one_at_a_time", condition=Q(done_at=None, withdrawn_at=None)
            ),
            models.CheckConstraint(
                name="moderation_done_with_a_judgement", condition=Q(done_at=None) | ~Q(judgement="")
            ),
        ]

    def __str__(self) -> str:
        return f"{self.audit_id} by {self.moderator_id}"
