"""The same auditor draws in two windows at the same moment: one file is drawn for the period, and the other is told so."""

import threading
from contextlib import suppress
from datetime import date
from typing import Any

import pytest
from django.db import connection

from audits.drawing import selectors, services
from audits.models import Audit, Draw
from core.errors import RuleBroken
from policies import services as policies
from tests.audits_kit import NOON, acting, tiers
from tests.org import RECORDED, make_org

pytestmark = pytest.mark.slow

FILES_OF_MANAGERS = "assistant_director-supervision_file-team_manager"


def both_at_once(monkeypatch: pytest.MonkeyPatch) -> list[str]:
    """Draw twice for the same quarter at the same moment; what was refused."""
    org = make_org()
    policies.adopt(slug="shropshire-2017", starts_on=date(2017, 6, 1), at=RECORDED)
    line = tiers(org, workers=1)
    both_have_looked = threading.Barrier(2)
    look = selectors.standing_of_duties

    def look_together(**options: Any) -> Any:
        answer = look(**options)
        with suppress(threading.BrokenBarrierError):  # the other one waits for the lock
            both_have_looked.wait(1)
        return answer

    monkeypatch.setattr(selectors, "standing_of_duties", look_together)
    actor = acting(line.assistant)
    refused: list[str] = []

    def draw() -> None:
        try:
            services.draw_file(duty_id=FILES_OF_MANAGERS, starts_on=date(2026, 10, 1), actor=actor, at=NOON)
        except RuleBroken as refusal:
            refused.append(str(refusal))
        finally:
            connection.close()

    threads = [threading.Thread(target=draw) for _ in range(2)]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()
    return refused


def test_one_file_is_drawn_for_the_period(committed_db: str, monkeypatch: pytest.MonkeyPatch) -> None:
    [refused] = both_at_once(monkeypatch)

    assert "Nothing is left to draw for this period" in refused
    assert Audit.objects.count() == Draw.objects.count() == 1


class Unlocked:
    """People as the service asks for them, without the lock."""

    @staticmethod
    def visible_to(_: object) -> "Unlocked":
        return Unlocked()

    def select_for_update(self, **_: object) -> "Unlocked":
        return self

    def get(self, **_: object) -> None:
        return None


def test_control_without_the_lock_two_are_drawn(committed_db: str, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(services, "StaffMember", type("People", (), {"objects": Unlocked()}))

    assert both_at_once(monkeypatch) == []
    assert Audit.objects.count() == 2
