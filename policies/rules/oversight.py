"""The kinds of note that a policy knows for a decision about a child between sessions, and what demands one. Pure."""

from dataclasses import dataclass
from datetime import date
from typing import Any

from policies.rules.calendars import Within
from policies.rules.policy import Policy
from policies.rules.terms import terms_of

# In place of the line manager's agreement, where the policy allows it
EMERGENCY = "emergency"
# Whoever works with the child, among those who may write a kind of note; the others are categories of worker
WORKER = "worker"
# When something said between sessions is an entry for the child's record: ``recording.informal.when``
IF_SIGNIFICANT = "of_significant_importance"
# What the program knows by itself, since a child's worker changes here
TRANSFER = "transfer"


@dataclass(frozen=True, slots=True)
class NoteType:
    """A kind of note, as the case system calls it. ``when``: in the policy's words.

    ``needs_agreement``: of the line manager, before it; ``emergency_excepted``: unless it was an emergency.
    ``recorded_by``: who may write it besides those who decide: the child's worker, or categories of worker.
    """

    id: str
    label: str
    when: str = ""
    needs_agreement: bool = False
    emergency_excepted: bool = False
    recorded_by: frozenset[str] = frozenset()


@dataclass(frozen=True, slots=True)
class Trigger:
    """What demands a decision about a child. ``is_transfer``: the program sees it; the others somebody enters.

    ``within``: how soon, where the policy says so.
    """

    id: str
    label: str
    is_transfer: bool = False
    within: Within | None = None

    def due_on(self, on: date, policy: Policy) -> date | None:
        """By when a decision is wanted about what happened on a day; None where the policy gives no figure."""
        return self.within.after(on, policy.calendar) if self.within else None


def note_types(policy: Policy | None) -> tuple[NoteType, ...]:
    """The kinds that a policy names in ``oversight_note_types``; where it names none, the one that is usual."""
    named = policy.blocks.get("oversight_note_types") if policy else None
    found = [_note(each) for each in named or ()]
    return tuple(found) or (NoteType("management_decision", terms_of(policy)["decision_note"]),)


def triggers(policy: Policy | None) -> tuple[Trigger, ...]:
    """What a policy names in ``oversight_triggers``; nothing where it is silent."""
    named = policy.blocks.get("oversight_triggers") if policy else None
    return tuple(_trigger(each) for each in named or ())


def asks_significance(policy: Policy | None) -> bool:
    """Whether a note between sessions goes on the child's record only where it was significant, and so asks whether it was."""
    informal = ((policy.blocks.get("recording") or {}) if policy else {}).get("informal")
    return isinstance(informal, dict) and informal.get("when") == IF_SIGNIFICANT


def _note(block: dict[str, Any]) -> NoteType:
    return NoteType(
        id=block["id"],
        label=block["label"].replace("'", "\u2019"),
        when=block.get("when") or "",
        needs_agreement=bool(block.get("needs_line_manager_agreement_first")),
        emergency_excepted=block.get("except") == EMERGENCY,
        recorded_by=_writers(block.get("recorded_by") or []),
    )


def _writers(named: str | list[str]) -> frozenset[str]:
    """A list holds ids as they are; a text joins them, and so cannot name one that holds the joining word itself."""
    return frozenset(named.split("_or_") if isinstance(named, str) else named)


def _trigger(block: dict[str, Any]) -> Trigger:
    within = block.get("within")
    return Trigger(
        id=block["id"],
        label=block["label"].replace("'", "\u2019"),
        is_transfer=block.get("event") == TRANSFER,
        within=Within(**within) if within else None,
    )
