"""Pages of leaving: HR sets the day, those near work the list off, HR completes; from the day after nobody is let in."""

from collections.abc import Generator
from datetime import UTC, datetime, timedelta

import pytest
import time_machine
from django.core import mail
from django.test import Client
from pytest_django import DjangoAssertNumQueries

from archive.leaving import freezing, services
from archive.models import Leaving
from core.actor import Role
from outbox.models import Job
from staff import services as staff
from staff.models import Account, Custody
from tests.diary_kit import booked
from tests.leaving_kit import AFTER, FRIDAY, SATURDAY, SET_AT, LeavingKit
from tests.org import Org, SignIn
from tests.records_kit import Kit

LAST_MINUTE = datetime(2027, 2, 26, 23, 59, tzinfo=UTC)
SET = "/leaving/set/"


@pytest.fixture
def clock() -> Generator[time_machine.Traveller]:
    with time_machine.travel(SET_AT, tick=False) as traveller:
        yield traveller


def day_in(form: str, day: int, month: int, year: int) -> dict[str, str]:
    return {f"{form}_0": str(day), f"{form}_1": str(month), f"{form}_2": str(year)}


@pytest.mark.req("R106")
def test_hr_sets_a_last_day_and_is_led_to_its_list(
    shropshire: Org, clock: time_machine.Traveller, sign_in: SignIn
) -> None:
    hr = sign_in(shropshire.hr, hat=Role.HR)
    page = hr.get("/leaving/").content.decode()
    assert "Whoever leaves will be listed here." in page

    typed = {"person_id": str(shropshire.worker.pk), **day_in("last_day", 26, 2, 2027), "save": "save"}
    page = hr.post(SET, typed, follow=True).content.decode()

    assert "Friday 26 February 2027 is set as the last day of Amara Obi." in page
    assert Leaving.objects.get().person_id == shropshire.worker.pk
    assert "Amara Obi" in hr.get("/leaving/?q=amara").content.decode()
    assert "What this leaving leaves to do" in hr.get(f"/people/{shropshire.worker.pk}/").content.decode()
    led = hr.get(f"{SET}?person={shropshire.worker.pk}")
    assert led.headers["location"] == f"/leaving/{Leaving.objects.get().pk}/"


def test_a_day_that_cannot_be_is_refused_beside_its_field_and_nothing_typed_is_lost(
    shropshire: Org, clock: time_machine.Traveller, sign_in: SignIn
) -> None:
    typed = {"person_id": str(shropshire.worker.pk), **day_in("last_day", 26, 2, 2030), "save": "save"}
    page = sign_in(shropshire.hr, hat=Role.HR).post(SET, typed).content.decode()
    assert "That is more than a year ahead. Check the year." in page
    assert 'value="2030"' in page
    assert str(shropshire.worker.pk) in page
    assert not Leaving.objects.exists()


def test_those_near_are_led_to_what_is_open_and_hr_sees_that_there_is_something(
    shropshire: Org,
    clock: time_machine.Traveller,
    sign_in: SignIn,
    django_assert_max_num_queries: DjangoAssertNumQueries,
) -> None:
    Kit(shropshire).sealed()
    booked(shropshire.worker, shropshire.supervisor, on=SATURDAY + timedelta(days=9))
    leaving = LeavingKit(shropshire).set()
    address = f"/leaving/{leaving.pk}/"
    pages = {}
    for name, hat in (("worker", None), ("supervisor", None), ("team_manager", None), ("hr", Role.HR)):
        client = sign_in(getattr(shropshire, name), hat=hat)
        client.get(address)
        with django_assert_max_num_queries(12):
            pages[name] = client.get(address).content.decode()
        assert "1 session is booked after the last day" in pages[name]
        assert "Monday 8 March 2027 with Priya Nair" in pages[name]
    actions = f"/actions/?person={shropshire.worker.pk}"
    assert actions in pages["supervisor"]
    assert actions not in pages["hr"]
    assert "Call them off" in pages["supervisor"]
    assert "Call them off" not in pages["worker"]
    assert "chronology" not in "".join(pages.values())


def test_the_list_is_worked_off_and_completed_on_its_page(
    shropshire: Org, clock: time_machine.Traveller, sign_in: SignIn
) -> None:
    booked(shropshire.worker, shropshire.supervisor, on=SATURDAY + timedelta(days=9))
    leaving = LeavingKit(shropshire).set()
    address = f"/leaving/{leaving.pk}/"
    supervisor, hr = sign_in(shropshire.supervisor), sign_in(shropshire.hr, hat=Role.HR)

    page = hr.post(f"{address}complete/", follow=True).content.decode()
    assert "Something is still open: 1 session is booked after the last day; Paper copies" in page
    assert "1 session is called off." in supervisor.post(f"{address}call-off/", follow=True).content.decode()
    assert "Name the thing." in supervisor.post(address, {"words": ""}).content.decode()
    assert "Pool car key" in supervisor.post(address, {"words": "Pool car key"}, follow=True).content.decode()
    keys = ("paper_copies", "electronic_copies", "equipment", str(leaving.items.get().pk))
    for key in keys:
        page = supervisor.post(f"{address}confirm/{key}/", follow=True).content.decode()
        assert "Confirmed by Priya Nair" in page
    assert supervisor.post(f"{address}complete/").status_code == 403
    page = hr.post(f"{address}complete/", follow=True).content.decode()
    assert "The file goes to the archive when Friday 26 February 2027 is over." in page


