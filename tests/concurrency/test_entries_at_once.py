"""Two windows sign a record with its entries at the same moment: one act, with a control without the locks."""

from contextlib import suppress
from datetime import timedelta
from typing import Any
from uuid import UUID

import pytest
from django.db import IntegrityError

from core.actor import Actor
from core.errors import DomainError
from records import services
from records.models import Part, Record
from records.rules import State
from records.services import acts, drafts, signing
from tests.concurrency.test_two_sign_at_once import at_once
from tests.entries_kit import EntriesKit
from tests.org import make_org
from tests.records_kit import NOON, fresh

pytestmark = pytest.mark.slow


@pytest.fixture
def kit(committed_db: str) -> EntriesKit:
    return EntriesKit(make_org())


@pytest.fixture
def without_the_locks(monkeypatch: pytest.MonkeyPatch) -> None:
    """The control: the same services, and nobody waits for anybody."""

    def not_locked(record_id: UUID, actor: Actor) -> Record:
        return Record.objects.visible_to(actor).select_related("subject", "author", "child").get(pk=record_id)

    def entries_not_locked(entries: Any) -> list[Record]:
        return list(Record.objects.filter(pk__in=entries).with_parts().order_by("pk"))

    for module in (drafts, signing):
        monkeypatch.setattr(module, "locked", not_locked)
    monkeypatch.setattr(acts, "lock_entries", entries_not_locked)
    # Here the other always comes, on a slow machine later
    monkeypatch.setattr("tests.meeting.LONGEST_WAIT", 5)


def sign_twice(kit: EntriesKit) -> tuple[list[Record], list[Any]]:
    record, entries = kit.session("P1", "P2", "P3")
    shown, supervisor = kit.to_sign(record, entries).shown, kit.supervisor
    orders = (entries, entries)
    presses = [lambda order=order: kit.sign_with(record, order, shown=shown, actor=supervisor) for order in orders]
    return [record, *entries], at_once(*presses)


@pytest.mark.usefixtures("meeting")
@pytest.mark.req("R189")
def test_signed_in_two_windows_at_once_it_is_one_act(kit: EntriesKit) -> None:
    signed, results = sign_twice(kit)

    assert sorted(type(result).__name__ for result in results) == ["Part", "RuleBroken"]
    assert Part.objects.count() == len(signed)
    assert Part.objects.values("act").distinct().count() == 1
    assert all(services.verify(fresh(one)).intact for one in signed)


@pytest.mark.usefixtures("meeting", "without_the_locks")
def test_control_without_the_locks_the_second_act_runs_into_the_first(kit: EntriesKit) -> None:
    _, results = sign_twice(kit)

    assert any(isinstance(result, IntegrityError) for result in results), results


@pytest.mark.usefixtures("meeting")
def test_answered_in_two_windows_at_once_every_entry_is_answered_once(kit: EntriesKit) -> None:
    record, entries = kit.awaiting_with("P1", "P2")
    shown, worker = kit.answer(record, comments="Thank you."), kit.worker

    results = at_once(*[lambda: kit.countersign(record, shown=shown, actor=worker) for _ in range(2)])

    assert sorted(type(result).__name__ for result in results) == ["Part", "RuleBroken"]
    assert [fresh(one).get_state() for one in (record, *entries)] == [State.SEALED] * 3
    assert Part.objects.count() == 6


def test_saving_in_entries_while_their_record_is_signed_never_waits_for_ever(kit: EntriesKit) -> None:
    """The one locks the record and then the entries by their keys, the other an entry alone, the last first."""
    for number in range(3):
        record, entries = kit.session(f"P{number}1", f"P{number}2", f"P{number}3")

        signed, saved = sign_while_saving(kit, record, entries)

        assert isinstance(saved, int), saved
        if isinstance(signed, Part):
            assert saved == 0
        else:
            assert type(signed).__name__ == "Stale"
            assert not Part.objects.filter(record__in=[record, *entries]).exists()


def sign_while_saving(kit: EntriesKit, record: Record, entries: list[Record]) -> tuple[Any, Any]:
    """What signing gave, and how many saves in the entries were kept; or what each raised."""
    shown, supervisor = kit.to_sign(record, entries).shown, kit.supervisor

    def save() -> int:
        saved = 0
        for entry in reversed(entries):
            with suppress(DomainError):
                kit.save(entry, "analysis", {"analysis": "Typed meanwhile."}, version=0, actor=supervisor)
                saved += 1
        return saved

    def sign() -> Part:
        return kit.sign_with(record, entries, shown=shown, actor=supervisor, at=NOON + timedelta(minutes=1))

    signed, saved = at_once(sign, save)
    return signed, saved
