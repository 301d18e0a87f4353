"""The bytes of signed parts: digests, bodies, and the check of a whole chain. Pure."""

import hashlib
from collections.abc import Callable, Collection, Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass
from datetime import UTC, datetime
from typing import Any
from uuid import UUID

from core.errors import RuleBroken
from records import rules
from records.canonical_form import NotCanonical as NotCanonical
from records.canonical_form import canonical as canonical
from records.canonical_form import loads as loads
from records.canonical_form import parse as parse
from records.rules import Meaning, PartHead, PartKind, Relation, State, VerifiedPart

SCHEMA = "countersign-part/1"
SALT_BYTES = 32


class ChainBroken(RuleBroken):
    """A record's parts are not as they were signed. Says what is wrong and where."""

    def __init__(self, *, record_id: UUID, where: str, what: str) -> None:
        super().__init__(f"Record {record_id}, {where}: {what}")
        self.record_id = record_id
        self.where = where
        self.what = what

    @property
    def sentence(self) -> str:
        """What is wrong and where, without the record's number."""
        return f"{self.where.capitalize()}: {self.what}."


@dataclass(frozen=True, slots=True)
class StoredContent:
    """A section as stored: its content's bytes under its salt."""

    section: str
    key: str | None
    sensitivity: str
    salt: bytes
    content: bytes


class UnknownKey(LookupError):
    """An attestation names a key of which there is no certificate here."""


# Whether the attestation (second) over a digest (first) was made with the key of this name (third)
Attested = Callable[[str, bytes, str], bool]


@dataclass(frozen=True, slots=True)
class StoredPart:
    """A part as stored, with the columns that only repeat what its bytes say. ``key_id``: whose attestation it is.

    ``is_purged``: its text went under a certificate, and is not missed.
    """

    seq: int
    digest: str
    prev: str | None
    raw: bytes
    attestation: bytes | None
    contents: tuple[StoredContent, ...]
    projection: Mapping[str, Any]
    key_id: str = ""
    is_purged: bool = False


def digest(data: bytes) -> str:
    """SHA-256 of ``data`` as "sha256:<hex>"."""
    return f"sha256:{hashlib.sha256(data).hexdigest()}"


def section_digest(salt: bytes, content: bytes) -> str:
    """The digest that stands in the body for a section: SHA-256 over salt and content."""
    return digest(salt + content)


def utc_text(at: datetime) -> str:
    """A moment as the contract writes it: UTC, microseconds, Z."""
    return at.astimezone(UTC).strftime("%Y-%m-%dT%H:%M:%S.%fZ")


def shown_digest(data: Mapping[str, Any]) -> str:
    """One digest over all that a form shows for signing; the same data at signing gives the same digest."""
    return digest(canonical(data))


@dataclass(frozen=True, slots=True)
class Section:
    """A section on its way into a part: its content is not yet salted."""

    id: str
    key: str | None
    heading: str
    sensitivity: str
    content: Mapping[str, Any]

    @property
    def fields(self) -> list[dict[str, Any]]:
        """Its fields, as pages show them."""
        found: list[dict[str, Any]] = self.content["fields"]
        return found

    @property
    def anchor(self) -> str:
        """Where links to it land."""
        return "-".join(filter(None, ("section", self.id.strip("_"), self.key)))


@dataclass(frozen=True, slots=True)
class Signer:
    """Who signs, as that person is called today."""

    id: UUID
    name: str
    role: str

    def as_body(self) -> dict[str, str]:
        """The shape that stands in the signed body."""
        return {"id": str(self.id), "name": self.name, "role": self.role}


@dataclass(frozen=True, slots=True)
class SealedBody:
    """A part ready to be stored: the body's bytes, its digest, and the salted contents."""

    body: dict[str, Any]
    raw: bytes
    digest: str
    contents: tuple[StoredContent, ...]


def make_part(
    *,
    header: Mapping[str, Any],
    sections: Iterable[Section],
    signature: Mapping[str, Any],
    evidence: Mapping[str, Any],
    new_salt: Callable[[], bytes],
) -> SealedBody:
    """The bytes of a part from what is signed (signed-part.md, "The body of a part").

    ``header`` gives record, kind, seq, prev, act, required, policy, template, title, subjects, bound, facts, corrects
    and late; ``signature`` all of the signature but its evidence. Every section and the evidence get a salt each.
    """
    contents = [
        StoredContent(section.id, section.key, section.sensitivity, new_salt(), canonical(section.content))
        for section in sections
    ]
    headings = {(section.id, section.key): section.heading for section in sections}
    if len(headings) != len(contents):
        raise NotCanonical("a section stands twice in one part")
    kept = StoredContent(rules.EVIDENCE, None, rules.Sensitivity.CONDUCT, new_salt(), canonical(evidence))
    body = {
        "schema": SCHEMA,
        **header,
        "sections": [
            {
                "id": stored.section,
                "key": stored.key,
                "heading": headings[stored.section, stored.key],
                "sensitivity": stored.sensitivity,
                "digest": section_digest(stored.salt, stored.content),
            }
            for stored in contents
        ],
        "signature": {**signature, "evidence": section_digest(kept.salt, kept.content)},
    }
    raw = canonical(body)
    return SealedBody(body=parse(raw), raw=raw, digest=digest(raw), contents=(*contents, kept))


