"""Two people change the order of one agenda at the same moment: neither change undoes the other."""

import threading
from contextlib import suppress
from datetime import UTC, datetime
from typing import Any

import pytest
from django.db import connection

from staff.models import StaffMember
from supervision import services
from supervision.models import AgendaItem, AgendaItemQuerySet
from supervision.services import agenda
from tests.concurrency.test_lines_at_once import run
from tests.org import make_org

pytestmark = pytest.mark.slow

NOW = datetime(2026, 11, 9, 12, tzinfo=UTC)


def order_after_both(monkeypatch: pytest.MonkeyPatch) -> str:
    """The supervisor moves the last of four up, the worker the second: how they stand then."""
    org = make_org()
    items = {
        name: services.add_item(
            supervisee_id=org.worker.pk, kind="topic", text=name, share=True, actor=org.actor(org.worker), at=NOW
        )
        for name in "abcd"
    }
    both_have_looked = threading.Barrier(2)
    write = AgendaItemQuerySet.bulk_update

    def write_together(self: AgendaItemQuerySet, *arguments: Any, **options: Any) -> int:
        with suppress(threading.BrokenBarrierError):  # the other one waits for the lock
            both_have_looked.wait(1)
        return write(self, *arguments, **options)

    monkeypatch.setattr(AgendaItemQuerySet, "bulk_update", write_together)

    def move(name: str, person: StaffMember) -> None:
        try:
            services.move_item(item_id=items[name].pk, up=True, actor=org.actor(person), at=NOW)
        finally:
            connection.close()

    run([lambda: move("d", org.supervisor), lambda: move("b", org.worker)])
    return "".join(AgendaItem.objects.waiting().values_list("text", flat=True))


def test_both_moves_stand(committed_db: str, monkeypatch: pytest.MonkeyPatch) -> None:
    assert order_after_both(monkeypatch) == "badc"


def test_without_the_lock_one_would_be_lost(committed_db: str, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(agenda, "_lock_supervisee", lambda person_id, actor: StaffMember.objects.get(pk=person_id))

    assert order_after_both(monkeypatch) in ("abdc", "bacd")
