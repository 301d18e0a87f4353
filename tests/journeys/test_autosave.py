"""A long form that saves itself, in a real browser against a small server that can misbehave.

The frame, the components and the scripts are the product's own; only the answers are made up.
"""

import json
import mimetypes
import threading
import time
from collections.abc import Generator
from dataclasses import dataclass, field
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from pathlib import Path
from typing import Any, ClassVar
from urllib.parse import parse_qs

import pytest
from django.conf import settings
from django.template import Context, Template
from django.utils.html import escape
from playwright.sync_api import Dialog, Page, expect

from tests.browser import wait_for_scripts

pytestmark = [pytest.mark.browser, pytest.mark.slow]

POLICY = (
    "default-src 'none'; script-src 'self' 'nonce-once'; style-src 'self'; img-src 'self'; font-src 'self';"
    " connect-src 'self'; form-action 'self'; base-uri 'none'"
)
PAGE = """
{% extends "base.html" %}
{% block title %}Write the record{% endblock %}
{% block content %}
  <h1 class="govuk-heading-l">Write the record</h1>
  <form method="post" autocomplete="off" novalidate data-autosave data-person="{{ person }}">
    <input type="hidden" name="csrfmiddlewaretoken" value="{{ token }}">
    <div class="app-long-form">
      <nav class="app-contents" aria-label="Contents"><a href="#development">Development</a></nav>
      <div>
        {% for key, text, version in sections %}
          <section id="{{ key }}" data-autosave-section data-section-name="{{ key|capfirst }}" data-autosave-url="/save/{{ key }}" data-version="{{ version }}">
            <input type="hidden" name="version-{{ key }}" value="{{ version }}" data-autosave-version>
            <details class="app-section"{% if forloop.first %} open{% endif %}>
              <summary><h2 class="app-section__heading">{{ key|capfirst }}</h2></summary>
              <div class="app-section__body">
                <label class="govuk-label" for="text-{{ key }}">Discussed in {{ key }}</label>
                <textarea class="govuk-textarea" id="text-{{ key }}" name="{{ key }}">{{ text }}</textarea>
              </div>
            </details>
          </section>
        {% endfor %}
        <div id="rows"><input type="hidden" name="actions-TOTAL_FORMS" value="1">
          <fieldset class="govuk-fieldset app-action-row" data-row="0">
            <legend class="govuk-fieldset__legend">Action <span data-row-number>1</span></legend>
            <label class="govuk-label" for="id_actions-0-what">What</label>
            <input class="govuk-input" id="id_actions-0-what" name="actions-0-what" value="Call">
          </fieldset>
          <button type="submit" class="govuk-button" name="add_row" value="actions" data-add-row="rows">Add another action</button>
        </div>
        {% include "components/save_status.html" only %}
        {% include "components/button_row.html" with label="Read it through" name="action" value="read" only %}
      </div>
    </div>
  </form>
{% endblock %}
"""


@dataclass
class Draft:
    """What the server holds, and how it behaves."""

    texts: dict[str, str] = field(default_factory=lambda: {"workload": "", "development": ""})
    versions: dict[str, int] = field(default_factory=lambda: {"workload": 3, "development": 1})
    posts: list[dict[str, str]] = field(default_factory=list)
    behaviour: str = "well"
    token: str = "first"
    person: str = "priya"
    delay: float = 0.0
    shows_both: bool = False

    def change_elsewhere(self, key: str, text: str) -> None:
        self.texts[key] = text
        self.versions[key] += 1

    def save(self, key: str, sent: dict[str, str]) -> tuple[int, dict[str, Any]]:
        """As docs/templates.md describes it."""
        time.sleep(self.delay)
        if self.behaviour == "fault":
            return 500, {}
        if sent["csrfmiddlewaretoken"] != self.token:
            return 403, {}
        if len(sent[key]) > 1000:
            return 422, {"message": "Workload is longer than 1,000 characters."}
        if int(sent["version"]) != self.versions[key] and sent[key] != self.texts[key]:
            both = {"html": f"<p>{escape(self.texts[key])}</p>"} if self.shows_both else {}
            return 409, {"version": self.versions[key], "saved_by": "Amara Obi", "saved_at": "14:01", **both}
        if sent[key] != self.texts[key]:
            self.texts[key] = sent[key]
            self.versions[key] += 1
        unclear = "“31 2” is no date." if "31 2" in sent[key] else ""
        return 200, {"version": self.versions[key], "saved_at": "14:02", "unclear": unclear}


