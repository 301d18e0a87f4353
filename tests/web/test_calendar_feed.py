"""The private address of a calendar: shown once, works without a sign-in, can be made anew and stopped."""

import hashlib
import re
from datetime import UTC, date, datetime, time
from typing import Any

import pytest
import time_machine
from django.test import Client
from django.urls import reverse
from icalendar import Calendar
from pytest_django import DjangoAssertNumQueries, Settings

from notifications.models import CalendarFeed, NoticeSettings
from staff.models import Account, StaffMember, SupervisionRelationship
from supervision import services
from supervision.models import SupervisionSession
from supervision.rules import Times
from supervision.views import calendar
from tests.diary_kit import booked, held
from tests.org import Org, SignIn
from trail.models import Entry

MAKE, STOP = reverse("supervision:calendar-make"), reverse("supervision:calendar-stop")
NOON = datetime(2026, 11, 9, 12, tzinfo=UTC)

pytestmark = pytest.mark.req("R030")


@pytest.fixture(autouse=True)
def at_noon() -> Any:
    with time_machine.travel(NOON, tick=False):
        yield


def make(person: StaffMember, sign_in: SignIn) -> str:
    """A new address, as the page shows it."""
    page = sign_in(person).post(MAKE).content.decode()
    found = re.search(r'value="http[^"]*?(/supervision/calendar/[\w-]{43}\.ics)"', page)
    assert found
    return found[1]


def events(address: str) -> list[Any]:
    response = Client().get(address)
    assert response.status_code == 200, response.status_code
    return list(Calendar.from_ical(response.content).walk("VEVENT"))


def test_it_holds_the_sessions_of_both_roles_and_of_nobody_else(org: Org, sign_in: SignIn) -> None:
    own = booked(org.supervisor, org.team_manager, on=date(2026, 12, 1))
    given = booked(org.worker, org.supervisor, on=date(2026, 12, 8))
    past = held(org.worker, org.supervisor, on=date(2026, 10, 5))
    booked(org.team_manager, org.head, on=date(2026, 12, 2))
    held(org.worker, org.supervisor, on=date(2026, 5, 5))

    found = events(make(org.supervisor, sign_in))

    assert [event["UID"] for event in found] == [f"{session.pk}@countersign" for session in (past, own, given)]
    assert {str(event["SUMMARY"]) for event in found} == {"Supervision"}
    assert found[2].start.isoformat() == "2026-12-08T09:00:00+00:00"


def test_it_is_a_calendar_that_nobody_keeps_a_copy_of(org: Org, sign_in: SignIn) -> None:
    response = Client().get(make(org.worker, sign_in))

    assert response.headers["Content-Type"] == "text/calendar; charset=utf-8"
    assert "no-store" in response.headers["Cache-Control"]
    assert b"REFRESH-INTERVAL;VALUE=DURATION:PT1H" in response.content


def test_nothing_personal_is_in_it(org: Org, sign_in: SignIn) -> None:
    session = booked(org.worker, org.supervisor, on=date(2026, 12, 8))
    SupervisionSession.objects.filter(pk=session.pk).update(
        status="cancelled",
        closed_at=NOON,
        cancelled_by=org.worker,
        cancel_reason="Canary reason",
        place="Canary house",
        urgent_issues="Canary issue",
    )

    content = Client().get(make(org.worker, sign_in)).content.decode()

    for secret in ("Amara", "Obi", "Priya", "Nair", "amara", "priya", "Canary", str(org.worker.pk), "Ash"):
        assert secret not in content, secret
    assert "STATUS:CANCELLED" in content


def test_the_place_is_in_it_once_the_person_wants_that(org: Org, sign_in: SignIn) -> None:
    session = booked(org.worker, org.supervisor, on=date(2026, 12, 8))
    SupervisionSession.objects.filter(pk=session.pk).update(place="Room 3; east, \nfirst floor")
    address = make(org.worker, sign_in)
    assert "LOCATION" not in events(address)[0]

    NoticeSettings.objects.create(person=org.worker, calendar_place=True)

    assert str(events(address)[0]["LOCATION"]) == "Room 3; east, \nfirst floor"


def test_a_moved_session_keeps_its_name_and_its_sequence_rises(org: Org, sign_in: SignIn) -> None:
    session = booked(org.worker, org.supervisor, on=date(2026, 12, 8))
    address = make(org.worker, sign_in)
    before = events(address)[0]

    services.move_session(
        session_id=session.pk,
        times=Times(on=date(2026, 12, 9), starts=time(14), ends=time(15)),
        actor=org.actor(org.supervisor),
        at=NOON,
    )

    (after,) = events(address)
    assert (before["UID"], before["SEQUENCE"], after["UID"], after["SEQUENCE"]) == (after["UID"], 0, before["UID"], 1)
    assert after.start.isoformat() == "2026-12-09T14:00:00+00:00"


