"""What a page that follows a draft asks for every few seconds: versions and names, no content."""

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import datetime
from uuid import UUID

from core.actor import Actor
from records import access, rules, values
from records.models import DraftSection, Record
from records.rules import State
from records.selectors.drafting import TEXT_WRITERS, own_of_room, section_of, template_of


@dataclass(frozen=True, slots=True)
class SectionVersion:
    """Under which version a section stands, and who saved it when."""

    version: int
    saved_by: str
    saved_by_id: UUID
    saved_at: datetime


@dataclass(frozen=True, slots=True)
class DraftVersions:
    """The sections of a draft that a reader may read, each under its version; ``readable``: all of their ids."""

    state: State
    shared: bool
    sections: Mapping[str, SectionVersion]
    readable: frozenset[str]


def draft_versions(*, record: Record, actor: Actor) -> DraftVersions:
    """How the sections stand that the actor may read; in three queries, and without their content."""
    heads = record.get_heads()
    shared = record.get_shared_at() is not None
    may_read = access.readable(actor, record, heads, shared=shared)
    template = template_of(record)
    rows = DraftSection.objects.filter(record=record).select_related("updated_by").defer("content")
    found = {}
    for row in rows:
        section = section_of(template, row.section)
        if section and section.written_by in may_read:
            name = values.name_of(row.section, row.key if section.repeat else None)
            found[name] = SectionVersion(row.version, row.updated_by.name, row.updated_by_id, row.updated_at)
    ids = {section.id for section in template.sections if section.written_by in may_read}
    ids |= {own_of_room(template).id} if may_read & set(TEXT_WRITERS) else set()
    return DraftVersions(rules.state_of(heads), shared, found, frozenset(ids))
