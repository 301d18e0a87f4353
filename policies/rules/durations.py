"""Civil durations: ISO 8601, date part only, one unit."""

import calendar
import re
from dataclasses import dataclass, field
from datetime import date, timedelta
from functools import lru_cache

from core.errors import RuleBroken

_WRITTEN = re.compile(r"P([0-9]{1,4})([YMWD])")
_UNITS = {"Y": "year", "M": "month", "W": "week", "D": "day"}
_DAYS_IN_A_MONTH = 365.25 / 12
_LONGEST_IN_DAYS = 200 * 365.25


@dataclass(frozen=True, slots=True)
class Duration:
    """Whole months or whole days. ``P4W`` equals ``P28D``; ``P1M`` equals neither (policy-model 2.3)."""

    months: int = 0
    days: int = 0
    text: str = field(default="", compare=False)

    @classmethod
    def parse(cls, text: str) -> "Duration":
        """Read ``P7D``, ``P4W``, ``P1M`` or ``P1Y``. Raises RuleBroken with a sentence that quotes anything else."""
        match = _WRITTEN.fullmatch(text)
        if match is None:
            raise RuleBroken(f'"{text}" is not an ISO 8601 duration')
        number, unit = int(match[1]), match[2]
        if number == 0:
            raise RuleBroken(f'"{text}" lasts no time at all')
        if unit in "YM":
            duration = cls(months=number * (12 if unit == "Y" else 1), text=text)
        else:
            duration = cls(days=number * (7 if unit == "W" else 1), text=text)
        if duration.nominal_days > _LONGEST_IN_DAYS:
            raise RuleBroken(f'"{text}" is longer than two hundred years')
        return duration

    def __radd__(self, day: date) -> date:
        """``day + duration``; months are calendar months, clamped to the month's last day."""
        if self.months:
            return add_months(day, self.months)
        return day + timedelta(days=self.days)

    def __str__(self) -> str:
        return self.text or (f"P{self.months}M" if self.months else f"P{self.days}D")

    @property
    def nominal_days(self) -> float:
        """The average length in days, to compare how demanding two intervals are; never used for a date."""
        return self.months * _DAYS_IN_A_MONTH + self.days

    @property
    def in_words(self) -> str:
        """ "month", "2 months", "14 days": what follows "every" in a sentence."""
        number, unit = _WRITTEN.fullmatch(str(self)).groups()  # type: ignore[union-attr]
        return _UNITS[unit] if int(number) == 1 else f"{int(number)} {_UNITS[unit]}s"

    def always_longer_than(self, other: "Duration") -> bool:
        """Whether this lasts longer than ``other`` from whatever day both are counted."""
        if self.months and other.months:
            return self.months > other.months
        return _length(self, shortest=True) > _length(other, shortest=False)


def add_months(day: date, months: int) -> date:
    """The same day ``months`` later (or earlier), clamped: 31 January and one month is the last of February."""
    year, month = divmod(day.year * 12 + day.month - 1 + months, 12)
    month += 1
    if day.day <= 28:
        return date(year, month, day.day)
    return date(year, month, min(day.day, calendar.monthrange(year, month)[1]))


@lru_cache(maxsize=256)
def _length(duration: Duration, *, shortest: bool) -> int:
    starts = [date(2024 + month // 12, month % 12 + 1, 1) for month in range(48)]
    lengths = [(start + duration - start).days for start in starts]
    return min(lengths) if shortest else max(lengths)
