"""The mail of the morning: one a day, kinds and numbers alone, once however often it is asked for, mail down or not."""

import smtplib
from datetime import UTC, date, datetime, time, timedelta
from typing import Any

import pytest
import time_machine
from django.core import mail
from django.core.mail.backends.locmem import EmailBackend
from pytest_django import Settings

from cases.models import Child
from compliance import services, tasks
from compliance.models import Flag, Kind, Night
from notifications import services as notifications
from notifications.models import Mail, Notice, NoticeSettings, Reminder
from outbox.models import Job
from staff.models import Account, StaffMember
from tests.cases_kit import child_with
from tests.diary_kit import booked
from tests.org import Org

MONDAY = date(2026, 11, 23)
TUESDAY = date(2026, 11, 24)


def at(day: date, hour: int = 8, minute: int = 0) -> datetime:
    return datetime(day.year, day.month, day.day, hour, minute, tzinfo=UTC)


class NobodyThere(EmailBackend):
    """A mail server that cannot be reached."""

    def open(self) -> bool:
        raise ConnectionRefusedError("mail.example")


class HangsUp(EmailBackend):
    """A mail server that took the message, or did not: the line went dead before it said."""

    def send_messages(self, messages: Any) -> int:
        super().send_messages(messages)
        raise smtplib.SMTPServerDisconnected("Connection unexpectedly closed")


@pytest.fixture(autouse=True)
def nights(shropshire: Org) -> None:
    """Every night's work was done, and found nothing; the week was told of, but where a test takes that away."""
    Night.objects.bulk_create(
        Night(on=MONDAY + timedelta(days=days), started_at=at(MONDAY + timedelta(days=days), 2), people=9)
        for days in range(-3, 40)
    )
    for account in Account.objects.all():
        NoticeSettings.objects.create(person_id=account.person_id, week_on=MONDAY)


def tell(person: StaffMember, kind: str = "record_to_countersign", key: str = "1") -> Notice:
    return notifications.notify(person_id=person.pk, kind=kind, key=key, path="/records/secret/", at=at(MONDAY, 7))


def flag(subject: StaffMember, due_on: date = date(2026, 10, 31)) -> Flag:
    return Flag.objects.create(
        subject=subject, rule="r", atom=str(due_on), due_on=due_on, raised_on=date(2026, 11, 1), raised_at=at(MONDAY, 2),
        policy="p", why="Canary why.",
    )  # fmt: skip


def own(person: StaffMember, **values: Any) -> None:
    NoticeSettings.objects.filter(person=person).update(**values)


def digest(person: StaffMember, on: date = TUESDAY, moment: datetime | None = None) -> bool:
    return services.send_digest(person_id=person.pk, on=on, at=moment or at(on))


def body() -> str:
    return str(mail.outbox[-1].body)


# What it says


def test_it_lists_kinds_and_numbers_with_links(shropshire: Org, settings: Settings) -> None:
    settings.SITE_URL = "https://c.example"
    tell(shropshire.worker)
    tell(shropshire.worker, key="2")
    tell(shropshire.worker, kind="record_sealed")
    flag(shropshire.worker)

    assert digest(shropshire.worker)

    assert body().startswith(
        "New since the last message\n* 2 records wait for your signature\n* 1 record is signed and sealed\n"
        "  https://c.example/notices/\n\nOverdue\n* 1 supervision session is overdue\n  https://c.example/\n"
    )
    assert mail.outbox[0].to == ["amara.obi@example.org"]


def test_a_supervisor_hears_of_supervisees_as_a_number(shropshire: Org) -> None:
    flag(shropshire.worker)
    flag(shropshire.worker, due_on=date(2026, 9, 30))
    flag(shropshire.outsider)

    digest(shropshire.supervisor)

    assert "* 1 supervision session is overdue" in body()


def child_flag(reference: str, holder: StaffMember, atom: str = "a") -> Flag:
    child = Child.objects.filter(reference=reference).first() or child_with(holder, reference=reference)
    return Flag.objects.create(
        kind=Kind.CHILD, child=child, rule="r", atom=atom, due_on=date(2026, 10, 31), raised_on=date(2026, 11, 1),
        raised_at=at(MONDAY, 2), policy="p", why="Canary why.",
    )  # fmt: skip


