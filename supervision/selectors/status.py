"""Facts for the engine, and what it answers: live status and its why."""

from collections import defaultdict
from collections.abc import Collection, Iterable, Sequence
from datetime import date, datetime, timedelta
from functools import lru_cache
from typing import Any
from uuid import UUID

from django.db import connection

from policies import rules as engine
from policies import selectors as policies
from policies.rules.answers import Assessment, Status
from policies.rules.durations import Duration
from policies.rules.facts import Absence as AbsenceFact
from policies.rules.facts import Agreed, Event, Facts, Session
from policies.rules.facts import CategoryHeld as CategoryFact
from policies.rules.facts import ServiceHeld as ServiceFact
from policies.rules.kinds import group_comes_next, next_must_be_individual, service_slug
from policies.rules.labels import assessment_in_words
from policies.rules.policy import Policy
from policies.rules.programme import agreed_by_both
from policies.rules.timeline import PolicyTimeline
from staff.models import CategoryHeld
from supervision import rules
from supervision.rules import Forecast
from supervision.selectors.contracts import ContractView, contracts_of, exceptions_of
from supervision.selectors.rows import SessionRow, session_rows


def statuses(*, people: Collection[UUID], on: date, known_at: datetime | None = None) -> dict[UUID, Assessment]:
    """How each worker stands on a day, under the policy in force that day; in four queries whatever the number.

    ``known_at``: as it was known at that moment; facts recorded later are left out.
    """
    contracts = contracts_of(people=people, on=on, known_at=known_at)
    return assessments(people=people, on=on, contracts=contracts, known_at=known_at)


def assessments(
    *,
    people: Collection[UUID],
    on: date,
    contracts: dict[UUID, ContractView],
    sessions: Iterable[SessionRow] | None = None,
    known_at: datetime | None = None,
) -> dict[UUID, Assessment]:
    """The same for a caller that has the contracts, or all ``sessions`` of these people too, at hand."""
    asked = questions(people=people, on=on, contracts=contracts, sessions=sessions, known_at=known_at)
    return {person_id: answer(question) for person_id, question in asked.items()}


def forecasts(
    *, people: Collection[UUID], on: date, sessions: Iterable[SessionRow] | None = None
) -> dict[UUID, Forecast | None]:
    """For each of the people the first deadline that what is booked would not meet; ``sessions``: as in assessments."""
    contracts = contracts_of(people=people, on=on)
    asked = questions(people=people, on=on, contracts=contracts, sessions=sessions)
    return {person_id: foresee(question) for person_id, question in asked.items()}


def questions(
    *,
    people: Collection[UUID],
    on: date,
    contracts: dict[UUID, ContractView],
    sessions: Iterable[SessionRow] | None = None,
    known_at: datetime | None = None,
) -> dict[UUID, "Question"]:
    """What to ask the engine of each of the people; nothing where no policy is in force."""
    known = dated_facts(people, known_at, on)
    timeline = timeline_in(known)
    if timeline is None:
        return {}
    gathered = gather_facts(
        people=people,
        on=on,
        policy=timeline.on(on),
        contracts=contracts,
        sessions=sessions,
        known_at=known_at,
        known=known,
    )
    return {person_id: Question(timeline, facts, on) for person_id, facts in gathered.items()}


class Question:
    """A worker's facts under the policies over time; equal to the same asked again, so that the answer can be kept."""

    __slots__ = ("facts", "key", "on", "timeline")

    def __init__(self, timeline: PolicyTimeline, facts: Facts, on: date) -> None:
        self.timeline, self.facts, self.on = timeline, facts, on
        lists = (facts.categories, facts.services, facts.anchors.items(), facts.events, facts.absences, facts.sessions)
        self.key = (on, facts.agreed, facts.opened_on, *(tuple(each) for each in lists))

    def __hash__(self) -> int:
        return hash(self.key)

    def __eq__(self, other: object) -> bool:
        return isinstance(other, Question) and self.timeline is other.timeline and self.key == other.key


