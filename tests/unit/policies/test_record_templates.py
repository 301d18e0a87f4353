"""Record templates: the shipped ones carry every part of the forms they stand for; faults are named."""

import copy
from collections.abc import Callable
from functools import cache
from pathlib import Path
from typing import Any

import pytest

from policies.faults import Faulty
from policies.rules.forms import forms_named
from policies.template_files import TEMPLATES, TemplateFile, read_template, read_template_document, template_paths
from policies.templates import Field, Section, Template, When
from tests.policies_kit import pack

Change = Callable[[dict[str, Any]], object]


@cache
def shipped(name: str) -> TemplateFile:
    return read_template(TEMPLATES / f"{name}.yaml")


def template(name: str) -> Template:
    return shipped(name).template


def section(name: str, section_id: str) -> Section:
    found = template(name).section(section_id)
    assert found is not None
    return found


def field(name: str, field_id: str) -> Field:
    [found] = [item for each in template(name).sections for item in each.fields if item.id == field_id]
    return found


def texts(name: str, section_id: str) -> str:
    return " ".join(item.text for item in section(name, section_id).fields).lower()


def test_each_is_filed_under_its_own_id() -> None:
    assert [path.stem for path in template_paths()] == [read_template(path).template.id for path in template_paths()]


# The contract


@pytest.mark.req("R129", "R128")
def test_the_contract_for_staff_is_signed_by_both() -> None:
    contract = template("contract_1a")

    assert (contract.record_kind, contract.version, contract.source) == ("contract", 2, "001 appendix 1a")
    assert contract.signatures == ("supervisor", "supervisee")


@pytest.mark.req("R122", "R123", "R124", "R125", "R127", "R141", "R142", "R143", "R144", "R145", "R174", "R175")
@pytest.mark.parametrize(
    ("field_id", "kind", "required"),
    [
        ("supervisee", "computed", False),
        ("supervisor", "computed", False),
        ("supervisee_job_title", "computed", False),
        ("supervisor_job_title", "computed", False),
        ("key_tasks", "long_text", True),
        ("format", "choice", True),
        ("frequency", "interval", True),
        ("minutes", "number", True),
        ("named_manager", "person", True),
        ("review_on", "date", True),
        ("other", "long_text", False),
    ],
)
def test_the_contract_asks(field_id: str, kind: str, required: bool) -> None:
    asked = field("contract_1a", field_id)

    assert (asked.type, asked.required) == (kind, required)


@pytest.mark.req("R147", "R148", "R149", "R150", "R151")
@pytest.mark.parametrize(
    ("field_id", "number", "words"),
    [
        ("workload", 7, ["case file audits", "weighting", "performance management", "record system", "mediation"]),
        ("development", 4, ["training needs", "induction", "longer-term", "regulator's requirements"]),
        ("wellbeing", 7, ["factors", "personal", "stress", "absence", "safety", "relationship", "equal opportunities"]),
        ("other_topics", 3, ["leave", "time off in lieu", "flexible"]),
    ],
)
def test_the_contract_lists_what_supervision_covers(field_id: str, number: int, words: list[str]) -> None:
    options = field("contract_1a", field_id).options

    assert len(options) == number
    assert all(word in " ".join(options).lower() for word in words)


