"""A whole audit in the browser: drawn, opened, confirmed and overruled, judged, signed, responded to, and read."""

import re

import pytest
from playwright.sync_api import Browser, Page, expect

from tests.journeys.people import Visitor, arrive
from tests.sites import Site

pytestmark = [pytest.mark.browser, pytest.mark.slow]

QUESTION = re.compile(r"^1\.\d ")
WHY = "It is in the paper file of 2024, which I have seen."
COMMENT = "The worker is heard, and what was agreed is followed up."
NARROW = "document.documentElement.scrollWidth <= window.innerWidth"


def draw(auditor: Visitor) -> tuple[str, str]:
    """Draw a file for the first period that is due; whose file it is, and whose supervision."""
    auditor.visit("/audits/")
    auditor.press("Draw a file")
    auditor.page.get_by_role("button", name="Draw a file").click()
    expect(auditor.page.locator("main")).to_contain_text("Audit of")
    auditor.check()
    page = auditor.page
    said = page.get_by_text(re.compile(r"^By .+, of .+")).first.inner_text()
    found = re.match(r"By (.+?), of (.+?)(?:,|$)", said)
    assert found, said
    return found[2].strip(), found[1].strip()


def answer_section_1(page: Page) -> None:
    """Confirm every finding but the first, which is overruled; answer what is not known."""
    questions = page.locator("#section-section_1 .app-evidence")
    for number in range(questions.count()):
        question = questions.nth(number)
        overrule = number == 0
        right = question.get_by_role("group", name="Is that right?")
        if right.count():
            right.get_by_label(re.compile("^No" if overrule else "^Yes")).check()
        if overrule or not right.count():
            own = question.get_by_role("group", name="Your own answer")
            finding = question.locator(".app-finding__answer").inner_text()
            own.get_by_label("No" if "Yes" in finding else "Yes", exact=True).check()
        if overrule:
            question.get_by_label("Why").fill(WHY)


def write(auditor: Visitor) -> None:
    """Answer, judge, and agree an action."""
    page = auditor.page
    answer_section_1(page)
    for theme in ("reflection", "workload", "development", "wellbeing", "function_balance"):
        page.locator(f"[name=section_2-{theme}][value=yes]").check()
    page.locator("[name=judgement-judgement]").first.check()
    page.locator("[name=judgement-comment]").fill(COMMENT)
    page.locator("[name=actions-actions-0-what]").fill("Put the paper contract on the file")
    page.locator("[name=actions-actions-0-by]").fill("18/12/2030")


@pytest.mark.scenario(20, "c")
@pytest.mark.scenario(20, "g")
@pytest.mark.req("R236", "R251", "R252", "R253", "R254")
def test_an_assistant_director_audits_a_file_the_supervisor_responds_and_the_supervisee_reads(
    browser: Browser, live_site: Site
) -> None:
    auditor = arrive(browser, live_site.url, "Nadeem Farooqi")
    file_of, supervised_by = draw(auditor)
    auditor.press("Open the audit")
    auditor.sees(f"{file_of}, supervised by {supervised_by}")
    with auditor.page.context.expect_page() as opened:
        auditor.page.get_by_role("link", name=re.compile("All of the evidence")).click()
    evidence = Visitor(auditor.name, opened.value, auditor.site)
    evidence.check()
    opened.value.close()

    write(auditor)
    auditor.page.locator("[name=actions-actions-0-who]").fill(supervised_by)
    auditor.press("Save and check before signing")
    auditor.sees(WHY)
    auditor.sees(COMMENT)
    auditor.page.set_viewport_size({"width": 390, "height": 844})
    assert auditor.page.evaluate(NARROW), "nothing to scroll sideways on a phone"
    auditor.press("Sign this audit")
    auditor.sees(f"Signed. {supervised_by} can now read it and respond.")
    record = auditor.page.url.removeprefix(auditor.site)

    supervisor = arrive(browser, live_site.url, supervised_by)
    # Her home may name another audit first
    supervisor.sees("Read and respond")
    supervisor.visit("/audits/of-my-file/")
    supervisor.sees("Audits of how you supervise")
    supervisor.sees(file_of)
    supervisor.visit(f"{record}respond/")
    supervisor.sees(COMMENT)
    supervisor.sees(WHY)
    supervisor.page.get_by_label(re.compile("^I agree")).check()
    supervisor.press("Sign the response")
    supervisor.sees("You responded to the audit, and agree with it.")

    supervisee = arrive(browser, live_site.url, file_of)
    supervisee.visit("/audits/of-my-file/")
    supervisee.press(re.compile("^Signed on"))
    assert supervisee.page.url.removeprefix(supervisee.site) == record
    supervisee.sees(COMMENT)
    supervisee.visit("/")
    supervisee.press("Who has read about you")
    supervisee.sees("Read the supervision file, for an audit of it")
    expect(supervisee.page.locator("main")).to_contain_text("Nadeem Farooqi")
