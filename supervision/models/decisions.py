"""Decisions about a child: what is typed and not yet signed, what demanded one, and that it is on the child's record."""

import json
from typing import Any, ClassVar

from django.db import models
from django.db.models import Exists, OuterRef, Q

from cases.models import Allocation, Child
from core.actor import Actor
from core.fields import ContentField
from core.models import AppendOnly, Identified
from records.models import Record
from staff.models import StaffMember
from supervision.models.discussions import of_seen_days


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
    """That a signed record about a child was entered in the case system: by whom and when, under which number there.

    ``form``: the form there that it went to. ``due_on``: by when it was to be entered, as the policy of its day said it
    when this was noted, so that what was late stays so; None where there was no deadline.
    """

    record = models.OneToOneField(Record, models.RESTRICT, related_name="entered")
    entered_by = models.ForeignKey(StaffMember, models.RESTRICT, related_name="+")
    entered_on = models.DateField()
    reference = models.CharField(max_length=100, blank=True)
    form = models.CharField(max_length=100, blank=True, default="")
    due_on = models.DateField(null=True)
    recorded_at = models.DateTimeField()

    objects = EnteredOnChildRecordQuerySet.as_manager()

    class Meta(AppendOnly.Meta):
        abstract = False

    def __str__(self) -> str:
        return f"entered on {self.entered_on}"

    @property
    def is_late(self) -> bool:
        """Whether it was entered after the last day on which it was to be."""
        return self.due_on is not None and self.entered_on > self.due_on


class ChildEventQuerySet(models.QuerySet["ChildEvent"]):
    def visible_to(self, actor: Actor) -> "ChildEventQuerySet":
        """Of the children within sight, as far as their days are seen: what was before a closure, through who held then."""
        near = (actor.supervises - actor.limited) | actor.next_up_for | {actor.staff_id}
        held_then = Allocation.objects.filter(
            Q(ends_on=None) | Q(ends_on__gt=OuterRef("on")),
            child=OuterRef("child"),
            holder__in=near,
            starts_on__lte=OuterRef("on"),
        )
        return self.filter(of_seen_days(actor, then=Q(Exists(held_then))))

    def standing(self) -> "ChildEventQuerySet":
        """Without those that were entered by mistake."""
        return self.filter(withdrawn_at=None)


class ChildEvent(Identified):
    """Something that happened to a child and demands a decision, by an id of the policy's ``oversight_triggers``.

    A transfer is none of them: it is known from the allocations. ``withdrawn_at``: it was entered by mistake.
    """

    updatable_columns: ClassVar[tuple[str, ...]] = ("withdrawn_at", "withdrawn_by_id")

    child = models.ForeignKey(Child, models.PROTECT, related_name="events")
    trigger = models.SlugField(max_length=80)
    label = models.CharField(max_length=200)
    on = models.DateField()
    recorded_by = models.ForeignKey(StaffMember, models.PROTECT, related_name="+")
    recorded_at = models.DateTimeField()
    withdrawn_at = models.DateTimeField(null=True)
    withdrawn_by = models.ForeignKey(StaffMember, models.PROTECT, null=True, related_name="+")

    objects = ChildEventQuerySet.as_manager()

    class Meta:
        constraints = [
            models.UniqueConstraint(
                fields=["child", "trigger", "on"], name="child_event_once_a_day", condition=Q(withdrawn_at=None)
            ),
            models.CheckConstraint(
                name="child_event_withdrawn_by_somebody",
                condition=Q(withdrawn_at=None, withdrawn_by=None)
                | Q(withdrawn_at__isnull=False, withdrawn_by__isnull=False),
            ),
        ]

    def __str__(self) -> str:
        return f"{self.trigger} on {self.on}"
