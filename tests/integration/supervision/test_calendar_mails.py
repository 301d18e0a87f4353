"""Calendar entries by mail: each change once, several in one mail, to those whom it concerns, without content."""

import hashlib
from datetime import UTC, date, datetime, time, timedelta
from typing import Any

import pytest
import time_machine
from django.core import mail
from django.core.mail.backends.locmem import EmailBackend
from icalendar import Calendar
from pytest_django import Settings

from notifications.models import Mail, NoticeSettings
from outbox.models import Job
from staff.models import Account, StaffMember
from supervision import services, tasks
from supervision.models import SessionInvitation, SupervisionSession
from supervision.rules import GroupPlan, Times
from tests.diary_kit import booked
from tests.org import Org

NOON = datetime(2026, 11, 9, 12, tzinfo=UTC)
DECEMBER = date(2026, 12, 7)

pytestmark = pytest.mark.req("R030")


class NobodyThere(EmailBackend):
    """A mail server that cannot be reached."""

    def open(self) -> bool:
        raise ConnectionRefusedError("mail.example")


@pytest.fixture(autouse=True)
def own(org: Org) -> None:
    NoticeSettings.objects.bulk_create(
        NoticeSettings(person_id=pk) for pk in StaffMember.objects.values_list("pk", flat=True)
    )


@pytest.fixture
def session(org: Org) -> SupervisionSession:
    session = booked(org.worker, org.supervisor, on=DECEMBER, booked_at=NOON)
    session.place = "Canary house"
    session.left_over = "Canary agenda"
    session.save()
    return session


def tell(*sessions: SupervisionSession, at: datetime = NOON) -> int:
    return services.invite_to_sessions(session_ids=[session.pk for session in sessions], at=at)


def move(session: SupervisionSession, org: Org, *, on: date, at: datetime, by: StaffMember | None = None) -> None:
    services.move_session(
        session_id=session.pk,
        times=Times(on=on, starts=time(9), ends=time(10, 30)),
        actor=org.actor(by or org.supervisor, on=at.date()),
        at=at,
    )


def cancel(session: SupervisionSession, *, by: StaffMember, at: datetime) -> None:
    SupervisionSession.objects.filter(pk=session.pk).update(
        status="cancelled", closed_at=at, cancelled_by=by, cancel_reason="Canary reason"
    )


def sent_to(address: str) -> list[Any]:
    return [message for message in mail.outbox if message.to == [address]]


def entries(message: Any) -> list[tuple[str, Any]]:
    """Method and event of each part of a mail."""
    found: list[tuple[str, Any]] = []
    for part in message.attachments:
        calendar = Calendar.from_ical(part.get_payload(decode=True))
        (event,) = calendar.walk("VEVENT")
        assert part.get_param("method") == calendar["METHOD"]
        found.append((str(calendar["METHOD"]), event))
    return found


def test_both_get_an_entry_when_a_session_is_booked(org: Org, session: SupervisionSession) -> None:
    assert tell(session) == 2

    for address in ("amara.obi@example.org", "priya.nair@example.org"):
        ((method, event),) = entries(sent_to(address)[0])
        assert (method, event["UID"], event["SEQUENCE"]) == ("REQUEST", f"{session.pk}@countersign", 0)
        assert event.start.isoformat() == "2026-12-07T09:00:00+00:00"
        assert event["DTSTART"].params["TZID"] == "Europe/London"
        assert event["ATTENDEE"] == f"mailto:{address}"
    assert set(Mail.objects.values_list("kind", flat=True)) == {"calendar"}


def test_nothing_but_the_time_is_in_it(org: Org, session: SupervisionSession) -> None:
    tell(session)
    cancel(session, by=org.worker, at=NOON)
    tell(session, at=NOON + timedelta(hours=1))

    for message in mail.outbox:
        parts = [part.get_payload(decode=True).decode() for part in message.attachments]
        everything = "".join([str(message.subject), str(message.body), *parts]).replace(message.to[0], "")
        for secret in ("Amara", "Obi", "Priya", "Nair", "amara", "priya", "Canary"):
            assert secret not in everything, secret
    assert len(mail.outbox) == 4


def test_the_place_is_in_it_for_those_who_want_that_alone(org: Org, session: SupervisionSession) -> None:
    NoticeSettings.objects.filter(person=org.worker).update(calendar_place=True)

    tell(session)

    assert entries(sent_to("amara.obi@example.org")[0])[0][1]["LOCATION"] == "Canary house"
    assert "LOCATION" not in entries(sent_to("priya.nair@example.org")[0])[0][1]


