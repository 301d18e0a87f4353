"""Scenario 3, siblings (Camden): a family text that is shared, and whose clocks move by it."""

import re
import subprocess
from datetime import date

import pytest

from policies import services as policies
from records import services as records
from records.rules import Audience
from supervision.selectors import child_statuses
from tests.org import RECORDED, Org
from tests.session_entries_kit import MONDAY, SessionWithChildren, siblings, words_of

pytestmark = pytest.mark.django_db

FAMILY_TEXT = "The grandmother moves in with the family in December."
OWN = {
    "CH10001": "CH10001 was seen at school and spoke of the nights.",
    "CH10002": "CH10002 has settled into the nursery.",
}


@pytest.fixture
def three(org: Org) -> SessionWithChildren:
    policies.adopt(slug="camden-short-guide", starts_on=date(2025, 4, 1), at=RECORDED)
    made = SessionWithChildren(org)
    made.child("CH10001", plan_type="child_protection_plan", discussed=(date(2026, 10, 12),))
    made.child("CH10002", plan_type="child_in_need", discussed=(date(2026, 9, 14),))
    made.child("CH10003", plan_type="child_in_need", discussed=(date(2026, 9, 14),))
    siblings(*made.children.values())
    made.mark(CH10001="in_depth", CH10002="in_depth", CH10003="brief")
    return made


def due(made: SessionWithChildren) -> dict[str, date | None]:
    answers = child_statuses(children=[child.pk for child in made.children.values()], on=MONDAY)
    return {reference: answers[child.pk].due_on for reference, child in made.children.items()}


def write_all(made: SessionWithChildren) -> None:
    made.write_family("CH10001", FAMILY_TEXT)
    for reference, text in OWN.items():
        made.write(reference, "oversight", progress=text, direction="")
        made.write(reference, "next_steps", action_needed="no")
        made.write(reference, "no_action", no_action="What is agreed goes on.")


@pytest.mark.scenario(3, "a")
def test_only_the_clocks_of_those_with_text_of_their_own_move(three: SessionWithChildren) -> None:
    marked = due(three)

    write_all(three)

    moved = due(three)
    assert (moved["CH10001"], moved["CH10002"]) == (marked["CH10001"], marked["CH10002"])
    assert moved["CH10003"] == date(2026, 11, 14)
    assert moved["CH10003"] != marked["CH10003"]
    assert [three.discussion(each).own_text for each in ("CH10001", "CH10002", "CH10003")] == [True, True, False]

    three.sign()
    assert due(three) == moved


@pytest.mark.scenario(3, "b")
def test_each_childs_entry_and_pdf_hold_the_family_text_and_its_own(three: SessionWithChildren) -> None:
    write_all(three)
    three.sign()
    three.countersign()

    for reference in three.children:
        entry = three.entry(reference)
        assert entry
        stored = words_of(entry)
        printed = pdf_of(three, reference)
        for text in (stored, printed):
            assert "The grandmother moves in" in text
            for other, own in OWN.items():
                assert (own[:24] in text) is (other == reference)
            assert [one for one in three.children if one != reference and one in text] == []


def pdf_of(made: SessionWithChildren, reference: str) -> str:
    entry = made.entry(reference)
    assert entry
    head = entry.get_head_digest()
    records.render_document(record_id=entry.pk, head=head, at=made.at, audience=Audience.FULL)
    pdf = records.read_document(record=entry, actor=made.actor, at=made.at)
    assert pdf
    command = ["pdftotext", "-enc", "UTF-8", "-", "-"]
    return re.sub(r"\s+", " ", subprocess.run(command, input=pdf, capture_output=True, check=True).stdout.decode())
