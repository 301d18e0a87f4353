"""Writing a bag into a ZIP as it grows: every byte is read once, hashed on the way, and never all in memory."""

import hashlib
import zipfile
from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime
from pathlib import Path
from types import TracebackType
from typing import Self

from archive.bags import rules
from core.clock import date_of
from documents.models import StoredFile
from documents.rules import FileDamaged

CHUNK = 1 << 20


@dataclass(frozen=True, slots=True)
class Packed:
    """What a finished bag holds: the digest of its manifest, files and octets of its payload."""

    manifest: str
    files: int
    octets: int


class BagWriter:
    """One bag in one ZIP, its files stored as they are: most of them are packed already, and so they open everywhere.

    The same files in the same order at the same moment give the same bytes. What is not finished has no manifest, and
    so is no bag.
    """

    def __init__(self, path: Path, *, folder: str, at: datetime) -> None:
        rules.check_name(folder)
        self._zip = zipfile.ZipFile(path, "w", zipfile.ZIP_STORED, allowZip64=True)
        self._folder, self._at = folder, at
        self._stamp = (max(at.year, 1980), at.month, at.day, at.hour, at.minute, at.second // 2 * 2)
        self._payload: dict[str, str] = {}
        self._seen: set[str] = set()
        self._tags: dict[str, str] = {}
        self._octets = 0

    def __enter__(self) -> Self:
        return self

    def __exit__(
        self, kind: type[BaseException] | None, error: BaseException | None, trace: TracebackType | None
    ) -> None:
        self._zip.close()

    def has(self, name: str) -> bool:
        """Whether there is such a file in the payload."""
        return f"{rules.PAYLOAD}/{name}".lower() in self._seen

    def add(self, name: str, data: bytes) -> None:
        """One more file of the payload; each name once, however it is spelt."""
        place = self._taken(name)
        self._zip.writestr(self._entry(place, len(data)), data)
        self._payload[place] = hashlib.sha256(data).hexdigest()
        self._octets += len(data)

    def copy(self, name: str, stored: StoredFile) -> None:
        """A stored file, copied and checked on the way. Raises FileDamaged where it is not as it was stored."""
        place, summed = self._taken(name), hashlib.sha256()
        try:
            with stored.path.open("rb") as file, self._zip.open(self._entry(place, stored.size), "w") as target:
                while chunk := file.read(CHUNK):
                    summed.update(chunk)
                    target.write(chunk)
        except OSError as error:
            raise FileDamaged(f"The stored file {stored.digest} cannot be read: {error.strerror}.") from error
        if f"sha256:{summed.hexdigest()}" != stored.digest:
            raise FileDamaged(f"The stored file {stored.digest} is not as it was stored. Restore it from a backup.")
        self._payload[place] = summed.hexdigest()
        self._octets += stored.size

    def finish(self, *, info: Sequence[tuple[str, str]], readme: str) -> Packed:
        """Write what makes it a bag: what it says of itself, and the manifests, the last of them over the others."""
        self._tag("README.txt", readme)
        self._tag(rules.BAGIT, rules.DECLARATION)
        said = rules.bag_info(info, made_on=date_of(self._at), octets=self._octets, files=len(self._payload))
        self._tag(rules.BAG_INFO, said)
        listed = "".join(rules.manifest_line(name, self._payload[name]) for name in sorted(self._payload))
        self._tag(rules.MANIFEST, listed)
        manifest = self._tags[rules.MANIFEST]
        self._tag(
            rules.TAG_MANIFEST, "".join(rules.manifest_line(name, self._tags[name]) for name in sorted(self._tags))
        )
        return Packed(f"sha256:{manifest}", len(self._payload), self._octets)

    def _taken(self, name: str) -> str:
        place = f"{rules.PAYLOAD}/{name}"
        rules.check_name(place)
        if place.lower() in self._seen:
            raise ValueError(f"{name} is in the bag already")
        self._seen.add(place.lower())
        return place

    def _tag(self, name: str, text: str) -> None:
        data = text.encode()
        self._zip.writestr(self._entry(name, len(data)), data)
        self._tags[name] = hashlib.sha256(data).hexdigest()

    def _entry(self, name: str, size: int) -> zipfile.ZipInfo:
        entry = zipfile.ZipInfo(f"{self._folder}/{name}", self._stamp)
        entry.compress_type = zipfile.ZIP_STORED
        entry.external_attr = 0o644 << 16
        entry.create_system = 3
        entry.file_size = size
        return entry
