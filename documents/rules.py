"""Where a file's bytes lie, by their digest. Pure."""

import hashlib
from pathlib import PurePosixPath


class FileDamaged(Exception):
    """A stored file is not there, or not as it was stored: a fault of the machine or of a person, never of a user."""


def digest_of(data: bytes) -> str:
    """SHA-256 of the bytes as "sha256:<hex>"."""
    return f"sha256:{hashlib.sha256(data).hexdigest()}"


def place_of(digest: str) -> PurePosixPath:
    """The file's place below the folder of files: two levels of 256 folders, so that none grows large."""
    value = digest.removeprefix("sha256:")
    return PurePosixPath(value[:2], value[2:4], value)
