"""What a new starter's first week asks of the supervisor (R036). Pure."""

from dataclasses import dataclass
from datetime import date, timedelta

WEEK = timedelta(days=7)
ASKED_FOR = timedelta(days=28)


@dataclass(frozen=True, slots=True)
class FirstWeek:
    """What is left to do for somebody new, in words; by when; whether the first session is among it."""

    left: tuple[str, ...]
    due_on: date
    to_book: bool


def first_week(
    *, began_on: date, policy_shared: bool, first_booked: bool, needs_noted: bool, on: date
) -> FirstWeek | None:
    """Sharing the policy, booking the first session and noting induction needs; asked for four weeks, then no more.

    None before the first day, once all three are done, and for whoever is not new.
    """
    if not began_on <= on < began_on + ASKED_FOR:
        return None
    steps = (
        ("share the supervision policy", policy_shared),
        ("book the first session", first_booked),
        ("note induction needs", needs_noted),
    )
    left = tuple(words for words, done in steps if not done)
    return FirstWeek(left, began_on + WEEK, not first_booked) if left else None
