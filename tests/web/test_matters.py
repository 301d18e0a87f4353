"""Pages of what is put to a manager, of concerns, and of what was shared: each from end to end in the browser's terms."""

from datetime import UTC, date, datetime
from typing import Any

import pytest
import time_machine
from pytest_django import DjangoAssertNumQueries

from core.actor import Role
from supervision import services
from supervision.models import Concern, Disclosure, Matter, Reference
from supervision.rules.matters import Advice
from tests.diary_kit import held
from tests.org import Org, SignIn
from tests.records_kit import NOON

NOW = datetime(2026, 11, 9, 13, tzinfo=UTC)


@pytest.fixture(autouse=True)
def _today() -> Any:
    with time_machine.travel(NOW, tick=False):
        yield


@pytest.mark.req("R171")
@pytest.mark.scenario(21, "a")
def test_a_disagreement_from_the_persons_page_to_the_managers_answer(shropshire: Org, sign_in: SignIn) -> None:
    org = shropshire
    session = held(org.worker, org.supervisor, on=date(2026, 11, 2))
    worker, supervisor, head = (sign_in(person) for person in (org.worker, org.supervisor, org.head))
    refer = f"/supervision/people/{org.worker.pk}/refer/"
    assert refer in worker.get(f"/supervision/people/{org.worker.pk}/").content.decode()
    before = worker.get(refer).content.decode()
    assert "This goes to <strong>Helen Hart</strong>, Service manager." in before

    kept = worker.post(refer, {"subject": "", "view": "It has to stay open."}).content.decode()
    assert "Say in a few words what it is about." in kept
    assert "It has to stay open." in kept
    typed = {"subject": "Closing the case", "view": "It has to stay open.", "session_id": str(session.pk)}
    worker.post(refer, typed)
    matter = Matter.objects.get()
    supervisor.post(f"/supervision/matters/{matter.pk}/view/", {"text": "It can close."})
    answer = {"text": "It stays open.", "rationale": "The court hears it in March."}
    head.post(f"/supervision/matters/{matter.pk}/decide/", answer)

    for client in (worker, supervisor, head):
        page = client.get(f"/supervision/matters/{matter.pk}/").content.decode()
        assert all(words in page for words in ("It has to stay open.", "It can close.", "The court hears it in March."))
    for address in (f"/supervision/people/{org.worker.pk}/", f"/supervision/sessions/{session.pk}/"):
        assert "Closing the case" in supervisor.get(address).content.decode()
        assert "Closing the case" not in sign_in(org.team_manager).get(address).content.decode(), "next up is not named"
    assert "Closing the case" in head.get("/supervision/matters/").content.decode()


def test_a_persons_page_shows_the_five_newest_and_leads_to_the_rest(shropshire: Org, sign_in: SignIn) -> None:
    org = shropshire
    for number in range(6):
        Matter.objects.create(
            kind=Matter.Kind.DISAGREEMENT,
            supervisee=org.worker,
            supervisor=org.supervisor,
            raised_by=org.worker,
            referred_to=org.head,
            subject=f"Matter {number}",
            raised_at=NOON.replace(hour=number),
        )

    page = sign_in(org.supervisor).get(f"/supervision/people/{org.worker.pk}/").content.decode()

    assert [number for number in range(6) if f"Matter {number}" in page] == [1, 2, 3, 4, 5]
    assert "Everything that was put to a manager" in page


def test_what_one_wrote_is_still_there_when_the_matter_was_closed_meanwhile(shropshire: Org, sign_in: SignIn) -> None:
    org = shropshire
    matter = services.refer_disagreement(
        supervisee_id=org.worker.pk,
        subject="Closing the case",
        view="It stays.",
        session_id=None,
        actor=org.actor(org.worker),
        at=NOON,
    )
    services.close_matter(matter_id=matter.pk, text="Settled.", actor=org.actor(org.worker), at=NOON)

    page = sign_in(org.supervisor).post(f"/supervision/matters/{matter.pk}/view/", {"text": "Three hours of work."})

    assert "This is closed. Nothing was added" in page.content.decode()
    assert "Three hours of work." in page.content.decode()