@pytest.mark.req("R126", "R127")
@pytest.mark.parametrize("name", ["contract_1a", "contract_1b"])
@pytest.mark.parametrize(
    ("section_id", "words"),
    [
        pytest.param("meetings", ["private", "interrupt"], marks=pytest.mark.req("R146")),
        ("recording", ["writes the record", "both sign", "both keep"]),
        ("recording", ["child's file", "both see to it"]),
        pytest.param(
            "confidentiality",
            ["part of management", "the matters that the policy names"],
            marks=pytest.mark.req("R154"),
        ),
        pytest.param(
            "confidentiality", ["both of us agree", "line manager", "securely", "new supervisor", "to hr", "inspector"]
        ),
        ("confidentiality", ["line managers and service managers", "audit"]),
        ("supervisor_responsibilities", ["policy", "training in supervision"]),
        ("supervisor_responsibilities", ["cancelled", "earliest date"]),
        ("supervisor_responsibilities", ["by the time agreed"]),
        ("supervisor_responsibilities", ["policies, procedures"]),
        ("supervisor_responsibilities", ["induction, training"]),
        ("supervisor_responsibilities", ["quality standards", "feedback"]),
        ("supervisor_responsibilities", ["poor performance", "capability"]),
        ("supervisor_responsibilities", ["performance figures"]),
        ("supervisor_responsibilities", ["shared with others"]),
        ("supervisor_responsibilities", ["absence from work"]),
        ("supervisor_responsibilities", ["co-worker", "court", "afterwards", "mentoring"]),
        pytest.param("supervisor_responsibilities", ["the law", "health and safety"], marks=pytest.mark.req("R167")),
        pytest.param(
            "supervisor_responsibilities", ["open and honest", "anti-oppressive", "personal problems", "equal"]
        ),
        pytest.param(
            "supervisee_responsibilities",
            [
                "come prepared",
                "by the time agreed",
                "professional",
                "performance figures",
                "ask for guidance",
                "criticism",
            ],
            marks=pytest.mark.req("R168"),
        ),
        pytest.param("supervisee_responsibilities", ["give the supervisor feedback"], marks=pytest.mark.req("R169")),
        pytest.param("supervisee_responsibilities", ["equality"], marks=pytest.mark.req("R170")),
        ("disagreements", ["either of us", "service manager"]),
        ("disagreements", ["a team manager who disagree", "record of supervision"]),
        ("disagreements", ["supervisor's line manager"]),
    ],
)
def test_the_clauses_of_the_contract(name: str, section_id: str, words: list[str]) -> None:
    assert [word for word in words if word not in texts(name, section_id)] == []


@pytest.mark.req("R129")
def test_the_contract_for_managers_is_about_what_managers_do() -> None:
    contract = template("contract_1b")
    topics = " ".join(field("contract_1b", "workload").options).lower()

    assert (contract.record_kind, contract.source) == ("contract", "001 appendix 1b")
    for words in (
        "budget",
        "performance data",
        "agencies",
        "staffing",
        "risk",
        "complaints",
        "supervision in the team",
    ):
        assert words in topics


@pytest.mark.parametrize("name", ["contract_1a", "contract_1b"])
def test_both_write_what_both_agree_and_the_supervisor_the_rest(name: str) -> None:
    either = {each.id for each in template(name).sections if each.written_by == "either"}

    assert either == {"key_tasks", "meetings", "topics", "other", "review_so_far"}
    assert field(name, "feedback").type == "gap_comment"


# The managers' record


@pytest.mark.parametrize(
    ("section_id", "heading"),
    [
        pytest.param("welfare", "1. Staff Welfare", marks=pytest.mark.req("R202")),
        pytest.param("matters_arising", "2. Review of last meeting", marks=pytest.mark.req("R203")),
        pytest.param("budget", "3. Budget", marks=pytest.mark.req("R204")),
        pytest.param("performance", "4. Team Performance", marks=pytest.mark.req("R205")),
        pytest.param("agencies", "5. Inter and Intra agency", marks=pytest.mark.req("R206")),
        pytest.param("staffing", "6. Staffing", marks=pytest.mark.req("R207")),
        pytest.param("high_risk", "7. Individual High Risk", marks=pytest.mark.req("R208")),
        pytest.param("complaints", "8. Complaints", marks=pytest.mark.req("R209")),
        pytest.param("development", "9. Supervisee Learning", marks=pytest.mark.req("R210")),
        pytest.param("health_and_safety", "10. Health & Safety", marks=pytest.mark.req("R211")),
        pytest.param("other", "11. Any Other Business", marks=pytest.mark.req("R212")),
    ],
)
def test_the_managers_record_has_its_headings_with_room_for_actions(section_id: str, heading: str) -> None:
    found = section("managers_supervision_app5", section_id)

    assert found.heading.startswith(heading)
    assert [item.type for item in found.fields][-2:] == ["long_text", "actions"]


