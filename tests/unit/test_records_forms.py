"""Forms made from templates: every type of field, errors beside it, nothing typed lost. No database."""

from collections.abc import Mapping, Sequence
from datetime import UTC, datetime
from typing import Any
from uuid import UUID

import pytest
from django.http import QueryDict
from django.template.loader import render_to_string

from policies.template_edits import TAKEN
from policies.templates import Field, Section
from records.forms import DraftForm, form_fields
from records.models import DraftSection, Record
from records.rules import State
from records.selectors import Draft, DraftPart, Person
from records.services import DraftSaved, SavedSection
from records.values import Given
from staff.models import StaffMember

AMARA = UUID("01900000-0000-7000-8000-00000000000a")
PRIYA = UUID("01900000-0000-7000-8000-00000000000b")
HELEN = Person(UUID("01900000-0000-7000-8000-00000000000c"), "Helen Marsh", "Service manager")
NOON = datetime(2026, 11, 9, 12, tzinfo=UTC)

EVERYTHING = Section(
    id="all",
    heading="Everything",
    fields=(
        Field(id="clause", label="Standing words", type="clause", text="In private.\n\nUninterrupted."),
        Field(id="last", label="Last session", type="computed"),
        Field(id="text", label="Issues discussed", type="long_text", hint="What was said"),
        Field(id="line", label="Title", type="short_text"),
        Field(id="day", label="Review on", type="date"),
        Field(id="next", label="Next supervision", type="datetime"),
        Field(id="number", label="Minutes", type="number"),
        Field(id="yes", label="Was it private?", type="yes_no"),
        Field(id="one", label="Format", type="choice", options=("Individual", "Group")),
        Field(id="many", label="Topics", type="multi_choice", options=("Leave", "Training", "Duty")),
        Field(id="every", label="Frequency", type="interval"),
        Field(id="manager", label="Named manager", type="person"),
        Field(id="actions", label="Agreed actions", type="actions"),
        Field(id="gap", label="Comments on the gap", type="gap_comment"),
    ),
)


def find(text: str) -> Sequence[Person]:
    others = [HELEN, Person(PRIYA, "Helen Hart", "Director")] if text == "Helen" else []
    return [HELEN] if text.startswith("Helen Marsh") else others


def draft_form(
    section: Section = EVERYTHING,
    *,
    saved: Mapping[str, Any] | None = None,
    typed: Mapping[str, Any] | None = None,
    given: Given | None = None,
    version: int = 3,
    editable: bool = True,
) -> DraftForm:
    record = Record(
        id=UUID("01920000-0000-7000-8000-000000000001"),
        subject=StaffMember(id=AMARA, name="Amara Obi"),
        author=StaffMember(id=PRIYA, name="Priya Nair"),
        title="Supervision record",
    )
    part = DraftPart(section, None, version, saved or {}, editable, "Priya Nair", NOON)
    data = None
    if typed is not None:
        data = QueryDict(mutable=True)
        data[f"{section.id}-version"] = str(version)
        for name, value in typed.items():
            data.setlist(f"{section.id}-{name}", value if isinstance(value, list) else [value])
    return DraftForm(Draft(record, State.DRAFT, (part,)), find_people=find, given=given, data=data)


def rows(*actions: Mapping[str, str]) -> dict[str, str]:
    data = {"actions-TOTAL_FORMS": str(len(actions)), "actions-INITIAL_FORMS": "0"}
    return data | {f"actions-{n}-{name}": value for n, row in enumerate(actions) for name, value in row.items()}


def html(form: DraftForm) -> str:
    return render_to_string("records/_draft_sections.html", {"draft": form})


TYPED = {
    "text": "First.\r\nSecond.",
    "line": "One  line",
    "day": "9 November 2027",
    "next": "14/12/2026",
    "next_time": "2pm",
    "number": "90",
    "yes": "yes",
    "one": "Group",
    "many": ["Duty", "Leave"],
    "every": "P1M",
    "manager": "Helen Marsh, Service manager",
    **rows({"what": "See B", "who": "Amara Obi", "by": "23/11/2026"}, {"what": "", "who": "", "by": ""}),
}
VALUES = {
    "text": "First.\nSecond.",
    "line": "One line",
    "day": "2027-11-09",
    "next": "2026-12-14T14:00",
    "number": 90,
    "yes": "yes",
    "one": "Group",
    "many": ["Leave", "Duty"],
    "every": "P1M",
    "manager": HELEN.as_value(),
    "actions": [{"what": "See B", "who": "Amara Obi", "who_id": str(AMARA), "by": "2026-11-23"}],
}


