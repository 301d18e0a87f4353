"""The files of a record: whoever reads a section may read what is attached to it."""

from collections.abc import Iterator
from typing import Any

from core.actor import Actor
from records import values
from records.models import Record
from records.rules import State
from records.selectors.drafting import draft
from records.selectors.reading import record_reading


def file_in(*, record: Record, sha256: str, actor: Actor) -> dict[str, Any] | None:
    """What a record says of one of its files ({name, size, sha256}), where the actor may read the section it is in."""
    return next((file for file in _files(record, actor) if file["sha256"] == sha256), None)


def _files(record: Record, actor: Actor) -> Iterator[dict[str, Any]]:
    for part in record_reading(record=record, actor=actor).parts:
        for content in part.contents.values():
            yield from values.files_of(content) if content else ()
    if record.get_state() is not State.SEALED:
        for section in draft(record=record, actor=actor).parts:
            for item in section.section.fields:
                if item.type in values.FILES:
                    yield from values.files_in((section.values or {}).get(item.id))
