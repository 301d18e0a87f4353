"""An administrator lets somebody choose a password or a second factor anew, and can never sign in as that person."""

import re
from datetime import timedelta

import pytest
from allauth.mfa.models import Authenticator
from allauth.mfa.recovery_codes.internal.auth import RecoveryCodes
from allauth.mfa.totp.internal.auth import TOTP, generate_totp_secret
from django.core import mail
from django.test import Client
from pytest_django import Settings

from core.actor import Role
from core.clock import date_of, now
from notifications import services as notifications
from outbox.models import Job
from staff.challenge import days_since_reset
from staff.models import Account, CredentialReset, SignIn
from tests.org import Org
from tests.org import SignIn as SignInAs
from tests.web.staff.test_signing_in import PASSWORD, sign_in_by_password
from trail.models import Entry

WHY = "Telephone lost on Monday, asked at the desk <b>with</b> a pass."


@pytest.fixture
def worker(org: Org) -> Account:
    account = Account.objects.get(person=org.worker)
    account.set_password(PASSWORD)
    account.save()
    TOTP.activate(account, generate_totp_secret())
    RecoveryCodes.activate(account)
    return account


@pytest.fixture
def admin(org: Org, sign_in: SignInAs) -> Client:
    return sign_in(org.sysadmin, hat=Role.SYSTEM_ADMINISTRATOR)


def pages(account: Account) -> tuple[str, str]:
    return f"/people/{account.person_id}/reset-password/", f"/people/{account.person_id}/reset-factors/"


def notices() -> list[tuple[str, str]]:
    jobs = Job.objects.filter(task="notifications.tasks.notify")
    return [(job.arguments["kind"], job.arguments["person_id"]) for job in jobs]


@pytest.mark.req("R103")
def test_a_new_password_is_chosen_by_a_link_that_goes_to_the_person_alone(
    worker: Account, admin: Client, sign_in: SignInAs
) -> None:
    inside = sign_in(worker.person)
    address, _ = pages(worker)

    answer = admin.post(address, {"reason": WHY}, follow=True)

    assert "A link goes to Amara Obi" in answer.content.decode()
    assert "/password/reset/key/" not in answer.content.decode(), "the administrator never sees the link"
    assert inside.get("/people/").status_code == 302, "signed out everywhere"
    assert sign_in_by_password(Client()).status_code == 200, "the old password opens nothing"  # type: ignore[attr-defined]
    (job,) = Job.objects.filter(task="notifications.tasks.send_password_link")
    notifications.send_password_link(account_id=job.arguments["account_id"], at=now())
    (sent,) = mail.outbox
    assert sent.to == [worker.email]
    (path,) = re.findall(r"http://[^/]+(/account/\S+)", str(sent.body))
    browser = Client()
    form = browser.get(path, follow=True)
    chosen = "another correct horse battery"
    browser.post(form.request["PATH_INFO"], {"password1": chosen, "password2": chosen})
    response = sign_in_by_password(Client(), chosen)
    assert response.headers["location"] == "/account/2fa/authenticate/", "the second factor is asked for as before"  # type: ignore[attr-defined]


@pytest.mark.req("R103")
def test_a_lost_second_factor_is_taken_away_and_the_password_stays(
    worker: Account, admin: Client, sign_in: SignInAs
) -> None:
    inside = sign_in(worker.person)
    _, address = pages(worker)

    admin.post(address, {"reason": WHY})

    assert not Authenticator.objects.filter(user=worker).exists()
    assert inside.get("/people/").status_code == 302
    assert sign_in_by_password(Client()).headers["location"] == "/"  # type: ignore[attr-defined]


