"""Scenario 5: a change of supervisor between sessions (St Helens). X is the supervisor, Y the outsider."""

from datetime import UTC, date, datetime, time
from urllib.parse import urlencode

import pytest
import time_machine
from django.urls import reverse

from core.errors import NotAllowed, RuleBroken
from policies import services as policies
from records import services as records
from records.models import Action, Record
from staff import services as staff
from staff.models import CategoryHeld, ManagementLine
from staff.relationships.selectors import supervisor_on, supervisors_on
from supervision import services as supervision
from supervision.models import SupervisionSession
from supervision.rules import Times
from supervision.selectors import statuses
from tests.integration.scenarios.kit import countersign, hold, sign, write
from tests.org import RECORDED, Org, SignIn, put_under
from trail.models import Entry

HELD = date(2026, 11, 9)
LAST_DAY, FIRST_DAY = date(2026, 11, 30), date(2026, 12, 1)
DECIDED = datetime(2026, 11, 20, 12, tzinfo=UTC)
MORNING = datetime(2026, 12, 1, 9, tzinfo=UTC)


@pytest.fixture
def held(org: Org) -> Record:
    """The record of the last session with X, signed by both, with an action of each of the two."""
    policies.adopt(slug="st-helens", starts_on=date(2017, 6, 1), at=RECORDED)
    CategoryHeld.objects.filter(person=org.worker).update(category="social_worker")
    # X merely supervises: whoever manages sees the dates of those managed, whoever supervises
    ManagementLine.objects.filter(person=org.worker).update(manager=org.team_manager)
    at = datetime(2026, 11, 9, 15, tzinfo=UTC)
    record = hold(org, on=HELD, at=at)
    agreed = [
        {
            "what": "Ask for a placement",
            "who": "Priya Nair",
            "who_id": str(org.supervisor.pk),
            "by": "",
            "priority": "",
        },
        {"what": "Visit on Thursday", "who": "Amara Obi", "who_id": str(org.worker.pk), "by": "", "priority": ""},
    ]
    write(org, record, "practice", by=org.supervisor, at=at, discussed="Eleven children.", actions=agreed)
    write(org, record, "decided", by=org.supervisor, at=at, decided="no")
    for section in ("development", "wellbeing"):
        write(org, record, section, by=org.supervisor, at=at, discussed="As before.")
    sign(org, record, at=at)
    countersign(org, record, at=at)
    return record


def change(org: Org) -> None:
    staff.change_supervisor(
        supervisee_id=org.worker.pk,
        to_id=org.outsider.pk,
        starts_on=FIRST_DAY,
        actor=org.actor(org.team_manager, on=DECIDED.date()),
        at=DECIDED,
    )


def page(sign_in: SignIn, who: object, path: str = "/", *, at: datetime = MORNING) -> str:
    with time_machine.travel(at, tick=False):
        return sign_in(who).get(path).content.decode()


@pytest.mark.scenario(5, "a")
@pytest.mark.req("R105")
def test_the_due_date_stays_where_it_is(org: Org, held: Record) -> None:
    before = statuses(people=[org.worker.pk], on=LAST_DAY)[org.worker.pk].due_on
    change(org)
    after = statuses(people=[org.worker.pk], on=FIRST_DAY)[org.worker.pk].due_on

    assert (before, after) == (date(2026, 12, 7), date(2026, 12, 7))


@pytest.mark.scenario(5, "b")
@pytest.mark.req("R121")
def test_both_have_the_task_of_a_contract_from_the_first_day(org: Org, held: Record, sign_in: SignIn) -> None:
    change(org)

    assert "Amara Obi has no supervision contract with you" not in page(
        sign_in, org.outsider, at=datetime(2026, 11, 30, 9, tzinfo=UTC)
    )
    assert "Amara Obi has no supervision contract with you" in page(sign_in, org.outsider)
    assert "You have no supervision contract with Oscar Reed" in page(sign_in, org.worker)


@pytest.mark.scenario(5, "c")
def test_records_and_open_actions_show_for_the_new_supervisor_from_the_first_day(
    org: Org, held: Record, sign_in: SignIn
) -> None:
    change(org)
    day_before, new = org.actor(org.outsider, on=LAST_DAY), org.actor(org.outsider, on=FIRST_DAY)

    assert not Record.objects.visible_to(day_before).exists()
    assert not Action.objects.visible_to(day_before).exists()
    assert set(Record.objects.visible_to(new)) == {held}
    assert set(Action.objects.visible_to(new)) == set(held.actions.all())
    assert "Visit on Thursday" in page(
        sign_in, org.outsider, reverse("supervision:person-detail", args=[org.worker.pk])
    )


@pytest.mark.scenario(5, "c")
@pytest.mark.parametrize("who", ["outsider", "team_manager"])
def test_actions_that_the_former_owned_are_listed_for_successor_and_manager_to_give_on(
    org: Org, held: Record, sign_in: SignIn, who: str
) -> None:
    change(org)
    put_under(org.outsider, org.team_manager, supervises=False)
    person = getattr(org, who)
    address = f"{reverse('records:actions')}?{urlencode({'show': 'give-on', 'person': org.worker.pk})}"

    home = page(sign_in, person)
    listed = page(sign_in, person, address)

    assert "Give on 1 action from the supervision of Amara Obi" in home
    assert "Ask for a placement" in listed
    assert "Visit on Thursday" not in listed
    assert listed.count("I do it") == 1


def test_neither_is_asked_while_the_former_still_supervises(org: Org, held: Record, sign_in: SignIn) -> None:
    change(org)

    assert "Give on" not in page(sign_in, org.supervisor, at=datetime(2026, 11, 30, 9, tzinfo=UTC))


