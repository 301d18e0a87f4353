"""Changing a form: drafted by one, published by another; what was opened or signed before keeps its own version."""

import copy
from collections.abc import Iterator
from datetime import datetime
from typing import Any

import pytest
from django.db import IntegrityError, transaction

from core.actor import Actor, Role
from core.errors import NotAllowed, RuleBroken, Stale
from policies import selectors, template_edits
from policies.faults import Faulty
from policies.models import RecordTemplate, TemplateDraft
from policies.selectors import reading
from policies.services import (
    begin_template_draft,
    change_template_draft,
    discard_template_draft,
    import_template,
    load_packs,
    publish_template,
)
from policies.template_files import template_paths
from records.models import Record
from tests.org import Org, add_person
from tests.policies_kit import pack
from tests.records_kit import Kit, load_templates, shipped_templates
from trail.models import Entry

SLUG = "worker_record_app2"
FINDING = {"id": "found", "label": "Found", "type": "evidence", "finding": "contract_in_place"}


@pytest.fixture(autouse=True)
def forms() -> Iterator[None]:
    """Versions never change, so a process keeps them; a test's own are forgotten with it."""
    reading._template.cache_clear()
    yield
    reading._template.cache_clear()


@pytest.fixture
def psw(org: Org) -> Actor:
    load_templates()
    return org.actor(org.psw, hat=Role.PRINCIPAL_SOCIAL_WORKER)


@pytest.fixture
def second(org: Org) -> Actor:
    person = add_person("Dora Hale", team=org.team, job_title="Director", role=Role.DIRECTOR)
    return org.actor(person)


def drafted(psw: Actor, at: datetime, change: Any = None, slug: str = SLUG) -> TemplateDraft:
    draft = begin_template_draft(slug=slug, actor=psw, at=at)
    if change is None:
        return draft
    return change_template_draft(
        draft_id=draft.pk, revision=draft.revision, document=change(draft.document), actor=psw, at=at
    )


def publish(draft: TemplateDraft, actor: Actor, at: datetime, *confirmed: str) -> RecordTemplate:
    return publish_template(draft_id=draft.pk, revision=draft.revision, confirmed=confirmed, actor=actor, at=at)


def with_heading(words: str, section_id: str = "workload") -> Any:
    def change(document: template_edits.Document) -> template_edits.Document:
        section = template_edits.find_section(document, section_id)
        assert section
        return template_edits.replaced(document, section_id, template_edits.with_values(section, heading=words))

    return change


def with_sensitivity(level: str) -> Any:
    def change(document: template_edits.Document) -> template_edits.Document:
        section = template_edits.find_section(document, "wellbeing")
        assert section
        return template_edits.replaced(document, "wellbeing", template_edits.with_values(section, sensitivity=level))

    return change


def test_what_is_published_by_a_second_person_is_the_form_from_then_on(
    psw: Actor, second: Actor, noon: datetime
) -> None:
    published = publish(drafted(psw, noon, with_heading("Work and caseload")), second, noon)

    assert (published.version, published.is_own) == (2, True)
    newest = selectors.record_template(SLUG)
    assert (newest.version, newest.sections[1].heading) == (2, "Work and caseload")
    assert selectors.form_for(pack("shropshire-2017"), "record", categories=["iro"]) == newest
    draft = TemplateDraft.objects.get()
    assert (draft.changed_by_name, draft.closed_by_name, draft.published_as) == ("Petra Wolf", "Dora Hale", published)
    assert list(
        Entry.objects.filter(verb__startswith="template.").order_by("at", "pk").values_list("verb", flat=True)
    ) == [
        "template.drafted",
        "template.changed",
        "template.published",
    ]


