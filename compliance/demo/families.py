"""What is known of the demo's children besides who holds them: brothers and sisters, children who count otherwise, and why
somebody holds more than the policy's guide.
"""

from collections import defaultdict
from collections.abc import Iterator, Sequence
from dataclasses import dataclass, field
from datetime import datetime, time, timedelta
from decimal import Decimal

from django.db import models

from cases.caseload import selectors
from cases.caseload.models import CaseloadNote
from cases.models import Allocation, ChildWeight, Sibling, SiblingGroup
from compliance.demo import people
from compliance.demo.authority import Authority, Member, local
from compliance.demo.chains import key_at
from policies.rules.policy import Policy

# Which of somebody's children, in the order in which they came, belong together: two with everybody, three with one
TOGETHER, THREE_TOGETHER, THREE_WITH = (1, 2), (1, 2, 3), people.AMARA
# By worker: which child, what it counts, and why
WEIGHTS: dict[str, tuple[tuple[int, str, str], ...]] = {
    people.AMARA: ((5, "2", "In proceedings, with a hearing every fortnight until the spring."),),
    people.THOMAS: ((0, "1.5", "Placed two hours away, so that each visit takes a day."),),
    people.YUSUF: ((3, "0.5", "The neighbouring authority visits; only the reviews remain here."),),
    people.RUTH: ((6, "1.5", "Every meeting with the family needs an interpreter."),),
}
SAID_BEFORE, LOOK_AGAIN_IN = timedelta(days=9), timedelta(days=26)
REASON = "Two posts in the team are vacant, and three transfers came in the same week."
PLAN = "No new children until one of the posts is filled; two cases that are near their end close at the next review."


@dataclass
class Told:
    """Rows about children, parents first."""

    groups: list[SiblingGroup] = field(default_factory=list)
    siblings: list[Sibling] = field(default_factory=list)
    weights: list[ChildWeight] = field(default_factory=list)

    def rows(self) -> Iterator[Sequence[models.Model]]:
        """All of them, a model at a time."""
        yield from (self.groups, self.siblings, self.weights)


def tell(authority: Authority, allocations: Sequence[Allocation], *, at: datetime) -> Told:
    """Every worker's brothers and sisters, and some children who count otherwise; by the allocations that stand."""
    held: dict[str, list[Allocation]] = defaultdict(list)
    for allocation in allocations:
        if allocation.ends_on is None and not allocation.without_worker:
            held[allocation.holder.name].append(allocation)
    told = Told()
    for name, own in held.items():
        _belong(told, [own[place] for place in _together(name) if place < len(own)], at=at)
        for place, weight, reason in WEIGHTS.get(name, ()):
            told.weights.append(_weight(own[place], weight, reason, authority.members[name], authority, at=at))
    return told


def _together(name: str) -> tuple[int, ...]:
    return THREE_TOGETHER if name == THREE_WITH else TOGETHER


def _belong(told: Told, held: Sequence[Allocation], *, at: datetime) -> None:
    if len(held) < len(TOGETHER):
        return
    since = max(each.starts_on for each in held)
    noted = min(local(since, time(9, 40)), at)
    group = SiblingGroup(id=key_at(noted))
    told.groups.append(group)
    told.siblings.extend(
        Sibling(id=key_at(noted), group=group, child=each.child, starts_on=since, recorded_at=noted) for each in held
    )


def _weight(
    held: Allocation, weight: str, reason: str, member: Member, authority: Authority, *, at: datetime
) -> ChildWeight:
    noted = min(local(held.starts_on, time(9, 50)), at)
    return ChildWeight(
        id=key_at(noted),
        child=held.child,
        weight=Decimal(weight),
        reason=reason,
        set_by=_supervisor(member, authority).row,
        starts_on=held.starts_on,
        recorded_at=noted,
    )


def notes(authority: Authority, policy: Policy, *, at: datetime) -> Iterator[CaseloadNote]:
    """Of whoever holds more than the guide, where the policy has one; the children are those of the database."""
    workers = {member.row.pk: member for member in authority.members.values() if member.spells and not member.left_on}
    said_at = at - SAID_BEFORE
    on = authority.calendar.on_or_before(said_at.date())
    known = selectors.known_of(people=workers, on=authority.today)
    for key, member in workers.items():
        load = known.load_of(key, workload=policy.workload, on=on)
        if load.guide is not None and load.is_above:
            yield CaseloadNote(
                id=key_at(said_at),
                worker=member.row,
                by=_supervisor(member, authority).row,
                on=on,
                recorded_at=said_at,
                reason=REASON,
                plan=PLAN,
                review_on=on + LOOK_AGAIN_IN,
                load=load.load,
                guide=load.guide,
            )


def _supervisor(member: Member, authority: Authority) -> Member:
    return authority.members[member.spells[-1].supervisor]
