"""Groups of the demo: a team's monthly one, and one across teams that is led by somebody who supervises nobody."""

from collections.abc import Iterator, Sequence
from dataclasses import dataclass, field
from datetime import date, datetime, time, timedelta
from uuid import NAMESPACE_OID, uuid5

from django.db import models

from compliance.demo import people
from compliance.demo.authority import Authority, Member, local
from compliance.demo.chains import key_at
from compliance.demo.rhythm import DAY, dice_of, month_before
from policies.rules.kinds import group_models, kinds_of_groups
from policies.rules.policy import Policy
from supervision.models import GroupAttendance, GroupMember, GroupSession

MONTHS_BACK, MONTHS_AHEAD = 5, 2
# Before anybody's first session of the day, so that nobody is in two rooms at once
STARTS, ENDS = time(8, 0), time(9, 30)
REASONS = ("Called to court", "On a night shift", "A placement broke down that morning")


@dataclass(frozen=True, slots=True)
class Group:
    """A group that meets every month, on about this day of it. ``booked_by``: who supervises."""

    title: str
    facilitator: str
    booked_by: str
    day: int
    members: Sequence[str]


def groups_of(authority: Authority, policy: Policy) -> list[Group]:
    """The groups there are; one of each team besides, where the policy asks for a reflective group."""
    homes = [name for name, member in authority.members.items() if member.person.manager == people.DENISE]
    across = [people.AMARA, people.THOMAS, people.GRACE, people.LAURA, people.OLIVER]
    groups = [
        Group("Residential reflective group", people.DENISE, people.DENISE, 18, homes),
        Group("Reflective practice, North and South", "Peter Ollerenshaw", people.PRIYA, 10, across),
    ]
    asked = [rule for rule in policy.rules if rule.kind == "reflective_group" and rule.obligation == "must"]
    return groups + list(_of_teams(authority)) if asked else groups


def _of_teams(authority: Authority) -> Iterator[Group]:
    """The group of everybody who has the same manager, on a day of the month of its own."""
    teams: dict[str, list[str]] = {}
    for name, member in authority.members.items():
        if member.person.manager:
            teams.setdefault(member.person.manager, []).append(name)
    for number, (manager, names) in enumerate(sorted(teams.items())):
        yield Group(f"Reflective group, team of {manager}", manager, manager, 3 + number % 5, names)


@dataclass
class Told:
    """Rows of groups, parents first."""

    sessions: list[GroupSession] = field(default_factory=list)
    members: list[GroupMember] = field(default_factory=list)
    attendance: list[GroupAttendance] = field(default_factory=list)

    def rows(self) -> Iterator[Sequence[models.Model]]:
        """All of them, a model at a time."""
        yield from (self.sessions, self.members, self.attendance)


def tell(authority: Authority, policy: Policy, *, at: datetime) -> Told:
    """Some months of every group with who was there, and the next ones booked."""
    told = Told()
    for group in groups_of(authority, policy):
        for back in range(MONTHS_BACK, -MONTHS_AHEAD - 1, -1):
            on = _day(authority, group, back)
            if on != authority.today:
                _meet(told, group, authority, policy, on=on, at=at)
    return told


def _day(authority: Authority, group: Group, back: int) -> date:
    day = month_before(authority.today, back) + timedelta(days=group.day - 1)
    while not authority.calendar.is_working(day):
        day += DAY
    return day


def _meet(told: Told, group: Group, authority: Authority, policy: Policy, *, on: date, at: datetime) -> None:
    booked_at = min(local(on - timedelta(days=40), time(9, 30)), at)
    leader, booker = authority.members[group.facilitator], authority.members[group.booked_by]
    is_over = on < authority.today
    way = next(iter(group_models(policy)), None)
    session = GroupSession(
        id=key_at(booked_at),
        title=group.title,
        kind=kinds_of_groups(policy)[0],
        model=way.id if way else "",
        facilitator=leader.row,
        recorder=leader.row,
        on=on,
        starts=STARTS,
        ends=ENDS,
        place="The long room",
        status=GroupSession.Status.HELD if is_over else GroupSession.Status.PLANNED,
        closed_at=local(on, time(10, 15)) if is_over else None,
        booked_by=booker.row,
        booked_at=booked_at,
        series=uuid5(NAMESPACE_OID, group.title),
    )
    told.sessions.append(session)
    for name in group.members:
        member = authority.members[name]
        if _is_here(member, on):
            _seat(told, session, member, booker)


def _seat(told: Told, session: GroupSession, member: Member, booker: Member) -> None:
    seat = GroupMember(
        id=key_at(session.booked_at),
        session=session,
        person=member.row,
        added_at=session.booked_at,
        added_by=booker.row,
    )
    told.members.append(seat)
    if session.closed_at:
        dice = dice_of(session.title, member.person.name, session.on)
        is_there = dice.random() < 0.85
        told.attendance.append(
            GroupAttendance(
                id=key_at(session.closed_at),
                member=seat,
                present=is_there,
                reason="" if is_there else dice.choice(REASONS),
                recorded_at=session.closed_at,
                recorded_by=session.facilitator,
            )
        )


def _is_here(member: Member, on: date) -> bool:
    away = any(each.starts_on <= on and (each.ends_on is None or on < each.ends_on) for each in member.away)
    return member.employed_from <= on and (member.left_on is None or on < member.left_on) and not away