@pytest.mark.scenario(5, "c")
def test_each_is_given_on_in_one_step(org: Org, held: Record, sign_in: SignIn) -> None:
    change(org)
    action = held.actions.get(what="Ask for a placement")

    with time_machine.travel(MORNING, tick=False):
        done = sign_in(org.outsider).post(reverse("records:action-take-on", args=[action.pk]), follow=True)

    action.refresh_from_db()
    assert "The action is yours now." in done.content.decode()
    assert action.owner == org.outsider
    assert "Give on" not in page(sign_in, org.outsider)


def test_the_manager_above_gives_on_what_is_left_behind_and_nothing_else(org: Org, held: Record) -> None:
    change(org)
    put_under(org.outsider, org.team_manager, supervises=False)
    manager = org.actor(org.team_manager, on=FIRST_DAY)
    left, other = held.actions.get(what="Ask for a placement"), held.actions.get(what="Visit on Thursday")
    given = {"owner_id": org.worker.pk, "owner_name": "", "reason": "Nobody else can.", "actor": manager, "at": MORNING}

    records.reassign_action(action_id=left.pk, **given)  # type: ignore[arg-type]
    with pytest.raises(NotAllowed):
        records.reassign_action(action_id=other.pk, **(given | {"owner_id": org.head.pk}))  # type: ignore[arg-type]

    left.refresh_from_db()
    assert left.owner == org.worker


@pytest.mark.scenario(5, "d")
@pytest.mark.req("R105")
def test_from_the_first_day_the_former_finds_nothing_and_the_attempt_is_in_the_log(
    org: Org, held: Record, sign_in: SignIn
) -> None:
    change(org)
    paths = [
        reverse("records:record-detail", args=[held.pk]),
        reverse("supervision:session-detail", args=[held.session.pk]),
        reverse("supervision:person-detail", args=[org.worker.pk]),
    ]
    with time_machine.travel(datetime(2026, 11, 30, 23, 30, tzinfo=UTC), tick=False):
        browser = sign_in(org.supervisor)
        assert [browser.get(path).status_code for path in paths] == [200, 200, 200]
    assert not Entry.objects.filter(verb="refused").exists()

    with time_machine.travel(MORNING, tick=False):
        browser = sign_in(org.supervisor)
        assert [browser.get(path).status_code for path in paths] == [404, 404, 404]

    tried = list(Entry.objects.filter(verb="refused", actor_id=org.supervisor.pk).order_by("at", "id"))
    assert [entry.detail for entry in tried] == [
        {"page": view, "method": "GET", "status": 404, "asked_for": {name: str(key)}}
        for view, name, key in (
            ("records:record-detail", "record_id", held.pk),
            ("supervision:session-detail", "session_id", held.session.pk),
            ("supervision:person-detail", "person_id", org.worker.pk),
        )
    ]


# What was booked


def booked(org: Org, *days: date) -> list[SupervisionSession]:
    return [
        supervision.book_session(
            supervisee_id=org.worker.pk,
            times=Times(on=day, starts=time(9), ends=time(10, 30)),
            mode="in_person",
            place="",
            actor=org.actor(org.supervisor, on=DECIDED.date()),
            at=DECIDED,
        )
        for day in days
    ]


def test_sessions_that_the_former_booked_are_taken_over_in_one_step(org: Org, held: Record, sign_in: SignIn) -> None:
    first, second = booked(org, date(2026, 12, 4), date(2027, 1, 4))
    change(org)
    address = reverse("supervision:sessions-take-over", args=[org.worker.pk])
    assert "Take over 2 sessions booked with Amara Obi" in page(sign_in, org.outsider)
    assert "booked by Priya Nair" in page(sign_in, org.outsider, address)

    with time_machine.travel(MORNING, tick=False):
        browser = sign_in(org.outsider)
        done = browser.post(address, {"sessions": [str(first.pk)]}, follow=True)

    first.refresh_from_db()
    second.refresh_from_db()
    assert "1 session is in your diary now." in done.content.decode()
    assert (first.supervisor, second.supervisor) == (org.outsider, org.supervisor)
    assert "Take over 1 session booked with Amara Obi" in page(sign_in, org.outsider)
    assert Entry.objects.filter(verb="session.taken_over", target_id=str(first.pk)).count() == 1


def test_one_at_which_the_new_supervisor_is_elsewhere_is_named_and_nothing_is_taken(org: Org, held: Record) -> None:
    first, second = booked(org, date(2026, 12, 4), date(2027, 1, 4))
    change(org)
    put_under(org.outsider, org.head)
    SupervisionSession.objects.create(
        supervisee=org.outsider,
        supervisor=org.head,
        on=second.on,
        starts=time(10),
        ends=time(11),
        booked_at=MORNING,
    )

    with pytest.raises(RuleBroken, match="4 January 2027|4.January.2027") as refused:
        supervision.take_over_sessions(
            supervisee_id=org.worker.pk,
            sessions=[first.pk, second.pk],
            actor=org.actor(org.outsider, on=FIRST_DAY),
            at=MORNING,
        )

    assert refused.value.field == "sessions"
    first.refresh_from_db()
    assert first.supervisor == org.supervisor


# Whose a missed date is


def test_a_due_date_is_put_down_to_whoever_supervised_on_it(org: Org, held: Record) -> None:
    change(org)

    assert supervisor_on(org.worker.pk, on=LAST_DAY) == org.supervisor.pk
    assert supervisor_on(org.worker.pk, on=FIRST_DAY) == org.outsider.pk
    assert supervisor_on(org.worker.pk, on=date(2020, 1, 1)) is None
    days = [(org.worker.pk, LAST_DAY), (org.worker.pk, date(2026, 12, 7)), (org.head.pk, FIRST_DAY)]
    assert supervisors_on(days) == {days[0]: org.supervisor.pk, days[1]: org.outsider.pk}
