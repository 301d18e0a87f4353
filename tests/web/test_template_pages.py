"""Pages on which an authority reads and changes its forms."""

from collections.abc import Iterator
from typing import Any

import pytest
from django.core.files.uploadedfile import SimpleUploadedFile
from django.test import Client
from django.urls import reverse
from django.utils.html import escape
from pytest_django import DjangoAssertNumQueries

from core.actor import Role
from policies import selectors
from policies.models import RecordTemplate, TemplateDraft
from policies.selectors import reading
from policies.template_files import template_paths
from tests.org import Org, SignIn, add_person
from tests.records_kit import load_templates

SLUG = "worker_record_app2"


@pytest.fixture(autouse=True)
def forms() -> Iterator[None]:
    reading._template.cache_clear()
    yield
    reading._template.cache_clear()


@pytest.fixture
def petra(shropshire: Org, sign_in: SignIn) -> Client:
    load_templates()
    return sign_in(shropshire.psw, hat=Role.PRINCIPAL_SOCIAL_WORKER)


@pytest.fixture
def dora(shropshire: Org, sign_in: SignIn) -> Client:
    person = add_person("Dora Hale", team=shropshire.team, job_title="Director", role=Role.DIRECTOR)
    return sign_in(person)


def detail(slug: str = SLUG) -> str:
    return reverse("records:template-detail", kwargs={"slug": slug})


def begun(client: Client, slug: str = SLUG) -> TemplateDraft:
    client.post(detail(slug))
    return TemplateDraft.objects.open().get(slug=slug)


def of_draft(draft: TemplateDraft, page: str = "draft", **more: str) -> str:
    return reverse(f"records:template-{page}", kwargs={"draft_id": draft.pk, **more})


def fresh(draft: TemplateDraft) -> TemplateDraft:
    return TemplateDraft.objects.get(pk=draft.pk)


def section_data(draft: TemplateDraft, **changes: str) -> dict[str, str]:
    """What the page of the section on workload sends."""
    data = {
        "revision": str(draft.revision),
        "heading": "Workload management",
        "hint": "Quality assurance issues",
        "sensitivity": "shared",
        "written_by": "supervisor",
        "field-discussed-label": "Issues discussed",
        "field-discussed-hint": "",
        "field-discussed-type": "long_text",
        "field-actions-label": "Agreed actions",
        "field-actions-hint": "",
        "new-label": "",
        "new-kind": "long_text",
    }
    return data | changes


def text_of(response: Any) -> str:
    return str(response.content.decode())


def test_lists_the_forms_in_use_first(petra: Client) -> None:
    page = text_of(petra.get(reverse("records:template-list")))

    assert (
        page.index("Managers&#x27; supervision record")
        < page.index("Not in use")
        < page.index("Management supervision")
    )
    assert "Records of group sessions: Everybody<" in page
    assert "What was said of a child: Everybody<" in page
    assert "Records of one-to-one sessions: Everybody else<" in page
    assert "Audits of supervision files: Everybody<" in page


@pytest.mark.parametrize("slug", [path.stem for path in template_paths()])
def test_each_form_is_shown_as_it_looks(petra: Client, slug: str) -> None:
    response = petra.get(detail(slug))

    template = selectors.record_template(slug)
    page = text_of(response)
    assert response.status_code == 200
    for section in template.sections:
        assert f'id="section-{section.id}"' in page
        for item in section.fields:
            if item.type not in ("clause", "actions", "gap_comment"):
                assert escape(item.label) in page


def test_the_lists_and_a_form_take_few_queries(
    petra: Client, django_assert_num_queries: DjangoAssertNumQueries
) -> None:
    begun(petra)
    petra.get(reverse("records:template-list"))

    with django_assert_num_queries(7):
        petra.get(reverse("records:template-list"))
    with django_assert_num_queries(6):
        petra.get(detail())


