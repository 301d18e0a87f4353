"""Every record template that ships: loaded, shown as a form, signed, printed."""

import subprocess
from collections.abc import Mapping, Sequence
from dataclasses import replace
from datetime import timedelta
from typing import Any
from uuid import UUID

import pytest
from django.http import QueryDict

from documents.selectors import read_bytes
from policies import selectors as policies
from policies.template_files import TEMPLATES, read_template, template_paths
from policies.templates import Field, Section, Template
from records import rules, selectors, services
from records.forms import DraftForm
from records.models import Record
from records.pdf_wording import build_page
from records.rules import Kind, State
from records.values import Given, content_of
from tests.entries_kit import EntriesKit
from tests.examining_kit import Examining
from tests.org import Org
from tests.records_kit import FACTS, NOON, Kit, fresh, load_templates, type_answer

ALL = [path.stem for path in template_paths()]
# Forms of audits and observations are signed by others than the two people: test_audits.py, test_observations.py
# and that of a hand-over brief by two supervisors: test_handover_briefs.py
OTHERS = rules.EXAMINING | {Kind.HANDOVER}
SHIPPED = [path.stem for path in template_paths() if read_template(path).template.record_kind not in OTHERS]
ATTENDEES = [
    {"person_id": "01900000-0000-7000-8000-00000000000a", "name": "Amara Obi", "role": "presenter", "present": True},
    {"person_id": None, "name": "Jo Bell", "role": "", "present": False, "note": "sent apologies"},
]
CHILDREN = [{"child_id": "01940000-0000-7000-8000-00000000000a", "reference": "P 10442", "depth": "in_depth"}]
ROWS: dict[str, Sequence[Mapping[str, Any]]] = {"attendees": ATTENDEES, "children": CHILDREN}


@pytest.fixture
def kit(org: Org) -> EntriesKit:
    return EntriesKit(org)


def places(template: Template, kind: str) -> list[tuple[str, str]]:
    return [(section.id, item.id) for section in template.sections for item in section.fields if item.type == kind]


def given_for(template: Template, org: Org) -> Given:
    return Given(
        computed={place: f"Computed {place[1]}" for place in places(template, "computed")},
        rows={place: rows for kind, rows in ROWS.items() for place in places(template, kind)},
        asked=places(template, "gap_comment"),
        people=[(str(org.worker.pk), org.worker.name), (str(org.supervisor.pk), org.supervisor.name)],
    )


def answered(section: Section, item: Field, org: Org) -> dict[str, Any]:
    """What somebody types into one field, by the names of its inputs."""
    words = f"Typed into {section.id} {item.id}"
    rows = {"TOTAL_FORMS": "1", "INITIAL_FORMS": "0", "0-what": words, "0-who": org.worker.name, "0-by": "1/12/2026"}
    answers: dict[str, Any] = {
        "date": "9/11/2027",
        "number": "90",
        "yes_no": "yes",
        "interval": "P1M",
        "person": org.team_manager.name,
    }
    match item.type:
        case "actions":
            return {f"{item.id}-{name}": value for name, value in rows.items()}
        case "datetime":
            return {item.id: "14/12/2026", f"{item.id}_time": "10:00"}
        case "choice" | "multi_choice" | "judgement":
            return {item.id: item.options[0]}
        case "clause" | "computed" | "attendees" | "children":
            return {}
        case kind:
            return {item.id: answers.get(kind, words)}


def typed_into(sections: Mapping[str, Section], draft: selectors.Draft, org: Org) -> QueryDict:
    data = QueryDict(mutable=True)
    for part in draft.parts:
        if part.section.id not in sections or not part.editable:
            continue
        data[f"{part.section.id}-version"] = str(part.version)
        for item in part.section.fields:
            for name, value in answered(part.section, item, org).items():
                data[f"{part.section.id}-{name}"] = value
    return data


def shown_by(template: Template) -> dict[str, Section]:
    """The sections that stand on the form when every question is answered with its first answer."""
    return {one.id: one for one in template.sections if one.when is None or one.when.equals == "yes"}


def opened(kit: EntriesKit, name: str) -> tuple[Record, Template]:
    load_templates()
    template = policies.record_template(name)
    if template.record_kind == Kind.CASE_ENTRY:
        return kit.entry(kit.child("P1"), template=template, title=template.title, values=None), template
    return kit.draft(kind=Kind(template.record_kind), template=name, values=None), template


