"""Agreed actions and what became of them. Part of ``records.models``: a module of its own for its length."""

from collections.abc import Collection, Iterable
from datetime import date
from enum import StrEnum
from typing import ClassVar
from uuid import UUID

from django.db import models
from django.db.models import Exists, OuterRef, Q
from django.db.models.functions import Coalesce

from core.actor import Actor
from core.fields import ContentField
from core.models import AppendOnly, Identified
from records import rules
from records.action_rules import Priority, Step
from records.rules import Sensitivity
from staff.models import StaffMember, SupervisionRelationship, of_those_supervised

# In whose supervision an action was agreed: whom its record is about, or with whom its child was discussed
AGREED_WITH = ("record__subject", "record__discussed_with")


def words_of(values: Iterable[StrEnum]) -> list[tuple[str, str]]:
    """Choices of a model field from an enum of the rules."""
    return [(value.value, value.value.capitalize()) for value in values]


class ActionQuerySet(models.QuerySet["Action"]):
    def visible_to(self, actor: Actor) -> "ActionQuerySet":
        """Actions that I own or that are about me, but for what I was to do as somebody's former supervisor; of those whom I supervise; for next up, not from masked sections.

        An entry about a child is the worker's with whom it was discussed, as a record about the worker is: a former
        supervisor sees nothing of it. Who finishes for a leaver sees what is to be given on. Of a decision about a child, and of a group: its owner's, and those of records
        that I wrote. Others read them in the record. Of an audit or observation: whoever wrote it, while they see it.
        """
        shared = ~Q(sensitivity__in=sorted(rules.MASKED))
        own_note = Q(record__subject=None, record__discussed_with=None, record__author_id=actor.staff_id)
        near = Q(record__subject_id__in=actor.manages | actor.supervises) | Q(record_id__in=actor.granted_records)
        examined = Q(record__kind__in=sorted(rules.EXAMINING), record__author_id=actor.staff_id) & near
        seen = Q(owner_id=actor.staff_id) & ~_taken_from(actor) | own_note | examined
        for person in AGREED_WITH:
            seen |= (
                Q(**{f"{person}_id": actor.staff_id})
                | of_those_supervised(actor, person=f"{person}_id", day="record__created_at__date")
                | Q(**{f"{person}_id__in": actor.next_up_for}) & shared
                | Q(**{f"{person}_id__in": actor.finishes}, status=Action.Status.OPEN) & shared & _left_behind(actor.on)
            )
        return self.filter(seen)

    def agreed_with(self, people: Collection[UUID]) -> "ActionQuerySet":
        """Those agreed in the supervision of some people: in their records, and in entries about their children."""
        return self.filter(Q(record__subject_id__in=people) | Q(record__discussed_with_id__in=people))

    def live(self) -> "ActionQuerySet":
        """Neither done nor dropped."""
        return self.filter(status=Action.Status.OPEN)

    def to_give_on(self, actor: Actor) -> "ActionQuerySet":
        """Those left behind that a successor, or the manager above, is to give to somebody else."""
        people = actor.supervises | actor.next_up_for | actor.finishes
        return self.visible_to(actor).left_behind(on=actor.on).agreed_with(people)

    def left_behind(self, *, on: date) -> "ActionQuerySet":
        """Open ones of which the owner has left, or supervised the person and does so no more.

        Who wrote an entry without ever supervising its worker, in a group, keeps what they took on there; so does who
        looked at the practice of somebody whom they never supervised.
        """
        return self.live().filter(_left_behind(on))

    def with_delay_explained(self) -> "ActionQuerySet":
        """Annotates ``delay_explained``: whether a reason was given since the day passed (R096)."""
        since = ActionEvent.objects.filter(action=OuterRef("pk"), on__gt=OuterRef("due_on")).exclude(reason="")
        return self.annotate(delay_explained=Exists(since))

    def with_people(self) -> "ActionQuerySet":
        """With its record, whom that is about, who asked and who owns it, in the same query."""
        return self.select_related("record__subject", "record__child", "record__author", "owner")


def _left_behind(on: date) -> Q:
    ever = SupervisionRelationship.objects.filter(supervisor=OuterRef("owner"))
    ever = ever.filter(supervisee=Coalesce(OuterRef("record__subject"), OuterRef("record__discussed_with")))
    by_supervision = Q(record__discussed_with=None) & ~Q(record__kind__in=sorted(rules.EXAMINING))
    did = by_supervision | Exists(ever)
    former = Q(owner=models.F("record__author")) & ~Exists(ever.live(on)) & did
    return former | Q(owner__left_on__lte=on)