def head_of(part_digest: str, body: Mapping[str, Any]) -> PartHead:
    """What the rules need to know, read off a parsed body."""
    signature = body["signature"]
    return PartHead(
        kind=PartKind(body["kind"]),
        relation=Relation(signature["relation"]),
        required=frozenset(Relation(name) for name in body["required"]),
        seq=body["seq"],
        meaning=Meaning(signature["meaning"]),
        digest=part_digest,
        signed_at=datetime.fromisoformat(signature["signed_at"]),
        signer_id=UUID(signature["signer"]["id"]),
    )


def projection_of(body: Mapping[str, Any], *, state_after: State) -> dict[str, Any]:
    """The columns that repeat what the body says; a difference between the two is a fault."""
    signature = body["signature"]
    return {
        "kind": body["kind"],
        "relation": signature["relation"],
        "meaning": signature["meaning"],
        "signer_id": signature["signer"]["id"],
        "signed_at": signature["signed_at"],
        "act": body["act"],
        "facts": body["facts"],
        "state_after": state_after.value,
    }


def verify_chain(
    parts: Sequence[StoredPart],
    *,
    record_id: UUID,
    attested: Attested,
    withheld: Collection[tuple[int, str, str | None]] = (),
    up_to: str | None = None,
) -> list[VerifiedPart]:
    """The parts, checked from the first to the last, or to the one whose digest is ``up_to``.

    ``attested(digest, attestation, key_id)`` says whether that key of the organisation's made the attestation, and
    raises UnknownKey where it knows no such key. ``withheld`` names the
    contents (seq, section, key) that may lawfully be absent. Raises ChainBroken with the first fault and its place.
    """
    verified: list[VerifiedPart] = []
    heads: list[PartHead] = []
    for number, part in enumerate(parts, start=1):
        where = f"part {part.seq}"
        body, unreadable = _body_of(part)
        for what in _faults(
            part, body, unreadable, number=number, record_id=record_id, before=verified, attested=attested
        ):
            raise ChainBroken(record_id=record_id, where=where, what=what)
        for what in _order_faults(part, body=body, heads=heads, before=verified):
            raise ChainBroken(record_id=record_id, where=where, what=what)
        contents: dict[tuple[str, str | None], dict[str, Any] | None] = {}
        for section, key, content, what in _contents(part, body=body, withheld=withheld):
            if what:
                name = section if key is None else f"{section} ({key})"
                raise ChainBroken(record_id=record_id, where=f"{where}, section {name}", what=what)
            contents[section, key] = content
        heads.append(head_of(part.digest, body))
        contents.pop((rules.EVIDENCE, None), None)
        shown = {place for place, content in contents.items() if content is not None}
        verified.append(
            VerifiedPart(
                digest=part.digest,
                raw=part.raw,
                body=body,
                contents=contents,
                attestation=part.attestation or b"",
                salts={(c.section, c.key): c.salt for c in part.contents if (c.section, c.key) in shown},
            )
        )
        if part.digest == up_to:
            return verified
    if up_to is not None:
        raise ChainBroken(record_id=record_id, where="the chain", what=f"the part {up_to} is not in it")
    return verified


def _body_of(part: StoredPart) -> tuple[dict[str, Any], str]:
    """The parsed body of a part, and what is wrong where its bytes are none."""
    try:
        body = parse(part.raw)
        head_of(part.digest, body)
    except (NotCanonical, KeyError, TypeError, ValueError) as error:
        return {}, f"its bytes are not a signed part ({error})"
    return body, ""


