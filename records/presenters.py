"""A record as its pages show it: plain values built from verified parts. No queries."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import date, datetime
from itertools import chain
from typing import Any

from core.actor import Actor
from core.clock import LONDON
from core.templatetags.countersign import medium_date
from records import rules, wording
from records.access import relation_of, supervisee_of
from records.corrections import facts_now
from records.models import DraftSection, Record
from records.pdf_wording import (
    ADDED_AS,
    NOTHING_SIGNED,
    Wording,
    entered,
    is_of_a_group,
    issued,
    short_number,
    state_in_words,
)
from records.rules import Audience, Kind, Meaning, PartKind, Relation, Sensitivity, State, VerifiedPart
from records.selectors import DraftVersions, RecordReading
from records.services import Presence, SavedSection
from records.values import name_of
from records.wording import credential_in_words

RELATION_WORDS = {
    Relation.SUPERVISOR: "Supervisor",
    Relation.SUPERVISEE: "Supervisee",
    Relation.NEXT_UP: "Supervisor’s manager",
    Relation.AUDITOR: "Auditor",
    Relation.OBSERVER: "Observer",
    Relation.OBSERVED: "Observed",
    Relation.SUCCESSOR: "Successor",
}
CHILD_RELATION_WORDS = {**RELATION_WORDS, Relation.SUPERVISOR: "Manager", Relation.SUPERVISEE: "Worker"}
CLOSED = rules.REFUSED[Meaning.CLOSURE]
METHOD_WORDS = {
    "demo": "chosen from the demo’s list of people",
    "password": "a password",
    "totp": "a code",
    "recovery_code": "a recovery code",
    "passkey": "a passkey",
}


@dataclass(frozen=True, slots=True)
class ShownSection:
    """A section under its heading; ``fields`` is None where it is withheld from this reader."""

    id: str
    heading: str
    sensitivity: str
    fields: Sequence[Mapping[str, Any]] | None
    key: str | None = None

    @property
    def anchor(self) -> str:
        """Where links land."""
        return f"section-{name_of(self.id.strip('_'), self.key)}"


@dataclass(frozen=True, slots=True)
class ShownSignature:
    """A signature, with what its signer typed."""

    seq: int
    name: str
    role: str
    relation: str
    meaning: str
    statement: str
    signed_at: datetime
    method: str
    credential: str
    digest: str
    sections: Sequence[ShownSection]


@dataclass(frozen=True, slots=True)
class ShownAddendum:
    """Something added after the record was sealed. ``facts``: what it corrects, as it is right, with what stood there."""

    heading: str
    signature: ShownSignature
    sections: Sequence[ShownSection]
    facts: Sequence[tuple[str, str]]

    @property
    def meaning(self) -> str:
        """What its signature says: of a response whether it agrees, of anything else that it was signed."""
        return "signed this addition" if self.signature.meaning == Meaning.AUTHOR else self.signature.meaning


@dataclass(frozen=True, slots=True)
class RecordPage:
    """What a record's page shows."""

    number: str
    heading: str
    status: str
    subject: str
    facts: Sequence[tuple[str, str]]
    summary: str
    sections: Sequence[ShownSection]
    signatures: Sequence[ShownSignature]
    addenda: Sequence[ShownAddendum]
    unsigned: str
    waiting: Sequence[tuple[str, str]]
    earlier: Sequence[ShownSignature]
    sent_back: Sequence[ShownSection]
    next_step: str
    has_masked: bool

    @property
    def is_closed(self) -> bool:
        """Whether it was closed without the signatures that it asks for."""
        return self.status == CLOSED


def shown_sections(part: VerifiedPart) -> list[ShownSection]:
    """The part's sections in the order in which they were signed."""
    found = []
    for row in part.body["sections"]:
        content = part.contents.get((row["id"], row["key"]))
        fields = content["fields"] if content else None
        found.append(ShownSection(row["id"], row["heading"], row["sensitivity"], fields, row["key"]))
    return found


def shown_signature(part: VerifiedPart) -> ShownSignature:
    """The signature that closes a part; what was typed with it, where the part is not the text itself."""
    signature = part.body["signature"]
    is_text = part.body["kind"] == PartKind.TEXT
    elsewhere = reason_elsewhere(part)
    return ShownSignature(
        seq=part.body["seq"],
        name=signature["signer"]["name"],
        role=signature["signer"]["role"],
        relation=relation_words(part.body),
        meaning=signature["meaning"],
        statement=signature["statement"],
        signed_at=datetime.fromisoformat(signature["signed_at"]),
        method=method_in_words(str(signature["auth"]["method"])),
        credential=credential_in_words(
            signature["auth"].get("credential_changed_within_days"), name=signature["signer"]["name"]
        ),
        digest=part.digest,
        sections=[elsewhere] if elsewhere else [] if is_text else shown_sections(part),
    )


