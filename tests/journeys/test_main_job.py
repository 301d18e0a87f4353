"""The main job in real browsers on the whole program: contract, session, two signatures, sealed PDF, overdue flag."""

import re
import subprocess
from datetime import datetime, timedelta
from pathlib import Path
from zoneinfo import ZoneInfo

import pytest
from playwright.sync_api import Browser, Page, expect

from tests.journeys.people import Visitor, arrive
from tests.sites import Site

pytestmark = [pytest.mark.browser, pytest.mark.slow]

WORDS = "Workload is heavy since court began. <script>alert(1)</script> ‘Curly’ – Dŵr 🙂 שלום"
PRIVATE = "Sleeping badly since the inquest"


def yesterday() -> datetime:
    return datetime.now(tz=ZoneInfo("Europe/London")) - timedelta(days=1)


def enter_time(page: Page, day: datetime, starts: str = "10:00", ends: str = "11:30") -> None:
    for place, value in enumerate((day.day, day.month, day.year)):
        page.locator(f"[name=on_{place}]").fill(str(value))
    page.locator("[name=starts]").fill(starts)
    page.locator("[name=ends]").fill(ends)


def sign_contract(supervisor: Visitor, worker: Visitor) -> None:
    supervisor.open_file_of("Thomas Hallett")
    supervisor.press("Draft the contract")
    supervisor.page.get_by_label("Key tasks of supervisee").fill("Hold and progress a caseload of children in need")
    supervisor.press("Save and check before signing")
    supervisor.sees("Hold and progress a caseload of children in need")
    supervisor.press("Sign and send to Thomas Hallett")
    supervisor.sees("Thomas Hallett can now read and sign it")

    worker.visit("/")
    worker.press("Read and sign")
    worker.page.get_by_label(re.compile("^I agree")).check()
    worker.press("Sign with this answer")
    worker.sees("Signed and sealed")


def write_and_sign(supervisor: Visitor) -> str:
    """Record a session held yesterday; gives the address of its record."""
    supervisor.open_file_of("Thomas Hallett")
    supervisor.press("Record a session that was held")
    enter_time(supervisor.page, yesterday(), ends="09:00")
    supervisor.press("Save and write the record")
    supervisor.sees("The end must be later than the start")
    enter_time(supervisor.page, yesterday())
    supervisor.press("Save and write the record")

    page = supervisor.page
    page.locator("[name=workload-discussed]").fill(WORDS)
    page.locator("[name=wellbeing-discussed]").fill(PRIVATE)
    for section in ("workload", "wellbeing"):
        expect(page.locator(f"#section-{section}")).to_have_attribute("data-version", "1")
    expect(page.locator("[data-autosave-words]")).to_contain_text("Saved")
    page.reload()
    expect(page.locator("[name=workload-discussed]")).to_have_value(WORDS)
    expect(page.locator("[name=wellbeing-discussed]")).to_have_value(PRIVATE)

    if page.locator("[name=session-gap_comment]").count():
        page.locator("[name=session-gap_comment]").fill("Leave and court")
    page.locator("[name=workload-actions-0-what]").fill("Find a co-worker for the court work")
    page.locator("[name=workload-actions-0-who]").fill("Priya Nair")
    page.locator("[name=workload-actions-0-by]").fill((yesterday() + timedelta(days=30)).strftime("%d/%m/%Y"))
    supervisor.press("Save and check before signing")
    expect(page.locator("h1")).to_have_text("Check it, then sign")
    supervisor.sees(WORDS)
    supervisor.press("Sign and send to Thomas Hallett")
    supervisor.sees("Waiting for")
    return page.url.removeprefix(supervisor.site)


def send_back_correct_and_countersign(supervisor: Visitor, worker: Visitor, record: str) -> None:
    worker.visit(record)
    worker.sees(WORDS)
    worker.press("Read and sign")
    worker.press("send it back for correction")
    worker.page.get_by_label("Reason").fill("The co-worker was already found")
    worker.press("Sign and send back")

    supervisor.visit("/")
    supervisor.sees("Correct the record of supervision with Thomas Hallett")
    supervisor.visit(record)
    supervisor.sees("The co-worker was already found")
    supervisor.press("Correct the record")
    supervisor.page.locator("[name=workload-actions-0-what]").fill("Thank Yusuf Rahmani for co-working")
    supervisor.press("Save and check before signing")
    supervisor.press("Sign and send to Thomas Hallett")

    worker.visit(record)
    worker.press("Read and sign")
    worker.sees("Thank Yusuf Rahmani for co-working")
    worker.page.locator("[name=supervisee_comments-comments]").fill("A fair record. Diolch yn fawr")
    worker.page.get_by_label(re.compile("^I agree")).check()
    worker.press("Sign with this answer")
    worker.sees("Signed and sealed")
    worker.sees("A fair record. Diolch yn fawr")


