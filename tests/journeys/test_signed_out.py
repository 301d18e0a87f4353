"""A sign-in that the server ended while somebody wrote: told in time, signed in again beside the text, nothing lost."""

import re

import pytest
from playwright.sync_api import Browser, Page, expect

from tests.journeys.people import Visitor, arrive, axe_faults
from tests.sites import Site

pytestmark = [pytest.mark.browser, pytest.mark.slow]

LATER = "Agreed to visit on Thursday, and to ring the school first."


def idle_for(site: Site, minutes: float) -> None:
    """As if nobody had done anything for so long, in any browser."""
    site.manage(
        "shell",
        "-c",
        "from datetime import timedelta; from django.db.models import F; from staff.models import SignIn;"
        f"SignIn.objects.update(active_at=F('active_at') - timedelta(minutes={minutes}))",
    )


def choose(page: Page, name: str) -> None:
    page.locator("button", has=page.get_by_text(name, exact=True)).first.click()


def open_draft(browser: Browser, site: Site) -> Visitor:
    supervisor = arrive(browser, site.url, "Priya Nair")
    supervisor.open_file_of("Thomas Hallett")
    supervisor.press("Draft the contract")
    return supervisor


@pytest.mark.req("R103")
def test_signing_in_again_beside_the_text_saves_it_and_nobody_else_can(browser: Browser, live_site: Site) -> None:
    supervisor = open_draft(browser, live_site)
    page, box = supervisor.page, supervisor.page.get_by_label("Key tasks of supervisee")
    box.fill("Hold a caseload.")
    page.keyboard.press("Control+s")
    expect(page.locator("[data-autosave-words]")).to_contain_text("Saved")

    idle_for(live_site, 21)
    box.fill(f"Hold a caseload. {LATER}")
    page.keyboard.press("Control+s")

    told = page.get_by_role("dialog", name="You have been signed out")
    expect(told).to_be_visible()
    assert axe_faults(page) == []
    again = told.get_by_role("button", name="Sign in again")
    expect(again).to_be_focused()
    with page.expect_popup() as opened:
        page.keyboard.press("Enter")
    window = opened.value
    choose(window, "Amara Obi")
    expect(window.locator("h1")).to_have_text("You are signed in as Amara Obi")

    expect(told).to_contain_text("Amara Obi has signed in in this browser. Your text has not been saved")
    expect(box).to_have_value(f"Hold a caseload. {LATER}")
    window.get_by_role("button", name="Sign out, and sign in as yourself").click()
    window.goto(f"{live_site.url}/demo/sign-in/?next=/account/signed-in/")
    choose(window, "Priya Nair")

    expect(told).to_be_hidden()
    expect(page.locator("[data-autosave-words]")).to_contain_text("Saved")
    expect(page.locator("[data-autosave-status]")).to_have_attribute("data-state", "saved")
    assert page.evaluate("localStorage.length + sessionStorage.length") == 0
    page.reload()
    expect(page.get_by_label("Key tasks of supervisee")).to_have_value(f"Hold a caseload. {LATER}")
    trail = live_site.manage(
        "shell",
        "-c",
        "from trail.models import Entry; print(Entry.objects.filter(verb='account.sign_in_ended').count())",
    )
    assert re.search(r"^1$", trail, re.MULTILINE)


def test_two_minutes_before_one_is_told_and_stays(browser: Browser, live_site: Site) -> None:
    supervisor = open_draft(browser, live_site)
    other_tab = supervisor.page.context.new_page()
    idle_for(live_site, 18.5)
    for page in (other_tab, supervisor.page):
        page.set_extra_http_headers({"X-Countersign-Automatic": "1"})
        page.goto(supervisor.page.url)
        page.set_extra_http_headers({})

    told = [page.get_by_role("dialog", name="You are about to be signed out") for page in (supervisor.page, other_tab)]
    for dialog in told:
        expect(dialog).to_contain_text(re.compile("You will be signed out in (two minutes|one minute)"))
        expect(dialog.get_by_role("button", name="Stay signed in")).to_be_focused()
    assert axe_faults(supervisor.page) == []
    supervisor.page.keyboard.press("Enter")

    for dialog in told:
        expect(dialog).to_be_hidden(timeout=15_000)
    supervisor.visit("/people/")


def test_a_page_to_read_is_not_left_open_for_others(browser: Browser, live_site: Site) -> None:
    supervisor = arrive(browser, live_site.url, "Priya Nair")
    page = supervisor.visit("/people/")
    idle_for(live_site, 21)

    page.evaluate("document.dispatchEvent(new CustomEvent('countersign:signed-out'))")

    page.wait_for_url(re.compile(r"/demo/sign-in/\?next=%2Fpeople%2F$"))


def test_without_scripts_what_was_sent_comes_back_after_signing_in(browser: Browser, live_site: Site) -> None:
    address = open_draft(browser, live_site).page.url
    page = browser.new_context(java_script_enabled=False).new_page()
    page.goto(address)
    choose(page, "Priya Nair")
    text = f"{LATER}\n\n“Curly” <b>&amp;</b> lines\n  kept"
    page.get_by_label("Key tasks of supervisee").fill(text)
    idle_for(live_site, 21)

    page.get_by_role("button", name="Save now").click()

    expect(page.locator("h1")).to_have_text("Your text is kept on this page")
    with page.expect_popup() as opened:
        page.get_by_role("link", name="Sign in (opens in a new tab)").click()
    choose(opened.value, "Priya Nair")
    expect(opened.value.locator("h1")).to_have_text("You are signed in as Priya Nair")
    page.get_by_role("button", name="Send what I typed").click()
    expect(page.locator("main")).to_contain_text("You have signed in again since you opened that page")
    page.get_by_role("button", name="Send what I typed").click()
    expect(page.locator("main")).to_contain_text("Your draft is saved.")
    expect(page.get_by_label("Key tasks of supervisee")).to_have_value(text)