def test_a_move_comes_with_a_higher_sequence_and_a_cancellation_with_a_still_higher_one(
    org: Org, session: SupervisionSession
) -> None:
    tell(session)
    move(session, org, on=date(2026, 12, 8), at=NOON + timedelta(hours=1))
    tell(session, at=NOON + timedelta(hours=1))
    cancel(session, by=org.worker, at=NOON + timedelta(hours=2))
    tell(session, at=NOON + timedelta(hours=2))

    found = [entries(message)[0] for message in sent_to("amara.obi@example.org")]
    assert [(method, event["SEQUENCE"], event["STATUS"]) for method, event in found] == [
        ("REQUEST", 0, "CONFIRMED"),
        ("REQUEST", 1, "CONFIRMED"),
        ("CANCEL", 2, "CANCELLED"),
    ]
    assert len({event["UID"] for _, event in found}) == 1
    assert found[1][1].start.date() == date(2026, 12, 8)


def test_a_whole_year_comes_in_one_mail(org: Org) -> None:
    year = [booked(org.worker, org.supervisor, on=date(2027, month, 5), booked_at=NOON) for month in range(1, 13)]

    assert tell(*year) == 2

    (message,) = sent_to("amara.obi@example.org")
    assert len(entries(message)) == len({event["UID"] for _, event in entries(message)}) == 12
    assert "12 calendar entries are attached" in message.body
    summer, winter = entries(message)[6][1], entries(message)[0][1]
    assert (summer.start.utcoffset(), winter.start.utcoffset()) == (timedelta(hours=1), timedelta(0))


def test_each_change_is_told_once_however_often_the_job_runs(session: SupervisionSession) -> None:
    with time_machine.travel(NOON, tick=False):
        tasks.invite_to_sessions(session_ids=[str(session.pk)])
        tasks.invite_to_sessions(session_ids=[str(session.pk)])
    services.send_waiting(at=NOON + timedelta(days=1))

    assert len(mail.outbox) == 2


def test_after_a_sender_died_between_claim_and_note_it_is_not_sent_again(session: SupervisionSession) -> None:
    tell(session)
    SessionInvitation.objects.update(sequence=None, starts=None, ends=None, waits=True)

    services.send_waiting(at=NOON + timedelta(hours=1))

    assert len(mail.outbox) == 2
    assert not SessionInvitation.objects.waiting().exists()


def test_what_is_booked_one_after_the_other_is_gathered(org: Org, session: SupervisionSession) -> None:
    tell(session)
    later = [booked(org.worker, org.supervisor, on=date(2027, 1, day), booked_at=NOON) for day in (5, 12)]
    for number, each in enumerate(later, start=1):
        assert tell(each, at=NOON + timedelta(minutes=number)) == 0

    assert services.send_waiting(at=NOON + timedelta(minutes=5)) == 0
    assert services.send_waiting(at=NOON + timedelta(minutes=10)) == 2

    assert len(entries(sent_to("amara.obi@example.org")[1])) == 2


def test_in_quiet_hours_it_waits_until_they_end(session: SupervisionSession) -> None:
    assert tell(session, at=datetime(2026, 11, 9, 19, 30, tzinfo=UTC)) == 0
    assert services.send_waiting(at=datetime(2026, 11, 10, 7, 25, tzinfo=UTC)) == 0

    assert services.send_waiting(at=datetime(2026, 11, 10, 7, 30, tzinfo=UTC)) == 2


def test_what_was_cancelled_before_anybody_was_told_is_not_told(org: Org, session: SupervisionSession) -> None:
    tell(session, at=datetime(2026, 11, 9, 19, 30, tzinfo=UTC))
    cancel(session, by=org.worker, at=NOON)
    tell(session, at=datetime(2026, 11, 10, 6, tzinfo=UTC))

    assert services.send_waiting(at=datetime(2026, 11, 10, 8, tzinfo=UTC)) == 0

    assert not mail.outbox
    assert not SessionInvitation.objects.waiting().exists()


def test_the_number_of_mails_a_day_holds_for_them_too(org: Org, session: SupervisionSession) -> None:
    NoticeSettings.objects.filter(person=org.worker).update(most_mails=1)
    tell(session)
    other = booked(org.worker, org.supervisor, on=date(2027, 1, 5), booked_at=NOON)
    tell(other, at=NOON + timedelta(hours=1))

    assert len(sent_to("amara.obi@example.org")) == 1
    services.send_waiting(at=NOON + timedelta(days=1))
    assert len(sent_to("amara.obi@example.org")) == 2


