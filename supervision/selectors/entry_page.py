"""The page on which the entry of one child is written: its form, what is known of the child, the other children."""

from collections.abc import Sequence
from dataclasses import dataclass, replace
from datetime import date
from uuid import UUID

from django.db.models import Subquery

from cases.models import Child
from cases.rules import plan_type_words
from core.actor import Actor
from policies.rules.answers import ChildAssessment
from policies.rules.policy import Policy
from policies.selectors import form_for, policy_in_force, policy_to_write_by
from policies.templates import Section, Template
from records import selectors as records
from records.access import writable
from records.action_models import ActionQuerySet
from records.models import Action, DraftSection, Record
from records.rules import FAMILY, Kind, State, state_of
from records.selectors import FAMILY_SECTION, Draft, DraftPart
from records.values import GIVEN, Given
from supervision.models import SupervisionSession
from supervision.rules.discussions import NOT_DISCUSSED, OVERSIGHT
from supervision.rules.entries import entry_terms
from supervision.selectors.children import ChildQuestion, answer_child, child_questions
from supervision.selectors.entries import (
    ChildToWrite,
    Meeting,
    children_to_write,
    entry_given,
    family_of,
    family_text,
    family_version,
    meeting_of,
)


@dataclass(frozen=True, slots=True)
class EntryPage:
    """One child's entry as its writer sees it. ``children``: all of the session, this one among them; ``siblings``: those
    who share the text about the family; ``agreed``: what the last entry agreed; ``asked``: what the policy wants.
    """

    session: SupervisionSession
    target: ChildToWrite
    assessment: ChildAssessment | None
    plan_types: Sequence[str]
    last_on: date | None
    asked: str
    siblings: Sequence[str]
    agreed: Sequence[Action]
    children: Sequence[ChildToWrite]
    draft: Draft
    given: Given

    @property
    def child(self) -> Child:
        """The child itself."""
        return self.target.child

    @property
    def place(self) -> int:
        """The how manieth of the children it is."""
        return [each.child.pk for each in self.children].index(self.target.child.pk) + 1

    @property
    def previous(self) -> ChildToWrite | None:
        """Who comes before."""
        return self.children[self.place - 2] if self.place > 1 else None

    @property
    def next(self) -> ChildToWrite | None:
        """Who comes after."""
        return self.children[self.place] if self.place < len(self.children) else None

    @property
    def is_left_out(self) -> bool:
        """Whether it is said that the child was not discussed: then nothing is written until that is changed."""
        return self.target.mark is not None and self.target.mark.depth == NOT_DISCUSSED

    @property
    def agreed_on(self) -> date | None:
        """The day of the entry that agreed those actions."""
        entry = self.agreed[0].record.case_entry if self.agreed else None
        meeting = (entry.session or entry.group) if entry else None
        return meeting.on if meeting else None


@dataclass(frozen=True, slots=True)
class EntryPart:
    """One section of an entry, and what its form is given."""

    given: Given
    part: DraftPart


def entry_page(
    *, session: SupervisionSession, child_id: UUID, actor: Actor, with_family: bool = False
) -> EntryPage | None:
    """One child's page; None for a child who was neither discussed in the session nor with its worker on the day.

    ``with_family``: with the section that siblings share though no sibling is discussed now.
    """
    question = child_questions(children=[child_id], on=session.on).get(child_id)
    policy = question.timeline.on(session.on) if question else None
    terms = entry_terms(policy)
    was_signed = session.record_state not in (None, State.DRAFT.value)
    children = children_to_write(session, terms=terms, also=child_id, with_parts=was_signed)
    target = next((each for each in children if each.child.pk == child_id), None)
    if target is None:
        return None
    siblings = family_of(child_id, children=children, on=session.on, actor=actor)
    meeting = meeting_of(session)
    draft = _draft(
        target,
        siblings,
        meeting=meeting,
        policy=policy,
        actor=actor,
        was_signed=was_signed,
        with_family=with_family,
    )
    last_on = _last_on(question, before=session.on)
    template = records.template_of(draft.record)
    return EntryPage(
        session=session,
        target=target,
        assessment=answer_child(question) if question else None,
        plan_types=_plan_types(question),
        last_on=last_on,
        asked=terms.in_words,
        siblings=[each.child.reference for each in siblings],
        agreed=list(_agreed_last(target, actor=actor)),
        children=children,
        draft=draft,
        given=entry_given(template, meeting, reference=target.child.reference, last_on=last_on, terms=terms),
    )


