"""What a series of sessions is proposed from: the policy's pace, and the days of both people."""

from collections.abc import Collection, Mapping, Sequence
from dataclasses import dataclass, field, replace
from datetime import date, timedelta
from typing import Any
from uuid import UUID

from django.db.models import Exists, F, OuterRef, Q

from core.actor import Actor
from core.templatetags.countersign import long_date, time_of
from policies import selectors as policies
from policies.bank_holidays import bank_holidays_of
from policies.rules.calendars import Per, WorkingCalendar
from policies.rules.durations import Duration
from policies.rules.facts import Facts, Session
from policies.rules.frequency import tightest
from policies.rules.policy import AtomType, Phase, Policy, Severity
from policies.rules.worker import Worker
from staff.models import Absence, StaffMember, SupervisionRelationship, WorkingPattern
from supervision import rules
from supervision.models import GroupSession, SupervisionSession, SupervisionSessionQuerySet
from supervision.rules import Attendee, Days, Forecast, Pace, Spell, Taken, Times
from supervision.selectors.contracts import ContractView, contracts_of
from supervision.selectors.groups import busy_in_groups
from supervision.selectors.kinds import kinds_of
from supervision.selectors.people import suggested_times
from supervision.selectors.rows import SessionRow, session_rows
from supervision.selectors.status import gather_facts

A_YEAR = timedelta(days=366)
MONTHLY = Duration(months=1)


@dataclass(frozen=True, slots=True)
class Outlook:
    """What booking ahead for one person has to keep to: the pace, the last session held, and what is booked already.

    ``forecast``: the first deadline that the bookings so far would not meet.
    """

    pace: Pace
    last_held_on: date | None
    booked: list[SessionRow]
    forecast: Forecast | None
    calendar: WorkingCalendar = field(default_factory=WorkingCalendar)


def outlook(*, person_id: UUID, on: date) -> Outlook:
    """For one supervisee, under the policy in force on a day; in five queries."""
    policy = policies.policy_in_force(on)
    sessions = session_rows(people=[person_id])
    held = [row.on for row in sessions if row.is_held and row.on <= on]
    booked = [row for row in sessions if row.is_planned and row.on >= on]
    if policy is None:
        return Outlook(Pace(MONTHLY, 12), max(held, default=None), booked, None)
    contracts = contracts_of(people=[person_id], on=on)
    facts = gather_facts(people=[person_id], on=on, policy=policy, contracts=contracts, sessions=sessions)[person_id]
    return Outlook(
        pace=_pace(policy, facts, contracts.get(person_id), on=on),
        last_held_on=max(held, default=None),
        booked=booked,
        forecast=rules.forecast(policy, facts, on),
        calendar=policy.calendar,
    )


def warnings_about(
    times: Times, *, person: StaffMember, actor: Actor, session: SupervisionSession | None = None, kind: str = ""
) -> list[str]:
    """What speaks against a booking, or against moving a ``session`` there, and does not forbid it: to be said before.

    A day on which one of the two does not work or is away, and a gap that the rule does not allow.
    """
    days = days_for(person=person, actor=actor, starts_on=times.on, length=timedelta(days=1))
    found = [f"{long_date(times.on)}: {why}."] if (why := days.why_not(times.on)) else []
    found += hours_asked_about(times)
    replaced = [session] if session else []
    kind = kind or (session.kind if session else "")
    return found + _new_gap([times.on], person_id=person.pk, on=actor.on, instead_of=replaced, kind=kind)


def hours_asked_about(times: Times) -> list[str]:
    """A question about hours that may be mistyped, as a sentence; nothing where they are usual."""
    odd = rules.odd_about(times)
    return [f"{odd[0].upper()}{odd[1:]}. Is that right?"] if odd else []


def suggested_year(*, person: StaffMember, seen: Outlook, on: date) -> dict[str, Any]:
    """What booking a year starts from: a first date at the pace after the last one, the last time and place, the number.

    The first date lies ahead, on a working day of the authority.
    """
    known = [row.on for row in seen.booked] or ([seen.last_held_on] if seen.last_held_on else [])
    first = max(known) + seen.pace.every if known else on + timedelta(days=7)
    while known and first.weekday() != max(known).weekday():
        first -= timedelta(days=1)
    first = max(first, on + rules.DAY)
    ahead = (first + rules.DAY * number for number in range(rules.LOOK_FURTHER.days))
    first = next((day for day in ahead if not Days(calendar=seen.calendar, people=[Attendee()]).why_not(day)), first)
    return {**suggested_times(person=person, on=on), "on": first, "count": seen.pace.count}


def year_proposal(first: Times, *, count: int, person: StaffMember, actor: Actor, pace: Pace) -> list[rules.Proposed]:
    """A year's dates from the first one on, ``count`` of them."""
    days = days_for(person=person, actor=actor, starts_on=first.on)
    return rules.propose_year(first, pace=replace(pace, count=count), days=days)


