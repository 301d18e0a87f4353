"""Files in a record: attached to a section of a draft, taken away again, and read by whoever may read the section."""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime
from typing import Any
from uuid import UUID

from django.db import transaction
from django.urls import reverse

from core.actor import Actor
from core.errors import RuleBroken
from documents import selectors as stored_files
from documents import services as documents
from documents.models import StoredFile
from documents.receiving import TakenIn
from documents.rules import digest_of
from policies.templates import Field
from records import selectors, values
from records.models import DraftSection, Record
from records.services.drafts import SavedSection, locked, writable_section, write_section
from trail import services as trail


@dataclass(frozen=True, slots=True)
class FileRead:
    """A file of a record, its bytes checked against what was signed, and the name under which it was attached."""

    name: str
    media_type: str
    data: bytes


@transaction.atomic
def attach_files(
    *, record_id: UUID, section: str, field: str, files: Sequence[TakenIn], actor: Actor, at: datetime
) -> SavedSection:
    """Store files and name them in a section of the draft, whose version goes up; the same file twice is one.

    Raises NotAllowed, or RuleBroken where there are too many.
    """
    kept = [{"name": file.name, "size": len(file.data), "sha256": digest_of(file.data)} for file in files]
    saved = _change(locked(record_id, actor), section, field, added=kept, actor=actor, at=at)
    path = reverse("records:record-detail", args=[record_id])
    for file in files:
        documents.keep_brought(file, actor=actor, at=at, path=path)
    return saved


@transaction.atomic
def detach_file(*, record_id: UUID, section: str, field: str, sha256: str, actor: Actor, at: datetime) -> SavedSection:
    """Take a file out of a section of the draft. What was signed keeps it. Raises NotAllowed or RuleBroken."""
    return _change(locked(record_id, actor), section, field, removed=sha256, actor=actor, at=at)


def _change(
    record: Record,
    section_id: str,
    field: str,
    *,
    actor: Actor,
    at: datetime,
    added: Sequence[dict[str, Any]] = (),
    removed: str = "",
) -> SavedSection:
    heads, template = record.get_heads(), selectors.template_of(record)
    section = writable_section(record, template, section_id, heads=heads, actor=actor)
    item = next((one for one in section.fields if one.id == field and one.type in values.FILES), None)
    if item is None:
        raise RuleBroken("This form has no such field.")
    row = DraftSection.objects.filter(record=record, section=section_id, key=None).first()
    saved = row.values if row else {}
    files = {file["sha256"]: file for file in (*values.files_in(saved.get(field)), *added)}
    files.pop(removed, None)
    fields = {**saved, field: _as_value(item, list(files.values()))}
    row = write_section(row, record=record, section=section, key=None, fields=fields, actor=actor, at=at)
    verb = "record.file_attached" if added else "record.file_removed"
    trail.record(
        actor=actor, verb=verb, target=record, about=record.subject_id, at=at, section=section_id, files=len(files)
    )
    return SavedSection(row.section, row.key, row.version, row.updated_at)


def _as_value(item: Field, files: list[dict[str, Any]]) -> Any:
    most = values.MOST_FILES if item.type == "files" else 1
    if len(files) > most:
        raise RuleBroken(
            f"At most {most} files can be attached here, and this would be {len(files)}. Remove some first."
            if most > 1
            else "One file can be attached here. Remove the one that is there first.",
            field=item.id,
        )
    return files if item.type == "files" else next(iter(files), None)


@transaction.atomic
def read_file(*, record: Record, sha256: str, actor: Actor, at: datetime) -> FileRead:
    """A file that stands in a section which the actor may read, draft or signed, noted in the trail first.

    Raises StoredFile.DoesNotExist where no such section has it, RuleBroken while it waits for its scan or where that
    found a virus, and FileDamaged where its bytes are not as stored.
    """
    file = selectors.file_in(record=record, sha256=sha256, actor=actor)
    if file is None:
        raise StoredFile.DoesNotExist
    trail.record(
        actor=actor, verb="record.file_read", target=record, about=record.subject_id, at=at, sha256=file["sha256"]
    )
    stored = StoredFile.objects.get(digest=file["sha256"])
    return FileRead(name=file["name"], media_type=stored.media_type, data=stored_files.read_brought(stored))
