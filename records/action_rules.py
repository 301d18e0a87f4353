"""What may become of an agreed action, and when its owner is reminded. Pure."""

from dataclasses import dataclass
from datetime import date, timedelta
from enum import StrEnum
from uuid import UUID

from core.errors import RuleBroken


class Priority(StrEnum):
    """How pressing an action is (R017)."""

    HIGH = "high"
    MEDIUM = "medium"
    LOW = "low"


class Step(StrEnum):
    """What can become of an action."""

    DONE = "done"
    DROPPED = "dropped"
    CARRIED = "carried"
    MOVED = "moved"
    REASSIGNED = "reassigned"
    REOPENED = "reopened"


@dataclass(frozen=True, slots=True)
class Outcome:
    """What a supervisor says of one open action when the next record is written (R095, R096)."""

    action_id: UUID
    step: Step
    reason: str = ""
    due_on: date | None = None


MOST_REMINDERS = 3
REMIND_BEFORE = timedelta(days=2)
REMIND_AFTER = timedelta(days=7)


def is_overdue(due_on: date | None, *, on: date) -> bool:
    """Whether its day has passed."""
    return due_on is not None and due_on < on


def needs_a_reason(due_on: date | None, *, on: date, explained: bool) -> bool:
    """Whether whoever closes it late must say why: once its day has passed and nobody has said so since (R096)."""
    return is_overdue(due_on, on=on) and not explained


def check_closing(step: Step, *, reason: str, late: bool) -> None:
    """Dropped needs a reason, and so does done after its day, unless one was given. Raises RuleBroken."""
    if step is Step.DROPPED and not reason:
        raise RuleBroken("Say why this action is dropped.", field="reason")
    if step is Step.DONE and late and not reason:
        raise RuleBroken("It was done after its day. Say why it took longer.", field="reason")


def check_moving(due_on: date | None, *, present: date | None, reason: str, on: date) -> None:
    """Another day lies ahead, differs, and has a reason. Raises RuleBroken."""
    if due_on is None:
        raise RuleBroken("Enter the new date.", field="due_on")
    if due_on < on:
        raise RuleBroken("That day has passed. Choose today or a later day.", field="due_on")
    if due_on == present:
        raise RuleBroken("That is the date that it has already.", field="due_on")
    if not reason:
        raise RuleBroken("Say why the date moves.", field="reason")


def check_carrying(due_on: date | None, *, reason: str, on: date) -> None:
    """Carried forward needs a reason (R096); a new date lies ahead. Raises RuleBroken."""
    if not reason:
        raise RuleBroken("Say why it is carried forward.", field="reason")
    if due_on is not None and due_on < on:
        raise RuleBroken("That day has passed. Choose today or a later day.", field="due_on")


def stage_of(due_on: date, *, on: date) -> int:
    """How far an action has come: 1 shortly before its day, 2 from the day on, 3 a week after; 0 before all of that."""
    if on >= due_on + REMIND_AFTER:
        return 3
    if on >= due_on:
        return 2
    return 1 if on >= due_on - REMIND_BEFORE else 0
