"""Two changes of the line at the same moment: together they would close a loop that neither sees."""

import threading
from collections.abc import Callable
from contextlib import suppress
from datetime import UTC, date, datetime

import pytest
from django.db import connection

from core.errors import RuleBroken
from staff import selectors, services
from staff.models import ManagementLine, StaffMember
from tests.org import add_person, make_org, put_under

pytestmark = pytest.mark.slow

JANUARY = date(2027, 1, 4)
NOW = datetime(2026, 11, 9, 12, tzinfo=UTC)


def both_at_once(monkeypatch: pytest.MonkeyPatch) -> tuple[list[str], bool]:
    """Set A under B and B under A at the same moment; what was refused, and whether a loop stands."""
    org = make_org()
    first = add_person("Ann Lowe", team=org.team, job_title="Team manager")
    second = add_person("Bea Moss", team=org.team, job_title="Team manager")
    for person in (first, second):
        put_under(person, org.team_manager)
    both_have_looked = threading.Barrier(2)
    look = selectors.line_would_loop

    def look_together(**arguments: object) -> bool:
        answer = look(**arguments)  # type: ignore[arg-type]
        with suppress(threading.BrokenBarrierError):  # the other one waits for the lock
            both_have_looked.wait(1)
        return answer

    monkeypatch.setattr(selectors, "line_would_loop", look_together)
    refused: list[str] = []

    def change(person: StaffMember, manager: StaffMember) -> None:
        try:
            services.change_line(
                person_id=person.pk, manager_id=manager.pk, starts_on=JANUARY, actor=org.actor(org.head), at=NOW
            )
        except RuleBroken as refusal:
            refused.append(str(refusal))
        finally:
            connection.close()

    run([lambda: change(first, second), lambda: change(second, first)])
    lines = set(ManagementLine.objects.live(JANUARY).values_list("person_id", "manager_id"))
    return refused, {(first.pk, second.pk), (second.pk, first.pk)} <= lines


def run(targets: list[Callable[[], None]]) -> None:
    threads = [threading.Thread(target=target) for target in targets]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()


def test_one_of_two_changes_is_refused(committed_db: str, monkeypatch: pytest.MonkeyPatch) -> None:
    refused, loop = both_at_once(monkeypatch)

    assert len(refused) == 1
    assert "below this one in the line" in refused[0]
    assert not loop


def test_control_without_the_lock_the_loop_closes(committed_db: str, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(services, "_lock_relations", lambda: None)

    refused, loop = both_at_once(monkeypatch)

    assert refused == []
    assert loop
