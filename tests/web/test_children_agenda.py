"""What is prepared of the worker's children: worries, the agenda of a session, and the marks that follow from it."""

import re
from datetime import UTC, date, datetime, timedelta

import pytest
import time_machine
from django.db import connection
from django.test import Client
from django.test.utils import CaptureQueriesContext
from django.urls import reverse

from cases.models import Allocation, Child
from policies import services as policies
from staff.models import CategoryHeld, SupervisionRelationship
from supervision.models import InDepthMark, Preparation, SupervisionSession, Worry
from supervision.models.discussions import Discussion
from tests.cases_kit import child_with
from tests.diary_kit import booked
from tests.org import RECORDED, Org, SignIn, add_person
from trail.models import Entry

pytestmark = pytest.mark.django_db

TODAY = date(2026, 11, 9)
NOW = datetime(2026, 11, 9, 12, tzinfo=UTC)
NEXT_WEEK = date(2026, 11, 16)


@pytest.fixture(autouse=True)
def clock() -> object:
    with time_machine.travel(NOW, tick=False):
        yield


@pytest.fixture
def session(shropshire: Org) -> SupervisionSession:
    return booked(shropshire.worker, shropshire.supervisor, on=NEXT_WEEK)


@pytest.fixture
def children(shropshire: Org) -> list[Child]:
    discussed = (date(2026, 10, 20), date(2026, 9, 1), date(2026, 10, 1))
    return [
        child_with(
            shropshire.worker,
            reference=f"P{number}",
            plan_type="looked_after",
            discussed=(day - timedelta(days=50), day),
        )
        for number, day in zip((4001, 4002, 4003), discussed, strict=True)
    ]


@pytest.fixture
def worker(shropshire: Org, sign_in: SignIn) -> Client:
    return sign_in(shropshire.worker)


@pytest.fixture
def supervisor(shropshire: Org, sign_in: SignIn) -> Client:
    return sign_in(shropshire.supervisor)


def at(name: str, *keys: object) -> str:
    return reverse(f"supervision:{name}", args=keys)


def read(client: Client, name: str, *keys: object) -> str:
    return client.get(at(name, *keys), follow=True).content.decode()


def on_the_day() -> time_machine.travel:
    return time_machine.travel(NOW + timedelta(days=7), tick=False)


def say(client: Client, session: SupervisionSession, child: Child, level: str, because: str = "", version: int = 0):
    data = {f"worry-{child.pk}": level, f"because-{child.pk}": because, "version": version}
    return client.post(at("session-worry-save", session.pk, child.pk), data)


def hold(session: SupervisionSession) -> SupervisionSession:
    session.on, session.status, session.closed_at = TODAY, "held", NOW
    session.save()
    return session


# The worker's own


def test_the_children_stand_in_the_order_in_which_they_are_due(
    session: SupervisionSession, children: list[Child], worker: Client
) -> None:
    page = read(worker, "session-prepare", session.pk)

    assert page.index("P4002") < page.index("P4003") < page.index("P4001")
    assert "Sunday 1 November 2026" in page
    assert "Overdue" in page
    assert "Looked after. Last discussed Tuesday 1 September 2026, in depth." in page
    assert "Why" in page


@pytest.mark.req("R330")
def test_a_worker_ranks_each_child_by_worry_and_it_saves_itself(
    session: SupervisionSession, children: list[Child], worker: Client
) -> None:
    answer = say(worker, session, children[0], "very", "Missed  three\nappointments")

    assert answer.json() == {"version": 1, "saved_at": "12:00", "unclear": ""}
    row = Worry.objects.get()
    assert (row.level, row.because, row.child) == ("very", "Missed three appointments", children[0])
    page = read(worker, "session-prepare", session.pk)
    assert re.search(r'value="very" checked', page)
    assert "Missed three appointments" in page
    entry = Entry.objects.get(verb="worry.saved")
    assert "appointments" not in str(entry.detail)