def test_it_counts_the_children_of_whoever_holds_or_supervises_and_names_none(shropshire: Org) -> None:
    child_flag("P4711", shropshire.worker)
    child_flag("P4711", shropshire.worker, atom="another condition of the same child")
    child_flag("P4712", shropshire.supervisor)
    child_flag("P4713", shropshire.outsider)

    for person, words in (
        (shropshire.worker, "* 1 child has not been discussed in time"),
        (shropshire.supervisor, "* 2 children have not been discussed in time"),
    ):
        assert digest(person)
        assert words in body()
        assert "P47" not in body()
        assert "Canary" not in body()
    Flag.objects.update(cleared_on=TUESDAY)
    assert not digest(shropshire.worker, on=date(2026, 11, 25)), "once discussed it is no longer counted"


def test_nothing_in_it_tells_whom_or_what_it_is_about(shropshire: Org) -> None:
    own(shropshire.supervisor, week_on=None)
    tell(shropshire.supervisor)
    flag(shropshire.worker)
    session = booked(shropshire.worker, shropshire.supervisor, on=TUESDAY)
    type(session).objects.filter(pk=session.pk).update(place="Canary house", left_over="Canary agenda")

    digest(shropshire.supervisor)

    everything = f"{mail.outbox[0].subject} {body()} {mail.outbox[0].extra_headers}"
    for secret in ("Amara", "Obi", "Priya", "Nair", "AO", "PN", "Canary", "secret", str(session.pk), "2026", "Ash"):
        assert secret not in everything, secret


def test_nothing_to_say_is_no_mail(shropshire: Org) -> None:
    assert not digest(shropshire.worker)

    assert not mail.outbox
    assert not Mail.objects.exists()


def test_what_a_mail_told_of_or_the_person_has_read_is_not_told_again(shropshire: Org) -> None:
    tell(shropshire.worker)
    digest(shropshire.worker)
    read = tell(shropshire.worker, key="2")
    Notice.objects.filter(pk=read.pk).update(read_at=at(MONDAY, 9))

    assert not digest(shropshire.worker, on=date(2026, 11, 25))

    assert Notice.objects.get(key="1").mail == Mail.objects.get()


# Once a day


def test_it_goes_once_however_often_it_is_asked_for(shropshire: Org) -> None:
    tell(shropshire.worker)

    assert digest(shropshire.worker)
    tell(shropshire.worker, key="2")
    assert not digest(shropshire.worker, moment=at(TUESDAY, 9))

    assert len(mail.outbox) == 1
    assert digest(shropshire.worker, on=date(2026, 11, 25)), "the next day tells of what came after"


def test_everybody_is_asked_about_once_a_day_when_their_time_has_come(shropshire: Org) -> None:
    own(shropshire.supervisor, digest_at=time(9))
    own(shropshire.head, daily=False, monday=False)

    early = services.start_digests(at=at(TUESDAY, 7, 45))
    first = services.start_digests(at=at(TUESDAY, 8, 0))
    again = services.start_digests(at=at(TUESDAY, 8, 15))
    later = services.start_digests(at=at(TUESDAY, 9, 0))

    people = Account.objects.count()
    assert (early, first, again, later) == (0, people - 2, 0, 1)
    jobs = Job.objects.filter(task="compliance.tasks.send_digest").values_list("arguments", flat=True)
    assert len({job["person_id"] for job in jobs}) == len(jobs) == people - 1
    assert {job["on"] for job in jobs} == {"2026-11-24"}


def test_in_summer_eight_is_eight_on_the_wall(shropshire: Org) -> None:
    day = date(2027, 3, 30)
    Night.objects.create(on=day, started_at=at(day, 1), people=9)

    assert services.start_digests(at=at(day, 6, 45)) == 0
    assert services.start_digests(at=at(day, 7, 0)) > 0


@pytest.mark.parametrize(
    "day", [date(2026, 11, 28), date(2026, 11, 29), date(2026, 12, 25)], ids=["Saturday", "Sunday", "Christmas"]
)
def test_there_is_none_on_days_off(shropshire: Org, day: date) -> None:
    assert services.start_digests(at=at(day, 8)) == 0
    assert services.start_digests(at=at(day, 12)) == 0


def test_it_waits_for_the_night_which_says_what_is_overdue(shropshire: Org) -> None:
    day = date(2027, 1, 5)
    assert services.start_digests(at=at(day, 8)) == 0
    Night.objects.create(on=day, started_at=at(day, 8), people=9)

    assert services.start_digests(at=at(day, 8)) == 0
    assert services.start_digests(at=at(day, 8, 15)) > 0