@pytest.mark.req("R198", "R199", "R200", "R201", "R213")
def test_the_managers_record_begins_with_who_and_when_and_ends_with_the_next_session() -> None:
    record = template("managers_supervision_app5")
    first = {item.id: item.type for item in record.sections[0].fields}

    assert first.pop("gap_comment") == "gap_comment"
    assert set(first.values()) == {"computed"}
    assert {"supervisee_job_title", "supervisor_job_title", "held_on", "last_held_on"} <= set(first)
    assert [item.id for item in record.sections[-1].fields] == ["next_session", "next_venue"]


@pytest.mark.req("R202")
def test_what_concerns_health_or_staff_in_the_managers_record_is_the_two_peoples() -> None:
    assert section("managers_supervision_app5", "welfare").sensitivity == "health"
    assert section("managers_supervision_app5", "staffing").sensitivity == "conduct"


# The worker record


@pytest.mark.req("R176", "R177", "R178", "R179", "R180", "R188", "R189")
def test_the_record_has_the_seven_sections_of_appendix_2() -> None:
    record = template("worker_record_app2")

    assert [each.id for each in record.sections] == [
        "session",
        "workload",
        "development",
        "wellbeing",
        "other",
        "supervisor_comments",
        "supervisee_comments",
        "next",
    ]
    assert [(item.id, item.type) for item in record.sections[0].fields] == [
        ("supervisee", "computed"),
        ("supervisor", "computed"),
        ("held_on", "computed"),
        ("last_held_on", "computed"),
        ("gap_comment", "gap_comment"),
    ]
    assert record.signatures == ("supervisor", "supervisee")
    assert field("worker_record_app2", "next_session").type == "datetime"


@pytest.mark.parametrize(
    ("section_id", "sensitivity"),
    [
        pytest.param("workload", "shared", marks=pytest.mark.req("R181")),
        pytest.param("development", "shared", marks=pytest.mark.req("R183")),
        pytest.param("wellbeing", "health", marks=pytest.mark.req("R184")),
        pytest.param("other", "shared", marks=pytest.mark.req("R185")),
    ],
)
@pytest.mark.req("R182")
def test_the_first_four_hold_issues_and_actions(section_id: str, sensitivity: str) -> None:
    found = section("worker_record_app2", section_id)

    assert [(item.id, item.type) for item in found.fields] == [("discussed", "long_text"), ("actions", "actions")]
    assert (found.sensitivity, found.written_by) == (sensitivity, "supervisor")


@pytest.mark.req("R186", "R187")
def test_each_side_writes_its_own_comments() -> None:
    assert section("worker_record_app2", "supervisor_comments").written_by == "supervisor"
    assert section("worker_record_app2", "supervisee_comments").written_by == "supervisee"


# Group records


GROUP_RECORDS = [
    "bells_that_ring_record",
    "group_practice_record",
    "peer_group_record",
    "plain_group_record",
    "reflective_group_record",
]


@pytest.mark.parametrize("name", GROUP_RECORDS)
def test_a_group_record_has_attendance_facilitator_and_recorder_and_is_the_recorders(name: str) -> None:
    record = template(name)
    first = {item.id: item.type for item in record.sections[0].fields}

    assert record.record_kind == "group_record"
    assert record.signatures == ("supervisor",)
    assert (first["attendees"], first["facilitator"], first["recorder"]) == ("attendees", "computed", "computed")
    assert {each.written_by for each in record.sections} == {"recorder"}
    assert any(item.type == "actions" for each in record.sections for item in each.fields)


@pytest.mark.parametrize(
    ("section_id", "field_id", "kind"),
    [
        pytest.param("issue", "presenter", "short_text", marks=pytest.mark.req("R068")),
        pytest.param("issue", "outline", "long_text", marks=pytest.mark.req("R068", "R074")),
        pytest.param("clarifying", "asked_by_members", "long_text", marks=pytest.mark.req("R069")),
        pytest.param("affirming", "affirmations", "long_text", marks=pytest.mark.req("R070")),
        pytest.param("discussion", "discussion", "long_text", marks=pytest.mark.req("R071", "R074")),
        pytest.param("closing", "response", "long_text", marks=pytest.mark.req("R072")),
        pytest.param("closing", "actions", "actions", marks=pytest.mark.req("R072", "R074")),
    ],
)
def test_the_steps_of_reflective_group_supervision_have_their_place(section_id: str, field_id: str, kind: str) -> None:
    found = {item.id: item for item in section("reflective_group_record", section_id).fields}

    assert found[field_id].type == kind
    assert found[field_id].required is (field_id in ("outline", "discussion"))


