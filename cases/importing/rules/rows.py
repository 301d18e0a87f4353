"""One row of a case system's file: what it says, and every fault of it with a plain sentence. Pure."""

import re
from collections.abc import Iterable, Mapping
from dataclasses import dataclass, field
from datetime import date
from uuid import UUID

from cases import rules
from cases.caseload.rules import weight_typed
from cases.importing.rules import columns
from core.errors import RuleBroken
from core.spreadsheets import DAY_ORDERS, day_of

EARLIEST = date(1990, 1, 1)
DAYS = ("opened_on", "closed_on", "allocated_on", "plan_since")
MOST_WORDS = 60
SPACES = {0xA0: " ", 0x202F: " ", 0x2007: " "}
INVISIBLE = re.compile("[\u200b\u200c\u200d\u2060\ufeff\u00ad]")
TOTALS = re.compile(r"(grand |sub-?)?(total|sum|count|average)s?\b.{0,40}", re.IGNORECASE)
# What a spreadsheet leaves where a formula was not, or could not be, worked out
FORMULA = re.compile(r"=.+|#(N/A|REF!|VALUE!|NAME\?|DIV/0!|NULL!|NUM!|SPILL!)", re.IGNORECASE)
# A day as Excel counts it inside: from 1954 to 2118
SERIAL = re.compile(r"[2-7]\d{4}(\.\d+)?")
TWO_DIGITS = re.compile(r"\d{1,2}[/.\- ](\d{1,2}|[A-Za-z]{3,9})[/.\- ]\d{2}")
CLOSED_WORDS = frozenset({"closed", "case closed", "ceased", "ended", "inactive"})


@dataclass(frozen=True, slots=True)
class Fault:
    """What is wrong in one field of a row."""

    field: str
    sentence: str


@dataclass(frozen=True, slots=True)
class Person:
    """Somebody whom a row may name."""

    key: UUID
    name: str
    employed_from: date
    left_on: date | None = None


@dataclass(frozen=True, slots=True)
class Surroundings:
    """What rows are read against. ``people``: by e-mail address and by name in small letters; ``managers``: by team."""

    today: date
    people: Mapping[str, tuple[Person, ...]]
    managers: Mapping[str, tuple[Person, ...]] = field(default_factory=dict)
    plan_words: Mapping[str, str] = field(default_factory=dict)
    pattern: str | None = None
    order: str = "dmy"


@dataclass(frozen=True, slots=True)
class Row:
    """What a row without faults says. ``plan_types``, ``family``, ``weight``: None where the file has no such column."""

    line: int
    reference: str
    opened_on: date
    closed_on: date | None = None
    initials: str = ""
    workers: tuple[Person, ...] = ()
    held_by: Person | None = None
    allocated_on: date | None = None
    plan_types: frozenset[str] | None = None
    plan_since: date | None = None
    family: str | None = None
    weight: str | None = None


class Faulty(Exception):
    """A field that cannot be read, with its sentence."""


def as_seen(text: str) -> str:
    """A cell without what nobody sees in it: spaces that do not break are spaces, and what has no width is gone."""
    return text if text.isascii() else INVISIBLE.sub("", text.translate(SPACES)).strip()


def check_row(reference: str) -> None:
    """That a row is about a child: not a sum, not a heading. Raises RuleBroken with a plain sentence."""
    if FORMULA.fullmatch(reference):
        raise RuleBroken(
            f"“{_short(reference)}” is a formula, or what a broken one leaves. Save the file with values.",
            field="reference",
        )
    if TOTALS.fullmatch(reference):
        raise RuleBroken("This looks like a row of totals, not a child. Take it out.", field="reference")
    if columns.is_a_header(reference):
        raise RuleBroken("This looks like headers once more, not a child. Take the row out.", field="reference")
    rules.check_reference(reference)


def check_family(number: str) -> None:
    """A number of a family, never its name. Raises RuleBroken."""
    try:
        rules.check_reference(number)
    except RuleBroken as refusal:
        raise RuleBroken(
            "This is no family number. Enter the number from the case system; a family’s name is never kept here.",
            field="siblings",
        ) from refusal


def key_of(reference: str) -> str:
    """A reference as it is compared."""
    return reference.upper()


