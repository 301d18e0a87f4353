"""By when the record of a session has to be entered, and whether it was."""

from dataclasses import dataclass
from datetime import date, timedelta

from policies.rules import words
from policies.rules.answers import Status
from policies.rules.policy import Policy
from policies.rules.rolling import status_on
from policies.rules.timeline import PolicyTimeline

DAY = timedelta(days=1)


@dataclass(frozen=True, slots=True)
class RecordDue:
    """One record of a session: ``what`` is a key of the policy's ``recording``; ``entered_on`` None: not entered yet."""

    what: str
    session_on: date
    entered_on: date | None = None


@dataclass(frozen=True, slots=True)
class RecordAssessment:
    """Where a record stands. ``working_days_late`` is None where it is not late, 0 where only days off passed."""

    what: str
    session_on: date
    due_on: date | None
    status: Status
    working_days_late: int | None
    why: str


def assess_record(policy: Policy | PolicyTimeline, record: RecordDue, on: date) -> RecordAssessment:
    """Where a record stands on ``on``, by the policy that was in force on the day of its session.

    Day 0 is the day of the session; the deadline is the end of its last day. An entry dated after ``on`` is ignored.
    """
    in_force = PolicyTimeline.of(policy).on(record.session_on)
    within = in_force.deadlines.get(record.what)
    due_on = within.after(record.session_on, in_force.calendar) if within else None
    basis = f"(recording, {record.what}; {in_force.source})."
    session = f"Session of {words.day(record.session_on)}"
    if within is None or due_on is None:
        asked = f", {within.in_words}" if within else ""
        why = f"{session}; the policy sets no deadline for entering it{asked} {basis}"
        return RecordAssessment(record.what, record.session_on, None, Status.NO_MINIMUM_SET, None, why)
    entered_on = record.entered_on if record.entered_on and record.entered_on <= on else None
    if entered_on:
        status = Status.MET if entered_on <= due_on else Status.MISSED
    else:
        status = status_on(on, due_on=due_on, limit_on=None, due_soon_days=in_force.calendar.due_soon_days)
    until = entered_on or on
    late = in_force.calendar.working_days(due_on + DAY, until + DAY) if until > due_on else None
    why = f"{session}, to be entered within {within.in_words}: by the end of {words.day(due_on)}; "
    why += f"entered on {words.day(entered_on)}" if entered_on else "not entered yet"
    return RecordAssessment(record.what, record.session_on, due_on, status, late, f"{why} {basis}")
