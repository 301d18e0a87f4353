"""Two people prepare a session in real browsers: each in private, then together; less often needs a decision."""

import os
from pathlib import Path

import pytest
from playwright.sync_api import Browser, Page, expect

from tests.journeys.people import Visitor, arrive
from tests.sites import Site

pytestmark = [pytest.mark.browser, pytest.mark.slow]


def open_preparation(who: Visitor) -> None:
    """From the diary's first booked session to its preparation."""
    who.visit("/supervision/diary/")
    who.page.get_by_role("table").first.locator("tbody a").first.click()
    who.check()
    who.press("Prepare for it")


@pytest.mark.req("R080", "R084", "R093")
def test_both_prepare_and_share(browser: Browser, live_site: Site) -> None:
    amara = arrive(browser, live_site.url, "Amara Obi")
    open_preparation(amara)
    keep_picture(amara.page, "prepare")
    amara.sees("How I am seen in the team")
    amara.page.get_by_label("What you want to bring, ask or say").fill("Ask about the practice educator course.")
    expect(amara.page.locator("[data-autosave-words]")).to_contain_text("Saved")
    amara.press("Add something to the agenda")
    amara.page.get_by_label("What do you want to talk about?").fill("Cover over Christmas")
    amara.press("Put it on the agenda")
    amara.sees("Cover over Christmas")
    expect(amara.page.get_by_label("What you want to bring, ask or say")).to_have_value(
        "Ask about the practice educator course."
    )
    amara.page.locator("li", has_text="Cover over Christmas").get_by_role("button", name="Move up").click()
    amara.check()
    amara.page.locator("li", has_text="Cover over Christmas").get_by_role("link", name="Change it").click()
    amara.check()
    amara.page.get_by_label("A policy or procedure that was explained").check()
    keep_picture(amara.page, "change")
    amara.page.get_by_label("Something to talk about").check()
    amara.page.get_by_label("What do you want to talk about?").fill("Cover over Christmas and the New Year")
    amara.press("Save the change")
    amara.sees("Cover over Christmas and the New Year")
    keep_picture(amara.page, "changed")

    priya = arrive(browser, live_site.url, "Priya Nair")
    priya.open_file_of("Amara Obi")
    keep_picture(priya.page, "person")
    priya.sees("Cover over Christmas")
    priya.does_not_see("How I am seen in the team")
    priya.does_not_see("practice educator course.")


@pytest.mark.req("R329", "R330")
def test_on_a_phone_worries_are_said_the_agenda_is_set_and_children_are_marked(
    browser: Browser, live_site: Site
) -> None:
    amara = arrive(browser, live_site.url, "Amara Obi", viewport={"width": 390, "height": 844})
    open_preparation(amara)
    card = amara.page.locator(".app-worry").first
    reference = card.get_attribute("aria-label") or ""
    card.get_by_label("Very").focus()
    amara.page.keyboard.press("Space")
    card.get_by_label("Why, in a line").fill("Missed three appointments")
    expect(amara.page.locator("[data-autosave-status]")).to_have_attribute("data-state", "saved")
    keep_picture(amara.page, "worries")
    amara.page.reload()
    expect(card.get_by_label("Very")).to_be_checked()
    expect(card.get_by_label("Why, in a line")).to_have_value("Missed three appointments")
    amara.press("Choose which to discuss in depth")
    amara.page.get_by_label(reference, exact=True).check()
    keep_picture(amara.page, "agenda")
    amara.press("Save the agenda")
    amara.sees("The agenda is saved. Both of you see it.")

    priya = arrive(browser, live_site.url, "Priya Nair", viewport={"width": 390, "height": 844})
    priya.visit(amara.page.url.removeprefix(live_site.url))
    priya.press("Prepare for it")
    priya.sees("Marked by Amara Obi")
    priya.does_not_see("Missed three appointments")
    keep_picture(priya.page, "prepare-supervisor")


def test_an_exception_is_decided_by_the_manager_above(browser: Browser, live_site: Site) -> None:
    helen = arrive(browser, live_site.url, "Helen Garside")
    keep_picture(helen.page, "home")
    helen.press("Read and decide")
    helen.sees("Works two days a week until the spring")
    helen.page.get_by_label("Approve it, until its last day").check()
    keep_picture(helen.page, "exception")
    helen.press("Decide")
    helen.sees("Your decision is recorded")

    priya = arrive(browser, live_site.url, "Priya Nair")
    priya.visit("/supervision/team/")
    priya.sees("Not what the policy asks.")
    keep_picture(priya.page, "team")


def keep_picture(page: Page, name: str) -> None:
    """A picture wide and narrow, where somebody asked for pictures."""
    if folder := os.environ.get("PICTURES"):
        for width in (1280, 390):
            page.set_viewport_size({"width": width, "height": 900})
            page.screenshot(path=Path(folder) / f"{name}-{width}.png", full_page=True)
