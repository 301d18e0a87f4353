"""Facts for the engine, and what it answers: live status and its why."""

from collections import defaultdict
from collections.abc import Collection
from datetime import date, datetime
from typing import Any
from uuid import UUID

from django.db.models import Q, QuerySet

from policies import rules as engine
from policies import selectors as policies
from policies.rules.answers import Assessment
from policies.rules.durations import Duration
from policies.rules.facts import Absence as AbsenceFact
from policies.rules.facts import Agreed, Facts, Session
from policies.rules.facts import CategoryHeld as CategoryFact
from policies.rules.facts import ServiceHeld as ServiceFact
from policies.rules.policy import Policy
from staff.models import Absence, CategoryHeld, KeyDate, Post, StaffMember
from supervision import rules
from supervision.models import SupervisionSession
from supervision.selectors.contracts import ContractView, contracts_of

SESSION_STATUS = {"planned": "booked", "held": "held", "cancelled": "cancelled"}


def statuses(*, people: Collection[UUID], on: date, known_at: datetime | None = None) -> dict[UUID, Assessment]:
    """How each worker stands on a day, under the policy in force that day; in eight queries whatever the number.

    ``known_at``: as it was known at that moment; facts recorded later are left out.
    """
    policy = policies.policy_in_force(on)
    if policy is None:
        return {}
    contracts = contracts_of(people=people, on=on)
    gathered = gather_facts(people=people, on=on, policy=policy, contracts=contracts, known_at=known_at)
    return {person_id: engine.assess(policy, facts, on) for person_id, facts in gathered.items()}


def gather_facts(
    *,
    people: Collection[UUID],
    on: date,
    policy: Policy,
    contracts: dict[UUID, ContractView],
    known_at: datetime | None = None,
) -> dict[UUID, Facts]:
    """What the engine reads, for each of the people."""

    def known(rows: QuerySet[Any]) -> QuerySet[Any]:
        rows = rows.filter(person_id__in=people)
        return rows.filter(recorded_at__lte=known_at) if known_at else rows

    categories: dict[UUID, list[CategoryFact]] = defaultdict(list)
    for held in known(CategoryHeld.objects.all()):
        categories[held.person_id].append(CategoryFact(held.category, held.starts_on, held.ends_on))
    services: dict[UUID, list[ServiceFact]] = defaultdict(list)
    for post in known(Post.objects.select_related("team__service")):
        services[post.person_id].append(ServiceFact(post.team.service.name, post.starts_on, post.ends_on))
    anchors: dict[UUID, dict[str, date]] = defaultdict(dict)
    for key_date in known(KeyDate.objects.all()):
        anchors[key_date.person_id][key_date.kind] = key_date.on
    absences: dict[UUID, list[AbsenceFact]] = defaultdict(list)
    for away in known(Absence.objects.all()):
        absences[away.person_id].append(AbsenceFact(away.starts_on, away.ends_on, away.expected_to, away.kind))
    sessions = _sessions(people, known_at)
    employed = StaffMember.objects.filter(pk__in=people).values_list("pk", "employed_from", "left_on")
    return {
        person_id: Facts(
            categories=[_until(left_on, held) for held in categories[person_id]],
            services=services[person_id],
            anchors={"employment_start": employed_from, **anchors[person_id]},
            absences=absences[person_id],
            sessions=sessions[person_id],
            agreed=_agreed(policy, contracts.get(person_id), categories[person_id], on),
        )
        for person_id, employed_from, left_on in employed
    }


def _sessions(people: Collection[UUID], known_at: datetime | None) -> dict[UUID, list[Session]]:
    rows = SupervisionSession.objects.filter(supervisee_id__in=people)
    if known_at:
        rows = rows.filter(booked_at__lte=known_at).exclude(Q(status="held") & Q(closed_at__gt=known_at))
    found: dict[UUID, list[Session]] = defaultdict(list)
    for row in rows.only("supervisee_id", "on", "starts", "ends", "status"):
        found[row.supervisee_id].append(Session(on=row.on, status=SESSION_STATUS[row.status], minutes=row.minutes))
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


def longest_allowed(*, person_id: UUID, on: date) -> Duration | None:
    """The interval that the policy asks of a person on a day: a contract may be tighter, never looser (R047)."""
    policy = policies.policy_in_force(on)
    held = CategoryHeld.objects.live(on).filter(person_id=person_id).values_list("category", flat=True)
    return rules.policy_interval(policy, set(held)) if policy else None