def test_every_type_of_field_is_typed_and_becomes_its_value() -> None:
    form = draft_form(typed=TYPED)

    assert form.is_valid(), form.error_list
    (typed,) = form.typed()
    assert typed.values == VALUES
    assert (typed.section, typed.version) == ("all", 3)


def test_what_was_saved_stands_in_the_form_and_sent_back_unchanged_is_the_same() -> None:
    page = html(draft_form(saved=VALUES))

    for words in (
        "9/11/2027",
        "14/12/2026",
        "14:00",
        "Helen Marsh, Service manager",
        "See B",
        "23/11/2026",
        "In private.",
    ):
        assert words in page
    assert draft_form(saved=VALUES, typed=TYPED).typed()[0].values == VALUES


def test_an_empty_form_is_valid_and_holds_nothing() -> None:
    form = draft_form(typed={})

    assert form.is_valid()
    assert form.typed()[0].values == {
        "text": "",
        "line": "",
        "day": None,
        "next": None,
        "number": None,
        "yes": None,
        "one": "",
        "many": [],
        "every": None,
        "manager": None,
        "actions": [],
    }


@pytest.mark.parametrize(
    ("typed", "target", "sentence"),
    [
        ({"text": "x" * 200_001}, "id_all-text", "200,001 characters long"),
        ({"day": "31/2/2027"}, "id_all-day", "31/2/2027 is not a day that exists"),
        ({"next": "1/1/2027"}, "id_all-next_time", "Enter a time like 14:30"),
        ({"next_time": "10:00"}, "id_all-next", "Enter a date like 12/1/2027"),
        ({"next": "1/1/2027", "next_time": "25:00"}, "id_all-next_time", "no such time"),
        ({"number": "ninety"}, "id_all-number", "Enter a number, in figures"),
        ({"one": "Somewhere else"}, "id_all-one", "is not one of the available choices"),
        ({"many": ["Nothing of the kind"]}, "id_all-many", "is not one of the available choices"),
        ({"every": "P9Y"}, "id_all-every", "is not one of the available choices"),
        (
            {"manager": "Helen"},
            "id_all-manager",
            "Type one of these: Helen Marsh, Service manager; Helen Hart, Director.",
        ),
        ({"manager": "Nobody"}, "id_all-manager", "Nobody in the directory is called that"),
        (rows({"what": "See B", "by": "31/2/2027"}), "id_all-actions-0-by", "is not a day that exists"),
        (rows({"what": "", "who": "Amara Obi"}), "id_all-actions-0-what", "Say what is to be done."),
    ],
)
def test_what_cannot_be_kept_is_said_beside_its_field_and_stays_in_the_page(
    typed: dict[str, Any], target: str, sentence: str
) -> None:
    form = draft_form(typed=typed)

    assert not form.is_valid()
    (error,) = form.error_list
    assert error["id"] == target
    assert sentence in error["text"]
    page = html(form)
    assert f'id="{target}"' in page
    for value in typed.values():
        assert isinstance(value, list) or value in page


def test_what_cannot_be_kept_leaves_what_was_saved() -> None:
    form = draft_form(saved=VALUES, typed={**TYPED, "day": "31/2/2027", "text": "New text"})

    assert form.typed()[0].values == {**VALUES, "text": "New text"}


def test_computed_words_and_gap_comments_come_from_the_room_that_opens_the_form() -> None:
    plain = html(draft_form())
    given = Given(computed={("all", "last"): "Friday 9 October 2026"}, asked={("all", "gap")})
    asked = html(draft_form(given=given))

    assert "Comments on the gap" not in plain
    assert "Comments on the gap" in asked
    assert "Friday 9 October 2026" in asked
    form = draft_form(typed={"gap": "Leave"}, given=given)
    assert form.typed()[0].values["gap"] == "Leave"


