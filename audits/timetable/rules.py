"""Duties to examine, resolved over people: pure. A duty belongs to a seat in the line, whoever holds it."""

from collections.abc import Iterable, Iterator, Sequence
from dataclasses import dataclass, field
from datetime import date, timedelta
from enum import StrEnum
from typing import NamedTuple
from uuid import UUID

from core.actor import Role
from core.errors import RuleBroken
from policies.rules.audits import (
    LINE,
    OBSERVATION_OF_SUPERVISION,
    PRINCIPAL_SOCIAL_WORKER,
    SOCIAL_WORKER,
    SUPERVISION_FILE,
    AuditDuty,
    Period,
    periods,
)

DAY = timedelta(days=1)
# When nothing is booked and so much of a period is left, its auditor hears of it
MONTH_LEFT = timedelta(days=31)
# The days that an address can ask for
YEARS_EITHER_WAY = 50

ROLE_OF = {
    "dcs": Role.DIRECTOR,
    "assistant_director": Role.ASSISTANT_DIRECTOR,
    "service_manager": Role.SERVICE_MANAGER,
    "team_manager": Role.TEAM_MANAGER,
    PRINCIPAL_SOCIAL_WORKER: Role.PRINCIPAL_SOCIAL_WORKER,
}
TIERS = {
    "assistant_director": ("an assistant director", "assistant directors"),
    "service_manager": ("a service manager", "service managers"),
    "team_manager": ("a team manager", "team managers"),
    SOCIAL_WORKER: ("a social worker", "social workers"),
}


class State(StrEnum):
    """How a duty stands in a period. The words for people are beside its colour, in the tags of pages."""

    NOT_SET = "no_number_set"
    NOBODY = "audit_nobody"
    AHEAD = "audit_ahead"
    DONE = "done"
    SHORT = "audit_short"
    LATE = "audit_late"
    BOOKED = "booked"
    PASSED = "audit_passed"
    TO_BOOK = "audit_to_book"
    TO_DO = "open"


class Held(NamedTuple):
    """A role that somebody held over time, half-open, and the day on which that was entered."""

    person_id: UUID
    name: str
    role: str
    starts_on: date
    ends_on: date | None
    entered_on: date


class Managed(NamedTuple):
    """Who manages somebody over time, half-open."""

    person_id: UUID
    manager_id: UUID
    starts_on: date
    ends_on: date | None


class Supervised(NamedTuple):
    """Who supervises somebody over time, half-open; ``is_cover``: in another's place."""

    supervisee_id: UUID
    supervisor_id: UUID
    is_cover: bool
    starts_on: date
    ends_on: date | None


class Work(NamedTuple):
    """An audit or an observation that counts for a duty. ``of_id``: whose supervision, or who is observed.

    ``booked_on``: None for an audit whose file is drawn and no more; ``done_on``: signed, or held; ``is_open``: of an
    audit, whether its auditor has opened it.
    """

    id: UUID
    duty_id: str
    starts_on: date
    auditor_id: UUID
    of_id: UUID
    booked_on: date | None
    done_on: date | None
    is_open: bool = False


@dataclass(frozen=True, slots=True)
class LineOnDay:
    """Who held which role, managed and supervised whom on one day."""

    day: date
    roles: Sequence[Held]
    managed: Sequence[Managed]
    supervised: Sequence[Supervised]

    def holders(self, by: str) -> Iterator[Held]:
        """Who holds the role that a duty names."""
        return (held for held in self.roles if held.role == ROLE_OF[by])

    def tier_of(self, person_id: UUID) -> str:
        """The highest tier of which somebody holds the role; a social worker's where there is none."""
        roles = {held.role for held in self.roles if held.person_id == person_id}
        return next((tier for tier in LINE if ROLE_OF.get(tier) in roles), SOCIAL_WORKER)

    def below(self, person_id: UUID) -> set[UUID]:
        """Whom somebody manages directly."""
        return {row.person_id for row in self.managed if row.manager_id == person_id} - {person_id}

    def managers(self) -> dict[UUID, UUID]:
        """The line manager of each."""
        return {row.person_id: row.manager_id for row in self.managed}

    def files(self, auditor_id: UUID, *, of: str | None) -> dict[UUID, UUID]:
        """The files that somebody may audit as their supervisor's line manager, each with that supervisor (R114).

        Never one of which the auditor is the supervisor, cover included, or the supervisee. ``of``: of that tier alone.
        """
        supervisors = self.below(auditor_id)
        own = {row.supervisee_id for row in self.supervised if row.supervisor_id == auditor_id} | {auditor_id}
        return {
            row.supervisee_id: row.supervisor_id
            for row in self.supervised
            if row.supervisor_id in supervisors
            and not row.is_cover
            and row.supervisee_id not in own
            and (of is None or self.tier_of(row.supervisee_id) == of)
        }

    def to_observe(self, observer_id: UUID, *, of: str) -> set[UUID]:
        """Whom somebody may observe for a duty: people whom they manage, of a tier."""
        return {person_id for person_id in self.below(observer_id) if self.tier_of(person_id) == of}

    def seat(self, person_id: UUID, duty: AuditDuty) -> set[UUID]:
        """Whose file, or whose practice, a duty is about for whoever holds it; empty where there is nobody."""
        if duty.what == SUPERVISION_FILE:
            return set(self.files(person_id, of=duty.of))
        return self.to_observe(person_id, of=duty.of)


