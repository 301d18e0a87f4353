"""In a real browser, with a real worker: all of one's own records are made into a file, downloaded and found genuine."""

import subprocess
import sys
import zipfile
from pathlib import Path

import pytest
from playwright.sync_api import Browser, expect

from records.export import VERIFIER
from tests.journeys.people import arrive, axe_faults
from tests.sites import StartSite

pytestmark = [pytest.mark.browser, pytest.mark.slow]

RECORDS = """
from tests.org import make_org
from tests.records_kit import Kit
kit = Kit(make_org())
kit.sealed()
kit.awaiting()
"""


@pytest.mark.req("R112", "R139")
@pytest.mark.scenario(2, "d")
def test_a_supervisee_takes_all_records_along_and_checks_them(
    browser: Browser, start_site: StartSite, tmp_path: Path
) -> None:
    site = start_site(demo=False, worker=True)
    site.manage("shell", "--no-imports", "-c", RECORDS)
    amara = arrive(browser, site.url, "Amara Obi")
    page = amara.visit("/records/own/")

    amara.press("Make a file of my 2 records")
    for _ in range(60):
        if page.get_by_role("link", name="Download the ZIP").count():
            break
        page.wait_for_timeout(1000)
        page.reload()
    amara.check()
    with page.expect_download() as download:
        page.get_by_role("link", name="Download the ZIP").click()
    file = tmp_path / "own.zip"
    download.value.save_as(file)

    amara.press("How do I know that this is genuine?")
    fingerprint = page.locator("dd .app-digest").first.inner_text()
    done = subprocess.run(
        [sys.executable, "-I", str(VERIFIER), str(file), "--fingerprint", fingerprint],
        capture_output=True,
        text=True,
        check=False,
    )
    assert done.stdout.startswith("Intact.\nRecords: 2; signed parts: 3."), done.stdout

    with zipfile.ZipFile(file) as archive:
        archive.extractall(tmp_path / "own")
    (pdf,) = (tmp_path / "own" / "pdf").iterdir()
    for chosen, sentence in ((pdf, "This PDF is genuine."), (file, "This export is genuine")):
        page.locator("#id_file").set_input_files(chosen)
        amara.press("Check this file")
        amara.sees(sentence)
    changed = tmp_path / "changed.pdf"
    changed.write_bytes(pdf.read_bytes() + b"\n% more\n")
    page.locator("#id_file").set_input_files(changed)
    amara.press("Check this file")
    amara.sees("it was changed after this service sealed it")
    amara.press("Check this file")
    expect(page.locator(".govuk-error-summary")).to_contain_text("Choose a PDF or a ZIP.")

    for name in ("index.html", *(f"read/{each.name}" for each in (tmp_path / "own" / "read").iterdir())):
        page.goto((tmp_path / "own" / name).as_uri())
        expect(page.locator("h1")).to_have_count(1)
        assert axe_faults(page) == []
