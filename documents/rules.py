"""Where a file's bytes lie, by their digest, and how a file stands that somebody brought. Pure."""

import hashlib
from collections.abc import Collection
from dataclasses import dataclass
from enum import StrEnum
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


class StandingKind(StrEnum):
    """How a file stands that somebody brought."""

    CLEAN = "clean"
    ACCEPTED = "unscanned_accepted"
    WAITING = "waiting"
    INFECTED = "infected"


@dataclass(frozen=True, slots=True)
class Standing:
    """How a file stands that somebody brought, and the same in words for its page."""

    kind: StandingKind
    words: str

    @property
    def is_readable(self) -> bool:
        """Whether its bytes may leave."""
        return self.kind in (StandingKind.CLEAN, StandingKind.ACCEPTED)


WAITS = "This file waits to be scanned for viruses. It can be opened once that is done."
WAITS_FOR_CHOICE = (
    "This file is kept apart: no scanner for viruses is set up, and no administrator has chosen to keep files without one. "
    "It can be opened once that is settled."
)
INFECTED = "A virus was found in this file. Nobody can open it."
INFECTED_AGAIN = (
    "A virus was found in this file before, so it cannot be kept. Have the device that it came from looked at."
)


def kind_of(results: Collection[str]) -> StandingKind:
    """How a file stands by everything that became known of it. A virus outweighs all else, whatever came after.

    A file of which nothing is known waits: it is never taken for harmless.
    """
    for kind in (StandingKind.INFECTED, StandingKind.CLEAN, StandingKind.ACCEPTED):
        if kind in results:
            return kind
    return StandingKind.WAITING