@dataclass(frozen=True, slots=True)
class Line:
    """Roles, management and supervision over time."""

    roles: Sequence[Held]
    managed: Sequence[Managed]
    supervised: Sequence[Supervised]
    _days: dict[date, LineOnDay] = field(default_factory=dict, compare=False, repr=False)

    def on(self, day: date) -> LineOnDay:
        """How the line stood on a day."""
        if day not in self._days:
            self._days[day] = LineOnDay(
                day,
                [row for row in self.roles if holds(row, day)],
                [row for row in self.managed if holds(row, day)],
                [row for row in self.supervised if holds(row, day)],
            )
        return self._days[day]


def holds(row: Held | Managed | Supervised, day: date) -> bool:
    """Whether a row is so on a day."""
    return row.starts_on <= day and (row.ends_on is None or row.ends_on > day)


@dataclass(frozen=True, slots=True)
class Auditor:
    """Who has a duty."""

    person_id: UUID
    name: str


@dataclass(frozen=True, slots=True)
class DutyStanding:
    """How far somebody has come with a duty in a period (half-open), as asked on a day.

    ``wanted``: None where the policy sets no number; 0 where there is nobody whose file it could be. ``booked``: with a
    day, not done yet; ``drawn``: all that are begun and not done. ``late``: of those done, after the period. ``short``:
    how many were missing when the period's last day came, and are missing still; 0 before, and without a number.
    """

    duty: AuditDuty
    auditor: Auditor
    period: Period
    wanted: int | None
    done: int
    booked: int
    drawn: int
    late: int
    short: int
    state: State
    works: tuple[Work, ...] = ()

    @property
    def last_day(self) -> date:
        """The last day of the period."""
        return self.period[1] - DAY

    @property
    def missing(self) -> int:
        """How many nobody has begun yet; 0 where the policy sets no number."""
        return max((self.wanted or 0) - self.done - self.drawn, 0)


def standings(
    duties: Iterable[AuditDuty],
    line: Line,
    works: Sequence[Work],
    *,
    year_starts: tuple[int, int],
    year: date,
    on: date,
) -> list[DutyStanding]:
    """Every duty of everybody who has one, in each period of the supervision year of a day, as it stands ``on`` another.

    Who has it: whoever holds the role on that day, or held it on the period's last day where that is past. So whoever
    takes over a post takes over what is left of the period, with what was done in it before; and what was left undone
    stays with whoever was there when it ended. Who was entered as holding the role only after a period was over is not
    asked about it.
    """
    found = []
    for duty in duties:
        for period in periods(duty, year, year_starts):
            then = line.on(moment(period, on))
            holders = [held for held in then.holders(duty.by) if held.entered_on < period[1]]
            counted = attributed(duty, period, works, then, holders)
            found += [_standing(duty, held, period, counted.get(held.person_id, []), then, on) for held in holders]
    return sorted(found, key=lambda each: (each.auditor.name, str(each.auditor.person_id), each.duty.id, each.period))


def moment(period: Period, on: date) -> date:
    """The day whose line counts for a period: today, or the day of the period that is nearest to it."""
    return min(max(on, period[0]), period[1] - DAY)


def is_over(period: Period, on: date) -> bool:
    """Whether what is missing is short. The last day counts as the end: figures of that day say what it came to."""
    return on >= period[1] - DAY


def attributed(
    duty: AuditDuty, period: Period, works: Iterable[Work], line: LineOnDay, holders: Sequence[Held]
) -> dict[UUID, list[Work]]:
    """What was begun or done for a duty in a period, each for one holder of it.

    It counts for whoever has the seat: manages the supervisor whose file it was, or whom was observed, whoever did it.
    Where none of those with the duty does so any more, for whoever did it.
    """
    managers, have_it = line.managers(), {held.person_id for held in holders}
    found: dict[UUID, list[Work]] = {}
    for work in works:
        if work.duty_id == duty.id and work.starts_on == period[0]:
            manager = managers.get(work.of_id)
            found.setdefault(manager if manager in have_it else work.auditor_id, []).append(work)
    return found


