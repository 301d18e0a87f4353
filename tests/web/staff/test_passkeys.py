"""Passkeys: set up, named, taken away; asked for at sign-in and at signing, and told in the evidence."""

from typing import Any

import pytest
from allauth.mfa.models import Authenticator
from allauth.mfa.recovery_codes.internal.auth import RecoveryCodes
from django.test import Client
from django.urls import get_resolver
from pytest_django import DjangoCaptureOnCommitCallbacks, Settings

from outbox.models import Job
from records.models import Part
from staff.models import Account
from tests.org import Org
from tests.passkeys import TOUCHED, VERIFIED, Passkey
from tests.records_kit import Kit
from tests.web.staff.test_signing_in import PASSWORD, challenge, sign_in_by_password
from trail.models import Entry

ADD = "/account/2fa/passkeys/add/"
CONFIRM = "/account/2fa/passkeys/confirm/"


@pytest.fixture
def worker(org: Org, settings: Settings) -> Account:
    get_resolver().url_patterns  # noqa: B018  all addresses, the demo's too, before the setting that leaves them out
    settings.DEMO = False
    settings.LOGIN_URL = "account_login"
    account = Account.objects.get(person=org.worker)
    account.set_password(PASSWORD)
    account.save()
    return account


@pytest.fixture
def client(worker: Account) -> Client:
    browser = Client(headers={"host": "localhost"})
    sign_in_by_password(browser)
    return browser


@pytest.fixture
def kit(org: Org) -> Kit:
    return Kit(org)


def options_of(response: Any, what: str = "request_options") -> dict[str, Any]:
    return dict(response.context["js_data"][what])


def confirm_by_password(client: Client) -> None:
    client.post("/account/reauthenticate/", {"password": PASSWORD})


@pytest.fixture
def passkey(client: Client, django_capture_on_commit_callbacks: DjangoCaptureOnCommitCallbacks) -> Passkey:
    """Set up by the page, as a person does."""
    confirm_by_password(client)
    made = Passkey()
    page = client.get(ADD)
    with django_capture_on_commit_callbacks(execute=False):
        response = client.post(
            ADD, {"name": "My laptop", "credential": made.register(options_of(page, "creation_options"))}
        )
    assert response.status_code == 302, response.content.decode()[:2000]
    return made


def told(kind: str) -> int:
    return sum(job.arguments.get("kind") == kind for job in Job.objects.filter(task="notifications.tasks.notify"))


@pytest.mark.req("R103")
def test_adding_one_wants_a_fresh_confirmation_gives_recovery_codes_and_is_told(
    client: Client, worker: Account
) -> None:
    assert client.get(ADD).headers["location"].startswith("/account/reauthenticate/")
    confirm_by_password(client)
    page = client.get(ADD)

    response = client.post(
        ADD, {"name": "My laptop", "credential": Passkey().register(options_of(page, "creation_options"))}
    )

    assert response.headers["location"] == "/account/2fa/recovery-codes/"
    assert "My laptop" in client.get("/account/2fa/passkeys/").content.decode()
    assert Entry.objects.filter(verb="account.factor_added", about_id=worker.person_id).count() == 1
    assert told("credential_changed") >= 1


def test_it_is_asked_for_at_sign_in(worker: Account, passkey: Passkey) -> None:
    browser = Client(headers={"host": "localhost"})
    response: Any = sign_in_by_password(browser)
    assert response.headers["location"] == "/account/2fa/authenticate/"
    page = browser.get("/account/2fa/authenticate/")
    assert "Use your passkey" in page.content.decode()
    assert browser.get("/people/").status_code == 302, "the password alone opens nothing"

    browser.post("/account/2fa/authenticate/", {"credential": passkey.sign(options_of(page))})

    assert browser.get("/people/").status_code == 200
    assert challenge(browser, worker).method == "password+passkey"  # type: ignore[attr-defined]


def test_another_s_key_and_another_site_s_answer_do_not_fit(worker: Account, passkey: Passkey) -> None:
    browser = Client(headers={"host": "localhost"})
    sign_in_by_password(browser)
    page = browser.get("/account/2fa/authenticate/")
    stranger = Passkey()
    stranger.id = passkey.id

    for wrong in (stranger.sign(options_of(page)), passkey.sign(options_of(page), origin="http://evil.example")):
        answer = browser.post("/account/2fa/authenticate/", {"credential": wrong})
        assert "did not fit" in answer.content.decode()
        page = browser.get("/account/2fa/authenticate/")

    assert browser.get("/people/").status_code == 302


