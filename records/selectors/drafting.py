"""Drafts as their writers see them, and what a signature page shows of them."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, replace
from datetime import datetime
from typing import Any

from core.actor import Actor
from policies import selectors as policies
from policies.templates import Field, Section, Template
from records import access, canonical, rules, values
from records.models import DraftSection, Part, PartContent, Record
from records.rules import Kind, PartKind, Sensitivity, State, WrittenBy

TEXT_WRITERS = (WrittenBy.SUPERVISOR, WrittenBy.EITHER, WrittenBy.RECORDER)


def one_text(section_id: str, heading: str, label: str, hint: str = "") -> Section:
    """A section of this room's own, for comments or a reason: one long text, shared, written by the supervisee."""
    return Section(
        id=section_id,
        heading=heading,
        hint=hint,
        sensitivity=Sensitivity.SHARED,
        written_by=WrittenBy.SUPERVISEE,
        fields=(Field(id="text", label=label, type="long_text"),),
    )


COMMENTS_SECTION = one_text(rules.COMMENTS, "Comments", "Comments")


# Heading and label are signed with the reason, so both pages show these and no others; hints are not signed
REASON_SECTION = one_text(
    rules.REASON,
    "Reason",
    "Reason",
    "If you do not agree, or decline, say why. Leave this empty if you agree. Everybody who may read this record can "
    "read your reason.",
)


RETURN_SECTION = one_text(
    rules.REASON,
    "Reason",
    "Reason",
    "Say what should be corrected. Your reason becomes part of the record. Everybody who may read the record can read "
    "it.",
)


# What a worker says of themselves has no place on the record of a child: an answer to an entry by itself is given
# without a reason, and only what is to be corrected in it is asked
ENTRY_RETURN_SECTION = one_text(
    rules.REASON,
    "To be corrected",
    "What in this entry should be corrected?",
    "Name the words or facts, and nothing about yourself or a colleague: what you write here becomes part of the "
    "child’s record. Anything else, say in supervision.",
)


# What was written by hand may hold anything, so it is read like what is about health: by the two people alone
ATTACHMENTS_SECTION = Section(
    id=rules.ATTACHMENTS,
    heading="Handwritten notes",
    hint="If you wrote by hand, attach a picture of each page. Pictures are signed with the record.",
    sensitivity=Sensitivity.HEALTH,
    written_by=WrittenBy.SUPERVISOR,
    fields=(Field(id="files", label="Pictures and PDFs", type="files"),),
)


# The names of the others are in the text where somebody writes them, and nowhere else
FAMILY_SECTION = Section(
    id=rules.FAMILY,
    heading="About the family",
    hint="What is the same for all the children of this family. It is signed in the entry of each of them.",
    sensitivity=Sensitivity.SHARED,
    written_by=WrittenBy.SUPERVISOR,
    fields=(Field(id="text", label="About the family", type="long_text"),),
)


def own_of_room(template: Template) -> Section:
    """The section of this room's own that the form has beside its sections: for the family, or for handwritten notes.

    Handwritten notes may say anything of the worker, so no entry about a child has any.
    """
    return FAMILY_SECTION if template.record_kind == Kind.CASE_ENTRY else ATTACHMENTS_SECTION


@dataclass(frozen=True, slots=True)
class DraftPart:
    """A section of a draft as one reader sees it; ``values`` is None where it is not yet theirs to read."""

    section: Section
    key: str | None
    version: int
    values: Mapping[str, Any] | None
    editable: bool
    saved_by: str = ""
    saved_at: datetime | None = None

    @property
    def name(self) -> str:
        """Under which it stands on the page: its section's id, with the key where that is repeated."""
        return values.name_of(self.section.id, self.key if self.section.repeat else None)


@dataclass(frozen=True, slots=True)
class Draft:
    """A record's draft as one reader sees it. ``shared_at``: since when the supervisee may read all of it."""

    record: Record
    state: State
    parts: tuple[DraftPart, ...]
    shared_at: datetime | None = None


@dataclass(frozen=True, slots=True)
class ReturnReason:
    """What the supervisee typed when they sent a record back, under its heading."""

    heading: str
    fields: Sequence[Mapping[str, Any]]


def template_of(record: Record) -> Template:
    """The template in the version under which the record was opened."""
    return policies.record_template(record.template_slug, record.template_version)


def state_now(record: Record) -> State:
    """Where a record stands at this moment, whatever was read of it before."""
    return Record.objects.get(pk=record.pk).get_state()


def own_sections(template: Template) -> list[Section]:
    """What the supervisee writes: the template's sections for it, or a place for comments where it has none.

    An entry about a child has no such place: what the supervisee says of the supervision stands in its own record.
    """
    own = values.sections_of(template, writers=(WrittenBy.SUPERVISEE,))
    return own or ([] if template.record_kind == Kind.CASE_ENTRY else [COMMENTS_SECTION])


def sections_to_prepare(record: Record, actor: Actor) -> list[Section]:
    """What stands on a supervisee's page of a draft: what is theirs to write, and what they may read so far.

    What the room above computes for the text is left out: it is on the supervisor's page, and in the text to be signed.
    """
    template, heads = template_of(record), record.get_heads()
    may_read = access.readable(actor, record, heads, shared=record.get_shared_at() is not None)
    own = own_sections(template)
    text = [
        replace(section, fields=tuple(item for item in section.fields if item.type != "computed"))
        for section in (*template.sections, own_of_room(template))
        if section.written_by in may_read and section.written_by in TEXT_WRITERS
    ]
    return [section for section in text if section.fields] + own


