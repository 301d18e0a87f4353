"""Telling of what ends in a folder: before, on and after; each once; a missed night is made good."""

from datetime import date, timedelta
from typing import Any

import pytest
from pytest_django import DjangoAssertNumQueries

from outbox.models import Job
from staff import tasks
from staff.folder.telling import tell_of_expiry
from staff.models import ExpiryTold
from tests.folder_kit import ENTERED, paper
from tests.org import Org

LAST = date(2026, 11, 30)


@pytest.fixture
def registration(org: Org) -> Any:
    return paper(org.worker, "registration", date(2026, 1, 5), LAST)


def told() -> list[tuple[str, str]]:
    """Who was told of which stage, in order; the jobs are put away."""
    jobs = Job.objects.filter(task="notifications.tasks.notify").order_by("pk")
    found = [(job.arguments["person_id"], job.arguments["key"].split("/")[1]) for job in jobs]
    jobs.delete()
    return found


@pytest.mark.req("R288", "R292")
def test_worker_and_supervisor_are_told_before_on_and_after_each_once(org: Org, registration: Any) -> None:
    worker, supervisor = str(org.worker.pk), str(org.supervisor.pk)

    days = {}
    for number in range(120):
        day = date(2026, 8, 25) + timedelta(days=number)
        tell_of_expiry(on=day)
        tell_of_expiry(on=day)
        if found := told():
            days[day] = found

    assert days == {
        date(2026, 9, 1): [(worker, "before"), (supervisor, "before")],
        LAST: [(worker, "on"), (supervisor, "on")],
        date(2026, 12, 1): [(worker, "after"), (supervisor, "after")],
    }


@pytest.mark.parametrize(
    ("on", "stage"), [(date(2026, 9, 20), "before"), (date(2026, 12, 20), "after")], ids=["the first", "all of them"]
)
def test_what_a_missed_night_left_out_is_told_later(org: Org, registration: Any, on: date, stage: str) -> None:
    assert tell_of_expiry(on=on) == 1

    assert told() == [(str(org.worker.pk), stage), (str(org.supervisor.pk), stage)]
    assert ExpiryTold.objects.get().stage == stage


def test_a_renewal_ends_it(org: Org, registration: Any) -> None:
    paper(org.worker, "registration", date(2026, 9, 3), date(2027, 11, 30))

    assert tell_of_expiry(on=date(2026, 12, 1)) == 0


def test_a_withdrawn_renewal_does_not(org: Org, registration: Any) -> None:
    wrong: dict[str, Any] = {
        "withdrawn_by": org.worker,
        "withdrawn_at": ENTERED,
        "withdrawn_because": "Somebody else's.",
    }
    paper(org.worker, "registration", date(2026, 9, 3), date(2027, 11, 30), **wrong)

    assert tell_of_expiry(on=date(2026, 12, 1)) == 1


def test_nobody_is_told_of_who_has_left(org: Org, registration: Any) -> None:
    org.worker.left_on = date(2026, 10, 1)
    org.worker.save()

    assert tell_of_expiry(on=date(2026, 12, 1)) == 0


def test_without_a_supervisor_the_line_manager_is_told(org: Org, registration: Any) -> None:
    org.worker.supervision_received.update(ends_on=date(2026, 10, 1))

    tell_of_expiry(on=LAST)

    assert {person for person, _ in told()} == {str(org.worker.pk), str(org.supervisor.pk)}


def test_many_cost_as_many_queries_as_one(
    org: Org, registration: Any, django_assert_num_queries: DjangoAssertNumQueries
) -> None:
    for person in (org.supervisor, org.team_manager, org.outsider):
        paper(person, "insurance", date(2026, 1, 5), LAST)
        paper(person, "appraisal", date(2026, 1, 5), LAST)

    with django_assert_num_queries(10):
        assert tell_of_expiry(on=LAST) == 7


def test_the_task_tells_of_today(org: Org) -> None:
    paper(org.worker, "insurance", date(2020, 1, 5), date(2021, 1, 4))

    tasks.tell_of_expiry()

    assert [stage for _, stage in told()] == ["after", "after"]
