"""Hats on and off; who has read my file."""

from datetime import datetime

import pytest
from django.urls import reverse

from core.actor import Role
from tests.org import Org, SignIn
from tests.records_kit import Kit
from trail import services as trail
from trail.models import Entry


def test_a_hat_is_put_on_shown_and_taken_off(org: Org, sign_in: SignIn) -> None:
    client = sign_in(org.hr)
    assert "Act as HR" in client.get("/people/hat/").content.decode()

    on = client.post("/people/hat/", {"hat": "hr", "next": "/people/"}, follow=True).content.decode()
    assert "You act as HR now." in on
    assert "Acting as HR" in on

    off = client.post("/people/hat/", {"hat": "", "next": "/people/"}, follow=True).content.decode()
    assert "Your hat is off." in off
    assert "Acting as" not in off


@pytest.mark.parametrize("hat", ["system_administrator", "director"])
def test_the_hat_of_somebody_else_is_refused(org: Org, sign_in: SignIn, hat: str) -> None:
    client = sign_in(org.hr)

    assert client.post("/people/hat/", {"hat": hat}).status_code == 403
    assert client.session.get("hat") is None


def test_a_hat_that_does_not_exist_changes_nothing(org: Org, sign_in: SignIn) -> None:
    assert sign_in(org.hr).post("/people/hat/", {"hat": "rubbish"}).status_code == 200
    assert not Entry.objects.filter(verb__startswith="hat").exists()


def test_a_hat_does_not_lead_out_of_the_service(org: Org, sign_in: SignIn) -> None:
    response = sign_in(org.hr).post("/people/hat/", {"hat": "hr", "next": "https://example.com/"})

    assert response.headers["location"] == "/"


def test_who_has_none_is_told_so(org: Org, sign_in: SignIn) -> None:
    assert "You have no hats." in sign_in(org.worker).get("/people/hat/").content.decode()


def test_a_role_that_ended_takes_its_hat_with_it(org: Org, sign_in: SignIn) -> None:
    client = sign_in(org.hr, hat=Role.HR)
    org.hr.roles.update(ends_on="2026-01-01")

    assert "Acting as" not in client.get("/people/").content.decode()


def test_one_sees_who_else_has_read_ones_file(org: Org, sign_in: SignIn, noon: datetime) -> None:
    trail.record(actor=org.actor(org.supervisor), verb="record.read", about=org.worker.pk, at=noon)
    trail.record(actor=org.actor(org.head), verb="record.downloaded", about=org.worker.pk, at=noon)

    page = sign_in(org.worker).get(reverse("compliance:person-reads", args=[org.worker.pk])).content.decode()

    assert "Who has read my file" in page
    for words in ("Priya Nair", "Read a record", "Supervisor", "Helen Hart", "Took a copy of a record", "Above"):
        assert words in page
    assert "9 November 2026" in page


def test_the_list_says_which_record_and_takes_repeats_together(org: Org, sign_in: SignIn) -> None:
    kit = Kit(org)
    record = kit.sealed()
    supervisor = sign_in(org.supervisor)
    for _ in range(3):
        supervisor.get(f"/records/{record.pk}/")
    hr = sign_in(org.hr, hat=Role.HR)

    page = sign_in(org.worker).get(f"/people/{org.worker.pk}/reads/").content.decode()

    assert page.count(f'href="/records/{record.pk}/">{record.title}') == 1
    assert "3 times since" in page
    assert f"/records/{record.pk}/" not in hr.get(f"/people/{org.worker.pk}/reads/").content.decode()


def test_nobody_has_read_it_yet(org: Org, sign_in: SignIn) -> None:
    page = sign_in(org.worker).get(f"/people/{org.worker.pk}/reads/").content.decode()

    assert "Nobody else has opened anything so far." in page


def test_hr_sees_it_with_the_hat_on_and_that_shows(org: Org, sign_in: SignIn) -> None:
    sign_in(org.hr, hat=Role.HR).get(f"/people/{org.worker.pk}/reads/")

    page = sign_in(org.worker).get(f"/people/{org.worker.pk}/reads/").content.decode()

    assert "Hanna Roy" in page
    assert "Read this list" in page


@pytest.mark.parametrize("who", ["supervisor", "team_manager", "head", "outsider", "hr", "psw", "sysadmin"])
def test_nobody_else_sees_it(org: Org, sign_in: SignIn, who: str) -> None:
    assert sign_in(getattr(org, who)).get(f"/people/{org.worker.pk}/reads/").status_code == 403
