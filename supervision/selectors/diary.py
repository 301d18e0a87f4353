"""The diary of one person, in both roles: what needs doing first, what is booked, what is past, and a month of it."""

from collections.abc import Collection, Iterable, Mapping, Sequence
from dataclasses import dataclass, field
from datetime import date, timedelta
from types import MappingProxyType
from uuid import UUID

from django.core.paginator import Page, Paginator
from django.db.models import Case, Exists, F, OuterRef, Q, When

from core.actor import Actor
from core.clock import date_of
from core.shortcuts import may
from policies import selectors as policies
from policies.bank_holidays import day_off_in_words
from policies.rules.durations import add_months
from policies.rules.tags import labels_of, purposes_of
from staff.models import Absence, StaffMember
from supervision import access, rules
from supervision.models import GroupSession, LeadTold, SupervisionSession, SupervisionSessionQuerySet
from supervision.rules import Forecast
from supervision.selectors.children import children_due_by
from supervision.selectors.groups import own_groups
from supervision.selectors.rows import SessionRow, session_rows
from supervision.selectors.status import forecasts

SESSIONS_ON_A_PAGE = 20


@dataclass(frozen=True, slots=True)
class Wanted:
    """What of a diary is shown: ``role`` "supervisor", "supervisee" or both; ``past`` instead of coming; a month's grid.

    ``month``: its first day.
    """

    role: str = ""
    past: bool = False
    as_month: bool = False
    month: date = date.min
    number: str = "1"


@dataclass(frozen=True, slots=True)
class NamedRow:
    """A diary entry with the name of the other one of the two."""

    session: SessionRow
    other_name: str


@dataclass(frozen=True, slots=True)
class NamedForecast:
    """That what is booked for somebody leaves a gap longer than the rule allows."""

    person_id: UUID
    name: str
    forecast: Forecast


@dataclass(frozen=True, slots=True)
class DayOfMonth:
    """One square of the month's grid."""

    on: date
    in_month: bool
    sessions: Sequence[SupervisionSession]
    away: bool
    day_off: str = ""
    groups: Sequence[GroupSession] = ()

    @property
    def is_empty(self) -> bool:
        """Whether there is nothing to say of it."""
        return not (self.sessions or self.groups or self.away or self.day_off)


@dataclass(frozen=True, slots=True)
class Week:
    """Seven squares from Monday on."""

    days: list[DayOfMonth]

    @property
    def is_empty(self) -> bool:
        """Whether there is nothing in any of them."""
        return all(day.is_empty for day in self.days)


@dataclass(frozen=True, slots=True)
class MonthGrid:
    """The weeks of a month from Monday to Sunday, and the months before and after."""

    first: date
    before: date
    after: date
    weeks: list[Week]


@dataclass(frozen=True, slots=True)
class DiaryPage:
    """The actor's own diary: as supervisor and as supervisee. Sessions carry ``other_name``.

    To do first: ``to_close`` (booked for a day that has passed), ``to_write`` (held, and its record not signed),
    ``to_rebook`` (did not take place, and no other date yet), ``gaps`` (what is booked leaves too long a gap),
    ``groups_to_mark`` (led by the actor, and nobody has said who was there).
    """

    to_close: list[SupervisionSession]
    to_write: list[NamedRow]
    to_rebook: list[NamedRow]
    gaps: list[NamedForecast]
    booked: list[SupervisionSession] = field(default_factory=list)
    past: Page | None = None
    month: MonthGrid | None = None
    groups: list[GroupSession] = field(default_factory=list)
    groups_to_mark: list[GroupSession] = field(default_factory=list)


