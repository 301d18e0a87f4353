"""Two scans of one file at the same moment, two who bring it, and a worker that is ended in the middle of a scan."""

import os
import signal
import subprocess
import sys
import threading
from collections.abc import Callable, Iterator
from datetime import UTC, datetime
from pathlib import Path
from uuid import UUID

import pytest
from django.conf import settings as present
from django.db import connection, connections
from pytest_django import Settings

from core.actor import Actor
from documents import selectors, services
from documents.models import FileScan, StoredFile
from documents.receiving import TakenIn
from documents.services import scanning
from outbox.models import Job
from tests.clamd_kit import CLEAN, FOUND, Clamd, clamd

pytestmark = pytest.mark.slow
NOON = datetime(2026, 11, 9, 12, tzinfo=UTC)
SCAN = """
import sys, django
django.setup()
from django.conf import settings
from django.db import connections
from datetime import UTC, datetime
connections.settings["default"]["NAME"], settings.STATE_DIR, settings.CLAMD_URL = sys.argv[1:4]
from documents.services import scan_file
scan_file(stored_id=sys.argv[4], at=datetime(2026, 11, 9, 12, tzinfo=UTC))
"""


@pytest.fixture
def service(committed_db: str, settings: Settings, tmp_path: Path) -> Iterator[Clamd]:
    settings.STATE_DIR = tmp_path
    with clamd() as running:
        settings.CLAMD_URL = running.url
        yield running


def bring(by: int = 1) -> StoredFile:
    actor = Actor(staff_id=UUID(int=by), name="Dana Marsh", on=NOON.date())
    return services.keep_brought(TakenIn("a.pdf", b"%PDF a", "application/pdf"), actor=actor, at=NOON)


def together(*acts: Callable[[], object]) -> None:
    def alone(act: Callable[[], object]) -> None:
        try:
            act()
        finally:
            connection.close()

    threads = [threading.Thread(target=alone, args=(act,)) for act in acts]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join(timeout=60)


def standing(stored: StoredFile) -> str:
    return selectors.standings([stored.pk])[stored.pk].kind.value


def test_of_two_scans_with_two_answers_the_virus_stands(service: Clamd) -> None:
    stored, both_asked, answers = bring(), threading.Barrier(2), [CLEAN, FOUND]

    def answer(data: bytes) -> bytes:
        both_asked.wait(20)
        return answers.pop()

    service.answer = answer
    scan = lambda: services.scan_file(stored_id=stored.pk, at=NOON)  # noqa: E731
    together(scan, scan)

    assert len(service.asked) == 2
    assert standing(stored) == "infected"


def test_two_scans_with_one_answer_leave_one_row(service: Clamd) -> None:
    stored, both_asked = bring(), threading.Barrier(2)

    def answer(data: bytes) -> bytes:
        both_asked.wait(20)
        return CLEAN

    service.answer = answer
    scan = lambda: services.scan_file(stored_id=stored.pk, at=NOON)  # noqa: E731
    together(scan, scan)

    assert FileScan.objects.filter(result="clean").count() == 1


def test_without_the_constraint_two_scans_would_leave_two(service: Clamd, monkeypatch: pytest.MonkeyPatch) -> None:
    """The control: the same, and the database lets both in."""
    with connections["owner"].cursor() as cursor:
        cursor.execute("ALTER TABLE documents_filescan DROP CONSTRAINT file_scan_once_for_each_result")
    monkeypatch.setattr(scanning, "_add", FileScan.objects.bulk_create)
    stored, both_asked = bring(), threading.Barrier(2)

    def answer(data: bytes) -> bytes:
        both_asked.wait(20)
        return CLEAN

    service.answer = answer
    scan = lambda: services.scan_file(stored_id=stored.pk, at=NOON)  # noqa: E731
    together(scan, scan)

    assert FileScan.objects.filter(result="clean").count() == 2


def test_two_who_bring_the_same_file_at_once_have_one(service: Clamd) -> None:
    together(lambda: bring(1), lambda: bring(2))

    stored = StoredFile.objects.get()
    assert set(FileScan.objects.values_list("by_id", flat=True)) == {UUID(int=1), UUID(int=2)}
    assert standing(stored) == "waiting"


def test_a_worker_that_is_ended_in_the_middle_of_a_scan_loses_nothing(service: Clamd, committed_db: str) -> None:
    stored, asked, over = bring(), threading.Event(), threading.Event()

    def answer(data: bytes) -> bytes:
        asked.set()
        over.wait(30)
        return CLEAN

    service.answer = answer
    arguments = [committed_db, str(present.STATE_DIR), service.url, str(stored.pk)]
    worker = subprocess.Popen(  # noqa: S603 - our own program
        [sys.executable, "-W", "ignore", "-c", SCAN, *arguments],
        env={**os.environ, "DJANGO_SETTINGS_MODULE": "config.settings.test"},
    )
    assert asked.wait(60)
    worker.send_signal(signal.SIGKILL)
    worker.wait(20)
    over.set()

    assert standing(stored) == "waiting"
    assert Job.objects.filter(task="documents.tasks.scan_file", done_at=None).count() == 1
    service.answer = lambda data: CLEAN
    services.settle_waiting(at=NOON)
    assert standing(stored) == "clean"
