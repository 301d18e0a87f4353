"""Actions and disagreements in the browser: one is closed and opened again, a colleague is found by name; axe-clean."""

import pytest
from playwright.sync_api import Browser, expect

from tests.journeys.people import arrive
from tests.sites import Site

pytestmark = [pytest.mark.browser, pytest.mark.slow]


def test_a_supervisor_works_through_actions_and_reads_a_disagreement(browser: Browser, live_site: Site) -> None:
    priya = arrive(browser, live_site.url, "Priya Nair")
    page = priya.visit("/records/actions/")
    with page.expect_navigation():
        page.get_by_role("button", name="Mark as done").first.click()
    priya.check()
    priya.sees("The action is closed.")
    priya.press("Open it again")
    priya.sees("The action is open again.")
    priya.press("Give it to somebody else")
    page.get_by_label("A colleague").press_sequentially("amara")
    expect(page.get_by_label("Amara Obi")).to_be_visible()

    priya.visit("/supervision/matters/")
    priya.press("Whether the work with P203114 can end in January")
    priya.press("Add your view")
    page.get_by_label("Your view", exact=False).fill("Early help begins on 11 January.")
    priya.press("Add my view")
    priya.sees("Early help begins on 11 January.")
    priya.open_file_of("Amara Obi")
    priya.press("What was shared, and processes elsewhere")
    priya.press("Enter something that is shared")


def test_a_supervisee_finds_the_ways_past_the_supervisor(browser: Browser, live_site: Site) -> None:
    amara = arrive(browser, live_site.url, "Amara Obi")
    page = amara.visit("/supervision/concerns/raise/")
    amara.press("Send it")
    amara.sees("Choose who is to read this.")
    amara.visit("/help/speaking-up/")
    page.set_viewport_size({"width": 390, "height": 844})
    amara.visit("/records/actions/")
    assert page.evaluate("document.documentElement.scrollWidth <= window.innerWidth"), "nothing to scroll sideways"
