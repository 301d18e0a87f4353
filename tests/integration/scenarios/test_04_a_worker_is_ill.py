"""Scenario 4: a worker is ill and her eighteen children stay due (003), through the pages."""

import re
from datetime import UTC, date, datetime, time, timedelta

import pytest
import time_machine
from django.urls import reverse

from cases.models import Child
from policies import services as policies
from staff.days import services as days
from staff.models import CategoryHeld, StaffMember
from supervision import services
from supervision.rules import Times
from supervision.selectors import statuses
from tests.cases_kit import child_with
from tests.diary_kit import held
from tests.org import RECORDED, Org, SignIn, add_person, put_under

pytestmark = pytest.mark.django_db

AWAY, NOON = date(2026, 11, 2), datetime(2026, 11, 9, 12, tzinfo=UTC)
TODAY, BACK = NOON.date(), date(2026, 12, 28)
LIST = reverse("supervision:child-list")


@pytest.fixture
def eighteen(org: Org) -> list[Child]:
    """Hers, each discussed in October; she is away from 2 November, for eight weeks or so."""
    policies.adopt(slug="family-safeguarding-003", starts_on=date(2025, 4, 1), at=RECORDED)
    CategoryHeld.objects.filter(person=org.worker).update(category="practitioner", starts_on=date(2026, 10, 1))
    held(org.worker, org.supervisor, on=date(2026, 10, 12))
    found = [
        child_with(org.worker, reference=f"M{number}", opened_on=date(2026, 10, 1), discussed=(date(2026, 10, 12),))
        for number in range(100, 118)
    ]
    days.add_absence(
        person_id=org.worker.pk,
        kind="sickness",
        starts_on=AWAY,
        last_day=None,
        expected_to=BACK,
        actor=org.actor(org.supervisor, on=AWAY),
        at=datetime(2026, 11, 2, 9, tzinfo=UTC),
    )
    return found


@pytest.fixture
def cover(org: Org) -> StaffMember:
    """Another worker of the same manager."""
    person = add_person("Ben Amin", team=org.team, job_title="Social worker", category="practitioner")
    put_under(person, org.supervisor)
    return person


@pytest.mark.scenario(4, "a")
def test_her_own_clock_is_suspended_and_shows_no_breach(org: Org, eighteen: list[Child], sign_in: SignIn) -> None:
    with time_machine.travel(datetime(2026, 12, 10, 12, tzinfo=UTC), tick=False):
        page = sign_in(org.supervisor).get(reverse("supervision:person-detail", args=[org.worker.pk])).content.decode()

    due = page[page.index("When supervision is due") :][:1_500]
    assert "Paused" in due
    assert "Overdue" not in due


@pytest.mark.scenario(4, "b")
def test_all_eighteen_stand_without_a_worker_each_with_its_date(
    org: Org, eighteen: list[Child], sign_in: SignIn
) -> None:
    with time_machine.travel(NOON, tick=False):
        client = sign_in(org.supervisor)
        page = client.get(LIST, {"status": "without_worker"}).content.decode()
        one = client.get(reverse("supervision:child-detail", args=[eighteen[0].pk])).content.decode()

    assert "18 held without a worker" in page
    assert len(set(re.findall(r">(M1\d\d)</a>", page))) == 18
    assert page.count("Monday 30 November 2026") == 18
    assert "Held without a worker: away" in one
    assert f"It stands against {org.supervisor.name}." in one


@pytest.mark.scenario(4, "c")
def test_a_session_with_a_cover_worker_satisfies_them(
    org: Org, eighteen: list[Child], cover: StaffMember, sign_in: SignIn
) -> None:
    with time_machine.travel(NOON, tick=False):
        client = sign_in(org.supervisor)
        for child in eighteen:
            given = {"way": "joined", "to_id": str(cover.pk)}
            given |= {"starts_on_0": "9", "starts_on_1": "11", "starts_on_2": "2026"}
            client.post(reverse("cases:child-allocate", args=[child.pk]), given)
        session = services.hold_session(
            supervisee_id=cover.pk,
            session_id=None,
            times=Times(on=TODAY, starts=time(9), ends=time(10, 30)),
            mode="in_person",
            place="",
            actor=org.actor(org.supervisor, on=TODAY),
            at=NOON,
        )
        marks = reverse("supervision:session-children", args=[session.pk])
        offered = client.get(marks).content.decode()
        client.post(marks, {"rest": "1"})
    with time_machine.travel(NOON + timedelta(days=30), tick=False):
        page = sign_in(org.supervisor).get(LIST).content.decode()

    assert all(child.reference in offered for child in eighteen)
    # November is met; what is due next is December's
    assert page.count("Thursday 31 December 2026") == 18
    assert "0 overdue for discussion" in page


@pytest.mark.scenario(4, "d")
def test_her_first_session_is_due_within_ten_working_days_of_coming_back(
    org: Org, eighteen: list[Child], sign_in: SignIn
) -> None:
    days.change_absence(
        absence_id=org.worker.absences.get().pk,
        kind="sickness",
        starts_on=AWAY,
        last_day=BACK - timedelta(days=1),
        expected_to=None,
        actor=org.actor(org.supervisor, on=BACK),
        at=datetime(2026, 12, 28, 12, tzinfo=UTC),
    )
    with time_machine.travel(datetime(2026, 12, 29, 12, tzinfo=UTC), tick=False):
        page = sign_in(org.supervisor).get(reverse("supervision:person-detail", args=[org.worker.pk])).content.decode()

    answer = statuses(people=[org.worker.pk], on=date(2026, 12, 29))[org.worker.pk]
    # Monday 28 December and Friday 1 January are bank holidays; in 003 the rule of four weeks says it
    row = next(row for row in answer.rules if row.atom == "four-weeks")
    assert row.due_on == date(2027, 1, 12)
    assert "within 10 working days of the return" in row.why
    assert "12 January 2027" in page
