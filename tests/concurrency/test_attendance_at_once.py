"""Who was in a group, said twice at the same moment."""

import threading
from contextlib import suppress
from datetime import UTC, date, datetime, time
from typing import Any
from uuid import UUID

import pytest
from django.db import connection

from core.actor import Actor
from policies import services as policies
from supervision import rules, services
from supervision.models import GroupAttendance, GroupSession
from supervision.rules import GroupPlan, Presence, Times
from supervision.services import groups
from tests.org import RECORDED, make_org

pytestmark = pytest.mark.slow

NOW = datetime(2026, 11, 9, 12, tzinfo=UTC)


def mark_at_once(monkeypatch: pytest.MonkeyPatch) -> int:
    """Two say the same of one member, once both have read who is invited; how many rows there are then."""
    org = make_org()
    policies.adopt(slug="shropshire-2017", starts_on=date(2017, 6, 1), at=RECORDED)
    actor = org.actor(org.supervisor)
    [group] = services.book_groups(
        plan=GroupPlan("Reflective group", "combined", facilitator_id=org.supervisor.pk, guests="A nurse"),
        dates=[Times(NOW.date(), time(9), time(10, 30))],
        members={org.worker.pk},
        actor=actor,
        at=NOW,
    )
    presence = Presence(time(9), time(10, 30), frozenset(group.members.values_list("pk", flat=True)))
    both_have_read = threading.Barrier(2)
    check = rules.check_presence

    def check_together(*args: Any, **arguments: Any) -> None:
        with suppress(threading.BrokenBarrierError):  # the other one waits for the lock
            both_have_read.wait(1)
        check(*args, **arguments)

    monkeypatch.setattr(rules, "check_presence", check_together)

    def mark() -> None:
        try:
            services.mark_attendance(group_id=group.pk, presence=presence, actor=actor, at=NOW)
        finally:
            connection.close()

    threads = [threading.Thread(target=mark) for _ in range(2)]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()
    return GroupAttendance.objects.count()


def test_what_is_said_twice_is_kept_once(committed_db: str, monkeypatch: pytest.MonkeyPatch) -> None:
    assert mark_at_once(monkeypatch) == 1


def test_control_without_the_lock_it_is_kept_twice(committed_db: str, monkeypatch: pytest.MonkeyPatch) -> None:
    def look_without_lock(group_id: UUID, actor: Actor) -> GroupSession:
        return GroupSession.objects.get(pk=group_id)

    monkeypatch.setattr(groups, "lock_group", look_without_lock)

    assert mark_at_once(monkeypatch) == 2
