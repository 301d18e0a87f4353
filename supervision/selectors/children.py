"""Facts about children for the engine, and what it answers: how often each is discussed, and why it is due."""

from collections import defaultdict
from collections.abc import Collection, Iterable
from datetime import date, datetime
from functools import lru_cache
from uuid import UUID

from django.db import connection

from policies import selectors as policies
from policies.rules.answers import ChildAssessment
from policies.rules.children import (
    AllocationHeld,
    Child,
    Discussion,
    Episode,
    PlanTypeHeld,
    assess_child,
)
from policies.rules.durations import Duration
from policies.rules.facts import Agreed
from policies.rules.policy import Policy

# Everything that is known of children over time, one row a fact: what, whose, in which words, from, to, and a mark. What
# was entered later than ``known_at`` is left out, and an end that was entered later is open. Discussions that were not
# held are no facts of the child clock.
CHILD_FACTS = """
SELECT 'episode', child_id::text, '', '', starts_on, {end}, closed_in_error FROM cases_episode
WHERE child_id = ANY(%(children)s) AND starts_on <= %(on)s AND recorded_at <= %(known_at)s
UNION ALL
SELECT 'plan type', child_id::text, plan_type, '', starts_on, {end}, false FROM cases_plantypeheld
WHERE child_id = ANY(%(children)s) AND starts_on <= %(on)s AND recorded_at <= %(known_at)s
UNION ALL
SELECT 'allocation', child_id::text, holder_id::text, '', starts_on, {end}, without_worker FROM cases_allocation
WHERE child_id = ANY(%(children)s) AND starts_on <= %(on)s AND recorded_at <= %(known_at)s
UNION ALL
SELECT 'discussion', child_id::text, depth, format, "on", NULL, own_text FROM supervision_discussion
WHERE child_id = ANY(%(children)s) AND "on" <= %(on)s AND depth <> 'not_discussed' AND recorded_at <= %(known_at)s
UNION ALL
SELECT 'override', child_id::text, every, '', starts_on, {end}, false FROM cases_override
WHERE child_id = ANY(%(children)s) AND starts_on <= %(on)s AND recorded_at <= %(known_at)s
""".format(end="CASE WHEN end_recorded_at > %(known_at)s THEN NULL ELSE ends_on END")

FactRow = tuple[str, str, str, str, date, date | None, bool]


def child_fact_rows(*, children: Collection[UUID], on: date, known_at: datetime | None = None) -> list[FactRow]:
    """Everything that was known of the children, as the database gives it, and nothing done to it; in one query."""
    with connection.cursor() as cursor:
        cursor.execute(CHILD_FACTS, {"children": list(children), "on": on, "known_at": known_at or "infinity"})
        return cursor.fetchall()


def child_facts(
    *,
    children: Collection[UUID],
    on: date,
    known_at: datetime | None = None,
    rows: Iterable[FactRow] | None = None,
) -> dict[UUID, Child]:
    """What the engine reads, for each of the children; in one query, none where the rows are given."""
    gathered: dict[str, _Gathered] = defaultdict(_Gathered)
    for kind, child, what, more, first, last, mark in (
        child_fact_rows(children=children, on=on, known_at=known_at) if rows is None else rows
    ):
        facts = gathered[child]
        if kind == "discussion":
            facts.discussions.append(Discussion(first, what, more, mark))
        elif kind == "allocation":
            facts.allocations.append(AllocationHeld(what, first, last))
        elif kind == "plan type":
            facts.plan_types.append(PlanTypeHeld(what, first, last))
        elif kind == "episode":
            facts.episodes.append(Episode(first, last, mark))
        elif last is None or last > on:
            facts.override = Agreed.rolling(Duration.parse(what), starts_on=first)
    return {child: gathered[key].child() if (key := str(child)) in gathered else NOTHING for child in children}


class _Gathered:
    """One child's facts while they are put together."""

    __slots__ = ("allocations", "discussions", "episodes", "override", "plan_types")

    def __init__(self) -> None:
        self.episodes: list[Episode] = []
        self.plan_types: list[PlanTypeHeld] = []
        self.discussions: list[Discussion] = []
        self.allocations: list[AllocationHeld] = []
        self.override: Agreed | None = None

    def child(self) -> Child:
        """As the engine takes it."""
        return Child(
            episodes=tuple(self.episodes),
            plan_types=tuple(self.plan_types),
            discussions=tuple(self.discussions),
            allocations=tuple(self.allocations),
            override=self.override,
        )


# A child of whom nothing was known
NOTHING = Child()


class ChildQuestion:
    """A child's facts under a policy on a day; equal to the same asked again, so that the answer can be kept."""

    __slots__ = ("child", "key", "on", "policy")

    def __init__(self, policy: Policy, child: Child, on: date) -> None:
        self.policy, self.child, self.on = policy, child, on
        self.key = (on, child)

    def __hash__(self) -> int:
        return hash(self.key)

    def __eq__(self, other: object) -> bool:
        return isinstance(other, ChildQuestion) and self.policy is other.policy and self.key == other.key


def child_questions(
    *, children: Collection[UUID], on: date, known_at: datetime | None = None
) -> dict[UUID, ChildQuestion]:
    """What to ask the engine of each of the children, in two queries; nothing where no policy is in force."""
    policy = policies.policy_in_force(on)
    if policy is None or not children:
        return {}
    facts = child_facts(children=children, on=on, known_at=known_at)
    return {child_id: ChildQuestion(policy, child, on) for child_id, child in facts.items()}


def child_statuses(
    *, children: Collection[UUID], on: date, known_at: datetime | None = None
) -> dict[UUID, ChildAssessment]:
    """How each child stands on a day, in words, under the policy in force that day; in two queries whatever the number.

    ``known_at``: as it was known at that moment; facts and ends recorded later are left out.
    """
    asked = child_questions(children=children, on=on, known_at=known_at)
    answering = answer_child if len(asked) <= KEPT else answer_child.__wrapped__
    return {child_id: answering(question) for child_id, question in asked.items()}


# The engine is pure, and the same children are asked about all day; a night's chunk is asked about once
KEPT = 4_096


@lru_cache(maxsize=KEPT)
def answer_child(question: ChildQuestion) -> ChildAssessment:
    """How the child stands, in the words that people know."""
    return assess_child(question.policy, question.child, question.on)
