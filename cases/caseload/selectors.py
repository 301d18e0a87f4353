"""Reading what people hold, and the board of a team's caseload."""

from collections import Counter, defaultdict
from collections.abc import Collection, Sequence
from dataclasses import dataclass, replace
from datetime import date
from decimal import Decimal
from typing import Any
from uuid import UUID, uuid4

from django.db import connection

from cases import selectors as cases
from cases.caseload import access
from cases.caseload.models import CaseloadNote
from cases.caseload.rules import LOOKS_BACK, NOTHING, ChildFacts, Load, Span, WorkerFacts, load_of
from cases.models import Allocation, Child
from cases.rules import Way, WithoutWorker, plan_type_words
from core.actor import Actor
from core.shortcuts import may
from policies.rules.policy import Policy
from policies.rules.workload import EMPLOYMENT_START, Workload
from policies.selectors import policy_in_force
from staff.models import Post, StaffMember

# What weighs on some people over time, one row a fact; with it one child more, whom somebody is about to be given
FACTS = """
WITH held AS (
    SELECT DISTINCT child_id FROM cases_allocation
    WHERE holder_id = ANY(%(people)s) AND NOT without_worker
        AND starts_on <= %(on)s AND (ends_on IS NULL OR ends_on > %(since)s)
    UNION SELECT id FROM cases_child WHERE id = %(child)s
)
SELECT 'held', child_id, holder_id::text, starts_on, ends_on FROM cases_allocation
WHERE child_id IN (SELECT child_id FROM held) AND NOT without_worker AND (ends_on IS NULL OR ends_on > %(since)s)
UNION ALL
SELECT 'plan', child_id, plan_type, starts_on, ends_on FROM cases_plantypeheld
WHERE child_id IN (SELECT child_id FROM held) AND (ends_on IS NULL OR ends_on > %(since)s)
UNION ALL
SELECT 'weight', child_id, weight::text, starts_on, ends_on FROM cases_childweight
WHERE child_id IN (SELECT child_id FROM held) AND (ends_on IS NULL OR ends_on > %(since)s)
UNION ALL
SELECT 'category', person_id, category, starts_on, ends_on FROM staff_categoryheld
WHERE person_id = ANY(%(people)s)
UNION ALL
SELECT 'date', person_id, kind, "on", NULL FROM staff_keydate
WHERE person_id = ANY(%(people)s) AND replaced_at IS NULL
UNION ALL
SELECT 'date', id, %(employment_start)s, employed_from, NULL FROM staff_staffmember WHERE id = ANY(%(people)s)
"""


@dataclass(frozen=True, slots=True)
class Known:
    """What is known of some people and the children with them."""

    workers: dict[UUID, WorkerFacts]
    children: dict[UUID, ChildFacts]

    def load_of(self, person: UUID, *, workload: Workload, on: date) -> Load:
        """What one of them holds on a day."""
        worker = self.workers.get(person, WorkerFacts())
        return load_of(person, worker=worker, children=self.children.values(), workload=workload, on=on)


def known_of(*, people: Collection[UUID], on: date, with_child: UUID | None = None) -> Known:
    """What weighs on some people over the last year; in one query."""
    children: dict[UUID, ChildFacts] = defaultdict(ChildFacts)
    categories: dict[UUID, list[Span]] = defaultdict(list)
    dates: dict[UUID, dict[str, date]] = defaultdict(dict)
    asked: dict[str, Any] = {"people": list(people), "on": on, "since": on - LOOKS_BACK, "child": with_child}
    with connection.cursor() as cursor:
        cursor.execute(FACTS, {**asked, "employment_start": EMPLOYMENT_START})
        for kind, key, what, starts_on, ends_on in cursor:
            if kind == "held":
                children[key].held.append(Span(UUID(what), starts_on, ends_on))
            elif kind == "plan":
                children[key].plan_types.append(Span(what, starts_on, ends_on))
            elif kind == "weight":
                children[key].weights.append(Span(what, starts_on, ends_on))
            elif kind == "category":
                categories[key].append(Span(what, starts_on, ends_on))
            else:
                dates[key][what] = starts_on
    return Known({key: WorkerFacts(categories[key], dates[key]) for key in people}, dict(children))


