"""A part added to a locked record: its bytes and all that follows from it, or nothing."""

from collections.abc import Iterable, Iterator, Mapping, Sequence, Set
from dataclasses import dataclass
from datetime import date, datetime
from itertools import chain
from typing import Any
from uuid import UUID

from django.db.models import F
from django.urls import reverse

from cases.selectors import holders_of
from core.actor import Actor
from core.models import new_ids
from outbox.services import enqueue_each
from records import canonical, parts, rules, sealing, selectors
from records.models import Attestation, DraftSection, Part, PartContent, Record
from records.rules import EXAMINING, Kind, LateEntry, Meaning, PartHead, PartKind, Relation, State
from staff.access import check_not_frozen
from staff.challenge import Challenge
from staff.selectors import job_titles
from trail import services as trail

# What the task that tells somebody is asked with
Notice = Mapping[str, Any]


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
    (made,) = new_ids(1)
    return made


@dataclass(frozen=True, slots=True)
class Addition:
    """What is added to one locked record: the chain as it stands, and what the part holds and carries."""

    record: Record
    heads: Sequence[PartHead]
    sections: Sequence[canonical.Section]
    carried: Mapping[str, Any]
    also: Sequence[Mapping[str, str]] = ()


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
    also: Sequence[Mapping[str, str]] = (),
) -> Part:
    """Add a part to a locked record: bytes, contents, attestation, and all that follows from it, or nothing.

    ``statement``: the sentence that was shown, where it is not that of the meaning alone. ``also``: whom a text is about
    beside its subject; later parts repeat it.
    """
    (part,) = append_each(
        [Addition(record, heads, sections, carried, also)],
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
    for person_id in sorted(subjects):
        check_not_frozen(person_id)
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
            also=one.also or also_repeated(one.record),
        )
        for one in additions
    ]
    stored = _store([(one, body) for one, body in zip(additions, made, strict=True)], at=at)
    acted = [(part.record, part.record.subject_id, {"seq": part.seq, "digest": part.digest}) for part in stored]
    trail.record_acts(actor=actor, verb=VERBS[kind], targets=acted, at=at)
    _forget_drafts(additions, stored, kind=kind)
    sealed = [part for part in stored if part.state_after == State.SEALED]
    enqueue_each(selectors.PRINTING, [{"record_id": part.record_id, "head": part.digest} for part in sealed])
    tell(_news(stored, with_record=with_record, on=actor.on))
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


def also_repeated(record: Record) -> list[dict[str, str]]:
    """Whom the text of an audit or observation is about beside its subject, for the parts that follow it."""
    texts = [part for part in record.parts.all() if part.kind == PartKind.TEXT] if record.kind in EXAMINING else []
    return canonical.loads(bytes(texts[-1].body))["subjects"][1:] if texts else []


def workers_quoted(record: Record) -> list[UUID]:
    """Whose file an audit quotes, once it is signed: they see who reads it, too."""
    return [UUID(one["id"]) for one in also_repeated(record) if one["kind"] == "worker"]


VERBS = {
    PartKind.TEXT: "record.signed",
    PartKind.COUNTERSIGNATURE: "record.countersigned",
    PartKind.RETURN: "record.returned",
    PartKind.ADDENDUM: "record.added_to",
    PartKind.CLOSURE: "record.closed",
    PartKind.RESPONSE: "record.responded",
}

# Of what the two are told when a record is sealed, or something follows that leaves it sealed
NEWS: Mapping[str, str] = {
    PartKind.ADDENDUM: "record_added_to",
    PartKind.RESPONSE: "record_added_to",
    PartKind.CLOSURE: "record_closed",
}


def _forget_drafts(additions: Sequence[Addition], stored: Sequence[Part], *, kind: PartKind) -> None:
    """Drop what was typed, now that the signed parts hold it. An addendum that somebody else is writing stays.

    A closure signs for nobody: whatever was typed and is in no part is kept as it is.
    """
    sealed = {part.record_id for part in stored if part.state_after == State.SEALED}
    before = {one.record: rules.state_of(one.heads) for one in additions if one.record.pk in sealed}
    closed = [record for record, state in before.items() if state is not State.SEALED]
    drafts = DraftSection.objects.exclude(section__in=(rules.ADDENDUM, rules.CORRECTION, rules.RESPONSE))
    if kind is not PartKind.CLOSURE:
        drafts.filter(record__in=closed).delete()
        return
    for record in closed:
        texts = record.parts.filter(kind=PartKind.TEXT).order_by("-seq")
        text = texts.first() if before[record] is State.AWAITING else None
        signed = [row["id"] for row in canonical.loads(bytes(text.body))["sections"]] if text else []
        drafts.filter(record=record, section__in=[rules.CLOSURE, *signed]).delete()


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
        for part_id, (one, made) in zip(new_ids(len(additions)), additions, strict=True)
    )
    contents = [parts.contents_of(part, made) for part, (_, made) in zip(stored, additions, strict=True)]
    PartContent.objects.bulk_create(chain.from_iterable(contents))
    Attestation.objects.bulk_create(
        Attestation(part=part, signature=key.sign(part.digest), key_id=key.key_id, made_at=at) for part in stored
    )
    Record.objects.filter(pk__in=[part.record_id for part in stored]).update(lock=F("lock") + 1)
    return stored


