"""Days and headings as spreadsheets write them, and what may be an opening date: pure checks."""

from collections.abc import Collection, Iterable, Sequence
from dataclasses import dataclass
from datetime import date
from typing import Literal

from core.errors import RuleBroken
from core.spreadsheets import day_of, heading

FIRST_YEAR = 2000
DATE = frozenset(
    {"date", "lastsupervised", "lastsupervisedon", "lastsupervision", "lastsupervisiondate", "dateoflastsupervision"}
    | {"lastdiscussed", "lastdiscussedon", "lastdiscussion", "dateoflastdiscussion", "lastsession", "openingdate"}
)
E_MAIL = frozenset({"email", "emailaddress", "workemail", "workemailaddress", "workeremail", "mail"})
REFERENCE = frozenset(
    {"reference", "ref", "childreference", "childsreference", "childref", "casereference", "caseref", "casenumber"}
    | {"caseid", "childid", "personid", "pnumber", "mosaicid", "mosaicnumber", "id"}
)

Sorted = Literal["faulty", "changed", "new", "unchanged"]


@dataclass(frozen=True, slots=True)
class Line:
    """One row of a file: where it stands, who it is about and the day, as they were written."""

    number: int
    who: str
    day: str


@dataclass(frozen=True, slots=True)
class Columns:
    """Where in a row stands who it is about, and where the day."""

    who: int
    day: int


@dataclass(frozen=True, slots=True)
class Fault:
    """What is wrong with a row: in which field, and a sentence."""

    field: str
    sentence: str


def find_columns(headings: Sequence[str], *, who: Collection[str], named_who: str = "", named_day: str = "") -> Columns:
    """The columns by their headings: those that the person named, else those that are known. Raises RuleBroken."""
    plain = [heading(each) for each in headings]
    return Columns(
        who=_column(plain, named_who, who, headings, field="who_column"),
        day=_column(plain, named_day, DATE, headings, field="day_column"),
    )


def _column(plain: Sequence[str], named: str, known: Collection[str], headings: Sequence[str], *, field: str) -> int:
    wanted = {heading(named)} if named.strip() else known
    found = [place for place, each in enumerate(plain) if each in wanted]
    if len(found) == 1:
        return found[0]
    listed = ", ".join(f"“{each}”" for each in headings if each.strip())
    if found:
        raise RuleBroken(f"More than one column could be it. Write its heading; the file has {listed}.", field=field)
    if not listed:
        raise RuleBroken("The first row of the file has to be the headings of its columns.", field="file")
    raise RuleBroken(f"No column has this heading. Write which one it is; the file has {listed}.", field=field)


def day_in(text: str) -> date:
    """The day that somebody wrote: 27/3/2027, 27 March 2027 or 2027-03-27. Raises RuleBroken."""
    if not text:
        raise RuleBroken("There is no date.")
    if text.isdecimal():
        raise RuleBroken("This is a number, not a date. Format the column as a date, or write 27/03/2027.")
    if day := day_of(text):
        return day
    raise RuleBroken("This is no date. Write it as 27/03/2027, the day first, or 2027-03-27; the year in four figures.")


def check_opening_date(on: date, *, today: date, first_here: date | None, what: str = "session") -> None:
    """It lies in the past, and before the first of its kind that is recorded here. Raises RuleBroken.

    ``first_here``: the first session held, or discussion, that is recorded here. Later than it, an opening date would
    hide what is owed.
    """
    if on > today:
        raise RuleBroken("This day has not come yet.", field="on")
    if on.year < FIRST_YEAR:
        raise RuleBroken(f"This day lies before {FIRST_YEAR}. Check the year.", field="on")
    if first_here and on >= first_here:
        raise RuleBroken(
            f"A {what} on {first_here.day} {first_here:%B %Y} is recorded here already. The opening date lies before it.",
            field="on",
        )


def said_twice(lines: Iterable[tuple[int, str, date | None]]) -> dict[int, int]:
    """Of rows as (line, who, day) those whose who stands on another line, too, and that line.

    The same day twice is a fault of the second alone; of two days that differ nobody can say which is right, so both are.
    """
    first: dict[str, tuple[int, date | None]] = {}
    found: dict[int, int] = {}
    for number, who, day in lines:
        before = first.setdefault(who, (number, day))
        if before[0] == number:
            continue
        found[number] = before[0]
        if before[1] != day:
            found.setdefault(before[0], number)
    return found
