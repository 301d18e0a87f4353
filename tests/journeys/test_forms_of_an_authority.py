"""An authority changes a form, in the browser; a section that depends on an answer shows itself: axe-clean."""

import pytest
from playwright.sync_api import Browser, expect

from tests.journeys.people import arrive
from tests.sites import Site

pytestmark = [pytest.mark.browser, pytest.mark.slow]

EACH_FORM = (
    "bells_that_ring_record",
    "individual_group_supervision_record",
    "outcomes_case_entry",
    "st_helens_supervision_record",
    "contract_1a",
)


def test_a_form_is_changed_by_one_and_published_by_another(browser: Browser, live_site: Site) -> None:
    farah = arrive(browser, live_site.url, "Farah Haidari")
    page = farah.visit("/people/hat/")
    farah.press("Act as Principal social worker")
    farah.visit("/policy/")
    farah.press("Forms, and drafts of them")
    for slug in EACH_FORM:
        farah.visit(f"/records/forms/{slug}/")
        expect(page.locator("fieldset[disabled]")).to_have_count(1)
    farah.visit("/records/forms/worker_record_app2/")
    farah.press("Change this form")
    farah.press("Workload management")
    page.get_by_label("Heading", exact=True).fill("")
    farah.press("Save")
    farah.sees("Enter the heading.")
    page.get_by_label("Heading", exact=True).fill("Work and caseload")
    farah.press("Save")
    farah.press("The draft")
    with page.expect_navigation():
        page.locator("button[name=down][value=workload]").click()
    farah.check()
    farah.press("See it as it will look")
    farah.press("The draft")
    farah.press("What changes, and publishing")
    farah.sees("Somebody else does")
    draft = page.url
    page.set_viewport_size({"width": 390, "height": 844})
    for address in (draft, draft.replace("publish/", ""), draft.replace("publish/", "sections/workload/")):
        page.goto(address)
        assert page.evaluate("document.documentElement.scrollWidth <= window.innerWidth"), address

    caroline = arrive(browser, live_site.url, "Caroline Thornbury")
    caroline.visit(draft.removeprefix(live_site.url))
    caroline.press("Publish this version")
    caroline.sees("Work and caseload")
    caroline.sees("changed by Farah Haidari and published by Caroline Thornbury")