def reason_elsewhere(part: VerifiedPart) -> ShownSection | None:
    """Where the reason stands of an answer that was given to an entry with its record; nothing where it stands here."""
    if not wording.is_reason_elsewhere(part.body):
        return None
    text = {"id": "text", "label": "Reason", "type": "long_text", "value": wording.REASON_ELSEWHERE}
    return ShownSection("elsewhere", "Reason", Sensitivity.SHARED, [text])


def relation_words(body: Mapping[str, Any]) -> str:
    """What the signer was to whom the record is about; a child is nobody's supervisee, and nobody of a group is."""
    if body["subjects"][0]["kind"] == "child":
        return CHILD_RELATION_WORDS[Relation(body["signature"]["relation"])]
    if is_of_a_group(body):
        return "Facilitator or recorder"
    return RELATION_WORDS[Relation(body["signature"]["relation"])]


def shown_addendum(part: VerifiedPart, *, before: Sequence[VerifiedPart]) -> ShownAddendum:
    """What was added, with its signature; of a correction each fact that it changed. ``before``: the parts before it."""
    corrects = bool(part.body["corrects"])
    name = part.body["signature"]["signer"]["name"]
    changed: list[tuple[str, str]] = []
    if corrects:
        were, now = (facts_now([one.body for one in parts]) for parts in (before, [*before, part]))
        latest = {fact: found[-1:] for fact, found in now.changes.items() if now.facts[fact] != were.facts.get(fact)}
        changed = Wording().facts({fact: now.facts[fact] for fact in latest}, changes=latest)
    return ShownAddendum(
        heading=f"{'Correction' if corrects else ADDED_AS[PartKind(part.body['kind'])]} by {name}",
        signature=shown_signature(part),
        sections=shown_sections(part),
        facts=changed,
    )


def method_in_words(method: str) -> str:
    """How the signer proved who it is: "with a password and a code"."""
    words = " and ".join(METHOD_WORDS.get(name, name) for name in method.split("+"))
    return words if method == "demo" else f"with {words}"


@dataclass(frozen=True, slots=True)
class ShownEntry:
    """An entry about a child, beside the record of its session."""

    record: Record
    facts: Sequence[tuple[str, str]]
    sections: Sequence[ShownSection]


def entries_shown(readings: Sequence[RecordReading]) -> list[ShownEntry]:
    """The text of each entry as it was signed last."""
    found = []
    for reading in readings:
        text = next(part for part in reversed(reading.parts) if part.body["kind"] == PartKind.TEXT)
        found.append(ShownEntry(reading.record, Wording().facts(text.body["facts"]), shown_sections(text)))
    return found


def record_page(reading: RecordReading, *, actor: Actor, goes_with: bool = False) -> RecordPage:
    """The page of a record that has at least one signature, for one reader. ``goes_with``: it is answered with another."""
    texts = [place for place, part in enumerate(reading.parts) if part.body["kind"] == PartKind.TEXT]
    start = max(texts, default=0)
    text, since = reading.parts[start], reading.parts[start:]
    sections = shown_sections(text) if texts else []
    signatures = [shown_signature(part) for part in since if part.body["kind"] not in rules.ADDED]
    addenda = [
        shown_addendum(part, before=reading.parts[:place])
        for place, part in enumerate(reading.parts)
        if place > start and part.body["kind"] in rules.ADDED
    ]
    author, other = reading.record.author.name, supervisee_of(reading.record)
    names = dict.fromkeys(rules.WRITING, author) | dict.fromkeys(rules.ANSWERING, other)
    names[Relation.SUCCESSOR] = "The new supervisor"
    waiting = [(names[relation], RELATION_WORDS[relation]) for relation in sorted(rules.awaits(reading.heads))]
    subject = text.body["subjects"][0]
    now = facts_now([part.body for part in reading.parts])
    held_on = now.facts.get("held_on")
    typed_with = [*(one.sections for one in signatures), *(one.sections for one in addenda)]
    shown = [*sections, *chain.from_iterable(typed_with)]
    return RecordPage(
        number=short_number(reading.record.pk),
        heading=", ".join(
            filter(None, (reading.record.title, reading.record.group or subject["label"], medium_date(held_on)))
        ),
        status=rules.standing_of(reading.heads),
        subject="; ".join(", ".join(filter(None, (one["label"], one["role"]))) for one in text.body["subjects"]),
        facts=Wording().facts(now.facts, changes=now.changes) + entered(reading.parts, now) + issued(text),
        summary=state_in_words(since),
        sections=sections,
        signatures=signatures,
        addenda=addenda,
        unsigned="" if texts else NOTHING_SIGNED,
        waiting=waiting,
        earlier=[shown_signature(part) for part in reading.parts[:start]],
        sent_back=signatures[-1].sections if reading.state is State.RETURNED else [],
        next_step=with_its_record(reading.record) if goes_with else next_step_of(reading, actor=actor),
        has_masked=any(section.fields is None for section in shown),
    )


