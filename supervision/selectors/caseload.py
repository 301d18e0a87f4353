"""Pages about children: those within sight with when each is due, and one child over time."""

from collections import Counter
from collections.abc import Collection, Sequence
from dataclasses import dataclass
from datetime import date
from typing import Any
from uuid import UUID

from django.core.paginator import Page, Paginator
from django.urls import reverse

from cases import access as cases_access
from cases import selectors as cases
from cases.models import Allocation, Child, Override
from cases.rules import Held, plan_type_words, reference_label
from cases.selectors import Holder
from core.actor import Actor
from core.shortcuts import may
from policies.rules.answers import ChildAssessment, Status
from policies.rules.children import Child as ChildFacts
from policies.rules.children import Discussion as DiscussionFact
from policies.rules.coverage import opened_on
from policies.rules.policy import Policy
from policies.selectors import policy_in_force
from staff.models import StaffMember
from supervision import access
from supervision.models.discussions import Discussion
from supervision.rules.discussions import inherited_on
from supervision.selectors.children import ChildQuestion, answer_child, child_questions
from supervision.selectors.decisions import Said, said_of

CHILDREN_ON_A_PAGE = 50
# What such a note tells of stands in its own record; whether it counts as a discussion is the policy's to say
OVERSIGHT = Discussion.Format.MANAGEMENT_OVERSIGHT
OVERDUE, SOON, WITHOUT_WORKER = "overdue", "soon", "without_worker"
STATUS_FILTERS = {OVERDUE: "Overdue", SOON: "Due within days", WITHOUT_WORKER: "Held without a worker"}
_SOON = (Status.DUE_SOON, Status.DUE_TODAY, Status.TARGET_PASSED)


@dataclass(frozen=True, slots=True)
class ChildRow:
    """A child as lists show it. ``last``: the last discussion that moved the clock, or could have; ``held``: while
    nobody works with the child; ``inherited_on``: since when it is with a worker who has not discussed it yet;
    ``opened_on``: since when its present case is open.
    """

    child: Child
    holders: Sequence[Holder]
    held: Held | None
    plan_types: Sequence[str]
    assessment: ChildAssessment | None
    last: DiscussionFact | None
    last_in_depth: date | None
    inherited_on: date | None = None
    opened_on: date | None = None

    @property
    def due_on(self) -> date | None:
        """The date that a page with room for one shows."""
        first = self.assessment.asks_first() if self.assessment else None
        return first.due_on if first else None

    @property
    def is_overdue(self) -> bool:
        """Whether a discussion is overdue."""
        return bool(self.assessment and self.assessment.longest_overdue())

    @property
    def is_due_soon(self) -> bool:
        """Whether one falls due within days."""
        pressing = self.assessment.pressing() if self.assessment else None
        return not self.is_overdue and bool(pressing and pressing.standing in _SOON)

    @property
    def urgency(self) -> tuple[date, str]:
        """The longest due first."""
        return (self.due_on or date.max, self.child.reference)


@dataclass(frozen=True, slots=True)
class ChildrenPage:
    """The children within an actor's sight. ``numbers``: by filter, of all of them. ``holders``: to choose from."""

    rows: Page
    label: str
    numbers: dict[str, int]
    total: int
    holders: Sequence[tuple[str, str]]
    status: str
    holder: str
    can_add: bool

    @property
    def statuses(self) -> list[tuple[str, str]]:
        """The filters to choose from, each with how many there are."""
        return [(key, f"{words} ({self.numbers[key]})") for key, words in STATUS_FILTERS.items()]


def rows_before(*, children: Collection[Child], on: date, before: date) -> tuple[list[ChildRow], Policy | None]:
    """A row for each of the children as it stood when a day began, whatever was said of it since; and the policy of ``on``.

    Who holds them is left out. In one query; without children there is none, and no policy either.
    """
    questions = child_questions(children=[child.pk for child in children], on=on)
    earlier = {key: question.without_discussions_from(before) for key, question in questions.items()}
    rows = [_row(child, earlier.get(child.pk), holders=(), held=None) for child in children]
    return rows, next((question.timeline.on(on) for question in questions.values()), None)


