"""In a real browser, with a real worker: added to, corrected, closed, and downloaded masked, after all was signed."""

import re
import subprocess
from pathlib import Path

import pytest
from playwright.sync_api import Browser, Page

from tests.journeys.people import Visitor, arrive
from tests.sites import StartSite

pytestmark = [pytest.mark.browser, pytest.mark.slow]

RECORDS = """
from datetime import date, time
from dataclasses import replace
from records.models import Record
from records.services import save_section
from supervision.models import SupervisionSession
from tests.org import add_person, make_org
from tests.records_kit import FACTS, NOON, Kit
org = make_org()
kit = Kit(org, facts={**FACTS, "starts": "10:00", "ends": "11:30"})
record = kit.sealed()
SupervisionSession.objects.create(
    supervisee=org.worker, supervisor=org.supervisor, on=date(2026, 11, 9), starts=time(10), ends=time(11, 30),
    status="held", booked_at=NOON, closed_at=NOON, record=record)
former = add_person("Fay Moss", team=org.other_team, job_title="Senior social worker")
Record.objects.create(
    kind="worker_record", subject=org.worker, author=former, template_slug="worker_record_app2", template_version=1,
    policy_slug="shropshire-2017", policy_version="3", title="Supervision record", created_at=NOON)
print(record.pk)
"""


def downloaded(visitor: Visitor, path: str, folder: Path) -> Path:
    """The PDF of a record as this person gets it, asked for until it is made."""
    page: Page = visitor.visit(path)
    for _ in range(60):
        link = page.get_by_role("link", name=re.compile("PDF"))
        if "Ask for" in link.inner_text() or "made in a few seconds" in page.content():
            page.goto(f"{visitor.site}{path}pdf/") if "Ask for" in link.inner_text() else None
            page.wait_for_timeout(1000)
            page.goto(visitor.site + path)
            continue
        break
    with page.expect_download() as download:
        page.get_by_role("link", name=re.compile("Download the PDF")).click()
    file = folder / download.value.suggested_filename
    download.value.save_as(file)
    return file


def text_in(file: Path) -> str:
    return subprocess.run(["pdftotext", "-layout", str(file), "-"], capture_output=True, check=True, text=True).stdout


@pytest.mark.scenario(2, "a")
def test_what_follows_after_both_have_signed(browser: Browser, start_site: StartSite, tmp_path: Path) -> None:
    site = start_site(demo=False, worker=True)
    record = site.manage("shell", "--no-imports", "-c", RECORDS).split()[-1]
    path = f"/records/{record}/"

    amara = arrive(browser, site.url, "Amara Obi")
    amara.visit(path)
    amara.press("Write an addendum")
    amara.page.get_by_label("Addendum", exact=True).fill("We also agreed to speak about the rota.")
    amara.press("Sign the addendum")
    amara.sees("Your addendum is part of the record now.")
    amara.sees("Addendum by Amara Obi")

    priya = arrive(browser, site.url, "Priya Nair")
    priya.visit(path)
    priya.sees("We also agreed to speak about the rota.")
    priya.press("Correct a wrong date, time or mode")
    priya.page.locator("[name=on_0]").fill("6")
    priya.page.get_by_label("Why it is corrected").fill("The diary had the wrong day.")
    priya.press("Sign the correction")
    priya.sees(re.compile(r"Friday 6 November 2026 \(was Monday 9 November 2026, corrected on"))
    full = text_in(downloaded(priya, path, tmp_path))
    for words in ("Addendum by Amara Obi", "Correction by Priya Nair", "was Monday 9 November 2026", "operation"):
        assert words in full

    tom = arrive(browser, site.url, "Tom Mills")
    tom.sees("Nobody can finish the record of supervision of Amara Obi by Fay Moss")
    tom.press("Close it unsigned")
    tom.page.get_by_label("Not countersigned, because", exact=True).fill("Fay Moss supervises in another team now.")
    tom.press("Sign and close the record")
    tom.sees("The record is closed, as not countersigned, with your reason.")
    tom.visit(path)
    tom.does_not_see("operation")
    file = downloaded(tom, path, tmp_path)
    masked = text_in(file)
    assert file.name.endswith("-masked.pdf")
    assert "Masked copy" in masked
    assert "We also agreed to speak about the rota." in masked
    assert "operation" not in masked