def test_what_was_opened_and_signed_before_keeps_its_version(
    org: Org, psw: Actor, second: Actor, noon: datetime
) -> None:
    kit = Kit(org)
    signed, draft = kit.sealed(), kit.draft()

    publish(drafted(psw, noon, with_heading("Work and caseload")), second, noon)

    for record in Record.objects.filter(pk__in=[signed.pk, draft.pk]):
        assert record.template_version == 1
        template = selectors.record_template(record.template_slug, record.template_version)
        assert template.sections[1].heading == "Workload management"
    assert kit.sign(draft).record_id == draft.pk
    assert kit.draft().template_version == 2


def test_nobody_publishes_their_own_change(psw: Actor, noon: datetime) -> None:
    draft = drafted(psw, noon, with_heading("Mine alone"))

    with pytest.raises(NotAllowed, match="somebody else has to publish it"):
        publish(draft, psw, noon)

    assert selectors.record_template(SLUG).version == 1


def test_who_changed_it_before_somebody_else_does_not_publish_it_either(
    org: Org, psw: Actor, second: Actor, noon: datetime
) -> None:
    role = Role.PRINCIPAL_SOCIAL_WORKER
    other = org.actor(add_person("Ravi Sen", team=org.team, job_title="PSW", role=role), hat=role)
    unmasked = drafted(psw, noon, with_sensitivity("shared"))
    draft = drafted(other, noon, with_heading("A comma"))

    for changer in (psw, other):
        with pytest.raises(NotAllowed, match="somebody else has to publish it"):
            publish(draft, changer, noon, "wellbeing")
    with pytest.raises(IntegrityError), transaction.atomic():
        TemplateDraft.objects.filter(pk=unmasked.pk).update(
            status="published", closed_by_id=psw.staff_id, published_as=RecordTemplate.objects.get(slug=SLUG)
        )
    assert publish(draft, second, noon, "wellbeing").version == 2


def test_who_only_opened_the_draft_publishes_what_another_changed(org: Org, psw: Actor, noon: datetime) -> None:
    role = Role.PRINCIPAL_SOCIAL_WORKER
    other = org.actor(add_person("Ravi Sen", team=org.team, job_title="PSW", role=role), hat=role)
    drafted(psw, noon)

    assert publish(drafted(other, noon, with_heading("Theirs")), psw, noon).version == 2


@pytest.mark.parametrize("who", ["worker", "head", "sysadmin", "psw"])
def test_nobody_else_changes_a_form(org: Org, psw: Actor, noon: datetime, who: str) -> None:
    actor = org.actor(getattr(org, who))

    with pytest.raises(NotAllowed, match="Put that hat on first"):
        begin_template_draft(slug=SLUG, actor=actor, at=noon)


def test_a_draft_with_faults_is_kept_and_not_published(psw: Actor, second: Actor, noon: datetime) -> None:
    draft = drafted(psw, noon, with_heading(""))

    assert draft.document["sections"][1]["heading"] == ""
    with pytest.raises(Faulty) as refused:
        publish(draft, second, noon)
    assert [(fault.path, fault.sentence) for fault in refused.value.faults] == [
        ("sections[1].heading", '"heading" is empty')
    ]


def test_what_was_changed_in_between_is_not_overwritten(org: Org, psw: Actor, noon: datetime) -> None:
    draft = drafted(psw, noon)
    drafted(psw, noon, with_heading("First"))

    with pytest.raises(Stale, match="Petra Wolf changed this form after you opened it"):
        change_template_draft(
            draft_id=draft.pk, revision=1, document=with_heading("Second")(draft.document), actor=psw, at=noon
        )

    assert TemplateDraft.objects.get().document["sections"][1]["heading"] == "First"


def test_what_is_published_is_what_was_read(psw: Actor, second: Actor, noon: datetime) -> None:
    draft = drafted(psw, noon)
    drafted(psw, noon, with_heading("Changed while somebody read"))

    with pytest.raises(Stale):
        publish(draft, second, noon)


