"""Working days, and the windows that a year is cut into."""

from collections.abc import Iterator
from dataclasses import dataclass, replace
from datetime import date, timedelta
from enum import StrEnum
from functools import cached_property, lru_cache
from typing import NamedTuple

from policies.rules.durations import Duration, add_months

DAY = timedelta(days=1)
_TALLY_FROM, _TALLY_TO = date(1990, 1, 1).toordinal(), date(2090, 1, 1).toordinal()


class Per(StrEnum):
    CALENDAR_MONTH = "calendar_month"
    CALENDAR_QUARTER = "calendar_quarter"
    CALENDAR_YEAR = "calendar_year"
    SUPERVISION_YEAR = "supervision_year"
    ROLLING = "rolling"
    ANCHORED = "anchored"


class Window(NamedTuple):
    """A stretch of days in which sessions are counted, half-open."""

    starts_on: date
    ends_on: date

    @property
    def last_on(self) -> date:
        return self.ends_on - DAY


@dataclass(frozen=True)
class WorkingCalendar:
    """An authority's days: which it works, how it rolls back, when its supervision year begins.

    ``days_off`` holds bank holidays and closure days alike; ``working_weekdays`` counts from Monday, 0.
    """

    working_weekdays: frozenset[int] = frozenset(range(5))
    days_off: frozenset[date] = frozenset()
    year_starts: tuple[int, int] = (4, 1)
    due_soon_days: int = 7
    rolls_back: bool = True

    def is_working(self, day: date) -> bool:
        return day.weekday() in self.working_weekdays and day not in self.days_off

    def on_or_before(self, day: date) -> date:
        """The last working day up to ``day``, or ``day`` itself where there is none within a month."""
        back = day
        for _ in range(31):
            if self.is_working(back):
                return back
            back -= DAY
        return day

    def book_by(self, due_on: date) -> date:
        """The day by which a meeting due on ``due_on`` has to be in the diary; the due date itself never moves."""
        return self.on_or_before(due_on) if self.rolls_back else due_on

    def worked_on(self, weekdays: frozenset[int]) -> "WorkingCalendar":
        """The same for somebody who works on some days of the week only; unchanged where those are none of ours."""
        both = self.working_weekdays & weekdays
        return replace(self, working_weekdays=both) if both else self

    def working_days(self, starts_on: date, ends_on: date) -> int:
        """How many working days there are from ``starts_on`` up to, not including, ``ends_on``."""
        first, end = starts_on.toordinal(), ends_on.toordinal()
        if first >= end:
            return 0
        if first >= _TALLY_FROM and end <= _TALLY_TO:
            return self._tally[end - _TALLY_FROM] - self._tally[first - _TALLY_FROM]
        return sum(self.is_working(date.fromordinal(day)) for day in range(first, end))

    def after_working_days(self, day: date, number: int) -> date:
        """The ``number``-th working day after ``day``, which is day 0 whether it is one or not."""
        if not self.working_weekdays:
            return day + DAY * number
        while number > 0:
            day += DAY
            number -= self.is_working(day)
        return day

    def months_with(self, least: int, window: Window) -> int:
        """How many of a window's months have at least so many working days."""
        if (least, window) not in self._months_with:
            enough = [self.working_days(*month) >= least for month in months_of(window)]
            self._months_with[least, window] = sum(enough)
        return self._months_with[least, window]

    @cached_property
    def _months_with(self) -> dict[tuple[int, Window], int]:
        return {}

    @cached_property
    def _tally(self) -> list[int]:
        counts, so_far = [0], 0
        for ordinal in range(_TALLY_FROM, _TALLY_TO):
            so_far += self.is_working(date.fromordinal(ordinal))
            counts.append(so_far)
        return counts


@dataclass(frozen=True, slots=True)
class Within:
    """A deadline such as "5 working days" or "as soon as possible" (which is never computed)."""

    working_days: int | None = None
    calendar_days: int | None = None
    months: int | None = None
    qualifier: str | None = None

    def after(self, day: date, calendar: WorkingCalendar) -> date | None:
        """The last day of the deadline that begins on ``day`` (day 0); None where it gives no figure."""
        ends = []
        if self.working_days is not None:
            ends.append(calendar.after_working_days(day, self.working_days))
        if self.calendar_days is not None:
            ends.append(day + DAY * self.calendar_days)
        if self.months is not None:
            ends.append(add_months(day, self.months))
        return min(ends, default=None)

    @property
    def in_words(self) -> str:
        figures = [
            f"{number} {unit}{'' if number == 1 else 's'}"
            for number, unit in (
                (self.working_days, "working day"),
                (self.calendar_days, "calendar day"),
                (self.months, "month"),
            )
            if number is not None
        ]
        if self.qualifier:
            figures.append(self.qualifier.replace("_", " "))
        return ", ".join(figures)


@lru_cache(maxsize=20_000)
def window_holding(
    day: date, per: Per, *, year_starts: tuple[int, int], anchor: date | None = None, size: Duration | None = None
) -> Window:
    """The window of kind ``per`` that holds ``day``; anchored ones are ``size`` long, counted from ``anchor``."""
    if per == Per.CALENDAR_MONTH:
        return month_holding(day.year, day.month)
    if per == Per.ANCHORED:
        return _anchored(day, anchor or day, size or Duration(months=1))
    months, first_month, first_day = {
        Per.CALENDAR_QUARTER: (3, 1, 1),
        Per.CALENDAR_YEAR: (12, 1, 1),
        Per.SUPERVISION_YEAR: (12, *year_starts),
    }[per]
    starts_on = date(day.year - 1, first_month, first_day)
    passed = (day.year - starts_on.year) * 12 + day.month - first_month
    starts_on = add_months(starts_on, passed // months * months)
    if starts_on > day:
        starts_on = add_months(starts_on, -months)
    return Window(starts_on, add_months(starts_on, months))


@lru_cache(maxsize=2_000)
def month_holding(year: int, month: int) -> Window:
    """A calendar month."""
    starts_on = date(year, month, 1)
    return Window(starts_on, add_months(starts_on, 1))


def _anchored(day: date, anchor: date, size: Duration) -> Window:
    """Each boundary is counted from the anchor itself, so that a clamped month-end does not drift."""
    number = int((day - anchor).days // size.nominal_days)
    while _times(anchor, size, number) > day:
        number -= 1
    while _times(anchor, size, number + 1) <= day:
        number += 1
    return Window(_times(anchor, size, number), _times(anchor, size, number + 1))


def _times(anchor: date, size: Duration, number: int) -> date:
    return add_months(anchor, size.months * number) + timedelta(days=size.days * number)


@lru_cache(maxsize=2_000)
def months_of(window: Window) -> tuple[Window, ...]:
    """The month-long slices of a window, counted from its first day."""

    def slices() -> Iterator[Window]:
        number, starts_on = 0, window.starts_on
        while starts_on < window.ends_on:
            number += 1
            ends_on = min(add_months(window.starts_on, number), window.ends_on)
            yield Window(starts_on, ends_on)
            starts_on = ends_on

    return tuple(slices())
