"""Two people in one draft, a connection that goes, a server that is started anew: nothing that was typed is lost."""

import re
import subprocess
from collections.abc import Generator
from contextlib import contextmanager
from datetime import datetime, timedelta
from typing import Any
from zoneinfo import ZoneInfo

import pytest
from playwright.sync_api import Browser, Dialog, Locator, Page, expect
from runner.terminal import ROOT

from tests.journeys.people import Visitor, arrive, axe_faults
from tests.sites import Site

pytestmark = [pytest.mark.browser, pytest.mark.slow]

SAVED = re.compile("^Saved")
BOTH_WRITE = """
from policies.models import RecordTemplate
form = RecordTemplate.objects.filter(slug="worker_record_app2").latest("version")
sections = [{**one, "written_by": "either"} if one["id"] == "other" else one for one in form.document["sections"]]
document = {**form.document, "version": 98, "sections": sections}
RecordTemplate.objects.create(slug=form.slug, version=98, document=document, digest="sha256:" + "9" * 64, loaded_at=form.loaded_at)
"""


def box(page: Page, section: str, field: str = "discussed") -> Locator:
    return page.locator(f"[name={section}-{field}]")


def save_line(page: Page) -> Locator:
    return page.locator("[data-autosave-words]")


def open_draft(supervisor: Visitor, *, starts: str = "10:00", ends: str = "11:30") -> str:
    """Record a session held yesterday with Thomas; gives the address of its form."""
    day = datetime.now(tz=ZoneInfo("Europe/London")) - timedelta(days=1)
    supervisor.open_file_of("Thomas Hallett")
    supervisor.press("Record a session that was held")
    page = supervisor.page
    for place, value in enumerate((day.day, day.month, day.year)):
        page.locator(f"[name=on_{place}]").fill(str(value))
    page.locator("[name=starts]").fill(starts)
    page.locator("[name=ends]").fill(ends)
    supervisor.press("Save and write the record")
    return page.url.removeprefix(supervisor.site)


@contextmanager
def started_anew(site: Site) -> Generator[None]:
    """The web server ends, the block runs without one, and another takes its place on the same address."""
    process = site.processes["web"]
    process.stop()
    again: list[subprocess.Popen[bytes]] = []
    try:
        yield
        with process.log.open("ab") as log:
            again.append(
                subprocess.Popen(
                    process.handle.args,
                    cwd=ROOT,
                    env=dict(site.environment),
                    stdout=log,
                    stderr=log,
                    start_new_session=True,
                )
            )
        process.handle = again[0]
    finally:
        if not again:
            process.stop()


def test_two_people_write_in_one_draft(browser: Browser, live_site: Site) -> None:
    live_site.manage("shell", "-c", BOTH_WRITE)
    supervisor, worker = (arrive(browser, live_site.url, name) for name in ("Priya Nair", "Thomas Hallett"))
    address = open_draft(supervisor)
    record = address.split("/")[3]
    box(supervisor.page, "other").fill("Leave in May")
    box(supervisor.page, "workload").fill("Eleven children")
    with supervisor.page.expect_request("**/sections/*/") as sent:
        supervisor.page.keyboard.press("Control+s")
    whose = supervisor.page.locator("form[data-autosave]").get_attribute("data-person")
    assert f"typed_by={whose}" in (sent.value.post_data or "")
    expect(save_line(supervisor.page)).to_have_text(SAVED)

    worker.visit(f"/records/{record}/draft/")
    expect(box(worker.page, "other")).to_have_value("Leave in May")
    worker.does_not_see("Eleven children")

    # Each sees where the other writes, and the other's words without loading the page anew
    box(worker.page, "other").focus()
    worker.page.keyboard.press("Control+End")
    worker.page.keyboard.type(", and in August")
    told = supervisor.page.locator("#section-other [data-section-state]")
    expect(told).to_have_text("Thomas Hallett is writing in this section.")
    expect(box(supervisor.page, "other")).to_have_value("Leave in May, and in August")
    assert axe_faults(supervisor.page) == []

    # What is unsaved here is never replaced: both texts stand there, and one decides
    supervisor.page.route("**/presence/", lambda route: route.abort())
    box(worker.page, "other").fill("Leave in September")
    worker.page.keyboard.press("Control+s")
    expect(save_line(worker.page)).to_have_text(SAVED)
    expect(worker.page.locator("#section-other")).to_have_attribute("data-version", "3")
    box(supervisor.page, "other").fill("Leave agreed")
    supervisor.page.keyboard.press("Control+s")
    conflict = supervisor.page.locator("#section-other [data-autosave-conflict]")
    expect(conflict).to_contain_text("Thomas Hallett changed this section")
    expect(conflict).to_contain_text("Leave in September")
    expect(box(supervisor.page, "other")).to_have_value("Leave agreed")
    assert axe_faults(supervisor.page) == []
    conflict.get_by_role("button", name="Save my text in its place").click()
    expect(save_line(supervisor.page)).to_have_text(SAVED)
    expect(box(worker.page, "other")).to_have_value("Leave agreed")

    # Shared, the rest is read as it grows
    supervisor.page.unroute("**/presence/")
    loaded: list[str] = []
    worker.page.on("request", lambda sent: loaded.append(sent.url) if sent.is_navigation_request() else None)
    supervisor.press("Share this draft with Thomas Hallett")
    supervisor.sees("Thomas Hallett can now read this draft")
    expect(worker.page.locator("main")).to_contain_text("Eleven children")
    box(supervisor.page, "workload").fill("Eleven children, and a twelfth")
    expect(worker.page.locator("main")).to_contain_text("and a twelfth")
    assert axe_faults(worker.page) == []
    assert [url.partition("?")[2] for url in loaded] == ["followed"], "nobody who is away is kept signed in by it"
    assert not worker.page.url.endswith("?followed")
    supervisor.press("Stop sharing this draft with Thomas Hallett")
    expect(worker.page.locator("main")).not_to_contain_text("Eleven children")


