"""A form sent after one was signed out, or by another person: given back, never lost, never saved under another name."""

import re
from html import unescape
from typing import Any

import pytest
from django.core.files.uploadedfile import SimpleUploadedFile
from django.test import Client

from core.actor import Role
from staff.models import CredentialReset, SignIn
from tests.org import Org, sign_in_as

TEXT = 'Two\r\nlines, “curly”, <b>bold</b> & "quoted"  '
INPUT = re.compile(r'<input type="hidden" name="([^"]*)" value="([^"]*)"', re.DOTALL)


@pytest.fixture
def address(org: Org) -> str:
    return f"/people/{org.worker.pk}/reset-factors/"


def as_sent(org: Org, **more: str) -> dict[str, str]:
    return {"reason": TEXT, "save": "1", "typed_by": str(org.sysadmin.pk), **more}


def kept(response: Any) -> dict[str, str]:
    """The hidden fields of the form that stands for what was sent, as a browser reads them."""
    form = response.content.decode().split("<main", 1)[1].split("<form", 1)[1].split("</form", 1)[0]
    return {unescape(name): unescape(value) for name, value in INPUT.findall(form)}


def admin(org: Org) -> Client:
    return sign_in_as(org.sysadmin, hat=Role.SYSTEM_ADMINISTRATOR)


@pytest.mark.req("R103")
def test_what_a_signed_out_person_sends_comes_back_to_the_letter(org: Org, address: str) -> None:
    browser = admin(org)
    SignIn.objects.all().delete()

    response = browser.post(address, as_sent(org))

    assert response.status_code == 401
    assert "no-store" in response.headers["cache-control"]
    fields = kept(response)
    assert fields.pop("csrfmiddlewaretoken")
    assert fields == as_sent(org)
    assert f'action="{address}"' in response.content.decode()
    assert not CredentialReset.objects.exists()


def test_every_form_says_who_it_was_shown_to(org: Org, address: str) -> None:
    page = admin(org).get(address).content.decode()

    assert page.count(f'name="typed_by" value="{org.sysadmin.pk}"') == page.count("csrfmiddlewaretoken") > 1
    assert "typed_by" not in Client().get("/account/login/").content.decode()


@pytest.mark.req("R103")
def test_what_one_person_typed_is_never_taken_from_another(org: Org) -> None:
    sign_in_as(org.supervisor)
    other = sign_in_as(org.hr)

    response = other.post("/people/hat/", {"hat": "hr", "typed_by": str(org.sysadmin.pk)})

    assert response.status_code == 403
    assert "Hanna Roy has signed in in this browser meanwhile" in response.content.decode()
    assert kept(response)["typed_by"] == str(org.sysadmin.pk)
    assert "hat" not in other.session
    assert other.post("/people/hat/", {"hat": "hr", "typed_by": str(org.hr.pk)}).status_code == 302
    assert other.session["hat"] == "hr", "control: one's own form goes through"


def test_a_form_from_before_signing_in_again_is_kept_with_a_new_token(org: Org, address: str) -> None:
    browser = Client(enforce_csrf_checks=True)
    browser.cookies = admin(org).cookies

    response = browser.post(address, as_sent(org, csrfmiddlewaretoken="stale"), headers={"origin": "http://testserver"})

    assert response.status_code == 403
    assert "You have signed in again" in response.content.decode()
    again = browser.post(address, kept(response))
    assert again.status_code in (200, 302)
    assert "Your text is kept" not in again.content.decode()


@pytest.mark.parametrize("origin", ["http://evil.example", "null", ""])
def test_a_form_of_another_site_is_not(org: Org, address: str, origin: str) -> None:
    browser = Client(enforce_csrf_checks=True)
    browser.cookies = admin(org).cookies
    headers = {"origin": origin} if origin else {}

    response = browser.post(address, as_sent(org), headers=headers)

    assert response.status_code == 403
    assert "This page was open too long" in response.content.decode()
    assert "curly" not in response.content.decode()


def test_no_password_is_ever_written_into_a_page(org: Org) -> None:
    response = Client().post(
        "/account/password/change/", {"oldpassword": "secret words", "typed_by": str(org.worker.pk)}
    )

    assert response.status_code == 302
    assert "secret words" not in response.content.decode()


def test_files_are_named_and_asked_for_again(org: Org, address: str) -> None:
    response = Client().post(address, as_sent(org) | {"picture": SimpleUploadedFile("notes page 1.jpg", b"x")})

    assert "choose notes page 1.jpg again" in response.content.decode()


def test_where_one_lands_after_signing_in_beside_the_page(org: Org) -> None:
    page = sign_in_as(org.worker).get("/account/signed-in/").content.decode()

    assert "You are signed in as Amara Obi" in page
    assert "Sign out, and sign in as yourself" in page
