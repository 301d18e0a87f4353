"""Pages about children: those within sight with when each is due, and one child over time."""

from collections import Counter
from collections.abc import Collection, Sequence
from dataclasses import dataclass
from datetime import date
from uuid import UUID

from django.core.paginator import Page, Paginator

from cases import access as cases_access
from cases import selectors as cases
from cases.models import Allocation, Child
from cases.rules import Held, Holding, plan_type_words, reference_label
from cases.selectors import Holder, Own, Together
from core.actor import Actor
from core.shortcuts import may
from policies.rules.answers import ChildAssessment, Status
from policies.rules.children import Child as ChildFacts
from policies.rules.children import Discussion as DiscussionFact
from policies.rules.coverage import opened_on
from policies.rules.oversight import WORKER, note_types
from policies.rules.policy import Policy
from policies.selectors import policy_in_force
from staff.models import StaffMember
from supervision import access
from supervision.models.discussions import Discussion
from supervision.oversight.rules import Moved, Triggers, Wanted, transferred_on, wanted_after
from supervision.rules.discussions import inherited_on
from supervision.selectors.children import ChildQuestion, answer_child, child_questions, judge_child
from supervision.selectors.timeline import EVENT, Said, said_of, timeline

CHILDREN_ON_A_PAGE = 50
# What such a note tells of stands in its own record; whether it counts as a discussion is the policy's to say
OVERSIGHT = Discussion.Format.MANAGEMENT_OVERSIGHT
OVERDUE, SOON, WITHOUT_WORKER = "overdue", "soon", "without_worker"
STATUS_FILTERS = {OVERDUE: "Overdue", SOON: "Due within days", WITHOUT_WORKER: "Held without a worker"}
_SOON = (Status.DUE_SOON, Status.DUE_TODAY, Status.TARGET_PASSED)


@dataclass(frozen=True, slots=True)
class ChildRow:
    """A child as lists show it: a list sorts and counts all of them, and shows a few, so what only pages ask is worked
    out when they ask.

    ``held``: while nobody works with the child; ``judged``: how the engine says that it stands, not in words yet.
    """

    child: Child
    question: ChildQuestion | None
    judged: ChildAssessment | None
    holders: Sequence[Holder] = ()
    held: Held | None = None

    @property
    def assessment(self) -> ChildAssessment | None:
        """How it stands, in the words that people know."""
        return answer_child(self.question) if self.question else None

    @property
    def plan_types(self) -> list[str]:
        """Its plan types, in words."""
        held, on = (self.question.child.plan_types, self.question.on) if self.question else ((), date.max)
        return [plan_type_words(each.plan_type) for each in held if each.ends_on is None or each.ends_on > on]

    @property
    def last(self) -> DiscussionFact | None:
        """The last discussion that moved the clock, or could have."""
        return max(self._discussions, key=lambda each: each.on, default=None)

    @property
    def last_in_depth(self) -> date | None:
        """The last day on which it was discussed in depth."""
        return max((each.on for each in self._discussions if each.depth == "in_depth"), default=None)

    @property
    def inherited_on(self) -> date | None:
        """Since when it is with a worker who has not discussed it yet."""
        return inherited_on(self.question.child, self.question.on) if self.question else None

    @property
    def opened_on(self) -> date | None:
        """Since when its present case is open."""
        return opened_on(self.question.child, self.question.on) if self.question else None

    @property
    def _discussions(self) -> list[DiscussionFact]:
        said = self.question.child.discussions if self.question else ()
        return [each for each in said if each.own_text and each.format != OVERSIGHT]

    @property
    def due_on(self) -> date | None:
        """The date that a page with room for one shows."""
        first = self.judged.asks_first() if self.judged else None
        return first.due_on if first else None

    @property
    def is_overdue(self) -> bool:
        """Whether a discussion is overdue."""
        return bool(self.judged and self.judged.longest_overdue())

    @property
    def is_due_soon(self) -> bool:
        """Whether one falls due within days."""
        pressing = self.judged.pressing() if self.judged else None
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
    rows = [_row(child, earlier.get(child.pk)) for child in children]
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


def _row(
    child: Child, question: ChildQuestion | None, *, holders: Sequence[Holder] = (), held: Held | None = None
) -> ChildRow:
    return ChildRow(child, question, judge_child(question) if question else None, holders, held)


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
class ChildPage:
    """One child as one reader sees it: how it stands, and what has been, newest first."""

    row: ChildRow
    label: str
    against: Sequence[str]
    override: Own | None
    override_because: str
    timeline: Page
    can_change: bool
    can_decide: bool
    siblings: Sequence[Together]
    weight: Own | None
    weight_because: str
    wanted: Sequence[Wanted] = ()
    can_enter_event: bool = False


def child_page(*, child: Child, actor: Actor, on: date, number: str = "1") -> ChildPage:
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
    own = cases.own_facts(child=child, actor=actor)
    override = next((each for each in own.overrides if each.holds(on)), None)
    weight = next((each for each in own.weights if each.holds(on)), None)
    holdings = [each.holding for each in row.holders]
    can_change = may(cases_access.check_can_change_child, actor, holdings, held=row.held)
    works_here = any(each.holder_id == actor.staff_id for each in holdings)
    asked = Triggers.of(question.timeline, on) if question else None
    said = said_of(child=child, actor=actor)
    return ChildPage(
        row=row,
        label=reference_label(policy),
        against=sorted(person.name for person in against) if row.held else (),
        override=override,
        override_because=override.reason if override and override.starts_on >= since else "",
        timeline=timeline(
            child=child,
            facts=question.child if question else None,
            allocations=allocations,
            own=own,
            since=since,
            said=said,
            number=number,
        ),
        can_change=can_change,
        siblings=own.siblings,
        weight=weight,
        weight_because=weight.reason if weight and weight.starts_on >= since else "",
        can_decide=_can_decide(policy, holdings, actor=actor),
        wanted=_wanted(child, asked, facts=question.child, spells=allocations, said=said, on=on)
        if question and asked
        else (),
        can_enter_event=bool(asked and asked.entered) and (works_here or can_change),
    )


def _wanted(
    child: Child,
    asked: Triggers,
    *,
    facts: ChildFacts,
    spells: Collection[Allocation],
    said: Collection[Said],
    on: date,
) -> list[Wanted]:
    """After what a decision is wanted about the child, from what its page has at hand."""
    begun = max((each.starts_on for each in facts.episodes if each.starts_on <= on), default=date.max)
    moves = [Moved(each.holder_id, each.starts_on, each.ends_on, each.without_worker) for each in spells]
    closed = [each.ends_on for each in facts.episodes if each.ends_on and not each.closed_in_error]
    over = max((day for day in closed if day <= on), default=date.min)
    happened = [(each.depth, each.on) for each in said if each.format == EVENT and each.on >= over]
    if asked.transfer:
        happened += [(asked.transfer.id, day) for day in transferred_on(moves, opened_on=begun)]
    decided = [each.on for each in facts.discussions if each.format == OVERSIGHT]
    return wanted_after(asked, happened, decided=decided, child_id=child.pk, reference=child.reference, on=on)


def _can_decide(policy: Policy | None, holdings: Collection[Holding], *, actor: Actor) -> bool:
    """Whether some kind of note about the child is the actor's to write; its worker writes what either side may."""
    if any(each.holder_id == actor.staff_id and not each.without_worker for each in holdings):
        return any(WORKER in note.recorded_by for note in note_types(policy))
    return may(access.check_can_decide, actor)
