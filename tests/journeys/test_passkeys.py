"""A passkey in a real browser: set up, asked for at sign-in and at signing, named in the evidence, taken away."""

import pytest
from playwright.sync_api import Browser, Page, expect

from tests.journeys.people import Visitor, arrive
from tests.sites import Site

pytestmark = [pytest.mark.browser, pytest.mark.slow]

AN_HOUR_AGO = """
from staff.models import SignIn
from staff.sign_ins import SessionStore
for row in SignIn.objects.exclude(account=None):
    session = SessionStore(row.pk)
    for entry in session["account_authentication_methods"]:
        entry["at"] -= 3600
    session.save()
"""


def give_device(page: Page) -> None:
    """A device with a passkey of its own in this browser, whose owner always agrees."""
    devtools = page.context.new_cdp_session(page)
    devtools.send("WebAuthn.enable")
    options = {
        "protocol": "ctap2",
        "transport": "internal",
        "hasResidentKey": True,
        "hasUserVerification": True,
        "isUserVerified": True,
        "automaticPresenceSimulation": True,
    }
    devtools.send("WebAuthn.addVirtualAuthenticator", {"options": options})


def choose(visitor: Visitor) -> None:
    visitor.visit("/demo/sign-in/")
    visitor.page.locator("button", has=visitor.page.get_by_text(visitor.name, exact=True)).first.click()


@pytest.mark.req("R103")
def test_a_passkey_is_set_up_asked_for_and_told(browser: Browser, live_site: Site) -> None:
    visitor = arrive(browser, live_site.url, "Priya Nair")
    give_device(visitor.page)
    visitor.visit("/account/2fa/")
    visitor.press("Add one (passkeys)")
    visitor.page.get_by_label("Name").fill("My laptop")
    visitor.press("Add this passkey")
    expect(visitor.page.locator("h1")).to_have_text("Recovery codes")
    visitor.visit("/account/2fa/passkeys/")
    visitor.sees("My laptop")
    visitor.press("Sign out")

    choose(visitor)
    expect(visitor.page.locator("h1")).to_have_text("One more step")
    visitor.check()
    visitor.press("Use your passkey")
    expect(visitor.page.locator("h1")).to_have_text("What needs you")

    visitor.open_file_of("Thomas Hallett")
    visitor.press("Draft the contract")
    visitor.page.get_by_label("Key tasks of supervisee").fill("Hold a caseload of children in need")
    visitor.press("Save and check before signing")
    live_site.manage("shell", "-c", AN_HOUR_AGO)
    visitor.press("Sign and send to Thomas Hallett")
    expect(visitor.page.locator("h1")).to_have_text("Confirm that it is you")
    visitor.press("Confirm with a passkey")
    visitor.press("Sign and send to Thomas Hallett")
    visitor.sees("with a passkey")

    visitor.visit("/account/2fa/passkeys/")
    visitor.press("Rename My laptop")
    visitor.page.get_by_label("Name").fill("Old laptop")
    visitor.press("Save this name")
    visitor.press("Remove Old laptop")
    visitor.press("Remove it")
    visitor.visit("/account/2fa/")
    visitor.does_not_see("Old laptop")
