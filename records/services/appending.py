"""A part added to a locked record: its bytes and all that follows from it, or nothing."""

from collections.abc import Mapping, Sequence, Set
from dataclasses import dataclass
from datetime import date, datetime
from itertools import chain
from typing import Any
from uuid import UUID

from django.db import connection
from django.db.models import F
from django.urls import reverse

from cases.selectors import holders_of
from core.actor import Actor
from outbox.services import enqueue
from records import canonical, parts, rules, sealing, selectors
from records.models import Attestation, Part, PartContent, Record
from records.rules import Kind, LateEntry, Meaning, PartHead, PartKind, Relation, State
from staff.challenge import Challenge
from staff.selectors import job_titles
from trail import services as trail


@dataclass(frozen=True, slots=True)
class Evidence:
    """What is kept about the circumstances of a signature, salted and withheld by default."""

    address: str
    browser: str
    issuer: str = ""

    def as_content(self) -> dict[str, str]:
        """The shape that is digested."""
        return {"address": self.address, "browser": self.browser, "issuer": self.issuer}


def new_act() -> UUID:
    """A fresh id for an act of signing, time-ordered."""
    (made,) = _new_ids(1)
    return made


def _new_ids(count: int) -> list[UUID]:
    with connection.cursor() as cursor:
        cursor.execute("SELECT uuidv7() FROM generate_series(1, %s)", [count])
        return [UUID(str(row[0])) for row in cursor.fetchall()]


@dataclass(frozen=True, slots=True)
class Addition:
    """What is added to one locked record: the chain as it stands, and what the part holds and carries."""

    record: Record
    heads: Sequence[PartHead]
    sections: Sequence[canonical.Section]
    carried: Mapping[str, Any]


def append(
    record: Record,
    heads: Sequence[PartHead],
    *,
    kind: PartKind,
    relation: Relation,
    meaning: Meaning,
    sections: Sequence[canonical.Section],
    carried: Mapping[str, Any],
    act: UUID,
    challenge: Challenge,
    evidence: Evidence,
    actor: Actor,
    at: datetime,
    statement: str = "",
) -> Part:
    """Add a part to a locked record: bytes, contents, attestation, and all that follows from it, or nothing.

    ``statement``: the sentence that was shown, where it is not that of the meaning alone.
    """
    (part,) = append_each(
        [Addition(record, heads, sections, carried)],
        kind=kind,
        relation=relation,
        meaning=meaning,
        act=act,
        challenge=challenge,
        evidence=evidence,
        actor=actor,
        at=at,
        statement=statement,
    )
    return part


def append_each(
    additions: Sequence[Addition],
    *,
    kind: PartKind,
    relation: Relation,
    meaning: Meaning,
    act: UUID,
    challenge: Challenge,
    evidence: Evidence,
    actor: Actor,
    at: datetime,
    statement: str = "",
    with_record: bool = False,
) -> list[Part]:
    """The same for many locked records in one act. ``with_record``: they are entries that another record binds."""
    if not additions:
        return []
    subjects = {one.record.subject_id for one in additions if one.record.subject_id}
    titles = job_titles({*subjects, actor.staff_id}, on=actor.on)
    signer = canonical.Signer(id=actor.staff_id, name=actor.name, role=titles.get(actor.staff_id, ""))
    made = [
        parts.body_of(
            one.record,
            one.heads,
            kind=kind,
            relation=relation,
            meaning=meaning,
            sections=one.sections,
            carried=one.carried,
            act=act,
            signer=signer,
            subject_role=titles.get(one.record.subject_id, "") if one.record.subject_id else "",
            challenge=challenge,
            evidence=evidence.as_content(),
            at=at,
            statement=statement,
            attendees=selectors.attendees_of(one.record, on=actor.on),
        )
        for one in additions
    ]
    stored = _store([(one, body) for one, body in zip(additions, made, strict=True)], at=at)
    children = {one.record.child_id for one in additions if one.record.child_id}
    holders = holders_of(children=children, on=actor.on) if children else {}
    for one, body, part in zip(additions, made, stored, strict=True):
        record, state = one.record, State(part.state_after)
        trail.record(
            actor=actor,
            verb=VERBS[kind],
            target=record,
            about=record.subject_id,
            at=at,
            seq=part.seq,
            digest=part.digest,
        )
        if state is State.SEALED:
            _forget_drafts(record, body, before=rules.state_of(one.heads))
            enqueue("records.tasks.render_document", record_id=record.pk, head=part.digest)
        holding = [each.person_id for each in holders.get(record.child_id, ())] if record.child_id else []
        if record.kind == Kind.CASE_ENTRY:
            _announce_entry(record, part, holders=holding, with_record=with_record, on=actor.on)
        elif record.child_id:
            _announce_of_child(record, part, holders=holding)
        elif record.group:
            _announce_of_group(record, part)
        else:
            _announce(record, part, state=state, on=actor.on)
    return stored


def repeated(record: Record) -> dict[str, Any]:
    """What a later part repeats of the text that it is about; facts stand in the text and its corrections alone.

    Of a draft that was closed there is no text: then what its form requires.
    """
    texts = [part for part in record.parts.all() if part.kind == PartKind.TEXT]
    if not texts:
        required = list(selectors.template_of(record).signatures)
        return {"facts": {}, "late": LateEntry().as_body(), "bound": [], "required": required}
    body = canonical.loads(bytes(texts[-1].body))
    return {"facts": {}, "late": body["late"], "bound": body["bound"], "required": body["required"]}


