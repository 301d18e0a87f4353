"""The grid of a tracker: its children, what was said of each and when, how each stands; in a fixed few queries."""

from collections import defaultdict
from collections.abc import Collection, Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass, field
from datetime import date
from typing import Any, NamedTuple
from uuid import UUID

from django.core.paginator import Page, Paginator
from django.db.models import Exists, OuterRef, Q, QuerySet

from cases import selectors as cases
from cases.models import Allocation, Child, Episode
from cases.rules import Held, reference_label
from cases.selectors import Holder
from core.actor import Actor
from core.prepared import prepared
from policies.rules.policy import Policy
from policies.selectors import policy_in_force
from supervision.models import SupervisionSession
from supervision.selectors.children import ChildQuestion, child_questions
from supervision.tracker import rules
from supervision.tracker.choices import Choice, Choices, choices
from supervision.tracker.rules import Cell, Gone, Period, Spell
from supervision.tracker.said import read, said_in
from supervision.tracker.sessions import HeldSession, held_sessions
from supervision.tracker.standing import Standing, standing_of

ROWS_ON_A_PAGE = 250
ORDERS = {
    "due": "Due first",
    "in_depth": "Longest without a discussion in depth first",
    "worker": "Worker",
    "reference": "Reference",
}


@dataclass(frozen=True, slots=True)
class Tick:
    """A session in which a child may still be ticked as briefly discussed."""

    session: str
    on: date


@dataclass(slots=True)
class Listed:
    """A child with the times in which it was with somebody of the tracker. ``in_sight``: the actor sees it today."""

    child_id: UUID
    reference: str
    initials: str
    in_sight: bool
    spells: list[Spell] = field(default_factory=list)


class Written(NamedTuple):
    """What the months of a child are read from: as ``said`` has it, so that what is drawn of it can be kept.

    ``diaries``: of a child out of sight, whose sessions may be opened.
    """

    line: str
    spells: tuple[Spell, ...]
    people: frozenset[str]
    diaries: frozenset[str] | None
    period: Period


@dataclass(frozen=True, slots=True)
class TrackerRow:
    """One child of a tracker. Of a child that is ``gone`` nothing is said of how it stands."""

    child: Listed
    gone: Gone | None
    holders: Sequence[Holder]
    held: Held | None
    stands: Standing | None
    since_in_depth: int | None
    written: Written
    ticks: Mapping[date, Sequence[Tick]]

    @property
    def cells(self) -> Sequence[Cell]:
        """The months of the child."""
        return cells_of(self.written, self.stands)

    @property
    def worker(self) -> str:
        """Who works with the child now, by name."""
        return ", ".join([each.name for each in self.holders])

    def place(self, order: str) -> tuple[object, ...]:
        """Where the row stands in an order: those held without a worker first, those gone last."""
        due_on, last = (self.stands.due_on, self.stands.last_in_depth) if self.stands else (None, None)
        by_due = (self.held is None, due_on or date.max, self.child.reference)
        longest = (last or date.min, -(self.since_in_depth or 0))
        keys = {"worker": (self.worker, *by_due), "reference": (self.child.reference,), "in_depth": (*longest, *by_due)}
        return (self.gone is not None, *keys.get(order, by_due))


@dataclass(frozen=True, slots=True)
class Tracker:
    """The page: whose, over which months, in which order."""

    choices: Choices
    period: Period
    periods: Sequence[Period]
    order: str
    label: str
    rows: Sequence[TrackerRow]
    page: Page

    @property
    def open_rows(self) -> int:
        """How many children are on it today."""
        return sum(row.gone is None for row in self.rows)

    @property
    def overdue(self) -> int:
        """How many of those are overdue for a discussion."""
        return sum(row.stands is not None and row.stands.is_overdue for row in self.rows)

    @property
    def can_tick(self) -> bool:
        """Whether a child can be ticked in a session."""
        return any(row.ticks for row in self.rows)


def tracker(*, actor: Actor, whose: str, period: str, order: str, number: str = "1") -> Tracker:
    """The tracker of a worker or a team, as an actor may see it; in seven queries."""
    policy = policy_in_force(actor.on)
    found = choices(actor=actor, key=whose)
    offered = rules.periods(actor.on, year_starts=policy.calendar.year_starts if policy else (4, 1))
    shown = next((each for each in offered if each.key == period), offered[0])
    order = order if order in ORDERS else next(iter(ORDERS))
    rows = _rows(found.chosen, actor=actor, period=shown, policy=policy)
    rows.sort(key=lambda row: row.place(order))
    return Tracker(
        choices=found,
        period=shown,
        periods=offered,
        order=order,
        label=reference_label(policy),
        rows=rows,
        page=Paginator(rows, ROWS_ON_A_PAGE).get_page(number),
    )


def children_of(choice: Choice, *, actor: Actor, period: Period) -> list[Listed]:
    """Who was with somebody of the choice at a time of the period, up to the actor's day; in one query.

    A child that went elsewhere, or whose case was closed, stays, for who was its worker and for those above the worker.
    Cover sees nobody who had gone before its first day.
    """
    near = actor.supervises | actor.next_up_for | {actor.staff_id}
    rows = _allocations(
        people=[each.person_id for each in choice.people], first=period.first, end=period.end, on=actor.on, actor=actor
    )
    keys = {each.person_id: str(each.person_id) for each in choice.people}
    found: dict[UUID, Listed] = {}
    for child, reference, initials, holder, first, last, in_sight, is_closed in rows:
        is_covered = holder in actor.limited and last is not None and last <= actor.sees_from.get(holder, date.min)
        if not in_sight and (holder not in near or is_covered):
            continue
        one = found.get(child)
        if one is None:
            one = found[child] = Listed(child, reference, initials, in_sight)
        one.spells.append(Spell(keys[holder], first, last, is_closed))
    return list(found.values())


