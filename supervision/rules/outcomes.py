"""What becomes of a session: how it went, why it did not take place, what is to be put right. Pure."""

from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from datetime import date, datetime, time
from typing import Any, Protocol
from uuid import UUID

from core.errors import RuleBroken
from policies.rules.cancellation import Cancellation
from supervision.rules.diary import Times


@dataclass(frozen=True, slots=True)
class Course:
    """How a session went (R081, R146). None: nobody said. ``cut_short_reason``: empty where it lasted its time.

    ``left_over``: what was not come to, for the next agenda.
    """

    interrupted: bool | None = None
    minutes_lost: int = 0
    private_place: bool | None = None
    cut_short_reason: str = ""
    left_over: str = ""


# Nobody said how it went
NOT_SAID = Course()


@dataclass(frozen=True, slots=True)
class Cancelling:
    """What is asked when a session is cancelled (R082). None: not said.

    ``contact_on`` and ``contact_by_id``: when the two spoke, and which of them saw to it.
    """

    by_id: UUID
    reason: str
    exceptional: bool | None = None
    direct_contact: bool | None = None
    contact_on: date | None = None
    contact_by_id: UUID | None = None
    urgent_issues: str = ""


class Entry(Protocol):
    """A diary entry, as far as this is concerned."""

    @property
    def on(self) -> date: ...
    @property
    def status(self) -> str: ...
    @property
    def booked_at(self) -> datetime: ...
    @property
    def closed_at(self) -> datetime | None: ...


def check_course(course: Course, times: Times) -> None:
    """Minutes are lost only to an interruption, and fewer than there were. Raises RuleBroken."""
    if course.minutes_lost and not course.interrupted:
        raise RuleBroken("Minutes were lost, so say that the session was interrupted.", field="interrupted")
    if course.interrupted and not course.minutes_lost:
        raise RuleBroken("Say how many minutes were lost to the interruption.", field="minutes_lost")
    if course.minutes_lost >= times.minutes:
        raise RuleBroken("More minutes were lost than the session lasted. Check both.", field="minutes_lost")


def check_cancelling(
    cancelling: Cancelling, *, terms: Cancellation, parties: Iterable[UUID], booked_on: date, today: date
) -> None:
    """Who, why, and what else the policy asks of a cancellation. Raises RuleBroken."""
    both = set(parties)
    if cancelling.by_id not in both:
        raise RuleBroken("Choose which of the two of you cancelled.", field="cancelled_by")
    if not cancelling.reason.strip():
        raise RuleBroken("Say why the session is cancelled.", field="reason")
    if terms.exceptional_only and cancelling.exceptional is None:
        raise RuleBroken("Say whether the reason is exceptional: the policy allows no other.", field="exceptional")
    if terms.direct_contact_required and cancelling.direct_contact is None:
        raise RuleBroken("Say whether the two of you spoke about it.", field="direct_contact")
    if cancelling.direct_contact:
        _check_contact(cancelling, both, booked_on=booked_on, today=today)


def _check_contact(cancelling: Cancelling, both: set[UUID], *, booked_on: date, today: date) -> None:
    if cancelling.contact_on is None:
        raise RuleBroken("Enter the day on which you spoke.", field="contact_on")
    if not booked_on <= cancelling.contact_on <= today:
        raise RuleBroken("That is before the session was booked, or after today. Check the day.", field="contact_on")
    if cancelling.contact_by_id not in both:
        raise RuleBroken("Choose which of the two of you made contact.", field="contact_by")


def check_not_attended(*, missed_by_id: UUID, reason: str, parties: Iterable[UUID]) -> None:
    """Who did not come, and why. Raises RuleBroken."""
    if missed_by_id not in set(parties):
        raise RuleBroken("Choose which of the two of you did not come.", field="missed_by")
    if not reason.strip():
        raise RuleBroken("Say why, or that it is not known.", field="reason")


def check_has_begun(times: Times, *, today: date, now: time) -> None:
    """Nobody has stayed away from a session before it was to begin. Raises RuleBroken."""
    if times.on > today or (times.on == today and times.starts > now):
        raise RuleBroken("This session has not begun yet. To call it off, cancel it.")


def check_may_be_undone(*, closed_on: date, today: date) -> None:
    """A wrong button is put right on the day on which it was pressed; after that it stands. Raises RuleBroken."""
    if closed_on != today:
        raise RuleBroken("This was entered on an earlier day, so it stands. Book another session instead.")


def tells_leads(blocks: Mapping[str, Any]) -> bool:
    """Whether a policy's ``escalation`` sends something to senior leads: then one step tells them of a missing date."""
    said = blocks.get("escalation") or ()
    return any(isinstance(each, Mapping) and each.get("to") == "senior_leads" for each in said)


def waits_for_a_date(entry: Entry, diary: Iterable[Entry]) -> bool:
    """Whether no other date was found yet for a session that did not take place (R082, R157).

    One was found once another session of the same person was put in the diary since, or was held on a later day.
    ``diary``: every session of that person.
    """
    if entry.status not in ("cancelled", "did_not_attend") or entry.closed_at is None:
        return False
    off_at = entry.closed_at
    return not any(
        other.status in ("planned", "held")
        and (other.booked_at >= off_at or (other.status == "held" and other.on > entry.on))
        for other in diary
    )
