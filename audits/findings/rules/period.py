"""Over which time a file is audited. Pure."""

from dataclasses import dataclass
from datetime import date, timedelta

from policies.rules import words
from policies.rules.durations import add_months

MONTHS = 12


@dataclass(frozen=True, slots=True)
class Period:
    """From its first day to its last, both of them in it. ``since_audit``: it begins after the last audit of the file."""

    starts_on: date
    ends_on: date
    since_audit: bool = False

    @property
    def words(self) -> str:
        """Which time it is, and why that."""
        why = "since the last audit of this file" if self.since_audit else "the twelve months before the audit"
        return f"{words.day(self.starts_on)} to {words.day(self.ends_on)}, {why}"

    def holds(self, on: date) -> bool:
        """Whether a day is in it."""
        return self.starts_on <= on <= self.ends_on


def period_of_audit(on: date, *, last_audit_on: date | None) -> Period:
    """The twelve months up to the day of an audit; where the file was audited within them, the time since then."""
    year_ago = add_months(on, -MONTHS)
    if last_audit_on and year_ago < last_audit_on < on:
        return Period(last_audit_on + timedelta(days=1), on, since_audit=True)
    return Period(year_ago + timedelta(days=1), on)
