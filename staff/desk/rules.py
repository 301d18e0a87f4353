"""Reading an answer of the regulator's register against the numbers that people have. Pure."""

import re
import unicodedata
from collections.abc import Iterable, Sequence
from dataclasses import asdict, dataclass
from datetime import date
from enum import StrEnum
from typing import Any

from core.errors import RuleBroken
from core.spreadsheets import Cell, day_of, heading

# As many numbers as the register of Social Work England takes at once
AT_ONCE = 100
NUMBER = (
    "registrationnumber",
    "registrationno",
    "regnumber",
    "number",
    "socialworkenglandregistrationnumber",
    "swenumber",
)
NAME = ("name", "fullname", "registrantname", "registeredname", "socialworkername")
STATUS = ("status", "registrationstatus", "registerstatus", "registered")
UNTIL = ("registereduntil", "registeredto", "until", "expirydate", "expires", "registrationexpirydate", "enddate")
# Words of a status, the first that is found counts
WORDS = (
    ("suspend", "suspended"),
    ("condition", "conditions"),
    ("not registered", "not_registered"),
    ("no longer", "not_registered"),
    ("unregister", "not_registered"),
    ("deregister", "not_registered"),
    ("inactive", "not_registered"),
    ("remov", "not_registered"),
    ("lapsed", "not_registered"),
    ("expired", "not_registered"),
    ("struck", "not_registered"),
    ("registered", "registered"),
    ("active", "registered"),
    ("yes", "registered"),
)


class Outcome(StrEnum):
    """What the register says of one person's number; the first four as the folder has them."""

    REGISTERED = "registered"
    CONDITIONS = "conditions"
    SUSPENDED = "suspended"
    NOT_REGISTERED = "not_registered"
    UNCLEAR = "unclear"
    UNMATCHED = "unmatched"
    OTHER_NAME = "other_name"


# In the order in which somebody has to look at them
ORDER = (
    Outcome.NOT_REGISTERED,
    Outcome.SUSPENDED,
    Outcome.UNMATCHED,
    Outcome.OTHER_NAME,
    Outcome.UNCLEAR,
    Outcome.CONDITIONS,
    Outcome.REGISTERED,
)
ENTERED = frozenset({Outcome.REGISTERED, Outcome.CONDITIONS, Outcome.SUSPENDED, Outcome.NOT_REGISTERED})
LABELS = {
    Outcome.NOT_REGISTERED: "Lapsed, or not on the register",
    Outcome.SUSPENDED: "Suspended",
    Outcome.UNMATCHED: "Asked for, and not in the answer",
    Outcome.OTHER_NAME: "The number is somebody else’s on the register",
    Outcome.UNCLEAR: "The status is not one that is known here",
    Outcome.CONDITIONS: "Registered, with conditions",
    Outcome.REGISTERED: "Registered",
}


@dataclass(frozen=True, slots=True)
class Asked:
    """One person and the number that stands in the folder, as it was typed."""

    person_id: str
    name: str
    number: str


@dataclass(frozen=True, slots=True)
class Answer:
    """One line of the register's answer."""

    line: int
    number: str
    name: str
    status: str
    until: date | None


@dataclass(frozen=True, slots=True)
class Found:
    """What came of one person's number. ``said``: the status in the register's own words; ``until``: ISO, or empty."""

    person_id: str
    name: str
    number: str
    outcome: str
    register_name: str = ""
    said: str = ""
    until: str = ""

    def as_row(self) -> dict[str, Any]:
        """As it is stored."""
        return asdict(self)


def plain_number(number: str) -> str:
    """A number without what people write differently: spaces, capitals, and zeros in front (SW000123 is SW123)."""
    text = re.sub(r"[\s./-]+", "", unicodedata.normalize("NFKC", number)).upper()
    found = re.fullmatch(r"([A-Z]*)0*(\d+)", text)
    return f"{found[1]}{found[2]}" if found else text


def batches(asked: Sequence[Asked]) -> list[Sequence[Asked]]:
    """As many at a time as the register takes."""
    return [asked[start : start + AT_ONCE] for start in range(0, len(asked), AT_ONCE)]


