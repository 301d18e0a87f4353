"""When something of the folder is due, and in which words. Pure."""

from dataclasses import dataclass
from datetime import date, timedelta
from enum import StrEnum

# The regulator of social workers in England renews every registration of a year at once (R288)
RENEWS_TOGETHER = "Social Work England"
WINDOW_OPENS, WINDOW_CLOSES = (9, 1), (11, 30)
# How long before its last day somebody is told of anything else
LEAD = timedelta(days=56)
LONGEST_LEAD = timedelta(days=91)


class Stands(StrEnum):
    """How one thing of the folder stands; each has its words and colour among the statuses."""

    CURRENT = "folder_current"
    DUE = "folder_due"
    EXPIRED = "folder_expired"
    NO_DATE = "folder_no_date"
    MISSING = "folder_missing"
    NOT_NEEDED = "not_required"


class Stage(StrEnum):
    """When those concerned are told of a last day."""

    BEFORE = "before"
    ON = "on"
    AFTER = "after"


@dataclass(frozen=True, slots=True)
class Standing:
    """How something stands, and why, in a sentence."""

    stands: Stands
    why: str

    @property
    def is_late(self) -> bool:
        """Whether its last day is over."""
        return self.stands is Stands.EXPIRED


def year_before(on: date) -> date:
    """The first day of the twelve months that end with a day."""
    day = on + timedelta(days=1)
    return day.replace(year=day.year - 1, day=28) if (day.month, day.day) == (2, 29) else day.replace(year=day.year - 1)


def asked_from(valid_to: date, *, issuer: str = "") -> date:
    """From which day on a renewal is asked for: the opening of the regulator's window, or eight weeks before."""
    if issuer != RENEWS_TOGETHER:
        return valid_to - LEAD
    opens = valid_to.replace(month=WINDOW_OPENS[0], day=WINDOW_OPENS[1])
    return opens if opens <= valid_to else opens.replace(year=valid_to.year - 1)


def stage_of(valid_to: date, *, on: date, issuer: str = "") -> Stage | None:
    """Which telling a day asks for: before the last day, on it, or after; None while it is far off."""
    if on > valid_to:
        return Stage.AFTER
    if on == valid_to:
        return Stage.ON
    return Stage.BEFORE if on >= asked_from(valid_to, issuer=issuer) else None


def window_words(issuer: str) -> str:
    """When a registration is renewed, where all of them are renewed at one time of the year."""
    return f"{RENEWS_TOGETHER} renews from 1 September to 30 November." if issuer == RENEWS_TOGETHER else ""
