"""Two people, or two windows, at the same moment: on real connections, with a control without the lock."""

import threading
from collections.abc import Callable
from datetime import timedelta
from typing import Any
from uuid import UUID

import pytest
from django.db import IntegrityError, connection

from core.actor import Actor
from core.errors import NotAllowed, RuleBroken, Stale
from outbox.models import Job
from records import services
from records.models import Action, DraftSection, Part, Record, RenderedDocument
from records.rules import Meaning, State, VerifiedPart
from records.services import drafts, signing
from tests.org import make_org
from tests.records_kit import NOON, Kit, fresh

pytestmark = pytest.mark.slow


@pytest.fixture
def kit(committed_db: str) -> Kit:
    return Kit(make_org())


@pytest.fixture
def without_the_lock(monkeypatch: pytest.MonkeyPatch) -> None:
    """The control: the same services, and nobody waits for anybody."""

    def not_locked(record_id: UUID, actor: Actor) -> Record:
        return Record.objects.visible_to(actor).select_related("subject", "author").get(pk=record_id)

    monkeypatch.setattr(drafts, "locked", not_locked)
    monkeypatch.setattr(signing, "locked", not_locked)
    # Here the other always comes, on a slow machine later
    monkeypatch.setattr("tests.meeting.LONGEST_WAIT", 5)


def at_once(*presses: Callable[[], Any]) -> list[Any]:
    """What each press gave, or what it raised; all on connections of their own, started together."""
    results: list[Any] = [None] * len(presses)
    start = threading.Barrier(len(presses))

    def run(number: int, press: Callable[[], Any]) -> None:
        try:
            start.wait(timeout=60)
            results[number] = press()
        except Exception as error:  # noqa: BLE001  what it raised is the result
            results[number] = error
        finally:
            connection.close()

    threads = [threading.Thread(target=run, args=(number, press)) for number, press in enumerate(presses)]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join(timeout=60)
    return results


def press_twice(kit: Kit, record: Record) -> list[Any]:
    shown = kit.answer(record, comments="Thank you.")
    worker = kit.worker
    return at_once(*[lambda: kit.countersign(record, shown=shown, actor=worker) for _ in range(2)])


@pytest.mark.usefixtures("meeting")
@pytest.mark.req("R189")
def test_pressed_twice_at_once_one_signs_and_one_reads_already_signed(kit: Kit) -> None:
    record = kit.awaiting()

    results = press_twice(kit, record)

    signed = [result for result in results if isinstance(result, Part)]
    refused = [str(result) for result in results if isinstance(result, RuleBroken)]
    assert len(signed) == 1
    assert refused == ["This record is already signed and sealed. Nothing was added."]
    assert [part.seq for part in Part.objects.filter(record=record)] == [1, 2]
    assert Part.objects.filter(record=record, state_after=State.SEALED).count() == 1
    assert Job.objects.filter(task="records.tasks.render_document").count() == 1
    assert services.verify(record).intact


@pytest.mark.usefixtures("meeting", "without_the_lock")
def test_control_without_the_lock_the_second_press_runs_into_the_first(
    kit: Kit, monkeypatch: pytest.MonkeyPatch
) -> None:
    # Both come here, so nobody waits as long as this
    monkeypatch.setattr("tests.meeting.LONGEST_WAIT", 50)

    results = press_twice(kit, kit.awaiting())

    assert any(isinstance(result, IntegrityError) for result in results), results


@pytest.mark.usefixtures("meeting")
def test_the_first_signature_pressed_twice_makes_one_text_and_its_actions_once(kit: Kit) -> None:
    record = kit.draft()
    shown, supervisor = kit.shown(record), kit.supervisor

    results = at_once(*[lambda: kit.sign(record, shown=shown, actor=supervisor) for _ in range(2)])

    assert sorted(type(result).__name__ for result in results) == ["Part", "RuleBroken"]
    assert Part.objects.count() == 1
    assert Action.objects.count() == 2


