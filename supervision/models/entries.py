"""Entries for the children's records that come of a session: which record, of which session or group."""

from typing import ClassVar

from django.db import models
from django.db.models import Q

from cases.models import Child
from core.actor import Actor
from core.models import Identified
from records.models import Record
from supervision.models.diary import SupervisionSession
from supervision.models.groups import GroupSession


class CaseEntryQuerySet(models.QuerySet["CaseEntry"]):
    def visible_to(self, actor: Actor) -> "CaseEntryQuerySet":
        """Those whose record the actor sees."""
        return self.filter(record__in=Record.objects.visible_to(actor))


class CaseEntry(Identified):
    """The entry about one child that is written in a session, or in a group; its text stands in its record."""

    updatable_columns: ClassVar[tuple[str, ...]] = ()

    record = models.OneToOneField(Record, models.PROTECT, related_name="case_entry")
    child = models.ForeignKey(Child, models.PROTECT, related_name="entries")
    session = models.ForeignKey(SupervisionSession, models.PROTECT, null=True, related_name="entries")
    group = models.ForeignKey(GroupSession, models.PROTECT, null=True, related_name="entries")

    objects = CaseEntryQuerySet.as_manager()

    class Meta:
        verbose_name_plural = "case entries"
        constraints = [
            models.CheckConstraint(
                name="case_entry_of_one_meeting",
                condition=Q(session__isnull=False, group=None) | Q(session=None, group__isnull=False),
            ),
            models.UniqueConstraint(fields=["session", "child"], name="case_entry_once_in_a_session"),
            models.UniqueConstraint(fields=["group", "child"], name="case_entry_once_in_a_group"),
        ]

    def __str__(self) -> str:
        return f"{self.child_id} in {self.session_id or self.group_id}"