# Children's entries


def test_the_four_headings_stand_as_in_the_source() -> None:
    entry = template("case_entry_four_headings")

    assert entry.record_kind == "case_entry"
    assert [each.heading for each in entry.sections[1:]] == [
        "Current issues / situation",
        "Reflection",
        "Analysis",
        "Actions",
    ]


@pytest.mark.req("R348")
def test_each_letter_of_the_local_spelling_has_its_prompt() -> None:
    prompts = section("individual_group_supervision_record", "grraccess")

    assert prompts.heading == "GRRACCEESS"
    assert "".join(item.label[0] for item in prompts.fields) == "GRRACCEESS"
    assert all(item.hint.endswith("?") for item in prompts.fields)


@pytest.mark.req("R347")
def test_an_entry_holds_the_direction_given() -> None:
    oversight = section("individual_group_supervision_record", "oversight")

    assert "direction" in {item.id for item in oversight.fields}
    assert oversight.required_to_sign


@pytest.mark.parametrize(
    ("field_id", "words"),
    [
        pytest.param("matters", "matters to the child, young person, family", marks=pytest.mark.req("R318")),
        pytest.param("wishes", "want to achieve", marks=pytest.mark.req("R319")),
        pytest.param("agency", "agency need to achieve", marks=pytest.mark.req("R320")),
        pytest.param("plan", "plan to make change happen", marks=pytest.mark.req("R321")),
        pytest.param("change", "know when change has happened", marks=pytest.mark.req("R322")),
    ],
)
def test_the_five_columns_of_the_outcomes_record(field_id: str, words: str) -> None:
    columns = section("outcomes_case_entry", "outcomes").fields

    assert [item.id for item in columns] == ["matters", "wishes", "agency", "plan", "change"]
    assert words in field("outcomes_case_entry", field_id).label


@pytest.mark.req("R323")
def test_the_childs_voice_is_required_and_lived_experience_and_direct_work_stand_beside_it() -> None:
    voice = {item.id: item for item in section("outcomes_case_entry", "voice").fields}

    assert [name for name, item in voice.items() if item.required] == ["said", "shaped"]
    assert {"lived", "direct_work"} <= set(voice)
    assert "Under way" in voice["direct_work"].options


@pytest.mark.req("R316")
def test_an_outcomes_entry_asks_whether_change_is_enough_and_what_else_there_is() -> None:
    assert [item.id for item in section("outcomes_case_entry", "progress").fields] == ["sufficient", "alternatives"]


@pytest.mark.req("R311", "R317")
def test_the_workers_own_record_asks_for_the_effect_on_them_and_the_difference_for_the_child() -> None:
    impact = section("outcomes_supervision_record", "impact")

    assert impact.sensitivity == "health"
    assert [item.label for item in impact.fields] == ["What was discussed", "Agreed support"]
    assert "children and families" in section("outcomes_supervision_record", "difference").hint


# St Helens, Camden's managers


@pytest.mark.req("R293", "R300")
def test_reflection_challenge_effectiveness_and_assumptions_are_asked_for() -> None:
    assert "assumptions" in section("st_helens_supervision_record", "practice").hint
    assert [item.id for item in section("st_helens_case_entry", "reflection").fields] == [
        "discussed",
        "assumptions",
        "effectiveness",
    ]


@pytest.mark.req("R306")
@pytest.mark.parametrize("name", ["st_helens_supervision_record", "st_helens_case_entry"])
def test_a_decision_has_its_rationale(name: str) -> None:
    decisions = section(name, "decisions")

    assert decisions.when == When("decided", "yes")
    assert {item.id for item in decisions.fields if item.required} == {"decision", "rationale"}
    assert field(name, "decided").required


