"""Facts about children for the engine, and what it answers: how often each is discussed, and why it is due."""

from collections import defaultdict
from collections.abc import Collection, Iterable, Iterator, Mapping
from dataclasses import dataclass, replace
from datetime import date, datetime
from functools import lru_cache
from itertools import takewhile
from typing import Any
from uuid import UUID

from django.db import connection

from core.shortcuts import keys_in_one
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
from policies.rules.labels import assessment_in_words
from policies.rules.timeline import PolicyTimeline
from supervision.rules.discussions import NOT_DISCUSSED, inherited_on

# Everything that is known of children over time, one row a fact: what, whose, in which words, from, to, and a mark; and
# the policies by which they are read. What was entered later than ``known_at`` is left out, and an end that was entered
# later is open; what was replaced later stands. That a session left a child out is no discussion, yet a fact of its own.
# What was said is most of it, and comes in one line of each child: that is read sooner, and what was read of it is kept.
CHILD_FACTS = """
SELECT 'policy', policy_id::text, digest, '', starts_on, NULL::date, false FROM ({adoptions}) AS policy
UNION ALL
SELECT 'days off', '', ({days_added}), '', NULL, NULL, false
UNION ALL
SELECT 'episode', child_id::text, '', '', starts_on, {end}, closed_in_error FROM cases_episode
WHERE child_id {whose} AND starts_on <= %(on)s AND recorded_at <= %(known_at)s
UNION ALL
SELECT 'plan type', child_id::text, plan_type, '', starts_on, {end}, false FROM cases_plantypeheld
WHERE child_id {whose} AND starts_on <= %(on)s AND recorded_at <= %(known_at)s
UNION ALL
SELECT 'allocation', child_id::text, holder_id::text, '', starts_on, {end}, without_worker FROM cases_allocation
WHERE child_id {whose} AND starts_on <= %(on)s AND recorded_at <= %(known_at)s
UNION ALL
SELECT 'discussions', child_id::text, string_agg(concat_ws(' ', "on", depth, format, own_text), ';' ORDER BY "on", id),
    '', NULL, NULL, false FROM supervision_discussion
WHERE child_id {whose} AND "on" <= %(on)s AND recorded_at <= %(known_at)s
    AND (replaced_at IS NULL OR replaced_at > %(known_at)s) GROUP BY child_id
UNION ALL
SELECT 'override', child_id::text, every, '', starts_on, {end}, false FROM cases_override
WHERE child_id {whose} AND starts_on <= %(on)s AND recorded_at <= %(known_at)s
UNION ALL
SELECT 'opening date', child_id::text, '', '', "on", NULL, false FROM (
    SELECT DISTINCT ON (child_id) child_id, "on" FROM supervision_openingdate
    WHERE child_id {whose} AND recorded_at <= %(known_at)s
    ORDER BY child_id, recorded_at DESC, id DESC) AS opening WHERE "on" <= %(on)s
"""
END = "CASE WHEN end_recorded_at > %(known_at)s THEN NULL ELSE ends_on END"
HELD = """IN (SELECT child_id FROM cases_allocation WHERE holder_id = ANY(%(people)s)
    AND starts_on <= %(on)s AND (ends_on IS NULL OR ends_on > %(on)s))"""
PARTS = {"end": END, "adoptions": policies.ADOPTIONS, "days_added": policies.DAYS_ADDED}
FACTS_OF_CHILDREN = CHILD_FACTS.format(whose="= ANY(%(children)s::uuid[])", **PARTS)
FACTS_OF_THOSE_HELD = CHILD_FACTS.format(whose=HELD, **PARTS)

FactRow = tuple[str, str, str, str, Any, date | None, bool]


def child_fact_rows(*, children: Collection[UUID], on: date, known_at: datetime | None = None) -> list[FactRow]:
    """Everything that was known of the children, as the database gives it, and nothing done to it; in one query."""
    with connection.cursor() as cursor:
        cursor.execute(
            FACTS_OF_CHILDREN, {"children": keys_in_one(children), "on": on, "known_at": known_at or "infinity"}
        )
        return cursor.fetchall()