@pytest.mark.parametrize("which", [0, 1])
def test_both_are_told_kept_with_the_reason_and_in_the_trail(
    worker: Account, admin: Client, sign_in: SignInAs, org: Org, which: int
) -> None:
    admin.post(pages(worker)[which], {"reason": WHY})

    reset = CredentialReset.objects.get()
    assert (reset.account_id, reset.by_id, reset.reason) == (worker.pk, org.sysadmin.pk, WHY)
    entry = Entry.objects.get(verb=["account.password_reset", "account.factors_reset"][which])
    assert (entry.actor_id, entry.about_id, entry.detail) == (org.sysadmin.pk, worker.person_id, {})
    assert ("credential_reset", str(worker.person_id)) in notices()
    own = sign_in(worker.person).get("/account/2fa/").content.decode()
    assert "Sam Adair took your" in own
    assert "&lt;b&gt;with&lt;/b&gt;" in own
    assert WHY[:20] not in admin.get(f"/people/{worker.person_id}/").content.decode()


@pytest.mark.parametrize("which", [0, 1])
def test_a_reason_is_asked_for_beside_the_field(worker: Account, admin: Client, which: int) -> None:
    page = admin.post(pages(worker)[which], {"reason": "  "}).content.decode()

    assert page.count("Enter the reason.") == 2, "beside the field and in the summary"
    assert not CredentialReset.objects.exists()
    assert Authenticator.objects.filter(user=worker).exists()


@pytest.mark.parametrize("which", [0, 1])
def test_nobody_does_it_for_themselves_or_without_the_hat(
    worker: Account, org: Org, sign_in: SignInAs, which: int
) -> None:
    own = Account.objects.get(person=org.sysadmin)
    own.set_password(PASSWORD)
    own.save()
    TOTP.activate(own, generate_totp_secret())
    with_hat = sign_in(org.sysadmin, hat=Role.SYSTEM_ADMINISTRATOR)

    assert with_hat.post(pages(own)[which], {"reason": WHY}).status_code == 403
    assert sign_in(org.sysadmin).post(pages(worker)[which], {"reason": WHY}).status_code == 403
    assert sign_in(org.team_manager).post(pages(worker)[which], {"reason": WHY}).status_code == 403

    assert not CredentialReset.objects.exists()


def test_what_is_not_there_cannot_be_taken_away(org: Org, admin: Client) -> None:
    account = Account.objects.get(person=org.outsider)

    password, factors = (admin.post(page, {"reason": WHY}).content.decode() for page in pages(account))

    assert "no password yet" in password
    assert "no second factor" in factors
    Account.objects.filter(pk=account.pk).update(is_active=False)
    assert "no account that is in use" in admin.post(pages(account)[0], {"reason": WHY}).content.decode()


def test_the_person_s_page_offers_what_there_is(worker: Account, org: Org, admin: Client, sign_in: SignInAs) -> None:
    page = admin.get(f"/people/{worker.person_id}/").content.decode()

    assert all(address in page for address in pages(worker))
    bare = Account.objects.get(person=org.outsider)
    page = admin.get(f"/people/{bare.person_id}/").content.decode()
    assert not any(address in page for address in pages(bare))
    page = sign_in(org.team_manager).get(f"/people/{worker.person_id}/").content.decode()
    assert not any(address in page for address in pages(worker))


@pytest.mark.parametrize("which", [0, 1])
def test_signatures_of_thirty_days_tell_of_it(worker: Account, admin: Client, which: int) -> None:
    admin.post(pages(worker)[which], {"reason": WHY})

    worker.refresh_from_db()
    today = date_of(worker.credential_reset_at)
    told = [days_since_reset(worker, on=today + timedelta(days=days)) for days in (0, 3, 30, 31)]
    assert told == [0, 3, 30, None]


def test_others_stay_signed_in(worker: Account, admin: Client, org: Org, sign_in: SignInAs, settings: Settings) -> None:
    sign_in(worker.person)
    elsewhere = sign_in(org.supervisor)

    admin.post(pages(worker)[1], {"reason": WHY})

    assert elsewhere.get("/people/").status_code == 200
    assert not SignIn.objects.filter(account=worker).exists()
