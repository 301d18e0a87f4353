"""How a contract stands, and what it may agree. Pure."""

from collections.abc import Collection, Iterable, Mapping
from dataclasses import dataclass
from datetime import date
from enum import StrEnum
from typing import Any
from uuid import UUID

from core.errors import RuleBroken
from policies.rules.durations import Duration
from policies.rules.frequency import pace_of
from policies.rules.policy import Policy, Severity
from supervision.rules.diary import in_words


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


FORMATS = {
    "Individual": frozenset({"individual"}),
    "Group": frozenset({"group"}),
    "Individual and group in turn": frozenset({"individual", "group"}),
}


def policy_formats(policy: Policy, categories: Collection[str]) -> frozenset[str] | None:
    """The formats that count for these categories, by each rule's lasting phase; None where no rule asks for sessions."""
    found = [
        frozenset(form for _, form in rule.phases[-1].terms.accepts)
        for rule in policy.rules
        if rule.is_worker_clock
        and (rule.categories is None or rule.categories & set(categories))
        and any(atom.severity is not Severity.INFO for atom in rule.phases[-1].atoms)
    ]
    return frozenset.intersection(*found) if found else None


@dataclass(frozen=True, slots=True)
class Allowed:
    """What an approved exception allows instead of the policy's figures, and its last day."""

    every: Duration
    minutes: int | None
    last_on: date


@dataclass(frozen=True, slots=True)
class Bounds:
    """What a contract must keep within: the policy's pace and length of a session, and the longest time to a review.

    ``exception``: the one in force, where there is one. ``formats``: those that the policy counts; None for any.
    """

    today: date
    every: Duration | None = None
    minutes: int | None = None
    review_after: Duration = Duration(months=12)
    exception: Allowed | None = None
    formats: frozenset[str] | None = None

    @property
    def longest(self) -> Duration | None:
        """The longest interval that may be agreed: the policy's, or that of the exception."""
        return self.exception.every if self.exception else self.every

    @property
    def shortest(self) -> int | None:
        """The shortest session that may be agreed, in minutes."""
        return self.exception.minutes if self.exception and self.exception.minutes else self.minutes

    def is_looser(self, every: Duration | None, minutes: object) -> bool:
        """Whether an interval or a length asks for less than the policy does."""
        too_rare = bool(every and self.every and every.always_longer_than(self.every))
        return too_rare or bool(self.minutes and isinstance(minutes, int) and minutes < self.minutes)


def check_format(chosen: object, *, bounds: Bounds) -> None:
    """A contract's format is one that the policy counts (R009); a format in a council's own words is not judged.

    Raises RuleBroken.
    """
    wanted = FORMATS.get(chosen) if isinstance(chosen, str) else None
    if wanted is None or bounds.formats is None or wanted <= bounds.formats:
        return
    counted = next((words for words, formats in FORMATS.items() if formats == bounds.formats), "another format")
    raise RuleBroken(
        f"The policy counts other sessions for this worker than you agree here: {counted.lower()}. Choose that.",
        field="format",
    )


def check_agreed(facts: Mapping[str, Any], *, bounds: Bounds) -> None:
    """What a contract agrees: no less often and no shorter than the policy or an exception in force asks (R047, R123),
    and a review that lies ahead, no later than the policy says (R125), or than the exception lasts. Raises RuleBroken.
    """
    every = Duration.parse(facts["every"]) if facts.get("every") else None
    whose = "exception that was approved" if bounds.exception else "policy"
    if every and bounds.longest and every.always_longer_than(bounds.longest):
        raise RuleBroken(
            f"The {whose} asks for supervision every {bounds.longest.in_words}. Choose that, or more often.",
            field="frequency",
        )
    minutes = facts.get("minutes")
    if bounds.shortest and isinstance(minutes, int) and minutes < bounds.shortest:
        raise RuleBroken(
            f"The {whose} asks for sessions of {bounds.shortest} minutes. Enter that, or more.", field="minutes"
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
        if bounds.exception and bounds.is_looser(every, minutes) and review_on > bounds.exception.last_on:
            raise RuleBroken(
                f"The exception ends on {in_words(bounds.exception.last_on)}. Review the contract by that day.",
                field="review_on",
            )


# What a policy's must_cover calls things, by the fields and sections of a contract that hold them; other names are
# looked for as they stand
COVERED_BY = {
    "review_date": ("review_on",),
    "standards_and_responsibilities": ("supervisor_responsibilities", "supervisee_responsibilities"),
    "roles": ("supervisor_responsibilities", "supervisee_responsibilities"),
    "expectations": ("key_tasks",),
}
ELSE = "other"


def find_uncovered(asked: Iterable[str], *, on_form: Collection[str], filled: Collection[str]) -> list[tuple[str, str]]:
    """What a policy wants in a contract and is not there (R122-R127), by the field that is to hold it.

    ``on_form`` and ``filled``: ids of the form's fields, and of those that hold something. What the form has no place
    for counts as covered where something stands under any other issues.
    """
    found = []
    for name in asked:
        places = COVERED_BY.get(name, (name,))
        here = [place for place in places if place in on_form] or [ELSE]
        if empty := next((place for place in here if place not in filled), None):
            words = name.replace("_", " ")
            found.append((empty, f"The policy asks that a contract covers “{words}”. Write it here."))
    return found


def check_exception(*, every: Duration, minutes: int | None, starts_on: date, last_on: date, bounds: Bounds) -> None:
    """An exception is one: it asks for less than the policy, lies ahead and ends within a review's time. RuleBroken."""
    if not bounds.every and not bounds.minutes:
        raise RuleBroken("The policy gives no figure here, so no exception is needed: agree it in the contract.")
    if not bounds.is_looser(every, minutes):
        raise RuleBroken(
            "This is no less than the policy asks, so no exception is needed: agree it in the contract.", field="every"
        )
    if last_on <= bounds.today:
        raise RuleBroken("The last day has passed already. Choose one that lies ahead.", field="last_on")
    if last_on < starts_on:
        raise RuleBroken("The last day comes before the first. Check both.", field="last_on")
    if last_on > max(starts_on, bounds.today) + bounds.review_after:
        raise RuleBroken(
            f"An exception lasts {bounds.review_after.in_words} at most; then it is asked for again.", field="last_on"
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