@pytest.mark.req("R103")
def test_a_touch_alone_proves_nobody(client: Client, worker: Account, passkey: Passkey) -> None:
    page = client.get(CONFIRM)
    assert options_of(page)["publicKey"]["userVerification"] == "required"
    before = challenge(client, worker)
    passkey.flags = TOUCHED

    answer = client.post(CONFIRM, {"credential": passkey.sign(options_of(page))})

    assert "did not fit" in answer.content.decode()
    assert challenge(client, worker) == before
    passkey.flags = VERIFIED
    assert client.post(CONFIRM, {"credential": passkey.sign(options_of(client.get(CONFIRM)))}).status_code == 302


def test_a_key_that_can_only_be_touched_is_not_taken_as_a_passkey(client: Client) -> None:
    confirm_by_password(client)
    key = Passkey()
    key.flags = TOUCHED
    options = options_of(client.get(ADD), "creation_options")
    assert options["publicKey"]["authenticatorSelection"]["userVerification"] == "required"

    answer = client.post(ADD, {"name": "A key without a PIN", "credential": key.register(options)})

    assert answer.status_code == 200
    assert not Authenticator.objects.exists()


@pytest.mark.req("R103")
def test_a_signature_wants_it_and_the_evidence_names_it(
    kit: Kit, passkey: Passkey, client: Client, settings: Settings
) -> None:
    settings.DEMO = True  # for the keys that seal
    record = kit.awaiting()
    session = client.session
    for entry in session["account_authentication_methods"]:
        entry["at"] -= 3600
    session.save()
    address = f"/records/{record.pk}/countersign/"
    shown = client.get(address).context["form"].initial["shown"]

    asked = client.post(address, {"shown": shown, "meaning": "agree"})
    confirm = client.post(asked.headers["location"])
    assert confirm.headers["location"].startswith(CONFIRM), "the demo's button is not enough for who has a passkey"
    page = client.get(CONFIRM)
    client.post(CONFIRM, {"credential": passkey.sign(options_of(page)), "next": address})
    client.post(address, {"shown": shown, "meaning": "agree"})

    part = Part.objects.get(record=record, seq=2)
    assert b'"method":"passkey"' in bytes(part.body)
    assert "with a passkey" in client.get(f"/records/{record.pk}/").content.decode()


def test_a_password_just_typed_is_no_challenge_for_who_has_a_factor(worker: Account, client: Client) -> None:
    assert challenge(client, worker).method == "password"  # type: ignore[attr-defined]

    Authenticator.objects.create(user=worker, type=Authenticator.Type.TOTP, data={"secret": "x"})

    assert challenge(client, worker) is None
    response = client.post("/account/reauthenticate/", {"password": PASSWORD, "next": "/people/"})
    assert response.headers["location"].startswith("/account/2fa/reauthenticate/")
    assert challenge(client, worker) is None


def test_a_wrong_one_at_confirming_is_told_on_the_page(passkey: Passkey, client: Client) -> None:
    page = client.get(CONFIRM)
    stranger = Passkey()
    stranger.id = passkey.id

    answer = client.post(CONFIRM, {"credential": stranger.sign(options_of(page))})

    assert answer.status_code == 200
    assert "did not fit" in answer.content.decode()


def test_it_is_renamed_and_taken_away_after_a_confirmation_by_factor(
    worker: Account, passkey: Passkey, client: Client
) -> None:
    (row,) = Authenticator.objects.filter(user=worker, type=Authenticator.Type.WEBAUTHN)
    client.post(f"/account/2fa/passkeys/{row.pk}/rename/", {"name": "Yubikey at home"})
    assert "Yubikey at home" in client.get("/account/2fa/").content.decode()
    session = client.session
    session["account_authentication_methods"] = [{"method": "password", "at": 0}]
    session.save()
    remove = f"/account/2fa/passkeys/{row.pk}/remove/"
    assert client.post(remove).headers["location"].startswith(CONFIRM)
    code = RecoveryCodes(Authenticator.objects.get(user=worker, type="recovery_codes")).get_unused_codes()[0]
    client.post("/account/2fa/reauthenticate/", {"code": code})

    client.post(remove)

    assert not Authenticator.objects.filter(user=worker).exists(), "the last one takes the recovery codes with it"
    assert Entry.objects.filter(verb="account.factor_removed", about_id=worker.person_id).exists()
    assert told("credential_changed") >= 2
