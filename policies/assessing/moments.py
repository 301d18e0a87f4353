"""Days and moments as people write them into facts. Civil time is that of London."""

import re
from datetime import date, datetime, time
from functools import lru_cache
from zoneinfo import ZoneInfo

from core.errors import RuleBroken
from policies.faults import quoted

LONDON = ZoneInfo("Europe/London")
_DAY = re.compile(r"[0-9]{4}-[0-9]{2}-[0-9]{2}")
_MOMENT = re.compile(
    r"[0-9]{4}-[0-9]{2}-[0-9]{2}T[0-9]{2}:[0-9]{2}(:[0-9]{2}(\.[0-9]{1,6})?)?(Z|[+-][0-9]{2}:[0-9]{2})?"
)
# Beyond these a date is a slip of the pen
_YEARS = range(1900, 2200)


@lru_cache(maxsize=50_000)
def read_day(text: str) -> date:
    """``2027-01-20``. Raises RuleBroken with a sentence that quotes anything else."""
    if not _DAY.fullmatch(text):
        raise RuleBroken(f"{quoted(text)} is not a date written as YYYY-MM-DD")
    try:
        day = date.fromisoformat(text)
    except ValueError as error:
        raise RuleBroken(f"{quoted(text)} is a date that does not exist") from error
    if day.year not in _YEARS:
        raise RuleBroken(f"{quoted(text)} is not a date between the years {_YEARS.start} and {_YEARS.stop - 1}")
    return day


@lru_cache(maxsize=50_000)
def read_moment(text: str) -> datetime:
    """A time, in London where it names no zone; or a date, which stands for its last moment. Raises RuleBroken."""
    if _DAY.fullmatch(text):
        return datetime.combine(read_day(text), time.max, LONDON)
    if not _MOMENT.fullmatch(text):
        raise RuleBroken(f"{quoted(text)} is neither a date written as YYYY-MM-DD nor a time as YYYY-MM-DDTHH:MM")
    read_day(text[:10])
    try:
        moment = datetime.fromisoformat(text)
    except ValueError as error:
        raise RuleBroken(f"{quoted(text)} is a time that does not exist") from error
    return moment if moment.tzinfo else moment.replace(tzinfo=LONDON)
