"""Boards in the browser: from the menu to a figure and the person behind it, by keyboard, on a phone, as a file; axe-clean."""

import re

import pytest
from playwright.sync_api import Browser, expect

from tests.journeys.people import arrive
from tests.sites import Site

pytestmark = [pytest.mark.browser, pytest.mark.slow]


def test_a_service_manager_goes_from_the_board_to_who_is_late_and_back_in_time(
    browser: Browser, live_site: Site
) -> None:
    helen = arrive(browser, live_site.url, "Helen Garside")
    page = helen.press("Boards")
    helen.sees(re.compile(r"As at \d:\d\d on "))
    expect(page.get_by_role("img", name="How many of 100 were in time at the end of each month")).to_be_visible()
    region = page.get_by_role("region", name="Workers")
    region.focus()
    expect(region).to_be_focused()
    page.keyboard.press("Tab")
    figure = page.locator(":focus")
    number = int(re.match(r"\d+", figure.inner_text())[0])
    with page.expect_navigation():
        page.keyboard.press("Enter")
    helen.check()
    helen.sees(f"{number} in the list, the longest due first")
    with page.expect_download() as fetched:
        page.get_by_role("link", name="CSV file").click()
    assert fetched.value.suggested_filename.endswith(".csv")
    page.locator("tbody th a").first.click()
    expect(page).to_have_url(re.compile("/people/|/supervision/"))

    helen.visit("/boards/")
    month = page.get_by_role("region", name="The last twelve months").or_(page.locator("table").last)
    with page.expect_navigation():
        month.get_by_role("link").first.click()
    helen.check()
    helen.sees("As at 2:00 on ")

    page.set_viewport_size({"width": 390, "height": 844})
    helen.visit("/boards/?on=2099-01-01")
    helen.sees("Choose a day up to today")
    page.get_by_role("link", name="Choose a day up to today").click()
    expect(page.get_by_label("Day", exact=True)).to_be_focused()
    assert page.evaluate("document.documentElement.scrollWidth <= window.innerWidth"), "nothing to scroll sideways"