def test_the_whole_way_from_a_change_to_the_new_version(petra: Client, dora: Client) -> None:
    draft = begun(petra)
    changes = {"heading": "Work and caseload", "new-label": "What went well", "new-kind": "short_text"}
    section = of_draft(draft, "section", section_id="workload")

    saved = petra.post(section, section_data(draft, **changes), follow=True)
    assert "The draft is saved." in text_of(saved)
    draft = fresh(draft)
    data = {"revision": str(draft.revision), "title": "Supervision note", "heading": "Team matters"}
    petra.post(of_draft(draft), data)
    draft = fresh(draft)
    petra.post(of_draft(draft), {"revision": str(draft.revision), "title": "Supervision note", "up": "team_matters"})
    assert "Team matters" in text_of(petra.get(of_draft(draft, "look")))
    asked = text_of(petra.get(of_draft(draft, "publish")))
    assert "Whoever changed this draft does not publish it." in asked
    assert petra.post(of_draft(draft, "publish"), {"revision": "4"}).status_code == 403

    page = text_of(dora.get(of_draft(draft, "publish")))
    assert "“What went well” is new" in page
    assert "has another title" in page
    published = dora.post(of_draft(draft, "publish"), {"revision": str(fresh(draft).revision)}, follow=True)

    assert "The form is published." in text_of(published)
    newest = selectors.record_template(SLUG)
    assert (newest.version, newest.title) == (2, "Supervision note")
    assert [one.id for one in newest.sections][-2:] == ["team_matters", "next"]
    [_, workload, *_] = newest.sections
    assert (workload.heading, workload.fields[-1].label) == ("Work and caseload", "What went well")
    assert "changed by Petra Wolf and published by Dora Hale" in text_of(dora.get(detail()))


def test_a_fault_stands_beside_its_field_and_what_was_typed_is_kept(petra: Client) -> None:
    draft = begun(petra)
    section = of_draft(draft, "section", section_id="workload")

    page = text_of(petra.post(section, section_data(draft, heading="", **{"field-discussed-label": ""}), follow=True))

    assert "The draft is saved." in page
    for words in ("Enter the heading.", "Enter the label."):
        assert page.count(words) == 2  # beside the field, and in the summary
    assert 'href="#id_heading"' in page
    assert 'href="#id_field-discussed-label"' in page
    assert "Quality assurance issues" in page
    assert "sections[1].heading" in text_of(petra.get(of_draft(draft)))
    assert "has to be put right" in text_of(petra.get(of_draft(draft, "look")))


def test_fields_are_moved_and_taken_away(petra: Client) -> None:
    draft = begun(petra)
    section = of_draft(draft, "section", section_id="workload")
    petra.post(section, section_data(draft, down="discussed"))
    draft = fresh(draft)
    assert [one["id"] for one in draft.document["sections"][1]["fields"]] == ["actions", "discussed"]

    petra.post(section, section_data(draft, remove="discussed"))

    assert [one["id"] for one in fresh(draft).document["sections"][1]["fields"]] == ["actions"]


def test_a_section_is_moved_and_taken_away_and_one_that_the_product_needs_stays(petra: Client) -> None:
    draft = begun(petra)
    title = draft.document["title"]
    for button in ({"down": "workload"}, {"remove": "other"}, {"remove": "next"}):
        petra.post(of_draft(draft), {"revision": str(fresh(draft).revision), "title": title, **button})

    ids = [one["id"] for one in fresh(draft).document["sections"]]
    assert ids[:3] == ["session", "development", "workload"]
    assert "other" not in ids
    assert "next" in ids


def test_who_changed_it_in_between_is_said_and_what_was_typed_stays_on_the_page(petra: Client) -> None:
    draft = begun(petra)
    section = of_draft(draft, "section", section_id="workload")
    petra.post(section, section_data(draft, heading="First"))

    response = petra.post(section, section_data(draft, heading="Second"))

    page = text_of(response)
    assert "Petra Wolf changed this form after you opened it." in page
    assert 'value="Second"' in page
    assert fresh(draft).document["sections"][1]["heading"] == "First"
    again = petra.post(section, section_data(fresh(draft), heading="Second"))
    assert again.status_code == 302
    assert fresh(draft).document["sections"][1]["heading"] == "Second"


