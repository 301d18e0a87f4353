"""A document is put into a section of the folder by keyboard, on a screen and on a phone; axe-clean."""

from collections.abc import Mapping
from pathlib import Path

import pytest
from playwright.sync_api import Browser, Page

from core.clock import date_of, now
from tests.journeys.people import arrive
from tests.sites import Site
from tests.uploads import pdf_of_pages

pytestmark = [pytest.mark.browser, pytest.mark.slow]
SIZES: Mapping[str, tuple[int, int]] = {"screen": (1280, 900), "phone": (390, 844)}


def tab_to(page: Page, label: str) -> None:
    """Go on with the tab key until a field is reached."""
    field = page.get_by_label(label, exact=True)
    for _ in range(60):
        if field.evaluate("each => each === document.activeElement"):
            return
        page.keyboard.press("Tab")
    raise AssertionError(f"{label} cannot be reached by keyboard")


@pytest.mark.req("R130")
@pytest.mark.req("R223")
@pytest.mark.req("R224")
@pytest.mark.parametrize("size", sorted(SIZES))
def test_a_document_is_put_into_a_section_by_keyboard(
    browser: Browser, live_site: Site, tmp_path: Path, size: str
) -> None:
    file = tmp_path / "induction.pdf"
    file.write_bytes(pdf_of_pages())
    worker = arrive(browser, live_site.url, "Amara Obi")
    page = worker.visit("/")
    page.get_by_role("link", name="My folder").first.click()
    width, height = SIZES[size]
    page.set_viewport_size({"width": width, "height": height})
    worker.check()
    page.get_by_role("link", name="Documents of section 9").click()
    worker.check()
    page.get_by_role("button", name="Add a document").click()
    worker.check()
    today = date_of(now())
    tab_to(page, "What is it?")
    page.keyboard.type(f"Induction checklist ({size})")
    for name, value in (("Day", today.day), ("Month", today.month), ("Year", today.year)):
        tab_to(page, name)
        page.keyboard.type(str(value))
    page.keyboard.press("Enter")
    worker.sees("Choose a file, or say where the paper lies.")
    worker.check()
    page.get_by_label("File: a scan, a picture or a document (optional)").set_input_files(file)
    page.get_by_role("button", name="Put it in the folder").press("Enter")
    worker.sees(f"Induction checklist ({size})")
    worker.sees("induction.pdf")
    worker.check()