VERBS = {
    PartKind.TEXT: "record.signed",
    PartKind.COUNTERSIGNATURE: "record.countersigned",
    PartKind.RETURN: "record.returned",
    PartKind.ADDENDUM: "record.added_to",
    PartKind.CLOSURE: "record.closed",
}

# Of what the two are told when a record is sealed, or something follows that leaves it sealed
NEWS: Mapping[str, str] = {PartKind.ADDENDUM: "record_added_to", PartKind.CLOSURE: "record_closed"}


def _forget_drafts(record: Record, made: canonical.SealedBody, *, before: State) -> None:
    """Drop what was typed, now that the signed parts hold it. An addendum that somebody else is writing stays.

    A closure signs for nobody: whatever was typed and is in no part is kept as it is.
    """
    drafts = record.draft_sections.exclude(section__in=(rules.ADDENDUM, rules.CORRECTION))
    if made.body["kind"] == PartKind.CLOSURE:
        text = record.parts.filter(kind=PartKind.TEXT).order_by("-seq").first() if before is State.AWAITING else None
        signed = [row["id"] for row in canonical.loads(bytes(text.body))["sections"]] if text else []
        drafts = drafts.filter(section__in=[rules.CLOSURE, *signed])
    if before is not State.SEALED:
        drafts.delete()


def _store(additions: Sequence[tuple[Addition, canonical.SealedBody]], *, at: datetime) -> list[Part]:
    """The rows of the parts, however many they are, in five statements."""
    key = sealing.organisation_key()
    stored = Part.objects.bulk_create(
        parts.part_of(
            one.record,
            made,
            state=rules.state_of([*one.heads, canonical.head_of(made.digest, made.body)]),
            at=at,
            part_id=part_id,
        )
        for part_id, (one, made) in zip(_new_ids(len(additions)), additions, strict=True)
    )
    contents = [parts.contents_of(part, made) for part, (_, made) in zip(stored, additions, strict=True)]
    PartContent.objects.bulk_create(chain.from_iterable(contents))
    Attestation.objects.bulk_create(
        Attestation(part=part, signature=key.sign(part.digest), key_id=key.key_id, made_at=at) for part in stored
    )
    Record.objects.filter(pk__in=[part.record_id for part in stored]).update(lock=F("lock") + 1)
    return stored


def _announce(record: Record, part: Part, *, state: State, on: date) -> None:
    """Tell whoever has something to do or to have, without a word of what is in it.

    That is the author while they supervise, and from then on whoever supervises: a past supervisor has no sight of it.
    """
    supervisor_id = selectors.supervisor_to_tell(record, on=on)
    is_contract = record.kind == Kind.CONTRACT
    detail = reverse("records:record-detail", kwargs={"record_id": record.pk})
    if state is State.AWAITING:
        kind = "contract_to_sign" if is_contract else "record_to_countersign"
        told = [(record.worker_id, kind, reverse("records:record-countersign", kwargs={"record_id": record.pk}))]
    elif state is State.RETURNED:
        told = [(supervisor_id, "record_returned", detail)] if supervisor_id else []
    else:
        others = {record.subject_id, supervisor_id} - {part.signer_id, None}
        news = (
            "record_corrected"
            if part.facts and part.kind == PartKind.ADDENDUM
            else NEWS.get(part.kind, "record_sealed")
        )
        told = [(person_id, news, detail) for person_id in sorted(filter(None, others))]
    for person_id, kind, path in told:
        enqueue("notifications.tasks.notify", person_id=person_id, kind=kind, key=f"{record.pk}/{part.seq}", path=path)


def _announce_of_child(record: Record, part: Part, *, holders: Sequence[UUID]) -> None:
    """Tell who asked, who decided and who holds the child; each of them reads it."""
    _tell_readers(record, part, {record.asked_by_id, record.author_id, *holders})


def _announce_of_group(record: Record, part: Part) -> None:
    """Tell everybody who was there, who led it and who wrote it: each of them reads it."""
    there = record.attendees.values_list("person_id", flat=True)
    _tell_readers(record, part, {None, record.author_id, *there})


def _announce_entry(record: Record, part: Part, *, holders: Sequence[UUID], with_record: bool, on: date) -> None:
    """Of an entry that is signed with its record nobody hears but those who hold the child and were not there.

    Of one that its worker answers by itself the author hears, and of what is added to it whoever supervises today.
    """
    if part.state_after == State.AWAITING:
        if not with_record:
            tell_to_countersign(record, act=part.act)
    elif part.state_after == State.RETURNED:
        if not with_record:
            _tell(record, part, record.author_id, "record_returned")
    elif with_record:
        _tell_readers(record, part, set(holders) - {record.author_id, record.discussed_with_id})
    else:
        _tell_readers(record, part, {selectors.supervisor_to_tell(record, on=on), *holders})


def tell_to_countersign(entry: Record, *, act: UUID) -> None:
    """Tell the worker with whom a child was discussed that the entry waits for them by itself."""
    path = reverse("records:record-countersign", kwargs={"record_id": entry.pk})
    enqueue(
        "notifications.tasks.notify",
        person_id=entry.discussed_with_id,
        kind="record_to_countersign",
        key=f"{entry.pk}/{act}",
        path=path,
    )


def _tell_readers(record: Record, part: Part, people: Set[UUID | None]) -> None:
    for person_id in sorted(filter(None, people - {part.signer_id, None})):
        _tell(record, part, person_id, NEWS.get(part.kind, "record_sealed"))


def _tell(record: Record, part: Part, person_id: UUID, kind: str) -> None:
    path = reverse("records:record-detail", kwargs={"record_id": record.pk})
    enqueue("notifications.tasks.notify", person_id=person_id, kind=kind, key=f"{record.pk}/{part.seq}", path=path)
