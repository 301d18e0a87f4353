"""Two people in one draft, a connection that goes and a sign-in that ends: every word stands in the sealed PDF."""

import re
from pathlib import Path

import pytest
from playwright.sync_api import Browser, expect

from tests.journeys.people import arrive
from tests.journeys.test_main_job import download, run
from tests.journeys.test_signed_out import choose, idle_for
from tests.journeys.test_writing_together import SAVED, box, open_draft, save_line
from tests.sites import Site

pytestmark = [pytest.mark.browser, pytest.mark.slow]

TOGETHER = "Amethyst: written while the other was writing as well."
OFFLINE = "Basalt: typed in a lift."
SIGNED_OUT = "Cobalt: typed after the sign-in had ended."
OWN = "Diorite: the supervisee’s own words."


@pytest.mark.req("R187", "R189")
def test_every_word_stands_in_the_sealed_pdf(browser: Browser, live_site_with_worker: Site, tmp_path: Path) -> None:
    site = live_site_with_worker
    supervisor, worker = (arrive(browser, site.url, name) for name in ("Priya Nair", "Thomas Hallett"))
    record = open_draft(supervisor).split("/")[3]
    page = supervisor.page

    # Both at once
    worker.visit(f"/records/{record}/draft/")
    box(page, "workload").fill(TOGETHER)
    box(worker.page, "supervisee_comments", "comments").fill(OWN)
    for each in (page, worker.page):
        each.keyboard.press("Control+s")
        expect(save_line(each)).to_have_text(SAVED)

    # Without a connection
    page.context.set_offline(True)  # noqa: FBT003
    box(page, "development").fill(OFFLINE)
    page.keyboard.press("Control+s")
    expect(save_line(page)).to_contain_text("offline")
    page.context.set_offline(False)  # noqa: FBT003
    expect(save_line(page)).to_have_text(SAVED)

    # Signed out, and in again beside the text
    idle_for(site, 21)
    box(page, "other").fill(SIGNED_OUT)
    page.keyboard.press("Control+s")
    told = page.get_by_role("dialog", name="You have been signed out")
    with page.expect_popup() as opened:
        told.get_by_role("button", name="Sign in again").click()
    choose(opened.value, "Priya Nair")
    expect(told).to_be_hidden()
    expect(save_line(page)).to_have_text(SAVED)

    if page.locator("[name=session-gap_comment]").count():
        page.locator("[name=session-gap_comment]").fill("Leave and court")
    supervisor.press("Save and check before signing")
    supervisor.press("Sign and send to Thomas Hallett")
    worker.page.close()
    worker = arrive(browser, site.url, "Thomas Hallett")
    worker.visit(f"/records/{record}/")
    worker.press("Read and sign")
    worker.page.get_by_label(re.compile("^I agree")).check()
    worker.press("Sign with this answer")
    worker.sees("Signed and sealed")

    printed = re.sub(r"\s+", " ", run("pdftotext", "-layout", download(worker, f"/records/{record}/", tmp_path), "-"))
    assert [words for words in (TOGETHER, OFFLINE, SIGNED_OUT, OWN) if words not in printed] == []
