"""Whether an uploaded PDF or export is genuine. Nothing that is uploaded is kept."""

import json
import subprocess
import tempfile
from collections.abc import Iterable
from dataclasses import dataclass
from datetime import datetime
from enum import StrEnum
from pathlib import Path
from typing import Any

from django.db import transaction

from core.actor import Actor
from core.errors import RuleBroken
from core.limits import one_at_a_time
from documents import limited
from records import certificates
from records.models import Part, Record
from trail import services as trail

CHECKER = Path(__file__).resolve().parents[1] / "upload_check.py"
PDF, ZIP = "pdf", "zip"
UNREADABLE = "This file cannot be read. It may be damaged, or made to be hard to read."


class Finding(StrEnum):
    """What came of a check."""

    GENUINE = "genuine"
    CHANGED = "changed"
    FOREIGN = "foreign"
    UNSEALED = "unsealed"


@dataclass(frozen=True, slots=True)
class PdfCheck:
    """What an uploaded PDF is. ``record`` only where the person may see it; ``is_newest``: nothing was added since.

    ``is_known``: the record that it prints is kept here.
    """

    finding: Finding
    sealed_at: datetime | None = None
    by_former_key: bool = False
    is_known: bool = False
    record: Record | None = None
    seq: int = 0
    is_newest: bool = False


@dataclass(frozen=True, slots=True)
class ExportCheck:
    """What the verifier says of an uploaded export, line by line."""

    intact: bool
    lines: tuple[str, ...]


def check_upload(*, chunks: Iterable[bytes], kind: str, actor: Actor, at: datetime) -> PdfCheck | ExportCheck:
    """Check an uploaded PDF or ZIP. Raises RuleBroken where it cannot be read, or one of theirs is being checked."""
    known = {one.fingerprint: one for one in certificates.known_certificates()}
    with one_at_a_time(f"genuine-{actor.staff_id}", seconds=limited.PATIENCE + 5) as is_free:
        if not is_free:
            raise RuleBroken(
                "Your last file is still being checked. Wait for its answer, then try again.", field="file"
            )
        done = _look(chunks, kind, *(known if kind == ZIP else ()))
    if kind == ZIP:
        return _export_check(done, actor=actor, at=at)
    if done.returncode:
        raise RuleBroken(UNREADABLE, field="file")
    return _pdf_check(json.loads(done.stdout), known, actor=actor, at=at)


def _look(chunks: Iterable[bytes], *arguments: str) -> "subprocess.CompletedProcess[bytes]":
    """Run the checker over the upload, which lies in a file without a name meanwhile. Raises RuleBroken."""
    with tempfile.TemporaryFile() as file:
        for chunk in chunks:
            file.write(chunk)
        file.seek(0)
        try:
            return limited.run(CHECKER, *arguments, stdin=file)
        except subprocess.TimeoutExpired as error:
            raise RuleBroken(UNREADABLE, field="file") from error


def _export_check(done: "subprocess.CompletedProcess[bytes]", *, actor: Actor, at: datetime) -> ExportCheck:
    said = done.stdout.decode(errors="replace")
    if done.returncode not in (0, 1) or not said:
        raise RuleBroken(said.strip() or UNREADABLE, field="file")
    with transaction.atomic():
        trail.record(actor=actor, verb="export.verified", at=at, intact=done.returncode == 0)
    return ExportCheck(done.returncode == 0, tuple(said.splitlines()))


@transaction.atomic
def _pdf_check(
    found: dict[str, Any], known: dict[str, certificates.KnownCertificate], *, actor: Actor, at: datetime
) -> PdfCheck:
    """What was found, beside what is kept here and what the person may see of it."""
    if not found["has_seal"]:
        return PdfCheck(Finding.UNSEALED)
    certificate = known.get(found["fingerprint"])
    if certificate is None:
        return PdfCheck(Finding.FOREIGN)
    if not found["is_intact"]:
        return PdfCheck(Finding.CHANGED)

    part = Part.objects.filter(digest=found["head"]).first()
    record = Record.objects.visible_to(actor).with_parts().filter(pk=part.record_id).first() if part else None
    if record:
        trail.record(actor=actor, verb="record.verified", target=record, about=record.subject_id, at=at, by="pdf")
    else:
        trail.record(actor=actor, verb="pdf.verified", at=at, head=found["head"])
    return PdfCheck(
        Finding.GENUINE,
        sealed_at=datetime.fromisoformat(found["sealed_at"]) if found["sealed_at"] else None,
        by_former_key=not certificate.is_present,
        is_known=part is not None,
        record=record,
        seq=part.seq if record and part else 0,
        is_newest=record is not None and record.get_head_digest() == found["head"],
    )
