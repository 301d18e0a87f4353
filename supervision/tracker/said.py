"""What was said of children in supervision between two days, as an actor may see it, and where each is read."""

from collections.abc import Collection
from datetime import date
from functools import lru_cache
from typing import Any, ClassVar, NamedTuple
from uuid import UUID

from django.contrib.postgres.aggregates import StringAgg
from django.db.models import Exists, Func, OuterRef, Q, QuerySet, TextField, Value
from django.db.models.functions import Cast, Coalesce
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

NONE = "-"
GROUP = Discussion.Format.GROUP.value


class Said(NamedTuple):
    """A discussion or a decision: its mark, who the worker was, and in which session it was. Keys are as the database
    writes them.
    """

    mark: Mark
    worker: str
    session: str


def said_in(
    children: Collection[UUID], *, closed: Collection[UUID], first: date, end: date, actor: Actor
) -> dict[UUID, str]:
    """By child, what was said from one day up to another, in one line for ``read``; in one query.

    ``closed``: children whose case is closed, of whom those see what was said who see it through the worker of then.
    """
    if not children:
        return {}
    # What cover sees of whom from when is computed with, which a prepared query cannot be
    ask: Any = _lines.plain if actor.limited else _lines  # type: ignore[attr-defined]
    return dict(ask(children=list(children), closed=list(closed), first=first, end=end, actor=actor))


def read(line: str, *, diaries: Collection[str] | None = None) -> list[Said]:
    """What a line says. ``diaries``: of a child out of sight, people of whom sessions are the reader's to open."""
    place, found = _place(), []
    for each in line.split(";") if line else ():
        day, depth, form, own_text, session, worker, key = each.split(" ")
        kind = OVERSIGHT if form == OVERSIGHT else depth if own_text == "t" or depth == NOT_DISCUSSED else SHARED
        is_open = diaries is None or (session != NONE and worker in diaries)
        mark = Mark(date.fromisoformat(day), kind, form == GROUP, f"{place}{key}/" if is_open else "")
        found.append(Said(mark, worker, session))
    return found


@lru_cache
def _place() -> str:
    """Where one discussion is read, but for its key."""
    nobody = str(UUID(int=0))
    return reverse("supervision:tracker-said", args=[nobody]).removesuffix(f"{nobody}/")


@prepared
def _lines(
    *, children: list[UUID], closed: list[UUID], first: date, end: date, actor: Actor
) -> QuerySet[Any, tuple[Any, ...]]:
    """Child, and a line. A tracker has thousands of discussions: one row of each child is read far sooner."""
    session = Coalesce(Cast("session_id", TextField()), Value(NONE, output_field=TextField()))
    columns = ("on", "depth", "format", "own_text", session, "worker_id", "pk")
    said = Func(Value(" "), *columns, function="CONCAT_WS", output_field=TextField())
    seen = seen_by(actor, closed=closed).filter(child__in=children, on__gte=first, on__lt=end).order_by()
    of_each = seen.values("child_id").annotate(
        line=StringAgg(said, delimiter=";", order_by=("on", "pk"), output_field=TextField())
    )
    return of_each.values_list("child_id", "line")


def seen_by(actor: Actor, *, closed: Collection[UUID]) -> DiscussionQuerySet:
    """The discussions within sight, and of closed cases those that are seen through the worker of then."""
    seen = Discussion.objects.visible_to(actor)
    if not closed:
        return seen
    through = Q(worker__in=actor.next_up_for | {actor.staff_id}) | of_those_supervised(actor, person="worker", day="on")
    return seen | Discussion.objects.filter(through, child__in=closed)


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
    """Where a discussion is read: the signed entry, else the session or the group; a decision's record. Empty where only the
    child's page says of it.
    """
    if discussion.format == Discussion.Format.MANAGEMENT_OVERSIGHT:
        return _decision(discussion, actor)
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
    return ""


def _decision(discussion: Discussion, actor: Actor) -> str:
    """The record of a decision of that day, where there is one alone."""
    decided = Record.objects.visible_to(actor).filter(
        kind=Kind.DECISION, child=discussion.child_id, parts__seq=1, parts__facts__held_on=discussion.on.isoformat()
    )
    keys = list(decided.values_list("pk", flat=True)[:2])
    return reverse("records:record-detail", args=keys) if len(keys) == 1 else ""