def sent_back_with(record: Record) -> list[ReturnReason]:
    """Why a returned record was sent back, from its last part; nothing where that is not as it was signed.

    Its own bytes are checked, not the whole chain: the record's own page does that. One query.
    """
    last: Part = list(record.parts.all())[-1]
    body = canonical.loads(bytes(last.body))
    if last.kind != PartKind.RETURN or canonical.digest(bytes(last.body)) != last.digest:
        return []
    signed = {(row["id"], row["key"]): row for row in body["sections"]}
    contents = PartContent.objects.filter(part=last).exclude(section=rules.EVIDENCE)
    return [
        ReturnReason(signed[one.section, one.key]["heading"], canonical.loads(one.content.encode())["fields"])
        for one in contents
        if canonical.section_digest(bytes(one.salt), one.content.encode())
        == signed.get((one.section, one.key), {}).get("digest")
    ]


def reasons_asked(record: Record) -> list[Section]:
    """The section for the reason of a countersignature; none where an entry about a child is answered by itself."""
    return [] if record.kind == Kind.CASE_ENTRY else [REASON_SECTION]


def return_asked(record: Record) -> Section:
    """The section for what should be corrected."""
    return ENTRY_RETURN_SECTION if record.kind == Kind.CASE_ENTRY else RETURN_SECTION


def own_sections_shown(record: Record) -> list[Section]:
    """Those of the supervisee's own sections that stand on the form, by what is written in the record now."""
    own = own_sections(template_of(record))
    if not any(section.when for section in own):
        return own
    written = {row.section: row.values for row in DraftSection.objects.filter(record=record)}
    return [section for section in own if values.is_shown(section, written)]


def section_of(template: Template, section_id: str) -> Section | None:
    """A section that can be written in a draft: the template's, or one of this room's own that goes with it."""
    beside = own_of_room(template)
    own = {rules.COMMENTS: COMMENTS_SECTION, rules.REASON: REASON_SECTION, beside.id: beside}
    return own.get(section_id) or next((section for section in template.sections if section.id == section_id), None)


def draft(
    *,
    record: Record,
    actor: Actor,
    only: Sequence[Section] | None = None,
    repeated: Mapping[str, Sequence[tuple[str, str]]] | None = None,
) -> Draft:
    """The draft's sections that the actor writes or may read, or ``only`` those given, in the template's order.

    ``repeated``: for what a section is repeated, as in ``Given``; without, it is left out.
    A supervisee reads the supervisor's sections once they are shared or signed, not before.
    """
    heads = record.get_heads()
    shared_at = record.get_shared_at()
    writable = access.writable(actor, record, heads)
    readable = access.readable(actor, record, heads, shared=shared_at is not None)
    template = template_of(record)
    wanted = _written_alone(template) if only is None else only
    stored = record.draft_sections.filter(section__in=[one.id for one in wanted]).select_related("updated_by")
    rows = {(row.section, row.key): row for row in stored}
    parts = tuple(
        _draft_part(
            section,
            rows.get((section.id, key)),
            key=key,
            editable=section.written_by in writable,
            readable=section.written_by in readable,
        )
        for section, key in values.occurrences(wanted, repeated or {})
    )
    return Draft(record=record, state=rules.state_of(heads), parts=parts, shared_at=shared_at)


def _written_alone(template: Template) -> list[Section]:
    """What is written in one draft by itself; the text that siblings share is written in all their entries at once."""
    return [*template.sections, *(one for one in (own_of_room(template),) if one is not FAMILY_SECTION)]


def _draft_part(
    section: Section, row: DraftSection | None, *, key: str | None, editable: bool, readable: bool
) -> DraftPart:
    return DraftPart(
        section=section,
        key=key,
        version=row.version if row else 0,
        values=(row.values if row else {}) if readable else None,
        editable=editable,
        saved_by=row.updated_by.name if row and readable else "",
        saved_at=row.updated_at if row and readable else None,
    )


def as_typed_too_late(
    record: Record, sections: Sequence[Section], *, repeated: Mapping[str, Sequence[tuple[str, str]]] | None = None
) -> Draft:
    """Sections with nothing saved in them, for a page that only gives back what was typed."""
    placed = values.occurrences(sections, repeated or {})
    parts = tuple(DraftPart(section=one, key=key, version=0, values={}, editable=True) for one, key in placed)
    return Draft(record=record, state=record.get_state(), parts=parts)


def draft_part(*, record: Record, section_id: str, actor: Actor, key: str | None = None) -> DraftPart | None:
    """One section of a draft, where the actor may write or read it now; not what siblings share, which is in them all.

    ``key``: of one that is repeated, and of no other.
    """
    section = section_of(template_of(record), section_id)
    if section is None or section is FAMILY_SECTION or bool(section.repeat) != bool(key):
        return None
    (part,) = draft(record=record, actor=actor, only=[section], repeated={section_id: [(key or "", "")]}).parts
    return part if part.values is not None else None
