"""What is added to a sealed record, or closes one that nobody can finish: as its writer sees it before signing."""

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import datetime
from typing import Any
from uuid import UUID

from django.db.models import QuerySet

from core.actor import Actor
from core.prepared import prepared
from policies.templates import Section
from records import canonical, rules, wording
from records.corrections import FactsNow, facts_now
from records.models import DraftSection, Record
from records.rules import Kind
from records.selectors.drafting import Draft, DraftPart, one_text, section_of, template_of
from records.unfinished import UNFINISHED
from records.values import Given, TypedSection, content_of, is_filled

ADDENDUM_SECTION = one_text(
    rules.ADDENDUM,
    "Addendum",
    "Addendum",
    "Write what you want to add. It stands, with your name and the time, after what was signed.",
)
CORRECTION_SECTION = one_text(
    rules.CORRECTION,
    "Why it is corrected",
    "Why it is corrected",
    "Everybody who may read this record can read your reason.",
)
CLOSURE_SECTION = one_text(
    rules.CLOSURE,
    "Not countersigned, because",
    "Not countersigned, because",
    "Everybody who may read this record can read your reason. Leave out anything about health or conduct.",
)
RESPONSE_SECTION = one_text(
    rules.RESPONSE,
    "What the supervisor says",
    "What the supervisor says",
    "If you do not agree with all of it, say with what, and why. Everybody who may read this audit can read your response.",
)
OWN_SECTIONS = {
    section.id: section for section in (ADDENDUM_SECTION, CORRECTION_SECTION, CLOSURE_SECTION, RESPONSE_SECTION)
}


@dataclass(frozen=True, slots=True)
class Unfinished:
    """A record that nobody can finish, as the supervisor's manager may know of it: never its text.

    ``why``: a sentence on who has gone. ``is_signed``: whether a text waits for its answer, and not a draft.
    """

    record_id: UUID
    kind: Kind
    subject: str
    author: str
    since: datetime
    is_signed: bool
    why: str


def unfinished_records(*, actor: Actor) -> list[Unfinished]:
    """The records that the actor may close, the longest unfinished first; in one query."""
    return [unfinished(record) for record in _unfinished(actor=actor)]


@prepared
def _unfinished(*, actor: Actor) -> QuerySet[Record]:
    found: Any = UNFINISHED.visible_to(actor).select_related("subject", "author", "discussed_with", "child")
    return found.order_by("since", "pk")


def unfinished(record: Any) -> Unfinished:
    """One row of ``UNFINISHED`` in words."""
    other = record.discussed_with.name if record.discussed_with else record.about
    people = ((record.author_gone, record.author.name), (record.subject_gone, other))
    signed = record.state == rules.State.AWAITING
    why = [wording.GONE[how].format(name=name) for how, name in (people[1:] if signed else people) if how]
    return Unfinished(
        record_id=record.pk,
        kind=Kind(record.kind),
        subject=f"a child, discussed with {other}" if record.discussed_with else record.about,
        author=record.author.name,
        since=record.since,
        is_signed=signed,
        why=f"{', and '.join(why)}.",
    )


def can_close(*, record: Record, actor: Actor) -> bool:
    """Whether the actor may close a record; one query, and none for those who are nobody's manager."""
    return bool(actor.next_up_for or actor.manages) and UNFINISHED.visible_to(actor).filter(pk=record.pk).exists()


def own_key(actor: Actor) -> str:
    """Under which key a writer's own section is kept while it is typed: two people never share one."""
    return str(actor.staff_id)


def own_row(record: Record, section_id: str, actor: Actor) -> DraftSection | None:
    """What the actor has typed so far of a section of their own."""
    return _own(record, section_id, actor).first()


def _own(record: Record, section_id: str, actor: Actor) -> QuerySet[DraftSection]:
    return DraftSection.objects.filter(record=record, section=section_id, key=own_key(actor))


def own_draft(*, record: Record, section: Section, actor: Actor) -> Draft:
    """A section of the actor's own as they typed it so far, for a page that saves it."""
    row = own_row(record, section.id, actor)
    part = DraftPart(
        section=section,
        key=own_key(actor),
        version=row.version if row else 0,
        values=row.values if row else {},
        editable=True,
        saved_by=actor.name if row else "",
        saved_at=row.updated_at if row else None,
    )
    return Draft(record=record, state=record.get_state(), parts=(part,))


