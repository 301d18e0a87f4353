"""What was said of children in supervision between two days, as an actor may see it, and where each is read."""

from collections import defaultdict
from collections.abc import Collection
from datetime import date
from typing import Any, ClassVar, NamedTuple
from uuid import UUID

from django.db.models import CharField, DateField, Exists, OuterRef, Q, QuerySet, TextField, Value
from django.db.models.fields.json import KeyTextTransform
from django.db.models.functions import Cast
from django.urls import reverse

from cases.models import Allocation
from core.actor import Actor
from core.prepared import prepared
from records.models import Record
from records.rules import Kind
from staff.models import of_those_supervised
from supervision.models import CaseEntry, Discussion, DiscussionQuerySet, GroupSession, SupervisionSession
from supervision.rules.discussions import NOT_DISCUSSED, OVERSIGHT
from supervision.tracker.rules import SHARED, Mark

# Keys stay as the database writes them: a tracker has thousands, and each is but a part of an address
Key = str


class Said(NamedTuple):
    """A discussion or a decision: its mark, who the worker was, and in which session it was."""

    mark: Mark
    worker: Key | None
    session: Key | None


def said_in(
    children: Collection[UUID],
    *,
    in_sight: Collection[UUID],
    closed: Collection[UUID],
    first: date,
    end: date,
    actor: Actor,
) -> dict[Key, list[Said]]:
    """By child, what was said from one day up to another; in one query.

    ``in_sight``: those of the children whom the actor sees. ``closed``: children whose case is closed, of whom those see
    what was said who see it through the worker of then.
    """
    if not children:
        return {}
    # What cover sees of whom from when is computed with, which a prepared query cannot be
    ask: Any = _rows.plain if actor.limited else _rows  # type: ignore[attr-defined]
    rows = ask(
        children=list(children),
        closed=list(closed),
        first=first,
        end=end,
        actor=actor,
    )
    diaries = {str(each) for each in SupervisionSession.objects.people_with_diary_open_to(actor) - actor.limited}
    hidden = {str(child) for child in children} - {str(child) for child in in_sight}
    found: dict[Key, list[Said]] = defaultdict(list)
    decision, discussion = _place("records:record-detail"), _place("supervision:tracker-said")
    for child, on, kind, in_group, own_text, session, worker, key in rows:
        if kind == OVERSIGHT:
            found[child].append(Said(Mark(on, kind, url=decision % key), None, None))
            continue
        is_open = child not in hidden or (session and worker in diaries)
        depth = kind if own_text or kind == NOT_DISCUSSED else SHARED
        found[child].append(Said(Mark(on, depth, in_group, discussion % key if is_open else ""), worker, session))
    return found


_NOBODY = UUID(int=0)


def _place(name: str) -> str:
    """The address of one thing, with a place for its key."""
    return reverse(name, args=[_NOBODY]).replace(str(_NOBODY), "%s")


@prepared
def _rows(
    *, children: list[UUID], closed: list[UUID], first: date, end: date, actor: Actor
) -> QuerySet[Any, tuple[Any, ...]]:
    """child, day, depth, in a group, own text, session, worker, key of the discussion or of the decision's record."""
    said = (
        seen_by(actor, closed=closed)
        .filter(child__in=children, on__gte=first, on__lt=end)
        .exclude(format=Discussion.Format.MANAGEMENT_OVERSIGHT)
        .order_by()
        .annotate(
            in_group=Q(format=Discussion.Format.GROUP)
        )
        .values_list(
            _text("child_id"), "on", "depth", "in_group", "own_text", _text("session_id"), _text("worker_id"),
            _text("pk"),
        )
    )  # fmt: skip
    nothing = Value(None, output_field=TextField())
    decided = (
        Record.objects.visible_to(actor)
        .filter(child__in=children, kind=Kind.DECISION, parts__seq=1)
        .annotate(held_on=Cast(KeyTextTransform("held_on", "parts__facts"), DateField()))
        .filter(held_on__gte=first, held_on__lt=end)
        .order_by()
        .values_list(
            _text("child_id"), "held_on", Value(OVERSIGHT, output_field=CharField()), Value(value=False),
            Value(value=True), nothing, nothing, _text("pk"),
        )
    )  # fmt: skip
    return said.union(decided, all=True)


def seen_by(actor: Actor, *, closed: Collection[UUID]) -> DiscussionQuerySet:
    """The discussions within sight, and of closed cases those that are seen through the worker of then."""
    seen = Discussion.objects.visible_to(actor)
    if not closed:
        return seen
    through = Q(worker__in=actor.next_up_for | {actor.staff_id}) | of_those_supervised(actor, person="worker", day="on")
    return seen | Discussion.objects.filter(through, child__in=closed)


def _text(column: str) -> Cast:
    return Cast(column, TextField())


class SaidOnTracker:
    """The door from an address to one discussion: those that a tracker of the actor can show."""

    model: ClassVar[type[Discussion]] = Discussion

    @staticmethod
    def visible_to(actor: Actor) -> DiscussionQuerySet:
        """Those within sight, and those in sessions of the people whose diary is open to the actor."""
        gone = Allocation.objects.live(actor.on).filter(child=OuterRef("child"))
        through = Q(worker__in=actor.next_up_for) | of_those_supervised(actor, person="worker", day="on")
        return Discussion.objects.visible_to(actor) | Discussion.objects.filter(~Q(Exists(gone)), through)


def read_at(discussion: Discussion, *, actor: Actor) -> str:
    """Where a discussion is read: the signed entry, else the session or the group, else the child's page."""
    same = Q(session=discussion.session_id) if discussion.session_id else Q(group=discussion.group_id)
    entries = CaseEntry.objects.visible_to(actor).filter(same, child=discussion.child_id, record__parts__seq=1)
    if entry := entries.first():
        return reverse("records:record-detail", args=[entry.record_id])
    sessions = SupervisionSession.objects.visible_to(actor)
    if discussion.session_id and sessions.filter(pk=discussion.session_id).exists():
        return reverse("supervision:session-detail", args=[discussion.session_id])
    groups = GroupSession.objects.visible_to(actor)
    if discussion.group_id and groups.filter(pk=discussion.group_id).exists():
        return reverse("supervision:group-detail", args=[discussion.group_id])
    return reverse("supervision:child-detail", args=[discussion.child_id])
