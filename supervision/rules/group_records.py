"""What a group's record needs: who may bring a child, and how long each step has. Pure."""

from collections.abc import Collection, Mapping, Sequence
from dataclasses import dataclass
from uuid import UUID

from core.errors import RuleBroken
from supervision.rules.discussions import BRIEF, IN_DEPTH, depth_field

MOST_ITEMS = 10
MOST_IN_AN_ITEM = 2_000
DEPTHS = frozenset({BRIEF, IN_DEPTH})
STILL_BOOKED = "Say who was there first. Then the children can be marked and the record written."
SIGNED = "The record of this group is signed, so what was discussed in it stays as it is."

# What a facilitator sees to, whatever the way of working (R073)
DUTIES = (
    ("Keep to the steps", "Say when one step ends and the next begins, and bring people back who run ahead."),
    ("Keep the time", "Each step has its share. Stop a good discussion rather than lose the closing."),
    ("Keep it kind", "Questions and views, not advice or blame. Nobody has to defend their work."),
    ("Notice what people feel", "Name it where it helps, and make room for whoever has not spoken."),
    ("Ask what else it could be", "Look at the reasons behind a view, at what is not known, and at what is missing."),
)


@dataclass(frozen=True, slots=True)
class GroupMark:
    """How a child was discussed in a group; ``brought_by``: who of those present put the case to it."""

    depth: str
    brought_by: UUID


@dataclass(frozen=True, slots=True)
class Step:
    """One step of a way of working, with its share of the time."""

    name: str
    minutes: int


def check_group_marks(
    marks: Mapping[UUID, GroupMark], *, offered: Collection[UUID], present: Collection[UUID], recorder_id: UUID
) -> None:
    """Each is of a child that the page offered, and brought by somebody who was there and does not sign for it, too.

    Raises RuleBroken.
    """
    if not marks.keys() <= set(offered):
        raise RuleBroken("The list of children has changed meanwhile. Look at it again.")
    for child, mark in marks.items():
        if mark.depth not in DEPTHS:
            raise RuleBroken("Choose briefly or in depth.", field=depth_field(child))
        if mark.brought_by not in present:
            raise RuleBroken("Whoever brought this child was not there.", field=depth_field(child))
    check_brought_by_others([mark.brought_by for mark in marks.values()], recorder_id=recorder_id)


def check_brought_by_others(people: Collection[UUID], *, recorder_id: UUID) -> None:
    """Nobody signs an entry twice, as who wrote it and as who brought the child. Raises RuleBroken."""
    if recorder_id in people:
        raise RuleBroken(
            "Whoever writes the record signs the entries in it, so a child that they brought themselves is written up by "
            "the other of the two: the facilitator or the recorder."
        )


def check_item(text: str, *, has_child: bool, so_far: int) -> None:
    """Something is said, in few words, and there is room for it. Raises RuleBroken."""
    if not text and not has_child:
        raise RuleBroken("Say what you want to bring, or choose a child.", field="text")
    if so_far >= MOST_ITEMS:
        raise RuleBroken(f"You have put forward {MOST_ITEMS} things already. Take one back first.", field="text")


def steps_with_minutes(steps: Sequence[str], *, minutes: int) -> list[Step]:
    """The steps in order, the time shared out evenly in whole minutes; what is left over goes to the last ones."""
    share, over = divmod(max(minutes, len(steps)), len(steps)) if steps else (0, 0)
    late = len(steps) - over
    return [Step(name, share + (place >= late)) for place, name in enumerate(steps)]
