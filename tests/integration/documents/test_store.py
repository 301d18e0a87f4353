"""Stored files: once under their digest, whole or not at all, never changed."""

import os
import stat
from datetime import UTC, datetime
from hashlib import sha256
from pathlib import Path

import pytest
from django.db import DatabaseError, connections, transaction
from pytest_django import Settings

from documents import selectors, services
from documents.models import StoredFile
from documents.rules import FileDamaged, place_of
from documents.services import storing

NOON = datetime(2026, 11, 9, 12, tzinfo=UTC)
BYTES = b"%PDF-1.7 a sealed record"


@pytest.fixture(autouse=True)
def folder(settings: Settings, tmp_path: Path) -> Path:
    settings.STATE_DIR = tmp_path
    return tmp_path / "files"


@pytest.fixture
def stored(db: None) -> StoredFile:
    return services.store(BYTES, media_type="application/pdf", at=NOON)


def test_what_was_stored_is_read_back(stored: StoredFile) -> None:
    assert selectors.read_bytes(stored) == BYTES
    assert (stored.size, stored.media_type, stored.created_at) == (len(BYTES), "application/pdf", NOON)
    assert stored.digest == str(stored) == f"sha256:{sha256(BYTES).hexdigest()}"


def test_it_lies_under_its_digest_for_its_owner_alone(stored: StoredFile, folder: Path) -> None:
    value = sha256(BYTES).hexdigest()

    assert stored.path == folder / value[:2] / value[2:4] / value
    assert stat.S_IMODE(stored.path.stat().st_mode) == 0o600
    assert stat.S_IMODE(stored.path.parent.stat().st_mode) == 0o700


def test_the_same_bytes_are_stored_once(stored: StoredFile) -> None:
    again = services.store(BYTES, media_type="text/plain", at=NOON)

    assert again == stored
    assert again.media_type == "application/pdf"
    assert StoredFile.objects.count() == 1


def test_nothing_at_all_can_be_stored_too(db: None) -> None:
    assert selectors.read_bytes(services.store(b"", media_type="text/plain", at=NOON)) == b""


def test_a_changed_file_is_not_read(stored: StoredFile) -> None:
    stored.path.write_bytes(BYTES.replace(b"sealed", b"forged"))

    with pytest.raises(FileDamaged, match=r"is not as it was stored\. Restore it from a backup"):
        selectors.read_bytes(stored)


def test_a_missing_file_is_said_to_be_missing(stored: StoredFile) -> None:
    stored.path.unlink()

    with pytest.raises(FileDamaged, match="cannot be read: No such file"):
        selectors.read_bytes(stored)


def test_storing_the_bytes_again_mends_a_damaged_file(stored: StoredFile) -> None:
    stored.path.write_bytes(b"rubbish")

    services.store(BYTES, media_type="application/pdf", at=NOON)

    assert selectors.read_bytes(stored) == BYTES


@pytest.mark.parametrize("step", ["fsync", "replace"])
def test_a_write_that_fails_leaves_nothing_behind(
    db: None, folder: Path, monkeypatch: pytest.MonkeyPatch, step: str
) -> None:
    def fail(*_: object) -> None:
        raise OSError("No space left on device")

    monkeypatch.setattr(os, step, fail)

    with pytest.raises(OSError, match="No space left"):
        services.store(BYTES, media_type="application/pdf", at=NOON)

    assert [path for path in folder.rglob("*") if path.is_file()] == []
    assert not StoredFile.objects.exists()


def test_the_bytes_are_there_before_the_row_is(db: None, monkeypatch: pytest.MonkeyPatch) -> None:
    rows_at_write: list[int] = []
    write = storing.write_whole

    def watched(path: Path, data: bytes) -> None:
        rows_at_write.append(StoredFile.objects.count())
        write(path, data)

    monkeypatch.setattr(storing, "write_whole", watched)

    services.store(BYTES, media_type="application/pdf", at=NOON)

    assert rows_at_write == [0]


@pytest.mark.parametrize(
    "sql",
    [
        "UPDATE documents_storedfile SET size = 0",
        "DELETE FROM documents_storedfile",
        "TRUNCATE documents_storedfile CASCADE",
    ],
)
@pytest.mark.parametrize("role", ["default", "owner"])
def test_rows_are_never_changed(committed_db: str, role: str, sql: str) -> None:
    services.store(BYTES, media_type="application/pdf", at=NOON)

    with (
        pytest.raises(DatabaseError, match=r"permission denied|append-only|never changed"),
        connections[role].cursor() as c,
    ):
        c.execute(sql)

    assert StoredFile.objects.get().size == len(BYTES)


def test_a_row_without_a_true_digest_is_refused(db: None) -> None:
    with pytest.raises(DatabaseError, match="stored_file_digest_is_sha256"), transaction.atomic():
        StoredFile.objects.create(digest="md5:00", size=0, media_type="text/plain", created_at=NOON)


def test_no_folder_grows_large() -> None:
    assert str(place_of("sha256:" + "abcdef" + "0" * 58)) == "ab/cd/abcdef" + "0" * 58