class Handler(BaseHTTPRequestHandler):
    """The pages of the small server."""

    draft: ClassVar[Draft]

    def log_message(self, format: str, *arguments: Any) -> None:
        """Say nothing."""

    def answer(self, status: int, body: bytes, media_type: str, **headers: str) -> None:
        self.send_response(status)
        self.send_header("Content-Type", media_type)
        self.send_header("Content-Length", str(len(body)))
        self.send_header("Content-Security-Policy", POLICY)
        self.send_header("Cache-Control", "no-store")
        for name, value in headers.items():
            self.send_header(name, value)
        self.end_headers()
        self.wfile.write(body)

    def do_GET(self) -> None:  # noqa: N802
        if self.path.startswith("/static/"):
            path = Path(settings.BASE_DIR, self.path.lstrip("/").split("?")[0])
            media_type = mimetypes.guess_type(path.name)[0] or "application/octet-stream"
            if path.is_file():
                return self.answer(200, path.read_bytes(), media_type)
            return self.answer(404, b"", "text/plain")
        if self.path == "/other":
            return self.answer(200, b"another page", "text/plain")
        if self.draft.behaviour == "signed out":
            return self.answer(302, b"", "text/plain", Location="/account/login/")
        draft = self.draft
        sections = [(key, draft.texts[key], draft.versions[key]) for key in draft.texts]
        context = {"CSP_NONCE": "once", "sections": sections, "token": draft.token, "person": draft.person}
        return self.answer(200, Template(PAGE.strip()).render(Context(context)).encode(), "text/html; charset=utf-8")

    def do_POST(self) -> None:  # noqa: N802
        body = self.rfile.read(int(self.headers["Content-Length"])).decode()
        sent = {name: values[-1] for name, values in parse_qs(body, keep_blank_values=True).items()}
        if not self.path.startswith("/save/"):
            self.draft.posts.append(sent)
            return self.answer(200, b"<!DOCTYPE html><title>Sent</title><h1>Sent</h1>", "text/html")
        if self.draft.behaviour == "signed out":
            return self.answer(302, b"", "text/plain", Location="/account/login/")
        status, answer = self.draft.save(self.path.removeprefix("/save/"), sent)
        return self.answer(status, json.dumps(answer).encode(), "application/json")


@pytest.fixture
def draft() -> Draft:
    return Draft()


@pytest.fixture
def writing(page: Page, draft: Draft) -> Generator[Page]:
    """The form, open in a browser; fails on any error of a script, one of the content security policy included."""
    server = ThreadingHTTPServer(("127.0.0.1", 0), type("ThisHandler", (Handler,), {"draft": draft}))
    server.daemon_threads = True
    threading.Thread(target=server.serve_forever, args=(0.05,), daemon=True).start()
    errors: list[str] = []
    page.on("pageerror", lambda error: errors.append(str(error)))
    page.on("console", lambda line: errors.append(line.text) if "Content Security Policy" in line.text else None)
    page.goto(f"http://127.0.0.1:{server.server_port}/write")
    wait_for_scripts(page)
    yield page
    server.shutdown()
    server.server_close()
    assert errors == []


def status_of(page: Page) -> Any:
    return page.locator("[data-autosave-words]")


def type_and_save(page: Page, text: str) -> None:
    page.locator("#text-workload").fill(text)
    page.keyboard.press("Control+s")


def test_saves_by_itself_and_says_when(writing: Page, draft: Draft) -> None:
    writing.locator("#text-workload").fill("Caseload is 18.")

    expect(status_of(writing)).to_have_text("Saved 14:02")
    assert draft.texts["workload"] == "Caseload is 18."
    assert draft.versions["development"] == 1
    expect(writing.locator("[name=version-workload]")).to_have_value("4")
    assert writing.evaluate("localStorage.length + sessionStorage.length") == 0


def test_saves_never_overtake_each_other(writing: Page, draft: Draft) -> None:
    draft.delay = 0.3
    box = writing.locator("#text-workload")

    for word in ("one ", "two ", "three ", "four"):
        box.press_sequentially(word)
        writing.keyboard.press("Control+s")

    expect(writing.locator("[data-autosave-status]")).to_have_attribute("data-state", "saved")
    assert draft.texts["workload"] == "one two three four"
    expect(writing.locator("[data-autosave-conflict]")).to_have_count(0)


