"""The forms of audits and observations, and what a form of this kind may say."""

import copy
from collections.abc import Callable
from functools import cache
from typing import Any

import pytest

from policies import template_edits as edits
from policies.faults import Faulty
from policies.rules.audits import DEFAULT_JUDGEMENTS
from policies.rules.forms import DEFAULT_FORMS, EXAMINING, form_named
from policies.template_files import TEMPLATES, TemplateFile, read_template, read_template_document, template_paths
from policies.templates import FINDINGS, Field, Section, Template
from tests.policies_kit import pack

TOOLS = ("audit_tool_file", "plain_audit_tool")
OBSERVATIONS = ("observation_of_supervision", "observation_of_practice")
Document = dict[str, Any]


@cache
def shipped(name: str) -> TemplateFile:
    return read_template(TEMPLATES / f"{name}.yaml")


def template(name: str) -> Template:
    return shipped(name).template


def section(name: str, section_id: str) -> Section:
    found = template(name).section(section_id)
    assert found is not None
    return found


def field(name: str, section_id: str, field_id: str) -> Field:
    return next(item for item in section(name, section_id).fields if item.id == field_id)


# The audit tool, question by question


@pytest.mark.parametrize("tool", TOOLS)
@pytest.mark.parametrize(
    ("number", "finding", "words", "hint"),
    [
        pytest.param("1.1", "contract_in_place", "contract", "both", marks=pytest.mark.req("R236")),
        pytest.param("1.2", "records_signed_by_both", "signed by both", "session", marks=pytest.mark.req("R237")),
        pytest.param("1.3", "registration", "egistration", "number", marks=pytest.mark.req("R238")),
        pytest.param("1.4", "business_insurance", "nsurance", "certificate", marks=pytest.mark.req("R239")),
        pytest.param(
            "1.5", "personal_information_sheet", "personal information", "reach", marks=pytest.mark.req("R240")
        ),
        pytest.param("1.6", "learning_log", "log", "dates", marks=pytest.mark.req("R241")),
        pytest.param("1.7", "appraisal", "ppraisal", "next one", marks=pytest.mark.req("R242")),
        pytest.param("1.8", "regularity", "regular", "each gap", marks=pytest.mark.req("R243")),
    ],
)
def test_the_program_answers_what_it_knows(tool: str, number: str, finding: str, words: str, hint: str) -> None:
    found = field(tool, "section_1", finding)

    assert (found.type, found.finding, found.required) == ("evidence", finding, True)
    assert found.label.startswith(f"{number} ")
    assert words in found.label
    assert hint in found.hint


@pytest.mark.parametrize("tool", TOOLS)
def test_every_finding_stands_on_the_form_in_the_order_of_the_questions(tool: str) -> None:
    found = [item.finding for one in template(tool).sections for item in one.fields if item.type == "evidence"]

    assert tuple(found) == FINDINGS


@pytest.mark.req("R244")
@pytest.mark.parametrize("tool", TOOLS)
def test_a_lack_of_regularity_is_asked_about(tool: str) -> None:
    reason = field(tool, "section_1", "regularity_reason")
    explained = field(tool, "section_1", "explanations_recorded")

    assert (reason.type, explained.type) == ("long_text", "yes_no")
    assert reason.label.startswith("1.8 If ")
    assert "expla" in explained.label


@pytest.mark.parametrize("tool", TOOLS)
@pytest.mark.parametrize(
    ("number", "theme", "words", "hint"),
    [
        pytest.param("2.1", "reflection", "eflect", "what the work", marks=pytest.mark.req("R245")),
        pytest.param("2.2", "workload", "orkload", "talked about", marks=pytest.mark.req("R246")),
        pytest.param("2.3", "development", "evelopment", "learned", marks=pytest.mark.req("R247")),
        pytest.param("2.4", "wellbeing", "ellbeing and support", "asks|ask", marks=pytest.mark.req("R248")),
        pytest.param("2.5", "function_balance", "our functions", "ediation", marks=pytest.mark.req("R249")),
    ],
)
def test_each_theme_is_judged_by_a_person_beside_what_the_records_hold(
    tool: str, number: str, theme: str, words: str, hint: str
) -> None:
    counted, judged, shown = (field(tool, "section_2", f"{theme}{end}") for end in ("_over_time", "", "_evidence"))

    assert (counted.type, judged.type, shown.type) == ("computed", "yes_no", "long_text")
    assert judged.required
    assert all(item.label.startswith(f"{number} ") for item in (counted, judged, shown))
    assert words in judged.label
    assert any(word in judged.hint for word in hint.split("|"))


