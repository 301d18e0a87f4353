"""The facts of one person's supervision file on a day, as far as one reader may know them."""

from collections.abc import Collection, Iterator, Sequence
from dataclasses import dataclass, replace
from datetime import date
from typing import Any
from uuid import UUID

from django.db.models import QuerySet

from audits.findings.rules import (
    ContractFacts,
    Late,
    Period,
    RecordFacts,
    RegularityFacts,
    Signed,
    gaps_between,
)
from audits.findings.rules.signatures import NO_RECORD
from core.actor import Actor
from core.clock import date_of
from core.prepared import prepared
from policies.rules.answers import Row, Status
from policies.rules.audits import AuditTerms
from policies.rules.policy import Severity
from records import selectors as records
from records.models import Record
from records.rules import (
    ADDED,
    CLOSURE,
    REASON,
    PartHead,
    PartKind,
    Sensitivity,
    State,
    VerifiedPart,
    answer_of,
    standing_of,
)
from records.selectors import RecordReading
from staff.folder.evidence import FolderEvidence
from staff.folder.selectors import folder_evidence
from staff.models import StaffMember
from supervision.selectors import ContractView, Question, SessionRow, contracts_of, questions
from supervision.selectors.rows import session_rows
from supervision.selectors.status import answer, live_categories

SOMEBODY = "the supervisor"
# Formats of a contract under which supervision in a group counts, too
IN_GROUPS = "group"


@dataclass(frozen=True, slots=True)
class SessionRecord:
    """A session held one to one in the period, and its record as the reader may read it; None where that is not at all."""

    session: SessionRow
    reading: RecordReading | None
    facts: RecordFacts


@dataclass(frozen=True, slots=True)
class FileFacts:
    """What the questions of a file are answered from.

    ``is_registered``: whether the person's category needs a registration; None where the policy does not say. ``terms``: what the
    policy of the day says of audits.
    """

    contract: ContractFacts
    sessions: Sequence[SessionRecord]
    folder: FolderEvidence
    is_registered: bool | None
    regularity: RegularityFacts
    terms: AuditTerms


def file_facts(
    *, file_of: StaffMember, supervisor: StaffMember, period: Period, actor: Actor, is_auditor: bool = True
) -> FileFacts:
    """The facts up to the last day of a period; in nine queries, however much there is.

    ``is_auditor``: for whoever audits the file; where the policy says so, they read what is about health, too.
    """
    on, people = period.ends_on, [file_of.pk]
    contracts = contracts_of(people=people, on=on, supervisors={file_of.pk: supervisor.pk})
    view = contracts[file_of.pk]
    rows = session_rows(people=people)
    question = questions(people=people, on=on, contracts=contracts, sessions=rows).get(file_of.pk)
    terms = question.timeline.on(on).audit if question else AuditTerms()
    reads_health = is_auditor and terms.unmasks_health
    readings = _readings(rows, view, period=period, actor=actor, reads_health=reads_health)
    names = {file_of.pk: file_of.name, supervisor.pk: supervisor.name}
    sessions = [
        _session_record(row, readings.get(row.record_id) if row.record_id else None, names)
        for row in rows
        if _was_alone(row) and period.holds(row.on)
    ]
    contract = _contract_facts(view, readings.get(view.record_id) if view.record_id else None, names, supervisor)
    return FileFacts(
        contract=contract,
        sessions=sessions,
        folder=folder_evidence(person_ids=people, on=on)[file_of.pk],
        is_registered=_is_registered(question),
        terms=terms,
        regularity=_regularity(rows, sessions, contract=contract, question=question, period=period),
    )


def _was_alone(row: SessionRow) -> bool:
    return row.is_held and not row.is_group


def _readings(
    rows: Sequence[SessionRow], contract: ContractView, *, period: Period, actor: Actor, reads_health: bool
) -> dict[UUID, RecordReading]:
    """The records of the period's sessions and the contract, checked, of those that the actor sees; in three queries."""
    wanted = {row.record_id for row in rows if _was_alone(row) and period.holds(row.on) and row.record_id}
    wanted |= {contract.record_id} if contract.record_id else set()
    ask: Any = _seen.plain if actor.limited else _seen  # type: ignore[attr-defined]
    seen = list(ask(wanted=wanted, actor=actor)) if wanted else []
    in_full = [set(records.readable_by(actor, record)) for record in seen]
    readable = set.intersection(*in_full) if in_full else set()
    readable |= {Sensitivity.HEALTH} if reads_health else set()
    found = records.file_readings(seen, readable=[level for level in Sensitivity if level in readable])
    return {reading.record.pk: reading for reading in found}


@prepared
def _seen(*, wanted: Collection[UUID], actor: Actor) -> QuerySet[Record]:
    """Those of the records that the actor sees."""
    return Record.objects.visible_to(actor).filter(pk__in=wanted).select_related("author", "subject")


def _session_record(row: SessionRow, reading: RecordReading | None, names: dict[UUID, str]) -> SessionRecord:
    supervisor = names.get(row.supervisor_id) or (reading.record.author.name if reading else SOMEBODY)
    standing, since, reason = row.record_state or NO_RECORD, None, ""
    if reading and reading.heads:
        standing = standing_of(reading.heads)
        head = answer_of(reading.heads)
        since, reason = _signed_on(head), _reason_of(reading, head)
    elif standing == State.DRAFT and row.closed_at:
        since = date_of(row.closed_at)
    facts = RecordFacts(
        on=row.on,
        supervisor=supervisor,
        supervisee=names[row.supervisee_id],
        standing=standing,
        since=since,
        reason=reason,
        fault=bool(reading and reading.fault),
    )
    return SessionRecord(row, reading, facts)


