"""Section 3: when each drawn child was discussed, and what was decided, before an audit (R257, R258). Pure."""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import date

from policies.rules import words
from policies.rules.durations import Duration

LOOKBACK = Duration(months=6)
DEPTHS = {"brief": "briefly", "in_depth": "in depth"}


@dataclass(frozen=True, slots=True)
class Discussed:
    """A discussion of a child. ``by_worker``: in the supervision of the worker whose file it is, not of somebody else.

    ``reflected``: how many words its entry has under reflection; None where the reader sees no entry of it.
    """

    on: date
    depth: str
    in_group: bool = False
    by_worker: bool = True
    own_text: bool = True
    url: str = ""
    reflected: int | None = None

    @property
    def words(self) -> str:
        """The day, how deeply, and in whose supervision."""
        said = DEPTHS[self.depth]
        said += ", in a group" if self.in_group else ""
        said += "" if self.own_text else ", in text shared with siblings alone"
        return f"{words.day(self.on)}: {said}{'' if self.by_worker else ', in the supervision of another worker'}"


@dataclass(frozen=True, slots=True)
class Decided:
    """A signed decision about a child."""

    on: date
    title: str
    url: str = ""

    @property
    def words(self) -> str:
        """The day and what kind of decision."""
        return f"{words.day(self.on)}: {self.title}"


@dataclass(frozen=True, slots=True)
class ChildExamined:
    """A drawn child, with what was said and decided of it from one day to another, both of them in it."""

    child_id: str
    reference: str
    starts_on: date
    ends_on: date
    discussions: Sequence[Discussed]
    decisions: Sequence[Decided]


def looked_back_to(on: date, lookback: Duration | None) -> date:
    """The first day of the time before an audit: the same day so many months earlier (scenario 20)."""
    back = lookback or LOOKBACK
    return on + Duration(months=-back.months, days=-back.days)


def dates_in_words(child: ChildExamined) -> str:
    """The dates of discussion as they are signed, a line each."""
    return _lines([each.words for each in child.discussions], child)


def decisions_in_words(child: ChildExamined) -> str:
    """The decisions as they are signed, a line each."""
    return _lines([each.words for each in child.decisions], child)


def _lines(found: list[str], child: ChildExamined) -> str:
    return "\n".join(found) or f"None from {words.day(child.starts_on)} to {words.day(child.ends_on)}."
