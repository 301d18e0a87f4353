"""Reading stored files. Who may read one is decided before this is asked."""

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
