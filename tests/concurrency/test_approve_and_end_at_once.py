"""One approves a request at the very moment at which it is taken back: nothing stays readable by what was taken back."""

import threading
from collections.abc import Callable
from contextlib import suppress
from typing import Any

import pytest
from django.db import connection

from archive.models import NeedToKnow
from archive.needs import services
from core.errors import RuleBroken
from policies import services as policies
from staff.models import SightGrant
from tests.needs_kit import NeedsKit
from tests.org import BEGAN, RECORDED, make_org
from tests.records_kit import NOON

pytestmark = pytest.mark.slow


def asked() -> tuple[NeedsKit, NeedToKnow]:
    org = make_org()
    policies.adopt(slug="shropshire-2017", starts_on=BEGAN, at=RECORDED)
    kit = NeedsKit(org)
    return kit, kit.ask(kit.records(1), to=kit.colleague)


def at_once(kit: NeedsKit, need: NeedToKnow, monkeypatch: pytest.MonkeyPatch, *, patience: float = 1) -> NeedToKnow:
    """Let both look at the request before either writes; who approves then writes after it was taken back.

    Each waits for the other for so many seconds at most: with the lock one of the two cannot look before the other is done.
    """
    both_have_looked, taken_back = threading.Barrier(2), threading.Event()
    look = services._lock

    def look_together(*arguments: Any) -> NeedToKnow:
        found = look(*arguments)
        with suppress(threading.BrokenBarrierError):
            both_have_looked.wait(patience)
        if threading.current_thread().name == "approves":
            taken_back.wait(patience)
        return found

    monkeypatch.setattr(services, "_lock", look_together)
    head, asker = kit.actor(kit.org.head), kit.actor(kit.org.team_manager)

    def run(act: Callable[[], NeedToKnow]) -> None:
        with suppress(RuleBroken):
            act()
        connection.close()

    def take_back() -> NeedToKnow:
        ended = services.end(need_id=need.pk, words="A mistake.", actor=asker, at=NOON)
        taken_back.set()
        return ended

    threads = [
        threading.Thread(target=run, args=(lambda: kit.approve(need, by=head),), name="approves"),
        threading.Thread(target=run, args=(take_back,), name="takes back"),
    ]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()
    return NeedToKnow.objects.get(pk=need.pk)


def test_what_is_taken_back_leaves_nothing_readable(committed_db: None, monkeypatch: pytest.MonkeyPatch) -> None:
    kit, need = asked()

    after = at_once(kit, need, monkeypatch)

    assert after.ended_at is not None
    assert not SightGrant.objects.in_force().filter(given_for=need.pk).exists()


def test_control_without_the_lock_it_stays_readable(committed_db: None, monkeypatch: pytest.MonkeyPatch) -> None:
    kit, need = asked()
    monkeypatch.setattr("django.db.models.query.QuerySet.select_for_update", lambda self, **_: self.all())

    after = at_once(kit, need, monkeypatch, patience=30)

    assert after.ended_at is not None
    assert SightGrant.objects.in_force().filter(given_for=need.pk).exists()