def fill_in(kit: Kit, record: Record, template: Template, given: Given) -> None:
    """Type something into every field of the supervisor's form, as the page sends it, and save it."""
    draft = selectors.draft(record=record, actor=kit.supervisor)
    form = DraftForm(
        draft,
        find_people=lambda text: selectors.people_called(text, actor=kit.supervisor),
        given=given,
        data=typed_into(shown_by(template), draft, kit.org),
    )
    assert form.is_valid(), form.error_list
    saved = services.save_draft(record_id=record.pk, sections=form.typed(), actor=kit.supervisor, at=NOON)
    assert not saved.conflicts


def signed(kit: EntriesKit, record: Record, given: Given) -> Record:
    """Sign it, an entry about a child with the record of its session; what the worker then answers."""
    if record.kind != Kind.CASE_ENTRY:
        kit.sign(record, given=given, shown=kit.shown(record, given=given))
        return record
    session = kit.draft()
    entries = [replace(kit.text_of(record), given=given)]
    kit.sign(session, entries=entries, shown=kit.shown(session, entries=entries))
    return session


def test_all_are_here() -> None:
    assert len(ALL) == 26
    assert len(SHIPPED) == 21


@pytest.mark.parametrize("name", SHIPPED)
def test_each_opens_as_a_form_with_all_that_it_asks(kit: EntriesKit, name: str) -> None:
    record, template = opened(kit, name)
    given = given_for(template, kit.org)

    form = DraftForm(selectors.draft(record=record, actor=kit.supervisor), find_people=lambda _: [], given=given)

    shown = {one.section.id: [question["label"] for question in one.questions()] for one in form.sections}
    for section in template.sections:
        if section.written_by != "supervisee":
            assert shown[section.id] == [item.label for item in section.fields]


@pytest.mark.parametrize("name", SHIPPED)
def test_each_is_signed_and_sealed_with_every_word(kit: EntriesKit, name: str) -> None:
    record, template = opened(kit, name)
    given = given_for(template, kit.org)
    fill_in(kit, record, template, given)

    answered_with = signed(kit, record, given)
    if "supervisee" in template.signatures:
        seal(kit, answered_with)

    page = build_page(selectors.parts_for(record, audience=rules.Audience.FULL), organisation="Demo authority")
    words = repr(page)
    assert Record.objects.get(pk=record.pk).get_state() is State.SEALED
    for section in shown_by(template).values():
        if section.written_by == "supervisee":
            continue
        assert section.heading in words
        for item in section.fields:
            if item.type in ("long_text", "short_text", "actions", "gap_comment"):
                assert f"Typed into {section.id} {item.id}" in words
    if places(template, "attendees"):
        assert "Amara Obi, presenter: present" in words
        assert "Jo Bell: not present (sent apologies)" in words
    if places(template, "children"):
        assert "P 10442, in depth" in words


@pytest.mark.parametrize("name", ["audit_tool_file", "plain_audit_tool"])
def test_each_audit_tool_is_signed_by_its_auditor_alone(org: Org, name: str) -> None:
    record = Examining(org).signed(template=name)

    page = repr(build_page(selectors.parts_for(record, audience=rules.Audience.FULL), organisation="Demo authority"))
    assert fresh(record).get_state() is State.SEALED
    assert "Regular but for one gap." in page
    assert "The paper contract is in the file room." in page


def test_the_form_of_practice_observed_is_signed_by_both(org: Org) -> None:
    examining = Examining(org)
    record = examining.observation(template="observation_of_practice")
    told = {"activity": {"activity": "A visit", "seen": "Warm and clear."}, "findings": {"strengths": "Listens."}}
    examining.write(record, {**told, "feedback": {"feedback_given": "Ask the brother, too."}})
    examining.sign(record)
    assert fresh(record).get_state() is State.AWAITING

    examining.countersign(record)

    page = repr(build_page(selectors.parts_for(record, audience=rules.Audience.FULL), organisation="Demo authority"))
    assert fresh(record).get_state() is State.SEALED
    assert "Warm and clear." in page
    assert "Ask the brother, too." in page


def seal(kit: Kit, record: Record) -> None:
    shown = type_answer(record, {}, actor=kit.worker, at=NOON)
    kit.countersign(record, shown=shown)


