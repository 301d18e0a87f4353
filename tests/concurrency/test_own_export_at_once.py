"""All of one's own records asked for in two windows at once, and made by two workers at once: always one file."""

import threading
from contextlib import suppress
from typing import Any
from uuid import uuid4

import pytest
from django.db import IntegrityError
from pytest_django import Settings

from documents.models import StoredFile
from documents.services import ZIP
from outbox.models import Job
from records import services
from records.models import OwnExport
from records.services import exporting
from staff.models import StaffMemberQuerySet
from tests.concurrency.test_two_sign_at_once import at_once
from tests.meeting import LONGEST_WAIT
from tests.org import make_org
from tests.records_kit import NOON, Kit

pytestmark = pytest.mark.slow


@pytest.fixture
def kit(committed_db: str, monkeypatch: pytest.MonkeyPatch, tmp_path: Any, settings: Settings) -> Kit:
    settings.STATE_DIR = tmp_path
    monkeypatch.setattr(
        "records.services.documents.pdf.render", lambda parts, **_: b"%PDF-1.7 " + parts[-1].digest.encode()
    )
    monkeypatch.setattr("records.services.documents.sealing.seal_pdf", lambda pdf, *, at: pdf)
    return Kit(make_org())


def meet(monkeypatch: pytest.MonkeyPatch, holder: Any, name: str) -> None:
    """Let each wait before it calls this until the other has come as far."""
    barrier, original = threading.Barrier(2), getattr(holder, name)

    def wait_then_call(*args: Any, **options: Any) -> Any:
        with suppress(threading.BrokenBarrierError):
            barrier.wait(timeout=LONGEST_WAIT)
        return original(*args, **options)

    monkeypatch.setattr(holder, name, wait_then_call)


def press_in_two_windows(kit: Kit) -> list[Any]:
    worker = kit.worker
    return at_once(*[lambda: services.ask_for_own_records(press=uuid4(), actor=worker, at=NOON) for _ in range(2)])


def test_two_presses_at_once_ask_once(kit: Kit, monkeypatch: pytest.MonkeyPatch) -> None:
    kit.sealed()
    meet(monkeypatch, exporting.selectors, "own_signed_records")

    first, second = press_in_two_windows(kit)

    assert first.pk == second.pk == OwnExport.objects.get().pk
    assert Job.objects.filter(task="records.tasks.make_own_export").count() == 1


def test_control_without_the_lock_the_second_press_runs_into_the_first(
    kit: Kit, monkeypatch: pytest.MonkeyPatch
) -> None:
    kit.sealed()
    meet(monkeypatch, exporting.selectors, "own_signed_records")
    monkeypatch.setattr(StaffMemberQuerySet, "select_for_update", lambda self, **_: self)

    results = press_in_two_windows(kit)

    assert any(isinstance(result, IntegrityError) for result in results), results


def test_two_workers_at_once_keep_one_file(kit: Kit, monkeypatch: pytest.MonkeyPatch) -> None:
    kit.sealed()
    asked = services.ask_for_own_records(press=uuid4(), actor=kit.worker, at=NOON)
    meet(monkeypatch, exporting, "_keep")

    results = at_once(*[lambda: services.make_own_export(export_id=asked.pk, at=NOON) for _ in range(2)])

    assert results == [None, None]
    assert StoredFile.objects.filter(media_type=ZIP).count() == 1
    assert Job.objects.filter(arguments__kind="own_records_ready").count() == 1
