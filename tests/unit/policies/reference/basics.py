"""Days, months and statuses, written out."""

import calendar
import re
from collections.abc import Iterator
from datetime import date, timedelta
from functools import cache
from typing import Any

import holidays

ONE_DAY = timedelta(days=1)
NAMES = ["mon", "tue", "wed", "thu", "fri", "sat", "sun"]
DIVISIONS = {"england-and-wales": "ENG", "scotland": "SCT", "northern-ireland": "NIR"}
ORDER = [
    *["overdue", "missed", "target_passed", "due_today", "due_soon", "not_due", "met"],
    *["suspended", "exempt", "not_required"],
]
NOT_OPEN = {"met", "missed", "exempt", "suspended"}


def day(text: str | None) -> date | None:
    return date.fromisoformat(text) if text else None


def plus(start: date, duration: str) -> date:
    """A day and a duration: months by the calendar, clamped to the last day of the month."""
    number, unit = re.fullmatch(r"P(\d+)([YMWD])", duration).groups()
    size = int(number)
    if unit in "DW":
        return start + timedelta(days=size * (7 if unit == "W" else 1))
    months = start.year * 12 + start.month - 1 + size * (12 if unit == "Y" else 1)
    year, month = divmod(months, 12)
    return date(year, month + 1, min(start.day, calendar.monthrange(year, month + 1)[1]))


def years_before(on: date) -> date:
    return date(on.year - 1, on.month, min(on.day, calendar.monthrange(on.year - 1, on.month)[1]))


def length(duration: str) -> float:
    """Days, a month being as long as months are on average."""
    number, unit = re.fullmatch(r"P(\d+)([YMWD])", duration).groups()
    return int(number) * {"D": 1, "W": 7, "M": 365.2425 / 12, "Y": 365.2425}[unit]


def days(first: date, beyond: date) -> Iterator[date]:
    while first < beyond:
        yield first
        first += ONE_DAY


@cache
def bank_holidays(division: str, year: int) -> frozenset[date]:
    return frozenset(holidays.country_holidays("GB", subdiv=DIVISIONS[division], years=year))


def works(when: date, rules: dict[str, Any]) -> bool:
    return (
        NAMES[when.weekday()] in rules["working_days"]
        and when not in bank_holidays(rules["bank_holidays"], when.year)
        and when.isoformat() not in rules.get("closure_days", [])
    )


def after_working_days(start: date, number: int, rules: dict[str, Any]) -> date:
    while number:
        start += ONE_DAY
        number -= works(start, rules)
    return start


def book_by(due: date | None, rules: dict[str, Any]) -> date | None:
    if due is None or rules.get("book_by_roll") == "none":
        return due
    while not works(due, rules):
        due -= ONE_DAY
    return due


def status_by_date(on: date, due: date, limit: date | None, soon: int) -> tuple[str, int]:
    """The status of what is due on a day, and by how many days it is overdue."""
    last = limit or due
    if on > last:
        return "overdue", (on - last).days
    if on > due:
        return "target_passed", 0
    if on == due:
        return "due_today", 0
    return ("due_soon" if (due - on).days <= soon else "not_due"), 0


def window_of(when: date, per: str, year_start: str) -> tuple[date, date]:
    """The calendar window around a day, half-open."""
    if per == "calendar_month":
        first = when.replace(day=1)
        return first, plus(first, "P1M")
    if per == "calendar_quarter":
        first = date(when.year, (when.month - 1) // 3 * 3 + 1, 1)
        return first, plus(first, "P3M")
    month, number = (1, 1) if per == "calendar_year" else map(int, year_start.split("-"))
    first = date(when.year, month, number)
    if first > when:
        first = date(when.year - 1, month, number)
    return first, date(first.year + 1, month, number)


def row(**given: Any) -> dict[str, Any]:
    empty: dict[str, Any] = dict.fromkeys(
        ["due_on", "limit_on", "book_by", "counted", "required", "booked_on", "forecast"]
    )
    answer = empty | {"overdue_days": 0} | given
    return {key: value.isoformat() if isinstance(value, date) else value for key, value in answer.items()}


def summary(rows: list[dict[str, Any]]) -> dict[str, Any]:
    """``worst`` and ``due_on`` over rows."""
    worst = "no_minimum_set"
    for severity in ("breach", "warning", "info"):
        found = [each["status"] for each in rows if each["severity"] == severity and each["status"] in ORDER]
        if found:
            worst = min(found, key=ORDER.index)
            break
    dates = [
        each["due_on"]
        for each in rows
        if each["severity"] == "breach" and each["status"] not in NOT_OPEN and each["due_on"]
    ]
    return {"worst": worst, "due_on": min(dates, default=None)}
