"""A part as bytes and as rows: put together in one place, for one signature or for many at once. Writes nothing."""

import secrets
from collections.abc import Mapping, Sequence
from datetime import datetime
from typing import Any
from uuid import UUID

from records import canonical, wording
from records.models import Part, PartContent, Record
from records.rules import Kind, Meaning, PartHead, PartKind, Relation, State
from staff.challenge import Challenge


def body_of(
    record: Record,
    heads: Sequence[PartHead],
    *,
    kind: PartKind,
    relation: Relation,
    meaning: Meaning,
    sections: Sequence[canonical.Section],
    carried: Mapping[str, Any],
    act: UUID,
    signer: canonical.Signer,
    subject_role: str,
    challenge: Challenge,
    evidence: Mapping[str, Any],
    at: datetime,
    statement: str = "",
    attendees: Sequence[canonical.Signer] = (),
    also: Sequence[Mapping[str, str]] = (),
) -> canonical.SealedBody:
    """The bytes of the next part of a record (signed-part.md, "The body of a part"), with salts of their own.

    ``carried`` gives facts, late, bound, required and, where facts are corrected, corrects; ``challenge`` is the signer's
    last; ``statement`` the sentence that was shown, where it is not that of the meaning alone; ``attendees`` whom the
    record of a group is about; ``also`` whom it is about beside its subject.
    """
    return canonical.make_part(
        header={
            "record": str(record.pk),
            "kind": kind,
            "seq": len(heads) + 1,
            "prev": heads[-1].digest if heads else None,
            "act": str(act),
            "policy": {"id": record.policy_slug, "version": record.policy_version},
            "template": {"id": record.template_slug, "version": record.template_version},
            "title": record.title,
            "subjects": [*_subjects(record, role=subject_role, attendees=attendees), *also],
            "corrects": None,
            **carried,
        },
        sections=sections,
        signature={
            "signer": signer.as_body(),
            "relation": relation,
            "meaning": meaning,
            "statement": statement or wording.statement(Kind(record.kind), meaning),
            "signed_at": canonical.utc_text(at),
            "auth": {
                "method": challenge.method,
                "auth_time": canonical.utc_text(challenge.auth_time),
                "credential_changed_within_days": challenge.changed_within_days,
            },
        },
        evidence=evidence,
        new_salt=lambda: secrets.token_bytes(canonical.SALT_BYTES),
    )


def _subjects(record: Record, *, role: str, attendees: Sequence[canonical.Signer]) -> list[dict[str, str]]:
    """Whom the record is about: a worker, a child, or everybody who was at a group."""
    if record.group:
        return [{"id": str(one.id), "kind": "worker", "label": one.name, "role": one.role} for one in attendees]
    kind = "child" if record.child_id else "worker"
    return [{"id": str(record.child_id or record.subject_id), "kind": kind, "label": record.about, "role": role}]


def part_of(
    record: Record, made: canonical.SealedBody, *, state: State, at: datetime, part_id: UUID | None = None
) -> Part:
    """The row of a part; ``part_id`` only where many are inserted at once."""
    body = made.body
    return Part(
        **({"id": part_id} if part_id else {}),
        record=record,
        seq=body["seq"],
        kind=body["kind"],
        relation=body["signature"]["relation"],
        signer_id=UUID(body["signature"]["signer"]["id"]),
        meaning=body["signature"]["meaning"],
        signed_at=at,
        act=UUID(body["act"]),
        prev=body["prev"],
        digest=made.digest,
        body=made.raw,
        facts=body["facts"],
        state_after=state,
    )


def contents_of(part: Part, made: canonical.SealedBody) -> list[PartContent]:
    """The rows of its contents. The part has its key by now."""
    return [
        PartContent(
            part=part,
            section=stored.section,
            key=stored.key,
            sensitivity=stored.sensitivity,
            salt=stored.salt,
            content=stored.content.decode(),
        )
        for stored in made.contents
    ]