def test_summer_and_winter_keep_the_clock_on_the_wall(org: Org, sign_in: SignIn) -> None:
    for day in (date(2027, 3, 26), date(2027, 3, 30)):
        booked(org.worker, org.supervisor, on=day)

    content = Client().get(make(org.worker, sign_in)).content.decode()

    assert "DTSTART;TZID=Europe/London:20270326T090000" in content
    assert "DTSTART;TZID=Europe/London:20270330T090000" in content


def test_a_new_address_ends_the_old_one_and_only_digests_are_kept(org: Org, sign_in: SignIn) -> None:
    old = make(org.worker, sign_in)
    new = make(org.worker, sign_in)

    assert [Client().get(address).status_code for address in (old, new)] == [404, 200]
    secret = new.split("/")[-1].removesuffix(".ics")
    assert CalendarFeed.objects.live().get().digest == hashlib.sha256(secret.encode()).hexdigest()
    assert secret not in str(list(CalendarFeed.objects.values())) + str(list(Entry.objects.values()))
    assert Entry.objects.filter(verb="calendar.address_made", about_id=org.worker.pk).count() == 2


def test_it_is_shown_once(org: Org, sign_in: SignIn) -> None:
    secret = make(org.worker, sign_in).split("/")[-1]

    page = sign_in(org.worker).get(reverse("notifications:settings")).content.decode()

    assert secret not in page
    assert "Your calendar has an address since Monday 9 November 2026 at 12:00." in page
    assert "Make a new address" in page


def test_it_can_be_stopped(org: Org, sign_in: SignIn) -> None:
    address = make(org.worker, sign_in)

    page = sign_in(org.worker).post(STOP, follow=True).content.decode()

    assert "The address works no more." in page
    assert Client().get(address).status_code == 404
    assert "Your calendar has no address at present." in sign_in(org.worker).post(STOP, follow=True).content.decode()


def test_a_leaver_and_a_closed_account_have_none(org: Org, sign_in: SignIn) -> None:
    address = make(org.worker, sign_in)

    Account.objects.filter(person=org.worker).update(is_active=False)
    assert Client().get(address).status_code == 404
    Account.objects.filter(person=org.worker).update(is_active=True)
    StaffMember.objects.filter(pk=org.worker.pk).update(left_on=date(2026, 11, 9))
    assert Client().get(address).status_code == 404


def test_who_no_longer_supervises_sees_the_sessions_no_more(org: Org, sign_in: SignIn) -> None:
    booked(org.worker, org.supervisor, on=date(2026, 12, 8))
    address = make(org.supervisor, sign_in)
    assert len(events(address)) == 1

    SupervisionRelationship.objects.filter(supervisee=org.worker).update(ends_on=date(2026, 11, 9))

    assert events(address) == []


def test_it_is_fetched_so_often_an_hour_and_the_log_never_holds_the_secret(
    org: Org, sign_in: SignIn, monkeypatch: pytest.MonkeyPatch, caplog: pytest.LogCaptureFixture
) -> None:
    monkeypatch.setattr(calendar, "FETCHES_AN_HOUR", 2)
    address = make(org.worker, sign_in)
    other = make(org.supervisor, sign_in)

    answers = [Client().get(address) for _ in range(3)]

    assert [answer.status_code for answer in answers] == [200, 200, 429]
    assert answers[2].headers["Retry-After"] == "3600"
    assert Client().get(other).status_code == 200, "each has a number of its own"
    assert Client(enforce_csrf_checks=True).generic("PROPFIND", address).status_code == 405
    assert Client(enforce_csrf_checks=True).post(address).status_code == 405
    CalendarFeed.objects.update(revoked_at=NOON)
    assert Client().get(address).status_code == 404
    assert address.split("/")[-1] not in caplog.text


def test_it_works_while_the_cache_is_out_of_reach(org: Org, sign_in: SignIn, settings: Settings) -> None:
    address = make(org.worker, sign_in)
    settings.CACHES = {"default": settings.CACHES["default"] | {"LOCATION": "redis://127.0.0.1:1/0"}}

    assert Client().get(address).status_code == 200


def test_guessing_is_limited(db: None, client: Client, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(calendar, "MISSES_AN_HOUR", 2)

    answers = [client.get(reverse("supervision:calendar-feed", args=[f"guess{number}"])) for number in range(3)]

    assert [answer.status_code for answer in answers] == [404, 404, 429]


def test_it_asks_few_queries_however_many_sessions_there_are(
    org: Org, sign_in: SignIn, django_assert_num_queries: DjangoAssertNumQueries
) -> None:
    for day in range(1, 25):
        booked(org.worker, org.supervisor, on=date(2027, 1, day))
    address = make(org.supervisor, sign_in)

    with django_assert_num_queries(7):
        assert len(events(address)) == 24
