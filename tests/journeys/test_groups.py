"""A group is booked, somebody is added, it is said who was there, and the next has to be individual: axe-clean."""

import re

import pytest
from playwright.sync_api import Browser, Page

from core.clock import date_of, now
from tests.journeys.people import arrive
from tests.sites import Site

pytestmark = [pytest.mark.browser, pytest.mark.slow]


def fill_date(page: Page) -> None:
    on = date_of(now())
    for name, value in (("Day", on.day), ("Month", on.month), ("Year", on.year)):
        page.get_by_label(name, exact=True).fill(str(value))


def test_a_group_from_booking_to_who_was_there(browser: Browser, live_site: Site) -> None:
    manager = arrive(browser, live_site.url, "Denise Campbell-Shaw")
    page = manager.visit("/supervision/groups/")
    manager.press("Book a group")
    page.get_by_role("button", name="Book the group").click()
    manager.sees("Give the group a name")
    page.get_by_label("Name of the group").fill("Night shift group")
    fill_date(page)
    page.get_by_label("Starts").fill("00:01")
    page.get_by_label("Ends").fill("00:59")
    page.get_by_label("Samuel Tetteh").check()
    page.get_by_label("Michelle Drury").check()
    page.get_by_role("button", name="Book the group").click()
    manager.sees("Is that right?")
    manager.check()
    assert page.get_by_label("Samuel Tetteh").is_checked()
    page.get_by_role("button", name="Book the group").click()
    page.wait_for_url(re.compile("/attendance/$"))
    manager.sees("Who was there?")
    manager.check()
    page.get_by_label("Samuel Tetteh", exact=True).check()
    page.get_by_label("Michelle Drury", exact=True).check()
    manager.press("Save who was there")
    manager.sees("Present")
    manager.visit("/supervision/diary/?view=month")
    manager.sees("Night shift group")
