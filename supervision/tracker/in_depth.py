"""For each child how long ago it was discussed in depth, and how many sessions of its worker there were since (R331)."""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import date
from uuid import UUID

from django.core.paginator import Page, Paginator

from cases import selectors as cases
from cases.models import Allocation, Child
from cases.rules import reference_label
from cases.selectors import Holder
from core.actor import Actor
from policies.selectors import policy_in_force
from supervision.selectors.children import ChildQuestion, child_questions
from supervision.tracker import rules
from supervision.tracker.choices import Choice, Choices, choices
from supervision.tracker.selectors import days_of
from supervision.tracker.sessions import held_sessions
from supervision.tracker.standing import standing_of

ROWS_ON_A_PAGE = 50
EVERYBODY = "all"
ORDERS = {
    "longest": "Longest ago first",
    "sessions": "Most sessions since",
    "worker": "Worker",
    "reference": "Reference",
}


@dataclass(frozen=True, slots=True)
class InDepthRow:
    """One child. ``since``: how many sessions of whoever held it there were after ``last_in_depth``; ``last``: the last
    discussion of any kind.
    """

    child_id: UUID
    reference: str
    worker: str
    holders: frozenset[UUID]
    plan_types: Sequence[str]
    last_in_depth: date | None
    since: int
    last: date | None

    def place(self, order: str) -> tuple[object, ...]:
        """Where it stands in an order."""
        longest = (self.last_in_depth or date.min, -self.since, self.reference)
        keys = {
            "sessions": (-self.since, *longest),
            "worker": (self.worker, *longest),
            "reference": (self.reference,),
        }
        return keys.get(order, longest)


@dataclass(frozen=True, slots=True)
class InDepthReport:
    """The children within sight in the order that was asked for; ``chosen``: whose, None of all."""

    rows: Sequence[InDepthRow]
    page: Page
    label: str
    order: str
    choices: Choices
    chosen: Choice | None

    @property
    def never(self) -> int:
        """How many were never discussed in depth in their case."""
        return sum(row.last_in_depth is None for row in self.rows)


def in_depth_report(*, actor: Actor, whose: str, order: str, number: str = "1") -> InDepthReport:
    """The report, the longest ago first; in six queries. ``whose``: a team or a worker, or ``EVERYBODY`` in sight."""
    found = choices(actor=actor, key=whose)
    chosen = None if whose == EVERYBODY else found.chosen
    order = order if order in ORDERS else next(iter(ORDERS))
    rows = sorted(_rows(actor, chosen), key=lambda row: row.place(order))
    return InDepthReport(
        rows=rows,
        page=Paginator(rows, ROWS_ON_A_PAGE).get_page(number),
        label=reference_label(policy_in_force(actor.on)),
        order=order,
        choices=found,
        chosen=chosen,
    )


def _rows(actor: Actor, chosen: Choice | None) -> list[InDepthRow]:
    seen = Child.objects.visible_to(actor)
    if chosen:
        held = Allocation.objects.live(actor.on).filter(holder__in=[each.person_id for each in chosen.people])
        seen = seen.filter(pk__in=held.values("child"))
    children = dict(seen.values_list("pk", "reference"))
    questions = child_questions(children=children, on=actor.on)
    holders = cases.holders_of(children=children, on=actor.on) if children else {}
    workers = {UUID(held.worker) for question in questions.values() for held in question.child.allocations}
    days = days_of(held_sessions(workers, actor=actor))
    return [
        _row(key, reference, holders.get(key, ()), questions[key], days)
        for key, reference in children.items()
        if key in questions
    ]


def _row(
    key: UUID, reference: str, holders: Sequence[Holder], question: ChildQuestion, days: dict[str, list[date]]
) -> InDepthRow:
    stands = standing_of(question)
    return InDepthRow(
        child_id=key,
        reference=reference,
        worker=", ".join(each.name for each in holders),
        holders=frozenset(each.person_id for each in holders),
        plan_types=stands.plan_types,
        last_in_depth=stands.last_in_depth,
        since=rules.sessions_since(question.child, days, after=stands.last_in_depth, on=question.on),
        last=stands.last,
    )
