"""Words for dates, lengths, meanings and facts."""

import re
import unicodedata
from collections.abc import Mapping
from datetime import date, datetime
from uuid import UUID
from zoneinfo import ZoneInfo

from records.rules import Meaning

LONDON = ZoneInfo("Europe/London")


MEANINGS: Mapping[Meaning, str] = {
    Meaning.AUTHOR: "Wrote and signed",
    Meaning.AGREE: "Agrees this is an accurate record",
    Meaning.SEEN_NOT_AGREED: "Has seen it and does not agree",
    Meaning.DECLINE: "Declined to sign, because",
    Meaning.RETURN: "Returned for correction, because",
    Meaning.CLOSURE: "Not countersigned, because",
}


MASKED_LABEL = "Masked copy: sections about health or conduct are withheld"


NOTHING_SIGNED = "Nobody signed a text of this record. What was being drafted is no part of it, and is kept unread."


REFUSALS = frozenset({Meaning.SEEN_NOT_AGREED, Meaning.DECLINE, Meaning.RETURN, Meaning.CLOSURE})


METHODS = {
    "demo": "demonstration only: chosen from a list, nothing was proved",
    "password": "password",
    "totp": "one-time code",
    "recovery_code": "recovery code",
    "passkey": "passkey",
}


MODES = {"in_person": "In person", "video": "By video", "phone": "By telephone"}


DEPTHS = {"brief": "briefly", "in_depth": "in depth"}


FACT_LABELS = {
    "held_on": "Date",
    "starts": "Began",
    "ends": "Ended",
    "minutes": "Length",
    "mode": "How",
    "last_held_on": "Session before",
    "every": "How often",
    "format": "Format",
    "depth": "How the child was discussed",
    "starts_on": "From",
    "review_on": "To be reviewed by",
    "named_manager": "Manager for disagreements",
    "issued_on": "Issued to the supervisee",
    "for_child_record": "For the child’s record",
}


INTERVAL = re.compile(r"P(?:(\d+)Y)?(?:(\d+)M)?(?:(\d+)W)?(?:(\d+)D)?")


ISO_DATE = re.compile(r"\d{4}-\d{2}-\d{2}")


# Characters that steer the printer and not the reader: controls, and overrides that make text read otherwise than it is
STEERING = re.compile("[\x00-\x08\x0b-\x1f\x7f-\x9f\u202d\u202e\ufff9-\ufffb\ufffe\uffff\ud800-\udfff]")


# Laying out a line takes time with the square of what it could hold, so text without a space or a line end for very
# long is cut into lines: between words where there are any, and never between a letter and its accents
UNBROKEN = re.compile(
    "\\S{500}[\u0300-\u036f\u200d\ufe00-\ufe0f\U0001f3fb-\U0001f3ff]*(?=\\S)|[^\n]{8000}[^\n ]* (?=\\S)"
)


def late_in_words(late: Mapping[str, int]) -> list[tuple[str, str]]:
    """How long after the session the record was entered, when it was not the same day."""
    days, working = late.get("calendar_days") or 0, late.get("working_days") or 0
    if not days:
        return []
    return [("Entered", f"{counted(days, 'day')} ({counted(working, 'working day')}) after")]


def short_number(record: str | UUID) -> str:
    """Ten characters that tell one record from another when people speak of it: the end of its UUID."""
    end = UUID(str(record)).hex[-10:].upper()
    return f"{end[:5]}-{end[5:]}"


def reads_right_to_left(text: str) -> bool:
    """Whether the first letter with a direction is Hebrew, Arabic or the like (Unicode Annex 9, P2 and P3)."""
    for letter in text:
        direction = unicodedata.bidirectional(letter)
        if direction in ("L", "R", "AL"):
            return direction != "L"
    return False


def counted(number: int, thing: str) -> str:
    """A number and its thing in the right form: 1 day, 2 days."""
    return f"{number} {thing}" if number == 1 else f"{number} {thing}s"


def length_in_words(minutes: int) -> str:
    """90 minutes as "1 hour 30 minutes"."""
    hours, rest = divmod(minutes, 60)
    parts = [counted(hours, "hour")] if hours else []
    return " ".join([*parts, *([counted(rest, "minute")] if rest or not hours else [])])


def interval_in_words(interval: str) -> str:
    """An ISO 8601 interval of whole years, months, weeks or days: "P1M" as "Every month"."""
    match = INTERVAL.fullmatch(interval)
    numbers = match.groups() if match else ()
    named = zip(numbers, ("year", "month", "week", "day"), strict=False)
    words = " and ".join(counted(int(number), thing) for number, thing in named if number)
    return f"Every {words.removeprefix('1 ')}" if words else interval


def date_in_words(on: date, *, weekday: bool = True) -> str:
    """A date as people write it: Tuesday 12 January 2027."""
    return f"{on:%A} {on.day} {on:%B %Y}" if weekday else f"{on.day} {on:%B %Y}"


def local_datetime_in_words(value: str) -> str:
    """A local date and time, "2026-11-09T15:00", as people write it."""
    at = datetime.fromisoformat(value)
    return f"{date_in_words(at.date())} at {at:%H:%M}"


def moment_in_words(at: datetime) -> str:
    """A moment in London's time, with the zone's name of that day."""
    local = at.astimezone(LONDON)
    return f"{date_in_words(local.date())} at {local:%H:%M:%S} ({local.tzname()}, London)"


def size_in_words(size: object) -> str:
    """A number of bytes as people read it."""
    if not isinstance(size, int):
        return "size not stated"
    return (
        counted(size, "byte")
        if size < 1024
        else f"{size / 1024:.0f} KB"
        if size < 1024**2
        else f"{size / 1024**2:.1f} MB"
    )