@pytest.mark.req("R354")
def test_the_management_record_has_its_four_headings() -> None:
    headings = [each.heading for each in template("management_supervision_record").sections]

    assert headings[1:5] == [
        "Individual cases",
        "Staffing and resource issues",
        "Team performance",
        "Corporate initiatives",
    ]
    assert pack("camden-short-guide").blocks["recording"]["management"]["recorded_by"] == "service_manager"


@pytest.mark.parametrize(
    ("policy_id", "purpose", "slug"),
    [
        ("shropshire-2017", "group", "reflective_group_record"),
        ("shropshire-2017", "case", "case_entry_four_headings"),
        ("camden-short-guide", "group", "bells_that_ring_record"),
        ("camden-short-guide", "case", "individual_group_supervision_record"),
        ("family-safeguarding-003", "record", "outcomes_supervision_record"),
        ("family-safeguarding-003", "group", "group_practice_record"),
        ("family-safeguarding-003", "case", "outcomes_case_entry"),
        ("st-helens", "case", "st_helens_case_entry"),
        ("recruitment-000", "record", "monthly_supervision_record"),
        ("recruitment-000", "group", "peer_group_record"),
    ],
)
def test_each_pack_names_its_forms(policy_id: str, purpose: str, slug: str) -> None:
    assert [form.slug for form in forms_named(pack(policy_id), purpose) if form.categories is None] == [slug]


# Everything that a template can say


def test_a_template_may_use_all_that_the_format_has() -> None:
    document = {
        "schema": "record-template/1",
        "id": "audit",
        "version": 2,
        "record_kind": "audit",
        "title": "Audit",
        "signatures": ["auditor"],
        "sections": [
            {
                "id": "first",
                "heading": "First",
                "written_by": "recorder",
                "fields": [
                    {"id": "seen", "label": "Seen?", "type": "yes_no"},
                    {"id": "evidence", "label": "Evidence", "type": "evidence", "finding": "regularity"},
                    {
                        "id": "grade",
                        "label": "Judgement",
                        "type": "judgement",
                        "options": [{"label": "Good", "colour": "green"}, {"label": "Poor", "colour": "red"}],
                    },
                ],
            },
            {
                "id": "second",
                "heading": "Second",
                "written_by": "recorder",
                "repeat": {"for": "child"},
                "when": {"field": "seen", "equals": "yes"},
                "fields": [{"id": "children", "label": "Children", "type": "children"}],
            },
            {
                "id": "third",
                "heading": "Third",
                "written_by": "recorder",
                "when": {"field": "grade", "equals": "Poor"},
                "fields": [{"id": "note", "label": "Note", "type": "long_text"}],
            },
        ],
    }

    read = read_template_document(document, file="audit.yaml")

    assert (read.sections[0].fields[2].options, read.sections[0].fields[2].colours) == (
        ("Good", "Poor"),
        ("green", "red"),
    )
    assert read.sections[0].fields[1].finding == "regularity"
    assert (read.sections[1].repeat, read.sections[1].when) == ("child", When("seen", "yes"))
    assert read.sections[2].when == When("grade", "Poor")
    assert read.section("nowhere") is None


# Faults