def kept(cells: Mapping[str, str]) -> tuple[dict[str, str], list[Fault]]:
    """The cells that may be kept, and the faults of those that may not: what is no reference may be a child's name."""
    stays, faults = dict(cells), []
    for name, check in (
        ("reference", check_row),
        ("siblings", check_family),
        ("initials", rules.check_initials),
    ):
        try:
            if cells.get(name):
                check(cells[name])
        except RuleBroken as refusal:
            faults.append(Fault(name, str(refusal)))
            # A row without it cannot be told from others, so a reference stays as far as it is none but misspelt
            if name != "reference" or not any(each.isdigit() for each in cells[name]) or " " in cells[name]:
                stays[name] = ""
    return stays, faults


def read_row(cells: Mapping[str, str], *, line: int, around: Surroundings) -> tuple[Row | None, list[Fault]]:
    """A row as it is meant, or every fault of it."""
    faults: list[Fault] = []
    read = _Read(cells, around, faults)
    if read.check_formulas():
        return None, faults
    reference, initials = read.reference(), cells.get("initials", "")
    days = {name: read.day(name) for name in DAYS}
    is_closed = bool(cells.get("closed_on"))
    workers = () if is_closed else read.workers()
    held_by = None if is_closed or workers or cells.get("worker") else read.held_by()
    plan_types, family, weight = read.plan_types(), cells.get("siblings"), read.weight()
    read.check_order(days)
    opened_on = days["opened_on"]
    if faults or opened_on is None:
        return None, faults
    row = Row(
        line=line,
        reference=reference,
        opened_on=opened_on,
        closed_on=days["closed_on"],
        initials=initials,
        workers=workers,
        held_by=held_by,
        allocated_on=days["allocated_on"],
        plan_types=plan_types,
        plan_since=days["plan_since"],
        family=key_of(family) if family is not None else None,
        weight=weight,
    )
    return row, []