def _taken_from(actor: Actor) -> Q:
    """What the actor wrote and was to do in a supervision that is theirs no more: it waits to be given on, and is not theirs to read."""
    near = actor.supervises | {actor.staff_id}
    return (
        Q(record__author_id=actor.staff_id, record__subject__isnull=False)
        & ~Q(record__subject_id__in=near)
        & ~Q(record__kind__in=sorted(rules.EXAMINING))
    )


class Action(Identified):
    """Something agreed: what, who, by when. Comes from a signed part, which keeps its words for ever.

    Its owner is one of the two, a colleague, or somebody outside by name alone (R008). What becomes of it stands in its
    events; the columns say how it stands now.
    """

    class Status(models.TextChoices):
        OPEN = "open", "Open"
        DONE = "done", "Done"
        DROPPED = "dropped", "Dropped"

    updatable_columns: ClassVar[tuple[str, ...]] = (
        *("part_seq", "owner_id", "owner_name", "due_on", "status", "reason", "closed_at"),
        *("times_carried", "reminders", "reminded_stage"),
    )

    record = models.ForeignKey("records.Record", models.PROTECT, related_name="actions")
    part_seq = models.PositiveIntegerField()
    section = models.CharField(max_length=80)
    sensitivity = models.CharField(max_length=20, choices=words_of(Sensitivity))
    function = models.CharField(max_length=40, blank=True)
    what = ContentField()
    priority = models.CharField(max_length=10, choices=words_of(Priority), blank=True)
    standard = ContentField(blank=True, help_text="how one will know that it succeeded")
    owner = models.ForeignKey(StaffMember, models.PROTECT, null=True, related_name="actions")
    owner_name = models.CharField(max_length=200)
    due_on = models.DateField(null=True)
    status = models.CharField(max_length=10, choices=Status, default=Status.OPEN)
    reason = ContentField(blank=True)
    closed_at = models.DateTimeField(null=True)
    created_at = models.DateTimeField()
    times_carried = models.PositiveIntegerField(default=0)
    reminders = models.PositiveSmallIntegerField(default=0, help_text="how often its owner was reminded, in all")
    reminded_stage = models.PositiveSmallIntegerField(default=0, help_text="how far, for the present date")

    # Annotated by with_delay_explained
    delay_explained: bool

    objects = ActionQuerySet.as_manager()

    class Meta:
        indexes = [
            models.Index(fields=["owner", "due_on"], condition=Q(status="open"), name="action_open"),
            models.Index(fields=["record"], condition=Q(status="open"), name="action_open_of_record"),
        ]
        constraints = [
            models.CheckConstraint(
                name="action_closed_when_not_open",
                condition=Q(status="open", closed_at=None) | ~Q(status="open") & Q(closed_at__isnull=False),
            ),
            models.CheckConstraint(name="action_dropped_for_a_reason", condition=~Q(status="dropped") | ~Q(reason="")),
            models.CheckConstraint(name="action_reminded_three_times", condition=Q(reminders__lte=3)),
        ]

    def __str__(self) -> str:
        return f"{self.owner_name}, {self.due_on}"

    @property
    def is_open(self) -> bool:
        """Whether it is still to be done."""
        return self.status == self.Status.OPEN


class ActionEvent(AppendOnly):
    """One step of an action, with who, when and why. ``on``: the civil day; ``record``: the one it was carried into."""

    action = models.ForeignKey(Action, models.RESTRICT, related_name="events")
    kind = models.CharField(max_length=12, choices=words_of(Step))
    by = models.ForeignKey(StaffMember, models.RESTRICT, related_name="+")
    at = models.DateTimeField()
    on = models.DateField()
    reason = ContentField(blank=True)
    record = models.ForeignKey("records.Record", models.RESTRICT, null=True, related_name="actions_carried_in")
    from_due_on = models.DateField(null=True)
    to_due_on = models.DateField(null=True)
    from_owner = models.ForeignKey(StaffMember, models.RESTRICT, null=True, related_name="+")
    from_owner_name = models.CharField(max_length=200, blank=True)
    to_owner_name = models.CharField(max_length=200, blank=True)

    class Meta(AppendOnly.Meta):
        abstract = False
        ordering = ["at", "pk"]
        constraints = [
            models.CheckConstraint(
                name="action_event_has_its_reason",
                condition=Q(kind__in=[Step.DONE.value, Step.REOPENED.value]) | ~Q(reason=""),
            ),
            models.UniqueConstraint(
                fields=["action", "record"],
                name="action_carried_once_into_a_record",
                condition=Q(kind=Step.CARRIED.value),
            ),
        ]

    def __str__(self) -> str:
        return f"{self.kind} {self.on}"
