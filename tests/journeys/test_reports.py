"""The monthly report in the browser: asked for, worked out while one waits, read by keyboard, opened behind, taken along."""

import re

import pytest
from playwright.sync_api import Browser, expect

from tests.journeys.people import arrive
from tests.sites import Site

pytestmark = [pytest.mark.browser, pytest.mark.slow]


@pytest.mark.scenario(25, "e")
@pytest.mark.req("R277")
def test_a_service_manager_reads_the_month_by_keyboard_alone(browser: Browser, live_site_with_worker: Site) -> None:
    helen = arrive(browser, live_site_with_worker.url, "Helen Garside")
    page = helen.visit("/reports/")
    page.locator("tbody th a").first.focus()
    with page.expect_navigation():
        page.keyboard.press("Enter")
    helen.check()
    page.get_by_role("button", name="Work it out").focus()
    with page.expect_navigation():
        page.keyboard.press("Enter")
    expect(page.locator("main")).to_contain_text(re.compile("Judged by"), timeout=90_000)
    helen.check()

    region = page.get_by_role("region", name="Workers: supervision")
    region.focus()
    expect(region).to_be_focused()
    page.keyboard.press("Tab")
    figure = page.locator(":focus")
    number = int(re.match(r"\d+", figure.inner_text())[0])
    with page.expect_navigation():
        page.keyboard.press("Enter")
    helen.check()
    helen.sees(f"{number} in the list")
    page.go_back()
    signed = page.get_by_role("region", name="Records: signed by both").get_by_role("link").first
    signed.focus()
    with page.expect_navigation():
        page.keyboard.press("Enter")
    helen.check()
    helen.sees("As known at the end of")

    helen.press("Back to the report")
    for image in page.get_by_role("img").all():
        expect(image).to_have_attribute("aria-labelledby", re.compile("trend-"))
    with page.expect_download() as fetched:
        page.get_by_role("link", name="CSV file").click()
    assert fetched.value.suggested_filename.endswith(".csv")

    page.set_viewport_size({"width": 390, "height": 844})
    helen.visit(page.url.replace(live_site_with_worker.url, "").partition("?")[0] + "?known=2020-01-01")
    helen.sees("Choose a day from the end of the month up to yesterday")
    page.get_by_role("link", name="Choose a day").click()
    expect(page.get_by_label("Day", exact=True)).to_be_focused()
    assert page.evaluate("document.documentElement.scrollWidth <= window.innerWidth"), "nothing to scroll sideways"
