"""Sets of days as sorted half-open periods; ``date.min`` and ``date.max`` stand for open ends."""

from collections.abc import Iterable
from datetime import date

Period = tuple[date, date]
Periods = tuple[Period, ...]

ALWAYS: Periods = ((date.min, date.max),)


def period(starts_on: date | None, ends_on: date | None) -> Period:
    """A period from dates of which None means open."""
    return (starts_on or date.min, ends_on or date.max)


def union(periods: Iterable[Period]) -> Periods:
    """The days in any of the periods; those that touch are joined."""
    joined: list[Period] = []
    wanted = [each for each in periods if each[0] < each[1]]
    if len(wanted) < 2:
        return tuple(wanted)
    for starts_on, ends_on in sorted(wanted):
        if joined and starts_on <= joined[-1][1]:
            joined[-1] = (joined[-1][0], max(joined[-1][1], ends_on))
        else:
            joined.append((starts_on, ends_on))
    return tuple(joined)


def intersect(first: Periods, second: Periods) -> Periods:
    """The days in both."""
    return union((max(one[0], other[0]), min(one[1], other[1])) for one in first for other in second)


def subtract(first: Periods, second: Periods) -> Periods:
    """The days of ``first`` that are not in ``second``."""
    if not second:
        return first
    gaps, begins = [], date.min
    for starts_on, ends_on in second:
        gaps.append((begins, starts_on))
        begins = ends_on
    return intersect(first, (*gaps, (begins, date.max)))


def holding(periods: Periods, on: date) -> Period | None:
    """The period that ``on`` lies in."""
    return next((each for each in periods if each[0] <= on < each[1]), None)