def _standing(
    duty: AuditDuty, held: Held, period: Period, works: Sequence[Work], line: LineOnDay, on: date
) -> DutyStanding:
    done = [work for work in works if work.done_on and work.done_on <= on]
    begun = [work for work in works if work not in done]
    seat = line.seat(held.person_id, duty)
    wanted = duty.count if seat or works or duty.count is None else 0
    missing = max((wanted or 0) - len(done), 0)
    return DutyStanding(
        duty=duty,
        auditor=Auditor(held.person_id, held.name),
        period=period,
        wanted=wanted,
        done=len(done),
        booked=sum(work.booked_on is not None for work in begun),
        drawn=len(begun),
        late=sum(work.done_on >= period[1] for work in done if work.done_on),
        short=missing if is_over(period, on) else 0,
        state=_state(wanted, missing, begun, period, on),
        works=tuple(works),
    )


def _behind(missing: int, begun: int, period: Period, on: date) -> State | None:
    """Short or late, of a period that is over: what is begun takes the place of one that is missing, and is late."""
    if is_over(period, on) and missing > begun:
        return State.SHORT
    return State.LATE if missing and period[1] <= on else None


def _state(wanted: int | None, missing: int, begun: Sequence[Work], period: Period, on: date) -> State:
    """The state, from the most pressing down. Without a number it is never done, and never short."""
    if behind := _behind(missing, len(begun), period, on):
        return behind
    if any(work.booked_on and work.booked_on < on for work in begun):
        return State.PASSED
    if wanted is None:
        return State.NOT_SET
    if wanted == 0:
        return State.NOBODY
    if not missing:
        return State.DONE
    if sum(work.booked_on is not None for work in begun) >= missing:
        return State.BOOKED
    if period[0] > on:
        return State.AHEAD
    return State.TO_BOOK if len(begun) >= missing else State.TO_DO


def duty_words(duty: AuditDuty) -> str:
    """A duty in words: "Audit of a team manager's supervision file"."""
    one, _ = TIERS[duty.of]
    if duty.what == SUPERVISION_FILE:
        return f"Audit of {one}’s supervision file"
    if duty.what == OBSERVATION_OF_SUPERVISION:
        return f"Observation of supervision by {one}"
    return f"Direct observation of the practice of {one}"


def tier_in(duty_id: str) -> str | None:
    """Of which tier a duty is, by its id; None for none."""
    return next((tier for tier in TIERS if duty_id.endswith(f"-{tier}")), None)


def how_often(duty: AuditDuty) -> str:
    """How many in which time: "1 every 3 months", "every 3 months, no number set"."""
    every = f"every {duty.every.in_words}"
    return f"{duty.count} {every}" if duty.count is not None else f"{every}, no number set"


def check_may_draw(standing: DutyStanding, *, on: date) -> None:
    """Nothing is drawn before its period, or beyond what the policy wants. Raises RuleBroken."""
    if standing.period[0] > on:
        raise RuleBroken(f"This period begins on {standing.period[0]:%-d %B %Y}. Draw the file then.")
    if standing.wanted is not None and standing.missing == 0:
        raise RuleBroken("Nothing is left to draw for this period: every file that the policy wants is drawn already.")


def day_asked_for(typed: str, *, today: date) -> date | None:
    """The day in an address, within a century; None for anything else: nobody plans longer."""
    try:
        day = date.fromisoformat(typed)
    except ValueError:
        return None
    return day if abs(day.year - today.year) <= YEARS_EITHER_WAY else None


class Chase(NamedTuple):
    """Somebody to tell about a duty, an audit or an observation, once for each key. ``audit_id``: where it is about one."""

    person_id: UUID
    kind: str
    key: str
    audit_id: UUID | None = None


def chases(found: Iterable[DutyStanding], managers: dict[UUID, UUID], *, on: date) -> Iterator[Chase]:
    """Whom a day's work tells what: the auditor, of a period with a month left and nothing booked, and of a booked day
    that passed; the auditor's manager, of a period that ended short.
    """
    for each in found:
        if each.period[1] <= on and each.short and (manager := managers.get(each.auditor.person_id)):
            yield Chase(manager, "audit_short", f"{each.duty.id}/{each.period[0]}/{each.auditor.person_id}")
        unbooked = each.wanted is not None and each.done + each.booked < each.wanted
        if unbooked and each.period[1] - MONTH_LEFT <= on < each.period[1]:
            yield Chase(each.auditor.person_id, "audit_due", f"{each.duty.id}/{each.period[0]}")
        for work in each.works:
            if work.booked_on and work.booked_on < on and (work.done_on is None or work.done_on > on):
                audit_id = work.id if each.duty.what == SUPERVISION_FILE else None
                yield Chase(work.auditor_id, "audit_due", f"{work.id}/{work.booked_on}", audit_id)
