"""Decisions about a child: what is typed, by whom, and what one signature makes of it."""

from collections.abc import Callable, Iterator, Mapping, Sequence
from dataclasses import dataclass
from datetime import date
from typing import Any
from uuid import UUID

from django.db.models import Exists, OuterRef

from cases.models import Allocation, Child, Episode
from cases.selectors import holders_of
from core.actor import Actor
from core.errors import DomainError, NotAllowed, RuleBroken
from core.shortcuts import uuid_or_none
from policies import selectors as policies
from policies.rules.oversight import WORKER, NoteType, asks_significance, note_types
from policies.rules.policy import Policy
from policies.templates import Section, Template
from records.models import Record
from records.pdf_wording import Wording, late_in_words
from records.rules import Kind, Relation
from records.selectors import AtOnce, TextToSign, text_at_once
from records.values import GIVEN, Given
from staff.models import CategoryHeld, StaffMember
from staff.selectors import job_titles
from supervision import access
from supervision.models import DecisionDraft, SupervisionSession
from supervision.rules.decisions import (
    AGREEMENT_WORDS,
    Agreed,
    Agreement,
    check_agreement,
    check_asker,
    check_decided_on,
    check_significant,
)
from supervision.selectors.late import late_entry

NO_CHILD = "No open case has exactly this reference. Check how it is written in the case system."
MOST_LISTED = 200


@dataclass(frozen=True, slots=True)
class DecisionForms:
    """What the page of a decision asks, by the policy in force."""

    policy: Policy
    template: Template
    notes: Sequence[NoteType]
    asks_significance: bool = False

    @property
    def sections(self) -> list[Section]:
        """The sections in which something is typed."""
        every = self.template.sections
        return [section for section in every if any(item.type not in GIVEN for item in section.fields)]


def decision_forms(*, actor: Actor) -> DecisionForms:
    """What a decision of the actor's day is written on, with the kinds of note that the actor may write.

    Raises RuleBroken without a policy, and NotAllowed for whoever may write none of them.
    """
    policy = policies.policy_to_write_by(actor.on)
    notes = notes_of(policy, actor=actor)
    access.check_can_decide(actor, writes=notes)
    form = policies.form_for(policy, "decision", categories=())
    return DecisionForms(policy, form, notes, asks_significance(policy))


def check_may_decide(*, actor: Actor) -> None:
    """Write any kind of note about a child: who supervises or manages, and whom the policy lets. Raises NotAllowed."""
    decides = actor.supervises or actor.manages
    access.check_can_decide(actor, writes=() if decides else notes_of(policies.policy_in_force(actor.on), actor=actor))


def notes_of(policy: Policy | None, *, actor: Actor) -> tuple[NoteType, ...]:
    """The kinds of note that somebody may write: who neither supervises nor manages, as a child's worker or by category."""
    notes = note_types(policy)
    if actor.supervises or actor.manages or not any(note.recorded_by for note in notes):
        return notes if actor.supervises or actor.manages else ()
    own = _categories(actor)
    if Allocation.objects.live(actor.on).filter(holder=actor.staff_id, without_worker=False).exists():
        own.add(WORKER)
    return tuple(note for note in notes if note.recorded_by & own)


def _categories(actor: Actor) -> set[str]:
    held = CategoryHeld.objects.live(actor.on).filter(person=actor.staff_id)
    return set(held.values_list("category", flat=True))


@dataclass(frozen=True, slots=True)
class DecisionToSign:
    """A draft as it would be signed. ``problems``: (field, sentence) of what is missing; then there is no ``text``."""

    made: AtOnce | None
    text: TextToSign | None
    facts: Sequence[tuple[str, str]]
    problems: Sequence[tuple[str, str]]


