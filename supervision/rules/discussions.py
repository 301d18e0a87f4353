"""What is said of each child in a session: discussed briefly, in depth, or not, and why. Pure."""

from collections.abc import Collection, Mapping
from dataclasses import dataclass
from datetime import date
from uuid import UUID

from core.errors import RuleBroken
from policies.rules.children import Child

BRIEF, IN_DEPTH, NOT_DISCUSSED = "brief", "in_depth", "not_discussed"
# A decision that a manager recorded, which says nothing of whether the child was discussed in supervision
OVERSIGHT = "management_oversight"
NOT_WITH_THIS_WORKER = "One of these children was not with this worker on the day of the session. Open the page again."
DEPTHS = frozenset({BRIEF, IN_DEPTH, NOT_DISCUSSED})


@dataclass(frozen=True, slots=True)
class Mark:
    """How a child was discussed in a session; ``reason``: why it was not.

    ``capabilities``: which it shows, by the policy's ids; None: nothing is said of them, and what stood stays.
    """

    depth: str
    reason: str = ""
    capabilities: tuple[str, ...] | None = None


def inherited_on(child: Child, on: date) -> date | None:
    """Since when the child is with whoever holds it now, where it came from somebody else and was not discussed since.

    What was due before that day is not the present worker's doing (scenario 1).
    """
    episode = max((each.starts_on for each in child.episodes if each.starts_on <= on), default=None)
    in_episode = [each for each in child.allocations if episode and each.starts_on >= episode]
    now = [
        each.starts_on for each in in_episode if each.starts_on <= on and (each.ends_on is None or each.ends_on > on)
    ]
    if not now or min(now) == min(each.starts_on for each in in_episode):
        return None
    discussed = [each.on for each in child.discussions if each.own_text and each.format != OVERSIGHT]
    return None if any(min(now) <= day <= on for day in discussed) else min(now)


def check_marks(marks: Mapping[UUID, Mark], *, offered: frozenset[UUID]) -> None:
    """Each is of a child that the worker held on the day, and whoever was left out has a reason. Raises RuleBroken."""
    if not marks.keys() <= offered:
        raise RuleBroken(NOT_WITH_THIS_WORKER)
    for child, mark in marks.items():
        if mark.depth not in DEPTHS:
            raise RuleBroken("Choose briefly, in depth or not discussed.", field=depth_field(child))
        if mark.depth == NOT_DISCUSSED and not mark.reason.strip():
            raise RuleBroken("Say why this child was not discussed.", field=reason_field(child))


def check_capabilities(marks: Mapping[UUID, Mark], *, known: Collection[str]) -> None:
    """Each is one that the policy names for this worker. Raises RuleBroken."""
    for child, mark in marks.items():
        if not set(mark.capabilities or ()) <= set(known):
            raise RuleBroken("Choose from the capabilities that the policy names.", field=capabilities_field(child))


def check_not_signed(record_state: str | None) -> None:
    """What a signed record says of its children stays. Raises RuleBroken."""
    if settled := discussions_settled(record_state):
        raise RuleBroken(settled)


def discussions_settled(record_state: str | None) -> str:
    """Why nothing more can be said of a session's children; empty while something can."""
    if record_state in (None, "draft", "returned"):
        return ""
    return "The record of this session is signed, so what was discussed in it stays as it is."


def depth_field(child: UUID) -> str:
    """The name of the form's field for the depth of a child."""
    return f"depth-{child}"


def reason_field(child: UUID) -> str:
    """The name of the form's field for why a child was not discussed."""
    return f"reason-{child}"


def capabilities_field(child: UUID) -> str:
    """The name of the form's field for the capabilities that the discussion of a child shows."""
    return f"capabilities-{child}"


def worry_field(child: UUID) -> str:
    """The name of the form's field for how worried the worker is about a child."""
    return f"worry-{child}"


def because_field(child: UUID) -> str:
    """The name of the form's field for why."""
    return f"because-{child}"
