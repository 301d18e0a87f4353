"""Two managers who name cover for the same person at the same moment: one of them is told that somebody has."""

import threading
from contextlib import suppress
from datetime import UTC, date, datetime

import pytest
from django.db import IntegrityError, connection

from core.errors import RuleBroken
from staff.cover import selectors, services
from staff.models import Absence, StaffMember, SupervisionRelationship
from tests.org import add_person, make_org

pytestmark = pytest.mark.slow

TODAY = date(2026, 11, 9)
NOW = datetime(2026, 11, 9, 12, tzinfo=UTC)


def both_at_once(monkeypatch: pytest.MonkeyPatch) -> list[str]:
    """Name two people as cover for the worker at the same moment; what was refused, and by whom."""
    org = make_org()
    Absence.objects.create(person=org.supervisor, kind="sickness", starts_on=TODAY, recorded_at=NOW)
    covers = [add_person(name, team=org.team, job_title="Senior") for name in ("Ann Lowe", "Bea Moss")]
    both_have_looked = threading.Barrier(2)
    look = selectors.absence_within

    def look_together(*arguments: object, **options: object) -> Absence | None:
        answer = look(*arguments, **options)  # type: ignore[arg-type]
        with suppress(threading.BrokenBarrierError):  # the other one waits for the lock
            both_have_looked.wait(1)
        return answer

    monkeypatch.setattr(selectors, "absence_within", look_together)
    refused: list[str] = []

    def name(cover: StaffMember, by: StaffMember) -> None:
        try:
            services.name_cover(
                supervisor_id=org.supervisor.pk,
                supervisees=[org.worker.pk],
                to_id=cover.pk,
                starts_on=TODAY,
                last_day=None,
                sees_from=TODAY,
                actor=org.actor(by),
                at=NOW,
            )
        except RuleBroken as refusal:
            refused.append(f"sentence: {refusal}")
        except IntegrityError:
            refused.append("database")
        finally:
            connection.close()

    threads = [
        threading.Thread(target=name, args=pair) for pair in zip(covers, (org.team_manager, org.head), strict=True)
    ]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()
    return refused


def test_one_of_the_two_is_told_who_was_named(committed_db: str, monkeypatch: pytest.MonkeyPatch) -> None:
    [refused] = both_at_once(monkeypatch)

    assert refused.startswith("sentence: ")
    assert "is named already as cover for Amara Obi" in refused
    assert SupervisionRelationship.objects.cover().count() == 1


def test_control_without_the_locks_only_the_database_holds_it_to_one(
    committed_db: str, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(services, "lock_relations", lambda: None)
    monkeypatch.setattr(services, "_lock", lambda person_id, actor: StaffMember.objects.get(pk=person_id))

    assert both_at_once(monkeypatch) == ["database"]
    assert SupervisionRelationship.objects.cover().count() == 1
