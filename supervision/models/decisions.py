"""Decisions about a child: what is typed and not yet signed, and that a signed one was entered on the child's record."""

import json
from typing import Any

from django.db import models

from core.actor import Actor
from core.fields import ContentField
from core.models import AppendOnly, Identified
from records.models import Record
from staff.models import StaffMember


class DecisionDraftQuerySet(models.QuerySet["DecisionDraft"]):
    def visible_to(self, actor: Actor) -> "DecisionDraftQuerySet":
        """One's own, and nobody else's."""
        return self.filter(author_id=actor.staff_id)


class DecisionDraft(Identified):
    """A decision as somebody types it, under a version that two windows cannot overwrite; gone once it is signed.

    Its key becomes that of the record, so that signing twice makes one.
    """

    author = models.ForeignKey(StaffMember, models.PROTECT, related_name="+")
    version = models.PositiveIntegerField()
    content = ContentField(help_text='JSON: the child, who asked and the like by name, sections under "sections"')
    updated_at = models.DateTimeField()

    objects = DecisionDraftQuerySet.as_manager()

    def __str__(self) -> str:
        return f"version {self.version}"

    @property
    def values(self) -> dict[str, Any]:
        """What was typed, by name."""
        return json.loads(self.content)


class EnteredOnChildRecordQuerySet(models.QuerySet["EnteredOnChildRecord"]):
    def visible_to(self, actor: Actor) -> "EnteredOnChildRecordQuerySet":
        """Of the records about children that the actor reads."""
        return self.filter(record__in=Record.objects.visible_to(actor))


class EnteredOnChildRecord(AppendOnly):
    """That a signed record about a child was entered in the case system: by whom and when, under which number there."""

    record = models.OneToOneField(Record, models.RESTRICT, related_name="entered")
    entered_by = models.ForeignKey(StaffMember, models.RESTRICT, related_name="+")
    entered_on = models.DateField()
    reference = models.CharField(max_length=100, blank=True)
    recorded_at = models.DateTimeField()

    objects = EnteredOnChildRecordQuerySet.as_manager()

    class Meta(AppendOnly.Meta):
        abstract = False

    def __str__(self) -> str:
        return f"entered on {self.entered_on}"