def own_typed(record: Record, section_id: str, actor: Actor) -> list[TypedSection]:
    """The same as it is signed: under its version, or nothing where nothing is saved."""
    row = own_row(record, section_id, actor)
    return [TypedSection(row.section, row.key, row.version, row.values)] if row else []


def kept_unsigned(*, record: Record, actor: Actor) -> list[canonical.Section]:
    """What the actor typed into a record that was closed over it: signed by nobody, and read by its writer alone."""
    template = template_of(record)
    rows = record.draft_sections.filter(updated_by=actor.staff_id).exclude(section__in=list(OWN_SECTIONS))
    typed = [(section_of(template, row.section), row.values) for row in rows.order_by("pk")]
    return [
        canonical.Section(
            id=section.id,
            key=None,
            heading=section.heading,
            sensitivity=section.sensitivity,
            content=content_of(section, values, given=Given()),
        )
        for section, values in typed
        if section and any(map(is_filled, values.values()))
    ]


def record_facts(record: Record) -> FactsNow:
    """The facts of a signed record as they stand now, corrections included."""
    return facts_now([canonical.loads(bytes(part.body)) for part in record.parts.all()])


def shown_for_adding(record: Record, *, corrects: bool) -> str:
    """The digest over what a page of an addendum shows: what it is added to, its question, its sentence.

    What others add meanwhile changes nothing of it: two people may add at the same moment. A correction also stands on
    the facts that it found.
    """
    section = CORRECTION_SECTION if corrects else ADDENDUM_SECTION
    answer = rules.answer_of(record.get_heads())
    return canonical.shown_digest(
        {
            "record": str(record.pk),
            "added_to": answer.digest if answer else None,
            "asked": {"heading": section.heading, "labels": [item.label for item in section.fields]},
            "statement": addendum_statement(record, corrects=corrects),
            "facts": dict(record_facts(record).facts) if corrects else None,
        }
    )


def addendum_statement(record: Record, *, corrects: bool) -> str:
    """The sentence above the button of an addendum."""
    sentence = wording.CORRECTION if corrects else wording.ADDENDUM
    return sentence.format(thing=wording.thing(Kind(record.kind)))


def closure_statement(record: Record) -> str:
    """The sentence above the button that closes a record."""
    return wording.CLOSURE.format(thing=wording.thing(Kind(record.kind)))


def shown_for_closing(record: Record) -> str:
    """The digest over what the page of a closure shows: where the record stands, its question, its sentence."""
    return canonical.shown_digest(
        {
            "record": str(record.pk),
            "head": record.get_head_digest(),
            "asked": {
                "heading": CLOSURE_SECTION.heading,
                "labels": [item.label for item in CLOSURE_SECTION.fields],
            },
            "statement": closure_statement(record),
        }
    )


def shown_for_responding(record: Record) -> str:
    """The digest over what the page of a response shows: the audit as it was signed, its question, the two sentences.

    What is added to the audit meanwhile changes nothing of it.
    """
    answer = rules.answer_of(record.get_heads())
    return canonical.shown_digest(
        {
            "record": str(record.pk),
            "responds_to": answer.digest if answer else None,
            "asked": {
                "heading": RESPONSE_SECTION.heading,
                "labels": [item.label for item in RESPONSE_SECTION.fields],
            },
            "statements": wording.responses(),
        }
    )


def signed_already(record: Record, *, typed: Mapping[str, Any], actor: Actor) -> bool:
    """Whether the actor's last part of a record adds exactly these words to it: the button pressed twice."""
    own = record.parts.filter(signer=actor.staff_id).order_by("-seq").first()
    if own is None or own.kind not in rules.ADDED:
        return False
    content = own.contents.filter(section__in=[rules.ADDENDUM, rules.RESPONSE]).first()
    if content is None:
        return not any(map(is_filled, typed.values()))
    said = canonical.loads(content.content.encode())["fields"]
    return [item["value"] for item in said] == list(typed.values())
