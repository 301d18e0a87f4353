"""Need to know, in the browser: asked, approved by a second person, read by an inspector under their name; axe-clean."""

import re
from datetime import timedelta

import pytest
from playwright.sync_api import Browser, Page, expect

from core.clock import date_of, now
from tests.journeys.people import arrive
from tests.sites import Site

pytestmark = [pytest.mark.browser, pytest.mark.slow]


def fits(page: Page) -> None:
    page.set_viewport_size({"width": 390, "height": 844})
    assert page.evaluate("document.documentElement.scrollWidth <= window.innerWidth"), "nothing to scroll sideways"
    page.set_viewport_size({"width": 1280, "height": 900})


def fill_day(page: Page, legend: str, days: int) -> None:
    day = date_of(now()) + timedelta(days=days)
    group = page.get_by_role("group", name=legend)
    for label, value in (("Day", day.day), ("Month", day.month), ("Year", day.year)):
        group.get_by_label(label, exact=True).fill(str(value))


@pytest.mark.req("R107")
@pytest.mark.scenario(18, "a")
def test_an_inspector_reads_two_records_and_no_third(browser: Browser, live_site: Site) -> None:
    inspector = arrive(browser, live_site.url, "Jane Ward", lands_on="What you may read")
    page = inspector.visit("/")
    inspector.sees("What you may read")
    inspector.does_not_see("My supervision")
    fits(page)
    links = page.locator("main ul a").all()
    assert len(links) == 2
    addresses = [link.get_attribute("href") for link in links]
    for address in addresses:
        inspector.visit(str(address))
        expect(page.locator("svg.app-watermark")).to_have_count(1)
        expect(page.get_by_text("Download")).to_have_count(0)
        fits(page)
    for address in ("/people/", "/supervision/diary/", f"{addresses[0]}pdf/", f"{addresses[0]}genuine/"):
        response = page.goto(live_site.url + address)
        assert response is not None
        assert response.status == 404


@pytest.mark.req("R107")
def test_one_asks_and_another_approves(browser: Browser, live_site: Site) -> None:
    helen = arrive(browser, live_site.url, "Helen Garside")
    page = helen.visit("/need-to-know/")
    helen.press("Ask that somebody may read")
    page.get_by_label("Whose supervision records are to be read?").press_sequentially("Amara O")
    page.get_by_label("Amara Obi").check()
    with page.expect_navigation():
        page.get_by_role("button", name="Continue").click()
    helen.check()
    page.get_by_label("A colleague").check()
    page.get_by_label("Which colleague?").press_sequentially("Farah H")
    page.get_by_label("Farah Haidari").check()
    page.get_by_label("Data protection", exact=True).check()
    page.get_by_label("What exactly is the purpose?").fill("A question of the data protection officer.")
    page.get_by_label("Exact records").check()
    page.get_by_label(re.compile("^Supervision record")).first.check()
    fill_day(page, "First day", 0)
    fill_day(page, "Last day", 4)
    fits(page)
    with page.expect_navigation():
        page.get_by_role("button", name="Send the request").click()
    helen.check()
    helen.sees("Waits for an answer")
    address = page.url.removeprefix(live_site.url)

    nadeem = arrive(browser, live_site.url, "Nadeem Farooqi")
    nadeem.visit("/")
    nadeem.sees("Say whether Farah Haidari may read supervision records")
    nadeem.visit(address)
    fits(nadeem.page)
    nadeem.page.get_by_label("Yes, approve it").check()
    nadeem.press("Send this answer")
    nadeem.sees("Open now")

    amara = arrive(browser, live_site.url, "Amara Obi")
    amara.visit("/need-to-know/")
    amara.sees("Farah Haidari")
    amara.sees("A question of the data protection officer.")
