"""The months of a tracker, what stands in a cell, and how each rule of the policy stands. Pure."""

from bisect import bisect_left, bisect_right
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass
from datetime import date
from enum import StrEnum
from functools import lru_cache
from typing import NamedTuple

from policies.rules.answers import Row, Status
from policies.rules.calendars import DAY, Per, window_holding
from policies.rules.child_facts import Child
from policies.rules.durations import add_months
from policies.rules.labels import OWN_RULES, label_of
from policies.rules.policy import Atom, AtomType, CaseRule, Policy
from supervision.rules.discussions import BRIEF, IN_DEPTH, NOT_DISCUSSED, OVERSIGHT

MONTHS, YEARS_BACK = 12, 3
LAST_MONTHS = "months"
# What else a cell says: a child mentioned in text shared with siblings alone, a date to come, and one that was let pass
SHARED, DUE, MISSED = "shared", "due", "missed"
GROUP_LETTER = "G"
LETTERS = {BRIEF: "B", IN_DEPTH: "D", NOT_DISCUSSED: "N", SHARED: "S", OVERSIGHT: "O", DUE: "due", MISSED: "M"}
WORDS = {
    BRIEF: "briefly",
    IN_DEPTH: "in depth",
    NOT_DISCUSSED: "not discussed, with a reason",
    SHARED: "in text shared with siblings alone",
    OVERSIGHT: "decision or oversight",
    DUE: "discussion due by this day",
    MISSED: "missed by this day",
}


@dataclass(frozen=True, slots=True)
class Period:
    """The months that a tracker shows. ``months``: the first day of each, the first perhaps within its month."""

    key: str
    label: str
    months: tuple[date, ...]
    end: date

    @property
    def first(self) -> date:
        """Its first day."""
        return self.months[0]

    def month_of(self, day: date) -> date:
        """The month that a day of it lies in."""
        return self.months[bisect_right(self.months, day) - 1]


@lru_cache
def periods(on: date, *, year_starts: tuple[int, int]) -> tuple[Period, ...]:
    """What may be chosen on a day: the last twelve months, this supervision year, and those before it."""
    this_month = on.replace(day=1)
    months = tuple(add_months(this_month, back) for back in range(1 - MONTHS, 1))
    found = [Period(LAST_MONTHS, "Last 12 months", months, add_months(this_month, 1))]
    day = on
    for _ in range(YEARS_BACK):
        year = window_holding(day, Per.SUPERVISION_YEAR, year_starts=year_starts)
        firsts = [add_months(year.starts_on.replace(day=1), place) for place in range(MONTHS + 1)]
        months = (year.starts_on, *(each for each in firsts[1:] if each < year.ends_on))
        label = f"Supervision year {year.starts_on.year} to {year.last_on.year}"
        found.append(Period(str(year.starts_on.year), label, months, year.ends_on))
        day = add_months(year.starts_on, -1)
    return tuple(found)


class Mark(NamedTuple):
    """What was said of a child on a day; ``url``: where it is read, empty where it is not the reader's to open."""

    on: date
    kind: str
    in_group: bool = False
    url: str = ""

    @property
    def letters(self) -> str:
        """As a cell has it, such as "GB"."""
        return f"{GROUP_LETTER if self.in_group else ''}{LETTERS[self.kind]}"

    @property
    def words(self) -> str:
        """The same for whoever listens, and in files."""
        return f"in a group, {WORDS[self.kind]}" if self.in_group else WORDS[self.kind]


class Spell(NamedTuple):
    """A time in which somebody of the tracker, by key, held the child; half-open. ``closed``: it ended with the case."""

    holder: str
    starts_on: date
    ends_on: date | None
    closed: bool = False

    def holds(self, day: date) -> bool:
        """Whether the child was held on a day."""
        return self.starts_on <= day and (self.ends_on is None or day < self.ends_on)


class Gone(NamedTuple):
    """That a child is no longer on the tracker: since when, and whether its case was closed."""

    on: date
    closed: bool


def gone(spells: Sequence[Spell], on: date) -> Gone | None:
    """Since when a child is with nobody of the tracker any more; None while somebody holds it."""
    if any(each.holds(on) for each in spells):
        return None
    last = max(spells, key=lambda each: each.ends_on or date.max)
    return Gone(last.ends_on or date.max, last.closed)


class Cell(NamedTuple):
    """One month of a child. ``on_list``: whether the child was with somebody of the tracker on a day of it."""

    month: date
    on_list: bool
    marks: Sequence[Mark]


def cells(period: Period, spells: Sequence[Spell], marks: Iterable[Mark]) -> list[Cell]:
    """The months of a child, each with its marks in time order."""
    months, end = period.months, period.end
    found: list[list[Mark]] = [[] for _ in months]
    for mark in marks:
        if months[0] <= mark.on < end:
            found[bisect_right(months, mark.on) - 1].append(mark)
    ends = (*months[1:], end)
    return [
        Cell(
            month,
            any(each.starts_on < ends[place] and (each.ends_on is None or each.ends_on > month) for each in spells),
            sorted(found[place]) if len(found[place]) > 1 else found[place],
        )
        for place, month in enumerate(months)
    ]


