"""The kinds of note that a policy knows for a decision about a child between sessions. Pure."""

from dataclasses import dataclass
from typing import Any

from policies.rules.policy import Policy
from policies.rules.terms import terms_of

# In place of the line manager's agreement, where the policy allows it
EMERGENCY = "emergency"


@dataclass(frozen=True, slots=True)
class NoteType:
    """A kind of note, as the case system calls it. ``when``: in the policy's words.

    ``needs_agreement``: of the line manager, before it; ``emergency_excepted``: unless it was an emergency.
    """

    id: str
    label: str
    when: str = ""
    needs_agreement: bool = False
    emergency_excepted: bool = False


def note_types(policy: Policy | None) -> tuple[NoteType, ...]:
    """The kinds that a policy names in ``oversight_note_types``; where it names none, the one that is usual."""
    named = policy.blocks.get("oversight_note_types") if policy else None
    found = [_of(each) for each in named or () if isinstance(each, dict) and each.get("id")]
    return tuple(found) or (NoteType("management_decision", terms_of(policy)["decision_note"]),)


def _of(block: dict[str, Any]) -> NoteType:
    return NoteType(
        id=str(block["id"]),
        label=str(block.get("label") or block["id"]).replace("'", "\u2019"),
        when=str(block.get("when") or ""),
        needs_agreement=bool(block.get("needs_line_manager_agreement_first")),
        emergency_excepted=block.get("except") == EMERGENCY,
    )