def _news(stored: Sequence[Part], *, with_record: bool, on: date) -> Iterator[Notice]:
    """Who is told of parts that were added, in the order of the parts."""
    children = {part.record.child_id for part in stored if part.record.child_id}
    holders = holders_of(children=children, on=on) if children else {}
    for part in stored:
        record = part.record
        holding = [each.person_id for each in holders.get(record.child_id, ())] if record.child_id else []
        if record.kind == Kind.CASE_ENTRY:
            yield from _of_entry(record, part, holders=holding, with_record=with_record, on=on)
        elif record.child_id:
            # Who asked, who decided and who holds the child: each of them reads it
            yield from _to_readers(record, part, {record.asked_by_id, record.author_id, *holding})
        elif record.group:
            # Everybody who was there, who led it and who wrote it: each of them reads it
            there = record.attendees.values_list("person_id", flat=True)
            yield from _to_readers(record, part, {None, record.author_id, *there})
        else:
            yield from _of_record(record, part, on=on)


def tell(notices: Iterable[Notice]) -> None:
    """Ask for these notices, within the present transaction."""
    enqueue_each("notifications.tasks.notify", notices)


def _of_record(record: Record, part: Part, *, on: date) -> Iterator[Notice]:
    """Whoever has something to do or to have, without a word of what is in it.

    That is the author while they supervise, and from then on whoever supervises: a past supervisor has no sight of it.
    What is to be corrected of an observation comes back to whoever observed.
    """
    supervisor_id = selectors.supervisor_to_tell(record, on=on)
    if record.kind == Kind.HANDOVER and part.state_after == State.AWAITING:
        # Who comes after sees it from their first day, when it stands among what waits for them; until then nobody signs
        return
    if part.state_after == State.AWAITING:
        kind = "contract_to_sign" if record.kind == Kind.CONTRACT else "record_to_countersign"
        yield _notice(record, record.worker_id, kind, key=part.seq, page="countersign")
    elif record.kind == Kind.AUDIT and part.kind == PartKind.TEXT:
        # Signed by its auditor alone, it waits for what the supervisor says to it
        yield _notice(record, record.worker_id, "answer_wanted", key=part.seq, page="respond")
    elif part.state_after == State.RETURNED:
        back_to = record.author_id if record.kind in EXAMINING else supervisor_id
        if back_to:
            yield _notice(record, back_to, "record_returned", key=part.seq)
    else:
        others = {record.subject_id, supervisor_id} - {part.signer_id, None}
        for person_id in sorted(filter(None, others)):
            yield _notice(record, person_id, _news_of(part), key=part.seq)


def _of_entry(record: Record, part: Part, *, holders: Sequence[UUID], with_record: bool, on: date) -> Iterator[Notice]:
    """Of an entry that is signed with its record nobody hears but those who hold the child and were not there.

    Of one that its worker answers by itself the author hears, and of what is added to it whoever supervises today.
    """
    if part.state_after == State.AWAITING:
        if not with_record:
            yield to_countersign(record, act=part.act)
    elif part.state_after == State.RETURNED:
        if not with_record:
            yield _notice(record, record.author_id, "record_returned", key=part.seq)
    elif with_record:
        yield from _to_readers(record, part, set(holders) - {record.author_id, record.discussed_with_id})
    else:
        yield from _to_readers(record, part, {selectors.supervisor_to_tell(record, on=on), *holders})


def to_countersign(entry: Record, *, act: UUID) -> Notice:
    """For the worker with whom a child was discussed: the entry waits for them by itself."""
    return _notice(entry, entry.discussed_with_id, "record_to_countersign", key=act, page="countersign")


def _to_readers(record: Record, part: Part, people: Set[UUID | None]) -> Iterator[Notice]:
    for person_id in sorted(filter(None, people - {part.signer_id, None})):
        yield _notice(record, person_id, _news_of(part), key=part.seq)


def _news_of(part: Part) -> str:
    """What is told of a part that seals a record, or follows when it is sealed."""
    if part.facts and part.kind == PartKind.ADDENDUM:
        return "record_corrected"
    return NEWS.get(part.kind, "record_sealed")


def _notice(record: Record, person_id: UUID | None, kind: str, *, key: object, page: str = "detail") -> Notice:
    path = reverse(f"records:record-{page}", kwargs={"record_id": record.pk})
    return {"person_id": person_id, "kind": kind, "key": f"{record.pk}/{key}", "path": path}