@pytest.mark.req("R022", "R088")
def test_an_issue_is_taken_upward_to_somebody_found_by_name(shropshire: Org, sign_in: SignIn) -> None:
    org = shropshire
    client = sign_in(org.supervisor)
    address = f"/supervision/people/{org.worker.pk}/take-upward/"
    typed = {"subject": "No pool car", "view": "Two visits a month do not take place."}
    assert "Choose the manager to whom this goes." in client.post(address, typed).content.decode()

    client.post(address, {**typed, "referred_to_id": str(org.team_manager.pk)})

    assert Matter.objects.get().referred_to == org.team_manager
    assert "Waits for an answer" in sign_in(org.team_manager).get("/supervision/matters/").content.decode()


@pytest.mark.req("R098", "R173")
@pytest.mark.scenario(21, "d")
def test_a_concern_goes_past_the_supervisor_and_is_answered(shropshire: Org, sign_in: SignIn) -> None:
    org = shropshire
    worker = sign_in(org.worker)
    page = worker.get("/supervision/concerns/raise/").content.decode()
    assert "Tom Mills, Team manager" in page
    assert "Priya Nair’s line manager." in page
    kept = worker.post("/supervision/concerns/raise/", {"text": "Cancelled every month."}).content.decode()
    assert "Choose who is to read this." in kept
    assert "Cancelled every month." in kept

    typed = {"route": f"line_manager/{org.supervisor.pk}", "text": "Cancelled every month."}
    worker.post("/supervision/concerns/raise/", typed)
    concern = Concern.objects.get()
    manager = sign_in(org.team_manager)
    assert "Amara Obi" in manager.get("/supervision/concerns/").content.decode()
    manager.post(f"/supervision/concerns/{concern.pk}/", {"text": "Let us speak on Monday."})

    assert "Let us speak on Monday." in worker.get(f"/supervision/concerns/{concern.pk}/").content.decode()
    assert sign_in(org.supervisor).get(f"/supervision/concerns/{concern.pk}/").status_code == 404
    assert "Concerns that were put to HR" in sign_in(org.hr, hat=Role.HR).get("/").content.decode()


@pytest.mark.req("R028", "R099")
def test_the_supervisees_page_shows_the_ways_to_speak_up_that_go_past_the_supervisor(
    shropshire: Org, sign_in: SignIn
) -> None:
    org = shropshire
    own = sign_in(org.worker).get(f"/supervision/people/{org.worker.pk}/").content.decode()
    assert 'href="/supervision/concerns/raise/"' in own
    assert 'href="/help/speaking-up/"' in own
    page = sign_in(org.worker).get("/help/speaking-up/").content.decode()
    assert "Every way here goes past the supervisor." in page
    assert "whistleblowing" in page
    theirs = sign_in(org.supervisor).get(f"/supervision/people/{org.worker.pk}/").content.decode()
    assert 'href="/supervision/concerns/raise/"' not in theirs


@pytest.mark.req("R100", "R101", "R102", "R164")
def test_the_log_from_entry_to_agreement(shropshire: Org, sign_in: SignIn) -> None:
    org = shropshire
    supervisor, worker = sign_in(org.supervisor), sign_in(org.worker)
    log, add = (f"/supervision/people/{org.worker.pk}/sharing/{part}" for part in ("", "add/"))
    page = supervisor.get(add).content.decode()
    assert page.count('name="category"') == 9
    typed = {"what": "That she writes well.", "category": "by_agreement", "shared_with": "The training team"}
    kept = supervisor.post(add, {**typed, "advice_from": "Tom Mills"}).content.decode()
    assert "Enter from whom the advice came, when, and what came of it." in kept
    assert "That she writes well." in kept

    supervisor.post(add, typed)
    assert "Waits for agreement" in worker.get(log).content.decode()
    disclosure = Disclosure.objects.get()
    worker.post(f"/supervision/sharing/{disclosure.pk}/agree/", {"agrees": "yes"})
    supervisor.post(f"/supervision/sharing/{disclosure.pk}/day/", {"on_0": "9", "on_1": "11", "on_2": "2026"})

    assert Disclosure.objects.get().status == "shared"
    assert "9 November 2026" in worker.get(log).content.decode()


