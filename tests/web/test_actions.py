"""Pages of agreed actions: the list, one action, and what becomes of it."""

import re
from datetime import UTC, date, datetime, time
from typing import Any

import pytest
import time_machine
from pytest_django import DjangoAssertNumQueries

from records.models import Action, Record
from supervision import services as supervision
from supervision.rules import Times
from tests.org import Org, SignIn
from tests.records_kit import Kit, values_for

NOW = datetime(2026, 11, 30, 10, tzinfo=UTC)


@pytest.fixture(autouse=True)
def _today() -> Any:
    with time_machine.travel(NOW, tick=False):
        yield


@pytest.fixture
def action(shropshire: Org) -> Action:
    """The worker's, a week overdue."""
    Kit(shropshire).sealed()
    return Action.objects.get(section="workload")


def draft_of_a_session(org: Org) -> Record:
    session = supervision.hold_session(
        supervisee_id=org.worker.pk,
        session_id=None,
        times=Times(on=date(2026, 11, 27), starts=time(10), ends=time(11)),
        mode="in_person",
        place="",
        actor=org.actor(org.supervisor, on=NOW.date()),
        at=NOW,
    )
    assert session.record
    return session.record


def test_both_peoples_actions_stand_in_one_place(action: Action, shropshire: Org, sign_in: SignIn) -> None:
    for person in (shropshire.worker, shropshire.supervisor):
        page = sign_in(person).get("/records/actions/").content.decode()

        assert "Finish the chronology for B" in page
        assert "Ask occupational health" in page
        assert "7 days overdue" in page
        assert "To do (2)" in page
        assert "Overdue (1)" in page


def test_filters_stand_in_the_address_and_odd_ones_are_left_out(
    action: Action, shropshire: Org, sign_in: SignIn
) -> None:
    client = sign_in(shropshire.supervisor)

    def whats(query: str) -> list[str]:
        page = client.get(f"/records/actions/?{query}").content.decode()
        return re.findall(r'data-label="What"><a [^>]*>([^<]*)</a>', page)

    assert whats("whose=mine") == ["Ask occupational health"]
    assert whats("show=overdue") == ["Finish the chronology for B"]
    assert whats("show=closed") == []
    assert whats(f"person={shropshire.worker.pk}") == whats("") == whats("show=nonsense&person=x&page=z")
    assert whats(f"person={shropshire.outsider.pk}") == []


def test_done_in_one_step_and_opened_again_in_one(action: Action, shropshire: Org, sign_in: SignIn) -> None:
    other = Action.objects.exclude(pk=action.pk).get()
    client = sign_in(shropshire.supervisor)

    done = client.post(f"/records/actions/{other.pk}/close/", {"status": "done"}, follow=True).content.decode()
    assert "The action is closed." in done
    assert "Open it again" in done

    client.post(f"/records/actions/{other.pk}/open-again/", follow=True)
    other.refresh_from_db()
    assert other.status == "open"


def test_its_page_bears_its_words_and_says_when_it_stands_on_nobodys_list(
    action: Action, shropshire: Org, sign_in: SignIn
) -> None:
    client = sign_in(shropshire.worker)
    page = client.get(f"/records/actions/{action.pk}/").content.decode()
    assert re.search(rf"<h1[^>]*>{re.escape(action.what)}</h1>", page)
    assert "it stands on nobody’s list" not in page

    Action.objects.filter(pk=action.pk).update(owner=None, owner_name="The school nurse")

    assert "it stands on nobody’s list" in client.get(f"/records/actions/{action.pk}/").content.decode()


@pytest.mark.req("R096")
def test_an_overdue_one_asks_why_beside_the_field(action: Action, shropshire: Org, sign_in: SignIn) -> None:
    client = sign_in(shropshire.worker)
    listed = client.get("/records/actions/").content.decode()
    assert f'<a class="govuk-link" href="/records/actions/{action.pk}/close/">Close' in listed

    page = client.post(f"/records/actions/{action.pk}/close/", {"status": "done"}).content.decode()
    assert "It was done after its day. Say why it took longer." in page

    client.post(f"/records/actions/{action.pk}/close/", {"status": "done", "reason": "The file came late."})
    page = client.get(f"/records/actions/{action.pk}/").content.decode()
    assert "The file came late." in page
    assert "Done" in page