def child_facts(*, children: Collection[UUID], on: date, rows: Iterable[FactRow]) -> dict[UUID, Child]:
    """What the engine reads, for each of the children, from what ``child_fact_rows`` gave."""
    gathered: dict[str, _Gathered] = defaultdict(_Gathered)
    for kind, child, what, _, first, last, mark in rows:
        facts = gathered[child]
        if kind == "discussions":
            facts.discussions, facts.left_out = _said(what)
        elif kind == "allocation":
            facts.allocations.append(AllocationHeld(what, first, last))
        elif kind == "plan type":
            facts.plan_types.append(PlanTypeHeld(what, first, last))
        elif kind == "episode":
            facts.episodes.append(Episode(first, last, mark))
        elif kind == "override" and (last is None or last > on):
            facts.override = Agreed.rolling(Duration.parse(what), starts_on=first)
        elif kind == "opening date":
            facts.opened_on = first
    return {child: gathered[key].child() if (key := str(child)) in gathered else NOTHING for child in children}


class _Gathered:
    """One child's facts while they are put together."""

    __slots__ = ("allocations", "discussions", "episodes", "left_out", "opened_on", "override", "plan_types")

    def __init__(self) -> None:
        self.episodes: list[Episode] = []
        self.plan_types: list[PlanTypeHeld] = []
        self.discussions: tuple[Discussion, ...] = ()
        self.allocations: list[AllocationHeld] = []
        self.override: Agreed | None = None
        self.opened_on: date | None = None
        self.left_out: tuple[date, ...] = ()

    def child(self) -> Child:
        """As the engine takes it."""
        return Child(
            episodes=tuple(self.episodes),
            plan_types=tuple(self.plan_types),
            discussions=self.discussions,
            allocations=tuple(self.allocations),
            override=self.override,
            opened_on=self.opened_on,
            left_out=self.left_out,
        )


@lru_cache(maxsize=8_192)
def _said(line: str) -> tuple[tuple[Discussion, ...], tuple[date, ...]]:
    """What sessions said of a child: when it was discussed, and when it was left out."""
    said = [each.split(" ") for each in line.split(";")]
    discussions = [
        Discussion(date.fromisoformat(on), depth, form, own_text == "t")
        for on, depth, form, own_text in said
        if depth != NOT_DISCUSSED
    ]
    return tuple(discussions), tuple(date.fromisoformat(on) for on, depth, *_ in said if depth == NOT_DISCUSSED)


# A child of whom nothing was known
NOTHING = Child()


class ChildQuestion:
    """A child's facts under the policies over time on a day; equal to the same asked again, so that the answer can be
    kept.
    """

    __slots__ = ("child", "key", "on", "timeline")

    def __init__(self, timeline: PolicyTimeline, child: Child, on: date) -> None:
        self.timeline, self.child, self.on = timeline, child, on
        self.key = (on, child)

    def __hash__(self) -> int:
        return hash(self.key)

    def __eq__(self, other: object) -> bool:
        return isinstance(other, ChildQuestion) and self.timeline is other.timeline and self.key == other.key

    def without_discussions_from(self, day: date) -> "ChildQuestion":
        """The same as if nothing had been said of the child from a day on."""
        discussions = tuple(each for each in self.child.discussions if each.on < day)
        left_out = tuple(each for each in self.child.left_out if each < day)
        return ChildQuestion(self.timeline, replace(self.child, discussions=discussions, left_out=left_out), self.on)


def child_questions(
    *, children: Collection[UUID], on: date, known_at: datetime | None = None
) -> dict[UUID, ChildQuestion]:
    """What to ask the engine of each of the children, in one query; nothing where no policy is in force."""
    rows = child_fact_rows(children=children, on=on, known_at=known_at) if children else []
    timeline = timeline_of_rows(rows)
    if timeline is None:
        return {}
    facts = child_facts(children=children, on=on, rows=rows)
    return {child_id: ChildQuestion(timeline, child, on) for child_id, child in facts.items()}


