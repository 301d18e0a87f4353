"""What a month's report says, of which month, and as was known when: pure."""

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass
from datetime import date, datetime, time, timedelta
from itertools import groupby

from compliance.boards.rules import LABELS, share
from compliance.models.kinds import Kind
from core.clock import LONDON
from policies.rules.durations import add_months

DAY = timedelta(days=1)
MONTHS = 12
LISTED = 24
RECENT = 5
TAKES_AT_MOST = timedelta(hours=1)
# The group of whoever HR counts to none
NOT_STATED = "Not stated"

# A line of figures: one for each column of its section
Numbers = list[int]


@dataclass(frozen=True, slots=True)
class Section:
    """One table of the report: what its columns count. ``good`` and ``bad``: those whose share is told.

    ``of_nights``: counted from the night's intervals, as boards do.
    """

    id: str
    heading: str
    columns: Mapping[str, str]
    hint: str
    good: tuple[str, ...] = ()
    bad: tuple[str, ...] = ()
    of_nights: bool = False

    @property
    def nothing(self) -> Numbers:
        """No figure at all."""
        return [0] * len(self.columns)

    def share(self, numbers: Sequence[int]) -> int | None:
        """How many of a hundred are as they should be, of those of which something is asked."""
        named = dict(zip(self.columns, numbers, strict=True))
        if not self.good:
            return None
        return share(sum(named[each] for each in self.good), sum(named[each] for each in self.bad))


def _of_nights(kind: Kind, heading: str, hint: str) -> Section:
    columns = {standing.value: label for standing, label in LABELS[kind].items()}
    return Section(kind.value, heading, columns, hint, ("met",), ("late",), of_nights=True)


SECTIONS: Mapping[str, Section] = {
    each.id: each
    for each in (
        _of_nights(
            Kind.WORKER, "Workers: supervision", "How each worker stood under the policy at the end of the month."
        ),
        _of_nights(Kind.CHILD, "Children: discussed in supervision", "Each child once, with whoever held it longest."),
        _of_nights(
            Kind.RECORD,
            "Records: entered on time",
            "Records that were due in the month, and earlier ones still missing.",
        ),
        Section(
            "signed",
            "Records: signed by both",
            {
                "both": "Signed by both",
                "waiting": "Waiting for a signature",
                "returned": "Sent back",
                "closed": "Closed",
            },
            "Records of supervision that were first signed in the month. Closed: without both signatures.",
            ("both",),
            ("waiting", "returned", "closed"),
        ),
        _of_nights(Kind.CONTRACT, "Contracts: in date", "How each worker’s contract stood at the end of the month."),
        Section(
            "action",
            "Actions: on time",
            {"met": "Done in time", "late": "Done late", "open": "Not done", "dropped": "Dropped"},
            "Agreed actions that were due in the month, in the team of whoever’s supervision they were agreed in.",
            ("met",),
            ("late", "open"),
        ),
        Section(
            "depth",
            "Children: discussed in depth",
            {"month": "In the month", "recent": "In the five months before", "longer": "Longer ago", "never": "Never"},
            "When each child that was held at the end of the month was last discussed in depth, in text of its own.",
            ("month", "recent"),
            ("longer", "never"),
        ),
        Section(
            "audit",
            "Audits and observations done",
            {"audit": "Audits", "supervision": "Observations of supervision", "practice": "Observations of practice"},
            "Audits that the auditor signed, and observations that both signed, in the month; by the team of whoever’s "
            "file or practice it was.",
        ),
    )
}
# Children once more, with a line for each plan or status
PLAN = Section(
    "plan",
    "Children by plan or status",
    SECTIONS["child"].columns,
    "A child with several counts under each.",
    ("met",),
    ("late",),
    of_nights=True,
)
# What is compared over a year, two lines to a drawing
COMPARED: Sequence[tuple[str, Sequence[tuple[str, str]]]] = (
    ("Workers and children in time", (("worker", "Workers"), ("child", "Children"))),
    ("Records on time and signed by both", (("record", "On time"), ("signed", "By both"))),
    ("Contracts in date and actions done in time", (("contract", "Contracts"), ("action", "Actions"))),
    ("Children discussed in depth within six months", (("depth", "In depth"),)),
)


def month_asked_for(text: str, *, today: date) -> date | None:
    """The first day of a month as an address has it ("2026-10"); None for what is no month that has ended."""
    try:
        year, month = text.split("-")
        first = date(int(year), int(month), 1)
    except ValueError:
        return None
    is_written_so = text == f"{first:%Y-%m}"
    return first if is_written_so and date(2000, 1, 1) <= first < today.replace(day=1) else None


def end_of(month: date) -> date:
    """The last day of a month."""
    return add_months(month, 1) - DAY


def months_before(today: date, number: int) -> list[date]:
    """So many months that have ended, the newest first."""
    return [add_months(today.replace(day=1), -back) for back in range(1, number + 1)]


def known_at(known_on: date) -> datetime:
    """The end of a day: what a report as known on it may know."""
    return datetime.combine(known_on + DAY, time(), LONDON)


def day_known(text: str, *, month: date, today: date) -> date | None:
    """As known on which day: the month's last where none is named; None for one before that, or that is not over."""
    end = end_of(month)
    if not text:
        return end
    try:
        day = date.fromisoformat(text)
    except ValueError:
        return None
    return day if end <= day < today else None


def summed(lines: Iterable[Sequence[int]], section: Section) -> Numbers:
    """Several lines as one."""
    total = section.nothing
    for line in lines:
        total = [one + other for one, other in zip(total, line, strict=True)]
    return total


def lines_of(found: Iterable[tuple[str, str, int]], section: Section) -> dict[str, Numbers]:
    """Rows of (key, column, number) as a line of figures for each key of which there are any, in the order of the keys."""
    lines: dict[str, Numbers] = {}
    places = {name: place for place, name in enumerate(section.columns)}
    for key, rows in groupby(sorted(found), key=lambda row: row[0]):
        line = section.nothing
        for _, column, number in rows:
            line[places[column]] += number
        if any(line):
            lines[key] = line
    return lines