def test_the_date_moves_and_the_old_one_stays_in_sight(action: Action, shropshire: Org, sign_in: SignIn) -> None:
    client = sign_in(shropshire.supervisor)
    address = f"/records/actions/{action.pk}/move/"
    typed = {"due_on_0": "20", "due_on_1": "11", "due_on_2": "2026", "reason": "Court comes first."}

    refused = client.post(address, typed).content.decode()
    assert "That day has passed." in refused
    assert "Court comes first." in refused

    page = client.post(address, {**typed, "due_on_1": "12"}, follow=True).content.decode()
    assert "From 23 November 2026 to 20 December 2026." in page


def test_it_is_given_to_a_colleague_found_by_name_without_scripts(
    action: Action, shropshire: Org, sign_in: SignIn
) -> None:
    client = sign_in(shropshire.supervisor)
    address = f"/records/actions/{action.pk}/give-on/"
    found = client.post(address, {"owner_id_search": "osc", "find_person": "owner_id", "reason": "He knows them."})
    page = found.content.decode()
    assert "Oscar Reed" in page
    assert "He knows them." in page

    given = {"owner_id": str(shropshire.outsider.pk), "reason": "He knows them."}
    assert "Oscar Reed has the action now." in client.post(address, given, follow=True).content.decode()

    theirs = sign_in(shropshire.outsider)
    page = theirs.get(f"/records/actions/{action.pk}/").content.decode()
    assert "Finish the chronology for B" in page
    assert "Asked by" in page
    assert "Amara Obi" not in page
    assert "He knows them." not in page
    assert f"/records/{action.record_id}/" not in page
    assert theirs.get(f"/records/{action.record_id}/").status_code == 404


@pytest.mark.parametrize(("typed", "owned"), [("oscar reed", True), ("Oscar Reed from school", False)])
def test_a_colleague_typed_as_somebody_outside_has_it_all_the_same(
    action: Action, shropshire: Org, sign_in: SignIn, typed: str, owned: bool
) -> None:
    client = sign_in(shropshire.supervisor)
    address = f"/records/actions/{action.pk}/give-on/"
    asked = client.post(address, {"owner_name": "Oscar", "reason": "He knows them."}).content.decode()
    assert "Did you mean Oscar Reed, " in asked

    client.post(address, {"owner_name": typed, "reason": "He knows them."})

    action.refresh_from_db()
    assert action.owner_id == (shropshire.outsider.pk if owned else None)
    assert action.owner_name == ("Oscar Reed" if owned else typed)


def test_open_actions_stand_ready_beside_the_next_record(action: Action, shropshire: Org, sign_in: SignIn) -> None:
    record = draft_of_a_session(shropshire)
    client = sign_in(shropshire.supervisor)
    assert f"/records/{record.pk}/actions/" in client.get(f"/supervision/records/{record.pk}/write/").content.decode()
    other = Action.objects.exclude(pk=action.pk).get()
    address = f"/records/{record.pk}/actions/"
    first, second = f"action-{action.pk}", f"action-{other.pk}"

    typed = {f"{first}-step": "carried", f"{second}-step": "done"}
    refused = client.post(address, typed).content.decode()
    assert "Say why it is carried forward." in refused
    other.refresh_from_db()
    assert other.status == "open", "all or none"

    client.post(address, {**typed, f"{first}-reason": "Court was moved."})
    action.refresh_from_db()
    other.refresh_from_db()
    assert (action.status, action.times_carried, other.status) == ("open", 1, "done")
    assert "Carried forward 1 time so far" in client.get(address).content.decode()


