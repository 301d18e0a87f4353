"""Refusals: the page, its sentence, and the entry that outlives the refused transaction."""

import uuid

import pytest
from django.http import HttpResponse
from django.test import Client, RequestFactory

from core.errors import NotAllowed
from staff.models import Account, StaffMember
from tests.org import Org, SignIn
from trail.middleware import RefusalMiddleware
from trail.models import Entry


def test_a_page_that_one_may_not_use_says_why_and_is_logged(org: Org, sign_in: SignIn) -> None:
    response = sign_in(org.worker).get(f"/people/{org.outsider.pk}/supervisor/")

    assert response.status_code == 403
    assert "Only this person&#x27;s line manager, or someone above" in response.content.decode()
    entry = Entry.objects.get(verb="refused")
    assert (entry.actor_id, entry.actor_name, str(entry.address)) == (org.worker.pk, "Amara Obi", "127.0.0.1")
    assert entry.detail == {
        "page": "staff:supervisor-change",
        "method": "GET",
        "status": 403,
        "asked_for": {"person_id": str(org.outsider.pk)},
    }


def test_a_thing_that_is_not_there_for_one_is_logged(org: Org, sign_in: SignIn) -> None:
    nothing = uuid.uuid4()

    response = sign_in(org.worker).post(f"/people/lines/{nothing}/", {"answer": "no"})

    assert response.status_code == 404
    detail = Entry.objects.get(verb="refused").detail
    assert (detail["method"], detail["status"], detail["asked_for"]) == ("POST", 404, {"line_id": str(nothing)})


def test_what_a_service_no_longer_finds_under_its_lock_is_not_there(
    org: Org, sign_in: SignIn, monkeypatch: pytest.MonkeyPatch
) -> None:
    def gone(**_: object) -> None:
        raise StaffMember.DoesNotExist

    monkeypatch.setattr("staff.services.change_supervisor", gone)
    filled = {"to_id": str(org.outsider.pk), "starts_on_0": "1", "starts_on_1": "12", "starts_on_2": "2026"}

    response = sign_in(org.team_manager).post(f"/people/{org.worker.pk}/supervisor/", filled)

    assert response.status_code == 404
    assert Entry.objects.get(verb="refused").detail["status"] == 404


def test_an_address_that_names_nothing_is_not_logged(org: Org, sign_in: SignIn) -> None:
    assert sign_in(org.worker).get("/nonsense/").status_code == 404

    assert not Entry.objects.filter(verb="refused").exists()


def test_a_refused_service_leaves_nothing_but_the_entry(org: Org, sign_in: SignIn) -> None:
    sign_in(org.worker).post(f"/people/{org.outsider.pk}/supervisor/", {"to_id": str(org.worker.pk)})

    assert list(Entry.objects.values_list("verb", flat=True)) == ["refused"]


def test_somebody_signed_out_is_sent_to_sign_in_and_not_logged(org: Org) -> None:
    assert Client().get(f"/people/{org.worker.pk}/").status_code == 302

    assert not Entry.objects.exists()


def test_secrets_that_stand_in_an_address_stay_out_of_the_log(org: Org) -> None:
    client = Client(enforce_csrf_checks=True)
    client.force_login(Account.objects.get(person=org.worker))

    response = client.post("/account/password/reset/key/1-abcdef-secret/", {"password1": "x"})

    assert response.status_code == 403
    assert "secret" not in str(Entry.objects.get(verb="refused").detail)


def test_an_address_that_cannot_be_told_is_left_out(org: Org, sign_in: SignIn) -> None:
    sign_in(org.worker).get(f"/people/{org.outsider.pk}/supervisor/", REMOTE_ADDR="")

    entry = Entry.objects.get(verb="refused")
    assert entry.address is None
    assert str(entry).endswith(" refused")


def test_faults_are_no_refusals(rf: RequestFactory) -> None:
    middleware = RefusalMiddleware(lambda request: HttpResponse())

    assert middleware.process_exception(rf.get("/"), ValueError()) is None  # type: ignore[arg-type]
    assert issubclass(NotAllowed, Exception)


@pytest.mark.parametrize("header", ["203.0.113.7", "203.0.113.7, 198.51.100.1"])
def test_nobody_writes_another_address_into_the_log(org: Org, sign_in: SignIn, header: str) -> None:
    sign_in(org.worker).get(f"/people/{org.outsider.pk}/supervisor/", headers={"x-forwarded-for": header})

    assert str(Entry.objects.get(verb="refused").address) == "127.0.0.1"


def test_behind_a_proxy_the_address_is_the_one_that_the_proxy_saw(
    org: Org, sign_in: SignIn, settings: pytest.FixtureRequest
) -> None:
    settings.ALLAUTH_TRUSTED_PROXY_COUNT = 1  # type: ignore[attr-defined]

    sign_in(org.worker).get(
        f"/people/{org.outsider.pk}/supervisor/", headers={"x-forwarded-for": "203.0.113.7, 198.51.100.1"}
    )

    assert str(Entry.objects.get(verb="refused").address) == "198.51.100.1"
