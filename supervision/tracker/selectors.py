"""The grid of a tracker: its children, what was said of each and when, how each stands; in a fixed few queries."""

from collections import defaultdict
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass, field
from datetime import date
from uuid import UUID

from django.core.paginator import Page, Paginator
from django.db.models import Exists, OuterRef, Q

from cases import selectors as cases
from cases.models import Allocation, Child, Episode
from cases.rules import Held, plan_type_words, reference_label
from cases.selectors import Holder
from core.actor import Actor
from policies.rules.answers import ChildAssessment
from policies.rules.policy import Policy
from policies.selectors import policy_in_force
from supervision.rules.discussions import inherited_on
from supervision.selectors.children import ChildQuestion, answer_child, child_questions
from supervision.tracker import rules
from supervision.tracker.choices import Choice, Choices, choices
from supervision.tracker.rules import Asked, Cell, Gone, Period, Spell
from supervision.tracker.said import Said, said_in
from supervision.tracker.sessions import HeldSession, held_sessions

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


@dataclass(frozen=True, slots=True)
class TrackerRow:
    """One child of a tracker. Of a child that is ``gone`` and out of sight nothing is said of how it stands."""

    child: Listed
    gone: Gone | None
    holders: Sequence[Holder]
    held: Held | None
    plan_types: Sequence[str]
    assessment: ChildAssessment | None
    asked: Sequence[Asked]
    last_in_depth: date | None
    since_in_depth: int | None
    inherited_on: date | None
    cells: Sequence[Cell]
    ticks: Mapping[date, Sequence[Tick]]

    @property
    def due_on(self) -> date | None:
        """The date that asks first."""
        first = self.assessment.asks_first() if self.assessment and not self.gone else None
        return first.due_on if first else None

    @property
    def worker(self) -> str:
        """Who works with the child now, by name."""
        return ", ".join(each.name for each in self.holders)

    def place(self, order: str) -> tuple[object, ...]:
        """Where the row stands in an order: those held without a worker first, those gone last."""
        by_due = (self.held is None, self.due_on or date.max, self.child.reference)
        longest = (self.last_in_depth or date.min, -(self.since_in_depth or 0))
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
        return sum(bool(row.gone is None and row.assessment and row.assessment.longest_overdue()) for row in self.rows)

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
    listed = children_of(found.chosen, actor=actor, period=shown)
    order = order if order in ORDERS else next(iter(ORDERS))
    rows = sorted(
        _rows(listed, found.chosen, actor=actor, period=shown, policy=policy), key=lambda row: row.place(order)
    )
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
    closed = Episode.objects.filter(child=OuterRef("child"), ends_on=OuterRef("ends_on"), closed_in_error=False)
    held = Allocation.objects.filter(
        Q(ends_on=None) | Q(ends_on__gt=period.first),
        holder__in=[each.person_id for each in choice.people],
        starts_on__lt=period.end,
        starts_on__lte=actor.on,
    )
    seen = Child.objects.visible_to(actor).filter(pk=OuterRef("child"))
    columns = ("child_id", "child__reference", "child__initials", "holder_id", "starts_on", "ends_on")
    rows = held.annotate(in_sight=Exists(seen), closed=Exists(closed)).order_by("starts_on")
    found: dict[UUID, Listed] = {}
    for child, reference, initials, holder, first, end, in_sight, is_closed in rows.values_list(
        *columns, "in_sight", "closed"
    ):
        is_covered = holder in actor.limited and end is not None and end <= actor.sees_from.get(holder, date.min)
        if not in_sight and (holder not in near or is_covered):
            continue
        one = found.setdefault(child, Listed(child, reference, initials, in_sight))
        one.spells.append(Spell(holder, first, end, is_closed))
    return list(found.values())


