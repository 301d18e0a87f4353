"""What signature pages show: a text with the entries that go with it, an answer with what was typed, and the digests."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from typing import Any
from uuid import UUID

from policies.templates import Section, Template
from records import canonical, rules, values, wording
from records.models import DraftSection, Record
from records.rules import AlsoAbout, Kind, LateEntry, Meaning
from records.selectors.drafting import (
    ATTACHMENTS_SECTION,
    FAMILY_SECTION,
    TEXT_WRITERS,
    own_sections_shown,
    reasons_asked,
    template_of,
)
from records.values import Given, TypedSection

Written = Mapping[str, Mapping[str, Any]]


@dataclass(frozen=True, slots=True)
class EntryText:
    """An entry about a child that is signed with the record of its session, with what the room above knows of it.

    ``record``: where it is at hand, with its chain and all that is typed; a page shows it as it was read, and a
    signature reads it again.
    """

    record_id: UUID
    facts: Mapping[str, Any]
    late: LateEntry
    given: Given
    record: Record | None = field(default=None, compare=False)


@dataclass(frozen=True, slots=True)
class TextToSign:
    """All that a signature page shows, and the digest over it.

    ``entries``: those that are signed in the same act, each with its own text and problems. ``bound``: what the record
    binds besides, as it stands already.
    """

    sections: tuple[canonical.Section, ...]
    statement: str
    shown: str
    problems: tuple[tuple[str, str, str], ...]
    entries: tuple[tuple[Record, "TextToSign"], ...] = ()
    bound: tuple[Mapping[str, Any], ...] = ()


def text_to_sign(
    *,
    record: Record,
    facts: Mapping[str, Any],
    late: LateEntry,
    given: Given,
    bound: Sequence[Mapping[str, Any]] = (),
    entries: Sequence[EntryText] = (),
    also: Sequence[AlsoAbout] = (),
) -> TextToSign:
    """What the author signs for, as it stands in the draft, with what is still missing: (section, field, sentence).

    ``entries`` that are sealed are bound as they are; the others are signed in the same act. However many there are, in
    two queries more; where they are at hand, in none. ``also``: whom it is about beside its subject. Of a section that is
    repeated, what is missing stands under its name with the key (``values.name_of``).
    """
    at_hand = {one.record_id: one.record for one in entries if one.record and one.record.author_id == record.author_id}
    is_at_hand = len(at_hand) == len(entries)
    drafts = at_hand if is_at_hand else entries_by_key(entries, author_id=record.author_id)
    rows = _typed([record.pk, *(() if is_at_hand else drafts)])
    if is_at_hand:
        rows |= {key: {(row.section, row.key): row for row in one.draft_sections.all()} for key, one in drafts.items()}
    sealed = [each for each in drafts.values() if each.get_state() is rules.State.SEALED]
    binds = (*bound, *(bound_row(each, each.get_heads()[-1]) for each in sealed))
    with_it = tuple(
        (drafts[one.record_id], _one_text(drafts[one.record_id], one, rows=rows.get(one.record_id, {})))
        for one in entries
        if drafts[one.record_id] not in sealed
    )
    text = EntryText(record.pk, facts, late, given)
    return _one_text(record, text, rows=rows.get(record.pk, {}), bound=binds, entries=with_it, also=also)


def entries_by_key(entries: Sequence[EntryText], *, author_id: UUID) -> dict[UUID, Record]:
    """The records of these entries, all by the same writer, with their chains. Raises DoesNotExist."""
    wanted = [one.record_id for one in entries]
    if not wanted:
        return {}
    found = Record.objects.filter(pk__in=wanted, kind=Kind.CASE_ENTRY, author_id=author_id).with_parts()
    by_key = {each.pk: each for each in found}
    if set(wanted) != set(by_key) or len(wanted) != len(by_key):
        raise Record.DoesNotExist("an entry is not there, or not this writer's, or is named twice")
    return by_key


def bound_row(entry: Record, head: rules.PartHead) -> dict[str, Any]:
    """How a part names a part of an entry that it binds."""
    return {"record": str(entry.pk), "kind": entry.kind, "seq": head.seq, "digest": head.digest}


Rows = Mapping[tuple[str, str | None], DraftSection]


def _typed(records: Sequence[UUID]) -> dict[UUID, dict[tuple[str, str | None], DraftSection]]:
    """What stands in the drafts of these records; in one query."""
    found: dict[UUID, dict[tuple[str, str | None], DraftSection]] = {}
    for row in DraftSection.objects.filter(record__in=records):
        found.setdefault(row.record_id, {})[row.section, row.key] = row
    return found


def _one_text(
    record: Record,
    text: EntryText,
    *,
    rows: Rows,
    bound: Sequence[Mapping[str, Any]] = (),
    entries: tuple[tuple[Record, TextToSign], ...] = (),
    also: Sequence[AlsoAbout] = (),
) -> TextToSign:
    written = {values.name_of(section, key): row.values for (section, key), row in rows.items()}
    template = template_of(record)
    shown_sections, asked = _shown_and_asked(template, written)
    sections = as_signed(shown_sections, written, given=text.given)
    statement = wording.statement(Kind(record.kind), Meaning.AUTHOR)
    shown = canonical.shown_digest(
        {
            "record": str(record.pk),
            "head": record.get_head_digest(),
            "sections": [
                {
                    "id": section.id,
                    "key": section.key,
                    "version": rows[section.id, section.key].version if (section.id, section.key) in rows else 0,
                    "content": canonical.digest(canonical.canonical(section.content)),
                }
                for section in sections
            ],
            "facts": text.facts,
            "late": text.late.as_body(),
            "bound": list(bound),
            "also": [one.as_body() for one in also],
            "entries": [each.shown for _, each in entries],
            "statement": statement,
        }
    )
    problems = problems_of(template, written, shown=shown_sections, given=text.given) if asked else ()
    return TextToSign(sections, statement, shown, problems, entries=entries, bound=tuple(bound))


def _shown_and_asked(template: Template, written: Written) -> tuple[list[Section], bool]:
    """The sections that are part of a text, and whether its form's questions have to be answered.

    An entry in which nothing but the family's text is written is complete with it: what it leaves empty is left out.
    """
    shown = sections_shown(template, written)
    if not values.is_filled(written.get(rules.FAMILY, {}).get("text")):
        has_files = bool(written.get(rules.ATTACHMENTS, {}).get("files"))
        return (shown + [ATTACHMENTS_SECTION] if has_files else shown), True
    own = {section.id for section in values.sections_of(template, writers=TEXT_WRITERS)}
    if any(values.is_filled(value) for section in own for value in written.get(section, {}).values()):
        return [*shown, FAMILY_SECTION], True
    known = [section for section in shown if all(item.type in values.GIVEN for item in section.fields)]
    return [*known, FAMILY_SECTION], False


def sections_shown(template: Template, written: Written) -> list[Section]:
    """The author's sections that are part of the text, by what is written."""
    every = values.sections_of(template, writers=TEXT_WRITERS)
    return [section for section in every if values.is_shown(section, written)]