FAULTS: list[tuple[Change, str]] = [
    (lambda data: data.update(version="1"), 'version: "1" is not a whole number'),
    (lambda data: data.update(version=0), 'version: "0" is less than 1'),
    (lambda data: data.update(record_kind="diary"), 'record_kind: "diary" is not one of'),
    (lambda data: data.update(signatures=[]), 'signatures: "signatures" is empty'),
    (lambda data: data.update(signatures=["supervisor", "supervisor"]), 'signatures[1]: "supervisor" signs twice'),
    (lambda data: data.update(signatures=["passer-by"]), 'signatures[0]: "passer-by" is not one of'),
    (
        lambda data: data.update(signatures=["supervisor"]),
        'sections[6].written_by: "supervisee" writes this section but does not sign',
    ),
    (
        lambda data: data["sections"][1].update(id="session"),
        'sections[1].id: "session" is the id of more than one entry',
    ),
    (lambda data: data["sections"][1].update(id="_reason"), 'sections[1].id: "_reason" is not a name of small letters'),
    (lambda data: data["sections"][1].update(id=""), 'sections[1].id: "id" is empty'),
    (lambda data: data["sections"][1].update(sensitivity="secret"), 'sections[1].sensitivity: "secret" is not one of'),
    (
        lambda data: data["sections"][1].update(colour="red"),
        'sections[1].colour: "colour" is not a key that is known here',
    ),
    (lambda data: data["sections"][1].update(fields=[]), 'sections[1].fields: "fields" is empty'),
    (lambda data: data["sections"][1].pop("fields"), 'sections[1].fields: "fields" is missing'),
    (lambda data: first_field(data).update(type="drawing"), 'sections[1].fields[0].type: "drawing" is not one of'),
    (
        lambda data: first_field(data).update(type="choice"),
        'sections[1].fields[0].options: "options" is missing: a field of type "choice" needs it',
    ),
    (
        lambda data: first_field(data).update(type="clause"),
        'sections[1].fields[0].text: "text" is missing: a field of type "clause" needs it',
    ),
    (
        lambda data: first_field(data).update(options=["a"]),
        'sections[1].fields[0].options: "options" says nothing in a field of type "long_text"',
    ),
    (
        lambda data: first_field(data).update(type="choice", options=["a", "b", "a"]),
        'sections[1].fields[0].options[2]: "a" is offered twice',
    ),
    (
        lambda data: first_field(data).update(type="choice", options=[{"label": "a", "colour": "red"}]),
        'sections[1].fields[0].options[0]: "a" has a colour, which only a judgement may have',
    ),
    (
        lambda data: first_field(data).update(type="choice", options="a"),
        'sections[1].fields[0].options: "a" is not a list',
    ),
    (
        lambda data: data["sections"][2].update(when={"field": "mood", "equals": "low"}),
        'sections[2].when.field: "mood" is not a field of a section above',
    ),
    (
        lambda data: data["sections"][2].update(when={"field": "held_on", "equals": "low"}),
        'sections[2].when.field: "held_on" is not a field with options',
    ),
    (
        lambda data: [
            data["sections"][3]["fields"].append({"id": "ill", "label": "Ill?", "type": "yes_no"}),
            data["sections"][4].update(when={"field": "ill", "equals": "yes"}),
        ],
        'sections[4].when.field: "ill" is of sensitivity "health"; what follows would tell',
    ),
    (
        lambda data: [
            data["sections"][1]["fields"].append(
                {"id": "mood", "label": "Mood", "type": "choice", "options": ["good"]}
            ),
            data["sections"][2].update(when={"field": "mood", "equals": "low"}),
        ],
        'sections[2].when.equals: "low" is not an option of "mood"',
    ),
    (lambda data: data["sections"][2].update(when="always"), 'sections[2].when: "always" is not a mapping'),
    (lambda data: data["sections"][2].update(fields="none"), 'sections[2].fields: "none" is not a list'),
    (lambda data: data.update(signatures="both"), 'signatures: "both" is not a list'),
]


def first_field(data: dict[str, Any]) -> dict[str, Any]:
    found: dict[str, Any] = data["sections"][1]["fields"][0]
    return found


@pytest.mark.parametrize(("change", "expected"), FAULTS, ids=[expected.split(":")[0] for _, expected in FAULTS])
def test_refuses(change: Change, expected: str) -> None:
    data = copy.deepcopy(shipped("worker_record_app2").document)
    change(data)

    with pytest.raises(Faulty) as refused:
        read_template_document(data, file="form.yaml")

    faults = [str(fault) for fault in refused.value.faults]
    assert any(fault.startswith("form.yaml: ") and expected in fault for fault in faults), faults


def test_refuses_what_is_no_mapping(tmp_path: Path) -> None:
    (tmp_path / "form.yaml").write_text("[1]", encoding="utf-8")

    with pytest.raises(Faulty, match=r'form.yaml: "\[1\]" is not a mapping of keys to values'):
        read_template(tmp_path / "form.yaml")
