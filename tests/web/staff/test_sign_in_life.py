"""How long somebody stays signed in: decided by the server, by what the person does and not by what a page does alone."""

from collections.abc import Generator
from datetime import UTC, datetime, timedelta

import pytest
import time_machine
from django.conf import settings as project
from django.test import Client
from pytest_django import Settings

from core.actor import Role
from staff import services
from staff.models import Account, SignIn, StaffMember
from staff.rules import sign_in_ends_at
from staff.tasks import forget_sign_ins
from tests.org import Org, sign_in_as
from trail.models import Entry

NOON = datetime(2026, 11, 9, 12, tzinfo=UTC)
STAY = "/account/stay/"
AUTOMATIC = {"x-countersign-automatic": "1"}


@pytest.fixture
def clock() -> Generator[time_machine.Traveller]:
    with time_machine.travel(NOON, tick=False) as traveller:
        yield traveller


@pytest.fixture
def client(clock: time_machine.Traveller, org: Org) -> Client:
    return sign_in_as(org.worker)


def after(clock: time_machine.Traveller, **passed: float) -> None:
    clock.shift(timedelta(**passed))


def is_in(client: Client, **headers: str) -> bool:
    return client.get("/people/", headers=headers).status_code == 200


@pytest.mark.req("R103")
def test_twenty_minutes_without_anything_done_end_it(clock: time_machine.Traveller, client: Client, org: Org) -> None:
    after(clock, minutes=19, seconds=59)
    assert is_in(client)
    after(clock, minutes=20)

    response = client.get("/people/?q=amara")

    assert response.headers["location"] == "/demo/sign-in/?next=/people/%3Fq%3Damara"
    assert Entry.objects.get(verb="account.sign_in_ended").about_id == org.worker.pk
    assert not SignIn.objects.filter(account__person=org.worker).exists(), "ended on the server, too"


def test_the_minutes_are_a_setting(clock: time_machine.Traveller, client: Client, settings: Settings) -> None:
    settings.SESSION_IDLE_MINUTES = 15
    after(clock, minutes=15)

    assert not is_in(client)


@pytest.mark.req("R103")
def test_what_a_page_does_by_itself_keeps_nobody_signed_in(clock: time_machine.Traveller, client: Client) -> None:
    for _ in range(4):
        after(clock, minutes=4)
        assert is_in(client, **AUTOMATIC)
        assert client.get(STAY, headers=AUTOMATIC).json()["person"]
        assert client.get(f"{STAY}?followed").json()["person"]
    after(clock, minutes=4)

    assert not is_in(client)


def test_control_what_somebody_does_keeps_them_signed_in(clock: time_machine.Traveller, client: Client) -> None:
    for _ in range(6):
        after(clock, minutes=19)
        assert is_in(client)


def test_twelve_hours_end_it_whatever_is_done(clock: time_machine.Traveller, client: Client) -> None:
    for _ in range(47):
        after(clock, minutes=15)
        assert is_in(client)
    told = client.post(STAY).json()
    assert (told["ends_in"], told["is_last"]) == (15 * 60, True)
    after(clock, minutes=15)

    assert not is_in(client)


def test_staying_puts_the_end_off_and_asking_does_not(clock: time_machine.Traveller, client: Client) -> None:
    after(clock, minutes=18, seconds=30)
    assert client.get(STAY, headers=AUTOMATIC).json()["ends_in"] == 90

    assert client.post(STAY).json()["ends_in"] == 20 * 60


def test_signed_out_the_page_s_question_is_answered_all_the_same(client: Client, org: Org) -> None:
    answer = Client().get(STAY, headers=AUTOMATIC)

    assert (answer.status_code, answer.json()["person"], answer.json()["ends_in"]) == (200, "", 0)
    assert "no-store" in answer.headers["cache-control"]
    assert client.get(STAY).json()["name"] == org.worker.name