@prepared
def _allocations(
    *, people: list[UUID], first: date, end: date, on: date, actor: Actor
) -> QuerySet[Allocation, tuple[Any, ...]]:
    held = Allocation.objects.filter(
        Q(ends_on=None) | Q(ends_on__gt=first), holder__in=people, starts_on__lt=end, starts_on__lte=on
    )
    seen = Child.objects.visible_to(actor).filter(pk=OuterRef("child"))
    closed = Episode.objects.filter(child=OuterRef("child"), ends_on=OuterRef("ends_on"), closed_in_error=False)
    columns = ("child_id", "child__reference", "child__initials", "holder_id", "starts_on", "ends_on")
    rows = held.annotate(in_sight=Exists(seen), closed=Exists(closed)).order_by("starts_on")
    found: QuerySet[Allocation, tuple[Any, ...]] = rows.values_list(*columns, "in_sight", "closed")
    return found


def _rows(choice: Choice, *, actor: Actor, period: Period, policy: Policy | None) -> list[TrackerRow]:
    listed = children_of(choice, actor=actor, period=period)
    seen = [each.child_id for each in listed if each.in_sight]
    questions = child_questions(children=seen, on=actor.on)
    holders = cases.holders_of(children=seen, on=actor.on)
    held = cases.held_without_a_worker(children=seen, on=actor.on, holders=holders, policy=policy) if policy else {}
    days, to_tick = _sessions(_workers(questions.values(), choice), actor=actor, period=period)
    found = []
    for each, written in zip(listed, _written(listed, choice, actor=actor, period=period), strict=True):
        key, gone = each.child_id, rules.gone(written.spells, actor.on)
        question = None if gone else questions.get(key)
        stands = standing_of(question) if question else None
        after = stands.last_in_depth if stands else None
        since = rules.sessions_since(question.child, days, after=after, on=actor.on) if question else None
        ticks = _ticks(written, to_tick) if to_tick and stands else {}
        found.append(TrackerRow(each, gone, holders.get(key, ()), held.get(key), stands, since, written, ticks))
    return found


def _written(listed: Sequence[Listed], choice: Choice, *, actor: Actor, period: Period) -> Iterator[Written]:
    """What was said of each of the children; in one query."""
    said = said_in(
        [each.child_id for each in listed],
        closed=[each.child_id for each in listed if not each.in_sight and each.spells[-1].closed],
        first=period.first,
        end=period.end,
        actor=actor,
    )
    people = frozenset(str(each.person_id) for each in choice.people)
    opened = SupervisionSession.objects.people_with_diary_open_to(actor) - actor.limited
    diaries = frozenset(map(str, opened))
    for each in listed:
        line = said.get(each.child_id, "")
        yield Written(line, tuple(each.spells), people, None if each.in_sight else diaries, period)


def _sessions(
    people: Collection[UUID], *, actor: Actor, period: Period
) -> tuple[dict[str, list[date]], dict[str, list[HeldSession]]]:
    """By worker, the days of sessions, and those sessions that can still be ticked; in one query."""
    sessions = held_sessions(people, actor=actor)
    to_tick: dict[str, list[HeldSession]] = defaultdict(list)
    for each in sessions:
        if each.may_tick and period.first <= each.on < period.end:
            to_tick[each.worker].append(each)
    return days_of(sessions), to_tick


def cells_of(written: Written, stands: Standing | None) -> Sequence[Cell]:
    """The months of a child: what was said in sessions of the tracker's people, or while one of them held it; and what is
    due.
    """
    marks = [
        one.mark
        for one in read(written.line, diaries=written.diaries)
        if one.worker in written.people or any(each.holds(one.mark.on) for each in written.spells)
    ]
    return rules.cells(written.period, written.spells, [*marks, *(stands.marks if stands else ())])


def _workers(questions: Iterable[ChildQuestion], choice: Choice) -> set[UUID]:
    """Everybody whose sessions may have been about one of the children."""
    held = {held.worker for question in questions for held in question.child.allocations}
    return {UUID(worker) for worker in held} | {each.person_id for each in choice.people}


def days_of(sessions: Iterable[HeldSession]) -> dict[str, list[date]]:
    """The days of sessions in time order, by worker."""
    days: dict[str, list[date]] = defaultdict(list)
    for each in sessions:
        days[each.worker].append(each.on)
    return days


def _ticks(written: Written, sessions: Mapping[str, Sequence[HeldSession]]) -> dict[date, list[Tick]]:
    """By month, the sessions that can still be ticked: the child was with the worker then, and nothing is said of it."""
    found: dict[date, list[Tick]] = defaultdict(list)
    for spell in written.spells:
        for session in sessions.get(spell.holder, ()):
            if spell.holds(session.on) and session.key not in written.line:
                found[written.period.month_of(session.on)].append(Tick(session.key, session.on))
    return dict(found)
