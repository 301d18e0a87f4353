"""What the diary, the contract and the policy give to a record's form, and what its signature carries."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import date, datetime
from typing import Any
from uuid import UUID

from django.db.models import OuterRef, Subquery

from core.actor import Actor
from core.errors import RuleBroken
from policies import selectors as policies
from policies.rules.durations import Duration
from policies.rules.policy import Policy
from policies.templates import Template
from records import selectors as records
from records.models import DraftSection, Record
from records.pdf_wording import Wording, late_in_words
from records.rules import Kind, LateEntry, State
from records.selectors import EntryText, TextToSign
from records.values import GIVEN, Given, Place, is_filled
from staff.models import StaffMember, SupervisionRelationship
from staff.selectors import job_titles
from supervision import rules
from supervision.models import SupervisionSession
from supervision.rules import Bounds
from supervision.rules.entries import entry_terms
from supervision.selectors.computed import measured_in_words, open_actions_in_words, policy_in_words, team_in_words
from supervision.selectors.contracts import MISSING, contracts_of
from supervision.selectors.discussed import unmarked_children, with_children
from supervision.selectors.entries import (
    ChildToWrite,
    children_to_write,
    entry_texts,
    first_signed_on,
    meeting_of,
)
from supervision.selectors.late import lateness
from supervision.selectors.status import contract_bounds

# Intervals that a contract may choose from, as long as they are no looser than the policy's
INTERVALS = ("P1W", "P2W", "P3W", "P4W", "P1M", "P6W", "P2M", "P3M")


@dataclass(frozen=True, slots=True)
class SigningContext:
    """What a text is signed with, besides what was typed.

    ``session``: the one that it is the record of. ``named_manager_id``: whom a contract names for disagreements.
    ``children``: of whom the session spoke; ``entries``: of those what is signed with the record; ``policy``: that of the
    session's day.
    """

    given: Given
    facts: Mapping[str, Any]
    late: LateEntry
    session: SupervisionSession | None = None
    named_manager_id: str | None = None
    children: Sequence[ChildToWrite] = ()
    entries: tuple[EntryText, ...] = ()
    policy: Policy | None = None

    @property
    def unwritten(self) -> list[ChildToWrite]:
        """The children of whom something has to be written or said before a signature."""
        return [each for each in self.children if each.problem]


def signing_context(*, record: Record, on: date) -> SigningContext:
    """The same for the form, the signing page and the signature: all three see the same facts, or it is Stale."""
    if record.kind == Kind.CONTRACT:
        return _contract_context(record, on=on)
    return _session_context(record, on=on)


def check_contract(record: Record, context: SigningContext, *, on: date) -> None:
    """What the policy asks of a contract. Raises RuleBroken with the field's id."""
    bounds, written = contract_bounds(person_id=record.worker_id, on=on), _written(record)
    rules.check_agreed(context.facts, bounds=bounds)
    rules.check_format(written.get("format"), bounds=bounds)
    rules.check_named_manager(context.named_manager_id, parties=[record.worker_id, record.author_id])
    for field, sentence in _uncovered(record, written, on=on):
        raise RuleBroken(sentence, field=field)


def _uncovered(record: Record, written: Mapping[str, Any], *, on: date) -> list[tuple[str, str]]:
    """What the policy wants in a contract and is not there: (field, sentence)."""
    policy = policies.policy_in_force(on)
    asked = ((policy.blocks.get("contract") or {}).get("must_cover") or []) if policy else []
    fields = [item for section in records.template_of(record).sections for item in section.fields]
    # What the form itself requires is asked for by the form
    fixed = {item.id for item in fields if item.required or item.type in GIVEN}
    sections = {section.id for section in records.template_of(record).sections}
    return rules.find_uncovered(
        asked,
        on_form=sections | {item.id for item in fields},
        filled=fixed | {name for name, value in written.items() if is_filled(value)},
    )


def in_the_way(text: TextToSign, *, record: Record, context: SigningContext, on: date) -> list[tuple[str, str, str]]:
    """What has to be put right before a text can be signed: (section, field, sentence)."""
    found = list(text.problems)
    if record.kind == Kind.CONTRACT:
        said = {field for _, field, _ in found}
        try:
            check_contract(record, context, on=on)
        except RuleBroken as refusal:
            template = records.template_of(record)
            sections = [one.id for one in template.sections for item in one.fields if item.id == refusal.field]
            found += [(one, refusal.field or "", str(refusal)) for one in sections if refusal.field not in said]
    return found


