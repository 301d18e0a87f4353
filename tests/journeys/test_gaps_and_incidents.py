"""Who has no supervisor, engagement and training, and abuse at work with its support, in the browser: axe-clean."""

import pytest
from playwright.sync_api import Browser

from tests.journeys.people import arrive
from tests.sites import Site

pytestmark = [pytest.mark.browser, pytest.mark.slow]


def test_the_lists_beside_overdue_and_the_page_of_engagement(browser: Browser, live_site: Site) -> None:
    manager = arrive(browser, live_site.url, "Priya Nair")
    page = manager.visit("/overdue/")
    manager.press("Without a supervisor")
    manager.press("Supervisors to prepare")
    manager.open_file_of("Amara Obi")
    person = page.url.rstrip("/").split("/")[-1]
    manager.visit(f"/people/{person}/employment/")
    page.get_by_label("Agency").check()
    manager.press("Save")
    manager.sees("Agency")
    page.set_viewport_size({"width": 390, "height": 844})
    manager.visit("/overdue/gaps/?show=supervisors")
    assert page.evaluate("document.documentElement.scrollWidth <= window.innerWidth"), "nothing to scroll sideways"


def test_an_incident_stays_between_the_two_until_it_is_shared(browser: Browser, live_site: Site) -> None:
    priya = arrive(browser, live_site.url, "Priya Nair")
    page = priya.open_file_of("Amara Obi")
    priya.press("What was shared, and processes elsewhere")
    priya.press("Enter an incident")
    priya.press("Save")
    priya.sees("There is a problem")
    for name, value in (("Day", "2"), ("Month", "3"), ("Year", "2026")):
        page.get_by_label(name, exact=True).fill(value)
    page.get_by_label("What happened?").fill("Followed to the car after a visit.")
    page.get_by_label("Which support was given?").fill("A talk the same evening.")
    priya.press("Save")
    priya.sees("Followed to the car after a visit.")
    priya.press("Share it for one of the reasons")
    priya.sees("the next manager up can read the whole entry")
