"""One bag, whatever happens: made by two workers at once, asked for in two windows at once, a worker killed on the way."""

import os
import signal
import time
from pathlib import Path
from typing import Any
from uuid import uuid4

import pytest
from django.db import connections
from pytest_django import Settings

from archive.bags import services
from archive.models import Bag
from documents.models import StoredFile
from documents.services import ZIP
from outbox.models import Job
from staff.models import StaffMember
from tests.bags_kit import AFTER, asked, fill, frozen, unpacked
from tests.concurrency.test_own_export_at_once import meet
from tests.concurrency.test_two_sign_at_once import at_once
from tests.integration.archive.test_bag import check_records, is_valid
from tests.org import make_org

pytestmark = pytest.mark.slow


@pytest.fixture
def leaver(committed_db: str, monkeypatch: pytest.MonkeyPatch, tmp_path: Path, settings: Settings) -> StaffMember:
    settings.STATE_DIR = tmp_path / "state"
    monkeypatch.setattr(
        "records.services.documents.pdf.render", lambda parts, **_: b"%PDF-1.7 " + parts[-1].digest.encode()
    )
    monkeypatch.setattr("records.services.documents.sealing.seal_pdf", lambda pdf, *, at: pdf)
    org = make_org()
    fill(org)
    frozen(org.worker)
    return org.worker


def test_two_workers_at_once_make_one(leaver: StaffMember, monkeypatch: pytest.MonkeyPatch, tmp_path: Path) -> None:
    bag = asked(leaver)
    meet(monkeypatch, services, "_keep")

    results = at_once(*[lambda: services.make_bag(bag_id=bag.pk, at=AFTER) for _ in range(2)])

    assert results == [None, None]
    assert StoredFile.objects.filter(media_type=ZIP).count() == 1
    assert Job.objects.filter(arguments__kind="bag_ready").count() == 1
    assert is_valid(unpacked(Bag.objects.get(), tmp_path / "elsewhere"))


def test_two_presses_at_once_ask_once(leaver: StaffMember) -> None:
    results = at_once(*[lambda: asked(leaver, press=uuid4()) for _ in range(2)])

    assert results[0].pk == results[1].pk == Bag.objects.get().pk
    assert Job.objects.filter(task="archive.tasks.make_bag").count() == 1


def test_killed_on_the_way_it_is_made_by_the_next_run(leaver: StaffMember, tmp_path: Path) -> None:
    bag = asked(leaver)
    services._print_missing(leaver.pk, at=AFTER)
    connections.close_all()
    child = os.fork()
    if child == 0:
        _make_and_hang(bag, tmp_path / "came-as-far")
    _until((tmp_path / "came-as-far").exists)
    os.kill(child, signal.SIGKILL)
    os.waitpid(child, 0)

    half_made = list((tmp_path / "state/files/.making").iterdir())
    assert [path.stat().st_size > 1_000 for path in half_made] == [True], "it was killed in the middle of the bag"
    bag.refresh_from_db()
    assert (bag.ready_at, bag.stored, bag.failed_at) == (None, None, None), "nothing half made is offered"
    job = Job.objects.get(task="archive.tasks.make_bag")
    assert Job.objects.lost(at=AFTER).filter(pk=job.pk).exists(), "the sweeper sends it again"

    services.make_bag(bag_id=bag.pk, at=AFTER)

    folder = unpacked(Bag.objects.get(), tmp_path / "elsewhere")
    assert is_valid(folder)
    assert check_records(folder).returncode == 0


def _make_and_hang(bag: Bag, came_as_far: Path) -> None:
    """In a process of its own: begin the bag, and stop once all records are in it."""
    building: Any = services.building
    original = building._documents

    def hang(filling: Any) -> Any:
        original(filling)
        came_as_far.touch()
        time.sleep(600)

    building._documents = hang
    try:
        services.make_bag(bag_id=bag.pk, at=AFTER)
    finally:
        os._exit(1)


def _until(happened: Any) -> None:
    for _ in range(1_200):
        if happened():
            return
        time.sleep(0.1)
    raise AssertionError("it did not come as far")