def test_who_switched_it_off_gets_none_and_does_not_get_it_later(org: Org, session: SupervisionSession) -> None:
    NoticeSettings.objects.filter(person=org.worker).update(calendar_mails=False)

    assert tell(session) == 1

    NoticeSettings.objects.filter(person=org.worker).update(calendar_mails=True)
    assert services.send_waiting(at=NOON + timedelta(hours=1)) == 0


def test_while_mail_is_down_it_waits_and_then_goes_once(session: SupervisionSession, settings: Settings) -> None:
    working, settings.EMAIL_BACKEND = settings.EMAIL_BACKEND, f"{__name__}.NobodyThere"
    assert tell(session) == 0
    assert services.send_waiting(at=NOON + timedelta(minutes=5)) == 0

    settings.EMAIL_BACKEND = working
    assert services.send_waiting(at=NOON + timedelta(minutes=20)) == 2
    assert services.send_waiting(at=NOON + timedelta(minutes=40)) == 0

    assert len(mail.outbox) == 2


def test_who_no_longer_supervises_it_loses_the_entry_and_learns_no_new_time(
    org: Org, session: SupervisionSession
) -> None:
    tell(session)
    SupervisionSession.objects.filter(pk=session.pk).update(supervisor=org.outsider, on=date(2026, 12, 9))

    tell(session, at=NOON + timedelta(hours=1))

    ((method, event),) = entries(sent_to("priya.nair@example.org")[1])
    assert (method, event.start.date()) == ("CANCEL", DECEMBER)
    ((method, event),) = entries(sent_to("oscar.reed@example.org")[0])
    assert (method, event.start.date()) == ("REQUEST", date(2026, 12, 9))


def test_of_a_session_that_has_passed_nobody_is_told(session: SupervisionSession) -> None:
    assert tell(session, at=datetime(2026, 12, 7, 11, tzinfo=UTC)) == 0


def test_somebody_without_an_account_that_works_gets_none(org: Org, session: SupervisionSession) -> None:
    Account.objects.filter(person=org.worker).update(is_active=False)

    assert tell(session) == 1


def test_booking_moving_and_cancelling_ask_for_it(org: Org) -> None:
    actor = org.actor(org.supervisor)
    times = Times(on=DECEMBER, starts=time(9), ends=time(10, 30))
    made = services.book_session(
        supervisee_id=org.worker.pk, times=times, mode="in_person", place="", actor=actor, at=NOON
    )
    move(made, org, on=date(2026, 12, 8), at=NOON)

    asked = Job.objects.filter(task="supervision.tasks.invite_to_sessions").values_list("arguments", flat=True)
    assert list(asked) == [{"session_ids": [str(made.pk)]}] * 2


def test_keys_in_the_log_tell_nothing(session: SupervisionSession) -> None:
    tell(session)

    expected = hashlib.sha256(f"{session.pk} 0 REQUEST".encode()).hexdigest()
    assert set(Mail.objects.values_list("key", flat=True)) == {f"calendar {expected}"}


# Groups


@pytest.mark.req("R065")
def test_everybody_in_a_group_is_told_when_and_whoever_is_taken_off_is_told_that(shropshire: Org) -> None:
    actor = shropshire.actor(shropshire.supervisor)
    [group] = services.book_groups(
        plan=GroupPlan("Canary group", "combined", facilitator_id=shropshire.supervisor.pk, place="Canary house"),
        dates=[Times(DECEMBER, time(9), time(10, 30))],
        members={shropshire.worker.pk},
        actor=actor,
        at=NOON,
    )
    jobs = Job.objects.filter(task="supervision.tasks.invite_to_groups").values_list("arguments", flat=True)
    assert [each["group_ids"] for each in jobs] == [[str(group.pk)]]

    assert services.invite_to_groups(group_ids=[group.pk], at=NOON) == 2
    assert services.invite_to_groups(group_ids=[group.pk], at=NOON + timedelta(hours=1)) == 0
    services.change_members(
        group_id=group.pk,
        remove={shropshire.worker.pk},
        roles={},
        add_id=shropshire.outsider.pk,
        later=False,
        actor=actor,
        at=NOON,
    )
    assert services.invite_to_groups(group_ids=[group.pk], at=NOON + timedelta(hours=2)) == 2

    asked = [[method for method, _ in entries(message)] for message in sent_to("amara.obi@example.org")]
    assert asked == [["REQUEST"], ["CANCEL"]]
    assert [method for method, _ in entries(sent_to("oscar.reed@example.org")[0])] == ["REQUEST"]
    assert not any("Canary" in str(message.message()) for message in mail.outbox)