class _Read:
    """Reads the fields of one row, and notes what is wrong."""

    def __init__(self, cells: Mapping[str, str], around: Surroundings, faults: list[Fault]) -> None:
        self.cells, self.around, self.faults = cells, around, faults

    def wrong(self, name: str, sentence: str) -> None:
        """Note a fault."""
        self.faults.append(Fault(name, sentence))

    def reference(self) -> str:
        """The reference, checked."""
        reference = self.cells.get("reference", "")
        if not reference:
            self.wrong("reference", "There is no reference. Enter the child’s number in the case system.")
            return ""
        try:
            rules.check_reference(reference, pattern=self.around.pattern)
        except RuleBroken as refusal:
            self.wrong("reference", str(refusal))
        return reference

    def day(self, name: str) -> date | None:
        """A day that has come, of this or the last century."""
        text = self.cells.get(name, "")
        if not text:
            if name == "opened_on":
                self.wrong(name, "Enter the day on which the case was opened.")
            return None
        day = day_of(text, order=self.around.order)
        if day is None:
            self.wrong(name, self._no_day(text))
        elif day > self.around.today:
            self.wrong(name, f"{_said(day)} lies ahead. Enter it when the day has come.")
        elif day < EARLIEST:
            self.wrong(name, f"{_said(day)} is too long ago to be right.")
        else:
            return day
        return None

    def _no_day(self, text: str) -> str:
        example = f"Write it as {DAY_ORDERS[self.around.order].rpartition(': ')[2]} or 2026-12-31."
        if SERIAL.fullmatch(text):
            return f"“{text}” is a day as Excel counts it inside. Show the column as dates and save anew. {example}"
        if TWO_DIGITS.fullmatch(text):
            return f"“{text}” has a year of two figures, so nobody knows the century. {example}"
        return f"“{_short(text)}” is not a day that there is. {example}"

    def check_formulas(self) -> bool:
        """Whether a cell holds a formula, or what a broken one leaves, in the place of what it was to come to."""
        broken = [name for name, text in self.cells.items() if FORMULA.fullmatch(text)]
        for name in broken:
            self.wrong(
                name,
                f"“{_short(self.cells[name])}” is a formula, or what a broken one leaves. Save the file with values.",
            )
        return bool(broken)

    def workers(self) -> tuple[Person, ...]:
        """Those who work with the child."""
        named = [each.strip() for each in self.cells.get("worker", "").split(";")]
        found = [self._person("worker", each, self.around.people) for each in named if each]
        return tuple(dict.fromkeys(person for person in found if person))

    def held_by(self) -> Person | None:
        """The manager who holds a child that nobody works with."""
        named = self.cells.get("held_by", "")
        if not named:
            self.wrong("worker", "Nobody has this child. Name the worker, or the team or manager that holds the child.")
            return None
        return self._person("held_by", named, {**self.around.managers, **self.around.people})

    def plan_types(self) -> frozenset[str] | None:
        """The plan types, where the file has them."""
        if "plan_types" not in self.cells:
            return None
        found = set()
        for words in (each.strip() for each in self.cells["plan_types"].split(";")):
            plan_type = self.around.plan_words.get(columns.plain(words))
            if plan_type:
                found.add(plan_type)
            elif columns.plain(words) in CLOSED_WORDS:
                if not self.cells.get("closed_on"):
                    self.wrong("closed_on", "The row calls the case closed, and names no day. Enter the day.")
            elif words:
                self.wrong("plan_types", f"“{_short(words)}” is no plan or status that is known here.")
        return frozenset(found)

    def weight(self) -> str | None:
        """What the child counts, in quarters; empty where the row says nothing."""
        text = self.cells.get("weight")
        try:
            return str(weight_typed(text)) if text else text
        except RuleBroken as refusal:
            self.wrong("weight", str(refusal))
            return None

    def check_order(self, days: Mapping[str, date | None]) -> None:
        """Nothing happens before the case was opened."""
        opened_on = days["opened_on"]
        if opened_on and days["closed_on"] and days["closed_on"] < opened_on:
            self.wrong("closed_on", f"The case was opened on {_said(opened_on)}, so it was not closed before that day.")

    def _person(self, name: str, words: str, people: Mapping[str, tuple[Person, ...]]) -> Person | None:
        found = people.get(" ".join(words.lower().split()), ())
        if not found:
            what = "team or person" if name == "held_by" else "person"
            self.wrong(
                name,
                f"There is no {what} “{_short(words)}” in Countersign. Invite them first, or look at the spelling.",
            )
        elif len(found) > 1:
            self.wrong(name, f"“{_short(words)}” is more than one person. Give the e-mail address.")
        elif found[0].left_on and found[0].left_on <= self.around.today:
            self.wrong(name, f"{found[0].name} left on {_said(found[0].left_on)}. Name who has the child now.")
        else:
            return found[0]
        return None


def faults_among(rows: Iterable[Row]) -> dict[int, Fault]:
    """Faults of rows about one child that do not agree, by line."""
    found: dict[int, Fault] = {}
    first: Row | None = None
    seen: dict[object, int] = {}
    for row in rows:
        first = first or row
        same = (row.workers, row.held_by, row.plan_types)
        if same in seen:
            found[row.line] = Fault(
                "reference", f"Line {seen[same]} says the same of this child. Take one of the two out."
            )
        elif row.opened_on != first.opened_on:
            found[row.line] = Fault(
                "opened_on", f"Line {first.line} says that this child’s case was opened on {_said(first.opened_on)}."
            )
        elif row.closed_on != first.closed_on:
            found[row.line] = Fault(
                "closed_on", f"Line {first.line} says something else of when this child’s case was closed."
            )
        elif row.family != first.family:
            found[row.line] = Fault("siblings", f"Line {first.line} has another family number for this child.")
        elif row.weight != first.weight:
            found[row.line] = Fault("weight", f"Line {first.line} has another weight for this child.")
        elif row.initials != first.initials:
            found[row.line] = Fault("initials", f"Line {first.line} has other initials for this child.")
        seen.setdefault(same, row.line)
    return found


def held_back(line: int) -> Fault:
    """Of a row without a fault of its own: the child is left as it is until the other row is mended."""
    return Fault("reference", f"Line {line}, about the same child, has to be mended first.")


def _short(words: str) -> str:
    return words if len(words) <= MOST_WORDS else f"{words[:MOST_WORDS]}…"


def _said(day: date) -> str:
    return f"{day:%-d %B %Y}"
