"""Pages of preparation and of agreements: what one types is kept, what is wrong stands beside its field."""

from datetime import UTC, date, datetime

import pytest
import time_machine
from django.db import connection
from django.test import Client
from django.test.utils import CaptureQueriesContext
from django.urls import reverse

from records.models import Action
from supervision import services
from supervision.models import AgendaItem, FrequencyException, Preparation, SupervisionSession
from tests.diary_kit import booked, held
from tests.org import Org, SignIn
from tests.records_kit import Kit

NOW = datetime(2026, 11, 9, 12, tzinfo=UTC)


@pytest.fixture(autouse=True)
def clock() -> object:
    with time_machine.travel(NOW, tick=False):
        yield


@pytest.fixture
def session(shropshire: Org) -> SupervisionSession:
    return booked(shropshire.worker, shropshire.supervisor, on=date(2026, 11, 16))


@pytest.fixture
def worker(shropshire: Org, sign_in: SignIn) -> Client:
    return sign_in(shropshire.worker)


@pytest.fixture
def supervisor(shropshire: Org, sign_in: SignIn) -> Client:
    return sign_in(shropshire.supervisor)


def add(client: Client, org: Org, *, session: SupervisionSession | None = None, **fields: str) -> str:
    address = reverse("supervision:agenda-add", args=[org.worker.pk])
    data = {"text": "Two reports on one day", "kind": "workload", "share": "yes", **fields}
    if session:
        data["session"] = str(session.pk)
    return client.post(address, data, follow=True).content.decode()


@pytest.mark.req("R080", "R084", "R093")
def test_both_prepare_and_see_what_the_other_shared_alone(
    shropshire: Org, session: SupervisionSession, worker: Client, supervisor: Client
) -> None:
    address = reverse("supervision:session-prepare", args=[session.pk])
    add(worker, shropshire, session=session, text="My caseload has grown")
    add(worker, shropshire, session=session, text="Something personal", share="no")
    worker.post(address, {"notes": "Ask about leave", "version": "0"})
    add(supervisor, shropshire, session=session, text="Court dates in December", kind="topic")

    own, theirs = (client.get(address).content.decode() for client in (worker, supervisor))

    assert all(words in own for words in ("My caseload has grown", "Something personal", "Ask about leave"))
    assert "Court dates in December" in own
    assert "My caseload has grown" in theirs
    assert "Something personal" not in theirs
    assert "Ask about leave" not in theirs


@pytest.mark.req("R080", "R095")
def test_open_actions_are_shown_with_how_often_they_were_carried(
    shropshire: Org, session: SupervisionSession, worker: Client
) -> None:
    Kit(shropshire).sealed()
    Action.objects.filter(sensitivity="shared").update(times_carried=2)

    page = worker.get(reverse("supervision:session-prepare", args=[session.pk])).content.decode()

    assert "Finish the chronology for B" in page
    assert "carried forward 2 times" in page


@pytest.mark.req("R097")
def test_a_worry_is_flagged_between_sessions_from_ones_own_page(
    shropshire: Org, worker: Client, supervisor: Client
) -> None:
    page = add(worker, shropshire, text="P204111 worries me", kind="case")

    assert "It is on the agenda of the next session." in page
    assert (
        "P204111 worries me"
        in supervisor.get(reverse("supervision:person-detail", args=[shropshire.worker.pk])).content.decode()
    )


def test_what_is_wrong_stands_beside_its_field_and_nothing_typed_is_lost(shropshire: Org, worker: Client) -> None:
    page = add(worker, shropshire, text="The lone working policy", kind="policy", link="not an address")

    assert "Enter a whole address" in page
    assert "The lone working policy" in page
    assert not AgendaItem.objects.exists()