def child_rows(*, children: Collection[Child], on: date) -> list[ChildRow]:
    """A row for each of the children, the longest due first; in two queries, three where no case is known."""
    keys = [child.pk for child in children]
    questions = child_questions(children=keys, on=on)
    holders = cases.holders_of(children=keys, on=on) if keys else {}
    policy = policy_of(questions, on)
    held = cases.held_without_a_worker(children=keys, on=on, holders=holders, policy=policy) if policy else {}
    rows = [
        _row(child, questions.get(child.pk), holders=holders.get(child.pk, ()), held=held.get(child.pk))
        for child in children
    ]
    return sorted(rows, key=lambda row: row.urgency)


def policy_of(questions: dict[UUID, ChildQuestion], on: date) -> Policy | None:
    """The policy in force on a day, from what is at hand."""
    for question in questions.values():
        return question.timeline.on(on)
    return policy_in_force(on)


def _row(child: Child, question: ChildQuestion | None, *, holders: Sequence[Holder], held: Held | None) -> ChildRow:
    facts = question.child if question else None
    on = question.on if question else date.max
    discussions = (
        sorted(
            (each for each in facts.discussions if each.own_text and each.format != OVERSIGHT), key=lambda each: each.on
        )
        if facts
        else []
    )
    return ChildRow(
        child=child,
        holders=holders,
        held=held,
        plan_types=[
            plan_type_words(each.plan_type)
            for each in (facts.plan_types if facts else ())
            if each.ends_on is None or each.ends_on > on
        ],
        assessment=answer_child(question) if question else None,
        last=discussions[-1] if discussions else None,
        inherited_on=inherited_on(facts, on) if facts else None,
        opened_on=opened_on(facts, on) if facts else None,
        last_in_depth=max((each.on for each in discussions if each.depth == "in_depth"), default=None),
    )


def children_page(*, actor: Actor, on: date, status: str, holder: str, number: str) -> ChildrenPage:
    """The children within sight, the longest due first, a page at a time; ``status`` and ``holder`` choose among them."""
    rows = child_rows(children=list(Child.objects.visible_to(actor)), on=on)
    names = {str(each.person_id): each.name for row in rows for each in row.holders}
    numbers = Counter(key for row in rows for key in _filters(row))
    chosen = [
        row
        for row in rows
        if (status not in STATUS_FILTERS or status in _filters(row))
        and (holder not in names or holder in {str(each.person_id) for each in row.holders})
    ]
    return ChildrenPage(
        rows=Paginator(chosen, CHILDREN_ON_A_PAGE).get_page(number),
        label=reference_label(policy_in_force(on)),
        numbers={key: numbers[key] for key in STATUS_FILTERS},
        total=len(rows),
        holders=sorted(names.items(), key=lambda pair: (pair[1], pair[0])),
        status=status if status in STATUS_FILTERS else "",
        holder=holder if holder in names else "",
        can_add=may(cases_access.check_can_open, actor),
    )


def _filters(row: ChildRow) -> list[str]:
    asked = ((OVERDUE, row.is_overdue), (SOON, row.is_due_soon), (WITHOUT_WORKER, row.held is not None))
    return [key for key, is_so in asked if is_so]


@dataclass(frozen=True, slots=True)
class Happened:
    """Something of a child's time: on which day, in words, with what was typed to it; where it is read."""

    at: date
    title: str
    text: str = ""
    url: str = ""
    link: str = ""


@dataclass(frozen=True, slots=True)
class ChildPage:
    """One child as one reader sees it: how it stands, and what has been, newest first."""

    row: ChildRow
    label: str
    against: Sequence[str]
    override: Override | None
    override_because: str
    timeline: Sequence[Happened]
    can_change: bool
    can_decide: bool


