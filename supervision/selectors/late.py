"""How long after it happened something is entered."""

from datetime import date

from policies import selectors as policies
from policies.rules.policy import Policy
from records.rules import LateEntry


def late_entry(held_on: date, on: date) -> LateEntry:
    """How long after a day something of that day is entered."""
    return lateness(held_on, on, policy=policies.policy_in_force(on))


def lateness(held_on: date, on: date, *, policy: Policy | None) -> LateEntry:
    """The same by a policy that is at hand, which says what a working day is. No query."""
    if policy is None or on <= held_on:
        return LateEntry(calendar_days=max((on - held_on).days, 0))
    working = policy.calendar.working_days(held_on, on)
    return LateEntry(calendar_days=(on - held_on).days, working_days=working)