def move_proposal(
    present: Sequence[SupervisionSession], wished: Sequence[Times], *, person: StaffMember, actor: Actor
) -> list[rules.Proposed]:
    """Where sessions of a series go when all of them are moved."""
    starts_on = min(times.on for times in wished) - timedelta(weeks=1)
    days = days_for(person=person, actor=actor, starts_on=starts_on, besides=[session.pk for session in present])
    return rules.propose_moves([Times(row.on, row.starts, row.ends) for row in present], wished, days=days)


def notes_on(
    dates: Mapping[int, Times], *, person: StaffMember, actor: Actor, seen: Outlook, besides: Collection[UUID] = ()
) -> dict[int, list[str]]:
    """What is to be known of each date of a series before it holds, by its place: days that do not do, clashes, gaps."""
    if not dates:
        return {}
    first = min(times.on for times in dates.values())
    days = days_for(person=person, actor=actor, starts_on=first, besides=besides)
    places = list(dates)
    # What is booked already, or stays where it is, shortens the gaps, too
    others = [row.on for row in seen.booked if row.pk not in besides]
    gaps = rules.gap_sentences(
        [*(times.on for times in dates.values()), *others], pace=seen.pace, after=seen.last_held_on
    )
    found: dict[int, list[str]] = {}
    for number, place in enumerate(places):
        times = dates[place]
        said = [days.why_not(times.on), rules.odd_about(times), days.clash(times), gaps.get(number, "")]
        if sentences := [f"{words[0].upper()}{words[1:]}." for words in said if words]:
            found[place] = sentences
    return found


def _new_gap(
    dates: Sequence[date], *, person_id: UUID, on: date, instead_of: Collection[SupervisionSession], kind: str
) -> list[str]:
    """A gap that would be there with these dates in the diary, and is not there without."""
    policy = policies.policy_in_force(on)
    if policy is None:
        return []
    contracts = contracts_of(people=[person_id], on=on)
    facts = gather_facts(people=[person_id], on=on, policy=policy, contracts=contracts)[person_id]
    gone = [Session(row.on, "booked", kind=row.kind, minutes=row.minutes) for row in instead_of]
    stay = [each for each in facts.sessions if each not in gone]
    kind = kind or kinds_of(person_id=person_id, on=on).usual
    added = [Session(day, "booked", kind=kind) for day in dates]
    before = rules.forecast(policy, facts, on)
    after = rules.forecast(policy, replace(facts, sessions=[*stay, *added]), on)
    if after is None or after.next_on is None or (before and before.is_a_gap and before.due_on <= after.due_on):
        return []
    return [
        f"Supervision is due by {long_date(after.due_on)}, and the next session would be after that, on "
        f"{long_date(after.next_on)}."
    ]


def _pace(policy: Policy, facts: Facts, contract: ContractView | None, *, on: date) -> Pace:
    """How many dates the policy asks for and how far apart; a contract in force makes it tighter, never looser."""
    bound = tightest(Worker(policy, facts, on))
    if bound is None:
        every = contract.every if contract and contract.every else MONTHLY
        return Pace(every=every, count=_number_in_a_year(every), longest=None)
    _, stretch, every = bound
    longest = _longest(stretch.phase)
    if contract and contract.every and every.always_longer_than(contract.every):
        every = longest = contract.every
    scheduled = [atom.count for atom in stretch.phase.atoms if atom.type == AtomType.SCHEDULED]
    agreed_more = contract and contract.every == every
    return Pace(
        every=every,
        count=_number_in_a_year(every) if agreed_more or not scheduled else max(scheduled),
        longest=longest,
        by_month=any(atom.per == Per.CALENDAR_MONTH for atom in stretch.phase.atoms) and every == MONTHLY,
        until=stretch.ends_on if stretch.ends_on != date.max else None,
    )


def _longest(phase: Phase) -> Duration | None:
    """The longest gap between two sessions that none of the phase's conditions objects to; None where none counts gaps."""
    intervals = [
        atom.interval for atom in phase.atoms if atom.is_rolling and atom.interval and atom.severity != Severity.INFO
    ]
    return min(intervals, key=lambda each: each.nominal_days, default=None)


