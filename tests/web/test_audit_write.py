"""Pages on which an audit is opened, written and signed."""

from collections.abc import Iterator
from datetime import UTC, date, datetime
from typing import Any

import pytest
import time_machine
from django.db import connection
from django.test import Client
from django.test.utils import CaptureQueriesContext
from django.urls import reverse

from audits.models import Audit
from audits.planning.services import give_up_audit
from records.models import DraftSection, Part, Record
from records.rules import Meaning, PartKind
from records.selectors.drafts import drafts_of
from staff.models import ManagementLine
from tests import audits_kit, cases_kit
from tests.audited_file_kit import AuditedFile
from tests.org import Org, SignIn
from tests.records_kit import load_templates
from trail.models import Entry

NOON = datetime(2026, 11, 20, 12, tzinfo=UTC)
THEMES = ("reflection", "workload", "development", "wellbeing", "function_balance")
EVIDENCE = (
    "contract_in_place",
    "records_signed_by_both",
    "registration",
    "business_insurance",
    "personal_information_sheet",
    "learning_log",
    "appraisal",
    "regularity",
)


@pytest.fixture(autouse=True)
def the_day() -> Iterator[None]:
    with time_machine.travel(NOON, tick=False):
        yield


@pytest.fixture
def audit(shropshire: Org) -> Audit:
    load_templates()
    cases_kit.child_with(shropshire.worker, reference="P77", discussed=(date(2026, 8, 3),))
    return audits_kit.planned(
        auditor=shropshire.team_manager, file_of=shropshire.worker, supervisor=shropshire.supervisor
    )


def address(audit: Audit, name: str) -> str:
    return reverse(f"audits:audit-{name}", args=[audit.pk])


@pytest.fixture
def auditor(shropshire: Org, sign_in: SignIn, audit: Audit) -> Client:
    """The auditor, who has opened the audit."""
    client = sign_in(shropshire.team_manager)
    client.post(address(audit, "open"))
    audit.refresh_from_db()
    return client


def page_of(client: Client, audit: Audit, name: str) -> str:
    answer = client.get(address(audit, name))
    assert answer.status_code == 200, answer.status_code
    return answer.content.decode()


def filled(audit: Audit, **changes: str) -> dict[str, str]:
    """What the page posts once every question is answered."""
    data = {"sign": "1"}
    for section in ("section_1", "section_2", "judgement", "actions"):
        data[f"{section}-version"] = "0"
    for name in EVIDENCE:
        data |= {f"section_1-{name}": "confirm", f"section_1-{name}-found": "no"}
    data["section_1-records_signed_by_both-found"] = "yes"
    data |= {f"section_2-{theme}": "yes" for theme in THEMES}
    data |= {"judgement-judgement": "Good", "judgement-comment": "Clear, and the worker is heard."}
    data |= {"actions-actions-TOTAL_FORMS": "0", "actions-actions-INITIAL_FORMS": "0"}
    return {**data, **changes}


def test_the_auditor_opens_the_audit_and_writes(shropshire: Org, sign_in: SignIn, audit: Audit) -> None:
    client = sign_in(shropshire.team_manager)
    assert "Open the audit" in page_of(client, audit, "detail")

    answer = client.post(address(audit, "open"), follow=True)

    page = answer.content.decode()
    assert answer.redirect_chain[-1][0] == address(audit, "write")
    assert "Amara Obi, supervised by Priya Nair" in page
    assert "1.1 Is there a supervision contract in place?" in page
    assert "There is no contract between Priya Nair and Amara Obi." in page
    assert "Go on with the audit" in page_of(client, audit, "detail")


@pytest.mark.req("R235")
def test_each_question_shows_its_hint(auditor: Client, audit: Audit) -> None:
    page = page_of(auditor, audit, "write")

    assert "Look for both signatures, and for how often they meet" in page
    assert "Where the discussion goes beyond what happened" in page