def diary_page(*, actor: Actor, on: date, wanted: Wanted) -> DiaryPage:
    """What the actor has in the diary with anybody, and what became of it, as far as it is wanted."""
    own = _own_sessions(actor)
    planned = list(own.planned().order_by("on", "starts"))
    people = actor.supervises | {actor.staff_id}
    rows = session_rows(people=people)
    names = dict(StaffMember.objects.filter(pk__in=people).values_list("pk", "name"))
    ahead = [session for session in planned if session.on >= on]
    shown = [session for session in ahead if _is_of_role(session, wanted.role, actor)]
    coming = not (wanted.past or wanted.as_month)
    if coming:
        _say_of(shown, next_of_each={session.supervisee_id: session for session in reversed(ahead)}, on=on)
    groups = list(own_groups(actor).planned().order_by("on", "starts"))
    return DiaryPage(
        to_close=[session for session in planned if session.on < on and session.supervisee_id in actor.supervises],
        to_write=_named([row for row in rows if _waits_for_record(row, actor)], names),
        to_rebook=_named(
            last_of_each(waiting_for_a_date(row for row in rows if row.supervisee_id in actor.supervises)), names
        ),
        gaps=_gaps(people, rows, names, on=on) if coming else [],
        booked=shown if coming else [],
        past=_past(own, wanted, actor) if wanted.past and not wanted.as_month else None,
        month=month_grid(actor=actor, wanted=wanted) if wanted.as_month else None,
        groups=[group for group in groups if group.on >= on] if coming and not wanted.role else [],
        groups_to_mark=[group for group in groups if group.on < on and group.facilitator_id == actor.staff_id],
    )


@dataclass(frozen=True, slots=True)
class Became:
    """What became of the sessions of one person. Cancelled and not attended are counted apart, by each (R094).

    ``not_exceptional``: cancelled for a reason of which the policy allows none (R332). Sessions in groups are counted by
    themselves: at how many the person was, and was not.
    """

    held: int
    cut_short: int
    cancelled_by_supervisee: int
    cancelled_by_supervisor: int
    missed_by_supervisee: int
    missed_by_supervisor: int
    groups_present: int = 0
    groups_absent: int = 0
    not_exceptional: int = 0


def became_of(rows: Sequence[SessionRow], *, since: date) -> Became:
    """Figures over one person's sessions from a day on."""
    recent = [row for row in rows if row.on >= since and not row.is_planned]
    closed = [(row.status, row.by_supervisee) for row in recent if not row.is_group]
    in_groups = [row.status for row in recent if row.is_group]
    statuses = SupervisionSession.Status
    return Became(
        held=sum(status == statuses.HELD for status, _ in closed),
        cut_short=sum(row.cut_short for row in rows if row.on >= since),
        cancelled_by_supervisee=closed.count((statuses.CANCELLED, True)),
        cancelled_by_supervisor=closed.count((statuses.CANCELLED, False)),
        missed_by_supervisee=closed.count((statuses.DID_NOT_ATTEND, True)),
        missed_by_supervisor=closed.count((statuses.DID_NOT_ATTEND, False)),
        groups_present=in_groups.count(statuses.HELD),
        groups_absent=in_groups.count(statuses.DID_NOT_ATTEND),
        not_exceptional=sum(row.status == statuses.CANCELLED and row.exceptional is False for row in recent),
    )


def waiting_for_a_date(rows: Iterable[SessionRow]) -> list[SessionRow]:
    """The sessions that did not take place and have no other date yet (R082, R157); of all of some people's.

    Nobody finds another date for a group, and a group is no other date for a session of two.
    """
    by_person: dict[UUID, list[SessionRow]] = {}
    for row in rows:
        if row.is_group:
            continue
        by_person.setdefault(row.supervisee_id, []).append(row)
    return [row for diary in by_person.values() for row in diary if rules.waits_for_a_date(row, diary)]


def last_of_each(rows: Iterable[SessionRow]) -> list[SessionRow]:
    """Of rows in order of time, the last of each person: another date answers for all of them."""
    return list({row.supervisee_id: row for row in rows}.values())


