"""Two workers are given the same chunk of a night: one waits, and finds nothing left to do."""

import contextlib
import threading
from collections.abc import Callable
from datetime import UTC, date, datetime
from typing import Any

import pytest
from django.db import DatabaseError, connection

from compliance import rules, services
from compliance.models import Flag, StatusInterval
from compliance.services import night
from notifications.models import Notice
from policies import services as policies
from tests.diary_kit import held
from tests.org import RECORDED, Org, make_org

pytestmark = pytest.mark.slow

ON = date(2026, 11, 9)
TWO = datetime(2026, 11, 9, 2, tzinfo=UTC)


@pytest.fixture
def org(committed_db: str) -> Org:
    found = make_org()
    policies.load_packs(at=RECORDED)
    policies.adopt(slug="shropshire-2017", starts_on=date(2017, 6, 1), at=RECORDED)
    held(found.worker, found.supervisor, on=date(2026, 6, 10))
    return found


def both_at_once(org: Org, monkeypatch: pytest.MonkeyPatch) -> list[Any]:
    """The same chunk twice; each has read what is kept before either writes, where nothing holds them apart."""
    ready = threading.Barrier(2, timeout=4)
    keep: Callable[..., int] = night.keep
    results: list[Any] = []

    def keep_together(*args: Any, **options: Any) -> int:
        # Held apart, the other waits for the lock and never comes
        with contextlib.suppress(threading.BrokenBarrierError):
            ready.wait()
        return keep(*args, **options)

    monkeypatch.setattr(night, "keep", keep_together)

    def work() -> None:
        try:
            results.append(services.assess(rules.PEOPLE, keys=[org.worker.pk], on=ON, at=TWO))
        except DatabaseError as error:
            results.append(error)
        finally:
            connection.close()

    threads = [threading.Thread(target=work) for _ in range(2)]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join(timeout=30)
    return results


def test_one_waits_and_everything_is_there_once(org: Org, monkeypatch: pytest.MonkeyPatch) -> None:
    results = both_at_once(org, monkeypatch)

    assert sorted(results) == [0, Flag.objects.count()]
    assert StatusInterval.objects.filter(kind="worker", subject=org.worker.pk).count() == 1
    assert Notice.objects.filter(person=org.worker, kind="session_overdue").count() == 1


def test_without_the_lock_one_of_them_runs_into_the_other(org: Org, monkeypatch: pytest.MonkeyPatch) -> None:
    """The control: what the lock is for."""
    monkeypatch.setattr(night, "_lock", lambda *_: None)

    results = both_at_once(org, monkeypatch)

    assert any(isinstance(result, DatabaseError) for result in results)