def test_items_are_moved_shared_and_taken_off_by_buttons(
    shropshire: Org, session: SupervisionSession, worker: Client
) -> None:
    for text in ("first", "second"):
        add(worker, shropshire, session=session, text=text)
    add(worker, shropshire, session=session, text="hidden", share="no")
    first, second, hidden = AgendaItem.objects.order_by("position")
    back = {"session": str(session.pk)}

    moved = worker.post(reverse("supervision:agenda-move", args=[second.pk]), {**back, "direction": "up"})
    worker.post(reverse("supervision:agenda-remove", args=[hidden.pk]), back)

    assert moved["Location"] == reverse("supervision:session-prepare", args=[session.pk])
    assert [item.text for item in AgendaItem.objects.order_by("position")] == ["second", "first"]


def test_ones_own_shared_item_is_changed_and_withdrawn_by_buttons(
    shropshire: Org, session: SupervisionSession, worker: Client, supervisor: Client
) -> None:
    add(worker, shropshire, session=session, text="first")
    item = AgendaItem.objects.get()
    change = reverse("supervision:agenda-change", args=[item.pk])
    page = reverse("supervision:session-prepare", args=[session.pk])
    back = {"session": str(session.pk)}

    mine, theirs = (client.get(page).content.decode() for client in (worker, supervisor))
    form = worker.get(change).content.decode()
    wrong = worker.post(change, {**back, "text": "", "kind": "topic"}).content.decode()
    changed = worker.post(change, {**back, "text": "put better", "kind": "topic"}, follow=True).content.decode()
    gone = worker.post(reverse("supervision:agenda-remove", args=[item.pk]), back, follow=True).content.decode()

    assert change in mine
    assert change not in theirs
    assert "first" in form
    assert "Say what you want to talk about." in wrong
    assert "put better" in changed
    assert ", changed on " in changed
    assert "Nobody else had read it" not in gone
    assert not AgendaItem.objects.exists()


def test_notes_save_themselves_and_a_second_window_is_told(session: SupervisionSession, worker: Client) -> None:
    address = reverse("supervision:session-prepare-save", args=[session.pk])

    saved = worker.post(address, {"notes": "First", "version": "0"})
    stale = worker.post(address, {"notes": "Second", "version": "0"})
    shown = worker.post(
        reverse("supervision:session-prepare", args=[session.pk]), {"notes": "Second", "version": "0"}
    ).content.decode()

    assert (saved.status_code, saved.json()["version"]) == (200, 1)
    assert (stale.status_code, stale.json()["version"]) == (409, 1)
    assert "First" in shown
    assert "Second" in shown
    assert Preparation.objects.get().notes == "First"


@pytest.mark.req("R154")
def test_every_page_of_a_session_says_what_may_be_passed_on(session: SupervisionSession, worker: Client) -> None:
    page = worker.get(reverse("supervision:session-detail", args=[session.pk])).content.decode()

    assert "Supervision is private, and part of management" in page
    assert "Anything else is shared only if both agree" in page


def test_the_agenda_is_ticked_beside_the_record(shropshire: Org, supervisor: Client) -> None:
    org = shropshire
    item, left = (
        services.add_item(
            supervisee_id=org.worker.pk, kind="topic", text=text, share=True, actor=org.actor(org.worker), at=NOW
        )
        for text in ("Leave", "Training")
    )
    supervisor.post(
        reverse("supervision:session-log", args=[org.worker.pk]),
        {
            "on_0": "9",
            "on_1": "11",
            "on_2": "2026",
            "starts": "9:00",
            "ends": "10:30",
            "mode": "in_person",
            "interrupted": "no",
            "private_place": "yes",
        },
    )
    held_session = SupervisionSession.objects.get()
    write = reverse("supervision:record-write", args=[held_session.record_id])
    page = supervisor.get(write).content.decode()
    supervisor.post(write, {"agenda": "1", "discussed": [str(item.pk)], "save": "1"})

    assert "Agenda: tick what you discussed" in page
    item.refresh_from_db()
    left.refresh_from_db()
    assert (item.session_id, left.session_id) == (held_session.pk, None)


# -- agreements