def decision_to_sign(*, draft: DecisionDraft, actor: Actor) -> DecisionToSign:
    """What one signature would make of what was typed, and what has to be put right before."""
    forms, typed, problems = decision_forms(actor=actor), draft.values, list[tuple[str, str]]()

    def found(field: str, read: Callable[[], Any]) -> Any:
        try:
            return read()
        except DomainError as refusal:
            problems.append((getattr(refusal, "field", "") or field, str(refusal)))

    note = found("note_type", lambda: _note(typed, forms.notes))
    child, relation = found("reference", lambda: _child(typed, actor, [note] if note else forms.notes)) or (
        None,
        Relation.SUPERVISOR,
    )
    asked_by = found("asked_by_id", lambda: _asker(typed, actor))
    decided_on = found("decided_on", lambda: check_decided_on(_day(typed.get("decided_on")), today=actor.on))
    agreed = found("agreement", lambda: _agreement(note, typed, actor, decided_on=decided_on) if note else "")
    significant = found(
        "significant", lambda: check_significant(typed.get("significant", ""), asked=forms.asks_significance)
    )
    if problems or child is None or note is None:
        return DecisionToSign(None, None, (), problems)
    late = late_entry(decided_on, actor.on)
    facts: dict[str, Any] = {"held_on": decided_on.isoformat()}
    if significant is not None:
        facts["for_child_record"] = significant
    words = {
        "child_reference": child.reference,
        "held_on": Wording().value(decided_on.isoformat()),
        "note_type": note.label,
        "asked_by": _named(asked_by, on=actor.on) if asked_by else "Nobody asked",
        "agreement": agreed,
        "significant": "Yes: every decision about a child goes there"
        if significant is None
        else Wording().value(significant),
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
        relation=relation,
    )
    text = text_at_once(made)
    missing = [(f"{section}-{field}", sentence) for section, field, sentence in text.problems]
    return DecisionToSign(made, text, late_in_words(late.as_body()), missing)


def _child(typed: Mapping[str, Any], actor: Actor, notes: Sequence[NoteType]) -> tuple[Child, Relation]:
    """The child by its exact reference, and as what one signs; ``notes``: the kind chosen, or all until one is.

    Those who decide, and those whom the policy names by category, write of a child in sight or not (sight: a duty
    manager outside the line); a worker of the own children alone. Of any other a worker learns nothing, not that it is.
    """
    reference = typed.get("reference", "").strip()
    if not reference:
        raise RuleBroken("Enter the child’s reference.", field="reference")
    is_open = Episode.objects.live(actor.on).filter(child=OuterRef("pk"))
    child = Child.objects.filter(Exists(is_open), reference__iexact=reference).first()
    if child is None:
        raise RuleBroken(NO_CHILD, field="reference")
    holdings = [holder.holding for holder in holders_of(children=[child.pk], on=actor.on).get(child.pk, ())]
    holds = any(each.holder_id == actor.staff_id and not each.without_worker for each in holdings)
    if not (actor.supervises or actor.manages):
        own = _categories(actor) | ({WORKER} if holds else set())
        if not any(note.recorded_by & own for note in notes):
            raise RuleBroken(NO_CHILD, field="reference")
        return child, Relation.SUPERVISEE
    access.check_can_decide_on(actor, holdings, note=next((note for note in notes if WORKER in note.recorded_by), None))
    return child, Relation.SUPERVISEE if holds else Relation.SUPERVISOR


def _agreement(note: NoteType, typed: Mapping[str, Any], actor: Actor, *, decided_on: date | None) -> str:
    """The line manager's agreement in words: who and when, or why it was an emergency (R355). Raises RuleBroken."""
    agreed = Agreed(
        how=typed.get("agreement", ""),
        by=uuid_or_none(typed.get("agreed_by_id")),
        on=_day(typed.get("agreed_on")),
        emergency=typed.get("emergency_because", ""),
    )
    check_agreement(note, agreed, decided_on=decided_on)
    if not note.needs_agreement:
        return "Not needed"
    if agreed.how == Agreement.EMERGENCY:
        return f"{AGREEMENT_WORDS[Agreement.EMERGENCY]}. {agreed.emergency.strip()}"
    manager = StaffMember.objects.visible_to(actor).filter(pk=agreed.by).first() if agreed.by else None
    if manager is None or manager.pk == actor.staff_id:
        raise RuleBroken("Choose the manager who agreed.", field="agreed_by_id")
    return f"{_named(manager, on=actor.on)}, on {Wording().value(agreed.on.isoformat() if agreed.on else '')}"


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


def decision_begun(*, child_id: UUID | None, session_id: UUID | None, actor: Actor) -> dict[str, str]:
    """With what the page of a new decision begins: today, a child within sight, and who asked.

    ``session_id``: a session of the actor's, in place of which something was decided: its supervisee asked (scenario 14).
    """
    child = Child.objects.visible_to(actor).filter(pk=child_id).first() if child_id else None
    sessions = SupervisionSession.objects.visible_to(actor).filter(supervisee__in=actor.supervises)
    session = sessions.filter(pk=session_id).first() if session_id else None
    begun = {"reference": child.reference if child else "", "decided_on": actor.on.isoformat()}
    return begun | ({"asked_by_id": str(session.supervisee_id)} if session else {})