def with_its_record(record: Record) -> str:
    """The same of an entry that is signed and answered with the record of its session."""
    return wording.WITH_ITS_RECORD.format(worker=supervisee_of(record), author=record.author.name)


def next_step_of(reading: RecordReading, *, actor: Actor) -> str:
    """What happens next, in a sentence or two for this reader."""
    if reading.record.kind == Kind.HANDOVER and reading.state is State.AWAITING:
        return next_step_of_handover(reading, actor=actor)
    is_audit = reading.record.kind == Kind.AUDIT
    return next_step_of_audit(reading, actor=actor) if is_audit else next_step(reading, actor=actor)


def next_step_of_handover(reading: RecordReading, *, actor: Actor) -> str:
    """The same of a brief that waits for whoever comes after."""
    if relation_of(actor, reading.record) is Relation.SUCCESSOR:
        return "Read it to the end, then sign it. It is sealed as soon as you sign."
    return "The new supervisor reads and signs it from their first day on. Nothing in it can be changed meanwhile."


def next_step(reading: RecordReading, *, actor: Actor) -> str:
    """The same of any record but an audit."""
    record, relation = reading.record, relation_of(actor, reading.record)
    subject, author = supervisee_of(record), record.author.name
    match reading.state, relation:
        case State.AWAITING, _ if relation in rules.ANSWERING:
            return "Read it to the end, then sign it or send it back. It is sealed as soon as you sign."
        case State.AWAITING, _:
            return f"{subject} reads it and signs it, or sends it back. Nothing in it can be changed meanwhile."
        case State.RETURNED, Relation.SUPERVISOR | Relation.OBSERVER if record.author_id == actor.staff_id:
            return f"Read what {subject} says, correct the record, and sign it again. What was signed before is kept."
        case State.RETURNED, _:
            return f"{author} corrects the record and signs it again. What was signed before is kept."
        case State.SEALED, _ if rules.standing_of(reading.heads) == CLOSED:
            return "It is closed. Nobody signs it any more, and nothing in it can be changed."
        case _, None:
            return "It is complete, and cannot be changed."
        case _ if record.child_id or record.group:
            return "It is complete. It cannot be changed, only added to."
        case _:
            return "It is complete. It cannot be changed, only added to; both people keep the same PDF of it."


def next_step_of_audit(reading: RecordReading, *, actor: Actor) -> str:
    """The same of an audit, which is complete with the auditor's signature and waits for the supervisor's response."""
    record = reading.record
    if rules.response_of(reading.heads):
        return "It is complete, and its supervisor has responded. It cannot be changed, only added to."
    if record.subject_id == actor.staff_id:
        return "Read it to the end, then say whether you agree with it. Your response stands with it, and changes nothing in it."
    return f"It is complete, and cannot be changed. {record.about} has not responded to it yet."


def file_name(record: Record, *, audience: Audience) -> str:
    """The name of a downloaded PDF: nothing personal, for it may end on a shared disk."""
    masked = "-masked" if audience is Audience.MASKED else ""
    return f"{record.kind.replace('_', '-')}-{short_number(record.pk)}{masked}.pdf"


def conflict_answer(present: DraftSection, *, reader: Actor) -> dict[str, Any]:
    """What a page that saves by itself is told of a section that was saved from elsewhere."""
    somebody_else = present.updated_by_id not in (None, reader.staff_id)
    return {
        "version": present.version,
        "saved_by": present.updated_by.name if somebody_else else "",
        "saved_at": clock_time(present.updated_at, on=reader.on) if present.updated_at else "",
    }


def saved_answer(saved: SavedSection, *, reader: Actor, unclear: Sequence[str]) -> dict[str, Any]:
    """What a page that saves by itself is told: the new version, and what could not be kept as it is."""
    return {
        "version": saved.version,
        "saved_at": clock_time(saved.saved_at, on=reader.on),
        "unclear": " ".join(unclear),
    }


def followed_answer(versions: DraftVersions, present: Sequence[Presence], *, reader: Actor) -> dict[str, Any]:
    """What a page that follows a draft is told: versions, and who writes where; nothing of what the reader may not read."""
    return {
        "state": versions.state,
        "shared": versions.shared,
        "sections": {
            name: {
                "version": section.version,
                "saved_by": section.saved_by if section.saved_by_id != reader.staff_id else "",
                "saved_at": clock_time(section.saved_at, on=reader.on),
            }
            for name, section in versions.sections.items()
        },
        "writing": [
            {"name": one.name, "section": one.section if one.section in versions.readable else ""} for one in present
        ],
    }


def clock_time(at: datetime, *, on: date) -> str:
    """The time of day in London: "14:02"; with its day where that is another than ``on``."""
    local = at.astimezone(LONDON)
    clock = f"{local.hour}:{local.minute:02}"
    return clock if local.date() == on else f"{clock} on {medium_date(local)}"