def _last_on(question: ChildQuestion | None, *, before: date) -> date | None:
    """When the child was last discussed in supervision before a day, in text of its own."""
    known = question.child.discussions if question else ()
    days = [each.on for each in known if each.on < before and each.own_text and each.format != OVERSIGHT]
    return max(days, default=None)


def _plan_types(question: ChildQuestion | None) -> list[str]:
    held = question.child.plan_types if question else ()
    return [
        plan_type_words(each.plan_type)
        for each in held
        if question and (each.ends_on is None or each.ends_on > question.on)
    ]


def entry_part(*, session: SupervisionSession, child_id: UUID, section_id: str, actor: Actor) -> EntryPart | None:
    """One section of a child's entry, for a page that saves it by itself; None where it has no such section."""
    is_family = section_id == FAMILY
    page = entry_page(session=session, child_id=child_id, actor=actor, with_family=is_family)
    part = next((part for part in page.draft.parts if part.section.id == section_id), None) if page else None
    return EntryPart(page.given, part) if page and part and not page.is_left_out else None


def _draft(
    target: ChildToWrite,
    siblings: Sequence[ChildToWrite],
    *,
    meeting: Meeting,
    policy: Policy | None,
    actor: Actor,
    was_signed: bool,
    with_family: bool,
) -> Draft:
    """The entry as a draft, opened or not. The section that siblings share stands before those of the child alone."""
    record = target.entry.record if target.entry else _unopened(target, meeting, policy=policy, on=actor.on)
    heads = record.get_heads() if target.entry and was_signed else []
    sections = list(records.template_of(record).sections)
    if with_family or siblings or FAMILY in target.written:
        sections.insert(_first_typed(sections), FAMILY_SECTION)
    rows = {row.section: row for row in record.draft_sections.all()} if target.entry else {}
    own = writable(actor, record, heads)
    parts = [_part(section, rows.get(section.id), editable=section.written_by in own) for section in sections]
    text = family_text([target, *siblings])
    return Draft(
        record=record,
        state=state_of(heads),
        parts=tuple(_with_family(part, text) if part.section.id == FAMILY else part for part in parts),
        shared_at=record.get_shared_at() if target.entry else None,
    )


def sections_of_entries(*, on: date) -> list[Section]:
    """What can be typed of a child in an entry that is begun on a day; nothing without a policy."""
    policy = policy_in_force(on)
    return [FAMILY_SECTION, *form_for(policy, "case", categories=()).sections] if policy else []


def _part(section: Section, row: DraftSection | None, *, editable: bool) -> DraftPart:
    return DraftPart(
        section=section,
        key=None,
        version=row.version if row else 0,
        values=row.values if row else {},
        editable=editable,
        saved_by=row.updated_by.name if row else "",
        saved_at=row.updated_at if row else None,
    )


def _with_family(part: DraftPart, text: str) -> DraftPart:
    return replace(part, version=family_version(text), values={"text": text})


def _unopened(target: ChildToWrite, meeting: Meeting, *, policy: Policy | None, on: date) -> Record:
    """What the entry will be once something is typed. Raises RuleBroken without a policy."""
    if on != meeting.on or policy is None:
        policy = policy_to_write_by(on)
    template: Template = form_for(policy, "case", categories=())
    return Record(
        kind=Kind.CASE_ENTRY,
        child=target.child,
        discussed_with=meeting.worker,
        author=meeting.author,
        template_slug=template.id,
        template_version=template.version,
        title=template.title,
    )


def _first_typed(sections: Sequence[Section]) -> int:
    """The place of the first section in which something is typed."""
    typed = (number for number, one in enumerate(sections) if any(item.type not in GIVEN for item in one.fields))
    return next(typed, len(sections))


def _agreed_last(target: ChildToWrite, *, actor: Actor) -> ActionQuerySet:
    """What the child's last signed entry before this one agreed, as the actor sees it; in one query."""
    earlier = Record.objects.visible_to(actor).filter(child=target.child, kind=Kind.CASE_ENTRY, parts__seq=1)
    if target.entry:
        earlier = earlier.exclude(pk=target.entry.record_id)
    last = earlier.order_by("-created_at").values("pk")[:1]
    found: ActionQuerySet = Action.objects.filter(record=Subquery(last)).order_by("due_on", "pk")
    return found.select_related("record__case_entry__session", "record__case_entry__group")
