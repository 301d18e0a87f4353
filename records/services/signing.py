"""Signing: a part is added to a locked record, with all that follows from it, or nothing is."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import date, datetime
from typing import Any
from uuid import UUID

from django.conf import settings
from django.db import connection, transaction
from django.db.models import F
from django.urls import reverse

from cases.selectors import holders_of
from core.actor import Actor
from core.errors import RuleBroken
from outbox.services import enqueue
from policies.templates import Section
from records import access, canonical, parts, rules, sealing, selectors, values
from records.models import Attestation, Part, PartContent, Record
from records.rules import Kind, LateEntry, Meaning, PartHead, PartKind, Relation, State
from records.services.actions import add_actions, carry_actions
from records.services.drafts import as_content, locked
from records.values import Given
from staff.challenge import Challenge
from staff.selectors import job_titles
from trail import services as trail


class Incomplete(RuleBroken):
    """Something must be filled in before signing: (section, field, sentence)."""

    def __init__(self, problems: Sequence[tuple[str, str, str]]) -> None:
        super().__init__(" ".join(sentence for _, _, sentence in problems))
        self.problems = tuple(problems)


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
    with connection.cursor() as cursor:
        cursor.execute("SELECT uuidv7()")
        return UUID(str(cursor.fetchone()[0]))


def check_challenge(challenge: Challenge | None, *, at: datetime) -> Challenge:
    """The challenge, where it is fresh. Raises ChallengeStale or NotAllowed."""
    rules.check_challenge(
        challenge.method if challenge else "",
        challenge.auth_time if challenge else None,
        at=at,
        demo=settings.DEMO,
    )
    assert challenge is not None  # noqa: S101  check_challenge refuses its absence
    return challenge


@transaction.atomic
def sign_text(
    *,
    record_id: UUID,
    shown: str,
    facts: Mapping[str, Any],
    late: LateEntry,
    challenge: Challenge | None,
    evidence: Evidence,
    actor: Actor,
    at: datetime,
    given: Given | None = None,
    bound: Sequence[Mapping[str, Any]] = (),
    act: UUID | None = None,
) -> Part:
    """Sign the text of a record first, or again after a return; what was shown is what is signed.

    ``facts``, ``late``, ``given`` and ``bound`` are the same as for ``selectors.text_to_sign``, whose digest ``shown``
    is. Raises NotAllowed, ChallengeStale, RuleBroken (signed already), Incomplete, or Stale (it changed after it was
    shown).
    """
    record = locked(record_id, actor)
    access.check_can_sign_text(actor, record)
    challenge = check_challenge(challenge, at=at)
    heads = record.get_heads()
    rules.check_may_sign_text(heads)
    text = selectors.text_to_sign(record=record, facts=facts, late=late, given=given or Given(), bound=bound)
    rules.check_seen(
        shown, text.shown, sentence="This record changed after you opened it for signing. Read it again, then sign."
    )
    if text.problems:
        raise Incomplete(text.problems)

    part = append(
        record,
        heads,
        kind=PartKind.TEXT,
        relation=Relation.SUPERVISOR,
        meaning=Meaning.AUTHOR,
        sections=text.sections,
        carried={
            "facts": dict(facts),
            "late": late.as_body(),
            "bound": list(bound),
            "required": list(selectors.template_of(record).signatures),
        },
        act=act or new_act(),
        challenge=challenge,
        evidence=evidence,
        actor=actor,
        at=at,
    )
    carry_actions(record, part, text.sections, at=at)
    return part


@transaction.atomic
def countersign(
    *,
    record_id: UUID,
    shown: str,
    meaning: Meaning,
    challenge: Challenge | None,
    evidence: Evidence,
    actor: Actor,
    at: datetime,
    act: UUID | None = None,
) -> Part:
    """Add the supervisee's part and so seal the record.

    The supervisee's own sections and the reason are signed as they were saved; ``shown`` is ``selectors.shown_with``
    the page and what was saved from it. Raises NotAllowed, ChallengeStale, RuleBroken (not awaiting a countersignature,
    no reason), Incomplete, or Stale (it changed after it was read).
    """
    record = locked(record_id, actor)
    own = selectors.own_sections_shown(record)
    challenge, heads, typed = _check_answer(
        record, shown=shown, sections=own, challenge=challenge, actor=actor, at=at, then="sign"
    )
    reason = typed.get(rules.REASON, {}).get("text", "")
    rules.check_meaning(meaning, reason=reason)
    if meaning is not Meaning.DECLINE and (problems := _missing(own, typed)):
        raise Incomplete(problems)

    sections = [own_part(section, typed.get(section.id, {})) for section in own]
    if reason.strip():
        sections.append(own_part(selectors.REASON_SECTION, typed[rules.REASON]))
    part = append(
        record,
        heads,
        kind=PartKind.COUNTERSIGNATURE,
        relation=Relation.SUPERVISEE,
        meaning=meaning,
        sections=sections,
        carried=repeated(record),
        act=act or new_act(),
        challenge=challenge,
        evidence=evidence,
        actor=actor,
        at=at,
    )
    add_actions(record, part, sections, at=at)
    return part


@transaction.atomic
def return_for_correction(
    *,
    record_id: UUID,
    shown: str,
    challenge: Challenge | None,
    evidence: Evidence,
    actor: Actor,
    at: datetime,
    act: UUID | None = None,
) -> Part:
    """Send a record back to its author with the saved reason: a signed part of its own. The draft can be written again.

    Raises NotAllowed, ChallengeStale, RuleBroken (not awaiting the actor, no reason) or Stale.
    """
    record = locked(record_id, actor)
    challenge, heads, typed = _check_answer(
        record, shown=shown, sections=[], challenge=challenge, actor=actor, at=at, then="send it back"
    )
    if not typed.get(rules.REASON, {}).get("text", "").strip():
        raise RuleBroken("Say what should be corrected.", field="reason")

    part = append(
        record,
        heads,
        kind=PartKind.RETURN,
        relation=Relation.SUPERVISEE,
        meaning=Meaning.RETURN,
        sections=[own_part(selectors.RETURN_SECTION, typed[rules.REASON])],
        carried=repeated(record),
        act=act or new_act(),
        challenge=challenge,
        evidence=evidence,
        actor=actor,
        at=at,
    )
    record.draft_sections.filter(section=rules.REASON).delete()
    return part


def _check_answer(
    record: Record,
    *,
    shown: str,
    sections: Sequence[Section],
    challenge: Challenge | None,
    actor: Actor,
    at: datetime,
    then: str,
) -> tuple[Challenge, list[PartHead], dict[str, Mapping[str, Any]]]:
    """What every answer of the supervisee needs of a locked record: the challenge, the heads, and what is saved.

    Of the saved, ``sections`` and the reason. Raises what the services of signing raise.
    """
    access.check_can_countersign(actor, record)
    challenge = check_challenge(challenge, at=at)
    heads = record.get_heads()
    rules.check_awaiting(heads, relation=Relation.SUPERVISEE)
    saved = selectors.saved_answer(record, [*sections, selectors.REASON_SECTION])
    rules.check_seen(
        shown,
        selectors.shown_with(selectors.shown_for_countersigning(record), saved),
        sentence=f"This record changed after you opened it. Read it again, then {then}.",
    )
    return challenge, heads, {one.section: one.values for one in saved}


def own_part(section: Section, typed: Mapping[str, Any]) -> canonical.Section:
    """One of the supervisee's own sections, as it was saved, on its way into the part."""
    as_content(section, typed)
    return canonical.Section(
        id=section.id,
        key=None,
        heading=section.heading,
        sensitivity=section.sensitivity,
        content=values.content_of(section, typed, given=Given()),
    )


