"""The bank holidays of the three divisions of the United Kingdom."""

from datetime import date
from functools import lru_cache

import holidays

_SUBDIVISIONS = {"england-and-wales": "ENG", "scotland": "SCT", "northern-ireland": "NIR"}
_YEARS = range(2000, 2061)


@lru_cache(maxsize=3)
def bank_holidays(division: str) -> frozenset[date]:
    """Every bank holiday of a division from 2000 to 2060, those of today's law carried forward."""
    return frozenset(holidays.country_holidays("GB", subdiv=_SUBDIVISIONS[division], years=_YEARS))
