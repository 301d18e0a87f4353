"""The pages of decisions about a child: recorded in two steps, nothing typed lost, signed once, entered."""

import re
from datetime import UTC, datetime
from uuid import UUID

import pytest
import time_machine
from django.urls import reverse

from records.models import Record
from supervision.models import DecisionDraft, EnteredOnChildRecord
from tests.cases_kit import child_with
from tests.decisions_kit import QUESTION, RATIONALE, decide, draft_of
from tests.records_kit import load_templates

pytestmark = [pytest.mark.django_db, pytest.mark.usefixtures("shropshire")]

BEGIN = reverse("supervision:decision-record")
LIST = reverse("supervision:decision-list")
ENTERING = reverse("supervision:entered-list")


@pytest.fixture(autouse=True)
def _today():
    load_templates()
    with time_machine.travel(datetime(2026, 11, 9, 12, tzinfo=UTC), tick=False):
        yield


@pytest.fixture
def child(org):
    return child_with(org.worker, reference="P2001")


def typed(**changes):
    return {
        "version": "0",
        "reference": "P2001",
        "note_type": "management_decision",
        "asked_by_id": "",
        "asked_by_id_search": "",
        "decided_on_0": "9",
        "decided_on_1": "11",
        "decided_on_2": "2026",
        "decision-version": "0",
        "decision-question": QUESTION,
        "decision-decision": "Proceed",
        "decision-rationale": RATIONALE,
        "decision-actions-TOTAL_FORMS": "1",
        "decision-actions-INITIAL_FORMS": "0",
        "decision-actions-0-what": "",
        "decision-actions-0-who": "",
        "decision-actions-0-by": "",
        **changes,
    }


def action_of(answer):
    return re.search(r"/supervision/decisions/[0-9a-f-]{36}/", answer.content.decode())[0]


@pytest.mark.scenario(15, "a")
@pytest.mark.req("R075")
def test_a_decision_is_recorded_in_two_steps(org, child, sign_in):
    client = sign_in(org.supervisor)
    page = client.get(BEGIN, {"child": str(child.pk)})
    assert 'value="P2001"' in page.content.decode()

    signing = client.post(action_of(page), typed(asked_by_id=str(org.worker.pk), sign="1"), follow=True)
    text = signing.content.decode()
    assert signing.redirect_chain
    for words in (QUESTION, RATIONALE, "Amara Obi, Social worker", "Management decision", "I made this decision"):
        assert words in text
    shown = text.split('name="shown" value="')[1].split('"')[0]
    path = signing.redirect_chain[-1][0]
    read = client.post(path, {"shown": shown}, follow=True).content.decode()

    record = Record.objects.get()
    assert "Signed. It is kept here" in read
    assert "Management decision, P2001, 9 November 2026" in read
    assert "Manager" in read
    assert not DecisionDraft.objects.exists()
    again = client.post(path, {"shown": shown}, follow=True)
    assert "You have signed this already" in again.content.decode()
    assert Record.objects.get() == record


def test_what_is_missing_is_said_and_what_was_typed_is_kept(org, child, sign_in):
    client = sign_in(org.supervisor)
    path = action_of(client.get(BEGIN))

    answer = client.post(path, typed(**{"reference": "P99", "decision-rationale": "", "sign": "1"}))

    text = answer.content.decode()
    assert "No open case has exactly this reference" in text
    assert "There is a problem" in text
    assert QUESTION in text
    draft = DecisionDraft.objects.get()
    assert draft.values["reference"] == "P99"
    assert client.post(path, typed(version="1", sign="1")).status_code == 302


@pytest.mark.parametrize(
    ("more", "kept"),
    [({"decided_on_1": "13"}, "There is no such date"), ({"decision-actions-0-by": "soon"}, "Enter a date like")],
)
def test_what_cannot_be_read_is_said_and_the_rest_is_saved(org, child, sign_in, more, kept):
    client = sign_in(org.supervisor)

    text = client.post(action_of(client.get(BEGIN)), typed(**more, sign="1")).content.decode()

    assert kept in text
    assert QUESTION in text
    assert DecisionDraft.objects.get().values["sections"]["decision"]["question"] == QUESTION


def test_it_is_saved_for_later_and_gone_on_with(org, child, sign_in):
    client = sign_in(org.supervisor)
    path = action_of(client.get(BEGIN))

    listed = client.post(path, typed(**{"decision-decision": "", "save": "1"}), follow=True).content.decode()

    assert "It is saved, and not signed" in listed
    assert "Go on with the decision about P2001" in listed
    assert QUESTION in client.get(path).content.decode()
    assert sign_in(org.team_manager).get(path).status_code == 404
    assert "thrown away" in client.post(path, {"discard": "1"}, follow=True).content.decode()
    assert not DecisionDraft.objects.exists()