def test_somebody_new_has_one_too_without_ever_having_chosen(shropshire: Org) -> None:
    NoticeSettings.objects.all().delete()

    assert services.start_digests(at=at(TUESDAY)) == Account.objects.count() == NoticeSettings.objects.count()


def test_leavers_and_closed_accounts_are_left_out(shropshire: Org) -> None:
    StaffMember.objects.filter(pk=shropshire.worker.pk).update(left_on=TUESDAY)
    Account.objects.filter(person=shropshire.outsider).update(is_active=False)

    assert services.start_digests(at=at(TUESDAY)) == Account.objects.count() - 2
    tell(shropshire.worker)
    assert not digest(shropshire.worker)


def test_a_day_on_which_nothing_ran_is_made_good_on_the_next(shropshire: Org) -> None:
    tell(shropshire.worker)

    with time_machine.travel(at(date(2026, 11, 26), 11), tick=False):
        tasks.start_digests()
        for job in Job.objects.filter(task="compliance.tasks.send_digest"):
            tasks.send_digest(**job.arguments, job=str(job.pk))

    assert [sent.to for sent in mail.outbox] == [["amara.obi@example.org"]]


# Mail down


def test_while_mail_is_down_it_waits_and_then_goes_once(shropshire: Org, settings: Settings) -> None:
    working, settings.EMAIL_BACKEND = settings.EMAIL_BACKEND, f"{__name__}.NobodyThere"
    tell(shropshire.worker)
    flag(shropshire.worker)
    job = Job.objects.create(task="t", arguments={"person_id": str(shropshire.worker.pk), "on": TUESDAY.isoformat()})

    with time_machine.travel(at(TUESDAY), tick=False), pytest.raises(notifications.MailOutOfReach):
        tasks.send_digest(**job.arguments, job=str(job.pk))
    assert not Reminder.objects.exists()

    settings.EMAIL_BACKEND = working
    with time_machine.travel(at(TUESDAY, 10), tick=False):
        tasks.send_digest(**job.arguments, job=str(job.pk))
        tasks.send_digest(**job.arguments)
    job.refresh_from_db()
    assert len(mail.outbox) == 1
    assert job.done_at
    assert Reminder.objects.get().times == 1


def test_a_digest_that_waited_past_its_day_gives_way_to_the_next(shropshire: Org) -> None:
    tell(shropshire.worker)

    assert not digest(shropshire.worker, on=MONDAY, moment=at(TUESDAY, 8))
    assert digest(shropshire.worker, on=TUESDAY)

    assert len(mail.outbox) == 1


def test_a_digest_that_waited_into_quiet_hours_leaves_people_in_peace(shropshire: Org) -> None:
    tell(shropshire.worker)

    assert not digest(shropshire.worker, moment=at(TUESDAY, 19))

    assert not mail.outbox
    assert Notice.objects.untold().exists()


def test_one_of_which_nobody_knows_whether_it_went_is_not_sent_again(shropshire: Org, settings: Settings) -> None:
    working, settings.EMAIL_BACKEND = settings.EMAIL_BACKEND, f"{__name__}.HangsUp"
    tell(shropshire.worker)

    with pytest.raises(smtplib.SMTPServerDisconnected):
        digest(shropshire.worker)

    settings.EMAIL_BACKEND = working
    assert not digest(shropshire.worker)
    assert len(mail.outbox) == 1


# Reminders have an end


def test_of_one_thing_it_reminds_three_times_and_no_more(shropshire: Org) -> None:
    own(shropshire.worker, monday=False)
    flag(shropshire.worker)
    days = [TUESDAY + timedelta(days=number) for number in (0, 1, 2, 3, 6)]

    sent = [digest(shropshire.worker, on=day) for day in days]

    assert sent == [True, True, True, False, False]
    flag(shropshire.supervisor)
    assert digest(shropshire.supervisor, on=days[-1]), "of another thing it begins anew"


def test_the_number_of_reminders_can_be_set(shropshire: Org, settings: Settings) -> None:
    settings.MOST_REMINDERS = 1
    flag(shropshire.worker)

    assert [digest(shropshire.worker, on=day) for day in (TUESDAY, date(2026, 11, 25))] == [True, False]