# The engine is pure, and the same few workers are asked about all day: home, team and their own pages
@lru_cache(maxsize=1_024)
def answer(question: Question) -> Assessment:
    """How the worker stands."""
    answer = engine.assess(question.timeline, question.facts, question.on)
    return assessment_in_words(question.timeline, answer)


@lru_cache(maxsize=1_024)
def foresee(question: Question) -> Forecast | None:
    """The first deadline that the worker's bookings would not meet."""
    return rules.forecast(question.timeline, question.facts, question.on)


@lru_cache(maxsize=1_024)
def comes_alone(question: Question) -> bool:
    """Whether the worker's next session has to be individual."""
    return next_must_be_individual(question.timeline.on(question.on), question.facts, question.on)


@lru_cache(maxsize=1_024)
def comes_in_group(question: Question, rule_id: str) -> bool:
    """Whether a rule asks for a group next."""
    return group_comes_next(question.timeline.on(question.on), question.facts, question.on, rule_id=rule_id)


@lru_cache(maxsize=1_024)
def next_due(question: Question) -> date | None:
    """By when the next session is due where what is asked now is met: as it will stand once that has passed."""
    first = answer(question).asks_first()
    if first is None or first.due_on is None or first.due_on < question.on:
        return None
    later = engine.assess(question.timeline, question.facts, first.due_on + timedelta(days=1)).asks_first()
    return later.due_on if later and later.due_on and later.due_on > question.on else None


@lru_cache(maxsize=1_024)
def away_since(question: Question) -> date | None:
    """Since when the worker is away, where that is why nothing is asked; None where something is."""
    absences = [
        each.starts_on
        for each in question.facts.absences
        if each.starts_on <= question.on and (each.ends_on is None or each.ends_on > question.on)
    ]
    statuses = {row.status for row in answer(question).rules}
    return min(absences) if absences and Status.SUSPENDED in statuses else None


class OfQuestion:
    """What can be said of somebody about whom the engine was asked; nothing where no policy is in force."""

    __slots__ = ()
    question: Question | None

    @property
    def next_due(self) -> date | None:
        """By when the next session is due where nothing is due now."""
        return next_due(self.question) if self.question else None

    @property
    def group_is_next(self) -> bool:
        """Whether what is due first is a group."""
        first = answer(self.question).asks_first() if self.question else None
        return bool(first and self.asks_for_group(first.rule))

    def asks_for_group(self, rule_id: str) -> bool:
        """Whether a rule of the person's asks for a group next, so that a group is to be booked."""
        return bool(self.question and comes_in_group(self.question, rule_id))

    @property
    def away_since(self) -> date | None:
        """Since when the person is away, where that is why nothing is asked."""
        return away_since(self.question) if self.question else None

    @property
    def opened_on(self) -> date | None:
        """When the person was last supervised before this product was there, where that was entered."""
        return self.question.facts.opened_on if self.question else None


def gather_facts(
    *,
    people: Collection[UUID],
    on: date,
    policy: Policy,
    contracts: dict[UUID, ContractView],
    sessions: Iterable[SessionRow] | None = None,
    known_at: datetime | None = None,
    known: Sequence[tuple[Any, ...]] | None = None,
) -> dict[UUID, Facts]:
    """What the engine reads, for each of the people; in two queries, one where the sessions are given.

    ``known``: the dated facts, for a caller that has them at hand; one query less.
    """
    gathered: dict[UUID, _Gathered] = defaultdict(_Gathered)
    for row in known or dated_facts(people, known_at, on):
        gathered[row[1]].add(row)
    if sessions is None:
        sessions = session_rows(people=people, known_at=known_at)
    diary = _sessions(sessions, known_at)
    return {
        person_id: facts.with_diary(diary[person_id], _agreed(policy, contracts.get(person_id), facts.categories, on))
        for person_id, facts in gathered.items()
        if facts.is_person
    }