def load_now(*, person_id: UUID, on: date) -> Load:
    """What somebody holds on a day; in two queries."""
    return known_of(people=[person_id], on=on).load_of(person_id, workload=_workload(policy_in_force(on)), on=on)


def load_with(*, person_id: UUID, child_id: UUID | None, plan_types: Collection[str], way: Way, on: date) -> Load:
    """What somebody would hold once given a child: one that is known, or a new one with some plan types."""
    known = known_of(people=[person_id], on=on, with_child=child_id)
    child = known.children.setdefault(
        child_id or uuid4(), ChildFacts(plan_types=[Span(each, on) for each in plan_types])
    )
    if way is not Way.JOINTLY:
        child.held = [replace(span, ends_on=on) if span.holds(on) else span for span in child.held]
    child.held.append(Span(person_id, on))
    return known.load_of(person_id, workload=_workload(policy_in_force(on)), on=on)


def notes_of(*, actor: Actor, person_id: UUID) -> list[CaseloadNote]:
    """What was said of somebody's caseload above the guide, the newest first, within sight."""
    found = CaseloadNote.objects.visible_to(actor).filter(worker=person_id)
    return list(found.select_related("by").order_by("-recorded_at"))


def note_in_force(notes: Sequence[CaseloadNote], load: Load) -> CaseloadNote | None:
    """What was said of the present stretch above the guide; what was said of an earlier one does not explain it."""
    last = notes[0] if notes else None
    if last is None or not load.is_above:
        return None
    return last if load.is_longer or load.above_since is None or last.on >= load.above_since else None


@dataclass(frozen=True, slots=True)
class Above:
    """Somebody who would hold more than the guide, once given a child; of whom nobody said why yet."""

    name: str
    load: Load


def above_if_given(
    *, actor: Actor, person_id: UUID, child_id: UUID | None = None, plan_types: Collection[str] = (), way: Way
) -> Above | None:
    """Whom it is to be asked about before a child is given; None where it is within the guide, or explained."""
    if way is Way.WITHOUT_WORKER or not may(access.check_can_say_why, actor, person_id):
        return None
    load = load_with(person_id=person_id, child_id=child_id, plan_types=plan_types, way=way, on=actor.on)
    note = note_in_force(notes_of(actor=actor, person_id=person_id), load)
    if not load.is_above or (note and note.review_on > actor.on):
        return None
    return Above(StaffMember.objects.get(pk=person_id).name, load)


@dataclass(frozen=True, slots=True)
class BoardRow:
    """One worker on the board. ``is_away``: nobody works with the children meanwhile. ``note``: while above the guide."""

    person_id: UUID
    name: str
    job_title: str
    team: str
    load: Load
    plans: Sequence[tuple[str, int]]
    note: CaseloadNote | None
    is_away: bool
    can_say_why: bool
    on: date

    @property
    def is_asked(self) -> bool:
        """Whether a reason and a plan are still to be said, or to be looked at again."""
        return self.load.is_above and (self.note is None or self.note.review_on <= self.on)


@dataclass(frozen=True, slots=True)
class BoardTeam:
    """A team on the board, with its sums."""

    name: str
    rows: Sequence[BoardRow]

    @property
    def children(self) -> int:
        """Places of children with workers: a child whom two hold together stands with both."""
        return sum(row.load.children for row in self.rows)

    @property
    def load(self) -> Decimal:
        """What they weigh together."""
        return sum((row.load.load for row in self.rows), NOTHING)

    @property
    def guide(self) -> int | None:
        """The guides of those who have one, together."""
        guides = [row.load.guide for row in self.rows if row.load.guide is not None]
        return sum(guides) if guides else None

    @property
    def words(self) -> str:
        """What they weigh together, beside their guides."""
        return Load(load=self.load, guide=self.guide).words

    @property
    def above(self) -> int:
        """How many are above."""
        return sum(1 for row in self.rows if row.load.is_above)


