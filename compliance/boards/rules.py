"""What a board counts, of which day, and as was known when: pure."""

from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from datetime import date, datetime, time, timedelta
from enum import StrEnum

from compliance.models.kinds import Kind
from core.clock import LONDON
from policies.rules.answers import Status
from policies.rules.durations import add_months

DAY = timedelta(days=1)
MONTHS = 12


class Standing(StrEnum):
    """How something stands, as a board counts it. ``OPEN``: a record that is still to be entered, and in time."""

    MET = "met"
    LATE = "late"
    SUSPENDED = "suspended"
    NONE = "none"
    OPEN = "open"


_OF_A_CLOCK = {
    Status.OVERDUE: Standing.LATE,
    Status.MISSED: Standing.LATE,
    Status.SUSPENDED: Standing.SUSPENDED,
    Status.EXEMPT: Standing.SUSPENDED,
    Status.NOT_REQUIRED: Standing.NONE,
    Status.NO_MINIMUM_SET: Standing.NONE,
}
# What is not named is met: nothing is late, and the policy asks for something
COUNTED_AS: Mapping[Kind, Mapping[Status, Standing]] = {
    Kind.WORKER: _OF_A_CLOCK,
    Kind.CHILD: _OF_A_CLOCK,
    Kind.CONTRACT: _OF_A_CLOCK | {Status.DUE_TODAY: Standing.LATE},
    Kind.RECORD: _OF_A_CLOCK | dict.fromkeys((Status.NOT_DUE, Status.DUE_SOON, Status.DUE_TODAY), Standing.OPEN),
}
LABELS: Mapping[Kind, Mapping[Standing, str]] = {
    Kind.WORKER: {
        Standing.MET: "In time",
        Standing.LATE: "Late",
        Standing.SUSPENDED: "Paused",
        Standing.NONE: "No minimum set",
    },
    Kind.CHILD: {
        Standing.MET: "In time",
        Standing.LATE: "Late",
        Standing.SUSPENDED: "Paused",
        Standing.NONE: "No minimum set",
    },
    Kind.CONTRACT: {Standing.MET: "In date", Standing.LATE: "Not in date", Standing.NONE: "Not asked for"},
    Kind.RECORD: {Standing.MET: "On time", Standing.LATE: "Late", Standing.OPEN: "Still to be entered, in time"},
}


def standing_of(kind: Kind, status: str) -> Standing:
    """How a board counts a status of the engine."""
    return COUNTED_AS[kind].get(Status(status), Standing.MET)


def names_of(kind: Kind) -> list[str]:
    """The names of a kind's figures, such as ``worker_late``."""
    return [f"{kind}_{standing}" for standing in LABELS[kind]]


FIGURES = [name for kind in Kind for name in names_of(kind)]


def cut(on: date, *, at: datetime) -> datetime:
    """Until when the intervals of a night are known: the end of its day, and not after the present moment."""
    return min(datetime.combine(on + DAY, time(), LONDON), at)


def day_asked_for(text: str, *, today: date) -> date | None:
    """The day in an address, up to today; today where none is named; None for what is no such day."""
    if not text:
        return today
    try:
        day = date.fromisoformat(text)
    except ValueError:
        return None
    return day if date(2000, 1, 1) <= day <= today else None


def month_start(day: date) -> date:
    """The first of the day's month."""
    return day.replace(day=1)


def ends_of_months(before: date, number: int) -> list[date]:
    """The last days of so many months before the month of a day, in order."""
    first = month_start(before)
    return [add_months(first, -back) - DAY for back in reversed(range(number))]


def share(met: int, late: int) -> int | None:
    """How many of a hundred are not late, of those of whom something is asked; None of nobody. All only where all are."""
    asked = met + late
    if not asked:
        return None
    return 100 if not late else min(round(100 * met / asked), 99)


@dataclass(frozen=True, slots=True)
class Tally:
    """Figures by name, such as ``worker_late``."""

    numbers: Mapping[str, int]

    def of(self, kind: Kind, standing: Standing) -> int:
        """One figure."""
        return self.numbers.get(f"{kind}_{standing}", 0)

    def total(self, kind: Kind) -> int:
        """All of a kind."""
        return sum(self.numbers.get(name, 0) for name in names_of(kind))

    def share(self, kind: Kind) -> int | None:
        """How many of a hundred are not late."""
        return share(self.of(kind, Standing.MET), self.of(kind, Standing.LATE))


def added(tallies: Iterable[Tally]) -> Tally:
    """Several as one."""
    numbers: dict[str, int] = {}
    for tally in tallies:
        for name, number in tally.numbers.items():
            numbers[name] = numbers.get(name, 0) + number
    return Tally(numbers)
