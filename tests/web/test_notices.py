"""Notices in the product: one's own, read and unread, the number in the header; what was mailed; one's choices."""

from datetime import UTC, datetime, time, timedelta

import pytest
from django.urls import reverse
from pytest_django import DjangoAssertNumQueries

from notifications import services
from notifications.models import Mail, Notice, NoticeSettings
from staff.models import StaffMember
from tests.org import Org, SignIn
from trail.models import Entry

NOON = datetime(2026, 11, 9, 12, tzinfo=UTC)
NOTICES, READ = reverse("notifications:notices"), reverse("notifications:notices-read")
SETTINGS, MAILS = reverse("notifications:settings"), reverse("notifications:mails")
CHOICES = {
    "daily": "on",
    "digest_at": "8.30",
    "quiet_from": "7pm",
    "quiet_until": "7:30",
    "most_mails": "5",
    "calendar_place": "on",
}


def tell(person: StaffMember, key: str = "1", path: str = "/people/", at: datetime = NOON) -> Notice:
    return services.notify(person_id=person.pk, kind="record_to_countersign", key=key, path=path, at=at)


def test_notices_are_listed_newest_first_with_the_unread_marked(org: Org, sign_in: SignIn) -> None:
    old = tell(org.worker)
    Notice.objects.filter(pk=old.pk).update(read_at=NOON)
    new = tell(org.worker, key="2", at=NOON + timedelta(days=1))
    tell(org.supervisor)

    page = sign_in(org.worker).get(NOTICES).content.decode()

    assert page.index(str(new.pk)) < page.index(str(old.pk))
    assert page.count("A record waits for your signature</button>") == 2
    assert page.count(">New<") == 1
    assert "Tuesday 10 November 2026 at 12:00" in page


def test_the_header_says_how_many_are_unread_and_asks_no_query_more(
    org: Org, sign_in: SignIn, django_assert_num_queries: DjangoAssertNumQueries
) -> None:
    client = sign_in(org.worker)
    with django_assert_num_queries(6):
        without = client.get(reverse("staff:directory")).content.decode()
    for key in "123":
        tell(org.worker, key=key)

    with django_assert_num_queries(6):
        page = client.get(reverse("staff:directory")).content.decode()

    assert "unread" not in without
    assert '3<span class="govuk-visually-hidden"> unread</span>' in page


def test_an_invitation_is_none_to_read(org: Org, sign_in: SignIn) -> None:
    Notice.objects.create(person=org.worker, kind="invitation", key="1", path="/", created_at=NOON)

    page = sign_in(org.worker).get(NOTICES).content.decode()

    assert "Notices will be here" in page
    assert "unread" not in page


def test_opening_one_leads_to_its_page_and_marks_it_as_read(org: Org, sign_in: SignIn) -> None:
    notice = tell(org.worker)

    response = sign_in(org.worker).post(reverse("notifications:notice-open", args=[notice.pk]))

    assert (response.status_code, response.headers["Location"]) == (302, "/people/")
    notice.refresh_from_db()
    assert notice.read_at


def test_one_can_be_marked_as_read_without_opening_it(org: Org, sign_in: SignIn) -> None:
    notice = tell(org.worker)

    response = sign_in(org.worker).post(reverse("notifications:notice-open", args=[notice.pk]), {"stay": "1"})

    assert response.headers["Location"] == NOTICES
    assert not Notice.objects.unread().exists()


def test_another_persons_notice_is_not_there(org: Org, sign_in: SignIn) -> None:
    notice = tell(org.worker)

    response = sign_in(org.supervisor).post(reverse("notifications:notice-open", args=[notice.pk]))

    assert response.status_code == 404
    assert Notice.objects.unread().exists()


def test_all_are_marked_but_for_those_that_came_after_the_page(org: Org, sign_in: SignIn) -> None:
    tell(org.worker)
    later = tell(org.worker, key="2", at=NOON + timedelta(hours=1))
    tell(org.supervisor)

    sign_in(org.worker).post(READ, {"until": NOON.isoformat()})

    assert list(Notice.objects.filter(person=org.worker).unread()) == [later]
    assert Notice.objects.filter(person=org.supervisor).unread().exists()


@pytest.mark.parametrize("until", ["", "yesterday", "2026-11-09T12:00:00"])
def test_without_a_moment_that_can_be_read_all_are_marked(org: Org, sign_in: SignIn, until: str) -> None:
    tell(org.worker)

    sign_in(org.worker).post(READ, {"until": until})

    assert not Notice.objects.unread().exists()


