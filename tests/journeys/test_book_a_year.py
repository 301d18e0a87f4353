"""A year of supervision in a real browser: proposed, changed, booked; the rest moved; one cancelled and put right."""

import re
from datetime import datetime, timedelta
from zoneinfo import ZoneInfo

import pytest
from playwright.sync_api import Browser, expect

from tests.journeys.people import Visitor, arrive
from tests.sites import Site

pytestmark = [pytest.mark.browser, pytest.mark.slow]


def next_monday() -> datetime:
    today = datetime.now(tz=ZoneInfo("Europe/London"))
    return today + timedelta(days=7 - today.weekday())


def propose(priya: Visitor, name: str) -> None:
    priya.open_file_of(name)
    priya.press("Book a year of sessions")
    first = next_monday()
    for place, value in enumerate((first.day, first.month, first.year)):
        priya.page.locator(f"[name=on_{place}]").fill(str(value))
    priya.page.locator("[name=starts]").fill("8:00")
    priya.page.locator("[name=ends]").fill("9:00")
    priya.press("Propose dates")


@pytest.mark.req("R038", "R082")
def test_a_year_is_booked_moved_and_one_of_it_cancelled(browser: Browser, live_site: Site) -> None:
    priya = arrive(browser, live_site.url, "Priya Nair")
    propose(priya, "Daniel Ezenwa")
    page = priya.page

    expect(page.locator("tbody tr")).to_have_count(12)
    page.locator("[name=dates-11-drop]").check()
    page.locator("[name=dates-10-on]").fill("25/12/2027")
    priya.press("Book these dates")
    priya.sees("Nothing is booked yet")
    priya.sees(re.compile("ank holiday|ot a working day"))
    page.locator("[name=dates-10-drop]").check()
    priya.press("Book these dates")
    if page.get_by_role("button", name="Book these dates").count():
        priya.press("Book these dates")
    priya.sees("10 sessions with Daniel Ezenwa are booked")

    page.get_by_role("row").filter(has_text="Booked").nth(1).get_by_role("link").click()
    priya.check()
    priya.press("Move it")
    priya.press("Move this one and those after it")
    page.get_by_label("Day of the week").select_option("Thursday")
    page.locator("[name=starts]").fill("16:00")
    page.locator("[name=ends]").fill("17:30")
    priya.press("Show where each goes")
    priya.press("Move these sessions")
    priya.sees("sessions are moved")

    priya.press("Cancel it")
    page.locator("[name=cancelled_by]").first.check()
    page.get_by_label("Why is it cancelled?").fill("Court on the same day")
    priya.press("Cancel the session")
    priya.sees("Say whether the two of you spoke about it.")
    expect(page.get_by_label("Why is it cancelled?")).to_have_value("Court on the same day")
    page.locator("[name=direct_contact][value=no]").check()
    priya.press("Cancel the session")
    priya.sees("book another")

    priya.visit("/")
    priya.sees("Book another date with Daniel Ezenwa")
    for query in ("", "?when=past", "?view=month"):
        priya.visit(f"/supervision/diary/{query}")


def test_leave_is_entered_and_dates_keep_clear_of_it_on_a_telephone(browser: Browser, live_site: Site) -> None:
    amara = arrive(browser, live_site.url, "Amara Obi", viewport={"width": 390, "height": 844})
    amara.visit("/supervision/diary/?view=month")
    expect(amara.page.locator("body")).to_have_js_property("scrollWidth", 390)