@dataclass(frozen=True, slots=True)
class Board:
    """The caseload of those within an actor's sight. ``without_worker``: of whom nobody works, in words, with how many."""

    teams: Sequence[BoardTeam]
    without_worker: Sequence[tuple[str, int]]
    has_guide: bool
    has_weights: bool

    @property
    def rows(self) -> list[BoardRow]:
        """Everybody on it."""
        return [row for team in self.teams for row in team.rows]

    @property
    def held_without(self) -> int:
        """How many children nobody works with."""
        return sum(number for _, number in self.without_worker)


def caseload_board(*, actor: Actor) -> Board:
    """What each of those holds whose children the actor sees, by team, on the actor's day; in a fixed number of queries."""
    on = actor.on
    policy = policy_in_force(on)
    workload = _workload(policy)
    people = _people(actor)
    known = known_of(people=people, on=on)
    held = cases.held_without_a_worker(children=_children(actor), on=on, policy=policy)
    away = {person for each in held.values() if each.why is not WithoutWorker.NOT_ALLOCATED for person in each.holders}
    notes = _last_notes(actor, people)
    teams: dict[str, list[BoardRow]] = defaultdict(list)
    for person_id, (name, job_title, team) in people.items():
        load = known.load_of(person_id, workload=workload, on=on)
        if load.children or _holds_cases(known.workers[person_id], policy, on):
            last = notes.get(person_id)
            row = BoardRow(
                person_id,
                name,
                job_title,
                team,
                load,
                [(plan_type_words(plan) if plan else "None entered", number) for plan, number in load.by_plan.items()],
                note_in_force([last] if last else [], load),
                is_away=person_id in away,
                can_say_why=load.is_above and may(access.check_can_say_why, actor, person_id),
                on=on,
            )
            teams[team].append(row)
    return Board(
        [BoardTeam(team, rows) for team, rows in sorted(teams.items())],
        [(why.briefly, number) for why, number in sorted(Counter(each.why for each in held.values()).items())],
        has_guide=any(row.load.guide for rows in teams.values() for row in rows),
        has_weights=bool(workload.weights) or any(child.weights for child in known.children.values()),
    )


def _workload(policy: Policy | None) -> Workload:
    return policy.workload if policy else Workload()


def _people(actor: Actor) -> dict[UUID, tuple[str, str, str]]:
    """Name, job and team of those on the board: whom the actor supervises or is next up for, the actor, left behind."""
    near = actor.supervises | actor.next_up_for | {actor.staff_id}
    left_behind = (
        Allocation.objects.live(actor.on).visible_to(actor).filter(holder_id__in=actor.manages | actor.finishes)
    )
    employed = StaffMember.objects.employed(actor.on).filter(pk__in=near)
    found = StaffMember.objects.filter(pk__in=employed.values("pk")) | StaffMember.objects.filter(
        pk__in=left_behind.values("holder")
    )
    posts = {
        person: (job_title, team)
        for person, job_title, team in Post.objects.live(actor.on)
        .filter(person__in=found.values("pk"))
        .values_list("person_id", "job_title", "team__name")
    }
    rows = found.order_by("name", "pk").values_list("pk", "name")
    return {key: (name, *posts.get(key, ("", "No team"))) for key, name in rows}


def _children(actor: Actor) -> list[UUID]:
    return list(Child.objects.visible_to(actor).values_list("pk", flat=True))


def _last_notes(actor: Actor, people: Collection[UUID]) -> dict[UUID, CaseloadNote]:
    found: dict[UUID, Any] = {}
    notes = CaseloadNote.objects.visible_to(actor).filter(worker__in=people).select_related("by")
    for note in notes.order_by("worker", "-recorded_at").distinct("worker"):
        found[note.worker_id] = note
    return found


def _holds_cases(worker: WorkerFacts, policy: Policy | None, on: date) -> bool:
    held = [str(span.what) for span in worker.categories if span.holds(on)]
    found = [policy.category(each) for each in held] if policy else []
    return any(category and category.case_holding for category in found)