def download(visitor: Visitor, record: str, folder: Path) -> Path:
    """Wait for the worker to make the PDF, then save it."""
    for _ in range(120):
        visitor.page.goto(visitor.site + record)
        if visitor.page.get_by_text(re.compile("^Download the PDF.*, made ")).count():
            break
        visitor.page.wait_for_timeout(500)
    with visitor.page.expect_download() as started:
        visitor.page.get_by_role("link", name=re.compile("^Download the PDF")).click()
    path = folder / f"{visitor.name}.pdf"
    started.value.save_as(path)
    return path


def run(*command: str | Path) -> str:
    done = subprocess.run([str(word) for word in command], capture_output=True, text=True)
    assert done.returncode == 0, done.stdout + done.stderr
    return done.stdout


def trusted(site: Site, folder: Path) -> Path:
    """A store of certificates that trusts the demo's own authority, as a reader's machine would."""
    store = folder / "trusted"
    store.mkdir()
    run("certutil", "-N", "-d", f"sql:{store}", "--empty-password")
    for number, certificate in enumerate(sorted((site.state / "keys").glob("*ca*.pem"))):
        run("certutil", "-A", "-d", f"sql:{store}", "-n", f"ca{number}", "-t", "C,C,C", "-i", certificate)
    return store


@pytest.mark.req("R087", "R121", "R128", "R152", "R176", "R187", "R189")
def test_one_relationship_through_the_whole_main_job(
    browser: Browser, live_site_with_worker: Site, tmp_path: Path
) -> None:
    site = live_site_with_worker
    supervisor = arrive(browser, site.url, "Priya Nair")
    worker = arrive(browser, site.url, "Thomas Hallett")

    sign_contract(supervisor, worker)
    record = write_and_sign(supervisor)
    send_back_correct_and_countersign(supervisor, worker, record)

    pdf = download(worker, record, tmp_path)
    assert pdf.read_bytes() == download(supervisor, record, tmp_path).read_bytes()
    text = run("pdftotext", "-layout", pdf, "-")
    assert "<script>alert(1)</script>" in re.sub(r"\s+", " ", text)
    assert "Diolch yn fawr" in text
    assert "No syntax or stream encoding errors found" in run("qpdf", "--check", pdf)
    signature = run("pdfsig", "-nssdir", trusted(site, tmp_path), pdf)
    assert "Signature is Valid" in signature
    assert "Certificate is Trusted" in signature

    manager = arrive(browser, site.url, "Helen Garside")
    manager.visit(record)
    manager.sees("Find a co-worker" if "Find a co-worker" in manager.page.content() else "Workload management")
    manager.does_not_see(PRIVATE)
    manager.press("Ask for the masked PDF")
    masked = re.sub(r"\s+", " ", run("pdftotext", "-layout", download(manager, record, tmp_path), "-"))
    assert "Masked copy" in masked
    assert "Diolch yn fawr" in masked
    assert PRIVATE not in masked

    stranger = arrive(browser, site.url, "Ben Lockyer")
    assert stranger.page.request.get(site.url + record).status == 404

    assert "intact" in site.manage("verify_records").lower()


def test_an_overdue_supervision_is_flagged_with_its_why(browser: Browser, live_site: Site) -> None:
    supervisor = arrive(browser, live_site.url, "Priya Nair")

    supervisor.sees("Supervision with Daniel Ezenwa is overdue")
    supervisor.sees(re.compile("Flagged on"))
    supervisor.page.get_by_text("Why is this due?").first.click()
    supervisor.sees(re.compile("Shropshire Council, version"))
    supervisor.check()

    manager = arrive(browser, live_site.url, "Helen Garside")
    manager.sees("Daniel Ezenwa")

    colleague = arrive(browser, live_site.url, "Ben Lockyer")
    colleague.does_not_see("Daniel Ezenwa is overdue")