@pytest.mark.req("R330")
def test_it_is_the_workers_alone_until_the_day_of_the_session(
    shropshire: Org, session: SupervisionSession, children: list[Child], worker: Client, sign_in: SignIn
) -> None:
    say(worker, session, children[0], "very", "Missed three appointments")

    client = sign_in(shropshire.supervisor)
    before = read(client, "session-prepare", session.pk) + read(client, "session-agenda", session.pk)
    with on_the_day():
        client = sign_in(shropshire.supervisor)
        pages = [read(client, name, session.pk) for name in ("session-prepare", "session-agenda")]

    assert "Missed three appointments" not in before
    assert all("Missed three appointments" in page for page in pages)
    # The page of preparation has an entry of its own
    assert [each.about_id for each in Entry.objects.filter(verb="worries.read")] == [session.supervisee_id]


def test_whoever_supervises_later_never_reads_it(
    shropshire: Org, session: SupervisionSession, children: list[Child], worker: Client, sign_in: SignIn
) -> None:
    say(worker, session, children[0], "very", "Missed three appointments")
    hold(session)
    successor = add_person("Ben Amin", team=shropshire.team, job_title="Senior social worker")
    SupervisionRelationship.objects.filter(supervisee=shropshire.worker).update(ends_on=TODAY)
    SupervisionRelationship.objects.create(
        supervisee=shropshire.worker, supervisor=successor, starts_on=TODAY, recorded_at=NOW
    )
    actor = shropshire.actor(successor)

    assert shropshire.worker.pk in actor.supervises
    assert not Worry.objects.visible_to(actor).exists()
    assert Worry.objects.visible_to(shropshire.actor(shropshire.worker)).exists()
    assert "Missed three" not in read(sign_in(successor), "session-prepare", session.pk)


@pytest.mark.parametrize("who", ["supervisor", "team_manager", "head"])
def test_nobody_but_the_worker_says_it(
    shropshire: Org, session: SupervisionSession, children: list[Child], sign_in: SignIn, who: str
) -> None:
    assert say(sign_in(getattr(shropshire, who)), session, children[0], "very").status_code == 403
    assert not Worry.objects.exists()


def test_another_window_does_not_overwrite(session: SupervisionSession, children: list[Child], worker: Client) -> None:
    say(worker, session, children[0], "very", "First")

    again = say(worker, session, children[0], "very", "First")
    other = say(worker, session, children[0], "little", "Second")

    assert again.json()["version"] == 1
    assert (other.status_code, other.json()["version"]) == (409, 1)
    assert Worry.objects.get().because == "First"


def test_without_scripts_notes_and_worries_are_saved_together(
    session: SupervisionSession, children: list[Child], worker: Client
) -> None:
    key = children[0].pk
    typed = {"notes": "Ask about leave", "version": "0", f"worry-{key}": "much", f"because-{key}": "No school place"}
    address = at("session-prepare", session.pk)

    answer = worker.post(address, {**typed, f"version-{key}": "0"}, follow=True)

    assert "What you prepared is saved." in answer.content.decode()
    assert (Preparation.objects.get().notes, Worry.objects.get().level) == ("Ask about leave", "much")

    stale = worker.post(
        address, {**typed, "notes": "More", "version": "1", f"worry-{key}": "not", f"version-{key}": "0"}
    )
    page = stale.content.decode()
    assert "says “Much: No school place”" in page
    assert f'href="#id_worry-{key}"' in page
    assert Preparation.objects.get().notes == "Ask about leave"
    assert ">More</textarea>" in page.replace("\n", "")

    version = re.search(rf'name="version-{key}" value="(\d+)"', page)
    assert version
    worker.post(address, {**typed, "version": "1", f"worry-{key}": "not", f"version-{key}": version[1]})
    assert Worry.objects.get().level == "not"


