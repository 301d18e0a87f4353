"""What a group session needs, and when it meets. Pure."""

from collections.abc import Collection, Mapping
from dataclasses import dataclass, field
from datetime import date, datetime, time, timedelta
from uuid import UUID
from zoneinfo import ZoneInfo

from core.errors import RuleBroken
from policies.rules.durations import Duration
from supervision.rules.diary import Times, check_times
from supervision.rules.year import Days, Pace, propose_year

LONDON = ZoneInfo("Europe/London")

MOST_MEMBERS = 40
MONTHLY = Duration(months=1)
LONGEST_AGO = timedelta(days=366)
# Within so long of each other, two groups are of one round in which people might supervise each other by turns
ONE_ROUND = timedelta(days=92)
FEWEST_MEMBERS = 2


@dataclass(frozen=True, slots=True)
class GroupPlan:
    """What a group is to be, whenever it meets. ``recorder_id`` None: the facilitator writes the record."""

    title: str
    kind: str
    facilitator_id: UUID
    recorder_id: UUID | None = None
    model: str = ""
    mode: str = "in_person"
    place: str = ""
    guests: str = ""


@dataclass(frozen=True, slots=True)
class Presence:
    """Who was there of those invited, by their places; when it really was; why the others were not, as far as said."""

    starts: time
    ends: time
    present: frozenset[UUID]
    reasons: Mapping[UUID, str] = field(default_factory=dict)


def check_plan(plan: GroupPlan, *, members: Collection[UUID], kinds: Collection[str], needs_recorder: bool) -> None:
    """A title, a kind that the policy knows, nobody who leads and is led, a recorder where one is wanted. RuleBroken."""
    if not plan.title.strip():
        raise RuleBroken("Give the group a name, such as “Reflective group”.", field="title")
    if plan.kind not in kinds:
        raise RuleBroken("Choose what the group is.", field="kind")
    if needs_recorder and plan.recorder_id is None:
        raise RuleBroken(
            "The policy asks that a recorder is agreed before the group meets. Name one.", field="recorder_id"
        )
    check_members(members, facilitator_id=plan.facilitator_id)


def check_group_date(times: Times, *, today: date) -> None:
    """A group is booked ahead, or entered after it met, within a year. Raises RuleBroken."""
    check_times(times)
    if times.on < today - LONGEST_AGO:
        raise RuleBroken("That is more than a year ago. Check the date.", field="on")


def check_members(members: Collection[UUID], *, facilitator_id: UUID, field: str = "members") -> None:
    """Nobody leads a group and is supervised in it, and there is room for all. Raises RuleBroken."""
    if facilitator_id in members:
        raise RuleBroken("The facilitator leads the group and is not one of its members.", field=field)
    if len(members) > MOST_MEMBERS:
        raise RuleBroken(f"A group has {MOST_MEMBERS} members at most.", field=field)


def has_begun(times: Times, *, at: datetime) -> bool:
    """Whether it is entered after the fact: it has begun already."""
    now = at.astimezone(LONDON)
    return (times.on, times.starts) <= (now.date(), now.time())


def check_entered_late(members: Collection[UUID], *, own: Collection[UUID], field: str = "members") -> None:
    """Entered after the fact, a group moves the dates only of people whom those who lead it answer for. RuleBroken."""
    if set(members) - set(own):
        raise RuleBroken(
            "This group has begun already, so it is entered only for people whom its facilitator or you supervise or "
            "lead. Others are invited before a group meets.",
            field=field,
        )


def check_no_swap(names: Collection[str], *, field: str = "members") -> None:
    """Nobody is supervised by those whom they supervise, nor by turns with them. Raises RuleBroken."""
    if names:
        raise RuleBroken(
            f"{', '.join(names)}: supervises the facilitator or you, or leads a group with one of you in it. Nobody "
            "supervises each other by turns. Let somebody else lead and book this group.",
            field=field,
        )


def check_presence(presence: Presence, *, invited: Collection[UUID], guests: str = "") -> None:
    """Several were invited, somebody was there, and everybody who was is on the list. Raises RuleBroken."""
    if not presence.present <= set(invited):
        raise RuleBroken("The list of members has changed meanwhile. Look at it again.")
    if not presence.present:
        raise RuleBroken("Tick who was there. If nobody came, call the session off instead.", field="present")
    if len(invited) < FEWEST_MEMBERS and not guests:
        raise RuleBroken(
            "One person is no group. Call this off, and book a session with them instead.", field="present"
        )


def monthly(first: Times, *, count: int, days: Days) -> list[Times]:
    """Dates from the first one on, one in each month, of the same weekday where that is a working day."""
    later = propose_year(first, pace=Pace(MONTHLY, count, by_month=True), days=days) if count > 1 else []
    return [first, *(each.times for each in later[1:] if each.times)]
