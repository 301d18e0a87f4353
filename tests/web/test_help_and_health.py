"""Pages without a sign-in: help, and whether the service is well; the frame of every page."""

from datetime import UTC, datetime

import pytest
from django.db import OperationalError, connection
from django.test import Client
from django.urls import reverse

from core.actor import Role
from outbox.models import Job
from tests.org import Org, SignIn

HELP = ("compliance:help-index", "compliance:help-accessibility", "compliance:help-privacy")


@pytest.mark.parametrize("name", HELP)
def test_help_needs_no_sign_in(db: None, client: Client, name: str) -> None:
    response = client.get(reverse(name))

    assert response.status_code == 200
    assert b"<h1" in response.content


@pytest.mark.parametrize("name", ["compliance:help-index", "compliance:help-privacy"])
def test_help_leads_to_all_of_ones_own_records(org: Org, sign_in: SignIn, client: Client, name: str) -> None:
    link = reverse("records:own-export")

    assert link in sign_in(org.worker).get(reverse(name)).content.decode()
    assert link not in client.get(reverse(name)).content.decode(), "nobody who is not signed in has any"


def test_speaking_up_leads_to_what_was_put_to_one(org: Org, sign_in: SignIn, client: Client) -> None:
    links = [reverse("supervision:concerns"), reverse("supervision:matters")]
    address = reverse("compliance:help-speaking-up")

    page = sign_in(org.team_manager).get(address).content.decode()

    assert all(f'href="{link}"' in page for link in links)
    assert not any(link in client.get(address).content.decode() for link in links)


@pytest.mark.parametrize("name", HELP)
def test_help_is_there_for_those_signed_in_too(org: Org, sign_in: SignIn, name: str) -> None:
    assert sign_in(org.worker).get(reverse(name)).status_code == 200


def test_the_service_says_that_it_is_well_and_how_many_jobs_were_given_up(db: None, client: Client) -> None:
    Job.objects.create(task="records.tasks.render_document", gave_up_at=datetime(2026, 11, 9, tzinfo=UTC))

    response = client.get("/healthy/")

    assert (response.status_code, response.content) == (200, b"ok\njobs given up: 1\n")
    assert not response.cookies


def test_the_service_says_when_the_database_is_out_of_reach(
    db: None, client: Client, monkeypatch: pytest.MonkeyPatch
) -> None:
    def broken() -> None:
        raise OperationalError("no route to host 10.0.0.7")

    with monkeypatch.context() as patch:
        patch.setattr(connection, "cursor", broken)
        response = client.get("/healthy/")

    assert (response.status_code, response.content) == (503, b"database out of reach\n")


def menu(org: Org, sign_in: SignIn, who: str, hat: Role | None = None) -> list[str]:
    response = sign_in(getattr(org, who), hat=hat).get("/")
    return [item["label"] for item in response.context["navigation"]]


@pytest.mark.parametrize(
    ("who", "hat", "labels"),
    [
        (
            "worker",
            None,
            ["Home", "My supervision", "My folder", "Children", "Diary", "Drafts", "Actions", "People", "Policy"],
        ),
        (
            "supervisor",
            None,
            [
                *("Home", "My supervision", "My folder", "My team", "Children", "Record a decision", "Diary"),
                *("Drafts", "Actions"),
                *("Overdue", "People", "Policy"),
            ],
        ),
        (
            "psw",
            Role.PRINCIPAL_SOCIAL_WORKER,
            ["Home", "Overdue", "Audits", "Boards", "Reports", "Need to know", "People", "Policy"],
        ),
        ("sysadmin", Role.SYSTEM_ADMINISTRATOR, ["Home", "Imports", "People", "Policy"]),
        (
            "hr",
            Role.HR,
            [
                *("Home", "Archive", "Retention", "Registration desk", "Groups for reports", "Who leaves"),
                *("Need to know", "People", "Policy"),
            ],
        ),
    ],
)
def test_the_menu_has_what_a_person_can_use(
    org: Org, sign_in: SignIn, who: str, hat: Role | None, labels: list[str]
) -> None:
    assert menu(org, sign_in, who, hat) == labels


def test_the_menu_marks_where_one_is(org: Org, sign_in: SignIn) -> None:
    response = sign_in(org.supervisor).get(reverse("compliance:overdue"))

    assert [item["label"] for item in response.context["navigation"] if item["current"]] == ["Overdue"]


def test_a_hat_can_be_put_on_from_every_page_by_those_who_have_one(org: Org, sign_in: SignIn) -> None:
    assert reverse("staff:hat") in sign_in(org.hr).get("/").content.decode()
    assert reverse("staff:hat") not in sign_in(org.worker).get("/").content.decode()