def month_grid(*, actor: Actor, wanted: Wanted) -> MonthGrid:
    """A month of the actor's diary, with the days on which the actor is away or nobody works; in four queries."""
    policy = policies.policy_in_force(actor.on)
    first = wanted.month
    after = add_months(first, 1)
    starts_on = first - timedelta(days=first.weekday())
    ends_on = after + timedelta(days=-after.weekday() % 7)
    own = _own_sessions(actor).filter(on__gte=starts_on, on__lt=ends_on).order_by("on", "starts")
    by_day: dict[date, list[SupervisionSession]] = {}
    for session in own:
        if _is_of_role(session, wanted.role, actor):
            by_day.setdefault(session.on, []).append(session)
    groups: dict[date, list[GroupSession]] = {}
    for group in own_groups(actor).filter(on__gte=starts_on, on__lt=ends_on).order_by("on", "starts"):
        groups.setdefault(group.on, []).append(group)
    away = [
        rules.Spell(absence.starts_on, absence.ends_on or absence.expected_to)
        for absence in Absence.objects.filter(person_id=actor.staff_id).between(starts_on, ends_on)
    ]
    days = [starts_on + timedelta(days=number) for number in range((ends_on - starts_on).days)]
    squares = [
        DayOfMonth(
            day,
            first <= day < after,
            by_day.get(day, ()),
            away=any(spell.holds(day) for spell in away),
            day_off=day_off_in_words(policy, day) if policy else "",
            groups=() if wanted.role else groups.get(day, ()),
        )
        for day in days
    ]
    weeks = [Week(squares[number : number + 7]) for number in range(0, len(squares), 7)]
    return MonthGrid(first=first, before=add_months(first, -1), after=after, weeks=weeks)


def rebook_words(*, on: date) -> str:
    """How soon the policy wants another date for a session that does not take place, as a sentence (R157)."""
    policy = policies.policy_in_force(on)
    later = "Leave this empty if you cannot say yet: it stays on your list until another session is booked."
    if policy is None or (by := policy.cancellation.rebook_by(on, policy.calendar)) is None:
        return later
    if by <= on:
        return "The policy asks for another date by the end of today. Without one, you are on the list of the manager above."
    return f"The policy asks for another date by {rules.in_words(by)}. {later}"


@dataclass(frozen=True, slots=True)
class LateToRebook:
    """A session that did not take place, and has no other date by the day ``by`` that the policy gives."""

    session: SessionRow
    name: str
    supervisor: str
    by: date


def late_to_rebook(*, actor: Actor, on: date) -> list[LateToRebook]:
    """For those above: whose sessions are off, with no other date by the policy's day; nothing where it gives none."""
    policy = policies.policy_in_force(on)
    if policy is None or policy.cancellation.rebook_by(on, policy.calendar) is None:
        return []
    found = []
    for row in waiting_for_a_date(session_rows(people=_without_a_date(actor.next_up_for | actor.above_for))):
        by = policy.cancellation.rebook_by(date_of(row.closed_at), policy.calendar) if row.closed_at else None
        if by and by < on:
            found.append((row, by))
    people = {person_id for row, _ in found for person_id in (row.supervisee_id, row.supervisor_id)}
    names = dict(StaffMember.objects.filter(pk__in=people).values_list("pk", "name"))
    late = [LateToRebook(row, names[row.supervisee_id], names[row.supervisor_id], by) for row, by in found]
    return sorted(late, key=lambda each: (each.by, each.name))


def _without_a_date(people: Collection[UUID]) -> set[UUID]:
    """Those of some people of whom ``rules.waits_for_a_date`` holds, so that nobody else's diary has to be read."""
    status = SupervisionSession.Status
    off = SupervisionSession.objects.filter(
        supervisee__in=people, status__in=(status.CANCELLED, status.DID_NOT_ATTEND), closed_at__isnull=False
    )
    another = SupervisionSession.objects.filter(
        Q(booked_at__gte=OuterRef("closed_at")) | Q(status=status.HELD, on__gt=OuterRef("on")),
        supervisee=OuterRef("supervisee"),
        status__in=(status.PLANNED, status.HELD),
    )
    return set(off.exclude(Exists(another)).values_list("supervisee_id", flat=True))


