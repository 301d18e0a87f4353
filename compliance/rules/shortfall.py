"""What is told of dates that cannot be kept, and what is not: pure."""

import re
from collections.abc import Collection
from datetime import date, timedelta
from uuid import UUID

from core.errors import RuleBroken

# How far ahead a supervisor looks: what falls due later can still be booked
LOOK_AHEAD = timedelta(weeks=8)
# Words that say something of somebody's health. The notice says when and what is planned, never why somebody is away.
HEALTH = re.compile(
    r"\b(sick\w*|ill|illness\w*|ill[- ]health|unwell|pregnan\w*|maternity|surgery|depress\w*|anxiety|diagnos\w*|"
    r"medical\w*|mental health|cancer|stress|burn-?out|disab\w*|hospitali[sz]\w*)\b",
    re.IGNORECASE,
)


def check_has_no_health(plan: str) -> None:
    """Nothing about health goes to senior leads. Raises RuleBroken with the word."""
    if found := HEALTH.search(plan):
        raise RuleBroken(
            f"“{found[0]}” says something about somebody’s health. Write what is planned, and not why somebody is away.",
            field="plan",
        )


def check_people(chosen: Collection[UUID], coming: Collection[UUID]) -> None:
    """Those named are among those whose dates cannot be kept. Raises RuleBroken."""
    if not chosen:
        raise RuleBroken("Choose at least one person.", field="people")
    if not set(chosen) <= set(coming):
        raise RuleBroken(
            "For somebody whom you chose a date in time has been booked meanwhile. Look at the list again.",
            field="people",
        )


def is_near(due_on: date, *, on: date) -> bool:
    """Whether a date is close enough to be worth telling."""
    return due_on <= on + LOOK_AHEAD
