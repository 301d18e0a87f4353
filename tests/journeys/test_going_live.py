"""An administrator brings a spreadsheet, mends it and enters it; categories, key dates, a programme: axe-clean."""

import pytest
from playwright.sync_api import Browser

from tests.journeys.people import Visitor, arrive
from tests.sites import Site

pytestmark = [pytest.mark.browser, pytest.mark.slow]


def bring(kieran: Visitor, content: str) -> None:
    """Choose a file about people, and have it checked."""
    page = kieran.visit("/supervision/going-live/")
    page.get_by_label("People: when each was last supervised").check()
    page.get_by_label("File", exact=True).set_input_files(
        {"name": "last.csv", "mimeType": "text/csv", "buffer": content.encode()}
    )
    kieran.press("Check the file")


def test_from_a_spreadsheet_to_a_programme(browser: Browser, live_site: Site) -> None:
    kieran = arrive(browser, live_site.url, "Kieran Stokoe")
    page = kieran.press("Put on a hat")
    kieran.press("Act as System administrator")
    kieran.visit("/")
    kieran.press("Going live")
    kieran.press("without an opening date")
    kieran.sees("Cerys Bowdler")
    bring(kieran, "Worker,When\nnobody@example.org,26/10/2026\n")
    kieran.sees("No column has this heading")
    bring(kieran, "E-mail,Last supervised\nnobody@example.org,1/1/2020\nkieran@example.org,last week\n")
    kieran.sees("Nobody here has this e-mail address.")

    kieran.visit("/people/?q=Cerys")
    kieran.press("Cerys Bowdler")
    kieran.press("Categories and key dates")
    kieran.sees("Start of the ASYE")
    page.get_by_role("link", name="End").first.click()
    kieran.sees("last day")
    kieran.check()
    page.go_back()
    kieran.press("Change the key dates")
    page.go_back()
    kieran.press("Opening date")
    for name, value in (("Day", "1"), ("Month", "1"), ("Year", "2020")):
        page.get_by_label(name, exact=True).fill(value)
    kieran.press("Save")

    priya = arrive(browser, live_site.url, "Priya Nair")
    priya.open_file_of("Cerys Bowdler")
    priya.sees("Opening date")
    priya.press("Programme")
    priya.sees("Weekly")
    priya.sees("Now")