@pytest.mark.slow
@pytest.mark.filterwarnings("ignore:unclosed file.*icc:ResourceWarning")
@pytest.mark.parametrize("name", SHIPPED)
def test_each_prints(kit: EntriesKit, name: str) -> None:
    record, template = opened(kit, name)
    given = given_for(template, kit.org)
    fill_in(kit, record, template, given)
    signed(kit, record, given)

    head = fresh(record).get_head_digest()
    document = services.render_document(record_id=record.pk, head=head, at=NOON + timedelta(hours=2))

    text = text_in(read_bytes(document.stored))
    for section in shown_by(template).values():
        if section.written_by != "supervisee":
            assert section.heading in text
            for item in section.fields:
                assert item.type == "clause" or item.label in text
    if places(template, "attendees"):
        assert "Jo Bell: not present (sent apologies)" in text


def text_in(file: bytes) -> str:
    """What a reader program reads aloud, spaces made one."""
    command = ["pdftotext", "-enc", "UTF-8", "-", "-"]
    return " ".join(subprocess.run(command, input=file, capture_output=True, check=True).stdout.decode().split())


@pytest.mark.req("R306")
def test_a_decision_is_not_signed_without_its_reasons(kit: EntriesKit) -> None:
    record, _ = opened(kit, "st_helens_supervision_record")
    kit.save(record, "decided", {"decided": "yes"}, version=0)
    kit.save(record, "decisions", {"decision": "The plan stays as it is."}, version=0)

    assert ("decisions", "rationale") in missing(kit, record)


@pytest.mark.req("R301")
def test_wellbeing_and_development_are_covered_before_signing(kit: EntriesKit) -> None:
    record, _ = opened(kit, "st_helens_supervision_record")

    assert {"development", "wellbeing"} <= {section for section, _ in missing(kit, record)}


@pytest.mark.req("R323")
def test_the_childs_voice_has_to_be_in_an_outcomes_record(kit: EntriesKit) -> None:
    record, _ = opened(kit, "outcomes_case_entry")

    assert {("voice", "said"), ("voice", "shaped")} <= missing(kit, record)


@pytest.mark.req("R350")
def test_an_entry_needs_actions_with_dates_or_a_reason_for_none(kit: EntriesKit) -> None:
    record, template = opened(kit, "individual_group_supervision_record")
    assert ("next_steps", "action_needed") in missing(kit, record)

    kit.save(record, "next_steps", {"action_needed": "no"}, version=0)
    assert ("no_action", "no_action") in missing(kit, record)

    kit.save(record, "next_steps", {"action_needed": "yes"}, version=1)
    assert ("actions", "actions") in missing(kit, record)

    visit = {"what": "Visit", "who": "Amara Obi", "who_id": str(kit.org.worker.pk), "by": None}
    kit.save(record, "actions", {"actions": [visit]}, version=0)
    dated = Given(dated=places(template, "actions"))
    assert ("actions", "actions") not in missing(kit, record)
    assert ("actions", "actions") in missing(kit, record, given=dated)


def test_what_would_be_left_out_of_the_record_is_said_before_signing(kit: EntriesKit) -> None:
    record, _ = opened(kit, "individual_group_supervision_record")
    kit.save(record, "no_action", {"no_action": "The plan has ended."}, version=0)
    kit.save(record, "next_steps", {"action_needed": "yes"}, version=0)

    assert ("no_action", "no_action") in missing(kit, record)


def missing(kit: Kit, record: Record, given: Given | None = None) -> set[tuple[str, str]]:
    text = selectors.text_to_sign(record=record, facts=FACTS, late=rules.LateEntry(), given=given or Given())
    return {(section, field) for section, field, _ in text.problems}


def test_rows_that_the_diary_gives_are_signed_as_they_stand_and_hold_nothing_else() -> None:
    section = read_template(TEMPLATES / "reflective_group_record.yaml").template.section("session")
    assert section is not None
    given = Given(rows={("session", "children"): [{**CHILDREN[0], "name": "Bea", "id": UUID(int=1)}]})

    content = content_of(section, {}, given=given)

    children = next(one for one in content["fields"] if one["id"] == "children")
    assert children["value"] == CHILDREN
    assert not any(one["id"] == "attendees" for one in content["fields"])
