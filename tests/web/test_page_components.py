"""The components of pages, drawn by themselves; and the frame that every page stands in."""

from datetime import UTC, date, datetime
from types import SimpleNamespace
from typing import Any

import pytest
from django.core.paginator import Paginator
from django.template import Context, Template
from django.template.loader import render_to_string
from django.test import RequestFactory

NASTY = "<script>alert(1)</script>"
AT = datetime(2026, 11, 9, 15, 4, tzinfo=UTC)


def drawn(name: str, /, **context: Any) -> str:
    html = render_to_string(f"components/{name}.html", context)
    assert NASTY not in html
    return html


def test_due_says_date_age_status_and_why() -> None:
    html = drawn(
        "due",
        due_on=date(2027, 1, 12),
        today=date(2027, 1, 20),
        status="overdue",
        why=f"Every month. {NASTY}",
        rule="paragraph 4.2",
        policy="shropshire-2017, version 3",
    )

    for words in (
        "Tuesday 12 January 2027",
        "8 days overdue",
        "Overdue",
        "Why is this due?",
        "paragraph 4.2",
        "version 3",
    ):
        assert words in html


def test_due_without_a_date_says_so() -> None:
    assert "No date" in drawn("due", due_on=None, status="not_required")


def test_a_section_shows_each_kind_of_value_in_words() -> None:
    fields = [
        {"id": "a", "label": "Discussed", "type": "long_text", "value": f"Line\nline {NASTY}"},
        {"id": "b", "label": "Held", "type": "date", "value": "2026-11-09"},
        {"id": "c", "label": "When", "type": "datetime", "value": "2026-11-09T14:05"},
        {"id": "d", "label": "Private place", "type": "yes_no", "value": "no"},
        {"id": "e", "label": "Often", "type": "interval", "value": "P1M"},
        {"id": "f", "label": "Manager", "type": "person", "value": {"id": "1", "name": "Rhian Pugh", "role": "Head"}},
        {"id": "g", "label": "Functions", "type": "multi_choice", "value": ["Management", NASTY]},
        {"id": "h", "label": "None chosen", "type": "multi_choice", "value": []},
        {"id": "i", "label": "File", "type": "file", "value": {"name": "plan.pdf", "size": 34_000, "sha256": "0"}},
        {"id": "j", "label": "Minutes", "type": "number", "value": 90},
        {"id": "k", "label": "Empty", "type": "short_text", "value": ""},
        {"id": "l", "label": "Clause", "type": "clause", "value": "We meet monthly."},
        {
            "id": "m",
            "label": "Actions",
            "type": "actions",
            "value": [{"what": f"Call {NASTY}", "who": "Amara Obi", "who_id": None, "by": "2026-11-20"}],
        },
        {"id": "n", "label": "No actions yet", "type": "actions", "value": []},
    ]

    html = drawn("section_content", fields=fields)

    for words in (
        "Line<br>line", "Monday 9 November 2026", "at 14:05", "<p>No</p>", "Every month", "Rhian Pugh, Head",
        "<li>Management</li>", "Nothing chosen", "plan.pdf (34 KB)", "90", "Nothing written", "We meet monthly.",
        "Friday 20 November 2026", "No actions",
    ):  # fmt: skip
        assert words in html, words


def test_a_masked_section_shows_nothing_of_its_content() -> None:
    html = drawn("section_content", fields=[{"label": "L", "type": "long_text", "value": "secret"}], masked=True)

    assert "secret" not in html
    assert "You cannot read" in html


@pytest.mark.parametrize(
    ("meaning", "words"),
    [
        ("author", "wrote and signed"),
        ("agree", "agrees"),
        ("seen_not_agreed", "has seen, does not agree"),
        ("decline", "declines to sign"),
        ("return", "sent back for correction"),
    ],
)
def test_a_signature_says_who_when_and_as_what(meaning: str, words: str) -> None:
    html = drawn(
        "signature_block", name="Amara Obi", role="Social worker", relation="Supervisee", meaning=meaning, signed_at=AT,
        digest="sha256:0123", comments=NASTY, statement="I have read it.",
    )  # fmt: skip

    for wanted in (words, "Amara Obi", "Social worker", "Monday 9 November 2026 at 15:04", "sha256:0123"):
        assert wanted in html