def _missing(own: Sequence[Section], typed: Mapping[str, Mapping[str, Any]]) -> list[tuple[str, str, str]]:
    """What must be filled in before signing, of the supervisee's own sections: (section, field, sentence)."""
    return [
        (section.id, field_id, sentence)
        for section in own
        for field_id, sentence in values.missing(section, typed.get(section.id, {}), given=Given())
    ]


def repeated(record: Record) -> dict[str, Any]:
    """What a later part repeats of the text that it is about; facts stand in the text and its corrections alone.

    Of a draft that was closed there is no text: then what its form requires.
    """
    text = record.parts.filter(kind=PartKind.TEXT).order_by("-seq").values_list("body", flat=True).first()
    if text is None:
        required = list(selectors.template_of(record).signatures)
        return {"facts": {}, "late": LateEntry().as_body(), "bound": [], "required": required}
    body = canonical.loads(bytes(text))
    return {"facts": {}, "late": body["late"], "bound": body["bound"], "required": body["required"]}


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
    titles = job_titles({record.subject_id or actor.staff_id, actor.staff_id}, on=actor.on)
    made = parts.body_of(
        record,
        heads,
        kind=kind,
        relation=relation,
        meaning=meaning,
        sections=sections,
        carried=carried,
        act=act,
        signer=canonical.Signer(id=actor.staff_id, name=actor.name, role=titles.get(actor.staff_id, "")),
        subject_role=titles.get(record.subject_id, "") if record.subject_id else "",
        challenge=challenge,
        evidence=evidence.as_content(),
        at=at,
        statement=statement,
    )
    state = rules.state_of([*heads, canonical.head_of(made.digest, made.body)])
    part = _store(record, made, state=state, at=at)
    trail.record(
        actor=actor, verb=VERBS[kind], target=record, about=record.subject_id, at=at, seq=part.seq, digest=part.digest
    )
    if state is State.SEALED:
        _forget_drafts(record, made, before=rules.state_of(heads))
        enqueue("records.tasks.render_document", record_id=record.pk, head=part.digest)
    if record.child_id:
        _announce_of_child(record, part, on=actor.on)
    else:
        _announce(record, part, state=state, on=actor.on)
    return part


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


def _store(record: Record, made: canonical.SealedBody, *, state: State, at: datetime) -> Part:
    part = parts.part_of(record, made, state=state, at=at)
    part.save(force_insert=True)
    PartContent.objects.bulk_create(parts.contents_of(part, made))
    key = sealing.organisation_key()
    Attestation.objects.create(part=part, signature=key.sign(made.digest), key_id=key.key_id, made_at=at)
    Record.objects.filter(pk=record.pk).update(lock=F("lock") + 1)
    return part


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


def _announce_of_child(record: Record, part: Part, *, on: date) -> None:
    """Tell who asked, who decided and who holds the child; each of them reads it."""
    assert record.child_id is not None  # noqa: S101  a record about a child
    holders = {holder.person_id for holder in holders_of(children=[record.child_id], on=on).get(record.child_id, ())}
    told = {record.asked_by_id, record.author_id, *holders} - {part.signer_id, None}
    detail = reverse("records:record-detail", kwargs={"record_id": record.pk})
    kind, key = NEWS.get(part.kind, "record_sealed"), f"{record.pk}/{part.seq}"
    for person_id in sorted(filter(None, told)):
        enqueue("notifications.tasks.notify", person_id=person_id, kind=kind, key=key, path=detail)
