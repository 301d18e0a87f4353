"""A record about a child that its writer signs at once: what is signed, before the record is there."""

from collections.abc import Mapping
from dataclasses import dataclass
from typing import Any
from uuid import UUID

from policies.templates import Template
from records import canonical, wording
from records.rules import Kind, LateEntry, Relation
from records.selectors.to_sign import TextToSign, as_signed, problems_of, sections_shown
from records.values import Given


@dataclass(frozen=True, slots=True)
class AtOnce:
    """What one signature makes a record of. ``written``: values by section and field, under the ``version`` shown.

    ``relation``: as what it is signed; who works with the child, or was asked as somebody outside the line, manages nobody.
    """

    record_id: UUID
    kind: Kind
    child_id: UUID
    asked_by_id: UUID | None
    template: Template
    policy_slug: str
    policy_version: str
    title: str
    written: Mapping[str, Mapping[str, Any]]
    version: int
    facts: Mapping[str, Any]
    late: LateEntry
    given: Given
    relation: Relation = Relation.SUPERVISOR


def text_at_once(made: AtOnce) -> TextToSign:
    """What the signature page shows, with the digest over all of it, and what is still missing."""
    shown_sections = sections_shown(made.template, made.written)
    sections = as_signed(shown_sections, made.written, given=made.given)
    statement = wording.statement_at_once(made.kind, made.relation)
    shown = canonical.shown_digest(
        {
            "record": str(made.record_id),
            "head": "",
            "child": str(made.child_id),
            "asked_by": str(made.asked_by_id) if made.asked_by_id else None,
            "title": made.title,
            "sections": [
                {
                    "id": section.id,
                    "key": section.key,
                    "version": made.version,
                    "content": canonical.digest(canonical.canonical(section.content)),
                }
                for section in sections
            ],
            "facts": made.facts,
            "late": made.late.as_body(),
            "statement": statement,
        }
    )
    problems = problems_of(made.template, made.written, shown=shown_sections, given=made.given)
    return TextToSign(sections=sections, statement=statement, shown=shown, problems=problems)