def child_page(*, child: Child, actor: Actor, on: date) -> ChildPage:
    """How one child stands and what has been of it, as an actor may see it."""
    question = child_questions(children=[child.pk], on=on).get(child.pk)
    policy = question.timeline.on(on) if question else None
    holders = cases.holders_of(children=[child.pk], on=on)
    held = cases.held_without_a_worker(children=[child.pk], on=on, holders=holders, policy=policy) if policy else {}
    row = _row(child, question, holders=holders.get(child.pk, ()), held=held.get(child.pk))
    against = StaffMember.objects.filter(pk__in=row.held.against) if row.held else StaffMember.objects.none()
    episodes = question.child.episodes if question else list(child.episodes.all())
    allocations = list(child.allocations.select_related("holder"))
    since = cases.seen_since(actor=actor, child=child, episodes=episodes, allocations=allocations) or date.min
    overrides = list(child.overrides.select_related("set_by"))
    override = next((each for each in overrides if each.starts_on <= on and _holds(each, on)), None)
    holdings = [each.holding for each in row.holders]
    return ChildPage(
        row=row,
        label=reference_label(policy),
        against=sorted(person.name for person in against) if row.held else (),
        override=override,
        override_because=override.reason if override and override.starts_on >= since else "",
        timeline=_timeline(child, question, actor=actor, allocations=allocations, overrides=overrides, since=since),
        can_change=may(cases_access.check_can_change_child, actor, holdings, held=row.held),
        can_decide=may(access.check_can_decide, actor) and may(access.check_can_decide_on, actor, holdings),
    )


def _holds(fact: Any, on: date) -> bool:
    return fact.ends_on is None or fact.ends_on > on


def _timeline(
    child: Child,
    question: ChildQuestion | None,
    *,
    actor: Actor,
    allocations: Sequence[Allocation],
    overrides: Sequence[Override],
    since: date,
) -> list[Happened]:
    """What is known of a child from a day on, newest first; of discussions those that the actor sees."""
    found = _of_facts(child, question.child, since) if question else []
    for held in allocations:
        words = "Held without a worker by" if held.without_worker else "Given to"
        found.append(Happened(held.starts_on, f"{words} {held.holder.name}"))
        if held.ends_on and held.ends_on > since:
            found.append(Happened(held.ends_on, f"No longer with {held.holder.name}"))
    for each in overrides:
        found.append(Happened(each.starts_on, f"An interval of its own, set by {each.set_by.name}", each.reason))
    # What ended on the very day is of before
    found = [each for each in found if each.at >= since]
    found += [_said(each) for each in said_of(child=child, actor=actor)]
    return sorted(found, key=lambda each: each.at, reverse=True)


def _of_facts(child: Child, facts: ChildFacts, since: date) -> list[Happened]:
    """What the engine was given too: the case opened and closed, plan types."""
    found: list[Happened] = []
    mistaken = any(episode.closed_in_error for episode in facts.episodes)
    because = dict(child.episodes.values_list("starts_on", "reopened_because")) if mistaken else {}
    for episode in facts.episodes:
        found.append(Happened(episode.starts_on, "Case opened", because.get(episode.starts_on, "")))
        if episode.ends_on and episode.ends_on > since:
            found.append(
                Happened(episode.ends_on, "Case closed by mistake" if episode.closed_in_error else "Case closed")
            )
    if facts.opened_on:
        found.append(Happened(facts.opened_on, "Last discussed before Countersign was here (opening date)"))
    for plan in facts.plan_types:
        if plan.starts_on:
            found.append(Happened(plan.starts_on, f"{plan_type_words(plan.plan_type)} begins"))
        if plan.ends_on and plan.ends_on > since:
            found.append(Happened(plan.ends_on, f"{plan_type_words(plan.plan_type)} ends"))
    return found


def _said(each: Said) -> Happened:
    if each.record_id is None:
        return _discussed(each)
    entered = f"entered on {each.entered_on:%-d %B %Y}" if each.entered_on else "not yet entered on the child’s record"
    return Happened(
        each.on,
        f"{each.title}, by {each.who}: {entered}",
        url=reverse("records:record-detail", args=[each.record_id]),
        link=f"Read it: {each.title}",
    )


def _discussed(each: Said) -> Happened:
    words = f"Discussed with {each.who}: {Discussion.Depth(each.depth).label.lower()}"
    if each.depth == Discussion.Depth.NOT_DISCUSSED:
        words = f"Not discussed in the session with {each.who}"
    elif not each.own_text:
        words += ", in text shared with siblings alone"
    return Happened(each.on, words, each.reason)
