"""How a contract stands, and what it may agree. Pure."""

from collections.abc import Collection, Mapping
from dataclasses import dataclass
from datetime import date
from enum import StrEnum
from typing import Any
from uuid import UUID

from core.errors import RuleBroken
from policies.rules.durations import Duration
from policies.rules.frequency import pace_of
from policies.rules.policy import Policy, Severity


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
