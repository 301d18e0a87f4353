"""A hold is placed at the moment in which what it covers is destroyed; and the power goes in the middle of that."""

import os
import signal
import threading
from collections.abc import Callable
from typing import Any

import pytest
from django.db import connection, connections, transaction

from archive.models import Certificate, Disposal, Hold
from archive.retention import functions
from core.errors import RuleBroken
from records.models import Part, PartContent, Record, RecordGone
from records.services import verify
from tests.org import make_org
from tests.retention_kit import RetentionKit

pytestmark = pytest.mark.slow

WAIT = 1.0  # seconds in which the second comes as far as the lock


@pytest.fixture
def kit(committed_db: str) -> RetentionKit:
    return RetentionKit(make_org())


@pytest.fixture
def disposal(kit: RetentionKit) -> Disposal:
    kit.sealed_with("P1")
    kit.leave()
    kit.rule()
    return kit.propose()


def meanwhile(first: Callable[[], Any], second: Callable[[], Any], *, waits: bool = True) -> Any:
    """What the second gave or raised, begun after the first had done its work and before it was committed."""
    result: list[Any] = []

    def run() -> None:
        try:
            result.append(second())
        except Exception as error:  # noqa: BLE001  what it raised is the result
            result.append(error)
        finally:
            connection.close()

    thread = threading.Thread(target=run)
    with transaction.atomic():
        first()
        thread.start()
        thread.join(timeout=WAIT if waits else 60)
        assert thread.is_alive() is waits
    thread.join(timeout=60)
    return result[0]


def test_a_hold_that_is_being_placed_is_waited_for_and_wins(kit: RetentionKit, disposal: Disposal) -> None:
    kit.second()

    result = meanwhile(kit.hold, lambda: kit.approve(disposal))

    assert isinstance(result, RuleBroken)
    assert "A hold stands" in str(result)
    assert PartContent.objects.exists()
    assert not Certificate.objects.exists()


def test_the_control_without_the_lock_what_is_held_is_destroyed(kit: RetentionKit, disposal: Disposal) -> None:
    kit.second()
    without = functions.remove_sql().replace("LOCK TABLE public.archive_hold IN SHARE MODE;", "")
    with connections["owner"].cursor() as cursor:
        cursor.execute("GRANT CREATE ON SCHEMA public TO countersign_disposal")
        cursor.execute("SET ROLE countersign_disposal")
        cursor.execute(without)
        cursor.execute("RESET ROLE")

    result = meanwhile(kit.hold, lambda: kit.approve(disposal), waits=False)

    assert isinstance(result, Certificate)
    assert Hold.objects.exists()


def test_a_hold_that_comes_later_waits_until_it_is_done(kit: RetentionKit, disposal: Disposal) -> None:
    kit.second()

    result = meanwhile(lambda: kit.approve(disposal), kit.hold)

    assert isinstance(result, Hold)
    assert Certificate.objects.count() == 1


def test_two_who_approve_at_once_make_one_certificate(kit: RetentionKit, disposal: Disposal) -> None:
    kit.second()

    result = meanwhile(lambda: kit.approve(disposal), lambda: kit.approve(disposal))

    assert isinstance(result, RuleBroken)
    assert Certificate.objects.count() == 1


@pytest.mark.parametrize("dies", [True, False], ids=["killed in the middle", "the control, not killed"])
def test_it_is_destroyed_whole_or_not_at_all(kit: RetentionKit, disposal: Disposal, dies: bool) -> None:
    record = Record.objects.get(subject__isnull=False)
    kit.second()
    reads, writes = os.pipe()
    child = os.fork()
    if not child:
        _destroy_and_say_so(kit, disposal, writes, waits=dies)
    os.close(writes)

    assert os.read(reads, 1) == b"d"
    if dies:
        os.kill(child, signal.SIGKILL)
    os.waitpid(child, 0)

    gone = RecordGone.objects.filter(record=record).exists()
    assert gone is not dies
    assert Certificate.objects.exists() is not dies
    assert Part.objects.filter(record=record).exists() is dies
    assert PartContent.objects.filter(part__record=record).exists() is dies
    assert verify(record).intact


def _destroy_and_say_so(kit: RetentionKit, disposal: Disposal, writes: int, *, waits: bool) -> None:
    """In a process of its own: destroy, say so before the commit, and where it is to die wait for that."""
    try:
        for alias in connections:
            connections[alias].connection = None
        with transaction.atomic():
            kit.approve(disposal)
            if waits:
                os.write(writes, b"d")
                signal.pause()
        os.write(writes, b"d")
    finally:
        os._exit(0)
