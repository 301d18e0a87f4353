"""Saying how a session was, and reading what came of it and of the survey, in the browser; every page axe-clean."""

import pytest
from playwright.sync_api import Browser, expect

from tests.journeys.people import arrive
from tests.sites import Site

pytestmark = [pytest.mark.browser, pytest.mark.slow]


@pytest.mark.req("R263", "R265", "R279")
def test_amara_says_how_it_was_by_keyboard_and_the_principal_social_worker_reads_the_trend(
    browser: Browser, live_site: Site
) -> None:
    amara = arrive(browser, live_site.url, "Amara Obi")
    amara.page.locator("aside, main").get_by_role("link", name="Say so in three clicks").click()
    amara.check()
    page = amara.page
    for name in ("space", "challenge", "useful"):
        page.locator(f"input[name={name}]").nth(2).focus()
        page.keyboard.press("Space")
    page.locator("button[name=save]").click()
    amara.check()
    amara.sees("Thank you. Nobody is told that you answered.")
    amara.visit("/help/supervisory-styles/")
    amara.visit("/help/partnership/")
    amara.visit("/health-check/")
    page.locator("main a[href*='/health-check/']").first.click()
    amara.check()
    page.set_viewport_size({"width": 390, "height": 844})
    assert page.evaluate("document.documentElement.scrollWidth <= window.innerWidth"), "nothing to scroll sideways"

    arrive(browser, live_site.url, "Priya Nair").visit("/supervision/feedback/")

    farah = arrive(browser, live_site.url, "Farah Haidari")
    farah.visit("/people/hat/")
    farah.page.get_by_role("button", name="Act as Principal social worker").click()
    farah.press("How supervision is for people, by quarter and service")
    expect(farah.page.get_by_role("table")).to_be_visible()
    farah.visit("/health-check/open/")
    farah.page.get_by_role("button", name="Ask everybody").click()
    farah.check()
    farah.sees("Enter the last day")