class _Gathered:
    """One worker's facts while they are put together."""

    __slots__ = ("absences", "anchors", "categories", "events", "is_person", "left_on", "opened_on", "services")

    def __init__(self) -> None:
        self.is_person = False
        self.left_on: date | None = None
        self.opened_on: date | None = None
        self.anchors: dict[str, date] = {}
        self.categories: list[CategoryFact] = []
        self.services: list[ServiceFact] = []
        self.absences: list[AbsenceFact] = []
        self.events: list[tuple[Event, bool]] = []

    def add(self, row: tuple[Any, ...]) -> None:
        """One row of ``dated_facts``."""
        kind, _, what, first, last, expected = row
        if kind == "employed":
            self.is_person, self.left_on = True, last
            self.anchors["employment_start"] = first
        elif kind == "key date":
            self.anchors[what] = first
        elif kind == "category":
            self.categories.append(CategoryFact(what, first, last))
        elif kind == "service":
            self.services.append(ServiceFact(service_slug(what), first, last))
        elif kind == "absence":
            self.absences.append(AbsenceFact(first, last, expected, what))
        else:
            self._add_recorded(kind, what, first)

    def _add_recorded(self, kind: str, what: str, on: date) -> None:
        if kind == "opening date":
            self.opened_on = on
        elif kind in ("event", "own event"):
            self.events.append((Event(what, on), kind == "own event"))

    def with_diary(self, sessions: list[Session], agreed: Agreed | None) -> Facts:
        """As the engine takes them."""
        return Facts(
            categories=[_until(self.left_on, held) for held in self.categories],
            services=self.services,
            anchors=self.anchors,
            events=agreed_by_both(self.events) if self.events else (),
            absences=self.absences,
            sessions=sessions,
            agreed=agreed,
            opened_on=self.opened_on,
        )


# Everything that is known of people over time, one row a fact, and the policies by which they are read. Written out, since
# every page of home and team asks it.
DATED_FACTS = f"""
SELECT 'policy', policy_id, digest, starts_on, NULL::date, NULL::date FROM ({policies.ADOPTIONS}) AS policy
UNION ALL
SELECT 'days off', NULL, ({policies.DAYS_ADDED}), NULL, NULL, NULL
UNION ALL
SELECT 'employed', id, '', employed_from, left_on, NULL::date FROM staff_staffmember WHERE id = ANY(%(people)s)
UNION ALL
SELECT 'key date', person_id, kind, "on", NULL, NULL FROM staff_keydate
WHERE person_id = ANY(%(people)s) AND recorded_at <= %(known_at)s
    AND (replaced_at IS NULL OR replaced_at > %(known_at)s)
UNION ALL
SELECT 'category', person_id, category, starts_on,
    CASE WHEN end_recorded_at > %(known_at)s THEN NULL ELSE ends_on END, NULL FROM staff_categoryheld
WHERE person_id = ANY(%(people)s) AND recorded_at <= %(known_at)s
UNION ALL
SELECT 'service', person_id, service.name, starts_on, ends_on, NULL FROM staff_post
JOIN staff_team AS team ON team.id = team_id JOIN staff_service AS service ON service.id = service_id
WHERE person_id = ANY(%(people)s) AND recorded_at <= %(known_at)s
UNION ALL
SELECT 'absence', person_id, kind, starts_on, ends_on, expected_to FROM staff_absence
WHERE person_id = ANY(%(people)s) AND recorded_at <= %(known_at)s
UNION ALL
SELECT 'opening date', person_id, '', "on", NULL, NULL FROM (
    SELECT DISTINCT ON (person_id) person_id, "on" FROM supervision_openingdate
    WHERE person_id = ANY(%(people)s) AND recorded_at <= %(known_at)s
    ORDER BY person_id, recorded_at DESC, id DESC) AS opening WHERE "on" IS NOT NULL
UNION ALL
SELECT CASE WHEN recorded_by_id = person_id THEN 'own event' ELSE 'event' END, person_id, event, "on", NULL, NULL
FROM supervision_recordedevent AS event
WHERE person_id = ANY(%(people)s) AND recorded_at <= %(known_at)s AND ends_phase AND "on" IS NOT NULL
    AND NOT EXISTS (SELECT FROM supervision_recordedevent AS correction
        WHERE correction.corrects_id = event.id AND correction.recorded_at <= %(known_at)s)
"""  # noqa: S608  constants of this service alone


