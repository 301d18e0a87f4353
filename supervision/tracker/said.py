"""What was said of children in supervision between two days, as an actor may see it, and where each is read."""

from collections import defaultdict
from collections.abc import Collection
from dataclasses import dataclass
from datetime import date
from typing import Any
from uuid import UUID

from django.db.models import BooleanField, Case, DateField, Exists, OuterRef, Q, QuerySet, UUIDField, Value, When
from django.db.models.fields.json import KeyTextTransform
from django.db.models.functions import Cast
from django.urls import reverse

from core.actor import Actor
from records.models import Record
from records.rules import Kind
from staff.models import of_those_supervised
from supervision.models import Discussion, GroupSession, SupervisionSession
from supervision.rules.discussions import NOT_DISCUSSED, OVERSIGHT
from supervision.tracker.rules import SHARED, Mark


@dataclass(frozen=True, slots=True)
class Said:
    """A discussion or a decision: its mark, who the worker was, and in which session it was."""

    mark: Mark
    worker_id: UUID | None
    session_id: UUID | None

    @property
    def on(self) -> date:
        """The day."""
        return self.mark.on


def said_in(
    children: Collection[UUID], *, closed: Collection[UUID], first: date, end: date, actor: Actor
) -> dict[UUID, list[Said]]:
    """By child, what was said from one day up to another; in one query, which gives the entries to read, too.

    ``closed``: children whose case is closed, of whom those see what was said who see it through the worker of then.
    """
    if not children:
        return {}
    entries: dict[tuple[UUID, UUID], UUID] = {}
    discussions: list[tuple[Any, ...]] = []
    found: dict[UUID, list[Said]] = defaultdict(list)
    for row in _rows(children, closed=closed, first=first, end=end, actor=actor):
        child, on, depth, _, _, session, group, _, record, _ = row
        if record is None:
            discussions.append(row)
        elif depth == Kind.CASE_ENTRY:
            entries[child, session or group] = record
        else:
            found[child].append(Said(Mark(on, OVERSIGHT, url=_url("records:record-detail", record)), None, None))
    opened = SupervisionSession.objects.people_with_diary_open_to(actor)
    for child, on, depth, in_group, own_text, session, group, worker, _, group_is_open in discussions:
        record = entries.get((child, session or group))
        is_open = worker in opened and on >= actor.sees_from.get(worker, on)
        kind = depth if own_text or depth == NOT_DISCUSSED else SHARED
        url = _where(record, session if is_open else None, group if group_is_open else None)
        found[child].append(Said(Mark(on, kind, in_group, url), worker, session))
    return found


def _where(record: UUID | None, session: UUID | None, group: UUID | None) -> str:
    """The entry itself, else the session or the group, as far as the reader may open them."""
    if record:
        return _url("records:record-detail", record)
    if session:
        return _url("supervision:session-detail", session)
    return _url("supervision:group-detail", group) if group else ""


_places: dict[str, str] = {}
_NOBODY = UUID(int=0)


def _url(name: str, key: UUID) -> str:
    """The address of one thing: a tracker has thousands, and only the key differs."""
    if name not in _places:
        _places[name] = reverse(name, args=[_NOBODY])
    return _places[name].replace(str(_NOBODY), str(key))


def _rows(
    children: Collection[UUID], *, closed: Collection[UUID], first: date, end: date, actor: Actor
) -> QuerySet[Any, tuple[Any, ...]]:
    """child, day, depth or kind of record, in a group, own text, session, group, worker, record, may open the group."""
    through = Q(worker__in=actor.next_up_for | {actor.staff_id}) | of_those_supervised(actor, person="worker", day="on")
    discussions = (Discussion.objects.visible_to(actor) | Discussion.objects.filter(through, child__in=closed)).filter(
        child__in=children, on__gte=first, on__lt=end
    )
    groups = GroupSession.objects.visible_to(actor).filter(pk=OuterRef("group"))
    no_key = Value(None, output_field=UUIDField())
    said = (
        discussions.exclude(format=Discussion.Format.MANAGEMENT_OVERSIGHT)
        .order_by()
        .annotate(
            in_group=Q(format=Discussion.Format.GROUP),
            group_is_open=Case(When(group=None, then=Value(value=False)), default=Exists(groups)),
        )
        .values_list(
            "child_id", "on", "depth", "in_group", "own_text", "session_id", "group_id", "worker_id", no_key,
            "group_is_open",
        )
    )  # fmt: skip
    signed = (
        Record.objects.visible_to(actor)
        .filter(child__in=children, kind__in=(Kind.DECISION, Kind.CASE_ENTRY), parts__seq=1)
        .annotate(held_on=Cast(KeyTextTransform("held_on", "parts__facts"), DateField()))
        .filter(Q(kind=Kind.CASE_ENTRY) | Q(held_on__gte=first, held_on__lt=end))
        .order_by()
        .values_list(
            "child_id", "held_on", "kind", Value(value=False), Value(value=True), "case_entry__session_id",
            "case_entry__group_id", no_key, "pk", Value(value=False, output_field=BooleanField()),
        )
    )  # fmt: skip
    return said.union(signed, all=True)