def due_marks(rows: Iterable[Row], due_on: date | None, *, on: date) -> list[Mark]:
    """What is next due, and the days by which a count was missed."""
    missed = {row.due_on for row in rows if row.status is Status.MISSED and row.due_on and row.due_on < on}
    marks = [Mark(day, MISSED) for day in sorted(missed)]
    return [*marks, Mark(due_on, DUE)] if due_on else marks


class Met(StrEnum):
    """How one rule stands, in one word or two. What has no figure is never called met."""

    MET = "met"
    NOT_MET = "not met"
    NOT_YET = "not yet"
    PAUSED = "paused"
    NONE = "no minimum set"


class Asked(NamedTuple):
    """One rule of the policy for a child: what it asks, how that stands, and the sentence why."""

    words: str
    met: Met
    why: str


_PAUSED = frozenset({Status.SUSPENDED, Status.EXEMPT})
_NOTHING = frozenset({Status.NO_MINIMUM_SET, Status.NOT_REQUIRED})


def asked_of(rows: Iterable[Row], policy: Policy) -> list[Asked]:
    """Every rule that binds, once each: where one has several rows, that which is not met speaks for it."""
    found: dict[tuple[str, str], Asked] = {}
    known = conditions(policy)
    for row in rows:
        key = (row.rule, row.atom)
        answer = Asked(known.get(key) or OWN_RULES.get(row.rule, row.rule), met(row), row.why)
        if key not in found or answer.met is Met.NOT_MET:
            found[key] = answer
    return list(found.values())


def met(row: Row) -> Met:
    """How the row of a rule stands."""
    if row.is_late:
        return Met.NOT_MET
    if row.status in _PAUSED:
        return Met.PAUSED
    if row.status in _NOTHING:
        return Met.NONE
    is_short = row.counted is not None and row.required is not None and row.counted < row.required
    return Met.NOT_YET if row.status is not Status.MET and is_short and row.due_on else Met.MET


def conditions(policy: Policy) -> Mapping[tuple[str, str], str]:
    """What each condition of the rules about children asks, in a few words, by rule and atom."""
    found = {}
    for rule in policy.case_rules:
        for atom in rule.atoms:
            found[rule.id, atom.id] = _condition(rule, atom)
        if rule.in_depth_every:
            found[rule.id, "in_depth"] = f"In depth every {rule.in_depth_every.in_words}"
        if rule.in_depth_every_sessions:
            found[rule.id, "in_depth_sessions"] = f"In depth once in {rule.in_depth_every_sessions} discussions"
    return found


_WINDOWS = {
    Per.CALENDAR_MONTH: "calendar month",
    Per.CALENDAR_QUARTER: "quarter",
    Per.CALENDAR_YEAR: "calendar year",
    Per.SUPERVISION_YEAR: "supervision year",
}


def _condition(rule: CaseRule, atom: Atom) -> str:
    if atom.type is AtomType.ROLLING and atom.every:
        return f"Every {atom.every.in_words}"
    if atom.type in (AtomType.WINDOW, AtomType.SCHEDULED):
        if atom.per is Per.ROLLING and atom.size:
            return f"{atom.count} in any {atom.size.in_words}"
        stretch = _WINDOWS.get(atom.per) if atom.per else None
        return f"{atom.count} in each {stretch or (atom.size.in_words if atom.size else 'window')}"
    return label_of(rule)


def last_in_depth(child: Child, on: date) -> date | None:
    """When the child was last discussed in depth, in text of its own, in the case that is open on a day."""
    since = case_since(child, on)
    days = [
        each.on
        for each in child.discussions
        if since and since <= each.on <= on and each.own_text and each.depth == IN_DEPTH and each.format != OVERSIGHT
    ]
    return max(days, default=None)


def case_since(child: Child, on: date) -> date | None:
    """Since when the case that is open on a day has been open, what was closed by mistake included."""
    begun = sorted((each for each in child.episodes if each.starts_on <= on), key=lambda each: each.starts_on)
    if not begun or (begun[-1].ends_on is not None and begun[-1].ends_on <= on):
        return None
    since = begun[-1].starts_on
    for each in reversed(begun[:-1]):
        if not each.closed_in_error:
            break
        since = each.starts_on
    return since


def sessions_since(child: Child, sessions: Mapping[str, Sequence[date]], *, after: date | None, on: date) -> int:
    """How many sessions of whoever held the child there were after its last discussion in depth, or since it came.

    Sessions count whether or not the child was spoken of, so that one who is never spoken of stands first; and groups
    in which it was.
    """
    since = case_since(child, on)
    if since is None:
        return 0
    begins = max(since, after + DAY) if after else since
    days = {each.on for each in child.discussions if each.format == "group" and begins <= each.on <= on}
    for held in child.allocations:
        first, end = max(begins, held.starts_on), min(held.ends_on or date.max, on + DAY)
        known = sessions.get(held.worker, ())
        days.update(known[bisect_left(known, first) : bisect_left(known, end)])
    return len(days)