def test_a_masked_section_does_not_lose_its_mask_unsaid(psw: Actor, second: Actor, noon: datetime) -> None:
    draft = drafted(psw, noon, with_sensitivity("shared"))

    with pytest.raises(RuleBroken, match="Staff health, emotional or support issues"):
        publish(draft, second, noon)
    published = publish(draft, second, noon, "wellbeing")

    assert selectors.record_template(SLUG, published.version).section("wellbeing").sensitivity == "shared"


def test_from_health_to_conduct_nothing_is_unmasked(psw: Actor, second: Actor, noon: datetime) -> None:
    assert publish(drafted(psw, noon, with_sensitivity("conduct")), second, noon).version == 2


def test_a_masked_section_that_is_taken_away_is_said(psw: Actor, second: Actor, noon: datetime) -> None:
    draft = drafted(psw, noon, lambda document: template_edits.without_section(document, "wellbeing"))

    with pytest.raises(RuleBroken, match="Staff health"):
        publish(draft, second, noon)


def test_what_the_product_reads_by_name_stays(psw: Actor, second: Actor, noon: datetime) -> None:
    def without_next(document: template_edits.Document) -> template_edits.Document:
        return {**document, "sections": [one for one in document["sections"] if one["id"] != "next"]}

    with pytest.raises(Faulty, match="Date and time of next supervision"):
        publish(drafted(psw, noon, without_next), second, noon)


def test_a_discarded_draft_changes_nothing_and_the_next_begins_anew(psw: Actor, second: Actor, noon: datetime) -> None:
    draft = drafted(psw, noon, with_heading("Given up"))
    discard_template_draft(draft_id=draft.pk, actor=psw, at=noon)

    with pytest.raises(RuleBroken, match="discarded already by Petra Wolf"):
        publish(draft, second, noon)
    assert drafted(psw, noon).document == RecordTemplate.objects.get(slug=SLUG).document


def test_one_draft_of_a_form_is_open_at_a_time(psw: Actor, noon: datetime) -> None:
    assert drafted(psw, noon) == drafted(psw, noon)
    with pytest.raises(RuleBroken, match="nobody has published it yet"):
        import_template(text=selectors.as_yaml(RecordTemplate.objects.get(slug=SLUG).document), actor=psw, at=noon)


# Files


@pytest.mark.parametrize("name", [path.stem for path in template_paths()])
def test_each_form_comes_back_from_its_file_as_it_went(psw: Actor, noon: datetime, name: str) -> None:
    document = next(one.document for one in shipped_templates() if one.template.id == name)

    assert import_template(text=selectors.as_yaml(document), actor=psw, at=noon).document == document


def test_a_new_form_is_imported_and_published(psw: Actor, second: Actor, noon: datetime) -> None:
    document = {**shipped_templates()[0].document, "id": "our_own_form", "version": 7}

    published = publish(import_template(text=selectors.as_yaml(document), actor=psw, at=noon), second, noon)

    assert (published.slug, published.version) == ("our_own_form", 1)


@pytest.mark.parametrize(
    ("change", "sentence"),
    [
        ({"sections": []}, "sections: .* is empty"),
        ({"record_kind": "decision"}, 'record_kind: "decision" was "worker_record"'),
        ({"record_kind": "audit"}, 'signatures: a form of kind "audit" is signed by "auditor" and by nobody else'),
        ({"surprise": 1}, 'surprise: "surprise" is not a key'),
    ],
)
def test_a_faulty_file_is_refused_with_every_fault(
    psw: Actor, noon: datetime, change: dict[str, Any], sentence: str
) -> None:
    document = next(one.document for one in shipped_templates() if one.template.id == SLUG)

    with pytest.raises(Faulty, match=sentence):
        import_template(text=selectors.as_yaml({**document, **change}), actor=psw, at=noon)
    assert not TemplateDraft.objects.exists()