def test_sending_the_form_waits_for_what_is_on_its_way(writing: Page, draft: Draft) -> None:
    draft.delay = 0.5
    type_and_save(writing, "Almost")
    writing.locator("#text-workload").press_sequentially(" done")

    writing.get_by_role("button", name="Read it through").click()

    expect(writing.get_by_role("heading", name="Sent")).to_be_visible(timeout=10_000)
    assert draft.texts["workload"] == "Almost done"
    (sent,) = draft.posts
    assert sent["version-workload"] == str(draft.versions["workload"])
    assert sent["action"] == "read"


def test_another_window_cannot_be_overwritten_without_a_decision(writing: Page, draft: Draft) -> None:
    draft.change_elsewhere("workload", "Theirs")

    type_and_save(writing, "Mine")

    conflict = writing.locator("[data-autosave-conflict]")
    expect(conflict).to_contain_text("Amara Obi changed this section at 14:01.")
    expect(conflict.get_by_role("link", name="See what was saved")).to_be_visible()
    expect(writing.locator("#text-workload")).to_have_value("Mine")
    writing.locator("#text-workload").press_sequentially(" and more")
    writing.keyboard.press("Control+s")
    writing.wait_for_timeout(300)
    assert draft.texts["workload"] == "Theirs"

    conflict.get_by_role("button", name="Save my text in its place").click()

    expect(status_of(writing)).to_have_text("Saved 14:02")
    assert draft.texts["workload"] == "Mine and more"
    expect(conflict).to_have_count(0)


def test_offline_keeps_the_text_warns_and_goes_on(writing: Page, draft: Draft) -> None:
    writing.context.set_offline(True)  # noqa: FBT003
    type_and_save(writing, "Typed in a lift")
    expect(status_of(writing)).to_contain_text("you appear to be offline")
    warned: list[str] = []

    def stay(dialog: Dialog) -> None:
        warned.append(dialog.type)
        dialog.dismiss()

    writing.on("dialog", stay)
    writing.get_by_role("button", name="Read it through").click()
    writing.evaluate("location.href = '/other'")
    writing.wait_for_timeout(300)

    writing.context.set_offline(False)  # noqa: FBT003

    expect(status_of(writing)).to_have_text("Saved 14:02")
    assert warned == ["beforeunload"]
    assert draft.texts["workload"] == "Typed in a lift"
    assert draft.posts == []


def test_an_answer_lost_on_its_way_is_no_conflict(writing: Page, draft: Draft) -> None:
    lost: list[str] = []

    def lose_the_first(route: Any) -> None:
        if lost:
            route.continue_()
        else:
            lost.append(route.request.url)
            route.fetch()
            route.abort()

    writing.route("**/save/workload", lose_the_first)
    type_and_save(writing, "Arrived")
    expect(status_of(writing)).to_contain_text("offline")

    writing.locator("#text-workload").press_sequentially(", and more")

    expect(status_of(writing)).to_have_text("Saved 14:02")
    expect(writing.locator("[data-autosave-status]")).to_have_attribute("data-state", "saved")
    assert draft.texts["workload"] == "Arrived, and more"
    expect(writing.locator("[data-autosave-conflict]")).to_have_count(0)


def test_an_answer_that_breaks_off_is_no_conflict(writing: Page, draft: Draft) -> None:
    broken: list[str] = []

    def break_the_first(route: Any) -> None:
        if broken:
            route.continue_()
        else:
            broken.append(route.request.url)
            route.fetch()
            route.fulfill(status=200, body='{"version": ')

    writing.route("**/save/workload", break_the_first)
    type_and_save(writing, "Arrived")
    expect(status_of(writing)).to_contain_text("something went wrong")

    writing.locator("#text-workload").press_sequentially(", and more")

    expect(writing.locator("[data-autosave-status]")).to_have_attribute("data-state", "saved")
    assert draft.texts["workload"] == "Arrived, and more"
    expect(writing.locator("[data-autosave-conflict]")).to_have_count(0)


def test_whoever_types_without_a_pause_is_saved_all_the_same(writing: Page, draft: Draft) -> None:
    box = writing.locator("#text-workload")
    box.focus()

    for _ in range(35):
        box.press_sequentially("x")
        writing.wait_for_timeout(200)

    assert "xxxxxxxxxx" in draft.texts["workload"]


def test_closing_the_page_sends_what_was_typed_last(writing: Page, draft: Draft) -> None:
    writing.locator("#text-workload").fill("The last second")

    writing.close(run_before_unload=False)

    for _ in range(300):
        if draft.texts["workload"]:
            break
        time.sleep(0.1)
    assert draft.texts["workload"] == "The last second"


