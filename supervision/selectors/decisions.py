"""Decisions about a child: what is signed of what was typed, and which are not yet entered on the child's record."""

from collections.abc import Callable, Iterator, Mapping, Sequence
from dataclasses import dataclass
from datetime import date
from typing import Any
from uuid import UUID

from django.db.models import DateField, Exists, OuterRef, UUIDField, Value
from django.db.models.fields.json import KeyTextTransform
from django.db.models.functions import Cast

from cases.models import Child, Episode
from cases.selectors import holders_of
from core.actor import Actor
from core.clock import date_of
from core.errors import DomainError, NotAllowed, RuleBroken
from core.shortcuts import uuid_or_none
from policies import selectors as policies
from policies.rules.oversight import NoteType, note_types
from policies.rules.policy import Policy
from policies.templates import Section, Template
from records.models import Record
from records.pdf_wording import Wording, late_in_words
from records.rules import Kind
from records.selectors import AtOnce, TextToSign, text_at_once
from records.values import GIVEN, Given
from staff.models import StaffMember
from staff.selectors import job_titles
from supervision import access
from supervision.models import DecisionDraft, Discussion, EnteredOnChildRecord
from supervision.rules.decisions import AGREEMENT_WORDS, Agreement, check_agreement, check_asker, check_decided_on
from supervision.selectors.late import late_entry

NO_CHILD = "No open case has exactly this reference. Check how it is written in the case system."
MOST_LISTED = 200


@dataclass(frozen=True, slots=True)
class DecisionForms:
    """What the page of a decision asks, by the policy in force."""

    policy: Policy
    template: Template
    notes: Sequence[NoteType]

    @property
    def sections(self) -> list[Section]:
        """The sections in which something is typed."""
        every = self.template.sections
        return [section for section in every if any(item.type not in GIVEN for item in section.fields)]


def decision_forms(*, on: date) -> DecisionForms:
    """What a decision of a day is written on. Raises RuleBroken without a policy."""
    policy = policies.policy_in_force(on)
    if policy is None:
        raise RuleBroken("No supervision policy is in force today. The principal social worker can put one in force.")
    return DecisionForms(policy, policies.form_for(policy, "decision", categories=()), note_types(policy))


@dataclass(frozen=True, slots=True)
class DecisionToSign:
    """A draft as it would be signed. ``problems``: (field, sentence) of what is missing; then there is no ``text``."""

    made: AtOnce | None
    text: TextToSign | None
    facts: Sequence[tuple[str, str]]
    problems: Sequence[tuple[str, str]]


def decision_to_sign(*, draft: DecisionDraft, actor: Actor) -> DecisionToSign:
    """What one signature would make of what was typed, and what has to be put right before."""
    forms, typed, problems = decision_forms(on=actor.on), draft.values, list[tuple[str, str]]()

    def found(field: str, read: Callable[[], Any]) -> Any:
        try:
            return read()
        except DomainError as refusal:
            problems.append((getattr(refusal, "field", "") or field, str(refusal)))

    child = found("reference", lambda: _child(typed, actor))
    note = found("note_type", lambda: _note(typed, forms.notes))
    found("agreement", lambda: check_agreement(note, typed.get("agreement", "")) if note else None)
    asked_by = found("asked_by_id", lambda: _asker(typed, actor))
    decided_on = found("decided_on", lambda: check_decided_on(_day(typed.get("decided_on")), today=actor.on))
    if problems:
        return DecisionToSign(None, None, (), problems)
    late = late_entry(decided_on, actor.on)
    facts = {"held_on": decided_on.isoformat()}
    words = {
        "child_reference": child.reference,
        "held_on": Wording().value(decided_on.isoformat()),
        "note_type": note.label,
        "asked_by": _named(asked_by, on=actor.on) if asked_by else "Nobody asked",
        "agreement": AGREEMENT_WORDS[Agreement(typed["agreement"])] if note.needs_agreement else "Not needed",
    }
    made = AtOnce(
        record_id=draft.pk,
        kind=Kind.DECISION,
        child_id=child.pk,
        asked_by_id=asked_by.pk if asked_by else None,
        template=forms.template,
        policy_slug=forms.policy.id,
        policy_version=forms.policy.version,
        title=note.label,
        written=typed.get("sections", {}),
        version=draft.version,
        facts=facts,
        late=late,
        given=Given(computed=dict(_computed(forms.template, words))),
    )
    text = text_at_once(made)
    missing = [(f"{section}-{field}", sentence) for section, field, sentence in text.problems]
    return DecisionToSign(made, text, late_in_words(late.as_body()), missing)


def _child(typed: Mapping[str, Any], actor: Actor) -> Child:
    """The child by its exact reference, in sight or not (sight: a duty manager outside the line)."""
    reference = typed.get("reference", "").strip()
    if not reference:
        raise RuleBroken("Enter the child’s reference.", field="reference")
    is_open = Episode.objects.live(actor.on).filter(child=OuterRef("pk"))
    child = Child.objects.filter(Exists(is_open), reference__iexact=reference).first()
    if child is None:
        raise RuleBroken(NO_CHILD, field="reference")
    holders = holders_of(children=[child.pk], on=actor.on).get(child.pk, ())
    access.check_can_decide_on(actor, [holder.holding for holder in holders])
    return child