def test_what_no_form_of_this_kind_can_show_is_not_imported(psw: Actor, noon: datetime) -> None:
    document = next(one.document for one in shipped_templates() if one.template.id == SLUG)
    section = {"id": "found", "heading": "Found", "fields": [FINDING], "repeat": {"for": "child"}}
    changed = {**document, "sections": [*document["sections"], section]}

    with pytest.raises(Faulty) as refused:
        import_template(text=selectors.as_yaml(changed), actor=psw, at=noon)
    assert [fault.path for fault in refused.value.faults] == ["sections[8].fields[0].type"]

    section["fields"] = [{**FINDING, "type": "long_text", "finding": ""}]
    with pytest.raises(Faulty) as refused:
        import_template(text=selectors.as_yaml(changed), actor=psw, at=noon)
    assert [fault.path for fault in refused.value.faults] == ["sections[8].repeat"]


def audit_form() -> template_edits.Document:
    return next(one.document for one in shipped_templates() if one.template.id == "audit_tool_file")


@pytest.mark.req("R235")
def test_the_questions_of_the_audit_tool_can_be_worded_anew(psw: Actor, second: Actor, noon: datetime) -> None:
    def worded(document: template_edits.Document) -> template_edits.Document:
        section = template_edits.find_section(document, "section_1")
        assert section is not None
        first, *others = section["fields"]
        fields = [template_edits.with_values(first, label="1.1 Contract", hint="Ours"), *others]
        return template_edits.replaced(document, "section_1", {**section, "fields": fields})

    publish(drafted(psw, noon, worded, slug="audit_tool_file"), second, noon)

    own = selectors.form_for(pack("shropshire-2017"), "audit")
    assert (own.version, own.sections[1].fields[0].label, own.sections[1].fields[0].finding) == (
        2,
        "1.1 Contract",
        "contract_in_place",
    )


@pytest.mark.parametrize(
    ("change", "path"),
    [
        ({"finding": "anything"}, "sections[1].fields[0].finding"),
        ({"finding": "registration"}, "sections"),
        ({"type": "long_text", "finding": ""}, "sections"),
    ],
)
def test_what_the_product_answers_stays_its_own(psw: Actor, noon: datetime, change: dict[str, Any], path: str) -> None:
    document = copy.deepcopy(audit_form())
    document["sections"][1]["fields"][0].update(change)

    with pytest.raises(Faulty) as refused:
        import_template(text=selectors.as_yaml(document), actor=psw, at=noon)
    assert path in [fault.path for fault in refused.value.faults]


def test_a_section_for_each_child_stays_one(psw: Actor, noon: datetime) -> None:
    document = copy.deepcopy(audit_form())
    del document["sections"][3]["repeat"]

    with pytest.raises(Faulty, match="was repeated otherwise"):
        import_template(text=selectors.as_yaml(document), actor=psw, at=noon)


def test_text_that_is_no_form_and_text_that_is_too_long_are_refused(psw: Actor, noon: datetime) -> None:
    with pytest.raises(Faulty):
        import_template(text="a: [", actor=psw, at=noon)
    with pytest.raises(Faulty, match="no form is"):
        import_template(text="x" * 200_001, actor=psw, at=noon)


# With what ships later


def test_the_authoritys_own_version_stands_before_a_later_one_that_ships(
    psw: Actor, second: Actor, noon: datetime, tmp_path: Any
) -> None:
    publish(drafted(psw, noon, with_heading("Ours")), second, noon)
    (tmp_path / "templates").mkdir()
    document = next(one.document for one in shipped_templates() if one.template.id == SLUG)
    for version in (2, 3):
        file = tmp_path / "templates" / f"v{version}.yaml"
        file.write_text(selectors.as_yaml({**document, "version": version, "title": "As it ships"}))

    loaded = load_packs(at=noon, folder=tmp_path)

    assert (loaded.added, loaded.passed_over) == ((f"{SLUG}, version 3",), (f"{SLUG}, version 2",))
    assert not loaded.faults
    assert selectors.record_template(SLUG).version == 2
    assert drafted(psw, noon).document["sections"][1]["heading"] == "Ours"
