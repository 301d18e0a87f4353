"""When a session may be booked or held. Pure."""

from dataclasses import dataclass
from datetime import date, datetime, time

from core.errors import RuleBroken

NOT_YET = "That day has not come yet. A session can be recorded from the day on which it is held."
LONGEST_SESSION_MINUTES = 8 * 60
USUAL_MINUTES = 90
# Sessions beyond these are asked about, never refused: a time is more often mistyped than meant
EARLIEST, LATEST = time(7), time(21)
LONG_SESSION_MINUTES = 4 * 60


@dataclass(frozen=True, slots=True)
class Times:
    """A local day with a start and an end."""

    on: date
    starts: time
    ends: time

    @property
    def minutes(self) -> int:
        """How long it lasts."""
        return (self.ends.hour - self.starts.hour) * 60 + self.ends.minute - self.starts.minute


def check_times(times: Times) -> None:
    """A session ends after it starts, on the same day. Raises RuleBroken."""
    if times.ends <= times.starts:
        raise RuleBroken("The end must be later than the start.", field="ends")
    if times.minutes > LONGEST_SESSION_MINUTES:
        raise RuleBroken("That is longer than eight hours. Check the start and the end.", field="ends")


def odd_about(times: Times) -> str:
    """What is so unusual about the hours of a session that they may be mistyped; nothing where nothing is."""
    starts, ends = (f"{clock.hour}:{clock.minute:02}" for clock in (times.starts, times.ends))
    if times.starts < EARLIEST:
        return f"it would begin at {starts}, before {EARLIEST.hour} in the morning"
    if times.ends > LATEST:
        return f"it would end at {ends}, after {LATEST.hour - 12} in the evening"
    if times.minutes > LONG_SESSION_MINUTES:
        return f"from {starts} to {ends} is longer than {LONG_SESSION_MINUTES // 60} hours"
    return ""


def check_may_be_booked(times: Times, *, today: date, relationship_from: date | None, name: str) -> None:
    """A booking is for today or later, within the supervisory relationship. Raises RuleBroken."""
    check_times(times)
    if times.on < today:
        raise RuleBroken(
            "That day has passed. To enter a session that was held, choose “Record a session that was held”.",
            field="on",
        )
    check_within_relationship(times.on, relationship_from=relationship_from, name=name)


def check_may_be_held(times: Times, *, today: date, now: time, relationship_from: date | None, name: str) -> None:
    """A session that was held has begun, and lies within the supervisory relationship. Raises RuleBroken."""
    check_times(times)
    if times.on > today:
        raise RuleBroken(NOT_YET, field="on")
    if times.on == today and times.starts > now:
        raise RuleBroken("That time has not come yet. A session can be recorded once it has begun.", field="starts")
    check_within_relationship(times.on, relationship_from=relationship_from, name=name)


def check_could_have_been(times: Times, *, now: datetime, signed_at: datetime) -> None:
    """A session of which the record is signed has begun, before that was signed. Local moments. Raises RuleBroken."""
    check_times(times)
    began = (times.on, times.starts)
    if began > (now.date(), now.time()):
        raise RuleBroken("That time has not come yet. The session was held before its record was signed.", field="on")
    if began > (signed_at.date(), signed_at.time()):
        raise RuleBroken(
            f"The record was first signed on {in_words(signed_at.date())}. The session cannot have begun after that.",
            field="on",
        )


def check_within_relationship(on: date, *, relationship_from: date | None, name: str) -> None:
    """The supervisor held the relationship on that day. Raises RuleBroken."""
    if relationship_from is None:
        raise RuleBroken(f"You did not supervise {name} on that day.", field="on")
    if on < relationship_from:
        raise RuleBroken(
            f"Your supervision of {name} began on {in_words(relationship_from)}. Enter that day or a later one.",
            field="on",
        )


def in_words(day: date) -> str:
    """9 November 2026."""
    return f"{day.day} {day:%B %Y}"