@pytest.mark.req("R257")
def test_a_drawn_child_has_a_section_with_its_dates(auditor: Client, audit: Audit) -> None:
    page = page_of(auditor, audit, "write")

    assert "Section 3: supervision of a child" in page
    assert "P77" in page
    assert "3 August 2026: in depth" in page


@pytest.mark.req("R245", "R250")
def test_the_passages_stand_beside_section_2_without_those_about_health(
    shropshire: Org, auditor: Client, audit: Audit
) -> None:
    AuditedFile(shropshire).session(date(2026, 11, 2))

    for name in ("write", "evidence"):
        page = page_of(auditor, audit, name)
        assert "The court statement for B is late." in page
        assert "Back at work after the operation" not in page
        assert "Withheld: this section is about health or conduct" in page


@pytest.mark.req("R236")
def test_an_overruling_without_a_reason_is_refused_beside_the_field(auditor: Client, audit: Audit) -> None:
    overruled = {"section_1-contract_in_place": "overrule", "section_1-contract_in_place-answer": "yes"}

    answer = auditor.post(address(audit, "write"), filled(audit, **overruled))

    page = answer.content.decode()
    assert answer.status_code == 200
    assert "Say why you overrule" in page or "say why you overrule" in page, page
    assert "Clear, and the worker is heard." in page


@pytest.mark.req("R251", "R252", "R254")
def test_the_auditor_checks_and_signs_and_the_supervisor_is_asked(
    shropshire: Org, sign_in: SignIn, auditor: Client, audit: Audit
) -> None:
    AuditedFile(shropshire).session(date(2026, 11, 2))
    answer = auditor.post(address(audit, "write"), filled(audit))
    assert (answer.status_code, answer.headers.get("Location")) == (302, address(audit, "sign")), (
        answer.content.decode()
    )
    sign = auditor.get(address(audit, "sign"))
    assert sign.context["text"].problems == ()

    answer = auditor.post(address(audit, "sign"), posted(sign), follow=True)

    assert "Signed. Priya Nair can now read it and respond." in answer.content.decode()
    assert Part.objects.filter(record=audit.record_id, kind=PartKind.TEXT).count() == 1
    supervisor = sign_in(shropshire.supervisor)
    assert "Read and respond" in page_of(supervisor, audit, "detail")
    assert auditor.get(address(audit, "write")).headers["Location"] == reverse(
        "records:record-detail", args=[audit.record_id]
    )


def posted(answer: Any) -> dict[str, str]:
    return {"shown": answer.context["text"].shown, "found": answer.context["found"]}


def test_what_changed_since_the_page_was_shown_is_named(shropshire: Org, auditor: Client, audit: Audit) -> None:
    AuditedFile(shropshire).session(date(2026, 11, 2))
    auditor.post(address(audit, "write"), filled(audit))
    shown = posted(auditor.get(address(audit, "sign")))
    AuditedFile(shropshire).contract(Meaning.AGREE)

    answer = auditor.post(address(audit, "sign"), shown)

    assert "What is known of “1.1 Is there a supervision contract in place?” changed" in answer.content.decode()
    assert not Part.objects.filter(record=audit.record_id).exists()


@pytest.mark.parametrize("who", ["supervisor", "worker", "head", "outsider"])
def test_nobody_else_writes_or_looks(shropshire: Org, sign_in: SignIn, auditor: Client, audit: Audit, who: str) -> None:
    client = sign_in(getattr(shropshire, who))

    assert {client.get(address(audit, name)).status_code for name in ("write", "evidence", "sign")} <= {403, 404}
    assert client.post(address(audit, "open")).status_code in (403, 404)


def test_the_draft_is_found_from_its_record(auditor: Client, audit: Audit) -> None:
    answer = auditor.get(reverse("records:record-draft", args=[audit.record_id]))

    assert answer.headers["Location"] == address(audit, "write")