def answers_of(headers: Sequence[str], lines: Iterable[tuple[int, Sequence[Cell]]]) -> list[Answer]:
    """The lines of an answer, by the headings that registers use. Raises RuleBroken, naming what is missing."""
    plain = [heading(each) for each in headers]
    number, status = (
        _column(plain, NUMBER, headers, "the registration number"),
        _column(plain, STATUS, headers, "the status"),
    )
    name, until = _place(plain, NAME), _place(plain, UNTIL)
    return [
        Answer(
            line,
            _text(cells, number),
            _text(cells, name),
            _text(cells, status),
            day_of(cells[until]) if until is not None and until < len(cells) else None,
        )
        for line, cells in lines
        if _text(cells, number)
    ]


def _place(plain: Sequence[str], known: Sequence[str]) -> int | None:
    return next((plain.index(each) for each in known if each in plain), None)


def _column(plain: Sequence[str], known: Sequence[str], headers: Sequence[str], what: str) -> int:
    place = _place(plain, known)
    if place is None:
        listed = ", ".join(f"“{each}”" for each in headers if each.strip()) or "none"
        raise RuleBroken(f"No column holds {what}. The headings of this file are: {listed}.", field="file")
    return place


def _text(cells: Sequence[Cell], place: int | None) -> str:
    return str(cells[place]).strip()[:200] if place is not None and place < len(cells) else ""


def read_against(asked: Sequence[Asked], answers: Iterable[Answer]) -> tuple[list[Found], int]:
    """What came of each number that was asked for, the most pressing first; and how many lines are of nobody here.

    A number that the answer has twice with different statuses is unclear, so that nobody picks the better one.
    """
    by_number: dict[str, list[Answer]] = {}
    for answer in answers:
        by_number.setdefault(plain_number(answer.number), []).append(answer)
    known = {plain_number(one.number) for one in asked}
    found = [_found(one, by_number.get(plain_number(one.number), [])) for one in asked]
    found.sort(key=lambda each: (ORDER.index(Outcome(each.outcome)), each.name))
    return found, sum(len(lines) for number, lines in by_number.items() if number not in known)


def _found(asked: Asked, lines: Sequence[Answer]) -> Found:
    if not lines:
        return Found(asked.person_id, asked.name, asked.number, Outcome.UNMATCHED)
    outcomes = {outcome_of(line.status) for line in lines}
    outcome = outcomes.pop() if len(outcomes) == 1 else Outcome.UNCLEAR
    line = lines[0]
    if line.name and not is_same_name(asked.name, line.name):
        outcome = Outcome.OTHER_NAME
    said = "; ".join(dict.fromkeys(each.status for each in lines))
    until = line.until.isoformat() if line.until else ""
    return Found(asked.person_id, asked.name, asked.number, outcome, line.name, said, until)


def outcome_of(status: str) -> Outcome:
    """A status in the register's words as the folder has it; what is not known is unclear, never registered."""
    plain = " ".join(status.casefold().replace("-", "").split())
    return next((Outcome(outcome) for word, outcome in WORDS if word in plain), Outcome.UNCLEAR)


def is_same_name(one: str, other: str) -> bool:
    """Whether two names may be one person's: the last word agrees, or every word of the shorter stands in the longer.

    Accents, capitals, titles and middle names aside. A name that was changed is for a person to look at.
    """
    first, second = _words(one), _words(other)
    short, long = sorted((first, second), key=len)
    return bool(short) and (set(short) <= set(long) or first[-1] == second[-1] and first[0][0] == second[0][0])


def _words(name: str) -> list[str]:
    plain = unicodedata.normalize("NFKD", name).casefold()
    letters = "".join(each for each in plain if not unicodedata.combining(each))
    if "," in letters:
        last, _, rest = letters.partition(",")
        letters = f"{rest} {last}"
    return [word for word in re.findall(r"[a-z0-9'’]+", letters) if word not in ("mr", "mrs", "ms", "miss", "dr", "mx")]
