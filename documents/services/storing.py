"""Storing files: under their digest, whole or not at all."""

import hashlib
import os
import tempfile
from datetime import datetime
from pathlib import Path

from django.conf import settings
from django.db import transaction
from django.db.models import ForeignObjectRel

from documents import rules
from documents.models import StoredFile

ZIP = "application/zip"


@transaction.atomic
def store(data: bytes, *, media_type: str, at: datetime) -> StoredFile:
    """Keep these bytes; the row that is there already when they are kept, with the media type it was given first.

    The bytes are safely on the disk before the row exists. A transaction that is rolled back leaves bytes without a
    row, which harm nobody.
    """
    digest = rules.digest_of(data)
    row = StoredFile(digest=digest, size=len(data), media_type=media_type, created_at=at)
    write_whole(row.path, data)
    StoredFile.objects.bulk_create([row], ignore_conflicts=True)
    return StoredFile.objects.get(digest=digest)


@transaction.atomic
def store_file(path: Path, *, media_type: str, at: datetime) -> StoredFile:
    """Keep a large file that the program made in ``making_folder``; it is moved, never read into memory at once."""
    with path.open("rb") as file:
        digest = f"sha256:{hashlib.file_digest(file, 'sha256').hexdigest()}"
        os.fsync(file.fileno())
    row = StoredFile(digest=digest, size=path.stat().st_size, media_type=media_type, created_at=at)
    row.path.parent.mkdir(mode=0o700, parents=True, exist_ok=True)
    os.replace(path, row.path)
    _keep_names(row.path.parent)
    StoredFile.objects.bulk_create([row], ignore_conflicts=True)
    return StoredFile.objects.get(digest=digest)


def making_folder() -> Path:
    """Where large files are made before they are stored, on the same disk."""
    folder = Path(settings.STATE_DIR) / "files" / ".making"
    folder.mkdir(mode=0o700, parents=True, exist_ok=True)
    return folder


def discard(stored: StoredFile) -> bool:
    """Remove the bytes of a file that the program made for a while, unless something hangs on it still.

    Take your own row off it first. The row in this room stays, and storing the same bytes again brings them back. For
    ZIPs alone: what people bring is named by its digest in what they signed, where nobody can look for it.
    """
    if stored.media_type != ZIP:
        raise ValueError("Only a ZIP that the program made is ever discarded.")
    fields = StoredFile._meta.get_fields(include_hidden=True)
    for relation in (field for field in fields if isinstance(field, ForeignObjectRel)):
        if relation.related_model._base_manager.filter(**{relation.field.name: stored}).exists():
            return False
    stored.path.unlink(missing_ok=True)
    return True


def clear_making(*, older_than: datetime) -> int:
    """Remove what was left half made by a process that was ended; gives how many."""
    old = [path for path in making_folder().iterdir() if path.stat().st_mtime < older_than.timestamp()]
    for path in old:
        path.unlink(missing_ok=True)
    return len(old)


def write_whole(path: Path, data: bytes) -> None:
    """Write a file that is there with all its bytes or not at all, whatever happens, readable by its owner alone.

    A file already there is written again unless it has these bytes: a damaged one is mended by storing it anew.
    """
    if path.exists() and path.read_bytes() == data:
        return
    path.parent.mkdir(mode=0o700, parents=True, exist_ok=True)
    handle, name = tempfile.mkstemp(prefix=".storing-", dir=path.parent)
    try:
        with os.fdopen(handle, "wb") as file:
            file.write(data)
            file.flush()
            os.fsync(file.fileno())
        os.replace(name, path)
    except BaseException:
        Path(name).unlink(missing_ok=True)
        raise
    _keep_names(path.parent)


def _keep_names(path: Path) -> None:
    folder = os.open(path, os.O_RDONLY)
    try:
        os.fsync(folder)
    finally:
        os.close(folder)
