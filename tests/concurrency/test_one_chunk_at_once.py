"""Two workers are given the same chunk of a night: one waits, and finds nothing left to do."""

import contextlib
import threading
from collections.abc import Callable
from datetime import UTC, date, datetime
from typing import Any
from uuid import UUID

import pytest
from django.db import DatabaseError, connection

from compliance import rules, services
from compliance.models import Flag, StatusInterval
from compliance.services import night
from compliance.services.intervals import Overtaken
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


def both_at_once(org: Org, monkeypatch: pytest.MonkeyPatch, *more: UUID) -> list[Any]:
    """The same chunk twice, the second time with more people in it; each has read what is kept before either writes, where nothing holds them apart."""
    ready = threading.Barrier(2, timeout=4)
    keep: Callable[..., int] = night.keep
    results: list[Any] = []

    def keep_together(*args: Any, **options: Any) -> int:
        # Held apart, the other waits for the lock and never comes
        with contextlib.suppress(threading.BrokenBarrierError):
            ready.wait()
        return keep(*args, **options)

    monkeypatch.setattr(night, "keep", keep_together)

    def work(keys: list[UUID]) -> None:
        try:
            results.append(services.assess(rules.PEOPLE, keys=keys, on=ON, at=TWO))
        except (DatabaseError, Overtaken) as error:
            results.append(error)
        finally:
            connection.close()

    threads = [
        threading.Thread(target=work, args=(keys,)) for keys in ([org.worker.pk], sorted([org.worker.pk, *more]))
    ]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join(timeout=60)
    return results


def test_one_waits_and_everything_is_there_once(org: Org, monkeypatch: pytest.MonkeyPatch) -> None:
    results = both_at_once(org, monkeypatch)

    assert sorted(results) == [0, Flag.objects.count()]
    assert StatusInterval.objects.filter(kind="worker", subject=org.worker.pk).count() == 1
    assert Notice.objects.filter(person=org.worker, kind="session_overdue").count() == 1


def test_without_the_lock_one_of_them_runs_into_the_other(org: Org, monkeypatch: pytest.MonkeyPatch) -> None:
    """The control: what the lock is for."""
    monkeypatch.setattr(night, "_lock", lambda *_: None)
    monkeypatch.setattr(night, "ATTEMPTS", 1)

    results = both_at_once(org, monkeypatch)

    assert any(isinstance(result, DatabaseError | Overtaken) for result in results)


@pytest.mark.parametrize("before", [False, True], ids=["the first night", "where something ends"])
def test_chunks_that_share_people_and_not_the_first_one(
    org: Org, monkeypatch: pytest.MonkeyPatch, before: bool
) -> None:
    """A half of last night that was late, and a chunk of tonight: the locks do not meet, and nothing is lost."""
    if before:
        services.assess(rules.PEOPLE, keys=[org.worker.pk], on=date(2026, 4, 1), at=datetime(2026, 4, 1, 2, tzinfo=UTC))
    assert org.supervisor.pk < org.worker.pk

    results = both_at_once(org, monkeypatch, org.supervisor.pk)

    assert all(isinstance(result, int) for result in results), results
    kept = StatusInterval.objects.filter(kind="worker", subject=org.worker.pk)
    assert kept.filter(ends_on=None).count() == 1
    assert kept.count() == 1 + before
    assert StatusInterval.objects.filter(kind="worker", subject=org.supervisor.pk).exists()


def test_whoever_looks_once_alone_is_overtaken(org: Org, monkeypatch: pytest.MonkeyPatch) -> None:
    """The control: what looking again is for."""
    monkeypatch.setattr(night, "ATTEMPTS", 1)

    results = both_at_once(org, monkeypatch, org.supervisor.pk)

    assert any(isinstance(result, Overtaken) for result in results)
