"""A version of the policy in real browsers: drafted by one, looked at, published by another; a day off is added."""

import re

import pytest
from playwright.sync_api import Browser, expect

from tests.journeys.people import arrive
from tests.sites import Site, StartSite

pytestmark = [pytest.mark.browser, pytest.mark.slow]

PEOPLE = """
from datetime import date
from core.clock import now
from core.actor import Role
from policies.services import adopt
from staff.models import RoleHeld
from tests.org import RECORDED, make_org
org = make_org()
RoleHeld.objects.create(person=org.head, role=Role.DIRECTOR, starts_on=date(2025, 4, 1), recorded_at=RECORDED)
adopt(slug='shropshire-2017', starts_on=date(2017, 6, 1), at=RECORDED)
"""


@pytest.fixture
def site(start_site: StartSite) -> Site:
    site = start_site(demo=False)
    site.manage("shell", "--no-imports", "-c", PEOPLE)
    return site


def test_one_drafts_another_publishes(browser: Browser, site: Site) -> None:
    petra = arrive(browser, site.url, "Petra Wolf")
    petra.press("Put on a hat")
    petra.press("Act as Principal social worker")
    petra.visit("/policy/drafts/")
    page = petra.press("Change the newest version")
    box = page.locator("textarea[name=text]")
    text = box.input_value()
    box.fill(text.replace("every: P2M", "every: two months"))
    petra.press("Check and keep as a draft")
    expect(page.locator(".govuk-error-summary")).to_contain_text("is not a length of time")
    expect(box).to_have_value(re.compile("every: two months"))

    box.fill(re.sub(r"(?m)^version:.*$", "version: '4'", text).replace("every: P2M", "every: P1M"))
    for part, value in enumerate(("1", "3", "2030")):
        page.locator(f"[name=starts_on_{part}]").fill(value)
    petra.press("Check and keep as a draft")
    petra.sees("A discussion every month.")
    petra.sees("Somebody else has to publish it")
    address = page.url.removeprefix(site.url)
    petra.visit(f"{address}effect/")

    helen = arrive(browser, site.url, "Helen Hart")
    helen.visit(address)
    helen.press("Publish this version")
    helen.press("Publish this version")
    helen.sees("Begins later")
    helen.sees("drafted by Petra Wolf")


def test_an_administrator_adds_a_day_off(browser: Browser, site: Site) -> None:
    sam = arrive(browser, site.url, "Sam Adair")
    sam.press("Put on a hat")
    sam.press("Act as System administrator")
    page = sam.visit("/policy/days-off/")
    for part, value in enumerate(("4", "3", "2030")):
        page.locator(f"[name=on_{part}]").fill(value)
    page.get_by_label("Closure day").check()
    page.locator("[name=reason]").fill("The offices move")
    sam.press("Add this day")
    sam.sees("Closure day: The offices move")