def test_each_page_says_when_it_ends_and_pages_of_nobody_say_nothing(
    clock: time_machine.Traveller, client: Client
) -> None:
    page = client.get("/people/").content.decode()

    assert 'data-ends-in="1200"' in page
    assert "data-sign-in-life" not in Client().get("/account/login/").content.decode()


def test_what_is_over_is_forgotten_every_night(clock: time_machine.Traveller, client: Client, org: Org) -> None:
    after(clock, hours=11)
    sign_in_as(org.supervisor)
    forget_sign_ins()
    assert SignIn.objects.filter(account__person=org.worker).exists()

    after(clock, hours=1)
    forget_sign_ins()

    assert set(SignIn.objects.values_list("account__person__name", flat=True)) == {"Priya Nair"}
    assert "staff.tasks.forget_sign_ins" in {entry["task"] for entry in project.CELERY_BEAT_SCHEDULE.values()}


def test_most_requests_write_nothing(clock: time_machine.Traveller, client: Client) -> None:
    before = SignIn.objects.get(account__person__name="Amara Obi").active_at
    after(clock, seconds=19)
    is_in(client)
    assert SignIn.objects.get(account__person__name="Amara Obi").active_at == before
    after(clock, seconds=1)
    is_in(client)

    assert SignIn.objects.get(account__person__name="Amara Obi").active_at == NOON + timedelta(seconds=20)


def test_noting_it_writes_over_nothing_that_another_request_changed(
    clock: time_machine.Traveller, client: Client
) -> None:
    after(clock, minutes=1)
    other = client.session
    other["hat"] = "hr"
    other.save()

    is_in(client)

    assert client.session["hat"] == "hr"


def test_somebody_else_in_the_same_browser_begins_anew(clock: time_machine.Traveller, client: Client, org: Org) -> None:
    after(clock, minutes=19)

    client.post("/demo/sign-in/", {"person": org.outsider.pk})

    row = SignIn.objects.get(account__person=org.outsider)
    assert (row.began_at, row.active_at) == (NOON + timedelta(minutes=19),) * 2
    assert not SignIn.objects.filter(account__person=org.worker).exists()


@pytest.mark.req("R103")
def test_signing_out_ends_it_on_the_server_and_clears_the_browser(client: Client) -> None:
    cookie = client.cookies[project.SESSION_COOKIE_NAME].value

    response = client.post("/account/logout/")

    assert response.headers["clear-site-data"] == '"cache", "storage"'
    stolen = Client()
    stolen.cookies[project.SESSION_COOKIE_NAME] = cookie
    assert not is_in(stolen)
    assert "clear-site-data" not in Client().get("/account/login/").headers


@pytest.mark.req("R089")
@pytest.mark.req("R103")
def test_an_account_put_out_of_use_is_out_at_once(client: Client, org: Org) -> None:
    assert is_in(client)

    Account.objects.filter(person=org.worker).update(is_active=False)

    assert not is_in(client)
    assert client.get(STAY).json()["person"] == ""
    assert client.post("/people/hat/").status_code == 302


def test_a_leaver_is_out_and_it_is_in_the_trail(client: Client, org: Org) -> None:
    StaffMember.objects.filter(pk=org.worker.pk).update(left_on=NOON.date())

    assert not is_in(client)
    assert Entry.objects.filter(verb="account.sign_in_ended", about_id=org.worker.pk).exists()


@pytest.mark.req("R089")
def test_a_new_role_is_signed_in_to_anew(client: Client, org: Org) -> None:
    elsewhere = sign_in_as(org.outsider)
    email = Account.objects.get(person=org.worker).email

    services.give_role(email=email, role=Role.HR, starts_on=NOON.date(), at=NOON)

    assert not is_in(client)
    assert is_in(elsewhere)


def test_a_sign_in_is_over_from_its_last_moment_on() -> None:
    idle = timedelta(minutes=20)

    assert sign_in_ends_at(began_at=NOON, active_at=NOON, idle=idle) == NOON + idle
    late = NOON + timedelta(hours=11, minutes=50)
    assert sign_in_ends_at(began_at=NOON, active_at=late, idle=idle) == NOON + timedelta(hours=12)