def check_children(session: SupervisionSession, *, policy: Policy | None) -> None:
    """That something is said of each child, where the policy of its day wants that. Raises RuleBroken naming those left out."""
    unmarked = unmarked_children(session, policy=policy)
    if unmarked:
        raise RuleBroken(
            f"Say of each child how it was discussed, or why not. Still to be marked: {', '.join(unmarked)}."
        )


def check_entries(context: SigningContext) -> None:
    """That each child's entry is there where the policy wants it, and text of none is left out. Raises RuleBroken."""
    if context.unwritten:
        raise RuleBroken(" ".join(each.problem for each in context.unwritten))


def _session_context(record: Record, *, on: date) -> SigningContext:
    line = SupervisionRelationship.objects.live(on).filter(
        supervisee=OuterRef("supervisee"), kind=SupervisionRelationship.Kind.LINE_MANAGEMENT
    )
    sessions = with_children(SupervisionSession.objects.with_people().with_last_held())
    session = sessions.annotate(line_supervisor_id=Subquery(line.values("supervisor")[:1])).get(record=record)
    last_on, person_id = session.last_held_on, session.supervisee_id
    supervisors = {person_id: session.line_supervisor_id} if session.line_supervisor_id else {}
    contract = contracts_of(people=[person_id], on=on, supervisors=supervisors).get(person_id)
    gap = rules.is_gap_longer(last_on, session.on, every=contract.every if contract else None)
    given = _given(
        record,
        on=on,
        computed={
            "supervisee": session.supervisee.name,
            "supervisor": record.author.name,
            "held_on": rules.in_words(session.on),
            "last_held_on": rules.in_words(last_on) if last_on else "This is the first session on record.",
            **_asked_for(record, on=on),
        },
        gap=gap,
    )
    facts = {**facts_of_session(session), "last_held_on": last_on.isoformat() if last_on else None}
    signed_on = first_signed_on(record)
    policy = policies.policy_in_force(on)
    # Without children of the worker's there is nothing to ask for
    has_children = bool(session.children_held or session.children_marked)
    policy_then = policy if session.on == on or not has_children else policies.policy_in_force(session.on)
    terms = entry_terms(policy_then)
    # Entries are signed with their record, so none has a part before it
    is_signed = bool(record.get_heads())
    children = children_to_write(session, terms=terms, with_parts=is_signed) if has_children else []
    return SigningContext(
        given=given,
        facts=facts,
        late=lateness(session.on, signed_on or on, policy=policy),
        session=session,
        children=children,
        entries=entry_texts(children, meeting_of(session), terms=terms, on=on, policy=policy),
        policy=policy_then,
    )


def _asked_for(record: Record, *, on: date) -> dict[str, str]:
    """What a manager's record computes beside the dates, where its form has a place for it."""
    ways = {"open_actions": open_actions_in_words, "team_supervision": team_in_words}
    asked = {name for _, name in _places(records.template_of(record), "computed")}
    return {name: way(record, on=on) for name, way in ways.items() if name in asked}


def facts_of_session(session: SupervisionSession) -> dict[str, Any]:
    """What a record states of its session, and what a correction of it states anew: day, time, length, mode."""
    return {
        "held_on": session.on.isoformat(),
        "starts": session.starts.strftime("%H:%M"),
        "ends": session.ends.strftime("%H:%M"),
        "minutes": session.minutes,
        "mode": session.mode,
    }


def _contract_context(record: Record, *, on: date) -> SigningContext:
    written = _written(record)
    bounds = contract_bounds(person_id=record.worker_id, on=on)
    facts = {
        "every": written.get("frequency"),
        "minutes": written.get("minutes"),
        "format": written.get("format") or None,
        "review_on": written.get("review_on"),
    }
    given = _given(
        record,
        on=on,
        computed={
            "supervisee": record.worker.name,
            "supervisor": record.author.name,
            "measured": measured_in_words(facts, bounds),
            **policy_in_words(policies.policy_in_force(on)),
        },
        gap=contracts_of(people=[record.worker_id], on=on).get(record.worker_id, MISSING).is_in_force,
        intervals=_intervals(bounds),
    )
    named = written.get("named_manager") or {}
    return SigningContext(given=given, facts=facts, late=LateEntry(), named_manager_id=named.get("id"))


