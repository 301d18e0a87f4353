"""Signed records in bulk: the same bytes as signing makes, from the same functions, without a request for each.

Only the demo and the bench build records in this way. Whoever calls it has back-dated signatures, which is why
``load_demo`` refuses outside the demo.
"""

import secrets
from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass, field
from datetime import date, datetime, timedelta
from typing import Any
from uuid import UUID

from django.db import models

from policies.templates import Section, Template
from records import canonical, parts, rules, selectors, values
from records.models import Action, Attestation, DraftSection, Part, PartContent, Record
from records.rules import LateEntry, Meaning, PartHead, PartKind, Relation
from records.services import Evidence
from records.values import Given
from staff.challenge import DEMO_METHOD, Challenge
from supervision.models import SessionMove, SupervisionSession

BATCH = 2_000
CHALLENGED_BEFORE = timedelta(seconds=40)
EVIDENCE = Evidence(address="127.0.0.1", browser="Demo data")


def key_at(at: datetime) -> UUID:
    """A UUIDv7 (RFC 9562) of a moment of the past, so that back-dated rows stand in the order of their dates."""
    milliseconds = int(at.timestamp() * 1000)
    number = milliseconds << 80 | 0x7 << 76 | secrets.randbits(12) << 64 | 0b10 << 62 | secrets.randbits(62)
    return UUID(int=number)


@dataclass(frozen=True, slots=True)
class Party:
    """Somebody who signs or whom it is about, as called on that day."""

    id: UUID
    name: str
    role: str


@dataclass
class Rows:
    """Rows on their way into the database, written in one go."""

    records: list[Record] = field(default_factory=list)
    drafts: list[DraftSection] = field(default_factory=list)
    parts: list[Part] = field(default_factory=list)
    contents: list[PartContent] = field(default_factory=list)
    attestations: list[Attestation] = field(default_factory=list)
    actions: list[Action] = field(default_factory=list)
    sessions: list[SupervisionSession] = field(default_factory=list)
    moves: list[SessionMove] = field(default_factory=list)

    def write(self) -> None:
        """Insert all of them, parents first, and forget them."""
        for rows in (
            self.records,
            self.drafts,
            self.parts,
            self.contents,
            self.attestations,
            self.actions,
            self.sessions,
            self.moves,
        ):
            insert(rows)
            rows.clear()


def insert(rows: Sequence[models.Model]) -> None:
    """Insert rows of one model."""
    if rows:
        type(rows[0])._default_manager.bulk_create(rows, batch_size=BATCH)


@dataclass(frozen=True, slots=True)
class Notary:
    """Attests digests: the organisation's key, or for figures that read no record, something that costs nothing."""

    attest: Callable[[str], bytes]
    key_id: str


