"""Calendar entries: as the standard has them, in London's time, with nothing about anybody."""

from dataclasses import replace
from datetime import UTC, datetime, timedelta
from typing import Any
from uuid import UUID
from zoneinfo import ZoneInfo

import pytest
from icalendar import Calendar

from supervision import calendars
from supervision.calendars import Entry, Method

LONDON = ZoneInfo("Europe/London")
ENTRY = Entry(
    session_id=UUID("0198a000-0000-7000-8000-000000000001"),
    sequence=2,
    starts=datetime(2026, 12, 7, 10, tzinfo=LONDON),
    ends=datetime(2026, 12, 7, 11, 30, tzinfo=LONDON),
    cancelled=False,
    changed_at=datetime(2026, 11, 9, 12, tzinfo=UTC),
    address="https://c.example/supervision/sessions/0198a000-0000-7000-8000-000000000001/",
)

pytestmark = pytest.mark.req("R030")


def lines(content: bytes) -> list[str]:
    return content.decode().replace("\r\n ", "").split("\r\n")


def test_an_entry_says_when_and_nothing_else() -> None:
    content = calendars.feed([ENTRY])

    found = lines(content)
    event = found[found.index("BEGIN:VEVENT") + 1 : found.index("END:VEVENT")]
    assert sorted(event) == sorted(
        [
            "UID:0198a000-0000-7000-8000-000000000001@countersign",
            "DTSTAMP:20261109T120000Z",
            "LAST-MODIFIED:20261109T120000Z",
            "SEQUENCE:2",
            "SUMMARY:Supervision",
            "DTSTART;TZID=Europe/London:20261207T100000",
            "DTEND;TZID=Europe/London:20261207T113000",
            "STATUS:CONFIRMED",
            "CLASS:PRIVATE",
            "TRANSP:OPAQUE",
            "URL:https://c.example/supervision/sessions/0198a000-0000-7000-8000-000000000001/",
        ]
    )


def test_the_same_sessions_give_the_same_bytes() -> None:
    assert calendars.feed([ENTRY]) == calendars.feed([ENTRY])
    assert calendars.feed([ENTRY]) != calendars.feed([replace(ENTRY, sequence=3)])


def test_a_cancelled_session_stays_and_says_so() -> None:
    (event,) = Calendar.from_ical(calendars.feed([replace(ENTRY, cancelled=True)])).walk("VEVENT")

    assert (event["STATUS"], event["TRANSP"]) == ("CANCELLED", "TRANSPARENT")


def test_a_place_is_escaped_and_long_lines_are_folded() -> None:
    place = "Room 3; first floor, left\nBEGIN:VALARM " + "é" * 100

    content = calendars.feed([replace(ENTRY, place=place)])

    assert all(len(line) <= 75 for line in content.split(b"\r\n"))
    assert b"\r\nBEGIN:VALARM" not in content
    (event,) = Calendar.from_ical(content).walk("VEVENT")
    assert str(event["LOCATION"]) == place


@pytest.mark.parametrize("year", range(2024, 2036))
def test_the_time_zone_changes_when_london_does(year: int) -> None:
    zone: Any
    (zone,) = Calendar.from_ical(calendars.feed([])).walk("VTIMEZONE")
    theirs = zone.to_tz()

    moment = datetime(year, 1, 1, tzinfo=UTC)
    while moment.year == year:
        assert moment.astimezone(theirs).utcoffset() == moment.astimezone(LONDON).utcoffset(), moment
        moment += timedelta(hours=1)


def test_a_mailed_entry_names_the_two_addresses_of_the_mail_alone() -> None:
    content = calendars.message(ENTRY, method=Method.REQUEST, sender="service@c.example", to="amara@c.example")

    calendar = Calendar.from_ical(content)
    (event,) = calendar.walk("VEVENT")
    assert calendar["METHOD"] == "REQUEST"
    assert (event["ORGANIZER"], event["ATTENDEE"]) == ("mailto:service@c.example", "mailto:amara@c.example")
    assert not {"CN", "ROLE"} & set(event["ATTENDEE"].params)


def test_the_part_of_a_mail_says_what_it_asks_of_a_calendar() -> None:
    part = calendars.attachment(calendars.feed([ENTRY]), method=Method.CANCEL, number=3)

    assert part.get_content_type() == "text/calendar"
    assert (part.get_param("method"), part.get_filename()) == ("CANCEL", "supervision-3.ics")
    assert part.get_payload(decode=True) == calendars.feed([ENTRY])