@pytest.mark.req("R233")
@pytest.mark.parametrize("tool", TOOLS)
def test_an_audit_names_auditor_supervisor_and_supervisee_and_its_date(tool: str) -> None:
    setting = section(tool, "setting")

    assert [item.id for item in setting.fields] == ["auditor", "supervisor", "supervisee", "audited_on"]
    assert {item.type for item in setting.fields} == {"computed"}


@pytest.mark.req("R259", "R260")
@pytest.mark.parametrize("tool", TOOLS)
def test_section_3_is_there_once_for_each_child_drawn(tool: str) -> None:
    cases = section(tool, "section_3")

    assert cases.repeat == "child"
    assert [(item.id, item.type) for item in cases.fields] == [
        ("discussions", "computed"),
        ("decisions", "computed"),
        ("reflection", "long_text"),
        ("other", "long_text"),
    ]
    # No child is named by hand: what it is called comes with the draw
    assert not any("name" in item.label.lower() for item in cases.fields)


@pytest.mark.req("R235")
@pytest.mark.parametrize("tool", TOOLS)
def test_each_question_shows_its_hint(tool: str) -> None:
    bare = [
        item.id for one in template(tool).sections for item in one.fields if item.type != "computed" and not item.hint
    ]

    assert bare == []


@pytest.mark.req("R250")
@pytest.mark.parametrize("tool", TOOLS)
def test_section_2_is_about_the_workers_file_alone(tool: str) -> None:
    quality = section(tool, "section_2")

    assert "children's own records are no part of it" in quality.hint
    assert quality.repeat is None
    assert not any(item.type == "children" for item in quality.fields)


@pytest.mark.req("R251", "R252")
@pytest.mark.parametrize("tool", TOOLS)
def test_the_judgement_is_one_of_four_with_a_comment(tool: str) -> None:
    grade, comment = section(tool, "judgement").fields

    assert (grade.type, grade.options, grade.required) == ("judgement", DEFAULT_JUDGEMENTS, True)
    assert len(set(grade.colours)) == 4
    assert (comment.type, comment.required) == ("long_text", True)
    assert grade.options == pack("shropshire-2017").audit.judgements


@pytest.mark.req("R253", "R254", "R260")
@pytest.mark.parametrize("tool", TOOLS)
def test_it_ends_with_actions_and_the_auditors_signature(tool: str) -> None:
    form = template(tool)

    assert [(item.label, item.type) for item in form.sections[-1].fields] == [
        ("Comment", "long_text"),
        ("Actions required", "actions"),
    ]
    assert (form.record_kind, form.signatures) == ("audit", ("auditor",))


# Observations


@pytest.mark.req("R119")
def test_an_observation_of_supervision_holds_what_was_seen_and_said_and_is_signed_by_both() -> None:
    form = template("observation_of_supervision")

    assert (form.record_kind, form.signatures) == ("observation", ("observer", "observed"))
    for place in (
        ("setting", "observed"),
        ("setting", "observed_on"),
        ("session", "was_planned"),
        ("session", "was_private"),
        ("findings", "strengths"),
        ("findings", "to_develop"),
        ("feedback", "feedback_given"),
        ("feedback", "reflection"),
        ("actions", "actions"),
    ):
        assert field(form.id, *place)


@pytest.mark.req("R262")
@pytest.mark.parametrize("name", OBSERVATIONS)
def test_styles_are_described_and_never_scored(name: str) -> None:
    types = {item.type for one in template(name).sections for item in one.fields}

    assert types <= {"computed", "long_text", "short_text", "yes_no", "actions"}
    if name == "observation_of_supervision":
        styles = section(name, "style")
        assert "nothing is scored" in styles.hint
        assert [item.label for item in styles.fields] == ["Active and directing", "Active and reflecting", "Passive"]
        assert all(item.type == "long_text" and item.hint and not item.required for item in styles.fields)


@pytest.mark.req("R261", "R279", "R305")
@pytest.mark.parametrize(
    ("place", "kind", "required"),
    [
        (("setting", "observed_on"), "computed", False),
        (("setting", "observer"), "computed", False),
        (("setting", "talked_about"), "computed", False),
        (("activity", "activity"), "short_text", True),
        (("feedback", "feedback_given"), "long_text", True),
        (("feedback", "reflection"), "long_text", False),
        (("family", "family_feedback"), "long_text", False),
        (("actions", "actions"), "actions", False),
    ],
)
def test_an_observation_of_practice_holds(place: tuple[str, str], kind: str, required: bool) -> None:
    found = field("observation_of_practice", *place)

    assert (found.type, found.required) == (kind, required)