@pytest.mark.req("R164")
def test_what_is_kept_from_the_supervisee_is_not_on_their_page_until_they_are_told(
    shropshire: Org, sign_in: SignIn
) -> None:
    org = shropshire
    services.log_disclosure(
        supervisee_id=org.worker.pk,
        what="Visits alone at night.",
        category="staff_safety",
        shared_with="Tom Mills",
        shared_on=NOON.date(),
        advice=Advice(),
        not_told_because="The police asked for it.",
        actor=org.actor(org.supervisor),
        at=NOON,
    )
    address = f"/supervision/people/{org.worker.pk}/sharing/"
    supervisor, worker = sign_in(org.supervisor), sign_in(org.worker)
    assert "is not told" in supervisor.get(address).content.decode()
    assert "Visits alone" not in worker.get(address).content.decode()

    supervisor.post(f"/supervision/sharing/{Disclosure.objects.get().pk}/told/")

    page = worker.get(address).content.decode()
    assert "Visits alone" in page
    assert "The police asked" not in page


@pytest.mark.req("R024", "R027", "R092", "R162")
def test_a_complaint_is_entered_by_its_reference_and_asks_for_support(shropshire: Org, sign_in: SignIn) -> None:
    org = shropshire
    client = sign_in(org.supervisor)
    add = f"/supervision/people/{org.worker.pk}/sharing/reference/"
    typed = {"kind": "complaint", "number": "CMP-114", "starts_on_0": "2", "starts_on_1": "11", "starts_on_2": "2026"}
    kept = client.post(add, {**typed, "note": "He said that she said."}).content.decode()
    assert "What another process holds stays out of supervision" in kept

    client.post(add, typed)
    page = client.get(f"/supervision/people/{org.worker.pk}/sharing/").content.decode()
    assert "CMP-114" in page
    assert "agree on an action for it" in page
    assert (
        "CMP-114" not in sign_in(org.team_manager).get(f"/supervision/people/{org.worker.pk}/sharing/").content.decode()
    )

    ended = {**typed, "ends_on_0": "9", "ends_on_1": "11", "ends_on_2": "2026"}
    client.post(f"{add}?replaces={Reference.objects.get().pk}", ended)
    page = client.get(f"/supervision/people/{org.worker.pk}/sharing/").content.decode()
    assert "to 9 November 2026" in page
    assert page.count("CMP-114") == 1


def test_every_page_keeps_to_its_number_of_queries(
    shropshire: Org, sign_in: SignIn, django_assert_max_num_queries: DjangoAssertNumQueries
) -> None:
    org = shropshire
    held(org.worker, org.supervisor, on=date(2026, 11, 2))
    ask: dict[str, Any] = {
        "supervisee_id": org.worker.pk,
        "session_id": None,
        "actor": org.actor(org.worker),
        "at": NOON,
    }
    for number in range(8):
        matter = services.refer_disagreement(**ask, subject=f"Question {number}", view="Mine.")
        services.add_view(matter_id=matter.pk, text="And mine.", actor=org.actor(org.supervisor), at=NOON)
    worker = sign_in(org.worker)
    addresses = [
        "/supervision/matters/",
        f"/supervision/matters/{matter.pk}/",
        f"/supervision/matters/{matter.pk}/view/",
        f"/supervision/people/{org.worker.pk}/refer/",
        f"/supervision/people/{org.worker.pk}/take-upward/",
        f"/supervision/people/{org.worker.pk}/sharing/",
        "/supervision/concerns/",
        "/supervision/concerns/raise/",
    ]
    for address in addresses:
        with django_assert_max_num_queries(12):
            assert worker.get(address).status_code == 200
