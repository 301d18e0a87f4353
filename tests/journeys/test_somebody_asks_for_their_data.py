"""Somebody asks for their data, in the browser: HR approves, another looks through it, decides, gives it; axe-clean."""

import re
import zipfile
from pathlib import Path

import pytest
from playwright.sync_api import Browser, Page, expect

from tests.journeys.people import Visitor, arrive
from tests.sites import Site

pytestmark = [pytest.mark.browser, pytest.mark.slow]
PATIENCE = 120_000


def fits(page: Page) -> None:
    page.set_viewport_size({"width": 390, "height": 844})
    assert page.evaluate("document.documentElement.scrollWidth <= window.innerWidth"), "nothing to scroll sideways"
    page.set_viewport_size({"width": 1280, "height": 900})


def waits_for(visitor: Visitor, words: str) -> None:
    """Looks at the page again until the work in the background is done."""
    for _ in range(60):
        if visitor.page.get_by_text(re.compile(words)).count():
            return
        visitor.page.wait_for_timeout(PATIENCE / 60)
        visitor.page.reload()
    visitor.sees(re.compile(words))


@pytest.mark.scenario(19, "a")
def test_from_the_press_to_the_bundle(browser: Browser, live_site_with_worker: Site, tmp_path: Path) -> None:
    site = live_site_with_worker.url
    asks = arrive(browser, site, "Karen Bebb")
    asks.visit("/data-requests/")
    fits(asks.page)
    asks.press("Ask for my data")
    asks.sees("Nobody yet: it waits to be approved")
    fits(asks.page)
    address = asks.page.url.removeprefix(site)

    hr = arrive(browser, site, "Lorraine Beddoes")
    hr.visit("/people/hat/")
    hr.press("Act as HR")
    page = hr.visit(address)
    hr.press("Approve")
    fits(page)
    page.get_by_label("Who handles it?").press_sequentially("Winston")
    page.get_by_label("Winston Achampong").check()
    with page.expect_navigation():
        page.get_by_role("button", name="Approve").last.click()
    hr.sees("Winston Achampong handles it")

    handler = arrive(browser, site, "Winston Achampong")
    page = handler.visit(address)
    handler.press("Look through everything")
    waits_for(handler, "2. Decide about each paragraph")
    handler.visit(address)
    fits(page)
    handler.press("Go on deciding")
    fits(page)
    page.get_by_label("Other words to take out").first.evaluate("box => box.closest('details').open = true")
    page.get_by_label("Other words to take out").first.fill("Karen Bebb")
    page.get_by_label("Why it is withheld").first.select_option("third_party")
    # By keyboard alone: the next press after the boxes
    page.get_by_label("More about why").first.focus()
    page.keyboard.press("Tab")
    with page.expect_navigation():
        page.keyboard.press("Enter")
    handler.check()
    while page.get_by_role("button", name="Also where only staff are named").count():
        before = page.get_by_role("button", name="Give it").count()
        handler.press("Also where only staff are named")
        if page.get_by_role("button", name="Give it").count() == before:
            handler.press("Give it")
    handler.visit(address)
    handler.press("Make the bundle")
    waits_for(handler, "Download the bundle")
    with page.expect_download() as waited:
        page.get_by_role("link", name="Download the bundle").click()
    path = tmp_path / "bundle.zip"
    waited.value.save_as(path)
    with zipfile.ZipFile(path) as found:
        assert {"index.html", "everything.pdf", "who-read-it.csv"} <= set(found.namelist())
        assert b"[withheld: third party]" in b"".join(found.read(name) for name in found.namelist() if "read/" in name)

    handler.visit(address)
    handler.press("How it ended")
    page.get_by_label("Answered: the data were given").check()
    page.get_by_label("How were they answered?").fill("By hand.")
    handler.press("Close the request")
    expect(page.locator("main")).to_contain_text("Answered: the data were given")
    asks.visit(address)
    asks.sees("By hand.")
