"""Signing in: by password, with a second factor, by invitation; slowly where somebody guesses; never by signing up."""

import time
from datetime import date, datetime, timedelta
from unittest.mock import ANY

import pytest
from allauth.mfa.models import Authenticator
from allauth.mfa.recovery_codes.internal.auth import RecoveryCodes
from allauth.mfa.totp.internal.auth import (
    TOTP,
    format_hotp_value,
    generate_totp_secret,
    hotp_value,
    yield_hotp_counters_from_time,
)
from django.conf import settings
from django.contrib.sessions.backends.db import SessionStore as DatabaseStore
from django.core import mail
from django.test import Client, RequestFactory
from pytest_django import DjangoCaptureOnCommitCallbacks, Settings

from core.clock import now
from staff import services
from staff.challenge import challenge_of, reauthenticate_url
from staff.models import Account, StaffMember
from staff.sign_ins import SessionStore
from tests.org import Org, SignIn
from trail.models import Entry

PASSWORD = "correct horse battery staple"
LOGIN = "/account/login/"


@pytest.fixture
def worker(org: Org) -> Account:
    account = Account.objects.get(person=org.worker)
    account.set_password(PASSWORD)
    account.save()
    return account


def sign_in_by_password(client: Client, password: str = PASSWORD, email: str = "amara.obi@example.org") -> object:
    return client.post(LOGIN, {"login": email, "password": password})


def code_of(secret: str) -> str:
    return str(format_hotp_value(hotp_value(secret, next(yield_hotp_counters_from_time()))))


def challenge(client: Client, account: Account) -> object:
    request = RequestFactory().get("/")
    request.session, request.user = client.session, account
    return challenge_of(request)


# By password


def test_one_signs_in_with_address_and_password_and_the_trail_hears_of_it(worker: Account) -> None:
    client = Client()

    response = sign_in_by_password(client, email="Amara.Obi@Example.org")

    assert response.status_code == 302  # type: ignore[attr-defined]
    assert client.get("/people/").status_code == 200
    entry = Entry.objects.get(verb="account.signed_in")
    assert (entry.actor_id, entry.actor_name, str(entry.address)) == (worker.person_id, "Amara Obi", "127.0.0.1")
    found = challenge(client, worker)
    assert found.method == "password"  # type: ignore[attr-defined]
    assert abs(found.auth_time.timestamp() - time.time()) < 60  # type: ignore[attr-defined]
    assert found.changed_within_days is None  # type: ignore[attr-defined]
    worker.credential_reset_at = now() - timedelta(days=3)
    assert challenge(client, worker).changed_within_days == 3  # type: ignore[attr-defined]


def test_signing_out_is_in_the_trail(worker: Account) -> None:
    client = Client()
    sign_in_by_password(client)

    client.post("/account/logout/")

    assert Entry.objects.filter(verb="account.signed_out", actor_id=worker.person_id).exists()
    assert client.get("/people/").status_code == 302


def test_a_failed_attempt_is_in_the_trail_with_whose_account_it_was(worker: Account) -> None:
    sign_in_by_password(Client(), "wrong")
    sign_in_by_password(Client(), "wrong", "nobody@example.org")

    entries = Entry.objects.filter(verb="account.sign_in_failed").order_by("pk").values_list("actor_id", "about_id")
    assert list(entries) == [(None, worker.person_id), (None, None)]


def test_no_account_and_a_wrong_password_read_alike(worker: Account) -> None:
    pages = []
    for email in ("amara.obi@example.org", "nobody@example.org"):
        response = Client().post(LOGIN, {"login": email, "password": "wrong"})
        assert response.status_code == 200
        pages.append(_comparable(response.content.decode(), email))

    assert "not correct" in pages[0]
    assert pages[0] == pages[1]


def test_asking_for_a_new_password_does_not_tell_who_has_an_account(worker: Account) -> None:
    answers = [
        (response.status_code, response.headers["location"])
        for email in ("amara.obi@example.org", "nobody@example.org")
        for response in [Client().post("/account/password/reset/", {"email": email})]
    ]

    assert answers[0] == answers[1] == (302, "/account/password/reset/done/")
    assert len(mail.outbox) == 2


def test_someone_who_guesses_is_slowed_down_by_account_and_by_address(worker: Account) -> None:
    client = Client()
    for _ in range(5):
        sign_in_by_password(client, "wrong")

    page = client.post(LOGIN, {"login": "amara.obi@example.org", "password": PASSWORD}).content.decode()

    assert "Too many failed" in page
    assert client.get("/people/").status_code == 302


def test_the_limit_is_of_that_account_alone(worker: Account, org: Org) -> None:
    for _ in range(5):
        sign_in_by_password(Client(), "wrong")
    other = Account.objects.get(person=org.outsider)
    other.set_password(PASSWORD)
    other.save()

    assert sign_in_by_password(Client(), email="oscar.reed@example.org").status_code == 302  # type: ignore[attr-defined]


def sign_ins_of_an_office(number: int) -> list[int]:
    """What so many people meet who sign in wrongly, each once, from one network address."""
    return [
        Client().post(LOGIN, {"login": f"n{each}@example.org", "password": "x"}).status_code for each in range(number)
    ]


