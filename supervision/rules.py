"""When a session may be booked or held, and how a contract stands. Pure."""

from collections.abc import Collection, Mapping
from dataclasses import dataclass
from datetime import date, time
from enum import StrEnum
from typing import Any
from uuid import UUID

from core.errors import RuleBroken
from policies.rules.durations import Duration
from policies.rules.frequency import pace_of
from policies.rules.policy import Policy, Severity

LONGEST_SESSION_MINUTES = 8 * 60
USUAL_MINUTES = 90


class Standing(StrEnum):
    """How the contract of a supervisory relationship stands (R121, R125, R128)."""

    MISSING = "missing"
    DRAFT = "draft"
    UNSIGNED = "unsigned"
    RETURNED = "returned"
    DECLINED = "declined"
    OUT_OF_DATE = "out_of_date"
    IN_FORCE = "in_force"


STANDING_WORDS = {
    Standing.MISSING: "No contract",
    Standing.DRAFT: "Being drafted",
    Standing.UNSIGNED: "Waits for a signature",
    Standing.RETURNED: "Sent back for correction",
    Standing.DECLINED: "Declined, not in force",
    Standing.OUT_OF_DATE: "Review overdue",
    Standing.IN_FORCE: "In force",
}


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
        raise RuleBroken(
            "That day has not come yet. A session can be recorded from the day on which it is held.", field="on"
        )
    if times.on == today and times.starts > now:
        raise RuleBroken("That time has not come yet. A session can be recorded once it has begun.", field="starts")
    check_within_relationship(times.on, relationship_from=relationship_from, name=name)


def check_within_relationship(on: date, *, relationship_from: date | None, name: str) -> None:
    """The supervisor held the relationship on that day. Raises RuleBroken."""
    if relationship_from is None:
        raise RuleBroken(f"You did not supervise {name} on that day.", field="on")
    if on < relationship_from:
        raise RuleBroken(
            f"Your supervision of {name} began on {in_words(relationship_from)}. Enter that day or a later one.",
            field="on",
        )


def standing(*, state: str | None, agreed: bool, review_on: date | None, on: date) -> Standing:
    """How a contract stands on a day. ``state``: of its record, None without one; ``review_on``: the last day in date."""
    match state:
        case None:
            return Standing.MISSING
        case "draft":
            return Standing.DRAFT
        case "awaiting":
            return Standing.UNSIGNED
        case "returned":
            return Standing.RETURNED
    if not agreed:
        return Standing.DECLINED
    return Standing.OUT_OF_DATE if review_on and on > review_on else Standing.IN_FORCE


def policy_interval(policy: Policy, categories: Collection[str]) -> Duration | None:
    """How often, as one figure, a policy asks for formal supervision of these categories; None without a figure.

    The shortest interval among the rules that apply, each by its last, lasting phase: an early-career phase tightens
    by itself while it lasts, and is no reason to refuse a contract that holds for a year.
    """
    found = [
        interval
        for rule in policy.rules
        if rule.is_worker_clock and (rule.categories is None or rule.categories & set(categories))
        for atom in rule.phases[-1].atoms
        if atom.severity is not Severity.INFO and (interval := pace_of(atom))
    ]
    return min(found, key=lambda interval: interval.nominal_days, default=None)


def policy_minutes(policy: Policy, categories: Collection[str]) -> int | None:
    """How long a session must last at least for these categories, by each rule's lasting phase; None without a figure."""
    found = [
        rule.phases[-1].terms.min_minutes
        for rule in policy.rules
        if rule.is_worker_clock and (rule.categories is None or rule.categories & set(categories))
    ]
    return max((minutes for minutes in found if minutes), default=None)


@dataclass(frozen=True, slots=True)
class Bounds:
    """What a contract must keep within: the policy's pace and length of a session, and the longest time to a review."""

    today: date
    every: Duration | None = None
    minutes: int | None = None
    review_after: Duration = Duration(months=12)


def check_agreed(facts: Mapping[str, Any], *, bounds: Bounds) -> None:
    """What a contract agrees: no less often and no shorter than the policy asks (R047, R123), and a review that lies
    ahead, no later than the policy says (R125). Raises RuleBroken.
    """
    every = Duration.parse(facts["every"]) if facts.get("every") else None
    if every and bounds.every and every.always_longer_than(bounds.every):
        raise RuleBroken(
            f"The policy asks for supervision every {bounds.every.in_words}. Choose that, or more often.",
            field="frequency",
        )
    minutes = facts.get("minutes")
    if bounds.minutes and isinstance(minutes, int) and minutes < bounds.minutes:
        raise RuleBroken(
            f"The policy asks for sessions of {bounds.minutes} minutes. Enter that, or more.", field="minutes"
        )
    if facts.get("review_on"):
        review_on = date.fromisoformat(facts["review_on"])
        if review_on <= bounds.today:
            raise RuleBroken("The date of review has passed already. Choose a day that lies ahead.", field="review_on")
        if review_on > bounds.today + bounds.review_after:
            raise RuleBroken(
                f"A contract is reviewed within {bounds.review_after.in_words}. Choose an earlier date.",
                field="review_on",
            )


def check_named_manager(named_manager_id: str | None, *, parties: Collection[UUID]) -> None:
    """Whom to turn to in a disagreement is neither of the two (R127). Raises RuleBroken."""
    if named_manager_id in {str(party) for party in parties}:
        raise RuleBroken(
            "The manager to turn to cannot be one of the two of you. Name another manager.", field="named_manager"
        )


def is_gap_longer(last_on: date | None, held_on: date, *, every: Duration | None) -> bool:
    """Whether more time passed between two sessions than the contract's frequency allows (R180)."""
    return bool(last_on and every and held_on > last_on + every)


def in_words(day: date) -> str:
    """9 November 2026."""
    return f"{day.day} {day:%B %Y}"
