"""Notices in a real browser: read, choose what is mailed, make an address for the calendar, fetch it."""

import pytest
from playwright.sync_api import Browser, expect

from tests.journeys.people import Visitor, arrive
from tests.sites import Site, StartSite

pytestmark = [pytest.mark.browser, pytest.mark.slow]

PEOPLE = """
from core.clock import now
from notifications import services
from tests.org import make_org
org = make_org()
for number in range(3):
    services.notify(person_id=org.worker.pk, kind='record_sealed', key=str(number), path='/people/', at=now())
"""


@pytest.fixture
def site(start_site: StartSite) -> Site:
    site = start_site(demo=False)
    site.manage("shell", "--no-imports", "-c", PEOPLE)
    return site


@pytest.fixture
def amara(browser: Browser, site: Site) -> Visitor:
    return arrive(browser, site.url, "Amara Obi")


def test_notices_are_opened_and_marked_as_read(amara: Visitor) -> None:
    page = amara.press("Notices")
    expect(page.locator(".app-account .app-count")).to_contain_text("3")

    page.get_by_role("button", name="A record is signed and sealed").first.click()
    expect(page.locator("h1")).to_have_text("People")
    amara.visit("/notices/")
    page.get_by_role("button", name="Mark as read").first.click()
    expect(page.locator(".app-account .app-count")).to_contain_text("1")

    amara.press("Mark all as read")
    expect(page.locator(".app-account .app-count")).to_have_count(0)
    amara.press("what was mailed to you")
    amara.sees("Messages that were sent to you will be listed here")


def test_choices_are_made_and_mistakes_are_said_beside_the_field(amara: Visitor) -> None:
    page = amara.visit("/notices/settings/")
    page.get_by_label("When should the summary come?").fill("6:00")
    amara.press("Save my choices")
    amara.sees("This time lies in your quiet hours. Choose a later one.")

    page.get_by_label("When should the summary come?").fill("9.15")
    page.get_by_label("A message at once when something waits").check()
    amara.press("Save my choices")

    amara.sees("Your choices are saved.")
    expect(page.get_by_label("When should the summary come?")).to_have_value("09:15")
    expect(page.get_by_label("A message at once when something waits")).to_be_checked()


def test_a_calendars_address_is_made_copied_and_fetched_without_a_sign_in(amara: Visitor, browser: Browser) -> None:
    page = amara.visit("/notices/settings/")
    page.context.grant_permissions(["clipboard-read", "clipboard-write"])

    amara.press("Make an address")
    page.get_by_role("button", name="Copy the address").click()
    expect(page.get_by_role("status")).to_have_text("Copied")
    address = page.get_by_label("Address").input_value()

    assert page.evaluate("navigator.clipboard.readText()") == address
    stranger = browser.new_context().request
    assert stranger.get(address).text().startswith("BEGIN:VCALENDAR")
    amara.visit("/notices/settings/")
    amara.press("Stop the address")
    assert stranger.get(address).status == 404