def test_a_whole_office_behind_one_address_is_not_shut_out(worker: Account) -> None:
    assert set(sign_ins_of_an_office(40)) == {200}


def test_control_with_a_narrow_limit_it_would_be(worker: Account, settings: Settings) -> None:
    settings.ACCOUNT_RATE_LIMITS = {"login": "30/m/ip"}

    assert sign_ins_of_an_office(31)[-1] == 429


def test_a_leaver_does_not_get_in_and_one_who_is_in_is_put_out(worker: Account) -> None:
    inside = Client()
    sign_in_by_password(inside)
    StaffMember.objects.filter(pk=worker.person_id).update(left_on=date(2026, 1, 5))

    assert inside.get("/people/").status_code == 302
    response = sign_in_by_password(Client())
    assert response.headers["location"] == "/account/inactive/"  # type: ignore[attr-defined]


def test_an_inactive_account_is_out_at_once(worker: Account) -> None:
    inside = Client()
    sign_in_by_password(inside)

    Account.objects.filter(pk=worker.pk).update(is_active=False)

    assert inside.get("/people/").status_code == 302
    assert sign_in_by_password(Client()).headers["location"] == "/account/inactive/"  # type: ignore[attr-defined]


def test_pages_are_not_kept_by_the_browser(worker: Account) -> None:
    client = Client()
    sign_in_by_password(client)

    assert client.get("/people/").headers["cache-control"] == "no-store"


@pytest.mark.parametrize("path", ["email/", "confirm-email/", "3rdparty/", "2fa/webauthn/", "2fa/passkeys/login/"])
def test_nobody_signs_up_or_adds_an_address(worker: Account, sign_in: SignIn, org: Org, path: str) -> None:
    assert Client().get(f"/account/{path}").status_code == 404
    assert sign_in(org.worker).get(f"/account/{path}").status_code == 404


def test_the_page_to_sign_up_makes_no_account(org: Org) -> None:
    before = Account.objects.count()

    response = Client().post("/account/signup/", {"email": "new@example.org", "password1": PASSWORD})

    assert "Nobody can sign up here" in response.content.decode()
    assert Account.objects.count() == before


# With a second factor


@pytest.fixture
def secret(worker: Account) -> str:
    made = generate_totp_secret()
    TOTP.activate(worker, made)
    return str(made)


def test_a_second_factor_is_asked_for_and_signs_in(worker: Account, secret: str) -> None:
    client = Client()
    response = sign_in_by_password(client)
    assert response.headers["location"] == "/account/2fa/authenticate/"  # type: ignore[attr-defined]
    assert client.get("/people/").status_code == 302
    assert client.get("/account/2fa/authenticate/").status_code == 200

    response = client.post("/account/2fa/authenticate/", {"code": code_of(secret)})

    assert response.status_code == 302
    assert client.get("/people/").status_code == 200
    assert challenge(client, worker).method == "password+totp"  # type: ignore[attr-defined]


def test_a_wrong_code_does_not(worker: Account, secret: str) -> None:
    client = Client()
    sign_in_by_password(client)

    page = client.post("/account/2fa/authenticate/", {"code": "000000"}).content.decode()

    assert "Incorrect code" in page
    assert client.get("/people/").status_code == 302


def test_a_recovery_code_is_not_taken_for_the_factor_in_the_evidence(worker: Account, secret: str) -> None:
    codes = RecoveryCodes.activate(worker).get_unused_codes()
    client = Client()
    sign_in_by_password(client)

    client.post("/account/2fa/authenticate/", {"code": codes[0]})

    assert challenge(client, worker).method == "password+recovery_code"  # type: ignore[attr-defined]


def test_a_second_factor_is_set_up_after_the_password_is_asked_for_again(
    worker: Account, django_capture_on_commit_callbacks: DjangoCaptureOnCommitCallbacks
) -> None:
    client = Client()
    sign_in_by_password(client)

    response = client.get("/account/2fa/totp/activate/")
    assert response.headers["location"].startswith("/account/reauthenticate/")
    client.post("/account/reauthenticate/", {"password": PASSWORD})
    page = client.get("/account/2fa/totp/activate/")
    assert page.status_code == 200
    made = client.session["mfa.totp.secret"]
    with django_capture_on_commit_callbacks(execute=True):
        client.post("/account/2fa/totp/activate/", {"code": code_of(made)})

    assert Authenticator.objects.filter(user=worker, type=Authenticator.Type.TOTP).exists()
    assert Entry.objects.get(verb="account.factor_added").about_id == worker.person_id


def test_taking_a_second_factor_away_and_new_codes_are_in_the_trail(
    worker: Account, secret: str, django_capture_on_commit_callbacks: DjangoCaptureOnCommitCallbacks
) -> None:
    client = Client()
    sign_in_by_password(client)
    client.post("/account/2fa/authenticate/", {"code": code_of(secret)})
    confirmation = RecoveryCodes.activate(worker).get_unused_codes()[0]
    client.post("/account/2fa/reauthenticate/", {"code": confirmation})

    with django_capture_on_commit_callbacks(execute=True):
        client.post("/account/2fa/recovery-codes/generate/")
        client.post("/account/2fa/totp/deactivate/")

    for verb in ("account.codes_made", "account.factor_removed"):
        assert Entry.objects.get(verb=verb).actor_id == worker.person_id
    worker.refresh_from_db()
    assert worker.credential_changed_at
    assert not Authenticator.objects.filter(user=worker).exists()