def test_the_pages_ask_few_queries_however_many_there_are(
    org: Org, sign_in: SignIn, django_assert_max_num_queries: DjangoAssertNumQueries
) -> None:
    for number in range(60):
        tell(org.worker, key=str(number))
        Mail.objects.create(person=org.worker, kind="daily", key=str(number), created_at=NOON, claimed_at=NOON)
    client = sign_in(org.worker)

    for address in (NOTICES, MAILS, SETTINGS, f"{NOTICES}?page=3"):
        with django_assert_max_num_queries(6):
            client.get(address)


# What was mailed


def test_the_log_shows_kinds_and_moments_of_ones_own_mails(org: Org, sign_in: SignIn) -> None:
    Mail.objects.create(person=org.worker, kind="daily", key="1", created_at=NOON, claimed_at=NOON, sent_at=NOON)
    Mail.objects.create(person=org.worker, kind="calendar", key="2", created_at=NOON, claimed_at=NOON)
    Mail.objects.create(person=org.worker, kind="monday", key="3", created_at=NOON)
    Mail.objects.create(person=org.supervisor, kind="security", key="4", created_at=NOON, claimed_at=NOON)

    page = sign_in(org.worker).get(MAILS).content.decode()

    assert "2 messages" in page
    assert "The morning&#x27;s summary" in page
    assert "Perhaps: the line broke off." in page
    assert "The week&#x27;s summary" not in page
    assert "About signing in" not in page


def test_before_the_first_mail_the_log_says_what_will_be_there(org: Org, sign_in: SignIn) -> None:
    assert "will be listed here" in sign_in(org.worker).get(MAILS).content.decode()


# Choices


def test_who_never_chose_sees_the_usual_choices(org: Org, sign_in: SignIn) -> None:
    form = sign_in(org.worker).get(SETTINGS).context["form"]

    assert form.initial == {
        "daily": True,
        "monday": True,
        "digest_at": time(8),
        "at_once": False,
        "quiet_from": time(19),
        "quiet_until": time(7, 30),
        "quiet_weekends": True,
        "most_mails": 3,
        "calendar_mails": True,
        "calendar_place": False,
    }


def test_choices_are_kept(org: Org, sign_in: SignIn) -> None:
    client = sign_in(org.worker)

    response = client.post(SETTINGS, CHOICES, follow=True)

    assert "Your choices are saved." in response.content.decode()
    own = NoticeSettings.objects.get()
    assert (own.person, own.daily, own.monday, own.at_once) == (org.worker, True, False, False)
    assert (own.digest_at, own.quiet_from, own.quiet_until) == (time(8, 30), time(19), time(7, 30))
    assert (own.quiet_weekends, own.most_mails, own.calendar_mails, own.calendar_place) == (False, 5, False, True)
    assert Entry.objects.filter(verb="notices.settings_changed", about_id=org.worker.pk).exists()


@pytest.mark.parametrize(
    ("changed", "sentence"),
    [
        ({"digest_at": "6:00"}, "This time lies in your quiet hours. Choose a later one."),
        ({"digest_at": "soon"}, "Enter a time of the day, such as 8:00 or 7:30pm."),
        ({"quiet_from": ""}, "Enter a time, such as 8:00."),
        ({"most_mails": "0"}, "Enter 1 or more. To get none, take away the ticks above."),
        ({"most_mails": "21"}, "Enter 20 or fewer."),
        ({"most_mails": "many"}, "Enter a number in figures, such as 3."),
    ],
)
def test_what_cannot_be_is_said_beside_its_field_and_nothing_typed_is_lost(
    org: Org, sign_in: SignIn, changed: dict[str, str], sentence: str
) -> None:
    response = sign_in(org.worker).post(SETTINGS, CHOICES | changed)

    page = response.content.decode()
    (field,) = changed
    assert response.context["form"].errors == {field: [sentence]}
    assert page.count(sentence) == 2
    assert 'value="7pm"' in page or "quiet_from" in changed
    assert not NoticeSettings.objects.exists()


def test_nobody_elses_choices_can_be_reached(org: Org, sign_in: SignIn) -> None:
    NoticeSettings.objects.create(person=org.supervisor, most_mails=7)

    sign_in(org.worker).post(SETTINGS, CHOICES)

    assert NoticeSettings.objects.get(person=org.supervisor).most_mails == 7
