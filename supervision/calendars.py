"""Calendar entries (RFC 5545, and RFC 5546 for those sent by mail): when supervision is, and nothing about anybody."""

from collections.abc import Iterable
from dataclasses import dataclass
from datetime import datetime, timedelta
from email.mime.text import MIMEText
from enum import StrEnum
from uuid import UUID

from icalendar import Calendar, Event, Timezone, vCalAddress

MAKER = "-//Countersign//Supervision//EN"
TITLE = "Supervision"
FETCH_EVERY = timedelta(hours=1)
# The law of summer time since 1996. icalendar would list a few years one by one, and begin each summer an hour late
LONDON_TIME = """BEGIN:VTIMEZONE
TZID:Europe/London
BEGIN:DAYLIGHT
DTSTART:19960331T010000
RRULE:FREQ=YEARLY;BYMONTH=3;BYDAY=-1SU
TZNAME:BST
TZOFFSETFROM:+0000
TZOFFSETTO:+0100
END:DAYLIGHT
BEGIN:STANDARD
DTSTART:19961027T020000
RRULE:FREQ=YEARLY;BYMONTH=10;BYDAY=-1SU
TZNAME:GMT
TZOFFSETFROM:+0100
TZOFFSETTO:+0000
END:STANDARD
END:VTIMEZONE
""".replace("\n", "\r\n")


class Method(StrEnum):
    """What a mailed entry asks of a calendar."""

    REQUEST = "REQUEST"
    CANCEL = "CANCEL"


@dataclass(frozen=True, slots=True)
class Entry:
    """One session in a calendar. ``sequence`` rises with each change; ``changed_at``: when the last one was made.

    ``place`` is empty unless the person wants it shown; ``address``: of the session's page, behind the sign-in.
    """

    session_id: UUID
    sequence: int
    starts: datetime
    ends: datetime
    cancelled: bool
    changed_at: datetime
    address: str
    place: str = ""

    @property
    def uid(self) -> str:
        """The same for both people, in each mail and each fetch, wherever this service is reached."""
        return f"{self.session_id}@countersign"


def feed(entries: Iterable[Entry]) -> bytes:
    """A whole calendar, as calendars fetch it; the same bytes as long as nothing changed."""
    calendar = _calendar()
    calendar.add("name", TITLE)
    calendar.add("x-wr-calname", TITLE)
    calendar.add("refresh-interval", FETCH_EVERY, parameters={"VALUE": "DURATION"})
    calendar.add("x-published-ttl", FETCH_EVERY)
    for entry in entries:
        calendar.add_component(_event(entry))
    return calendar.to_ical()


def message(entry: Entry, *, method: Method, sender: str, to: str) -> bytes:
    """One entry to send by mail. The two addresses, which the standard asks for, are those that the mail has anyway."""
    calendar = _calendar()
    calendar.add("method", method.value)
    event = _event(entry)
    event.add("organizer", vCalAddress(f"mailto:{sender}"))
    event.add("attendee", vCalAddress(f"mailto:{to}"), parameters={"PARTSTAT": "NEEDS-ACTION", "RSVP": "FALSE"})
    calendar.add_component(event)
    return calendar.to_ical()


def attachment(content: bytes, *, method: Method, number: int) -> MIMEText:
    """The entry as a part of a mail, named so that a mail program offers to put it into the calendar."""
    part = MIMEText(content.decode(), "calendar", "utf-8")
    part.set_param("method", method.value)
    part.add_header("Content-Disposition", "attachment", filename=f"supervision-{number}.ics")
    return part


def _calendar() -> Calendar:
    calendar = Calendar()
    calendar.add("version", "2.0")
    calendar.add("prodid", MAKER)
    calendar.add_component(Timezone.from_ical(LONDON_TIME))
    return calendar


def _event(entry: Entry) -> Event:
    event = Event()
    event.add("uid", entry.uid)
    event.add("dtstamp", entry.changed_at)
    event.add("last-modified", entry.changed_at)
    event.add("sequence", entry.sequence)
    event.add("summary", TITLE)
    event.add("dtstart", entry.starts)
    event.add("dtend", entry.ends)
    event.add("status", "CANCELLED" if entry.cancelled else "CONFIRMED")
    event.add("class", "PRIVATE")
    event.add("transp", "TRANSPARENT" if entry.cancelled else "OPAQUE")
    event.add("url", entry.address)
    if entry.place:
        event.add("location", entry.place)
    return event
