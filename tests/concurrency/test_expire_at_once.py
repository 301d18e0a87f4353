"""A draft is given up at the moment in which somebody types into it, or a second sweep comes by."""

import threading
from collections.abc import Callable
from typing import Any

import pytest
from django.db import connection, transaction

from core.errors import RuleBroken
from records import services
from records.models import DraftSection, ExpiredDraft, Record
from tests.org import make_org
from tests.records_kit import NOON, Kit

pytestmark = pytest.mark.slow

WAIT = 0.4  # seconds in which the second comes as far as the lock


@pytest.fixture
def kit(committed_db: str) -> Kit:
    return Kit(make_org())


@pytest.fixture
def draft(kit: Kit) -> Record:
    record = kit.draft()
    DraftSection.objects.filter(record=record).delete()
    return record


def while_it_is_given_up(record: Record, press: Callable[[], Any]) -> Any:
    """What ``press`` gave or raised, which began before the draft was given up and came to its row after that."""
    result: list[Any] = []

    def run() -> None:
        try:
            result.append(press())
        except Exception as error:  # noqa: BLE001  what it raised is the result
            result.append(error)
        finally:
            connection.close()

    thread = threading.Thread(target=run)
    with transaction.atomic():
        assert services.expire_draft(record_id=record.pk, at=NOON)
        thread.start()
        thread.join(timeout=WAIT)
        assert thread.is_alive()
    thread.join(timeout=60)
    return result[0]


def test_nothing_is_saved_into_a_draft_that_was_given_up_meanwhile(kit: Kit, draft: Record) -> None:
    result = while_it_is_given_up(
        draft,
        lambda: services.save_section(
            record_id=draft.pk,
            section="workload",
            key=None,
            fields={"discussed": "Typed at last"},
            version=0,
            actor=kit.supervisor,
            at=NOON,
        ),
    )

    assert isinstance(result, RuleBroken)
    assert "was given up" in str(result)
    assert not DraftSection.objects.filter(record=draft).exists()


def test_a_second_sweep_gives_up_nothing_twice(kit: Kit, draft: Record) -> None:
    assert while_it_is_given_up(draft, lambda: services.expire_draft(record_id=draft.pk, at=NOON)) is False
    assert ExpiredDraft.objects.filter(record=draft).count() == 1
