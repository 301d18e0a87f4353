"""A system administrator brings children from the case system, in the browser: axe-clean, on a phone, too."""

from datetime import timedelta
from pathlib import Path

import pytest
from playwright.sync_api import Browser

from compliance.demo import people
from core.clock import date_of, now
from tests.journeys.people import arrive
from tests.sites import Site

pytestmark = [pytest.mark.browser, pytest.mark.slow]

HEADERS = "Child ID,Start date,End date,Social worker,Team manager,Case type,Child name"


def test_children_are_brought_looked_at_and_applied(
    browser: Browser, live_site_with_worker: Site, tmp_path: Path
) -> None:
    site = live_site_with_worker
    day = f"{date_of(now()) - timedelta(days=20):%d/%m/%Y}"
    file = tmp_path / "caseload.csv"
    rows = [
        f"P990001,{day},,{people.AMARA},,CIN,Not Kept",
        f"P990002,{day},,Nobody Here,,CIN,Not Kept",
        f"Not Kept,{day},,{people.AMARA},,LAC,Not Kept",
    ]
    file.write_text("\n".join([HEADERS, *rows]))
    kieran = arrive(browser, site.url, "Kieran Stokoe")
    page = kieran.visit("/people/hat/")
    kieran.press("Act as System administrator")
    kieran.press("Imports")
    page.get_by_label("File").set_input_files(file)
    kieran.press("Continue")
    kieran.sees("What the columns hold")
    page.set_viewport_size({"width": 390, "height": 844})
    assert page.evaluate("document.documentElement.scrollWidth <= window.innerWidth")
    kieran.press("Read the file and show what would change")
    page.get_by_role("button", name="Apply").wait_for(timeout=120_000)
    kieran.check()
    kieran.sees("There is no person “Nobody Here” in Countersign.")
    kieran.sees("This looks like a name.")
    kieran.does_not_see("Not Kept")
    assert page.evaluate("document.documentElement.scrollWidth <= window.innerWidth")
    page.get_by_label("All rows but the 2 that have to be mended").check()
    kieran.press("Apply")
    page.get_by_text("Applied.", exact=True).wait_for(timeout=120_000)
    kieran.check()