@pytest.mark.usefixtures("meeting")
def test_signing_and_sending_back_at_once_is_one_of_the_two(kit: Kit) -> None:
    record = kit.awaiting()
    shown = kit.answer(record, comments="Thank you.", reason="The date is wrong.")
    shown_back, worker = kit.answer(record, reason="The date is wrong."), kit.worker

    results = at_once(
        lambda: kit.countersign(record, shown=shown, meaning=Meaning.DECLINE, actor=worker),
        lambda: kit.send_back(record, shown=shown_back, actor=worker),
    )

    assert sorted(type(result).__name__ for result in results) == ["Part", "RuleBroken"]
    assert Part.objects.filter(record=record).count() == 2
    assert fresh(record).get_state() in (State.SEALED, State.RETURNED)


def sign_while_saving(kit: Kit) -> tuple[Any, Any]:
    record = kit.draft()
    shown, supervisor = kit.shown(record), kit.supervisor
    typed = {"discussed": "Typed while the other window signs.", "actions": []}
    signed, saved = at_once(
        lambda: kit.sign(record, shown=shown, actor=supervisor),
        lambda: kit.save(record, "workload", typed, version=1, actor=supervisor),
    )
    return signed, saved


@pytest.mark.usefixtures("meeting")
def test_a_save_that_was_acknowledged_is_never_left_out_of_what_is_signed(kit: Kit) -> None:
    for _ in range(3):
        signed, saved = sign_while_saving(kit)

        if isinstance(signed, Part):
            assert isinstance(saved, NotAllowed), saved
        else:
            assert isinstance(signed, Stale), signed
            assert saved.version == 2


@pytest.mark.usefixtures("meeting", "without_the_lock")
def test_control_without_the_lock_an_acknowledged_save_is_left_out(kit: Kit) -> None:
    lost = 0
    for _ in range(5):
        signed, saved = sign_while_saving(kit)
        lost += isinstance(signed, Part) and isinstance(saved, services.SavedSection)

    assert lost > 0


def test_two_windows_save_the_same_section_at_once_and_neither_is_lost(kit: Kit) -> None:
    record, supervisor = kit.draft(), kit.supervisor

    for section in ("other", "development"):
        results = at_once(
            *[
                lambda text=text, section=section: kit.save(
                    record, section, {"discussed": text, "actions": []}, version=0, actor=supervisor
                )
                for text in ("From one window", "From the other")
            ]
        )

        assert sorted(type(result).__name__ for result in results) == ["SavedSection", "SectionChanged"]
        kept = DraftSection.objects.get(record=record, section=section).values["discussed"]
        told = next(result for result in results if isinstance(result, services.SectionChanged))
        assert told.present.values["discussed"] == kept


def test_a_pdf_asked_for_twice_at_once_is_made_once(kit: Kit, monkeypatch: pytest.MonkeyPatch) -> None:
    printed: list[int] = []

    def render(chain: list[VerifiedPart], **_: str) -> bytes:
        printed.append(len(chain))
        return b"%PDF"

    monkeypatch.setattr("records.services.documents.pdf.render", render)
    monkeypatch.setattr("records.services.documents.sealing.seal_pdf", lambda pdf, *, at: pdf)
    record = kit.sealed()
    head = record.get_head_digest()

    results = at_once(*[lambda: services.render_document(record_id=record.pk, head=head, at=NOON) for _ in range(4)])

    assert printed
    assert {result.pk for result in results} == {RenderedDocument.objects.get().pk}


def test_a_check_made_while_people_sign_raises_no_false_alarm(kit: Kit) -> None:
    record = kit.awaiting()
    worker, supervisor = kit.worker, kit.supervisor
    faults: list[str] = []
    done = threading.Event()

    def sign_on_and_on() -> None:
        try:
            for number in range(8):
                at = NOON + timedelta(minutes=number)
                kit.send_back(fresh(record), actor=worker, at=at)
                kit.sign(fresh(record), actor=supervisor, at=at)
        finally:
            done.set()

    def check_on_and_on() -> int:
        checks = 0
        while not done.is_set():
            result = services.verify(fresh(record))
            checks += 1
            if not result.intact:
                faults.append(result.fault)
        return checks

    _, checks = at_once(sign_on_and_on, check_on_and_on)

    assert checks > 3
    assert faults == []
    assert len(fresh(record).get_heads()) == 17
