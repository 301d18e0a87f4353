"""Dates and lists as a person writes them."""

from collections.abc import Sequence
from datetime import date
from functools import lru_cache

MONTHS = (
    "January", "February", "March", "April", "May", "June",
    "July", "August", "September", "October", "November", "December",
)  # fmt: skip


@lru_cache(maxsize=20_000)
def day(on: date) -> str:
    """9 November 2026."""
    return f"{on.day} {MONTHS[on.month - 1]} {on.year}"


def listed(items: Sequence[str]) -> str:
    """One, two and three."""
    return items[0] if len(items) == 1 else f"{', '.join(items[:-1])} and {items[-1]}"


def number_of(number: int, thing: str) -> str:
    """1 session, 2 sessions."""
    return f"{number} {thing}{'' if number == 1 else 's'}"
