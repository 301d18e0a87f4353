"""What is told how and when, and in which words: pure."""

from notifications.rules.handling import HANDLING, Handling, When, counted
from notifications.rules.hours import QuietHours, day_bounds, is_time_for, monday_of
from notifications.rules.wording import (
    Digest,
    Line,
    Wording,
    calendar_wording,
    digest_wording,
    invitation_wording,
    is_local,
    is_worth_sending,
    notice_wording,
    password_wording,
    security_wording,
)

__all__ = [
    "HANDLING",
    "Digest",
    "Handling",
    "Line",
    "QuietHours",
    "When",
    "Wording",
    "calendar_wording",
    "counted",
    "day_bounds",
    "digest_wording",
    "invitation_wording",
    "is_local",
    "is_time_for",
    "is_worth_sending",
    "monday_of",
    "notice_wording",
    "password_wording",
    "security_wording",
]