def test_names_come_as_one_types_them(shropshire: Org, sign_in: SignIn) -> None:
    client = sign_in(shropshire.supervisor)

    assert client.get("/records/actions/people/?q=osc").content.decode().strip() == (
        '<option value="Oscar Reed, Social worker"></option>'
    )
    assert client.get("/records/actions/people/?q=o").content.decode().strip() == ""


@pytest.mark.req("R008")
def test_a_colleague_named_in_a_row_owns_the_action(shropshire: Org, sign_in: SignIn) -> None:
    record = draft_of_a_session(shropshire)
    client = sign_in(shropshire.supervisor)
    row = {
        "workload-version": "0",
        "workload-discussed": "The file.",
        "workload-actions-TOTAL_FORMS": "2",
        "workload-actions-INITIAL_FORMS": "0",
        "workload-actions-0-what": "Find the file",
        "workload-actions-0-who": "oscar reed",
        "workload-actions-0-by": "12/1/2027",
        "workload-actions-0-priority": "high",
        "workload-actions-0-standard": "It is on the desk",
        "workload-actions-1-what": "Send the letter",
        "workload-actions-1-who": "The school nurse",
    }

    client.post(f"/supervision/records/{record.pk}/write/", {**row, "save": "1"})

    assert record.draft_sections.get(section="workload").values["actions"] == [
        {
            "what": "Find the file",
            "who": "Oscar Reed",
            "who_id": str(shropshire.outsider.pk),
            "by": "2027-01-12",
            "priority": "high",
            "standard": "It is on the desk",
        },
        {"what": "Send the letter", "who": "The school nurse", "who_id": None, "by": None},
    ]
    page = client.get(f"/supervision/records/{record.pk}/write/").content.decode()
    assert "It is on the desk" in page


@pytest.mark.req("R085")
@pytest.mark.parametrize(
    ("typed", "asked"),
    [
        ("me", "Did you mean Amara Obi or Priya Nair? Type the whole name."),
        ("Amara", "Did you mean Amara Obi? Type the whole name."),
        ("oscar", "Did you mean Oscar Reed, "),
    ],
)
def test_a_word_that_is_no_whole_name_is_asked_about_and_stays_as_typed(
    shropshire: Org, sign_in: SignIn, typed: str, asked: str
) -> None:
    record = draft_of_a_session(shropshire)
    row = {
        "workload-version": "0",
        "workload-actions-TOTAL_FORMS": "1",
        "workload-actions-INITIAL_FORMS": "0",
        "workload-actions-0-what": "Find the file",
        "workload-actions-0-who": typed,
    }
    client = sign_in(shropshire.supervisor)

    page = client.post(f"/supervision/records/{record.pk}/write/", {**row, "sign": "1"}).content.decode()

    assert asked in page
    assert f'value="{typed}"' in page
    row |= {"workload-actions-0-who": f"{typed} from school", "workload-version": "1"}
    assert client.post(f"/supervision/records/{record.pk}/write/", {**row, "save": "1"}).status_code == 302


@pytest.mark.parametrize("number", [1, 40])
def test_the_list_is_a_fixed_number_of_queries(
    shropshire: Org, sign_in: SignIn, django_assert_max_num_queries: DjangoAssertNumQueries, number: int
) -> None:
    kit = Kit(shropshire)
    row = {"what": "See B", "who": "Amara Obi", "who_id": str(shropshire.worker.pk), "by": "2026-11-23"}
    rows = [{**row, "what": f"See child {each}"} for each in range(number)]
    kit.sign(kit.draft(values={**values_for(shropshire), "workload": {"discussed": "x", "actions": rows}}))
    client = sign_in(shropshire.supervisor)

    with django_assert_max_num_queries(12):
        page = client.get("/records/actions/").content.decode()
    assert page.count('data-label="What"') == min(number + 1, 25)
    with django_assert_max_num_queries(12):
        client.get(f"/records/actions/{Action.objects.all()[0].pk}/")
