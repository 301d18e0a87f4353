"""By when a request for one's own data is to be answered: pure.

UK GDPR article 12(3) and the regulator's guidance: the corresponding day of the next month, or the last day of that month
where it has no such day; where that is no working day, the next one. While whoever asked is asked back, to be sure who
they are or what they want, the clock waits, and each day of waiting is added. It can be extended by one or two months.
"""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import date, timedelta

from policies.rules.calendars import WorkingCalendar
from policies.rules.durations import add_months

DAY = timedelta(days=1)
# The law's working week, whatever days the authority works
WEEKDAYS = frozenset(range(5))
SOON = 7
LONGEST_EXTENSION = 2


@dataclass(frozen=True, slots=True)
class Stop:
    """The clock waits from a day up to, not including, another; None: it waits still."""

    starts_on: date
    ends_on: date | None


@dataclass(frozen=True, slots=True)
class Clock:
    """Where the clock stands on a day. ``due_on`` None while it waits; ``days_left`` then says what was left when it stopped.

    ``notes``: how the day came about, in sentences.
    """

    due_on: date | None
    days_left: int
    stopped_since: date | None
    notes: tuple[str, ...]

    @property
    def is_overdue(self) -> bool:
        """Whether the day has passed, and the clock did not wait."""
        return self.days_left < 0

    @property
    def is_soon(self) -> bool:
        """Whether it is due within a week."""
        return self.due_on is not None and 0 <= self.days_left <= SOON


def due_date(
    received_on: date, *, months: int, stops: Sequence[Stop], days_off: frozenset[date]
) -> tuple[date, tuple[str, ...]]:
    """The day by which to answer, and how it came about. ``months``: of extension. ``stops`` that have ended, in order.

    A stop that begins when the time is over already adds nothing.
    """
    corresponding = add_months(received_on, 1 + months)
    notes = []
    if corresponding.day != received_on.day:
        notes.append(f"The month has no {_ordinal(received_on.day)}, so the last day of it counts.")
    due = corresponding
    waited = 0
    for stop in stops:
        if stop.ends_on is not None and stop.starts_on <= _rolled(due, days_off):
            days = (stop.ends_on - stop.starts_on).days
            due += timedelta(days=days)
            waited += days
    if waited:
        notes.append(
            f"{waited} day{'' if waited == 1 else 's'} of waiting for an answer {'is' if waited == 1 else 'are'} added."
        )
    rolled = _rolled(due, days_off)
    if rolled != due:
        notes.append(f"{due:%A} {due.day} {due:%B} is no working day, so the next one counts.")
    return rolled, tuple(notes)


def clock(received_on: date, *, months: int, stops: Sequence[Stop], days_off: frozenset[date], on: date) -> Clock:
    """Where the clock of a request stands on a day (half-open stops in order, the last one perhaps open)."""
    ended = [stop for stop in stops if stop.ends_on is not None]
    due, notes = due_date(received_on, months=months, stops=ended, days_off=days_off)
    waiting = next((stop for stop in stops if stop.ends_on is None), None)
    if waiting is not None and waiting.starts_on <= due:
        return Clock(None, (due - waiting.starts_on).days, waiting.starts_on, notes)
    return Clock(due, (due - on).days, None, notes)


def _rolled(day: date, days_off: frozenset[date]) -> date:
    calendar = WorkingCalendar(working_weekdays=WEEKDAYS, days_off=days_off)
    while not calendar.is_working(day):
        day += DAY
    return day


def _ordinal(day: int) -> str:
    ending = "th" if 10 <= day % 100 <= 20 else {1: "st", 2: "nd", 3: "rd"}.get(day % 10, "th")
    return f"{day}{ending}"
