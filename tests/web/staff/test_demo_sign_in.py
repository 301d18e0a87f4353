"""The demo's chooser: whom one can be, in the demo alone."""

import os
import random
import string
import subprocess
import sys
from io import StringIO

import pytest
from django.core.management import CommandError, call_command
from django.test import Client

from core.actor import Role
from staff.models import Account, SupervisionRelationship
from tests.org import Org, SignIn
from trail.models import Entry

CHOOSER = "/demo/sign-in/"
PRODUCTION = {
    "DJANGO_SETTINGS_MODULE": "config.settings.production",
    "SECRET_KEY": "".join(random.Random(7).choices(string.ascii_letters, k=64)),
    "ALLOWED_HOSTS": "supervision.example.org",
    "ORGANISATION_NAME": "An authority",
    "EMAIL_HOST": "mail.example.org",
    "DEFAULT_FROM_EMAIL": "countersign@example.org",
    "SEAL_KEY_FILE": "/nowhere/key.pem",
    "SEAL_CERTIFICATE_FILE": "/nowhere/certificate.pem",
}


def test_signed_out_one_is_led_to_the_chooser_and_back(org: Org) -> None:
    client = Client()
    address = f"/people/{org.worker.pk}/"

    response = client.get(address)
    assert response.headers["location"] == f"{CHOOSER}?next={address}"
    page = client.get(response.headers["location"]).content.decode()
    response = client.post(CHOOSER, {"person": str(org.worker.pk), "next": address})

    assert f'name="next" value="{address}"' in page
    assert response.headers["location"] == address
    assert client.get(address).status_code == 200


def test_people_are_grouped_by_what_they_do_with_a_reason_for_each(org: Org) -> None:
    page = Client().get(CHOOSER).content.decode()

    for words in (
        "Team managers: hold supervision",
        "Practitioners: are supervised",
        "Service managers",
        "Others who supervise",
        "People with a hat",
        "Supervises Amara Obi; is supervised by Tom Mills.",
        "Is supervised by Priya Nair.",
        "Can put on the hat of HR.",
    ):
        assert words in page
    headings = [line.split("<h2")[1].split(">")[1].split(":")[0] for line in page.splitlines() if "<h2 class" in line]
    assert [heading.split("<")[0] for heading in headings if "Support" not in heading] == [
        "Team managers",
        "Practitioners",
        "Service managers",
        "Others who supervise",
        "People with a hat",
    ]


def test_those_who_tell_the_story_come_first_with_what_each_shows(org: Org, settings: pytest.FixtureRequest) -> None:
    settings.DEMO_START = {  # type: ignore[attr-defined]
        org.worker.account.email: "Reads and signs.",
        "nobody@example.org": "Is not here.",
    }

    page = Client().get(CHOOSER).content.decode()

    start, everybody = page.split("Team managers: hold supervision")
    assert "Start here" in start
    assert "Amara Obi" in start
    assert "Reads and signs." in start
    assert "Is not here." not in page
    assert "Amara Obi" in everybody


def test_the_choice_is_the_challenge_and_is_in_the_trail(org: Org) -> None:
    client = Client()

    client.post(CHOOSER, {"person": str(org.worker.pk)})

    methods = client.session["account_authentication_methods"]
    assert [entry["method"] for entry in methods] == ["demo"]
    assert Entry.objects.get(verb="account.signed_in").actor_id == org.worker.pk


def test_one_who_is_signed_in_becomes_somebody_else_and_leaves_hat_and_challenge_behind(
    org: Org, sign_in: SignIn
) -> None:
    client = sign_in(org.hr, hat=Role.HR)

    client.post(CHOOSER, {"person": str(org.worker.pk)})

    assert client.session.get("hat") is None
    assert client.session["account_authentication_methods_user"] == str(Account.objects.get(person=org.worker).pk)
    assert "Amara Obi" in client.get("/people/hat/").content.decode()
    assert Entry.objects.filter(verb="account.signed_out", actor_id=org.hr.pk).exists()


@pytest.mark.parametrize("person", ["", "rubbish", "01934567-0000-7000-8000-000000000001"])
def test_nobody_else_can_be_chosen(org: Org, person: str) -> None:
    client = Client()

    assert client.post(CHOOSER, {"person": person}).status_code == 200
    assert client.get("/people/").status_code == 302


def test_it_does_not_lead_out_of_the_service(org: Org) -> None:
    response = Client().post(CHOOSER, {"person": str(org.worker.pk), "next": "https://example.com/"})

    assert response.headers["location"] == "/"


def test_confirming_that_it_is_me_is_a_new_challenge(org: Org, sign_in: SignIn) -> None:
    client = sign_in(org.worker, challenged=False)
    assert "Yes, it is me" in client.get("/demo/confirm/?next=/people/").content.decode()

    response = client.post("/demo/confirm/", {"next": "/people/"})

    assert response.headers["location"] == "/people/"
    assert client.session["account_authentication_methods"][-1]["method"] == "demo"


def test_without_the_demo_the_pages_are_not_there_even_if_they_were_mounted(
    org: Org, sign_in: SignIn, settings: pytest.FixtureRequest
) -> None:
    settings.DEMO = False  # type: ignore[attr-defined]

    assert Client().get(CHOOSER).status_code == 404
    assert Client().post(CHOOSER, {"person": str(org.worker.pk)}).status_code == 404
    assert sign_in(org.worker).post("/demo/confirm/").status_code == 404


def in_a_process(environment: dict[str, str]) -> str:
    """The addresses below /demo/, and where one signs in, as a fresh process of the program has them."""
    program = (
        "import django; django.setup()\n"
        "from django.conf import settings; from django.urls import get_resolver, Resolver404\n"
        "for path in ('/demo/sign-in/', '/demo/confirm/', '/demo/mail/', '/account/login/'):\n"
        "    try: get_resolver().resolve(path); print(path)\n"
        "    except Resolver404: pass\n"
        "print(settings.LOGIN_URL)"
    )
    done = subprocess.run(
        [sys.executable, "-c", program], env=os.environ | environment, capture_output=True, text=True, check=False
    )
    assert done.returncode == 0, done.stderr
    return done.stdout


def test_production_has_no_such_addresses() -> None:
    assert in_a_process(PRODUCTION).split() == ["/account/login/", "account_login"]


def test_control_the_demo_has_them() -> None:
    found = in_a_process({"DJANGO_SETTINGS_MODULE": "config.settings.demo"}).split()

    assert {"/demo/sign-in/", "/demo/confirm/", "/account/login/", "demo-sign-in"} <= set(found)


def test_the_command_prints_name_job_and_reason(org: Org) -> None:
    SupervisionRelationship.objects.create(
        supervisee=org.outsider, supervisor=org.supervisor, starts_on="2025-04-01", recorded_at="2025-04-01T09:00Z"
    )
    said = StringIO()

    call_command("demo_people", stdout=said)

    assert "  Priya Nair, Senior social worker. Supervises 2 people; is supervised by Tom Mills." in said.getvalue()


def test_the_command_refuses_outside_the_demo(org: Org, settings: pytest.FixtureRequest) -> None:
    settings.DEMO = False  # type: ignore[attr-defined]

    with pytest.raises(CommandError, match="Only the demo"):
        call_command("demo_people")
