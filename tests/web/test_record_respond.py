"""The pages on which an audit is read and responded to, and an observation answered; what an audit's draft saves by itself."""

import re
from collections.abc import Iterator
from html import unescape

import pytest
import time_machine
from django.test import Client
from pytest_django import DjangoAssertNumQueries

from records.models import DraftSection, Part, Record
from records.rules import PartKind
from records.values import Given
from tests.examining_kit import CHILD, FOUND_NO, OVERRULED, Examining
from tests.org import Org, SignIn
from trail.models import Entry

pytestmark = pytest.mark.usefixtures("_afternoon")


@pytest.fixture
def _afternoon() -> Iterator[None]:
    with time_machine.travel("2026-11-11T14:00:00Z", tick=True):
        yield


@pytest.fixture
def examining(org: Org) -> Examining:
    return Examining(org)


@pytest.fixture
def supervisor(org: Org, sign_in: SignIn) -> Client:
    return sign_in(org.supervisor)


def posted(page: str, **typed: str) -> dict[str, str]:
    """What a browser would send: the hidden inputs of the page, and what is typed."""
    hidden = re.findall(r'<input type="hidden" name="([^"]+)" value="([^"]*)"', page)
    return {**{unescape(name): unescape(value) for name, value in hidden}, **typed}


def test_the_supervisor_reads_the_audit_responds_and_it_stands_on_its_page(
    examining: Examining, supervisor: Client
) -> None:
    record = examining.signed()
    address = f"/records/{record.pk}/respond/"
    assert f'href="{address}"' in supervisor.get(f"/records/{record.pk}/").content.decode()
    page = unescape(supervisor.get(address).content.decode())
    for words in (FOUND_NO.summary, FOUND_NO.lines[0], OVERRULED["reason"], "(overruled)", "(confirmed)", "Auditor"):
        assert words in page
    assert page.index(FOUND_NO.summary) < page.index("Your response")

    typed = {"_response-text": "The gap had a cover.", "meaning": "seen_not_agreed"}
    answer = supervisor.post(address, posted(page, **typed))

    assert answer["Location"] == f"/records/{record.pk}/"
    shown = supervisor.get(answer["Location"]).content.decode()
    assert "You responded to the audit, and do not agree with all of it." in shown
    assert "Response by Priya Nair, Wednesday 11 November 2026" in shown
    assert "has seen, does not agree" in shown
    assert "has responded, and does not agree with all of it." in shown
    assert address not in shown
    assert not DraftSection.objects.filter(record=record).exists()


def test_the_reading_is_in_the_trail_before_it_is_shown(examining: Examining, supervisor: Client, org: Org) -> None:
    record = examining.signed()

    supervisor.get(f"/records/{record.pk}/respond/")

    entry = Entry.objects.get(verb="record.read", target_id=str(record.pk))
    assert (entry.actor_id, entry.about_id, entry.via) == (org.supervisor.pk, org.supervisor.pk, "self")


@pytest.mark.parametrize(
    ("typed", "said"),
    [
        ({"_response-text": "Words."}, "Choose what your response says."),
        ({"_response-text": "", "meaning": "seen_not_agreed"}, "Say what you do not agree with, and why."),
        ({"_response-text": "Words.", "meaning": "decline"}, "Select a valid choice"),
    ],
)
def test_what_is_missing_is_said_beside_its_field_and_what_was_typed_stays(
    examining: Examining, supervisor: Client, typed: dict[str, str], said: str
) -> None:
    record = examining.signed()
    address = f"/records/{record.pk}/respond/"

    answer = supervisor.post(address, posted(supervisor.get(address).content.decode(), **typed))

    page = answer.content.decode()
    assert answer.status_code == 200
    assert said in page
    assert not typed["_response-text"] or typed["_response-text"] in page
    assert record.parts.count() == 1


def test_with_an_old_challenge_what_was_typed_and_chosen_is_kept(
    examining: Examining, org: Org, sign_in: SignIn
) -> None:
    record, client = examining.signed(), sign_in(org.supervisor, challenged=False)
    address = f"/records/{record.pk}/respond/"
    typed = {"_response-text": "The gap had a cover.", "meaning": "seen_not_agreed"}

    answer = client.post(address, posted(client.get(address).content.decode(), **typed))

    assert answer.status_code == 302
    assert record.parts.count() == 1
    page = client.get(f"{address}?meaning=seen_not_agreed").content.decode()
    assert "The gap had a cover." in page
    assert re.search(r'value="seen_not_agreed"[^>]*checked', page)


def test_the_same_response_pressed_twice_is_there_once_and_another_is_given_back(
    examining: Examining, supervisor: Client
) -> None:
    record = examining.signed()
    address = f"/records/{record.pk}/respond/"
    page = supervisor.get(address).content.decode()
    sent = posted(page, **{"_response-text": "Thank you.", "meaning": "agree"})
    supervisor.post(address, sent)

    again = supervisor.post(address, sent, follow=True)
    other = supervisor.post(address, {**sent, "_response-text": "On second thoughts."})

    assert "You have responded to this audit already. Nothing was added." in again.content.decode()
    assert other.status_code == 409
    assert "On second thoughts." in other.content.decode()
    assert supervisor.get(address).status_code == 302
    assert Part.objects.filter(record=record, kind=PartKind.RESPONSE).count() == 1