def test_a_lost_connection_warns_before_the_page_is_closed_and_saves_when_it_is_back(
    browser: Browser, live_site: Site
) -> None:
    supervisor = arrive(browser, live_site.url, "Priya Nair")
    address = open_draft(supervisor)
    page = supervisor.page
    page.context.set_offline(True)  # noqa: FBT003
    box(page, "workload").fill("Typed in a lift")
    page.keyboard.press("Control+s")
    expect(save_line(page)).to_contain_text("you appear to be offline")
    asked: list[str] = []
    page.once("dialog", lambda dialog: stay(dialog, asked))

    page.close(run_before_unload=True)
    expect(box(page, "workload")).to_have_value("Typed in a lift")
    page.context.set_offline(False)  # noqa: FBT003

    expect(save_line(page)).to_have_text(SAVED)
    assert asked == ["beforeunload"]
    assert page.evaluate("localStorage.length + sessionStorage.length") == 0
    other = supervisor.page.context.new_page()
    other.goto(live_site.url + address)
    expect(box(other, "workload")).to_have_value("Typed in a lift")


def stay(dialog: Dialog, asked: list[str]) -> None:
    asked.append(dialog.type)
    dialog.dismiss()


def test_a_server_started_anew_in_the_middle_of_a_save_loses_nothing(browser: Browser, live_site: Site) -> None:
    supervisor = arrive(browser, live_site.url, "Priya Nair")
    address = open_draft(supervisor)
    page = supervisor.page
    box(page, "workload").fill("Before")
    page.keyboard.press("Control+s")
    expect(save_line(page)).to_have_text(SAVED)

    with started_anew(live_site):
        box(page, "workload").fill("Before, and while nobody answered")
        page.keyboard.press("Control+s")
        expect(save_line(page)).to_contain_text("Not saved")

    expect(save_line(page)).to_have_text(SAVED)
    expect(page.locator("[data-autosave-conflict]")).to_have_count(0)
    page.goto(live_site.url + address)
    expect(box(page, "workload")).to_have_value("Before, and while nobody answered")


def test_the_back_button_brings_back_what_was_saved_and_never_an_old_version(browser: Browser, live_site: Site) -> None:
    supervisor = arrive(browser, live_site.url, "Priya Nair")
    open_draft(supervisor)
    page = supervisor.page
    box(page, "workload").fill("One")
    page.keyboard.press("Control+s")
    expect(save_line(page)).to_have_text(SAVED)
    supervisor.press("Save and check before signing")
    page.go_back()
    expect(box(page, "workload")).to_have_value("One")
    box(page, "workload").fill("One and two")
    page.keyboard.press("Control+s")
    expect(save_line(page)).to_have_text(SAVED)
    supervisor.visit("/")
    page.go_back()

    expect(box(page, "workload")).to_have_value("One and two")
    box(page, "workload").fill("One, two and three")
    page.keyboard.press("Control+s")
    expect(page.locator("#section-workload")).to_have_attribute("data-version", "3")
    expect(page.locator("[data-autosave-conflict]")).to_have_count(0)

    # Signed out, going back shows nothing of it
    supervisor.visit("/")
    page.request.post(f"{live_site.url}/account/logout/", form={"csrfmiddlewaretoken": token(page)})
    page.go_back()
    page.wait_for_url(re.compile("sign-in|login"))
    assert "One, two and three" not in page.content()


def token(page: Page) -> str:
    return page.locator("input[name=csrfmiddlewaretoken]").first.input_value()


def test_notes_by_hand_are_attached_on_a_phone_and_the_balance_grows(browser: Browser, live_site: Site) -> None:
    phone: dict[str, Any] = {"viewport": {"width": 390, "height": 844}, "has_touch": True, "is_mobile": True}
    supervisor = arrive(browser, live_site.url, "Priya Nair", **phone)
    open_draft(supervisor)
    page = supervisor.page
    box(page, "workload").fill("one two three")
    balance = page.locator("[data-balance-function=management]")
    expect(balance.locator("[data-balance-words]")).to_have_text("3 words")

    expect(page.get_by_label("Or take a picture now")).to_be_visible()
    page.locator("[name=_attachments-files]").set_input_files(
        {"name": "notes.svg", "mimeType": "image/jpeg", "buffer": b"<svg/>"}
    )
    supervisor.press("Attach")
    supervisor.sees("This is not a file that can be kept")
    expect(box(page, "workload")).to_have_value("one two three")
    picture = page.screenshot(type="jpeg")
    page.locator("[name=_attachments-files]").set_input_files(
        {"name": "page 1.jpg", "mimeType": "image/jpeg", "buffer": picture}
    )
    supervisor.press("Attach")
    with page.expect_download() as taken:
        page.get_by_role("link", name="page 1.jpg").click()
    assert taken.value.suggested_filename == "page 1.jpg"
    expect(page.get_by_text("Not scanned for viruses: accepted by")).to_be_visible()
