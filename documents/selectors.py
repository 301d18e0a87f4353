"""Reading stored files, and how those stand that people brought. Who may read one is decided before this is asked."""

import hashlib
from collections import defaultdict
from collections.abc import Iterable
from dataclasses import dataclass
from datetime import datetime
from io import BufferedReader
from typing import TypeVar
from uuid import UUID

from django.conf import settings
from django.db.models import Count, Min

from core.errors import RuleBroken
from core.templatetags.countersign import medium_date
from documents import rules
from documents.models import FileScan, StoredFile, UnscannedChoice
from documents.rules import FileDamaged, Standing, StandingKind

Key = TypeVar("Key", UUID, str)


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


def standings(stored_ids: Iterable[UUID]) -> dict[UUID, Standing]:
    """How each of some files stands that people brought, by its key. One query, two where one of them waits."""
    wanted = list(stored_ids)
    rows = FileScan.objects.filter(stored__in=wanted).select_related("choice") if wanted else []
    return _standings(((row.stored_id, row) for row in rows), wanted)


def standings_by_digest(digests: Iterable[str]) -> dict[str, Standing]:
    """The same by digest ("sha256:<hex>"), as records name their files."""
    wanted = list(digests)
    rows = FileScan.objects.filter(stored__digest__in=wanted).select_related("choice", "stored") if wanted else []
    return _standings(((row.stored.digest, row) for row in rows), wanted)


def _standings(rows: Iterable[tuple[Key, FileScan]], wanted: Iterable[Key]) -> dict[Key, Standing]:
    known: dict[Key, list[FileScan]] = defaultdict(list)
    for key, row in rows:
        known[key].append(row)
    kinds = {key: rules.kind_of({row.result for row in known[key]}) for key in wanted}
    waits = rules.WAITS
    if StandingKind.WAITING in kinds.values() and not settings.CLAMD_URL and choice_in_force() is None:
        waits = rules.WAITS_FOR_CHOICE
    return {key: Standing(kind, _words(kind, known[key], waits)) for key, kind in kinds.items()}


def _words(kind: StandingKind, rows: Iterable[FileScan], waits: str) -> str:
    told = {row.result: row for row in rows}
    if kind == StandingKind.CLEAN:
        return f"Scanned for viruses on {medium_date(told['clean'].at)}: nothing found"
    if kind == StandingKind.ACCEPTED and (choice := told["unscanned_accepted"].choice):
        role = choice.by_role[:1].lower() + choice.by_role[1:]
        return f"Not scanned for viruses: accepted by {choice.by_name}, {role}, on {medium_date(choice.at)}"
    return rules.INFECTED if kind == StandingKind.INFECTED else waits


def check_readable(stored: StoredFile) -> None:
    """Raises RuleBroken, with the sentence, for what somebody brought and nobody may open: it waits, or has a virus."""
    standing = standings([stored.pk])[stored.pk]
    if not standing.is_readable:
        raise RuleBroken(standing.words)


def read_brought(stored: StoredFile) -> bytes:
    """The bytes of a file that somebody brought, if they may be opened. Raises RuleBroken or FileDamaged."""
    check_readable(stored)
    return read_bytes(stored)


def choice_in_force() -> UnscannedChoice | None:
    """By what choice files are kept without a scan at present; none where nobody chose so, or it was taken back."""
    newest = UnscannedChoice.objects.order_by("-number").first()
    return newest if newest and newest.accepts else None


def unscanned_choices() -> list[UnscannedChoice]:
    """Every choice about files without a scan, the newest first."""
    return list(UnscannedChoice.objects.order_by("-number"))


@dataclass(frozen=True, slots=True)
class Counts:
    """How many of the files that people brought stand how: figures alone, for those who see no file."""

    waiting: int
    oldest_waiting: datetime | None
    unscanned: int
    infected: int
    last_scan: FileScan | None

    @property
    def accepted(self) -> int:
        """How many are kept without a scan."""
        return self.unscanned - self.waiting


def counts() -> Counts:
    """How many files stand how, and the last scan that there was."""
    waiting = FileScan.objects.of_waiting().aggregate(number=Count("stored", distinct=True), oldest=Min("at"))
    unscanned = FileScan.objects.of_unscanned().aggregate(number=Count("stored", distinct=True))
    scans = FileScan.objects.filter(result__in=[FileScan.Result.CLEAN, FileScan.Result.INFECTED])
    return Counts(
        waiting=waiting["number"],
        oldest_waiting=waiting["oldest"],
        unscanned=unscanned["number"],
        infected=scans.filter(result=FileScan.Result.INFECTED).count(),
        last_scan=scans.order_by("-at", "-pk").first(),
    )


def files_apart() -> str:
    """How many files wait that nothing will ever look at, in words; nothing where a scanner or a choice is there."""
    if settings.CLAMD_URL or choice_in_force():
        return ""
    number = counts().waiting
    return f"{number} {'file waits' if number == 1 else 'files wait'} to be scanned" if number else ""