def test_an_exception_is_asked_for_decided_and_shown_and_is_never_green(
    shropshire: Org, supervisor: Client, sign_in: SignIn
) -> None:
    held(shropshire.worker, shropshire.supervisor, on=date(2026, 8, 14))
    address = reverse("supervision:exception-ask", args=[shropshire.worker.pk])
    days = {"starts_on_0": "9", "starts_on_1": "11", "starts_on_2": "2026"}
    last = {"last_on_0": "26", "last_on_1": "2", "last_on_2": "2027"}
    wrong = supervisor.post(address, {"every": "P2W", **days, "reason": "Half a week"}).content.decode()
    supervisor.post(address, {"every": "P6W", **days, **last, "reason": "Half a week"})
    asked = FrequencyException.objects.get()
    manager = sign_in(shropshire.team_manager)
    home = manager.get(reverse("compliance:home")).content.decode()
    manager.post(reverse("supervision:exception-detail", args=[asked.pk]), {"decision": "approved"})
    team = supervisor.get(reverse("supervision:team")).content.decode()

    assert 'value="P2W"' not in wrong  # no less than the policy asks, so no exception
    assert 'value="P6W"' in wrong
    assert wrong.count("Choose how often.") >= 2
    assert wrong.count("Enter the last day: the day, month and year.") >= 2
    assert "Half a week" in wrong
    assert "Decide on supervision of Amara Obi less often than the policy asks" in home
    assert "Agreed exception until 26 February 2027: every 6 weeks. Not what the policy asks." in team
    assert "Done" not in team.split("Amara Obi")[1].split("Agreed exception until")[0]


def test_somebody_who_is_up_to_date_under_an_exception_is_not_shown_as_done(
    shropshire: Org, supervisor: Client, worker: Client
) -> None:
    held(shropshire.worker, shropshire.supervisor, on=date(2026, 11, 6))
    before = supervisor.get(reverse("supervision:team")).content.decode()
    FrequencyException.objects.create(
        supervisee=shropshire.worker,
        every="P6W",
        reason="Half a week",
        starts_on=date(2026, 11, 1),
        ends_on=date(2027, 2, 27),
        asked_by=shropshire.worker,
        asked_at=NOW,
        decision="approved",
        decided_by=shropshire.team_manager,
        decided_at=NOW,
    )
    team = supervisor.get(reverse("supervision:team")).content.decode()
    own = worker.get(reverse("compliance:home")).content.decode()

    assert ">Done<" in before.replace("\n", "").replace(" ", "")
    for page in (team, own):
        assert ">Done<" not in page.replace("\n", "").replace(" ", "")
        assert "Not what the policy asks." in page


@pytest.mark.req("R121")
def test_home_begins_a_contract_with_one_click_and_says_since_when_it_is_owed(
    shropshire: Org, supervisor: Client
) -> None:
    home = supervisor.get(reverse("compliance:home")).content.decode()
    address = reverse("supervision:contract-open", args=[shropshire.worker.pk])

    assert f'<form method="post" action="{address}">' in home
    assert "It was due when the supervision began, on Tuesday 1 April 2025." in home
    assert "/write/" in supervisor.post(address)["Location"]


@pytest.mark.parametrize("name", ["session-detail", "session-prepare", "record-write"])
@pytest.mark.parametrize("number", [1, 12])
def test_pages_stay_within_twelve_queries(shropshire: Org, supervisor: Client, name: str, number: int) -> None:
    org = shropshire
    record = Kit(org).draft()
    session = booked(org.worker, org.supervisor, on=date(2026, 11, 9))
    session.record, session.status, session.closed_at = record, "held", NOW
    if name != "session-prepare":
        session.save()
    for place in range(number):
        services.add_item(
            supervisee_id=org.worker.pk,
            kind="good_practice",
            text=f"Item {place}",
            share=bool(place % 2),
            actor=org.actor(org.supervisor),
            at=NOW,
        )
    key = record.pk if name == "record-write" else session.pk
    address = reverse(f"supervision:{name}", args=[key])
    supervisor.get(address)

    with CaptureQueriesContext(connection) as asked:
        assert supervisor.get(address).status_code == 200

    # A transaction within the suite's own is a savepoint, which is no question to the database in production
    questions = [each["sql"] for each in asked if "SAVEPOINT" not in each["sql"]]
    assert len(questions) <= 12, "\n".join(questions)