@dataclass
class Chain:
    """One record's chain in the making."""

    record: Record
    template: Template
    subject: Party
    notary: Notary
    rows: Rows
    heads: list[PartHead] = field(default_factory=list)
    carried: dict[str, Any] = field(default_factory=dict)

    def sign_text(
        self,
        by: Party,
        at: datetime,
        *,
        written: Mapping[str, Mapping[str, Any]],
        given: Given,
        facts: Mapping[str, Any],
        late: LateEntry,
    ) -> None:
        """The supervisor's part: every section that the supervisor writes, from values by section id and field id."""
        sections = [
            content_of(section, written.get(section.id, {}), given=given)
            for section in values.sections_of(self.template, writers=selectors.TEXT_WRITERS)
            if values.is_shown(section, written)
        ]
        self.carried = {
            "facts": dict(facts),
            "late": late.as_body(),
            "bound": [],
            "required": list(self.template.signatures),
        }
        self._append(PartKind.TEXT, Relation.SUPERVISOR, Meaning.AUTHOR, sections, by, at)
        self._add_actions(sections, at)
        self.carried["facts"] = {}

    def countersign(
        self,
        by: Party,
        at: datetime,
        *,
        meaning: Meaning = Meaning.AGREE,
        written: Mapping[str, Mapping[str, Any]] | None = None,
        reason: str = "",
    ) -> None:
        """The supervisee's part, with a meaning and comments."""
        own = selectors.own_sections(self.template)
        sections = [content_of(section, (written or {}).get(section.id, {}), given=Given()) for section in own]
        if reason:
            sections.append(reason_of(meaning, reason))
        self._append(PartKind.COUNTERSIGNATURE, Relation.SUPERVISEE, meaning, sections, by, at)

    def send_back(self, by: Party, at: datetime, *, reason: str) -> None:
        """The supervisee's return for correction."""
        sections = [reason_of(Meaning.RETURN, reason)]
        self._append(PartKind.RETURN, Relation.SUPERVISEE, Meaning.RETURN, sections, by, at)

    def add(self, by: Party, at: datetime, *, relation: Relation, text: str) -> None:
        """An addendum by one of the two, after both have signed."""
        section = selectors.ADDENDUM_SECTION
        sections = [content_of(section, {"text": text}, given=Given())]
        statement = selectors.addendum_statement(self.record, corrects=False)
        self._append(PartKind.ADDENDUM, relation, Meaning.AUTHOR, sections, by, at, statement=statement)

    def keep_draft(
        self, by: Party, at: datetime, *, written: Mapping[str, Mapping[str, Any]], version: int = 3
    ) -> None:
        """What stands in the form of a record that is not sealed."""
        for section in self.template.sections:
            if section.id in written:
                self.rows.drafts.append(
                    DraftSection(
                        record=self.record,
                        section=section.id,
                        key=None,
                        version=version,
                        content=canonical.canonical(dict(written[section.id])).decode(),
                        updated_by_id=by.id,
                        updated_at=at,
                    )
                )

    def _append(
        self,
        kind: PartKind,
        relation: Relation,
        meaning: Meaning,
        sections: Sequence[canonical.Section],
        by: Party,
        at: datetime,
        statement: str = "",
    ) -> None:
        record = self.record
        made = parts.body_of(
            record,
            self.heads,
            kind=kind,
            relation=relation,
            meaning=meaning,
            sections=sections,
            carried=self.carried,
            act=key_at(at),
            signer=canonical.Signer(id=by.id, name=by.name, role=by.role),
            subject_role=self.subject.role,
            challenge=Challenge(method=DEMO_METHOD, auth_time=at - CHALLENGED_BEFORE),
            evidence=EVIDENCE.as_content(),
            at=at,
            statement=statement,
        )
        self.heads.append(canonical.head_of(made.digest, made.body))
        record.lock = len(self.heads)
        part = parts.part_of(record, made, state=rules.state_of(self.heads), at=at, part_id=key_at(at))
        self.rows.parts.append(part)
        self.rows.contents += parts.contents_of(part, made)
        signature = self.notary.attest(made.digest)
        self.rows.attestations.append(
            Attestation(part=part, signature=signature, key_id=self.notary.key_id, made_at=at)
        )

    def _add_actions(self, sections: Sequence[canonical.Section], at: datetime) -> None:
        functions = {section.id: section.function or "" for section in self.template.sections}
        for section in sections:
            for agreed in values.actions_of(section.content):
                self.rows.actions.append(
                    Action(
                        record=self.record,
                        part_seq=len(self.heads),
                        section=section.id,
                        sensitivity=section.sensitivity,
                        function=functions.get(section.id, ""),
                        what=agreed["what"],
                        owner_id=UUID(agreed["who_id"]) if agreed["who_id"] else None,
                        owner_name=agreed["who"],
                        due_on=date.fromisoformat(agreed["by"]) if agreed["by"] else None,
                        created_at=at,
                    )
                )


def content_of(section: Section, typed: Mapping[str, Any], *, given: Given) -> canonical.Section:
    """A section on its way into a part."""
    return canonical.Section(
        id=section.id,
        key=None,
        heading=section.heading,
        sensitivity=section.sensitivity,
        content=values.content_of(section, typed, given=given),
    )


def reason_of(meaning: Meaning, reason: str) -> canonical.Section:
    """The section in which the reason for not agreeing, declining or sending back stands."""
    section = selectors.RETURN_SECTION if meaning is Meaning.RETURN else selectors.REASON_SECTION
    return content_of(section, {"text": values.cleaned_text(reason)}, given=Given())