def test_a_response_saves_itself_and_is_its_writer_s_alone(
    examining: Examining, supervisor: Client, org: Org, sign_in: SignIn
) -> None:
    record = examining.signed()
    save = f"/records/{record.pk}/sections/_response/"

    answer = supervisor.post(save, {"version": "0", "_response-text": "Half a sent"})

    assert answer.json()["version"] == 1
    assert "Half a sent" in supervisor.get(f"/records/{record.pk}/respond/").content.decode()
    auditor = sign_in(org.team_manager)
    assert auditor.post(save, {"version": "0", "_response-text": "Mine."}).status_code == 403
    assert "Half a sent" not in auditor.get(f"/records/{record.pk}/").content.decode()


def test_home_asks_for_the_response_until_it_is_given(examining: Examining, supervisor: Client) -> None:
    record = examining.signed()
    assert f"/records/{record.pk}/respond/" in supervisor.get("/").content.decode()

    examining.respond(record)

    assert f"/records/{record.pk}/respond/" not in supervisor.get("/").content.decode()


def test_whoever_was_observed_reads_and_signs_with_comments_of_their_own(
    examining: Examining, supervisor: Client
) -> None:
    record = examining.awaiting()
    address = f"/records/{record.pk}/countersign/"
    page = supervisor.get(address).content.decode()
    assert "Leave more silence." in page

    answer = supervisor.post(address, posted(page, **{"_comments-text": "I will.", "meaning": "agree"}))

    shown = supervisor.get(answer["Location"]).content.decode()
    assert "You signed the record. It is sealed." in shown
    assert "Observed: agrees" in shown
    assert "I will." in shown


def test_an_observation_that_came_back_leads_to_where_it_is_written(
    examining: Examining, org: Org, sign_in: SignIn, supervisor: Client
) -> None:
    record = examining.awaiting()
    address = f"/records/{record.pk}/return/"
    page = supervisor.get(address).content.decode()
    supervisor.post(address, posted(page, **{"_reason-text": "It was on Monday."}))

    shown = sign_in(org.team_manager).get(f"/records/{record.pk}/").content.decode()

    assert "It was on Monday." in shown
    assert f'href="/records/{record.pk}/draft/"' in shown


def test_a_section_about_a_child_saves_itself_under_its_key(examining: Examining, org: Org, sign_in: SignIn) -> None:
    record, auditor = examining.audit(), sign_in(org.team_manager)
    save, name = f"/records/{record.pk}/sections/section_3/", f"section_3-{CHILD}"

    answer = auditor.post(f"{save}?key={CHILD}", {"version": "0", f"{name}-reflection": "Why twice?"})
    second = auditor.post(f"{save}?key={CHILD}", {"version": "0", f"{name}-reflection": "From another window."})

    assert answer.json()["version"] == 1
    assert second.status_code == 409
    row = DraftSection.objects.get(record=record)
    assert (row.section, row.key, row.values["reflection"]) == ("section_3", CHILD, "Why twice?")
    assert auditor.post(save, {"version": "0"}).status_code == 403
    assert auditor.post(f"/records/{record.pk}/sections/section_2/?key={CHILD}", {"version": "0"}).status_code == 403


def test_a_question_saves_itself_with_what_it_confirms(examining: Examining, org: Org, sign_in: SignIn) -> None:
    record, auditor = examining.audit(), sign_in(org.team_manager)
    examining.given = Given()
    typed = {
        "version": "0",
        "section_1-regularity": "confirm",
        "section_1-regularity-found": "no",
        "section_1-contract_in_place": "overrule",
        "section_1-contract_in_place-found": "no",
        "section_1-contract_in_place-answer": "yes",
        "section_1-contract_in_place-reason": "It is in the file room.",
    }

    answer = auditor.post(f"/records/{record.pk}/sections/section_1/", typed)

    assert answer.status_code == 200
    saved = DraftSection.objects.get(record=record).values
    assert saved["regularity"] == {"confirmed": "confirm", "answer": "no", "reason": ""}
    assert saved["contract_in_place"] == {
        "confirmed": "overrule",
        "answer": "yes",
        "reason": "It is in the file room.",
    }


def test_the_page_of_an_audit_asks_little_of_the_database(
    examining: Examining, supervisor: Client, django_assert_max_num_queries: DjangoAssertNumQueries
) -> None:
    record = examining.signed()
    for page in ("", "respond/"):
        with django_assert_max_num_queries(12):
            assert supervisor.get(f"/records/{record.pk}/{page}").status_code == 200
    assert Record.objects.filter(pk=record.pk).exists()