def as_signed(sections: Sequence[Section], written: Written, *, given: Given) -> tuple[canonical.Section, ...]:
    """Sections with what is written in them, as they stand in the part that is signed."""
    return tuple(
        canonical.Section(
            id=section.id,
            key=key,
            heading=section.heading,
            sensitivity=section.sensitivity,
            content=values.content_of(
                section, written.get(values.name_of(section.id, key), {}), given=given.within(section.id, key)
            ),
        )
        for section, key in values.occurrences(sections, given.repeated)
    )


def problems_of(
    template: Template, written: Written, *, shown: Sequence[Section], given: Given
) -> tuple[tuple[str, str, str], ...]:
    """What has to be put right before signing: (section, field, sentence)."""
    found: list[tuple[str, str, str]] = []
    every = values.sections_of(template, writers=TEXT_WRITERS)
    for section, key in values.occurrences(every, given.repeated):
        name = values.name_of(section.id, key)
        typed, within = written.get(name, {}), given.within(section.id, key)
        is_part = any(one.id == section.id for one in shown)
        wrong = values.missing(section, typed, given=within) if is_part else values.left_out(section, typed)
        found += [(name, field_id, sentence) for field_id, sentence in wrong]
    return tuple(found)


def shown_for_countersigning(record: Record) -> str:
    """The digest over what a countersigning page shows: the head of the chain, what it asks, the sentences to choose.

    What was typed there comes to it with ``shown_with``.
    """
    asked = [*own_sections_shown(record), *reasons_asked(record)]
    return canonical.shown_digest(
        {
            "record": str(record.pk),
            "head": record.get_head_digest(),
            "asked": [
                {"id": section.id, "heading": section.heading, "labels": [item.label for item in section.fields]}
                for section in asked
            ],
            "statements": wording.statements(Kind(record.kind)),
            "return": wording.statement(Kind(record.kind), Meaning.RETURN),
        }
    )


def saved_answer(record: Record, sections: Sequence[Section]) -> list[TypedSection]:
    """What is saved of these sections of a supervisee's answer, each under its version."""
    rows = DraftSection.objects.filter(record=record, key=None, section__in=[section.id for section in sections])
    return [TypedSection(section=row.section, key=None, version=row.version, values=row.values) for row in rows]


def shown_with(page: str, typed: Sequence[TypedSection]) -> str:
    """The digest over a countersigning page and what was typed on it, as it was saved and under which versions."""
    return canonical.shown_digest(
        {
            "page": page,
            "typed": [
                {
                    "id": one.section,
                    "version": one.version,
                    "content": canonical.digest(canonical.canonical(dict(one.values))),
                }
                for one in sorted(typed, key=lambda one: one.section)
            ],
        }
    )