def _signed_on(head: PartHead | None) -> date | None:
    return date_of(head.signed_at) if head and head.signed_at else None


def _reason_of(reading: RecordReading, head: PartHead | None) -> str:
    """What whoever sent it back, declined, did not agree or closed it wrote, where the reader may read it."""
    if head is None or head.kind not in (PartKind.RETURN, PartKind.COUNTERSIGNATURE, PartKind.CLOSURE):
        return ""
    part = next(part for part in reading.parts if part.digest == head.digest)
    contents = [part.contents.get((section, None)) for section in (REASON, CLOSURE)]
    said = [str(item["value"] or "").strip() for each in contents if each for item in each["fields"]]
    return " ".join(" ".join(said).split())


def _contract_facts(
    view: ContractView, reading: RecordReading | None, names: dict[UUID, str], supervisor: StaffMember
) -> ContractFacts:
    facts = _facts_of(reading)
    return ContractFacts(
        supervisor=supervisor.name,
        supervisee=next(name for key, name in names.items() if key != supervisor.pk),
        standing=view.standing,
        signed=list(_signatures(reading)) if reading else (),
        every=view.every,
        format=facts.get("format") or "",
        minutes=view.minutes,
        review_on=view.review_on,
        next_standing=view.next_standing,
    )


def _facts_of(reading: RecordReading | None) -> dict[str, str]:
    part = last_text(reading) if reading else None
    return part.body["facts"] if part else {}


def last_text(reading: RecordReading) -> VerifiedPart | None:
    """The text of a record as it stands: its last."""
    return next((part for part in reversed(reading.parts) if part.body["kind"] == PartKind.TEXT), None)


def _signatures(reading: RecordReading) -> Iterator[Signed]:
    """The signatures under the last text, that of the text first."""
    text = last_text(reading)
    for head, part in zip(reading.heads, reading.parts, strict=True):
        if text and head.seq >= text.body["seq"] and head.kind not in ADDED and head.signed_at:
            name = part.body["signature"]["signer"]["name"]
            yield Signed(name, date_of(head.signed_at), head.meaning, _reason_of(reading, head))


def _is_registered(question: Question | None) -> bool | None:
    """Whether the policy says of a category of the day that it is of a registered profession; None where it does not say."""
    if question is None:
        return None
    policy = question.timeline.on(question.on)
    held = [policy.category(each) for each in live_categories(question.facts.categories, question.on)]
    answers = {category.registered for category in held if category} - {None}
    return any(answers) if answers else None


def _regularity(
    rows: Sequence[SessionRow],
    sessions: Sequence[SessionRecord],
    *,
    contract: ContractFacts,
    question: Question | None,
    period: Period,
) -> RegularityFacts:
    with_groups = IN_GROUPS in contract.format.lower()
    held = [row.on for row in rows if row.is_held and (with_groups or not row.is_group)]
    in_period = [day for day in held if period.holds(day)]
    breaches, warned, asked = _late(question, days=in_period, period=period)
    return RegularityFacts(
        held=len(in_period),
        asked=asked,
        every=contract.every,
        late=breaches,
        warned=warned,
        gaps=gaps_between(
            held,
            every=contract.every,
            period=period,
            said={each.session.on: said for each in sessions if (said := _gap_comment(each.reading))},
            called_off=[row.on for row in rows if row.status in ("cancelled", "did_not_attend")],
            away=[(each.starts_on, each.ends_on) for each in question.facts.absences] if question else (),
        ),
    )


def _gap_comment(reading: RecordReading | None) -> str:
    """What the record of a session says of the gap before it."""
    part = last_text(reading) if reading else None
    fields = [item for content in part.contents.values() if content for item in content["fields"]] if part else []
    return " ".join(str(item["value"]) for item in fields if item["type"] == "gap_comment" and item["value"])


def _late(question: Question | None, *, days: Sequence[date], period: Period) -> tuple[list[Late], list[Late], bool]:
    """What the engine calls late in a period: breaches, and the rest; and whether anything gives a figure at all.

    It is asked for the morning of each session, when a gap is at its longest, and for the end of the last day.
    """
    if question is None:
        return [], [], False
    found: dict[tuple[str, str, date | None], Row] = {}
    asked = False
    for each in (*(_morning_of(day, question) for day in sorted(set(days))), question):
        for row in answer(each).rules:
            asked |= row.status not in (Status.NO_MINIMUM_SET, Status.NOT_REQUIRED)
            if row.is_late and (row.due_on is None or row.due_on >= period.starts_on):
                found[row.rule, row.atom, row.due_on] = row
    late = sorted(found.values(), key=lambda row: row.due_on or date.min)
    breaches = [Late(row.due_on, row.why) for row in late if row.severity == Severity.BREACH]
    return breaches, [Late(row.due_on, row.why) for row in late if row.severity != Severity.BREACH], asked


def _morning_of(day: date, question: Question) -> Question:
    """What to ask of a day before anything was held on it."""
    before = [each for each in question.facts.sessions if each.on < day]
    return Question(question.timeline, replace(question.facts, sessions=before), day)
