"""What the night does and tells, and what of an answer asks for something: pure."""

from collections.abc import Iterator, Mapping, Sequence
from datetime import date, datetime, time, timedelta
from typing import TypeVar
from uuid import UUID
from zoneinfo import ZoneInfo

from policies.rules.answers import Assessment, Row

LONDON = ZoneInfo("Europe/London")
NIGHT_STARTS = time(2, 0)
CHUNK = 100
TELL_FOR = timedelta(days=7)
NIGHT_TAKES = timedelta(minutes=15)

Item = TypeVar("Item")

# Whose, which rule, which of its conditions, due when: what a flag is raised for once
Key = tuple[UUID, str, str, date]


def known_at(*, on: date, at: datetime) -> datetime:
    """What a night may know: its own two o'clock in London, so that a night done again gives the answer of its day.

    A night of today may know all that is known by now; one that is still to come is answered as of now, too.
    """
    return min(datetime.combine(on, NIGHT_STARTS, LONDON), at) if on < at.astimezone(LONDON).date() else at


def tells_people(*, on: date, at: datetime) -> bool:
    """Whether a night done at ``at`` still sends notices: not when it is made up for more than a week late."""
    return at.astimezone(LONDON).date() - on < TELL_FOR


def is_first_of_week(on: date, *, told_on: date | None) -> bool:
    """Whether nobody has told yet of the week of a day. ``told_on``: the Monday of the last week that was told of."""
    return told_on is None or told_on < on - timedelta(days=on.weekday())


def chunks(items: Sequence[Item], size: int = CHUNK) -> Iterator[Sequence[Item]]:
    """The items in order, at most ``size`` at a time."""
    return (items[start : start + size] for start in range(0, len(items), size))


def late_rows(answers: Mapping[UUID, Assessment]) -> dict[Key, Row]:
    """The breaches among the answers that have a date which has passed, by what a flag is raised for."""
    return {
        (person_id, row.rule, row.atom, row.due_on): row
        for person_id, answer in answers.items()
        for row in answer.overdue()
        if row.due_on and row.due_on < answer.on
    }
