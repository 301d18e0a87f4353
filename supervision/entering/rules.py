"""By when a record about a child is to be entered on the child's record, and when it may be said that it was. Pure."""

from datetime import date

from core.errors import RuleBroken
from policies.rules.answers import Status
from policies.rules.deadlines import RecordAssessment, RecordDue, assess_record
from policies.rules.timeline import PolicyTimeline
from records.rules import Kind

# Which key of the policy's ``recording`` speaks of each kind of record about a child
RECORDED_AS = {Kind.CASE_ENTRY: "case", Kind.DECISION: "informal"}
# What goes on a child's record in the case system; the worker's own record never does (R341)
FOR_CHILD_RECORD = tuple(RECORDED_AS)


def assess_entering(
    policies: PolicyTimeline | None, kind: str, *, held_on: date, entered_on: date | None, on: date
) -> RecordAssessment | None:
    """How a record stands that is to be entered on the child's record, by the policy of the day that it is of."""
    if policies is None:
        return None
    return assess_record(policies, RecordDue(RECORDED_AS[Kind(kind)], held_on, entered_on), on)


def late_words(found: RecordAssessment | None) -> str:
    """By how much something is late, for a list; nothing where it is in time or has no deadline."""
    if found is None or found.status not in (Status.OVERDUE, Status.MISSED):
        return ""
    days = found.working_days_late or 0
    return f"Late by {days} working day{'' if days == 1 else 's'}" if days else "Late"


def check_entered_on(day: date, *, held_on: date | None, today: date) -> None:
    """Entered by today, and not before it was decided or discussed. Raises RuleBroken."""
    if day > today:
        raise RuleBroken("This day lies ahead. Enter it when the day has come.", field="entered_on")
    if held_on and day < held_on:
        raise RuleBroken(f"It is of {held_on:%-d %B %Y}, and cannot have been entered before.", field="entered_on")
