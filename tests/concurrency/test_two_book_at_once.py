"""Two bookings at the same moment and the same time: of one supervisor with two people, of one person by two."""

import threading
from collections.abc import Callable
from contextlib import suppress
from datetime import UTC, date, datetime, time
from typing import Any

import pytest
from django.db import connection

from core.errors import RuleBroken
from policies import services as policies
from staff.models import StaffMember, SupervisionRelationship
from supervision import selectors, services
from supervision.models import SupervisionSession
from supervision.rules import Times
from supervision.services import diary
from tests.org import RECORDED, Org, add_person, make_org, put_under

pytestmark = pytest.mark.slow

NOW = datetime(2026, 11, 9, 12, tzinfo=UTC)
TIMES = Times(date(2026, 11, 16), time(10), time(11, 30))

# Who is booked with whom by the two at once
Pair = tuple[StaffMember, StaffMember]


def one_supervisor_two_people(org: Org) -> list[Pair]:
    """The same supervisor with two supervisees."""
    other = add_person("Bea Moss", team=org.team, job_title="Social worker")
    put_under(other, org.supervisor)
    return [(org.worker, org.supervisor), (other, org.supervisor)]


def one_person_two_supervisors(org: Org) -> list[Pair]:
    """The same supervisee by the line manager and a professional supervisor."""
    SupervisionRelationship.objects.create(
        supervisee=org.worker,
        supervisor=org.team_manager,
        kind="professional",
        starts_on=date(2026, 1, 1),
        recorded_at=RECORDED,
    )
    return [(org.worker, org.supervisor), (org.worker, org.team_manager)]


def one_person_in_both_roles(org: Org) -> list[Pair]:
    """One who is supervised, and supervises somebody, at the same time."""
    return [(org.worker, org.supervisor), (org.supervisor, org.team_manager)]


def book_at_once(who: Callable[[Org], list[Pair]], monkeypatch: pytest.MonkeyPatch) -> list[str]:
    """Both book at once, once both have looked at the diaries; what was refused."""
    org = make_org()
    policies.adopt(slug="shropshire-2017", starts_on=date(2017, 6, 1), at=RECORDED)
    pairs = who(org)
    both_have_looked = threading.Barrier(2)
    look = selectors.taken_on

    def look_together(*args: Any, **arguments: Any) -> Any:
        answer = look(*args, **arguments)
        with suppress(threading.BrokenBarrierError):  # the other one waits for the lock
            both_have_looked.wait(1)
        return answer

    monkeypatch.setattr(selectors, "taken_on", look_together)
    refused: list[str] = []

    def book(supervisee: StaffMember, supervisor: StaffMember) -> None:
        try:
            services.book_session(
                supervisee_id=supervisee.pk, times=TIMES, mode="video", place="", actor=org.actor(supervisor), at=NOW
            )
        except RuleBroken as refusal:
            refused.append(str(refusal))
        finally:
            connection.close()

    threads = [threading.Thread(target=book, args=pair) for pair in pairs]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()
    return refused


CASES = [one_supervisor_two_people, one_person_two_supervisors, one_person_in_both_roles]


@pytest.mark.parametrize("who", CASES)
def test_one_of_two_bookings_is_refused(
    committed_db: str, monkeypatch: pytest.MonkeyPatch, who: Callable[[Org], list[Pair]]
) -> None:
    refused = book_at_once(who, monkeypatch)

    assert len(refused) == 1
    assert "from 10:00 to 11:30" in refused[0]
    assert SupervisionSession.objects.count() == 1


@pytest.mark.parametrize("who", CASES)
def test_control_without_the_lock_both_are_booked(
    committed_db: str, monkeypatch: pytest.MonkeyPatch, who: Callable[[Org], list[Pair]]
) -> None:
    def look_without_lock(person_id: Any, actor: Any) -> StaffMember:
        return StaffMember.objects.get(pk=person_id)

    monkeypatch.setattr(diary, "lock_supervisee", look_without_lock)

    refused = book_at_once(who, monkeypatch)

    assert refused == []
    assert SupervisionSession.objects.count() == 2
