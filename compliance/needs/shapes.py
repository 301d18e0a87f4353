"""What a need is, and how needs stand on the home page."""

from collections.abc import Iterable
from dataclasses import dataclass
from datetime import date
from enum import IntEnum
from uuid import UUID

# How many needs a page shows that does not show all of them; none of its headings fewer than so many
AT_ONCE, OF_EACH_AT_ONCE = 20, 3
NEWS_AT_ONCE = 5


class Urgency(IntEnum):
    """What comes first on the home page."""

    OVERDUE = 1
    SOON = 2
    WAITING = 3
    ARRANGE = 4
    NEWS = 5

    @property
    def heading(self) -> str:
        """The words above such needs."""
        return HEADINGS[self]


HEADINGS = {
    Urgency.OVERDUE: "Overdue",
    Urgency.SOON: "Due within days",
    Urgency.WAITING: "Waiting for you",
    Urgency.ARRANGE: "To arrange",
    Urgency.NEWS: "Signed lately",
}


@dataclass(frozen=True, slots=True)
class Need:
    """One thing that somebody is asked to do. ``why``: the engine's sentence; ``hint``: what else helps to decide.

    ``does_it``: the button does it at once, instead of leading to a page.
    """

    urgency: Urgency
    title: str
    path: str
    action_label: str
    why: str = ""
    hint: str = ""
    due_on: date | None = None
    status: str = ""
    does_it: bool = False

    @property
    def order(self) -> tuple[Urgency, date, str]:
        """Overdue first, then by date, then by name."""
        return (self.urgency, self.due_on or date.max, self.title)


@dataclass(frozen=True, slots=True)
class Person:
    """Somebody on the home page: who supervises them now, by name, and with whom the contract is to be."""

    person_id: UUID
    name: str
    supervisor: str = ""
    contract_with: UUID | None = None


@dataclass(frozen=True, slots=True)
class Group:
    """Needs under one heading: those to see at once, and how many more there are, a link away."""

    urgency: Urgency
    first: list[Need]
    more: int = 0


def grouped(needs: Iterable[Need], *, whole: bool = False) -> list[Group]:
    """The needs in order, under their headings, news left out; a heading without any is left out.

    The most pressing of them, and a few under each heading: what waits for a signature is never hidden behind what is
    overdue. ``whole``: all of them.
    """
    found: dict[Urgency, list[Need]] = {}
    for need in sorted(needs, key=lambda need: need.order):
        if need.urgency is not Urgency.NEWS:
            found.setdefault(need.urgency, []).append(need)
    left = AT_ONCE - sum(min(len(rows), OF_EACH_AT_ONCE) for rows in found.values())
    groups = []
    for urgency, rows in found.items():
        besides = max(len(rows) - OF_EACH_AT_ONCE, 0)
        taken = besides if whole else min(left, besides)
        left -= taken
        groups.append(Group(urgency, rows[: OF_EACH_AT_ONCE + taken], besides - taken))
    return groups


def news(needs: Iterable[Need], *, whole: bool = False) -> Group | None:
    """What somebody else sealed, the latest first; None where there is nothing new. ``whole``: as above."""
    found = [need for need in needs if need.urgency is Urgency.NEWS][::-1]
    first = found if whole else found[:NEWS_AT_ONCE]
    return Group(Urgency.NEWS, first, len(found) - len(first)) if found else None


@dataclass(frozen=True, slots=True)
class RecordStanding:
    """Where a record stands, and between whom; ``held_on`` for the record of a session; what its answer says.

    ``part``: what came last, an addendum perhaps; ``by``: who signed that; ``corrects``: whether it corrects facts.
    ``reference`` and ``title``: of a decision about a child; ``to_enter``: nobody has entered it on the child's record.
    ``to_respond``: an audit of the reader's own supervision, to which they have not responded.
    """

    record_id: UUID
    kind: str
    state: str
    subject_id: UUID | None
    subject: str | None
    author: str
    held_on: date | None
    meaning: str
    part: str
    by: str
    corrects: bool
    reference: str | None = None
    title: str = ""
    to_enter: bool = False
    to_respond: bool = False