@pytest.mark.parametrize("name", [*TOOLS, *OBSERVATIONS])
def test_whoever_examines_writes_all_of_it(name: str) -> None:
    assert {one.written_by for one in template(name).sections} == {"recorder"}


# Which form is used


@pytest.mark.parametrize("purpose", EXAMINING)
@pytest.mark.parametrize(
    "name",
    [
        "baseline-lga-2020",
        "camden-short-guide",
        "family-safeguarding-003",
        "recruitment-000",
        "shropshire-2017",
        "st-helens",
    ],
)
def test_every_pack_has_a_form_for_each_purpose(name: str, purpose: str) -> None:
    named = form_named(pack(name), purpose, categories=[])
    slug = named.slug if named else DEFAULT_FORMS[purpose]

    assert slug in [path.stem for path in template_paths()]
    assert (slug == "audit_tool_file") == (name == "shropshire-2017" and purpose == "audit")


# What a form of this kind may say

Change = Callable[[Document], Any]


def first(data: Document, place: int = 1) -> Document:
    item: Document = data["sections"][place]["fields"][0]
    return item


@pytest.mark.parametrize(
    ("name", "change", "said"),
    [
        (
            "audit_tool_file",
            lambda data: first(data).update(finding="mood"),
            'sections[1].fields[0].finding: "mood" is not one of contract_in_place, records_signed_by_both',
        ),
        (
            "audit_tool_file",
            lambda data: first(data).pop("finding"),
            'sections[1].fields[0].finding: "finding" is missing: a field of type "evidence" needs it',
        ),
        (
            "audit_tool_file",
            lambda data: first(data).update(finding=1),
            'sections[1].fields[0].finding: "1" is not text (write it in quotes)',
        ),
        (
            "audit_tool_file",
            lambda data: data["sections"][1].pop("written_by"),
            'sections[1].written_by: a form of kind "audit" is written by "recorder" alone',
        ),
        (
            "audit_tool_file",
            lambda data: data.update(signatures=["supervisor"]),
            'signatures: a form of kind "audit" is signed by "auditor" and by nobody else',
        ),
        (
            "observation_of_practice",
            lambda data: data.update(signatures=["observed", "observer"]),
            'signatures: a form of kind "observation" is signed by "observer", then "observed" and by nobody else',
        ),
        (
            "observation_of_practice",
            lambda data: first(data).update(type="evidence", finding="registration"),
            'sections[1].fields[0].type: "evidence" stands in a form of kind "audit" alone',
        ),
        (
            "observation_of_supervision",
            lambda data: first(data).update(type="judgement", options=["Good", "Bad"]),
            'sections[1].fields[0].type: "judgement" gives a grade, which an observation never does',
        ),
        (
            "worker_record_app2",
            lambda data: data.update(signatures=["auditor", "supervisee"]),
            'signatures[0]: "auditor" signs audits and observations alone',
        ),
        (
            "worker_record_app2",
            lambda data: first(data).update(type="evidence", finding="registration"),
            'sections[1].fields[0].type: "evidence" stands in a form of kind "audit" alone',
        ),
    ],
)
def test_refuses(name: str, change: Change, said: str) -> None:
    document = copy.deepcopy(shipped(name).document)
    change(document)

    with pytest.raises(Faulty) as refused:
        read_template_document(document, file="")
    assert any(str(fault).startswith(said) for fault in refused.value.faults)


def test_what_the_program_answers_or_counts_by_stays_on_the_form() -> None:
    before = shipped("audit_tool_file").document
    section_1, judgement = edits.find_section(before, "section_1"), edits.find_section(before, "judgement")

    assert section_1 is not None
    assert judgement is not None
    assert edits.without_field(section_1, "registration") == section_1
    assert edits.without_field(judgement, "judgement") == judgement
    assert edits.without_section(before, "section_1") == before
    assert [item["id"] for item in edits.without_field(section_1, "regularity_reason")["fields"]][-1] == (
        "explanations_recorded"
    )


def test_a_section_that_is_added_to_an_audit_is_the_auditors() -> None:
    after = edits.with_section(shipped("audit_tool_file").document, heading="What else I saw")

    assert after["sections"][-1]["written_by"] == "recorder"
    assert (
        "written_by" not in edits.with_section(shipped("worker_record_app2").document, heading="Else")["sections"][-1]
    )
    assert read_template_document(after, file="").sections[-1].id == "what_else_i_saw"
