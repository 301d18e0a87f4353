"""Rules of supervision, a module for each thing. Pure."""

from supervision.rules.contracts import (
    STANDING_WORDS,
    Bounds,
    Standing,
    check_agreed,
    check_named_manager,
    is_gap_longer,
    policy_interval,
    policy_minutes,
    standing,
)
from supervision.rules.diary import (
    LONGEST_SESSION_MINUTES,
    USUAL_MINUTES,
    Times,
    check_may_be_booked,
    check_may_be_held,
    check_times,
    check_within_relationship,
    in_words,
)

__all__ = [
    "Bounds",
    "LONGEST_SESSION_MINUTES",
    "STANDING_WORDS",
    "Standing",
    "Times",
    "USUAL_MINUTES",
    "check_agreed",
    "check_may_be_booked",
    "check_may_be_held",
    "check_named_manager",
    "check_times",
    "check_within_relationship",
    "in_words",
    "is_gap_longer",
    "policy_interval",
    "policy_minutes",
    "standing",
]