def dated_facts(people: Collection[UUID], known_at: datetime | None, on: date) -> list[tuple[Any, ...]]:
    """Everything that is known of the people over time, in one query: (kind, whose, what, from, to, expected to).

    Among them the policies up to a day, with the key in the place of whose and the digest in that of what.
    """
    with connection.cursor() as cursor:
        cursor.execute(DATED_FACTS, {"people": list(people), "known_at": known_at or "infinity", "on": on})
        return cursor.fetchall()


def timeline_in(known: Iterable[tuple[Any, ...]]) -> PolicyTimeline | None:
    """The policies over time among the dated facts; None where none was in force yet."""
    rows = list(known)
    days_added = next((what for kind, _, what, *_ in rows if kind == "days off"), "")
    adopted = ((key, digest, starts_on) for kind, key, digest, starts_on, *_ in rows if kind == "policy")
    return policies.timeline_of(adopted, days_added)


def _sessions(rows: Iterable[SessionRow], known_at: datetime | None) -> dict[UUID, list[Session]]:
    """Sessions as the engine reads them; those of which it was entered later what became of them were booked till then."""
    found: dict[UUID, list[Session]] = defaultdict(list)
    for row in rows:
        if known_at and row.booked_at > known_at:
            continue
        if known_at and row.closed_at and row.closed_at > known_at:
            fact = Session(row.on, "booked", row.format, row.kind, row.minutes)
        else:
            fact = Session(row.on, row.shown_status, row.format, row.kind, row.undisturbed_minutes)
        found[row.supervisee_id].append(fact)
    return found


def _until(left_on: date | None, held: CategoryFact) -> CategoryFact:
    """A category ends with the employment: whoever has left owes nothing and is owed nothing."""
    if left_on and (held.ends_on is None or held.ends_on > left_on):
        return CategoryFact(held.category, held.starts_on, left_on)
    return held


def _agreed(
    policy: Policy, contract: ContractView | None, categories: Collection[CategoryFact], on: date
) -> Agreed | None:
    """What the contract asks beyond the policy: an agreed interval only ever tightens."""
    if not contract or not contract.is_in_force or not contract.every or not contract.starts_on:
        return None
    policy_every = rules.policy_interval(policy, live_categories(categories, on))
    if policy_every and not policy_every.always_longer_than(contract.every):
        return None
    return Agreed.rolling(contract.every, starts_on=contract.starts_on)


def live_categories(categories: Collection[CategoryFact], on: date) -> set[str]:
    """Categories that hold on a day."""
    return {
        held.category
        for held in categories
        if (held.starts_on is None or held.starts_on <= on) and (held.ends_on is None or held.ends_on > on)
    }


def categories_of(*, person_id: UUID, on: date) -> set[str]:
    """The worker categories that a person holds on a day."""
    return set(CategoryHeld.objects.live(on).filter(person_id=person_id).values_list("category", flat=True))


def contract_bounds(*, person_id: UUID, on: date) -> rules.Bounds:
    """What the policy allows a contract with a person to agree on a day: tighter, and looser by an exception alone (R047)."""
    policy = policies.policy_in_force(on)
    if policy is None:
        return rules.Bounds(today=on)
    held = categories_of(person_id=person_id, on=on)
    exception = exceptions_of(people=[person_id], on=on).get(person_id)
    review_after = (policy.blocks.get("contract") or {}).get("review_after")
    return rules.Bounds(
        today=on,
        every=rules.policy_interval(policy, held),
        minutes=rules.policy_minutes(policy, held),
        formats=rules.policy_formats(policy, held),
        exception=rules.Allowed(exception.every, exception.minutes, exception.last_on) if exception else None,
        **({"review_after": Duration.parse(review_after)} if review_after else {}),
    )