@pytest.mark.parametrize(
    ("changed", "sentence"),
    [({"worry": "deadly"}, "Choose how worried you are."), ({"because": "x" * 201}, "Say it in 200 characters")],
)
def test_what_is_odd_is_refused(
    session: SupervisionSession, children: list[Child], worker: Client, changed: dict[str, str], sentence: str
) -> None:
    data = {f"{name}-{children[0].pk}": value for name, value in changed.items()}
    answer = worker.post(at("session-worry-save", session.pk, children[0].pk), {**data, "version": "0"})

    assert answer.status_code == 422
    assert sentence in answer.json()["message"]


def test_only_of_children_whom_the_worker_holds_and_while_the_session_takes_something(
    shropshire: Org, session: SupervisionSession, children: list[Child], worker: Client
) -> None:
    assert say(worker, session, child_with(shropshire.outsider), "very").status_code == 404
    Allocation.objects.filter(child=children[0]).update(ends_on=NEXT_WEEK)
    assert "was not with this worker" in say(worker, session, children[0], "very").json()["message"]
    session.status, session.closed_at, session.cancelled_by = "cancelled", NOW, shropshire.worker
    session.cancel_reason = "Court"
    session.save()
    assert "takes nothing more" in say(worker, session, children[1], "very").json()["message"]


# The agenda


def set_agenda(client: Client, session: SupervisionSession, *in_depth: Child, stood: str = "", **more: object):
    data = {"in_depth": [str(each.pk) for each in in_depth], "stood": stood, **more}
    return client.post(at("session-agenda", session.pk), data, follow=True)


@pytest.mark.req("R329")
def test_either_of_the_two_marks_whom_to_discuss_in_depth(
    session: SupervisionSession, children: list[Child], worker: Client, supervisor: Client
) -> None:
    first, second, _ = children
    set_agenda(worker, session, first)
    # The supervisor's page was opened before, and knows nothing of the first
    answer = set_agenda(supervisor, session, second)

    assert "The agenda is saved. Both of you see it." in answer.content.decode()
    assert set(InDepthMark.objects.standing().values_list("child", flat=True)) == {first.pk, second.pk}
    page = read(worker, "session-prepare", session.pk)
    assert "Marked by Amara Obi" in page
    assert "Marked by Priya Nair" in page

    set_agenda(worker, session, second, stood=f"{first.pk} {second.pk}")
    assert [each.child for each in InDepthMark.objects.standing()] == [second]


def test_a_child_of_another_worker_is_refused(
    shropshire: Org, session: SupervisionSession, children: list[Child], worker: Client
) -> None:
    answer = set_agenda(worker, session, child_with(shropshire.outsider))

    assert "One of these children is not with this worker any more." in answer.content.decode()
    assert not InDepthMark.objects.exists()


@pytest.mark.req("R329")
def test_it_stands_chosen_on_the_page_of_marks_and_is_kept_when_it_is_saved(
    session: SupervisionSession, children: list[Child], worker: Client, supervisor: Client
) -> None:
    first = children[0]
    set_agenda(worker, session, first)
    say(worker, session, first, "much", "No school place")
    hold(session)

    page = read(supervisor, "session-children", session.pk)

    chosen = re.findall(r'name="depth-([0-9a-f-]+)"[^>]*value="(\w+)"[^>]*checked', page)
    assert chosen == [(str(first.pk), "in_depth")]
    assert "Worried: much. No school place. " in page
    assert "Nothing is kept until you save" in page
    assert not Discussion.objects.filter(session=session).exists()


@pytest.mark.scenario(11, "c")
def test_the_rest_briefly_names_each_and_makes_nobody_in_depth(
    session: SupervisionSession, children: list[Child], worker: Client, supervisor: Client
) -> None:
    first, second, third = children
    set_agenda(worker, session, first)
    hold(session)
    data = {f"depth-{first.pk}": "in_depth", f"depth-{second.pk}": "", "rest": "1"}

    page = supervisor.post(at("session-children", session.pk), data, follow=True).content.decode()

    assert "Marked as discussed briefly: P4002, P4003." in page
    said = dict(Discussion.objects.filter(session=session).values_list("child__reference", "depth"))
    assert said == {"P4001": "in_depth", "P4002": "brief", "P4003": "brief"}


