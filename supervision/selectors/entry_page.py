"""The page on which the entry of one child is written: its form, what is known of the child, the other children."""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import date
from uuid import UUID

from django.db.models import Subquery

from cases.rules import reference_label
from core.actor import Actor
from core.errors import RuleBroken
from policies.selectors import form_for, policy_in_force
from policies.templates import Section, Template
from records import selectors as records
from records.action_models import ActionQuerySet
from records.models import Action, Record
from records.rules import FAMILY, Kind, State
from records.selectors import FAMILY_SECTION, Draft, DraftPart
from records.values import GIVEN, Given
from supervision.models import CaseEntry, SupervisionSession
from supervision.rules.discussions import NOT_DISCUSSED
from supervision.rules.entries import entry_terms
from supervision.selectors.caseload import ChildRow, child_rows
from supervision.selectors.discussed import held_on_the_day
from supervision.selectors.entries import (
    ChildToWrite,
    Meeting,
    child_to_write,
    children_to_write,
    entry_given,
    family_of,
    family_text,
    family_version,
    last_discussed,
    meeting_of,
    with_text,
)


@dataclass(frozen=True, slots=True)
class EntryPage:
    """One child's entry as its writer sees it. ``children``: all of the session, this one among them; ``siblings``: those
    who share the text about the family; ``agreed``: what the last entry agreed; ``asked``: what the policy wants.
    """

    session: SupervisionSession
    target: ChildToWrite
    row: ChildRow
    last_on: date | None
    label: str
    asked: str
    siblings: Sequence[str]
    agreed: Sequence[Action]
    children: Sequence[ChildToWrite]
    draft: Draft
    given: Given

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


def entry_page(*, session: SupervisionSession, child_id: UUID, actor: Actor) -> EntryPage | None:
    """One child's page; None for a child who was neither discussed in the session nor with its worker on the day."""
    policy = policy_in_force(session.on)
    terms = entry_terms(policy)
    children = children_to_write(session, terms=terms)
    target = next((each for each in children if each.child.pk == child_id), None)
    if target is None:
        if child_id not in held_on_the_day(session):
            return None
        entry = with_text(CaseEntry.objects.filter(session=session, child=child_id)).first()
        target = child_to_write(session, child_id, entry)
        children = sorted([*children, target], key=lambda each: each.child.reference)
    last_on = last_discussed([child_id], before=session.on).get(child_id)
    (row,) = child_rows(children=[target.child], on=session.on)
    siblings = family_of(child_id, children=children, on=session.on, actor=actor)
    meeting = meeting_of(session)
    draft = _draft(target, siblings, meeting=meeting, actor=actor)
    given = entry_given(
        records.template_of(draft.record),
        meeting,
        reference=target.child.reference,
        last_on=last_on,
        terms=terms,
    )
    return EntryPage(
        session=session,
        target=target,
        row=row,
        last_on=last_on,
        label=reference_label(policy),
        asked=terms.in_words,
        siblings=[each.child.reference for each in siblings],
        agreed=list(_agreed_last(target, actor=actor)),
        children=children,
        draft=draft,
        given=given,
    )


def entry_part(*, session: SupervisionSession, child_id: UUID, section_id: str, actor: Actor) -> EntryPart | None:
    """One section of a child's entry, for a page that saves it by itself; None where it has no such section."""
    page = entry_page(session=session, child_id=child_id, actor=actor)
    part = next((part for part in page.draft.parts if part.section.id == section_id), None) if page else None
    return EntryPart(page.given, part) if page and part and not page.is_left_out else None


def _draft(target: ChildToWrite, siblings: Sequence[ChildToWrite], *, meeting: Meeting, actor: Actor) -> Draft:
    """The entry as a draft, opened or not. Sections that siblings share stand before those of the child alone."""
    record = target.entry.record if target.entry else _unopened(target, meeting, on=actor.on)
    sections = list(records.template_of(record).sections)
    if siblings or FAMILY in target.written:
        sections.insert(_first_typed(sections), FAMILY_SECTION)
    if target.entry is None:
        parts = tuple(DraftPart(section=one, key=None, version=0, values={}, editable=True) for one in sections)
        draft = Draft(record=record, state=State.DRAFT, parts=parts)
    else:
        draft = records.draft(record=record, actor=actor, only=sections)
    text = family_text([target, *siblings])
    return Draft(
        record=draft.record,
        state=draft.state,
        parts=tuple(_with_family(part, text) if part.section.id == FAMILY else part for part in draft.parts),
        shared_at=draft.shared_at,
    )


def _with_family(part: DraftPart, text: str) -> DraftPart:
    return DraftPart(
        section=part.section,
        key=part.key,
        version=family_version(text),
        values={"text": text},
        editable=part.editable,
        saved_by=part.saved_by,
        saved_at=part.saved_at,
    )


def _unopened(target: ChildToWrite, meeting: Meeting, *, on: date) -> Record:
    """What the entry will be once something is typed. Raises RuleBroken without a policy."""
    policy = policy_in_force(on)
    if policy is None:
        raise RuleBroken("No supervision policy is in force today. The principal social worker can put one in force.")
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