def _number_in_a_year(every: Duration) -> int:
    if every.months:
        return max(12 // every.months, 1)
    return max(364 // every.days, 1)


def rest_of_series(*, session: SupervisionSession) -> SupervisionSessionQuerySet:
    """A booked session and the later ones that were booked with it, in order; alone where it is of no series."""
    own = SupervisionSession.objects.filter(pk=session.pk)
    if session.series is None:
        return own
    return (
        SupervisionSession.objects.planned()
        .filter(series=session.series, supervisee_id=session.supervisee_id, on__gte=session.on)
        .order_by("on", "starts")
    )


def days_for(
    *,
    person: StaffMember,
    actor: Actor,
    starts_on: date,
    besides: Collection[UUID] = (),
    length: timedelta = A_YEAR * 2,
) -> Days:
    """What is known of the days from one on, for a session of the actor with a supervisee; in four queries.

    ``besides``: sessions that are about to move, and so take no time.
    """
    policy = policies.policy_in_force(actor.on)
    ends_on = starts_on + length
    both = {person.pk: person.name, actor.staff_id: ""}
    away: dict[UUID, list[Spell]] = {key: [] for key in both}
    for absence in Absence.objects.filter(person_id__in=both).between(starts_on, ends_on):
        away[absence.person_id].append(Spell(absence.starts_on, absence.ends_on or absence.expected_to))
    patterns: dict[UUID, list[tuple[Spell, frozenset[int]]]] = {key: [] for key in both}
    for pattern in WorkingPattern.objects.filter(person_id__in=both).open(starts_on):
        patterns[pattern.person_id].append((Spell(pattern.starts_on, pattern.ends_on), frozenset(pattern.weekdays)))
    return Days(
        calendar=policy.calendar if policy else WorkingCalendar(),
        bank_holidays=bank_holidays_of(policy) if policy else frozenset(),
        people=[Attendee(name, away[key], patterns[key]) for key, name in both.items()],
        taken=taken_between(person=person, actor=actor, starts_on=starts_on, ends_on=ends_on, besides=besides),
    )


def taken_between(
    *, person: StaffMember, actor: Actor, starts_on: date, ends_on: date, besides: Collection[UUID] = ()
) -> list[Taken]:
    """Every other session of the two from one day up to, not including, another; in one query.

    A booking takes nobody's time once its supervisor no longer supervises: whoever does now moves it.
    """
    both = {person.pk, actor.staff_id}
    still = SupervisionRelationship.objects.filter(
        Q(ends_on=None) | Q(ends_on__gt=OuterRef("on")),
        supervisee=OuterRef("supervisee"),
        supervisor=OuterRef("supervisor"),
        starts_on__lte=OuterRef("on"),
    )
    rows = (
        SupervisionSession.objects.taking_time()
        .filter(on__gte=starts_on, on__lt=ends_on)
        .filter(Q(supervisee_id__in=both) | Q(supervisor_id__in=both))
        .filter(Q(supervisee_id=person.pk) | Q(status=SupervisionSession.Status.HELD) | Exists(still))
        .exclude(pk__in=besides)
        .order_by("on", "starts")
    )
    open_to_me = SupervisionSessionQuerySet.people_with_diary_open_to(actor)
    names = rows.values_list(
        "on", "starts", "ends", "status", "supervisee_id", "supervisor_id", F("supervisee__name"), F("supervisor__name")
    )
    alone = [
        Taken(
            times=Times(on, starts, ends),
            words=_words(
                person,
                actor,
                {supervisee_id: supervisee, supervisor_id: supervisor},
                open_to_me=supervisee_id in open_to_me,
            )
            + f" from {time_of(starts)} to {time_of(ends)}",
            held=status == SupervisionSession.Status.HELD,
            of_supervisee=supervisee_id == person.pk,
        )
        for on, starts, ends, status, supervisee_id, supervisor_id, supervisee, supervisor in names
    ]
    busy = busy_in_groups(people=both, starts_on=starts_on, ends_on=ends_on).with_presence(person.pk)
    return alone + [_taken_by_group(group, person, actor) for group in busy.with_seat(person.pk)]


def _taken_by_group(group: GroupSession, person: StaffMember, actor: Actor) -> Taken:
    """A group that one of the two is in, or leads."""
    of_person = group.has_seat or group.facilitator_id == person.pk
    who = f"{person.name} is" if of_person else "you are"
    return Taken(
        times=Times(group.on, group.starts, group.ends),
        words=f"{who} in a group session from {time_of(group.starts)} to {time_of(group.ends)}",
        held=group.is_held and (not group.has_seat or group.was_there is not False),
        of_supervisee=bool(group.has_seat),
    )


def taken_on(on: date, *, person: StaffMember, actor: Actor, besides: Collection[UUID] = ()) -> list[Taken]:
    """The same for one day."""
    return taken_between(person=person, actor=actor, starts_on=on, ends_on=on + timedelta(days=1), besides=besides)


def _words(person: StaffMember, actor: Actor, names: dict[UUID, str], *, open_to_me: bool) -> str:
    """Whose other session it is, and with whom where the reader may know."""
    if set(names) == {person.pk, actor.staff_id}:
        return "there is another session with this person at that time,"
    if actor.staff_id in names:
        other = next(name for key, name in names.items() if key != actor.staff_id)
        return f"you have supervision with {other}"
    other = next(name for key, name in names.items() if key != person.pk)
    return f"{person.name} has supervision with {other}" if open_to_me else f"{person.name} is in another session"
