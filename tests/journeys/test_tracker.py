"""The tracker in the browser: the grid on a desktop, a list of each child on a phone, a tick by keyboard; axe-clean."""

import re

import pytest
from playwright.sync_api import Browser, expect

from tests.journeys.people import arrive
from tests.sites import Site

pytestmark = [pytest.mark.browser, pytest.mark.slow]

NARROW = "document.documentElement.scrollWidth <= window.innerWidth"


@pytest.mark.req("R190")
@pytest.mark.req("R191")
def test_a_team_manager_reads_the_year_of_the_team_and_ticks_a_child(browser: Browser, live_site: Site) -> None:
    priya = arrive(browser, live_site.url, "Priya Nair")
    priya.press("Children")
    page = priya.press("Tracker: what was said of each child, month by month")
    priya.check()
    grid = page.get_by_role("region", name="Tracker")
    grid.focus()
    expect(grid).to_be_focused()
    assert page.evaluate(NARROW), "the page itself never goes sideways"

    tick = page.get_by_role("button", name=re.compile("was discussed briefly")).first
    reference = re.search(r"P\d+", tick.inner_text() + tick.text_content())[0]
    tick.focus()
    with page.expect_navigation():
        page.keyboard.press("Enter")
    priya.sees(f"{reference} was discussed briefly in the session of")
    priya.check()

    page.set_viewport_size({"width": 390, "height": 844})
    assert page.evaluate(NARROW), "nothing to scroll sideways"
    priya.check()
    with page.expect_navigation():
        page.locator("tbody .app-said[href]").first.click()
    expect(page).to_have_url(re.compile("/sessions/|/records/|/said/"))

    priya.visit("/supervision/tracker/in-depth/")
    priya.check()
    with page.expect_download() as fetched:
        page.get_by_role("link", name="Excel file").click()
    assert fetched.value.suggested_filename.endswith(".xlsx")
