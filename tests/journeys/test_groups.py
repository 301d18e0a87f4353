"""A group is booked, somebody is added, it is said who was there, and the next has to be individual: axe-clean."""

import re
from datetime import timedelta

import pytest
from playwright.sync_api import Browser, Page

from core.clock import date_of, now
from tests.journeys.people import arrive
from tests.sites import Site

pytestmark = [pytest.mark.browser, pytest.mark.slow]


def fill_date(page: Page, *, days_ago: int = 0) -> None:
    on = date_of(now()) - timedelta(days=days_ago)
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


def test_from_who_was_there_to_the_signed_record_by_keyboard_on_a_phone(browser: Browser, live_site: Site) -> None:
    manager = arrive(browser, live_site.url, "Denise Campbell-Shaw")
    page = manager.visit("/supervision/groups/book/")
    page.set_viewport_size({"width": 390, "height": 844})
    page.get_by_label("Name of the group").fill("Early shift group")
    fill_date(page, days_ago=1)
    page.get_by_label("Starts").fill("00:01")
    page.get_by_label("Ends").fill("00:59")
    page.get_by_label("Way of working (optional)").select_option(index=1)
    page.get_by_label("Samuel Tetteh").check()
    page.get_by_label("Michelle Drury").check()
    page.get_by_role("button", name="Book the group").click()
    manager.sees("Is that right?")
    page.get_by_role("button", name="Book the group").click()
    page.wait_for_url(re.compile("/attendance/$"))
    page.get_by_label("Samuel Tetteh", exact=True).check()
    page.get_by_label("Michelle Drury", exact=True).check()
    manager.press("Save who was there")

    page.get_by_role("link", name="Lead it").click()
    manager.check()
    page.get_by_role("button", name="Start").focus()
    page.keyboard.press("Enter")
    manager.sees("left")
    assert page.locator("[aria-current=step]").count() == 1
    page.get_by_role("button", name="Pause").press("Enter")
    page.get_by_role("button", name="Next step").press("Enter")
    assert page.locator("[data-step-now]").inner_text() == "Presenting"
    page.go_back()

    page.get_by_role("button", name="Write the record").press("Enter")
    page.wait_for_url(re.compile("/record/$"))
    manager.check()
    page.get_by_label("Outline of the issue").fill("How to end a visit when a parent does not want you to leave.")
    page.get_by_label("Nature of the discussion").fill("What holds us there, and what the child sees of it.")
    page.get_by_role("button", name="Save and check before signing").press("Enter")
    page.wait_for_url(re.compile("/sign/$"))
    manager.check()
    page.get_by_role("button", name="Sign the record").press("Enter")
    manager.sees("Everybody who was there can read it")
    manager.check()
