"""Two workers that freeze the same file at the same moment: one of them does it, once; and what fails leaves nothing."""

import threading
from contextlib import suppress

import pytest
from django.db import connection

from archive.leaving import freezing, selectors
from archive.models import ArchivedFile, Bag, Leaving
from staff.models import Custody
from tests.leaving_kit import AFTER, LeavingKit
from tests.org import make_org

pytestmark = pytest.mark.slow


def completed() -> Leaving:
    org = make_org()
    kit = LeavingKit(org)
    leaving = kit.set()
    kit.confirm_all(leaving)
    return kit.complete(leaving)


def freeze_at_once(leaving: Leaving, monkeypatch: pytest.MonkeyPatch) -> list[str]:
    """Let two freeze it, each waiting before the first write until the other has come as far."""
    both_have_looked = threading.Barrier(2)
    look = selectors.checklist_of

    def look_together(*arguments: object, **options: object) -> selectors.Checklist:
        answer = look(*arguments, **options)  # type: ignore[arg-type]
        with suppress(threading.BrokenBarrierError):  # the other one waits for the lock
            both_have_looked.wait(1)
        return answer

    monkeypatch.setattr(selectors, "checklist_of", look_together)
    became: list[str] = []

    def freeze() -> None:
        try:
            became.append(str(freezing.freeze_leaving(leaving_id=leaving.pk, at=AFTER)))
        except Exception as fault:  # noqa: BLE001  whatever it was is looked at below
            became.append(type(fault).__name__)
        finally:
            connection.close()

    threads = [threading.Thread(target=freeze) for _ in range(2)]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()
    return sorted(became)


@pytest.mark.req("R106")
def test_one_of_two_freezes_it(committed_db: None, monkeypatch: pytest.MonkeyPatch) -> None:
    assert freeze_at_once(completed(), monkeypatch) == ["False", "True"]
    assert (Custody.objects.count(), ArchivedFile.objects.count(), Bag.objects.count()) == (1, 1, 1)


def test_control_without_the_lock_both_would(committed_db: None, monkeypatch: pytest.MonkeyPatch) -> None:
    leaving = completed()
    monkeypatch.setattr("django.db.models.query.QuerySet.select_for_update", lambda self, **_: self.all())
    assert freeze_at_once(leaving, monkeypatch) == ["IntegrityError", "True"]


def test_what_fails_in_the_middle_leaves_nothing_and_is_done_by_the_next(
    committed_db: None, monkeypatch: pytest.MonkeyPatch
) -> None:
    leaving = completed()
    with monkeypatch.context() as broken:
        broken.setattr(freezing, "ask_for_bag", lambda **_: 1 / 0)
        with pytest.raises(ZeroDivisionError):
            freezing.freeze_leaving(leaving_id=leaving.pk, at=AFTER)
    assert not Custody.objects.exists()
    assert not ArchivedFile.objects.exists()

    assert freezing.watch_leavings(at=AFTER) == 1
    assert Bag.objects.count() == 1
