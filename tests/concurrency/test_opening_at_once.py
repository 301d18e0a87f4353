"""Two administrators who enter the same spreadsheet at the same moment: each date is entered once."""

import threading
from contextlib import suppress
from datetime import UTC, datetime
from uuid import UUID

import pytest
from django.db import connection

from core.actor import Role
from supervision.models import OpeningDate, OpeningFile
from supervision.opening import services
from supervision.opening.rules import Line
from supervision.opening.selectors import DryRun
from tests.org import make_org

pytestmark = pytest.mark.slow

NOW = datetime(2026, 11, 9, 12, tzinfo=UTC)


def both_at_once(monkeypatch: pytest.MonkeyPatch) -> int:
    """Enter the same rows from two files at the same moment; how many dates there are then."""
    org = make_org()
    admin = org.actor(org.sysadmin, hat=Role.SYSTEM_ADMINISTRATOR)
    lines = [Line(2, "amara.obi@example.org", "26/10/2026")]
    files = [
        services.take_in(about="people", name=name, lines=lines, actor=admin, at=NOW) for name in ("one.csv", "two.csv")
    ]
    both_have_looked = threading.Barrier(2)
    look = services.dry_run

    def look_together(file: OpeningFile, **options: object) -> DryRun:
        answer = look(file, **options)  # type: ignore[arg-type]
        with suppress(threading.BrokenBarrierError):  # the other one waits for the lock
            both_have_looked.wait(1)
        return answer

    monkeypatch.setattr(services, "dry_run", look_together)

    def enter(file_id: UUID) -> None:
        try:
            services.apply(file_id=file_id, whole=True, actor=admin, at=NOW)
        finally:
            connection.close()

    threads = [threading.Thread(target=enter, args=(file.pk,)) for file in files]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()
    return OpeningDate.objects.count()


def test_the_same_file_twice_at_once_is_entered_once(committed_db: str, monkeypatch: pytest.MonkeyPatch) -> None:
    assert both_at_once(monkeypatch) == 1


def test_control_without_the_lock_it_is_entered_twice(committed_db: str, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(services, "_one_at_a_time", lambda: None)

    assert both_at_once(monkeypatch) == 2