def _note(typed: Mapping[str, Any], notes: Sequence[NoteType]) -> NoteType:
    chosen = next((note for note in notes if note.id == typed.get("note_type")), None)
    if chosen is None:
        raise RuleBroken("Choose what kind of note this is.", field="note_type")
    return chosen


def _asker(typed: Mapping[str, Any], actor: Actor) -> StaffMember | None:
    asked_by = uuid_or_none(typed.get("asked_by_id"))
    check_asker(asked_by, decides=actor.staff_id)
    if asked_by is None:
        return None
    person = StaffMember.objects.visible_to(actor).filter(pk=asked_by).first()
    if person is None:
        raise NotAllowed("Choose one of the people found.")
    return person


def _named(person: StaffMember, *, on: date) -> str:
    return ", ".join(filter(None, (person.name, job_titles({person.pk}, on=on).get(person.pk, ""))))


def _day(text: str | None) -> date | None:
    return date.fromisoformat(text) if text else None


def _computed(template: Template, words: Mapping[str, str]) -> Iterator[tuple[tuple[str, str], str]]:
    for section in template.sections:
        for item in section.fields:
            if item.type == "computed" and item.id in words:
                yield (section.id, item.id), words[item.id]


def own_decisions(*, actor: Actor) -> list[DecisionDraft]:
    """What the actor has typed and not signed, the latest first."""
    return list(DecisionDraft.objects.visible_to(actor).order_by("-updated_at")[:MOST_LISTED])


def own_decision(*, draft_id: UUID, actor: Actor) -> DecisionDraft | None:
    """One of them."""
    return DecisionDraft.objects.visible_to(actor).filter(pk=draft_id).first()


def is_begun(*, draft_id: UUID) -> bool:
    """Whether anybody has begun a decision under this key."""
    return DecisionDraft.objects.filter(pk=draft_id).exists()


def has_decided(*, record_id: UUID, actor: Actor) -> bool:
    """Whether the actor has signed this decision."""
    return Record.objects.visible_to(actor).filter(pk=record_id, author=actor.staff_id, kind=Kind.DECISION).exists()


def reference_of(*, child_id: UUID | None, actor: Actor) -> str:
    """The reference of a child within sight, for a page that begins with it; else nothing."""
    found = Child.objects.visible_to(actor).filter(pk=child_id).first() if child_id else None
    return found.reference if found else ""


def entered(*, record: Record, actor: Actor) -> EnteredOnChildRecord | None:
    """That a decision was entered on the child's record, by whom and when; None while nobody has said so."""
    found = EnteredOnChildRecord.objects.visible_to(actor).filter(record=record)
    return found.select_related("entered_by").first()


@dataclass(frozen=True, slots=True)
class NotEntered:
    """A signed decision that nobody has entered on the child's record yet."""

    record_id: UUID
    title: str
    reference: str
    decided_by: str
    signed_on: date


def not_entered(*, actor: Actor) -> list[NotEntered]:
    """The decisions within sight that are not yet entered on the child's record, the longest first; in one query."""
    return [_waiting(*row) for row in _not_entered(actor)[:MOST_LISTED]]


def own_not_entered(*, actor: Actor) -> list[NotEntered]:
    """Those of them that the actor decided, and so is to enter; in one query."""
    return [_waiting(*row) for row in _not_entered(actor).filter(author=actor.staff_id)[:MOST_LISTED]]


def _not_entered(actor: Actor) -> Any:
    entered = EnteredOnChildRecord.objects.filter(record=OuterRef("pk"))
    waiting = Record.objects.visible_to(actor).filter(~Exists(entered), kind=Kind.DECISION)
    return waiting.order_by("created_at", "pk").values_list(
        "pk", "title", "child__reference", "author__name", "created_at"
    )


def _waiting(record_id: UUID, title: str, reference: str, decided_by: str, signed_at: Any) -> NotEntered:
    return NotEntered(record_id, title, reference, decided_by, date_of(signed_at))


@dataclass(frozen=True, slots=True)
class Said:
    """What was said of a child on a day: a discussion, or a decision, which has a record of its own to be read."""

    on: date
    who: str
    depth: str
    own_text: bool
    reason: str
    record_id: UUID | None
    title: str
    entered_on: date | None


def said_of(*, child: Child, actor: Actor) -> list[Said]:
    """The discussions of a child and the decisions about it that the actor sees; in one query."""
    discussions = (
        Discussion.objects.visible_to(actor)
        .filter(child=child)
        .exclude(format=Discussion.Format.MANAGEMENT_OVERSIGHT)
        .order_by()
        .values_list(
            "on",
            "worker__name",
            "depth",
            "own_text",
            "reason",
            Value(None, output_field=UUIDField()),
            Value(""),
            Value(None, output_field=DateField()),
        )
    )
    decisions = (
        Record.objects.visible_to(actor)
        .filter(child=child, kind=Kind.DECISION, parts__seq=1)
        .annotate(held_on=Cast(KeyTextTransform("held_on", "parts__facts"), DateField()))
        .order_by()
        .values_list(
            "held_on", "author__name", Value(""), Value(value=True), Value(""), "pk", "title", "entered__entered_on"
        )
    )
    return [Said(*row) for row in discussions.union(decisions, all=True)]
