"""Reading stored files. Who may read one is decided before this is asked."""

import hashlib
from io import BufferedReader

from documents import rules
from documents.models import StoredFile
from documents.rules import FileDamaged


def read_bytes(stored: StoredFile) -> bytes:
    """The bytes as they were stored, their digest checked again. Raises FileDamaged."""
    try:
        data = stored.path.read_bytes()
    except OSError as error:
        raise FileDamaged(f"The stored file {stored.digest} cannot be read: {error.strerror}.") from error
    if rules.digest_of(data) != stored.digest:
        raise FileDamaged(f"The stored file {stored.digest} is not as it was stored. Restore it from a backup.")
    return data


def by_digest(digest: str) -> StoredFile | None:
    """The stored file with these bytes, named as in a record ("sha256:<hex>"); None where there is none."""
    return StoredFile.objects.filter(digest=digest).first()


def open_file(stored: StoredFile) -> BufferedReader:
    """A large file, open at its beginning, its digest checked first. Raises FileDamaged."""
    try:
        file = stored.path.open("rb")
    except OSError as error:
        raise FileDamaged(f"The stored file {stored.digest} cannot be read: {error.strerror}.") from error
    if f"sha256:{hashlib.file_digest(file, 'sha256').hexdigest()}" != stored.digest:
        file.close()
        raise FileDamaged(f"The stored file {stored.digest} is not as it was stored. Restore it from a backup.")
    file.seek(0)
    return file
