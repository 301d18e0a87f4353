"""Two who come to the same actions lock them in one order, so that neither waits for the other for ever."""

import threading
from datetime import date
from typing import Any

import pytest
from django.db import connection, transaction

from records import services
from records.action_rules import Outcome, Step
from records.models import Action
from tests.org import make_org
from tests.records_kit import NOON, Kit

pytestmark = pytest.mark.slow

WAIT = 0.4  # seconds in which the other comes as far as the first lock


@pytest.fixture
def kit(committed_db: str) -> Kit:
    return Kit(make_org())


def test_who_waits_for_one_action_holds_none_that_comes_after_it(kit: Kit) -> None:
    kit.sealed()
    draft = kit.draft()
    low, high = Action.objects.order_by("pk")
    Action.objects.filter(pk=low.pk).update(due_on=date(2026, 12, 30))
    Action.objects.filter(pk=high.pk).update(due_on=date(2026, 11, 20))
    results: list[Any] = []

    def review() -> None:
        try:
            outcomes = [Outcome(action.pk, Step.DONE) for action in (high, low)]
            results.append(
                services.review_actions(record_id=draft.pk, outcomes=outcomes, actor=kit.supervisor, at=NOON)
            )
        finally:
            connection.close()

    other = threading.Thread(target=review)
    with transaction.atomic():
        Action.objects.select_for_update().get(pk=low.pk)
        other.start()
        other.join(timeout=WAIT)
        assert other.is_alive()
        assert Action.objects.select_for_update(nowait=True).get(pk=high.pk) == high
    other.join(timeout=60)

    assert results == [2]
    assert not Action.objects.filter(status="open").exists()
