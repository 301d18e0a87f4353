"""What may be recorded as a decision about a child between sessions. Pure."""

from datetime import date
from enum import StrEnum
from uuid import UUID

from core.errors import RuleBroken
from policies.rules.oversight import NoteType


class Agreement(StrEnum):
    """Whether the line manager agreed before a note that needs it."""

    AGREED = "agreed"
    EMERGENCY = "emergency"


AGREEMENT_WORDS = {
    Agreement.AGREED: "The line manager agreed first",
    Agreement.EMERGENCY: "Not asked first: it was an emergency",
}


def check_agreement(note: NoteType, agreement: str) -> None:
    """A consultation that needs the line manager's agreement has it, or was an emergency where the policy allows that.

    Raises RuleBroken (scenario 15).
    """
    if not note.needs_agreement or agreement == Agreement.AGREED:
        return
    if agreement == Agreement.EMERGENCY and note.emergency_excepted:
        return
    unless = ", or that it was an emergency" if note.emergency_excepted else ""
    raise RuleBroken(
        f"“{note.label}” needs the line manager’s agreement first. Say that you have it{unless}.", field="agreement"
    )


def check_decided_on(day: date | None, *, today: date) -> date:
    """The day of the decision, by today. Raises RuleBroken."""
    if day is None:
        raise RuleBroken("Enter the day of the decision.", field="decided_on")
    if day > today:
        raise RuleBroken("This day lies ahead. Enter the day on which it was decided.", field="decided_on")
    return day


def check_asker(asked_by: UUID | None, *, decides: UUID) -> None:
    """Nobody asks themselves. Raises RuleBroken."""
    if asked_by == decides:
        raise RuleBroken("You decide, so somebody else asked, or nobody did.", field="asked_by_id")


def check_entered_on(day: date, *, decided_on: date | None, today: date) -> None:
    """Entered by today, and not before it was decided. Raises RuleBroken."""
    if day > today:
        raise RuleBroken("This day lies ahead. Enter it when the day has come.", field="entered_on")
    if decided_on and day < decided_on:
        raise RuleBroken(
            f"It was decided on {decided_on:%-d %B %Y}, and cannot have been entered before.", field="entered_on"
        )
