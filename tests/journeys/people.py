"""A person in front of a browser, for the journeys: signs in, looks, and has every page checked on the way."""

import re
from dataclasses import dataclass
from typing import Any

from axe_playwright_python.sync_playwright import Axe
from playwright.sync_api import Browser, Page, expect

from tests.browser import wait_for_scripts

# govuk-frontend keeps this attribute on conditional radios knowingly; axe-core counts it as a fault
KNOWN = {"aria-allowed-attr"}


@dataclass
class Visitor:
    """Somebody of the demo in a browser of their own."""

    name: str
    page: Page
    site: str

    def visit(self, path: str) -> Page:
        """Open a page by its address, and check it."""
        self.page.goto(self.site + path)
        self.check()
        return self.page

    def press(self, words: str | re.Pattern[str]) -> Page:
        """Press a button, or follow a link, by its words, and check where it leads."""
        link, button = (self.page.get_by_role(role, name=words) for role in ("link", "button"))
        with self.page.expect_navigation():
            link.or_(button).first.click()
        self.check()
        return self.page

    def open_file_of(self, person: str) -> Page:
        """From the team's page to one supervisee."""
        self.visit("/supervision/team/")
        return self.press(person)

    def check(self) -> None:
        """The page has one main heading, and axe finds nothing wrong with it."""
        wait_for_scripts(self.page)
        expect(self.page.locator("h1")).to_have_count(1)
        faults = axe_faults(self.page)
        assert not faults, f"{self.page.url}\n" + "\n".join(faults)

    def sees(self, words: str | re.Pattern[str]) -> None:
        """The words stand on the page."""
        expect(self.page.locator("main")).to_contain_text(words)

    def does_not_see(self, words: str) -> None:
        """The words stand nowhere on the page."""
        assert words not in self.page.content()


def axe_faults(page: Page) -> list[str]:
    """What axe finds wrong with the page as it is now, a line each."""
    results: dict[str, Any] = Axe().run(page).response
    return [
        f"{fault['id']}: {node['html'][:200]}"
        for fault in results["violations"]
        for node in fault["nodes"]
        if not (fault["id"] in KNOWN and "aria-expanded" in node["html"])
    ]


def arrive(browser: Browser, site: str, name: str, *, lands_on: str = "What needs you", **context: Any) -> Visitor:
    """Somebody comes to the demo and chooses who to be. ``lands_on``: the heading of their first page."""
    page = browser.new_context(locale="en-GB", timezone_id="Europe/London", **context).new_page()
    visitor = Visitor(name, page, site)
    visitor.visit("/demo/sign-in/")
    page.locator("button", has=page.get_by_text(name, exact=True)).first.click()
    expect(page.locator("h1")).to_have_text(lands_on)
    visitor.check()
    return visitor