def _faults(
    part: StoredPart,
    body: dict[str, Any],
    unreadable: str,
    *,
    number: int,
    record_id: UUID,
    before: Sequence[VerifiedPart],
    attested: Attested,
) -> Iterator[str]:
    """What is wrong with one part's bytes and its place in the chain."""
    if part.seq != number:
        yield f"part {number} is missing"
    if digest(part.raw) != part.digest:
        yield "its bytes do not have the digest that was stored"
    if unreadable:
        yield unreadable
        return
    yield from _place_faults(body, number=number, record_id=record_id)
    previous = before[-1].digest if before else None
    if body.get("prev") != previous or part.prev != previous:
        yield "it does not follow the part before it"
    try:
        if part.attestation is None or not attested(part.digest, part.attestation, part.key_id):
            yield "the organisation's key did not attest it"
    except UnknownKey:
        yield f"it was attested with the key {part.key_id}, which is not known here"


def _place_faults(body: Mapping[str, Any], *, number: int, record_id: UUID) -> Iterator[str]:
    if body.get("schema") != SCHEMA:
        yield f"its schema {body.get('schema')} is not known here"
    if body.get("record") != str(record_id):
        yield "it was signed for another record"
    if body.get("seq") != number:
        yield f"it was signed as part {body.get('seq')}"


def _order_faults(
    part: StoredPart, *, body: dict[str, Any], heads: Sequence[PartHead], before: Sequence[VerifiedPart]
) -> Iterator[str]:
    """What is wrong with the kind of part at this point, and with the columns that repeat its body."""
    state = rules.state_of(heads)
    if PartKind(body["kind"]) not in rules.MAY_FOLLOW[state]:
        yield f"a {body['kind']} cannot follow in the state {state}"
    yield from _addition_faults(body, before=before)
    text = next((p.body for p in reversed(before) if p.body["kind"] == PartKind.TEXT), None)
    if text and body["kind"] == PartKind.COUNTERSIGNATURE and body["bound"] != text["bound"]:
        yield "it does not bind what the text binds"
    after = rules.state_of([*heads, head_of(part.digest, body)])
    wanted = projection_of(body, state_after=after)
    for name, value in part.projection.items():
        if value != wanted[name]:
            yield f"the column {name} does not say what was signed"


SIGNED_BY = {
    PartKind.ADDENDUM: (rules.WRITING | rules.ANSWERING, {Meaning.AUTHOR}),
    PartKind.CLOSURE: ({Relation.NEXT_UP}, {Meaning.CLOSURE}),
    PartKind.RESPONSE: ({Relation.SUPERVISOR}, set(rules.RESPONDING)),
}


def _addition_faults(body: Mapping[str, Any], *, before: Sequence[VerifiedPart]) -> Iterator[str]:
    """What is wrong with who signed what is added or a closure as what, and with what a part says that it corrects."""
    kind, signature, corrects = PartKind(body["kind"]), body["signature"], body["corrects"]
    if kind in SIGNED_BY:
        relations, meanings = SIGNED_BY[kind]
        if signature["relation"] not in relations or signature["meaning"] not in meanings:
            yield f"a part of the kind {kind} is not signed as {signature['relation']}, {signature['meaning']}"
    if kind is PartKind.RESPONSE and any(part.body["kind"] == kind for part in before):
        yield "an audit is responded to once"
    if corrects and kind is not PartKind.ADDENDUM:
        yield f"a {kind} corrects no facts"
    elif corrects and corrects["record"] == body["record"]:
        if corrects["seq"] not in {part.body["seq"] for part in before if part.body["facts"]}:
            yield f"it corrects part {corrects['seq']}, which states no facts before it"
    elif not corrects and kind is PartKind.ADDENDUM and body["facts"]:
        yield "it states facts and does not say what they correct"


def _contents(
    part: StoredPart, *, body: dict[str, Any], withheld: Collection[tuple[int, str, str | None]]
) -> Iterator[tuple[str, str | None, dict[str, Any] | None, str]]:
    """Each section with its parsed content, or with what is wrong with it."""
    stored = {(content.section, content.key): content for content in part.contents}
    signed = {(section["id"], section["key"]): section for section in body["sections"]}
    evidence = {"digest": body["signature"]["evidence"], "sensitivity": rules.Sensitivity.CONDUCT}
    for (section, key), entry in {**signed, (rules.EVIDENCE, None): evidence}.items():
        content = stored.pop((section, key), None)
        if content is None:
            lawful = (part.seq, section, key) in withheld
            yield section, key, None, "" if lawful else "its content is missing"
        elif section_digest(content.salt, content.content) != entry["digest"]:
            yield section, key, None, "its content is not what was signed"
        elif content.sensitivity != entry["sensitivity"]:
            yield section, key, None, "its sensitivity is not what was signed"
        else:
            yield section, key, parse(content.content), ""
    for section, key in stored:
        yield section, key, None, "it was not part of what was signed"
