"""What the night does and tells: pure."""

from collections.abc import Iterator, Sequence
from datetime import date, datetime, time, timedelta
from typing import NamedTuple, TypeVar
from uuid import UUID
from zoneinfo import ZoneInfo

LONDON = ZoneInfo("Europe/London")
NIGHT_STARTS = time(2, 0)
TELL_FOR = timedelta(days=7)
NIGHT_TAKES = timedelta(minutes=15)
# A machine that was off for longer has its nights made up by hand
MADE_UP = timedelta(days=31)
DAY = timedelta(days=1)
FIRST_KEY, LAST_KEY = UUID(int=0), UUID(int=(1 << 128) - 1)

Item = TypeVar("Item")

# Whose, which rule, which of its conditions, due when: what a flag is raised for once
Key = tuple[UUID, str, str, date]


class Late(NamedTuple):
    """One breach: of which kind, and what a flag says of it. ``still_asks``: something could still be done."""

    kind: str
    about: UUID
    rule: str
    atom: str
    due_on: date
    policy: str
    why: str
    still_asks: bool

    @property
    def key(self) -> Key:
        """What a flag is raised for once."""
        return (self.about, self.rule, self.atom, self.due_on)


class Bounds(NamedTuple):
    """The people or children of a chunk: those with keys after one, up to and including another."""

    kind: str
    after: UUID
    until: UUID


PEOPLE, CHILDREN = "people", "children"
# How many of them at once: a child has fewer facts
CHUNKS = {PEOPLE: 500, CHILDREN: 2_000}


def known_at(*, on: date, at: datetime) -> datetime:
    """What a night may know: its own two o'clock in London, so that a night done again gives the answer of its day.

    A night that is done before that is answered as of then.
    """
    return min(two_o_clock(on), at)


def two_o_clock(on: date) -> datetime:
    """When the night of a day begins."""
    return datetime.combine(on, NIGHT_STARTS, LONDON)


def tells_people(*, on: date, at: datetime) -> bool:
    """Whether a night done at ``at`` still sends notices: not when it is made up for more than a week late."""
    return at.astimezone(LONDON).date() - on < TELL_FOR


def nights_to_do(*, last: date | None, on: date) -> list[date]:
    """The nights that no work was started for, up to one: those of the last month at most."""
    if last is None:
        return [on]
    return nights_between(max(last + DAY, on - MADE_UP), on)


def nights_between(first: date, last: date) -> list[date]:
    """Each day from one to another, both included."""
    return [first + DAY * number for number in range((last - first).days + 1)]


def is_first_of_week(on: date, *, told_on: date | None) -> bool:
    """Whether nobody has told yet of the week of a day. ``told_on``: the Monday of the last week that was told of."""
    return told_on is None or told_on < on - timedelta(days=on.weekday())


def chunks(items: Sequence[Item], size: int) -> Iterator[Sequence[Item]]:
    """The items in order, at most ``size`` at a time."""
    return (items[start : start + size] for start in range(0, len(items), size))


def bounds_between(kind: str, last_keys: Sequence[UUID]) -> list[Bounds]:
    """Chunks that leave no key out, from the last key of each but the last."""
    edges = [FIRST_KEY, *last_keys, LAST_KEY]
    return [Bounds(kind, after, until) for after, until in zip(edges, edges[1:], strict=False)]
