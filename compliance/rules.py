"""What the night does and tells, and what of an answer asks for something: pure."""

from collections.abc import Iterator, Mapping, Sequence
from datetime import date, datetime, time, timedelta
from typing import TypeVar
from uuid import UUID
from zoneinfo import ZoneInfo

from policies.rules.answers import URGENCY, Assessment, Row, Status
from policies.rules.policy import Severity

LONDON = ZoneInfo("Europe/London")
NIGHT_STARTS = time(2, 0)
CHUNK = 100
TELL_FOR = timedelta(days=7)
PRESSING = frozenset({Status.DUE_TODAY, Status.DUE_SOON, Status.TARGET_PASSED})
ANSWERED = frozenset({Status.MET, Status.MISSED, Status.EXEMPT, Status.SUSPENDED, Status.NO_MINIMUM_SET})

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


def is_standing(row: Row) -> bool:
    """Whether a late row still asks for a session: a date that passed, or a run of missed windows that goes on.

    A window that ended without its sessions is late for good: it is flagged, and nothing can be done about it.
    """
    in_a_run = row.counted is not None and row.required is not None and row.counted > row.required
    return row.is_late and (row.status == Status.OVERDUE or in_a_run)


def overdue_row(assessment: Assessment) -> Row | None:
    """The breach that has stood longest and still asks for a session, if any."""
    rows = [row for row in assessment.overdue() if is_standing(row)]
    return min(rows, key=lambda row: row.due_on or date.min, default=None)


def pressing_row(assessment: Assessment) -> Row | None:
    """What falls due within days, breach or warning, the most pressing first; None when there is time."""
    rows = [row for row in assessment.rules if row.standing in PRESSING and row.severity != Severity.INFO]
    return min(rows, key=lambda row: (URGENCY[row.standing], row.due_on or date.max), default=None)


def next_row(assessment: Assessment) -> Row | None:
    """The condition that asks for a session first: the one overdue, or else the earliest that is open."""
    rows = [
        row for row in assessment.rules if row.due_on and row.status not in ANSWERED and row.severity != Severity.INFO
    ]
    return overdue_row(assessment) or min(rows, key=lambda row: row.due_on or date.max, default=None)
