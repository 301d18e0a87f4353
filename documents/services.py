"""Storing files: under their digest, whole or not at all."""

import os
import tempfile
from datetime import datetime
from pathlib import Path

from django.db import transaction

from documents import rules
from documents.models import StoredFile


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
    folder = os.open(path.parent, os.O_RDONLY)
    try:
        os.fsync(folder)
    finally:
        os.close(folder)