def test_a_session_that_is_no_longer_overdue_is_no_longer_counted(shropshire: Org) -> None:
    flag(shropshire.worker)
    Flag.objects.update(cleared_on=TUESDAY)

    assert not digest(shropshire.worker)


# The week


def test_the_first_mail_of_a_week_holds_its_sessions_by_day_and_time(shropshire: Org) -> None:
    own(shropshire.supervisor, week_on=date(2026, 11, 16))
    booked(shropshire.worker, shropshire.supervisor, on=TUESDAY)
    booked(shropshire.supervisor, shropshire.team_manager, on=date(2026, 11, 26))
    booked(shropshire.worker, shropshire.supervisor, on=date(2026, 11, 30))

    assert digest(shropshire.supervisor, on=MONDAY)

    assert mail.outbox[0].subject == "Your week in Countersign"
    assert "* 2 sessions of supervision in your diary\n* Tuesday: 9:00\n* Thursday: 9:00\n" in body()
    assert Mail.objects.get().kind == Mail.Kind.MONDAY


def test_it_is_one_mail_with_what_is_new_and_overdue(shropshire: Org) -> None:
    own(shropshire.worker, week_on=None)
    tell(shropshire.worker)
    flag(shropshire.worker)
    booked(shropshire.worker, shropshire.supervisor, on=TUESDAY)

    digest(shropshire.worker, on=MONDAY)

    assert len(mail.outbox) == 1
    assert [heading in body() for heading in ("New since", "Overdue", "This week")] == [True] * 3


def test_it_says_what_falls_due_in_the_week(shropshire: Org) -> None:
    digest(shropshire.worker, on=date(2026, 11, 30))

    assert "* 1 session falls due by Sunday" in body()


def test_it_says_how_many_children_fall_due_in_the_week(shropshire: Org) -> None:
    week = date(2026, 11, 30)
    for discussed in (date(2026, 9, 30), date(2026, 10, 6), date(2026, 10, 7)):
        child_with(shropshire.worker, reference=f"P{discussed:%m%d}", discussed=(date(2026, 8, 3), discussed))
    child_with(shropshire.outsider, discussed=(date(2026, 8, 3), date(2026, 10, 1)))

    for person in (shropshire.worker, shropshire.supervisor):
        assert digest(person, on=week)
        assert "* 2 children fall due for discussion by Sunday" in body(), "30 November and 6 December, not the 7th"
        assert "P1006" not in body()


def test_where_monday_is_a_day_off_it_comes_on_tuesday(shropshire: Org) -> None:
    easter_monday, after = date(2027, 3, 29), date(2027, 3, 30)
    Night.objects.bulk_create(Night(on=day, started_at=at(day, 1), people=9) for day in (easter_monday, after))
    booked(shropshire.worker, shropshire.supervisor, on=date(2027, 4, 1))

    assert services.start_digests(at=at(easter_monday, 12)) == 0
    assert digest(shropshire.worker, on=after)

    assert Mail.objects.get().kind == Mail.Kind.MONDAY


def test_the_rest_of_the_week_has_no_second_one(shropshire: Org) -> None:
    own(shropshire.worker, week_on=None)
    booked(shropshire.worker, shropshire.supervisor, on=date(2026, 11, 27))

    assert digest(shropshire.worker, on=MONDAY)
    tell(shropshire.worker)
    assert digest(shropshire.worker, on=TUESDAY)

    assert "This week" not in body()


# Switches


def test_without_the_daily_one_only_the_week_comes(shropshire: Org) -> None:
    own(shropshire.worker, daily=False)
    tell(shropshire.worker)

    assert not digest(shropshire.worker, on=TUESDAY)
    assert digest(shropshire.worker, on=date(2026, 11, 30)) is True
    assert "New since" in body()


def test_without_the_week_monday_is_a_day_like_others(shropshire: Org) -> None:
    own(shropshire.worker, monday=False, week_on=None)
    tell(shropshire.worker)
    booked(shropshire.worker, shropshire.supervisor, on=TUESDAY)

    digest(shropshire.worker, on=MONDAY)

    assert Mail.objects.get().kind == Mail.Kind.DAILY
    assert "This week" not in body()


def test_without_both_nothing_comes_and_the_notices_stay_in_the_product(shropshire: Org) -> None:
    own(shropshire.worker, daily=False, monday=False)
    tell(shropshire.worker)

    assert not digest(shropshire.worker, on=date(2026, 11, 30))

    assert Notice.objects.unread().count() == 1