def timeline_of_rows(rows: Iterable[FactRow]) -> PolicyTimeline | None:
    """The policies over time among what ``child_fact_rows`` gave; they stand before the facts."""
    known = list(takewhile(lambda row: row[0] in ("policy", "days off"), rows))
    days_added = next((what for kind, _, what, *_ in known if kind == "days off"), "")
    return policies.timeline_of(
        ((UUID(key), digest, first) for kind, key, digest, _, first, *_ in known if kind == "policy"), days_added
    )


def child_statuses(
    *, children: Collection[UUID], on: date, known_at: datetime | None = None
) -> dict[UUID, ChildAssessment]:
    """How each child stands on a day, in words, each day judged by its own policy; in one query whatever the number.

    ``known_at``: as it was known at that moment; facts and ends recorded later are left out.
    """
    asked = child_questions(children=children, on=on, known_at=known_at)
    return {child_id: answer_child(question) for child_id, question in asked.items()}


# The engine is pure, and the same children are asked about all day
@lru_cache(maxsize=4_096)
def judge_child(question: ChildQuestion) -> ChildAssessment:
    """How the child stands, as the engine says it: enough to count and to sort by, at half the cost of the words."""
    return assess_child(question.timeline, question.child, question.on)


@lru_cache(maxsize=4_096)
def answer_child(question: ChildQuestion) -> ChildAssessment:
    """How the child stands, in the words that people know."""
    return assessment_in_words(question.timeline, judge_child(question))


@dataclass(frozen=True, slots=True)
class Caseload:
    """How many children somebody holds on a day, and how many of them are overdue for discussion.

    ``inherited``: how many of those overdue came from somebody else, and were not discussed since.
    """

    number: int = 0
    overdue: int = 0
    inherited: int = 0


def caseloads(*, people: Collection[UUID], on: date) -> dict[UUID, Caseload]:
    """The caseload of each of the people on a day, in one query; nothing of those who hold no child."""
    number: dict[UUID, int] = defaultdict(int)
    overdue: dict[UUID, int] = defaultdict(int)
    inherited: dict[UUID, int] = defaultdict(int)
    for person, child, answer in _held_by(people, on):
        late = bool(answer and answer.longest_overdue())
        number[person] += 1
        overdue[person] += late
        inherited[person] += late and inherited_on(child, on) is not None
    return {person: Caseload(number[person], overdue[person], inherited[person]) for person in number}


def children_due_by(*, days: Mapping[UUID, date], on: date) -> dict[UUID, int]:
    """How many children of each person are due for discussion by a day of theirs, in one query; none where none is.

    ``days``: of people whose children the caller may see, the day of the next session of each.
    """
    found: dict[UUID, int] = defaultdict(int)
    for person, _, answer in _held_by(days.keys(), on):
        first = answer.asks_first() if answer else None
        if first and first.due_on and first.due_on <= days[person]:
            found[person] += 1
    return dict(found)


def _held_by(people: Collection[UUID], on: date) -> Iterator[tuple[UUID, Child, ChildAssessment | None]]:
    """Each child whom one of the people holds on a day, with how the engine says that it stands; None without a policy."""
    if not people:
        return
    with connection.cursor() as cursor:
        cursor.execute(FACTS_OF_THOSE_HELD, {"people": list(people), "on": on, "known_at": "infinity"})
        rows: list[FactRow] = cursor.fetchall()
    children = [UUID(child) for child in {row[1] for row in rows if row[0] == "allocation"}]
    timeline = timeline_of_rows(rows)
    known = {str(person): person for person in people}
    for child in child_facts(children=children, on=on, rows=rows).values():
        answer = judge_child(ChildQuestion(timeline, child, on)) if timeline else None
        for held in child.allocations:
            if held.worker in known and (held.ends_on is None or held.ends_on > on):
                yield known[held.worker], child, answer
