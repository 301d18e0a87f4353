"""The bank holidays of the three divisions of the United Kingdom."""

from datetime import date
from functools import lru_cache

import holidays

from policies.rules.policy import Policy

_SUBDIVISIONS = {"england-and-wales": "ENG", "scotland": "SCT", "northern-ireland": "NIR"}
_YEARS = range(2000, 2061)


@lru_cache(maxsize=3)
def bank_holidays(division: str) -> frozenset[date]:
    """Every bank holiday of a division from 2000 to 2060, those of today's law carried forward."""
    return frozenset(holidays.country_holidays("GB", subdiv=_SUBDIVISIONS[division], years=_YEARS))


def bank_holidays_of(policy: Policy) -> frozenset[date]:
    """Those of the policy's division, and those that the authority added."""
    added = {day.on for day in policy.days_added if day.kind == "bank holiday"}
    return bank_holidays(policy.bank_holidays) | added


def day_off_in_words(policy: Policy, on: date) -> str:
    """What a day off is, "bank holiday" or "closure day", with the reason of one that was added; nothing for another day."""
    if on not in policy.calendar.days_off:
        return ""
    for day in policy.days_added:
        if day.on == on:
            return f"{day.kind}: {day.reason}"
    return "bank holiday" if on in bank_holidays_of(policy) else "closure day"