def is_without_a_date(session: SupervisionSession) -> bool:
    """Whether a session was called off, and no other date was found for it yet."""
    return any(row.pk == session.pk for row in waiting_for_a_date(session_rows(people=[session.supervisee_id])))


def leads_of(session: SupervisionSession, actor: Actor) -> tuple[list[LeadTold], bool]:
    """Who above was told that a session has no other date, and whether the actor can tell them now; for the two."""
    is_off = session.status in (SupervisionSession.Status.CANCELLED, SupervisionSession.Status.DID_NOT_ATTEND)
    if not is_off or not may(access.check_can_see_details, actor, session.supervisee_id):
        return [], False
    told = list(session.leads_told.select_related("lead", "told_by").order_by("lead__name"))
    if told or not may(access.check_can_change_session, actor, session):
        return told, False
    policy = policies.policy_in_force(actor.on)
    return told, bool(policy and rules.tells_leads(policy.blocks)) and is_without_a_date(session)


def _own_sessions(actor: Actor) -> SupervisionSessionQuerySet:
    taken_over = Q(status=SupervisionSession.Status.PLANNED, supervisee_id__in=actor.supervises)
    mine = Q(supervisee_id=actor.staff_id) | Q(supervisor_id=actor.staff_id) | taken_over
    other = Case(When(supervisee_id=actor.staff_id, then=F("supervisor__name")), default=F("supervisee__name"))
    return SupervisionSession.objects.visible_to(actor).filter(mine).annotate(other_name=other)


def _is_of_role(session: SupervisionSession, role: str, actor: Actor) -> bool:
    if not role:
        return True
    return (session.supervisee_id == actor.staff_id) == (role == "supervisee")


def _past(own: SupervisionSessionQuerySet, wanted: Wanted, actor: Actor) -> Page:
    past = own.exclude(status=SupervisionSession.Status.PLANNED).order_by("-on", "-starts")
    if wanted.role == "supervisee":
        past = past.filter(supervisee_id=actor.staff_id)
    elif wanted.role:
        past = past.exclude(supervisee_id=actor.staff_id)
    page: Page[SupervisionSession] = Paginator(past, SESSIONS_ON_A_PAGE).get_page(wanted.number)
    page.object_list = list(page.object_list)
    _say_of(page.object_list)
    return page


def _say_of(
    sessions: Collection[SupervisionSession],
    *,
    next_of_each: Mapping[UUID, SupervisionSession] = MappingProxyType({}),
    on: date = date.min,
) -> None:
    """Say of the sessions of one's own diary what each is for, and of the next of each how many children are due by then.

    In a query each, and none where there is nothing to say.
    """
    policy = (
        policies.policy_in_force(max(each.on for each in sessions)) if any(one.purposes for one in sessions) else None
    )
    tags = purposes_of(policy)
    due = children_due_by(days={person: each.on for person, each in next_of_each.items()}, on=on)
    for session in sessions:
        session.purposes_in_words = ", ".join(labels_of(session.purposes, tags))
        if next_of_each.get(session.supervisee_id) == session:
            session.children_due = due.get(session.supervisee_id, 0)


def _waits_for_record(row: SessionRow, actor: Actor) -> bool:
    """R085: a session that was held, and whose record the supervisor has not signed."""
    mine = row.supervisor_id == actor.staff_id and not row.is_group
    return row.is_held and mine and row.record_state in (None, "draft", "returned")


def _named(rows: Iterable[SessionRow], names: dict[UUID, str]) -> list[NamedRow]:
    found = [NamedRow(row, names.get(row.supervisee_id, "")) for row in rows]
    return sorted(found, key=lambda each: (each.session.on, each.session.starts))


def _gaps(
    people: Iterable[UUID], rows: Sequence[SessionRow], names: dict[UUID, str], *, on: date
) -> list[NamedForecast]:
    found = forecasts(people=set(people), on=on, sessions=rows)
    gaps = [NamedForecast(key, names.get(key, ""), each) for key, each in found.items() if each and each.is_a_gap]
    return sorted(gaps, key=lambda gap: (gap.forecast.due_on, gap.name))