def _given(
    record: Record,
    *,
    on: date,
    computed: Mapping[str, str],
    gap: bool,
    intervals: list[tuple[str, str]] | None = None,
) -> Given:
    template = records.template_of(record)
    places = _places(template, "computed")
    words = dict(computed)
    if {"supervisee_job_title", "supervisor_job_title"} & {name for _, name in places}:
        titles = job_titles({record.worker_id, record.author_id}, on=on)
        words["supervisee_job_title"] = titles.get(record.worker_id, "")
        words["supervisor_job_title"] = titles.get(record.author_id, "")
    return Given(
        computed={place: words[place[1]] for place in places if place[1] in words},
        asked=frozenset(_places(template, "gap_comment")) if gap else frozenset(),
        options=dict.fromkeys(_places(template, "interval"), intervals) if intervals else {},
        people=[(str(record.worker_id), record.worker.name), (str(record.author_id), record.author.name)],
    )


def session_of(*, record: Record, actor: Actor) -> SupervisionSession | None:
    """The session that a record is of, where the actor may see it."""
    return SupervisionSession.objects.visible_to(actor).filter(record=record).first()


def _places(template: Template, kind: str) -> list[Place]:
    return [(section.id, item.id) for section in template.sections for item in section.fields if item.type == kind]


def _written(record: Record) -> dict[str, Any]:
    """Every typed value of the draft by field id: these templates use each id once."""
    rows = DraftSection.objects.filter(record=record)
    return {name: value for row in rows for name, value in row.values.items()}


def next_session_named(*, record: Record) -> tuple[datetime, str] | None:
    """When and where the next session is to be, as the draft of a session's record names it; a local time."""
    written = _written(record)
    typed = written.get("next_session")
    return (datetime.fromisoformat(typed), written.get("next_venue") or "") if typed else None


def _intervals(bounds: Bounds) -> list[tuple[str, str]]:
    """The intervals that a contract may agree: the policy's own, or the exception's, and every tighter one."""
    allowed = bounds.longest
    found = [Duration.parse(text) for text in INTERVALS]
    return [
        (str(every), f"Every {every.in_words}")
        for every in found
        if allowed is None or not every.always_longer_than(allowed)
    ]


def unfinished_contract(*, supervisee_id: UUID, actor: Actor) -> Record | None:
    """The actor's own contract with a supervisee that is being drafted, or that waits for a signature."""
    contracts = Record.objects.not_expired().filter(
        kind=Kind.CONTRACT, subject_id=supervisee_id, author_id=actor.staff_id
    )
    newest_first = contracts.with_state().order_by("-created_at")
    return next((contract for contract in newest_first if contract.state != State.SEALED), None)


@dataclass(frozen=True, slots=True)
class WritingPage:
    """What stands around a form or a signature: whose it is, the session where there is one, the facts in words.

    ``late``: how long after the session it is entered, where that is not the same day.
    """

    supervisee: StaffMember
    session: SupervisionSession | None
    returned: bool
    facts: list[tuple[str, str]]
    late: str = ""

    @property
    def heading(self) -> str:
        """Of the page that writes it."""
        if self.session is None:
            return f"Supervision contract with {self.supervisee.name}"
        return f"Supervision with {self.supervisee.name}, {rules.in_words(self.session.on)}"

    @property
    def sign_label(self) -> str:
        """What the button says."""
        return f"Sign and send to {self.supervisee.name}"


def writing_page(*, record: Record, context: SigningContext) -> WritingPage:
    """What stands around the form of a record that the actor writes."""
    late = late_in_words(context.late.as_body())
    return WritingPage(
        supervisee=record.worker,
        session=context.session,
        returned=record.get_state() is State.RETURNED,
        facts=Wording().facts(context.facts) + late,
        late=late[0][1] if late else "",
    )