def test_a_signature_that_is_waited_for_shows_no_time() -> None:
    html = drawn("signature_block", name="Amara Obi", relation="Supervisee", waiting="Waiting for Amara")

    assert "Waiting for Amara" in html
    assert "Signed" not in html


def test_a_table_has_caption_scopes_and_labels_for_phones() -> None:
    html = drawn(
        "table",
        caption="Sessions",
        columns=["Worker", {"label": "Cases", "numeric": True}],
        rows=[[{"text": NASTY, "url": "/a/"}, 14]],
        sortable=True,
    )

    assert "Sessions</caption>" in html
    assert html.count('scope="col"') == 2
    assert 'scope="row"' in html
    assert 'data-label="Cases"' in html
    assert 'aria-sort="none"' in html


def test_an_empty_table_says_what_will_be_there() -> None:
    assert "will be listed" in drawn(
        "table", caption="Sessions", columns=[], rows=[], empty="They will be listed here."
    )


def test_what_needs_somebody_ties_each_link_to_its_hint_and_status() -> None:
    item = {"title": f"Sign {NASTY}", "url": "/r/", "hint": "Waiting since Monday.", "status": "overdue", "words": ""}

    html = drawn("needs", items=[item])

    assert 'aria-describedby="need-1-hint need-1-status"' in html
    assert "Overdue" in html


def test_the_timeline_shows_who_did_what_and_when() -> None:
    item = SimpleNamespace(
        title="Sent back", by="Amara Obi", at=AT, text=NASTY, url="/v/", link="Read it", status="returned"
    )

    html = drawn("timeline", items=[item, {"title": "Due", "at": date(2026, 11, 9)}], level=2)

    for words in ("Sent back</h2>", "by Amara Obi", "at 15:04", "Read it"):
        assert words in html


def test_small_components_escape_what_they_are_given() -> None:
    assert "AO" in drawn("person", name="Amara Obi", role=NASTY, url="/p/")
    assert "first" in drawn("empty", will=NASTY, first="first", url="/b/", hint=NASTY)
    assert "aria-current" in drawn("sub_navigation", items=[{"label": NASTY, "url": "/", "current": True}], label="L")
    assert "Team" in drawn("breadcrumbs", crumbs=[{"label": "Team", "url": "/team/"}])
    assert "ASYE" in drawn("identity_bar", name="Amara Obi", facts=NASTY, badge="ASYE")
    assert "What you are signing" in drawn("statement", statement=NASTY)
    assert "Saved 15:04" in drawn("save_status", saved_at=AT)
    assert "Cancel" in drawn("button_row", label="Sign", second="Send back", cancel_url="/")


def test_pages_keep_the_rest_of_the_address() -> None:
    request = RequestFactory().get("/team/", {"q": "amara", "page": "2"})
    page = Paginator(range(50), 10).page(2)

    html = Template('{% include "components/pagination.html" %}').render(Context({"request": request, "page": page}))

    assert 'href="?q=amara&amp;page=3"' in html
    assert 'aria-current="page"' in html
    assert Template("{% load countersign %}{% with_query q='' %}").render(Context({"request": request})) == "?page=2"


def test_a_page_with_errors_says_so_in_its_title_and_lists_them() -> None:
    html = render_to_string(
        "base.html", {"error_list": [{"id": "id_a", "text": NASTY}, {"id": "", "text": "General."}]}
    )

    assert "<title>Error: " in html
    assert '<a href="#id_a">&lt;script&gt;' in html
    assert "<li>General.</li>" in html


@pytest.mark.parametrize("name", ["400", "500"])
def test_pages_for_faults_need_neither_request_nor_context(name: str) -> None:
    html = render_to_string(f"{name}.html")

    assert "<h1" in html
    assert "<script" not in html


def test_nobody_is_offered_to_sign_up() -> None:
    for name in ("account/signup_closed", "account/email/unknown_account_message"):
        html = render_to_string(
            f"{name}.{'html' if 'email' not in name else 'txt'}", {"signup_url": "/account/signup/"}
        )
        assert "/account/signup/" not in html