@pytest.mark.req("R254")
def test_every_look_is_in_the_list_of_who_looked_at_the_workers_file(
    shropshire: Org, sign_in: SignIn, auditor: Client, audit: Audit
) -> None:
    page_of(auditor, audit, "evidence")

    page = sign_in(shropshire.worker).get(reverse("compliance:person-reads", args=[shropshire.worker.pk]))

    assert "Read the supervision file, for an audit of it" in page.content.decode()
    assert Entry.objects.filter(verb="audit.file_read", about_id=shropshire.worker.pk).exists()


def words(audit: Audit) -> dict[str, str]:
    """What a page posts with one answer typed."""
    found = {f"{name}-version": "0" for name in ("section_1", "section_2", "judgement", "actions")}
    return {**found, "judgement-comment": "Clear, and the worker is heard.", "save": "1"}


def test_what_is_typed_after_sight_of_the_file_has_ended_is_saved(
    shropshire: Org, auditor: Client, audit: Audit
) -> None:
    ManagementLine.objects.filter(manager=shropshire.team_manager).update(manager=shropshire.head)

    page = auditor.post(address(audit, "write"), words(audit), follow=True).content.decode()

    assert "What you typed is saved. You can no longer read the supervision file of Amara Obi" in page
    [saved] = DraftSection.objects.filter(record=audit.record_id, section="judgement")
    assert saved.values["comment"] == "Clear, and the worker is heard."
    assert auditor.get(address(audit, "write")).status_code == 403


def test_what_is_typed_into_an_audit_that_was_given_up_meanwhile_is_given_back(
    shropshire: Org, auditor: Client, audit: Audit
) -> None:
    give_up_audit(audit_id=audit.pk, reason="He is ill.", actor=shropshire.actor(shropshire.head), at=NOON)

    answer = auditor.post(address(audit, "write"), words(audit))

    assert answer.status_code == 409
    page = answer.content.decode()
    assert "This audit was given up. What you typed here is saved nowhere." in page
    assert "Clear, and the worker is heard." in page
    assert address(audit, "detail") in page
    assert not DraftSection.objects.filter(record=audit.record_id).exists()


def test_the_draft_of_an_audit_that_was_given_up_is_on_no_list(shropshire: Org, auditor: Client, audit: Audit) -> None:
    actor = shropshire.actor(shropshire.team_manager)
    assert [row.record.pk for row in drafts_of(actor=actor)] == [audit.record_id]
    auditor.post(address(audit, "write"), words(audit))

    give_up_audit(audit_id=audit.pk, reason="He is ill.", actor=actor, at=NOON)

    assert drafts_of(actor=actor) == []
    assert not Record.objects.visible_to(actor).filter(pk=audit.record_id).exists()
    assert DraftSection.objects.filter(record=audit.record_id).exists(), "what was typed is not thrown away"
    assert auditor.get(address(audit, "detail")).status_code == 200


@pytest.mark.req("R254")
def test_the_supervisor_learns_of_no_draft_from_the_list_of_who_looked(
    shropshire: Org, auditor: Client, audit: Audit
) -> None:
    page_of(auditor, audit, "write")
    page_of(auditor, audit, "sign")

    assert Entry.objects.filter(verb="record.draft_read").count() == 2
    assert not Entry.objects.reads().about(shropshire.supervisor.pk).exists()


@pytest.mark.parametrize(("name", "most"), [("write", 20), ("evidence", 19), ("sign", 20)])
def test_a_page_asks_as_much_whatever_the_file_holds(
    shropshire: Org, auditor: Client, audit: Audit, name: str, most: int
) -> None:
    file = AuditedFile(shropshire)
    file.contract()
    for month in range(1, 4):
        file.session(date(2026, month, 5))
    page_of(auditor, audit, name)
    with CaptureQueriesContext(
        connection,
    ) as few:
        page_of(auditor, audit, name)
    for month in range(4, 11):
        file.session(date(2026, month, 5))

    with CaptureQueriesContext(connection) as many:
        page_of(auditor, audit, name)

    assert len(many) == len(few)
    assert len(many) <= most, "\n".join(query["sql"][:160] for query in many.captured_queries)
