"""Notices: that something waits for a person, once for each event."""

from datetime import datetime
from typing import ClassVar
from uuid import UUID

from django.db import models

from core.actor import Actor
from core.models import Identified
from staff.models import StaffMember


class NoticeQuerySet(models.QuerySet["Notice"]):
    def visible_to(self, actor: Actor) -> "NoticeQuerySet":
        """One's own, whoever else may see the thing that it is about."""
        return self.filter(person_id=actor.staff_id)

    def claim(self, notice_id: UUID, *, at: datetime) -> bool:
        """Take the right to send one notice's mail; of any number that ask, one gets it."""
        return self.filter(pk=notice_id, claimed_at=None).update(claimed_at=at) == 1


class Notice(Identified):
    """That something waits for a person. ``key`` names the event: the same event gives one notice, however often told.

    ``claimed_at``: a sender began to mail it. ``mailed_at``: the mail server took it. Claimed and not mailed means
    that nobody knows whether it went, so it is never sent again.
    """

    class Kind(models.TextChoices):
        RECORD_TO_COUNTERSIGN = "record_to_countersign", "A record waits for your signature"
        RECORD_RETURNED = "record_returned", "A record came back to you for correction"
        RECORD_SEALED = "record_sealed", "A record is signed and sealed"
        CONTRACT_TO_SIGN = "contract_to_sign", "A contract waits for your signature"
        SESSION_OVERDUE = "session_overdue", "A supervision session is overdue"
        LINE_TO_CONFIRM = "line_to_confirm", "A proposed line manager waits for your answer"
        RELATIONS_CHANGED = "relations_changed", "Line management, supervision or a role changed"
        INVITATION = "invitation", "An invitation"

    person = models.ForeignKey(StaffMember, models.PROTECT, related_name="notices")
    kind = models.CharField(max_length=30, choices=Kind)
    key = models.CharField(max_length=200)
    path = models.CharField(max_length=300, help_text="the page of the thing, within this service")
    created_at = models.DateTimeField()
    claimed_at = models.DateTimeField(null=True, blank=True)
    mailed_at = models.DateTimeField(null=True, blank=True)

    objects = NoticeQuerySet.as_manager()
    updatable_columns: ClassVar[tuple[str, ...]] = ("claimed_at", "mailed_at")

    class Meta:
        constraints = [models.UniqueConstraint(fields=["person", "kind", "key"], name="notice_once_for_each_event")]
        indexes = [models.Index(fields=["person", "-created_at"], name="notice_newest")]

    def __str__(self) -> str:
        return f"{self.kind} {self.pk}"
