"""The layout of an export ("export/1"): which file holds what, and the index over all of it. Pure.

``records/<id>/<seq>.json`` is a part's body as stored, ``.attestation`` the organisation's signature of it, and
``records/<id>/<seq>/<section>[.<key>].json`` a section's content with its salt, where its reader may have it.
``verify_countersign.py`` checks all of it without this program.
"""

import zipfile
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass
from pathlib import Path
from typing import Any, Protocol
from urllib.parse import quote

import rfc8785

from records.canonical import digest
from records.rules import VerifiedPart

SCHEMA = "countersign-export/1"
INDEX, INDEX_ATTESTATION, PUBLIC_KEY = "index.json", "index.attestation", "public-key.pem"
VERIFIER = Path(__file__).with_name("verify_countersign.py")
# The same for every export, so that the same contents give the same bytes
UNDATED = (1980, 1, 1, 0, 0, 0)


@dataclass(frozen=True, slots=True)
class ExportedCertificate:
    """A certificate's file in an export."""

    name: str
    data: bytes


def certificate_file(*, fingerprint: str, pem: bytes) -> ExportedCertificate:
    """Where a certificate lies in an export."""
    return ExportedCertificate(f"certificates/{fingerprint}.pem", pem)


def record_files(parts: Sequence[VerifiedPart]) -> Iterator[tuple[str, bytes]]:
    """The files of one record, name by name, with those sections alone whose content was read for this reader."""
    for part in parts:
        place = f"records/{part.body['record']}/{part.body['seq']}"
        yield f"{place}.json", part.raw
        yield f"{place}.attestation", part.attestation
        for (section, key), salt in sorted(part.salts.items(), key=lambda item: section_file(*item[0])):
            data = {"content": part.contents[section, key], "salt": salt.hex()}
            # As parsed, not made NFC again: a later Unicode may compose what an earlier one left alone
            yield f"{place}/{section_file(section, key)}", rfc8785.dumps(data)


def section_file(section: str, key: str | None) -> str:
    """The name of a section's file; letters that a name cannot have are written as in an address."""
    return ".".join(quote(word, safe="") for word in (section, key) if word is not None) + ".json"


def index_row(parts: Sequence[VerifiedPart]) -> dict[str, Any]:
    """What the index says of one record: how many parts, its head, and which sections are withheld."""
    head = parts[-1]
    return {
        "record": head.body["record"],
        "seq": head.body["seq"],
        "head": head.digest,
        "withheld": [
            {"seq": part.body["seq"], "section": section["id"], "key": section["key"]}
            for part in parts
            for section in part.body["sections"]
            if (section["id"], section["key"]) not in part.salts
        ],
    }


def index_bytes(
    rows: Sequence[Mapping[str, Any]],
    *,
    made_at: str,
    organisation: str,
    certificates: Sequence[ExportedCertificate],
    public_key: bytes,
) -> bytes:
    """The index: canonical JSON. The first certificate is the one whose key attests it, and so vouches for the rest."""
    return rfc8785.dumps(
        {
            "schema": SCHEMA,
            "made_at": made_at,
            "organisation": organisation,
            "key": certificates[0].name,
            "public_key": digest(public_key),
            "certificates": [{"file": one.name, "sha256": digest(one.data)} for one in certificates],
            "records": [dict(row) for row in rows],
        }
    )


class Container(Protocol):
    """What an export is written into, file by file."""

    def add(self, name: str, data: bytes) -> None:
        """One more file; each name once."""
        ...


class Archive:
    """A ZIP that is written as it grows, file by file; the same files in the same order give the same bytes."""

    def __init__(self, path: Path) -> None:
        self._zip = zipfile.ZipFile(path, "w", zipfile.ZIP_DEFLATED)
        self.names: set[str] = set()

    def __enter__(self) -> "Archive":
        return self

    def __exit__(self, *_: object) -> None:
        self._zip.close()

    def add(self, name: str, data: bytes) -> None:
        """One more file; each name once."""
        if name in self.names:
            raise ValueError(f"{name} is in the archive already")
        self.names.add(name)
        entry = zipfile.ZipInfo(name, UNDATED)
        entry.compress_type = zipfile.ZIP_DEFLATED
        entry.external_attr = 0o644 << 16
        entry.create_system = 3
        self._zip.writestr(entry, data)