def test_hr_moves_a_last_day_and_calls_a_leaving_off(
    shropshire: Org, clock: time_machine.Traveller, sign_in: SignIn
) -> None:
    leaving = LeavingKit(shropshire).set()
    hr = sign_in(shropshire.hr, hat=Role.HR)
    change = f"/leaving/{leaving.pk}/change/"
    assert 'value="26"' in hr.get(change).content.decode()
    hr.post(change, {**day_in("last_day", 31, 3, 2027), "save": "save"})
    assert Leaving.objects.get().last_day.isoformat() == "2027-03-31"
    page = hr.post(f"/leaving/{leaving.pk}/cancel/", follow=True).content.decode()
    assert "The leaving is called off." in page
    shropshire.worker.refresh_from_db()
    assert shropshire.worker.left_on is None


@pytest.mark.req("R106", "R139")
@pytest.mark.scenario(17, "c")
def test_until_the_last_minute_both_work_and_then_neither_opens_the_file(
    shropshire: Org, clock: time_machine.Traveller, sign_in: SignIn
) -> None:
    record = Kit(shropshire).sealed()
    LeavingKit(shropshire).set()
    page = f"/records/{record.pk}/"
    clock.move_to(LAST_MINUTE, tick=False)
    worker, supervisor = sign_in(shropshire.worker), sign_in(shropshire.supervisor)
    assert (worker.get(page).status_code, supervisor.get(page).status_code) == (200, 200)

    clock.move_to(AFTER, tick=False)

    assert worker.get(page).status_code == 302, "signed out, in the middle of a session"
    assert supervisor.get(page).status_code == 404
    assert supervisor.get(f"/people/{shropshire.worker.pk}/folder/").status_code in (403, 404)
    email = Account.objects.get(person=shropshire.worker).email
    Client().post("/account/password/reset/", {"email": email})
    told = [job.arguments for job in Job.objects.filter(task="notifications.tasks.send_password_link")]
    assert not told
    assert not [one for one in mail.outbox if email in one.to]


def test_home_asks_whoever_has_to_do_something(shropshire: Org, clock: time_machine.Traveller, sign_in: SignIn) -> None:
    leaving = LeavingKit(shropshire).set()
    address = f"/leaving/{leaving.pk}/"
    for name, words in (("worker", "Your last day"), ("supervisor", "Amara Obi leaves"), ("head", "")):
        page = sign_in(getattr(shropshire, name)).get("/").content.decode()
        assert (address in page) is bool(words)
        assert words in page
    assert "Amara Obi leaves" in sign_in(shropshire.hr, hat=Role.HR).get("/").content.decode()
    clock.move_to(AFTER, tick=False)
    assert "Amara Obi has left" in sign_in(shropshire.team_manager).get("/").content.decode()
    assert address not in sign_in(shropshire.supervisor).get("/").content.decode()


@pytest.mark.req("R140")
def test_who_comes_back_is_invited_with_the_old_address_and_linked_by_hr(
    shropshire: Org, clock: time_machine.Traveller, sign_in: SignIn
) -> None:
    email = Account.objects.get(person=shropshire.worker).email
    kit = LeavingKit(shropshire)
    leaving = kit.set()
    kit.confirm_all(leaving)
    services.complete_leaving(leaving_id=leaving.pk, actor=kit.hr(), at=SET_AT)
    clock.move_to(AFTER, tick=False)
    assert freezing.watch_leavings(at=AFTER) == 1
    sysadmin = shropshire.actor(shropshire.sysadmin, on=SATURDAY, hat=Role.SYSTEM_ADMINISTRATOR)
    again = staff.invite_person(
        name="Amara Obi",
        email=email,
        job_title="Social worker",
        team=shropshire.team,
        category="",
        engagement="permanent",
        starts_on=SATURDAY + timedelta(days=30),
        manager_id=None,
        actor=sysadmin,
        at=AFTER,
    )
    hr = sign_in(shropshire.hr, hat=Role.HR)
    link = f"/leaving/{leaving.pk}/link/"
    assert str(again.pk) in hr.get(link).content.decode()

    page = hr.post(link, {"returned_as_id": str(again.pk)}, follow=True).content.decode()

    assert "The two files are linked. HR alone sees that." in page
    assert Custody.objects.get().person_id == shropshire.worker.pk
    assert not Account.objects.get(person=shropshire.worker).is_active
    assert sign_in(shropshire.team_manager).get(f"/leaving/{leaving.pk}/").status_code == 404
    assert FRIDAY.isoformat() == leaving.last_day.isoformat()