def _rows(
    listed: Sequence[Listed], choice: Choice, *, actor: Actor, period: Period, policy: Policy | None
) -> list[TrackerRow]:
    keys = [each.child_id for each in listed if each.in_sight]
    questions = child_questions(children=keys, on=actor.on)
    holders = cases.holders_of(children=keys, on=actor.on)
    held = cases.held_without_a_worker(children=keys, on=actor.on, holders=holders, policy=policy) if policy else {}
    sessions = held_sessions(_workers(questions.values(), choice), actor=actor)
    people = frozenset(str(each.person_id) for each in choice.people)
    can_tick = [each for each in sessions if each.may_tick and period.first <= each.on < period.end]
    closed = [each.child_id for each in listed if not each.in_sight and each.spells[-1].closed]
    said = said_in(
        [each.child_id for each in listed],
        in_sight=keys,
        closed=closed,
        first=period.first,
        end=period.end,
        actor=actor,
    )
    asker = _Asker(actor.on, policy, _days(sessions))
    return [
        asker.row(
            each,
            questions.get(each.child_id),
            holders=holders.get(each.child_id, ()),
            held=held.get(each.child_id),
            period=period,
            said=[
                one
                for one in said.get(str(each.child_id), ())
                if one.worker in people or any(spell.holds(one.mark.on) for spell in each.spells)
            ],
            sessions=can_tick,
        )
        for each in listed
    ]


def _workers(questions: Iterable[ChildQuestion], choice: Choice) -> set[UUID]:
    """Everybody whose sessions may have been about one of the children."""
    held = {held.worker for question in questions for held in question.child.allocations}
    return {UUID(worker) for worker in held} | {each.person_id for each in choice.people}


def _days(sessions: Iterable[HeldSession]) -> dict[str, list[date]]:
    days: dict[str, list[date]] = defaultdict(list)
    for each in sessions:
        days[each.worker].append(each.on)
    return days


class _Asker:
    """What makes a row of a child, with what is the same for all of them at hand."""

    def __init__(self, on: date, policy: Policy | None, days: Mapping[str, Sequence[date]]) -> None:
        self.on, self.policy, self.days = on, policy, days

    def row(
        self,
        listed: Listed,
        question: ChildQuestion | None,
        *,
        holders: Sequence[Holder],
        held: Held | None,
        period: Period,
        said: Sequence[Said],
        sessions: Sequence[HeldSession],
    ) -> TrackerRow:
        """The row of one child."""
        gone = rules.gone(listed.spells, self.on)
        marks = [each.mark for each in said]
        if question is None or gone:
            return TrackerRow(
                listed, gone, holders, None, (), None, (), None, None, None,
                rules.cells(period, listed.spells, marks), {},
            )  # fmt: skip
        answer, facts = answer_child(question), question.child
        last = rules.last_in_depth(facts, self.on)
        first = answer.asks_first()
        marks += rules.due_marks(answer.rules, first.due_on if first else None, on=self.on)
        return TrackerRow(
            child=listed,
            gone=None,
            holders=holders,
            held=held,
            plan_types=[
                plan_type_words(each.plan_type)
                for each in facts.plan_types
                if each.ends_on is None or each.ends_on > self.on
            ],
            assessment=answer,
            asked=rules.asked_of(answer.rules, self.policy) if self.policy else (),
            last_in_depth=last,
            since_in_depth=rules.sessions_since(facts, self.days, after=last, on=self.on),
            inherited_on=inherited_on(facts, self.on),
            cells=rules.cells(period, listed.spells, marks),
            ticks=_ticks(listed, said, sessions, period),
        )


def _ticks(
    listed: Listed, said: Iterable[Said], sessions: Sequence[HeldSession], period: Period
) -> dict[date, list[Tick]]:
    """By month, the sessions that can still be ticked: the child was with the worker then, and nothing is said of it."""
    if not sessions:
        return {}
    marked, holders = {each.session for each in said}, {str(each.holder_id) for each in listed.spells}
    found: dict[date, list[Tick]] = defaultdict(list)
    for session in sessions:
        if session.worker not in holders or session.key in marked:
            continue
        if any(str(each.holder_id) == session.worker and each.holds(session.on) for each in listed.spells):
            found[period.month_of(session.on)].append(Tick(session.key, session.on))
    return dict(found)