def test_what_is_no_longer_asked_is_carried_as_it_was_saved() -> None:
    form = draft_form(saved={"gap": "She was on leave."}, typed={"text": "New words"})

    assert form.typed()[0].values["gap"] == "She was on leave."
    assert form.typed()[0].values["text"] == "New words"


def test_choices_may_come_from_the_room_that_opens_the_form() -> None:
    given = Given(options={("all", "every"): [("P2W", "Every 2 weeks")]})

    page = html(draft_form(given=given))

    assert "Every 2 weeks" in page
    assert "Every 3 months" not in page
    assert draft_form(typed={"every": "P3M"}, given=given).error_list


def test_one_row_more_can_be_asked_for_without_scripts_and_everything_stays() -> None:
    form = draft_form(typed={**TYPED, **rows({"what": "See B", "who": "", "by": ""})})
    form.asked_row = "all-actions"

    form.add_row()

    page = html(form)
    assert 'name="all-actions-1-what"' in page
    assert "See B" in page
    assert 'value="One  line"' in page


def test_a_section_of_somebody_else_is_read_and_not_taken_from_the_form() -> None:
    form = draft_form(saved=VALUES, typed={**TYPED, "text": "Overwritten"}, editable=False)

    assert form.typed() == []
    page = html(form)
    assert "<textarea" not in page
    assert "First.<br>Second." in page


def test_a_conflict_shows_both_texts_and_saves_over_the_newer_version_next() -> None:
    form = draft_form(typed={**TYPED, "text": "From this window"})
    present = DraftSection(
        section="all",
        key=None,
        version=7,
        content='{"text": "From the other"}',
        updated_at=NOON,
        updated_by=StaffMember(id=PRIYA, name="Priya Nair"),
    )

    form.show_result(DraftSaved(saved=(), conflicts=(present,)))

    page = html(form)
    assert form.has_conflict
    assert "From this window" in page
    assert "From the other" in page
    assert "Priya Nair changed this section at 12:00" in page
    assert 'name="all-version" value="7"' in page
    assert "data-unsaved" in page
    assert form.error_list[0]["id"] == "section-all"


def test_after_a_save_the_form_carries_the_new_version() -> None:
    form = draft_form(typed=TYPED)

    form.show_result(DraftSaved(saved=(SavedSection("all", None, 4, NOON),), conflicts=()))

    assert 'name="all-version" value="4"' in html(form)
    assert "data-unsaved" not in html(form)


def test_words_that_a_council_edits_are_escaped() -> None:
    nasty = "<script>alert(1)</script>"
    section = Section(
        id="s",
        heading=nasty,
        hint=nasty,
        sensitivity="health",
        fields=(
            Field(id="a", label=nasty, type="long_text", hint=nasty),
            Field(id="b", label=nasty, type="choice", options=(nasty,), hint=nasty),
            Field(id="c", label=nasty, type="multi_choice", options=(nasty,)),
            Field(id="d", label=nasty, type="clause", text=nasty),
            Field(id="e", label=nasty, type="computed"),
            Field(id="f", label=nasty, type="actions"),
        ),
    )
    form = draft_form(
        section,
        saved={"a": nasty, "f": [{"what": nasty, "who": nasty, "who_id": None, "by": None}]},
        given=Given(computed={("s", "e"): nasty}, people=[("1", nasty)]),
    )

    page = html(form)

    assert "<script>" not in page
    assert page.count("&lt;script&gt;") > 12
    assert "Health: the two of you only" in page


def test_no_field_can_have_a_name_that_the_page_uses() -> None:
    form = draft_form().sections[0]
    own = {name for name in (*dir(type(form)), *vars(form)) if not name.startswith("_")}

    assert own <= TAKEN


def test_a_type_without_a_form_is_a_fault_and_not_left_out() -> None:
    item = Field(id="x", label="X", type="evidence")

    with pytest.raises(LookupError, match="evidence"):
        form_fields(EVERYTHING, item, given=Given())