def test_a_conflict_shows_both_texts(writing: Page, draft: Draft) -> None:
    draft.change_elsewhere("workload", "Theirs <img src=x onerror=alert(1)>")
    draft.shows_both = True

    type_and_save(writing, "Mine")

    conflict = writing.locator("[data-autosave-conflict]")
    expect(conflict).to_contain_text("This is what was saved:")
    expect(conflict).to_contain_text("Theirs <img src=x onerror=alert(1)>")
    expect(conflict.locator("img")).to_have_count(0)
    expect(writing.locator("#text-workload")).to_have_value("Mine")


def test_signed_out_keeps_the_text_and_goes_on_under_the_new_token(writing: Page, draft: Draft) -> None:
    draft.behaviour = "signed out"
    type_and_save(writing, "Written for an hour")
    expect(status_of(writing)).to_contain_text("You have been signed out")
    expect(writing.get_by_role("link", name="Sign in (opens in a new tab)")).to_be_visible()

    draft.behaviour, draft.token = "well", "second"
    writing.evaluate("window.dispatchEvent(new Event('focus'))")

    expect(status_of(writing)).to_have_text("Saved 14:02")
    assert draft.texts["workload"] == "Written for an hour"
    assert set(writing.locator("[name=csrfmiddlewaretoken]").evaluate_all("all => all.map(one => one.value)")) == {
        "second"
    }


def test_nothing_is_saved_as_somebody_else(writing: Page, draft: Draft) -> None:
    draft.token, draft.person = "theirs", "tom"

    type_and_save(writing, "Mine alone")

    expect(status_of(writing)).to_contain_text("somebody else has signed in")
    assert draft.texts["workload"] == ""


def test_a_fault_is_told_and_tried_again(writing: Page, draft: Draft) -> None:
    draft.behaviour = "fault"
    type_and_save(writing, "Patient")
    expect(status_of(writing)).to_contain_text("something went wrong")

    draft.behaviour = "well"

    expect(status_of(writing)).to_have_text("Saved 14:02")
    assert draft.texts["workload"] == "Patient"


def test_a_refusal_is_told_in_the_servers_words_until_it_is_mended(writing: Page, draft: Draft) -> None:
    type_and_save(writing, "x" * 1001)
    expect(status_of(writing)).to_have_text("Not saved: Workload is longer than 1,000 characters.")

    type_and_save(writing, "Short")

    expect(status_of(writing)).to_have_text("Saved 14:02")
    assert draft.texts["workload"] == "Short"


def test_what_is_not_clear_yet_stays_told(writing: Page, draft: Draft) -> None:
    type_and_save(writing, "By 31 2")

    expect(status_of(writing)).to_have_text("Saved 14:02, except for what is not clear yet. “31 2” is no date.")
    writing.get_by_role("link", name="Development").click()
    writing.locator("#text-development").fill("Training")
    writing.keyboard.press("Control+s")
    expect(writing.locator("[data-autosave-status]")).to_have_attribute("data-state", "unclear")
    expect(status_of(writing)).to_contain_text("“31 2” is no date.")
    assert draft.texts["development"] == "Training"


def test_a_link_opens_the_folded_section_that_it_leads_to(writing: Page) -> None:
    expect(writing.locator("#text-development")).to_be_hidden()

    writing.get_by_role("link", name="Development").click()

    expect(writing.locator("#text-development")).to_be_visible()


def test_another_row_is_numbered_empty_and_has_the_focus(writing: Page) -> None:
    writing.get_by_role("button", name="Add another action").click()

    added = writing.get_by_role("group", name="Action 2").get_by_label("What")
    expect(added).to_have_attribute("name", "actions-1-what")
    expect(added).to_have_value("")
    expect(added).to_be_focused()
    expect(writing.locator("[name=actions-TOTAL_FORMS]")).to_have_value("2")


def test_without_scripts_the_buttons_send_the_form(browser: Any, writing: Page, draft: Draft) -> None:
    context = browser.new_context(java_script_enabled=False)
    page = context.new_page()
    page.goto(writing.url)
    page.locator("#text-workload").fill("By hand")

    page.get_by_role("button", name="Save now").click()

    expect(page.get_by_role("heading", name="Sent")).to_be_visible()
    (sent,) = draft.posts
    assert (sent["action"], sent["workload"], sent["version-workload"]) == ("save", "By hand", "3")
    context.close()