def test_a_search_for_who_asked_and_a_further_action_keep_what_was_typed(org, child, sign_in):
    client = sign_in(org.supervisor)
    path = action_of(client.get(BEGIN))

    found = client.post(path, typed(asked_by_id_search="amara", find_person="asked_by_id")).content.decode()
    row = client.post(path, typed(add_row="decision-actions")).content.decode()

    assert "Amara Obi" in found
    assert QUESTION in found
    assert "decision-actions-1-what" in row
    assert QUESTION in row
    assert not DecisionDraft.objects.exists()


def test_another_window_overwrites_nothing(org, child, sign_in):
    client = sign_in(org.supervisor)
    path = action_of(client.get(BEGIN))
    client.post(path, typed(save="1"))

    text = client.post(path, typed(**{"decision-question": "Another question?", "save": "1"})).content.decode()

    assert "saved from another window" in text
    assert "Another question?" in text
    assert DecisionDraft.objects.get().values["sections"]["decision"]["question"] == QUESTION


@pytest.mark.scenario(15, "c")
@pytest.mark.req("R076")
def test_a_decision_waits_on_the_home_page_until_it_is_entered(org, child, sign_in):
    record = decide(child, org.supervisor)
    client = sign_in(org.supervisor)
    path = reverse("supervision:record-entered", args=[record.pk])
    assert "Enter on the child’s record: Management decision, P2001" in client.get("/").content.decode()
    assert "1 record about children waits" in client.get(LIST).content.decode()
    assert "P2001" in client.get(ENTERING).content.decode()
    assert "Enter the day" in client.post(path, {"entered_on_0": ""}).content.decode()

    text = client.post(
        path, {"entered_on_0": "9", "entered_on_1": "11", "entered_on_2": "2026", "reference": "CN 17"}, follow=True
    ).content.decode()

    assert "Priya Nair said on" in text
    assert "under CN 17" in text
    assert "Enter on the child’s record" not in client.get("/").content.decode()
    assert "P2001" not in client.get(ENTERING).content.decode()
    assert "P2001" in client.get(ENTERING, {"show": "entered"}).content.decode()
    assert EnteredOnChildRecord.objects.get().record == record


def test_an_addendum_stands_after_a_decision_and_nothing_about_its_readers_is_asked(org, child, sign_in):
    record = decide(child, org.supervisor, asked_by=org.worker)
    client = sign_in(org.supervisor)
    path = reverse("records:record-addendum", args=[record.pk])
    page = client.get(path).content.decode()
    assert "Who may read it?" not in page
    shown = page.split('name="shown" value="')[1].split('"')[0]

    data = {
        "shown": shown,
        "sensitivity": "shared",
        "sign": "1",
        "_addendum-version": "0",
        "_addendum-text": "Until Friday.",
    }
    text = client.post(path, data, follow=True).content.decode()

    assert "Your addendum is part of the decision now" in text
    assert "Until Friday." in text
    refused = client.post(path, {**data, "sensitivity": "health", "_addendum-text": "More."}).content.decode()
    assert "Choose who may read it" in refused
    assert "added to it" not in sign_in(org.supervisor).get("/").content.decode()


def test_the_pages_ask_few_queries(org, child, sign_in, django_assert_max_num_queries):
    for number in range(5):
        record = decide(child_with(org.worker, reference=f"P30{number}"), org.supervisor, asked_by=org.worker)
    draft = draft_of(child, org.supervisor)
    client = sign_in(org.supervisor)
    for path in (
        LIST,
        BEGIN,
        reverse("supervision:decision-write", args=[draft.pk]),
        reverse("supervision:record-entered", args=[record.pk]),
        reverse("supervision:decision-sign", args=[draft.pk]),
        reverse("records:record-detail", args=[record.pk]),
        reverse("supervision:child-detail", args=[UUID(str(record.child_id))]),
    ):
        with django_assert_max_num_queries(12, info=path):
            assert client.get(path).status_code == 200


def test_a_decision_that_is_begun_stands_among_the_drafts(org, child, sign_in):
    client = sign_in(org.supervisor)
    client.post(action_of(client.get(BEGIN)), typed(save="1"))

    page = client.get(reverse("supervision:drafts")).content.decode()

    assert "Decisions that I began" in page
    assert "Go on with the decision about P2001" in page
    assert "P2001" not in sign_in(org.team_manager).get(reverse("supervision:drafts")).content.decode()
