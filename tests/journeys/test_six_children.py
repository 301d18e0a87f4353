"""A session with six children, two of them siblings, written on a phone by keyboard alone, and signed by both."""

import re
import subprocess
from datetime import date, datetime, timedelta
from pathlib import Path
from typing import Any

import pytest
from playwright.sync_api import Browser, Page, expect

from core.clock import LONDON
from tests.journeys.people import Visitor, arrive
from tests.journeys.test_main_job import download
from tests.sites import Site

pytestmark = [pytest.mark.browser, pytest.mark.slow]

PHONE: dict[str, Any] = {"viewport": {"width": 390, "height": 844}}
FAMILY = "Both parents come to the meetings now."
MOST_TABS = 400
# Thomas Hallett holds six children since the spring, the first two of one family
SIX = """
from datetime import UTC, date, datetime
from cases.models import Allocation, Child, Episode, Sibling, SiblingGroup
from staff.models import StaffMember
worker = StaffMember.objects.get(name="Thomas Hallett")
known = {"starts_on": date(2026, 1, 5), "recorded_at": datetime(2026, 1, 5, 9, tzinfo=UTC)}
Allocation.objects.filter(holder=worker).update(ends_on=date.today(), end_recorded_at=datetime.now(tz=UTC))
Allocation.objects.filter(holder=worker, starts_on__gte=date.today()).delete()
group = SiblingGroup.objects.create()
for number in range(1, 7):
    child = Child.objects.create(reference=f"SIX{number}")
    Episode.objects.create(child=child, **known)
    Allocation.objects.create(child=child, holder=worker, without_worker=False, **known)
    if number < 3:
        Sibling.objects.create(group=group, child=child, **known)
"""


def story(number: int) -> str:
    return f"The story of child number {number} alone."


class Keys:
    """Somebody who has no mouse."""

    def __init__(self, visitor: Visitor) -> None:
        self.visitor, self.page = visitor, visitor.page

    def reach(self, selector: str) -> None:
        """Press Tab until the place is reached; one that cannot be is a trap."""
        for _ in range(MOST_TABS):
            if self.page.evaluate("(wanted) => Boolean(document.activeElement?.matches(wanted))", selector):
                return
            self.page.keyboard.press("Tab")
        raise AssertionError(f"{selector} cannot be reached by keyboard on {self.page.url}")

    def type_into(self, selector: str, words: str) -> None:
        self.reach(selector)
        self.page.keyboard.insert_text(words)

    def follow(self, selector: str) -> None:
        """Press Enter on a link or button, and check the page to which it leads."""
        self.reach(selector)
        with self.page.expect_navigation():
            self.page.keyboard.press("Enter")
        self.visitor.check()

    def fits(self) -> None:
        """Nothing is wider than the phone."""
        expect(self.page.locator("body")).to_have_js_property("scrollWidth", 390)


def hold(keys: Keys, day: date) -> None:
    page = keys.page
    said = {"on_0": str(day.day), "on_1": str(day.month), "on_2": str(day.year), "starts": "08:00", "ends": "09:00"}
    for name, value in said.items():
        keys.reach(f"[name={name}]")
        page.keyboard.press("Control+a")
        page.keyboard.insert_text(value)
    keys.follow("main button.govuk-button")


def mark(keys: Keys) -> None:
    """The first five in depth; the sixth was not discussed."""
    for number in range(1, 7):
        group = keys.page.locator("fieldset", has_text=re.compile(rf"^\s*SIX{number}\b")).first
        name = group.locator("input[type=radio]").first.get_attribute("name")
        keys.reach(f'[name="{name}"]')
        keys.page.keyboard.press("Space")
        for _ in range(2 if number == 6 else 1):
            keys.page.keyboard.press("ArrowDown")
        if number == 6:
            reason = str(name).replace("depth-", "reason-")
            keys.type_into(f'[name="{reason}"]', "At school on that day.")


def write_about(keys: Keys, number: int) -> None:
    keys.visitor.sees(f"Child {number} of 5")
    keys.fits()
    if number == 1:
        keys.type_into('[name="_family-text"]', FAMILY)
    if number == 2:
        expect(keys.page.locator('[name="_family-text"]')).to_have_value(FAMILY)
    keys.type_into('[name="situation-situation"]', story(number))
    expect(keys.page.locator("[data-autosave-words]")).to_contain_text("Saved")
    keys.follow('main form button[name="next"]')


@pytest.mark.req("R109", "R110")
@pytest.mark.scenario(16, "a")
@pytest.mark.scenario(16, "b")
def test_a_session_with_six_children_by_keyboard_on_a_phone(
    browser: Browser, live_site_with_worker: Site, tmp_path: Path
) -> None:
    site = live_site_with_worker
    site.manage("shell", "-c", SIX)
    priya = arrive(browser, site.url, "Priya Nair", **PHONE)
    keys = Keys(priya)
    priya.open_file_of("Thomas Hallett")
    keys.follow('main a[href$="/log/"]')
    hold(keys, datetime.now(tz=LONDON).date() - timedelta(days=1))

    written = priya.page.url
    priya.visit(f"{session_of(priya.page)}children/")
    keys.fits()
    mark(keys)
    keys.follow("main form button.govuk-button")
    first = priya.page.locator(".app-children-to-write a", has_text="SIX1").first.get_attribute("href")
    keys.follow(f'main a[href="{first}"]')
    for number in range(1, 6):
        write_about(keys, number)

    assert priya.page.url == written
    keys.type_into('[name="workload-discussed"]', "The caseload is full.")
    if priya.page.locator("[name=session-gap_comment]").count():
        keys.type_into("[name=session-gap_comment]", "Leave and court")
    keys.follow('main form button[name="sign"]')
    priya.sees("Entries for the children’s records (5)")
    keys.fits()
    keys.follow("main form button.govuk-button")
    record = priya.page.url.removeprefix(site.url)

    thomas = arrive(browser, site.url, "Thomas Hallett", **PHONE)
    thomas.visit(record)
    thomas.press("Read and sign")
    thomas.sees("Entries for the children’s records (5)")
    answering = Keys(thomas)
    answering.fits()
    answering.reach('[name="meaning"]')
    thomas.page.keyboard.press("Space")
    answering.follow('main form button[name="sign"]')
    thomas.sees("Signed and sealed")

    second = thomas.page.get_by_role("link", name="SIX2").get_attribute("href")
    assert second
    text = words_in(download(priya, second, tmp_path))
    assert FAMILY in text
    assert story(2) in text
    for number in (1, 3, 4, 5, 6):
        assert story(number) not in text
        assert f"SIX{number}" not in text
    assert "The caseload is full." not in text
    assert "story of child" not in words_in(download(thomas, record, tmp_path))


def session_of(page: Page) -> str:
    """The address of the session whose record is written."""
    href = page.locator('main a[href*="/supervision/sessions/"]').first.get_attribute("href") or ""
    return href.removesuffix("children/")


def words_in(file: Path) -> str:
    done = subprocess.run(["pdftotext", "-layout", str(file), "-"], capture_output=True, check=True, text=True)
    return re.sub(r"\s+", " ", done.stdout)