def test_the_rest_briefly_overrules_nothing_that_was_chosen(
    session: SupervisionSession, children: list[Child], supervisor: Client
) -> None:
    first, second, _ = children
    hold(session)
    data = {
        f"depth-{first.pk}": "not_discussed",
        f"reason-{first.pk}": "",
        f"depth-{second.pk}": "in_depth",
        "rest": "",
    }

    page = supervisor.post(at("session-children", session.pk), data, follow=True).content.decode()

    assert "Say why P4001 was not discussed." in page
    assert not Discussion.objects.filter(session=session).exists()


# Tags


@pytest.fixture
def camden(org: Org) -> Org:
    policies.adopt(slug="camden-short-guide", starts_on=date(2025, 4, 1), at=RECORDED)
    return org


@pytest.mark.req("R336")
def test_a_session_says_what_it_is_for(camden: Org, sign_in: SignIn) -> None:
    session = booked(camden.worker, camden.supervisor, on=NEXT_WEEK)
    client = sign_in(camden.supervisor)

    refused = set_agenda(client, session, purposes=["dismissal"]).content.decode()
    assert "Choose from the list." in refused
    set_agenda(client, session, purposes=["case_progression", "support"])

    session.refresh_from_db()
    assert session.purposes == ["support", "case_progression"]
    words = "Provide support, Review case progression"
    assert words in read(client, "session-detail", session.pk)
    assert words in read(client, "diary")
    hold(session)
    assert words in client.get(at("diary"), {"when": "past"}).content.decode()


def test_a_policy_without_purposes_asks_for_none(
    session: SupervisionSession, children: list[Child], worker: Client
) -> None:
    assert "What is this session for?" not in read(worker, "session-agenda", session.pk)
    set_agenda(worker, session, purposes=["support"])
    session.refresh_from_db()
    assert session.purposes == []


@pytest.mark.req("R059")
def test_a_discussion_says_which_capabilities_it_shows(
    shropshire: Org, session: SupervisionSession, children: list[Child], supervisor: Client
) -> None:
    hold(session)
    first, second, _ = children
    assert "Professional Capabilities Framework" not in read(supervisor, "session-children", session.pk)
    CategoryHeld.objects.filter(person=shropshire.worker).update(category="nqsw")
    address = at("session-children", session.pk)
    data = {f"depth-{first.pk}": "brief", f"capabilities-{first.pk}": ["knowledge"], f"depth-{second.pk}": "brief"}

    assert "Professional Capabilities Framework, 2018: P4001" in read(supervisor, "session-children", session.pk)
    odd = supervisor.post(address, {**data, f"capabilities-{first.pk}": ["charm"]}).content.decode()
    assert "Choose from the list." in odd
    supervisor.post(address, data)

    assert dict(Discussion.objects.filter(session=session).values_list("child__reference", "capabilities")) == {
        "P4001": ["knowledge"],
        "P4002": [],
    }
    assert "Briefly (Knowledge), nothing written" in read(supervisor, "session-detail", session.pk)


# Few questions to the database


@pytest.mark.parametrize("name", ["session-prepare", "session-agenda", "session-children", "session-detail"])
def test_pages_keep_to_twelve_queries(
    shropshire: Org, session: SupervisionSession, children: list[Child], worker: Client, sign_in: SignIn, name: str
) -> None:
    CategoryHeld.objects.filter(person=shropshire.worker).update(category="nqsw")
    for each in [*children, *(child_with(shropshire.worker, reference=f"P5{number:03}") for number in range(15))]:
        say(worker, session, each, "much", "Because")
    set_agenda(worker, session, *children)
    if name == "session-children":
        hold(session)
    address = at(name, session.pk)
    with on_the_day():
        supervisor = sign_in(shropshire.supervisor)
        supervisor.get(address)
        with CaptureQueriesContext(connection) as asked:
            assert supervisor.get(address).status_code == 200

    questions = [each["sql"] for each in asked if "SAVEPOINT" not in each["sql"]]
    assert len(questions) <= 12, "\n".join(questions)