# Confirming who one is


def test_confirming_by_password_is_a_new_challenge(worker: Account, settings: pytest.FixtureRequest) -> None:
    settings.DEMO = False  # type: ignore[attr-defined]
    client = Client()
    sign_in_by_password(client)
    session = client.session
    session["account_authentication_methods"][0]["at"] -= 3600
    session.save()
    before = challenge(client, worker)

    response = client.post("/account/reauthenticate/", {"password": PASSWORD, "next": "/people/"})

    assert response.headers["location"] == "/people/"
    after = challenge(client, worker)
    assert after.auth_time > before.auth_time  # type: ignore[attr-defined]
    assert reauthenticate_url("/people/?a=1&b=2") == "/account/reauthenticate/?next=%2Fpeople%2F%3Fa%3D1%26b%3D2"


def test_a_factor_answered_this_morning_is_not_claimed_for_a_password_typed_now(worker: Account) -> None:
    now = time.time()
    client = Client()
    client.force_login(worker)
    session = client.session
    session["account_authentication_methods"] = [
        {"method": "password", "at": now - 7200},
        {"method": "mfa", "type": "totp", "at": now - 7190},
        {"method": "password", "at": now, "reauthenticated": True},
    ]
    session["account_authentication_methods_user"] = str(worker.pk)
    session.save()

    assert challenge(client, worker).method == "password"  # type: ignore[attr-defined]


def test_there_is_no_challenge_without_an_answer_and_none_of_somebody_else(worker: Account, org: Org) -> None:
    client = Client()
    client.force_login(worker)
    assert challenge(client, worker) is None

    sign_in_by_password(client := Client())
    assert challenge(client, Account.objects.get(person=org.outsider)) is None


def test_outside_the_demo_its_challenge_counts_for_nothing(
    org: Org, sign_in: SignIn, settings: pytest.FixtureRequest
) -> None:
    account = Account.objects.get(person=org.worker)
    client = sign_in(org.worker)
    assert challenge(client, account).method == "demo"  # type: ignore[attr-defined]

    settings.DEMO = False  # type: ignore[attr-defined]

    assert challenge(client, account) is None


# By invitation


def test_an_invited_person_chooses_a_password_once_and_signs_in(org: Org, noon: datetime) -> None:
    account = Account.objects.get(person=org.worker)
    path = services.invitation_path(account_id=account.pk)
    client = Client()

    form = client.get(path, follow=True)
    assert form.status_code == 200
    assert path not in form.request["PATH_INFO"]
    done = client.post(form.request["PATH_INFO"], {"password1": PASSWORD, "password2": PASSWORD})

    assert done.status_code == 302
    assert sign_in_by_password(client).status_code == 302  # type: ignore[attr-defined]
    assert Entry.objects.filter(verb="account.password_chosen", about_id=org.worker.pk).exists()
    assert "password1" not in Client().get(path, follow=True).content.decode()


@pytest.mark.parametrize("password", ["short", "password1234", "amara.obi@example"])
def test_a_weak_password_is_refused(org: Org, password: str) -> None:
    path = services.invitation_path(account_id=Account.objects.get(person=org.worker).pk)
    client = Client()
    form = client.get(path, follow=True)

    response = client.post(form.request["PATH_INFO"], {"password1": password, "password2": password})

    assert response.status_code == 200
    assert not Account.objects.get(person=org.worker).has_usable_password()


def test_an_invitation_of_somebody_else_does_not_open_this_account(org: Org) -> None:
    theirs = services.invitation_path(account_id=Account.objects.get(person=org.outsider).pk)
    mine = Account.objects.get(person=org.worker)
    key = theirs.rstrip("/").split("/")[-1].split("-", 1)[1]

    page = Client().get(f"/account/password/reset/key/{_base36(mine.pk)}-{key}/", follow=True).content.decode()

    assert "password1" not in page


def test_settings_keep_sessions_in_the_database_and_limits_in_the_shared_cache() -> None:
    assert settings.SESSION_ENGINE == "staff.sign_ins"
    assert issubclass(SessionStore, DatabaseStore)
    assert settings.CACHES["default"] == {"BACKEND": "django.core.cache.backends.redis.RedisCache", "LOCATION": ANY}


def _base36(number: int) -> str:
    digits = "0123456789abcdefghijklmnopqrstuvwxyz"
    return digits[number] if number < 36 else _base36(number // 36) + digits[number % 36]


def _comparable(page: str, email: str) -> str:
    """A page without what differs from one request to the next."""
    lines = [line for line in page.replace(email, "ADDRESS").splitlines() if "csrfmiddlewaretoken" not in line]
    return "\n".join(line for line in lines if "nonce" not in line)