def test_a_masked_section_asks_before_others_read_it(petra: Client, dora: Client) -> None:
    draft = begun(petra)
    data = section_data(draft, heading="Staff health", sensitivity="shared", hint="")
    petra.post(of_draft(draft, "section", section_id="wellbeing"), data)
    draft = fresh(draft)
    page = of_draft(draft, "publish")
    assert "“Staff health” is to be read by everybody who may read the record" in text_of(dora.get(page))

    refused = text_of(dora.post(page, {"revision": str(draft.revision)}))
    assert "Only the two people of a record read “Staff health” today." in refused
    assert selectors.record_template(SLUG).version == 1

    dora.post(page, {"revision": str(draft.revision), "unmask": "wellbeing"})
    assert selectors.record_template(SLUG).version == 2


def test_options_and_fixed_words_are_changed(petra: Client) -> None:
    draft = begun(petra, "contract_1a")
    page = of_draft(draft, "section", section_id="meetings")
    shown = petra.get(page).context["form"]
    data = {"revision": str(draft.revision), **shown.head.data}
    for field in shown.fields:
        data |= field.data
    data |= {"field-privacy-text": "In a room with a door.", "field-format-options": "Individual\n\nGroup\n"}

    petra.post(page, data)

    fields = {one["id"]: one for one in fresh(draft).document["sections"][2]["fields"]}
    assert fields["privacy"]["text"] == "In a room with a door."
    assert fields["format"]["options"] == ["Individual", "Group"]
    before = {one["id"]: one for one in draft.document["sections"][2]["fields"]}
    same = set(fields) - {"privacy", "format"}
    assert {name: fields[name] for name in same} == {name: before[name] for name in same}


@pytest.mark.parametrize("slug", [path.stem for path in template_paths()])
def test_saving_a_section_unchanged_changes_nothing(petra: Client, slug: str) -> None:
    draft = begun(petra, slug)
    for section in draft.document["sections"]:
        page = of_draft(draft, "section", section_id=section["id"])
        shown = petra.get(page).context["form"]
        data = {"revision": str(draft.revision), **shown.head.data}
        for field in shown.fields:
            data |= field.data
        petra.post(page, data)

    assert fresh(draft).revision == 1


@pytest.mark.req("R235")
def test_the_questions_of_the_audit_tool_are_worded_anew_and_go_on_being_answered(petra: Client) -> None:
    draft = begun(petra, "audit_tool_file")
    section = of_draft(draft, "section", section_id="judgement")
    sent = {
        "revision": str(draft.revision),
        "heading": "Our judgement",
        "hint": "",
        "sensitivity": "shared",
        "written_by": "supervisee",  # nothing asks for it
        "field-judgement-label": "Grade",
        "field-judgement-hint": "Nobody else's",
        "field-judgement-required": "on",
        "field-comment-label": "Comment",
        "field-comment-hint": "Why",
        "field-comment-type": "long_text",
        "new-label": "",
        "new-kind": "long_text",
    }

    assert "Written by the auditor" in text_of(petra.get(detail("audit_tool_file")))
    shown, head = text_of(petra.get(section)), text_of(petra.get(of_draft(draft, "section", section_id="section_1")))
    answer = petra.post(section, sent)

    assert answer.status_code == 302
    changed = next(one for one in fresh(draft).document["sections"] if one["id"] == "judgement")
    assert (changed["heading"], changed["written_by"]) == ("Our judgement", "recorder")
    assert [(one["label"], one["type"]) for one in changed["fields"]] == [
        ("Grade", "judgement"),
        ("Comment", "long_text"),
    ]
    assert [option["colour"] for option in changed["fields"][0]["options"]] == ["blue", "green", "orange", "red"]
    for page in (shown, head):
        assert "Who writes it?" not in page
    # A question that the product answers cannot be taken away, nor given another finding
    assert "A finding of Countersign, confirmed or overruled" in head
    assert 'name="remove" value="regularity_reason"' in head
    assert 'name="remove" value="regularity"' not in head


