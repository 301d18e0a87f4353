"""What is said of each child in a session: discussed briefly, in depth, or not, and why. Pure."""

from collections.abc import Mapping
from dataclasses import dataclass
from uuid import UUID

from core.errors import RuleBroken

BRIEF, IN_DEPTH, NOT_DISCUSSED = "brief", "in_depth", "not_discussed"
DEPTHS = frozenset({BRIEF, IN_DEPTH, NOT_DISCUSSED})


@dataclass(frozen=True, slots=True)
class Mark:
    """How a child was discussed in a session; ``reason``: why it was not."""

    depth: str
    reason: str = ""


def check_marks(marks: Mapping[UUID, Mark], *, offered: frozenset[UUID]) -> None:
    """Each is of a child that the worker held on the day, and whoever was left out has a reason. Raises RuleBroken."""
    if not marks.keys() <= offered:
        raise RuleBroken(
            "One of these children was not with this worker on the day of the session. Open the page again."
        )
    for child, mark in marks.items():
        if mark.depth not in DEPTHS:
            raise RuleBroken("Choose briefly, in depth or not discussed.", field=depth_field(child))
        if mark.depth == NOT_DISCUSSED and not mark.reason.strip():
            raise RuleBroken("Say why this child was not discussed.", field=reason_field(child))


def check_not_signed(record_state: str | None) -> None:
    """What a signed record says of its children stays. Raises RuleBroken."""
    if record_state not in (None, "draft", "returned"):
        raise RuleBroken("The record of this session is signed, so what was discussed in it stays as it is.")


def depth_field(child: UUID) -> str:
    """The name of the form's field for the depth of a child."""
    return f"depth-{child}"


def reason_field(child: UUID) -> str:
    """The name of the form's field for why a child was not discussed."""
    return f"reason-{child}"
