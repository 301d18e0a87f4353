"""What may be recorded as a decision about a child between sessions. Pure."""

from dataclasses import dataclass
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
    Agreement.EMERGENCY: "Nobody was asked first: it was an emergency",
}


@dataclass(frozen=True, slots=True)
class Agreed:
    """What was said of the line manager's agreement: who and when, or why it was an emergency."""

    how: str = ""
    by: UUID | None = None
    on: date | None = None
    emergency: str = ""


def check_agreement(note: NoteType, agreed: Agreed, *, decided_on: date | None = None) -> None:
    """A consultation that needs the line manager's agreement says who agreed and when, or why it was an emergency.

    Raises RuleBroken (scenario 15).
    """
    if not note.needs_agreement:
        return
    if agreed.how == Agreement.EMERGENCY and note.emergency_excepted:
        if not agreed.emergency.strip():
            raise RuleBroken("Say why it was an emergency.", field="emergency_because")
        return
    if agreed.how != Agreement.AGREED:
        unless = ", or that it was an emergency" if note.emergency_excepted else ""
        raise RuleBroken(
            f"“{note.label}” needs the line manager’s agreement first. Say that you have it{unless}.", field="agreement"
        )
    if agreed.by is None:
        raise RuleBroken("Say which manager agreed.", field="agreed_by_id")
    if agreed.on is None:
        raise RuleBroken("Enter the day on which the manager agreed.", field="agreed_on")
    if decided_on and agreed.on > decided_on:
        raise RuleBroken("The manager agrees first: this day is after the note’s own.", field="agreed_on")


def check_significant(said: str, *, asked: bool) -> bool | None:
    """Whether a note belongs on the child's record, where the policy leaves that to judgement. Raises RuleBroken."""
    if not asked:
        return None
    if said not in ("yes", "no"):
        raise RuleBroken("Say whether this belongs on the child’s record.", field="significant")
    return said == "yes"


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