def test_goes_out_as_a_file_and_comes_back(petra: Client) -> None:
    file = petra.get(reverse("records:template-file", kwargs={"slug": SLUG, "version": 1}))
    assert file["Content-Disposition"] == f'attachment; filename="{SLUG}-1.yaml"'
    upload = SimpleUploadedFile("form.yaml", file.content.replace(b"Workload management", b"Caseload"))

    page = petra.post(reverse("records:template-import"), {"file": upload}, follow=True)

    assert "The form is kept as a draft." in text_of(page)
    draft = TemplateDraft.objects.get()
    assert draft.document["sections"][1]["heading"] == "Caseload"
    assert b"Caseload" in petra.get(of_draft(draft, "draft-file")).content


@pytest.mark.parametrize(
    ("content", "sentence"),
    [
        (b"id: x", "is missing"),
        (b"\xff\xfe\x00", "This file is not text."),
        (b"", "This file is empty."),
        (b"x" * 800_001, "This file is too large to be a form."),
    ],
)
def test_a_file_that_is_no_form_is_refused(petra: Client, content: bytes, sentence: str) -> None:
    page = petra.post(reverse("records:template-import"), {"file": SimpleUploadedFile("form.yaml", content)})

    assert sentence in text_of(page)
    assert not TemplateDraft.objects.exists()


def test_a_second_draft_of_a_form_is_not_imported(petra: Client) -> None:
    begun(petra)
    file = petra.get(reverse("records:template-file", kwargs={"slug": SLUG, "version": 1}))

    page = petra.post(reverse("records:template-import"), {"file": SimpleUploadedFile("form.yaml", file.content)})

    assert "nobody has published it yet" in text_of(page)


def test_a_discarded_draft_is_read_and_no_longer_changed(petra: Client) -> None:
    draft = begun(petra)
    assert "The draft is discarded." in text_of(petra.post(of_draft(draft), {"discard": "1"}, follow=True))

    assert petra.get(of_draft(draft))["Location"] == of_draft(draft, "look")
    assert petra.get(of_draft(draft, "section", section_id="workload"))["Location"] == of_draft(draft, "look")
    assert "discarded by Petra Wolf" in text_of(petra.get(of_draft(draft, "look")))
    assert "discarded, by Petra Wolf" in text_of(petra.get(of_draft(draft, "publish")))
    assert "discarded already" in text_of(petra.post(of_draft(draft), {"discard": "1"}, follow=True))
    late = petra.post(of_draft(draft), {"revision": "1", "title": "Late"}, follow=True)
    assert late.redirect_chain[-1][0] == of_draft(draft, "look")


def test_what_is_not_there_is_not_found(petra: Client) -> None:
    draft = begun(petra)

    assert petra.get(detail("no_such_form")).status_code == 404
    assert petra.get(reverse("records:template-file", kwargs={"slug": SLUG, "version": 9})).status_code == 404
    assert petra.get(of_draft(draft, "section", section_id="no_such_section")).status_code == 404


def test_heads_read_and_publish_and_do_not_change(petra: Client, dora: Client) -> None:
    draft = begun(petra)

    assert "Change this form" not in text_of(dora.get(detail("contract_1a")))
    assert dora.get(of_draft(draft)).status_code == 200
    assert dora.post(detail("contract_1a")).status_code == 403
    assert dora.get(of_draft(draft, "section", section_id="workload")).status_code == 403
    assert dora.post(of_draft(draft), {"revision": "1", "title": "Mine"}).status_code == 403
    assert RecordTemplate.objects.filter(is_own=True).count() == 0
