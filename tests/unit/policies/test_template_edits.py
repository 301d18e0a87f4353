"""Steps by which a form is changed, what a new version may not lose, and what differs."""

from pathlib import Path
from typing import Any

import pytest

from policies import template_edits as edits
from policies.template_files import TEMPLATES, read_template, template_paths


def form(name: str = "worker_record_app2") -> dict[str, Any]:
    return read_template(TEMPLATES / f"{name}.yaml").document


def ids(document: dict[str, Any]) -> list[str]:
    return [one["id"] for one in document["sections"]]


@pytest.mark.parametrize(
    ("words", "taken", "name"),
    [
        ("Team and service", [], "team_and_service"),
        ("Team and service", ["team_and_service", "team_and_service_2"], "team_and_service_3"),
        ("Élan vital!", [], "elan_vital"),
        ("1. First", [], "part_1_first"),
        ("???", [], "part_2"),
        ("Name", [], "name_2"),
        ("x" * 80, [], "x" * 40),
    ],
)
def test_a_name_is_made_of_the_words(words: str, taken: list[str], name: str) -> None:
    assert edits.free_name(words, taken=taken) == name


def test_a_section_moves_one_place_and_stays_at_the_ends() -> None:
    document = form()

    assert ids(edits.moved(document, "workload", by=-1))[:2] == ["workload", "session"]
    assert ids(edits.moved(document, "session", by=-1)) == ids(document)
    assert ids(edits.moved(document, "next", by=1)) == ids(document)
    assert ids(edits.moved(document, "no_such", by=1)) == ids(document)


def test_what_the_product_gives_or_reads_does_not_go() -> None:
    document = form()

    assert ids(edits.without_section(document, "session")) == ids(document)
    assert ids(edits.without_section(document, "next")) == ids(document)
    assert "workload" not in ids(edits.without_section(document, "workload"))
    contract = form("contract_1a")
    meetings = edits.find_section(contract, "meetings")
    assert meetings is not None
    assert [one["id"] for one in edits.without_field(meetings, "frequency")["fields"]] == [
        one["id"] for one in meetings["fields"]
    ]
    assert "privacy" not in [one["id"] for one in edits.without_field(meetings, "privacy")["fields"]]


def test_the_last_field_of_a_section_stays() -> None:
    section = edits.find_section(form(), "supervisor_comments")

    assert section is not None
    assert edits.without_field(section, "comments") == section


def test_what_says_no_more_than_the_format_takes_by_itself_is_left_out() -> None:
    section = {"id": "a", "heading": "A", "hint": "Old", "fields": []}

    changed = edits.with_values(
        section, hint="", sensitivity="shared", written_by="supervisor", required_to_sign=False, heading="B"
    )

    assert changed == {"id": "a", "heading": "B", "fields": []}


@pytest.mark.parametrize(
    ("change", "path"),
    [
        ({"id": "other"}, ("id",)),
        ({"record_kind": "audit"}, ("record_kind",)),
        ({"signatures": ["supervisor"]}, ("signatures",)),
    ],
)
def test_a_new_version_is_of_the_same_form(change: dict[str, Any], path: tuple[str, ...]) -> None:
    assert [found for found, _ in edits.find_lost(form(), {**form(), **change})] == [path]


def test_a_new_version_says_what_is_missing() -> None:
    document = form("contract_1a")
    after = {**document, "sections": [one for one in document["sections"] if one["id"] != "meetings"]}

    sentences = [sentence for _, sentence in edits.find_lost(document, after)]

    assert len(sentences) == 3
    assert all("the product needs it" in sentence for sentence in sentences)
    assert not list(edits.find_lost(document, document))


def test_what_is_unmasked_is_named() -> None:
    before = form("managers_supervision_app5")
    staffing = edits.find_section(before, "staffing")
    assert staffing is not None
    after = edits.replaced(before, "staffing", edits.with_values(staffing, sensitivity="shared"))
    after = edits.without_section(after, "welfare")

    assert [(one.id, one.removed) for one in edits.unmasked(before, after)] == [("welfare", True), ("staffing", False)]
    assert edits.unmasked(before, before) == []


def test_what_differs_is_said_in_the_order_of_the_form() -> None:
    before = form()
    after = edits.retitled(before, title="Note")
    workload = edits.find_section(after, "workload")
    assert workload is not None
    changed = edits.with_field(edits.with_values(workload, heading="Work"), label="Went well", kind="short_text")
    changed["fields"][0] = edits.with_values(changed["fields"][0], label="Discussed", required=True)
    changed = edits.without_field(edits.field_moved(changed, "went_well", by=-1), "actions")
    after = edits.replaced(after, "workload", changed)
    after = edits.without_section(edits.with_section(after, heading="Team"), "other")
    after = edits.moved(after, "development", by=-1)

    said = [f"{one.where}: {one.words}" for one in edits.changes(before, after)]

    assert said == [
        "The form: has another title",
        "Work: heading changed",
        "Work: “Discussed”: label, has to be filled in changed",
        "Work: “Went well” is new",
        "Work: “Agreed actions” is no longer asked",
        "Team: is a new section",
        "Any other issues: is no longer on the form",
        "The sections: stand in another order",
    ]
    assert edits.changes(before, before) == []


def test_fields_in_another_order_are_said() -> None:
    before = form()
    workload = edits.find_section(before, "workload")
    assert workload is not None
    after = edits.replaced(before, "workload", edits.field_moved(workload, "actions", by=-1))

    assert [one.words for one in edits.changes(before, after)] == ["its fields stand in another order"]


@pytest.mark.parametrize("path", template_paths(), ids=lambda path: path.stem)
def test_all_that_ships_has_a_form(path: Path) -> None:
    assert not list(edits.find_formless(read_template(path).document))


def test_a_field_cannot_have_a_name_that_the_page_uses() -> None:
    fields = [{"id": "questions", "type": "long_text"}, {"id": "questions", "type": "clause"}]

    assert [path for path, _ in edits.find_formless({"sections": [{"fields": fields}]})] == [
        ("sections", 0, "fields", 0, "id")
    ]


def test_what_no_form_can_show_yet_is_named() -> None:
    sections = [
        {"id": "a", "repeat": {"for": "child"}, "fields": [{"id": "b", "type": "long_text"}]},
        {"id": "c", "repeat": {"for": "attendee"}},
    ]

    assert [path for path, _ in edits.find_formless({"record_kind": "audit", "sections": sections})] == [
        ("sections", 1, "repeat")
    ]
    assert [path for path, _ in edits.find_formless({"record_kind": "group_record", "sections": sections})] == [
        ("sections", 0, "repeat"),
        ("sections", 1, "repeat"),
    ]
