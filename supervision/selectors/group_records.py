"""The record of a group and the children whom it spoke of: what is given to the form, written, and signed."""

import json
from collections.abc import Collection, Iterator, Mapping, Sequence
from dataclasses import dataclass
from datetime import date
from typing import Any
from uuid import UUID

from django.contrib.postgres.expressions import ArraySubquery
from django.db.models import Exists, OuterRef, Q, Subquery

from cases.models import Allocation, Child, Episode
from core.actor import Actor
from core.errors import RuleBroken
from core.shortcuts import may
from policies.rules.kinds import GroupModel
from policies.rules.policy import Policy
from policies.selectors import policy_in_force, record_template
from policies.templates import Template
from records import canonical
from records import selectors as records
from records.models import DraftSection, Part, Record
from records.pdf_wording import Wording, late_in_words
from records.rules import LateEntry, State
from records.selectors import TextToSign
from records.services import EntryText
from records.values import ROW_KEYS, Given, is_filled
from staff.models import StaffMember
from supervision import access, rules
from supervision.models import CaseEntry, Discussion, GroupItem, GroupMember, GroupSession
from supervision.rules.discussions import NOT_DISCUSSED, OVERSIGHT
from supervision.rules.entries import EntryTerms, entry_terms
from supervision.rules.group_records import SIGNED, Step, steps_with_minutes
from supervision.selectors.decisions import NO_CHILD
from supervision.selectors.entries import NOT_YET, Meeting, entry_facts, entry_given, first_signed_on
from supervision.selectors.kinds import group_terms

NOT_TOLD = "Not stated: whoever writes this does not read about this child otherwise."


@dataclass(frozen=True, slots=True)
class Brought:
    """A child whom a group spoke of, with its entry, where one is begun.

    ``record_id``: of the entry; ``template``: its form; ``state``: where it stands; ``texts``: what is typed of it so
    far. ``last_on``: when the child was discussed before, for who may read about it (``is_seen``). ``is_wanted``:
    whether the policy wants an entry.
    """

    mark: Discussion
    record_id: UUID | None
    template: Template | None
    state: State
    texts: Sequence[str]
    last_on: date | None
    is_seen: bool
    is_wanted: bool

    @property
    def child(self) -> Child:
        """The child itself."""
        return self.mark.child

    @property
    def has_text(self) -> bool:
        """Whether anything is written in it, or was signed."""
        values = [value for text in self.texts for value in json.loads(text).values()]
        return self.state is not State.DRAFT or any(map(is_filled, values))

    @property
    def progress_words(self) -> str:
        """How far its entry is, for a list."""
        match self.state:
            case State.AWAITING:
                return f"Signed. {self.mark.worker.name} is to sign it, too"
            case State.RETURNED:
                return f"Sent back by {self.mark.worker.name}"
            case State.SEALED:
                return "Signed"
        if self.has_text:
            return "Written"
        return "To be written" if self.is_wanted else "Nothing written"


@dataclass(frozen=True, slots=True)
class GroupToSign:
    """What the record of a group is signed with, besides what was typed: the entries of its children among it."""

    given: Given
    facts: Mapping[str, Any]
    late: LateEntry
    brought: Sequence[Brought]
    entries: tuple[EntryText, ...]
    facts_in_words: Sequence[tuple[str, str]]


@dataclass(frozen=True, slots=True)
class GroupRecordPage:
    """What a group's page says of its record, where the reader may read that, and of the children.

    ``items``: what was put forward, as far as the reader may see it.
    """

    record: Record | None
    can_write: bool
    children: Sequence[Brought] = ()
    items: Sequence[GroupItem] = ()
    can_put_forward: bool = False
    can_add: bool = False


def people_there(group: GroupSession) -> list[StaffMember]:
    """The members who were there, as was said last, by name."""
    seats = group.members.invited().with_presence().select_related("person").order_by("person__name", "pk")
    return [seat.person for seat in seats if seat.present]


def brought_children(group: GroupSession, *, actor: Actor, policy: Policy | None = None) -> list[Brought]:
    """The children whom a group spoke of, for whoever writes its record; by reference, in one query.

    ``policy``: that of the day, where it is to be said of which an entry is wanted. Whoever writes may be nobody to a
    child otherwise, and then learns nothing of it beyond what the group said.
    """
    entries = CaseEntry.objects.filter(group=OuterRef("group"), child=OuterRef("child"))
    same = {"record__case_entry__group": OuterRef("group"), "record__case_entry__child": OuterRef("child")}
    earlier = Discussion.objects.filter(child=OuterRef("child"), on__lt=OuterRef("on"), own_text=True)
    counted = earlier.exclude(depth=NOT_DISCUSSED).exclude(format=OVERSIGHT).order_by("-on")
    marks = group.discussions.annotate(
        entry_id=Subquery(entries.values("record")[:1]),
        entry_form=Subquery(entries.values("record__template_slug")[:1]),
        entry_version=Subquery(entries.values("record__template_version")[:1]),
        entry_state=Subquery(Part.objects.filter(**same).order_by("-seq").values("state_after")[:1]),
        entry_texts=ArraySubquery(DraftSection.objects.filter(**same).values("content")),
        last_on=Subquery(counted.values("on")[:1]),
        is_seen=Exists(Child.objects.visible_to(actor).filter(pk=OuterRef("child"))),
    )
    terms = entry_terms(policy)
    return [_brought(each, terms) for each in marks.select_related("child", "worker").order_by("child__reference")]


def _brought(mark: Any, terms: EntryTerms) -> Brought:
    return Brought(
        mark=mark,
        record_id=mark.entry_id,
        template=record_template(mark.entry_form, mark.entry_version) if mark.entry_id else None,
        state=State(mark.entry_state or State.DRAFT),
        texts=mark.entry_texts,
        last_on=mark.last_on if mark.is_seen else None,
        is_seen=mark.is_seen,
        is_wanted=terms.wants(mark.depth),
    )


def children_of_those_there(group: GroupSession, *, there: Collection[StaffMember], actor: Actor) -> list[Allocation]:
    """The children whom those present held on the day and the actor sees, each once, by worker and reference."""
    then_open = Episode.objects.live(group.on).filter(child=OuterRef("child"))
    held = Allocation.objects.live(group.on).filter(
        Exists(then_open), holder__in=there, without_worker=False, child__in=Child.objects.visible_to(actor)
    )
    found: dict[UUID, Allocation] = {}
    for each in held.select_related("child", "holder").order_by("holder__name", "child__reference", "starts_on"):
        found.setdefault(each.child_id, each)
    return list(found.values())


def child_called(reference: str, *, group: GroupSession, actor: Actor) -> Child:
    """An open child by its exact reference: of somebody who was invited, there or not, or within the actor's sight.

    Of any other the answer is that of a reference that there is not. Raises RuleBroken.
    """
    is_open = Episode.objects.live(group.on).filter(child=OuterRef("pk"))
    invited = group.members.invited().values("person")
    of_theirs = Allocation.objects.live(group.on).filter(child=OuterRef("pk"), holder__in=invited)
    near = Exists(of_theirs) | Q(pk__in=Child.objects.visible_to(actor))
    child = Child.objects.filter(Exists(is_open), near, reference__iexact=reference.strip()).first()
    if child is None:
        raise RuleBroken(NO_CHILD, field="reference")
    return child


def group_to_sign(*, group: GroupSession, record: Record, actor: Actor) -> GroupToSign:
    """The same for the form, the signing page and the signature."""
    on = actor.on
    policy = policy_in_force(on)
    seats = list(group.members.invited().with_presence().select_related("person").order_by("person__name", "pk"))
    brought = brought_children(group, actor=actor, policy=policy)
    late, facts = _late(policy, group.on, on), group_facts(group)
    return GroupToSign(
        given=_given(group, record, seats=seats, brought=brought),
        facts=facts,
        late=late,
        brought=brought,
        entries=_entry_texts(group, brought, author=record.author, late=late, terms=entry_terms(policy)),
        facts_in_words=[*Wording().facts(facts), *late_in_words(late.as_body())],
    )


def _late(policy: Policy | None, held_on: date, on: date) -> LateEntry:
    """How long after the group met its record is entered. It is signed once: nobody sends it back."""
    days = max((on - held_on).days, 0)
    return LateEntry(days, policy.calendar.working_days(held_on, on) if policy and days else 0)


def _given(group: GroupSession, record: Record, *, seats: Sequence[GroupMember], brought: Sequence[Brought]) -> Given:
    words = {
        "group": group.title,
        "held_on": rules.in_words(group.on),
        "facilitator": group.facilitator.name,
        "recorder": record.author.name,
    }
    children = [(each.child.pk, each.child.reference, each.mark.depth) for each in brought]
    rows: dict[str, list[dict[str, Any]]] = {
        "attendees": [_as_row(seat) for seat in seats],
        "children": [dict(zip(ROW_KEYS["children"], one, strict=True)) for one in children],
    }
    there = {seat.person for seat in seats if seat.present} | {group.facilitator, record.author}
    places = list(_places(records.template_of(record)))
    return Given(
        computed={(one, name): words[name] for one, name, kind in places if kind == "computed" and name in words},
        rows={(one, name): rows[kind] for one, name, kind in places if rows.get(kind)},
        people=sorted(((str(person.pk), person.name) for person in there), key=lambda each: each[1]),
    )


def _as_row(seat: GroupMember) -> dict[str, Any]:
    role = seat.role.replace("_", " ").capitalize()
    return {"person_id": seat.person_id, "name": seat.person.name, "role": role, "present": bool(seat.present)}


def group_facts(group: GroupSession) -> dict[str, Any]:
    """What the record of a group states of it."""
    return {
        "held_on": group.on.isoformat(),
        "starts": group.starts.strftime("%H:%M"),
        "ends": group.ends.strftime("%H:%M"),
        "minutes": group.minutes,
        "mode": group.mode,
    }


def text_of_group(record: Record, context: GroupToSign) -> TextToSign:
    """What the recorder signs: the record, and the entries of its children."""
    return records.text_to_sign(
        record=record, facts=context.facts, late=context.late, given=context.given, entries=context.entries
    )


def meeting_with(group: GroupSession, mark: Discussion, *, author: StaffMember) -> Meeting:
    """Where a child was discussed, as its entry states it: in a group, brought by one of those who were there."""
    return Meeting(group.on, group.minutes, Discussion.Format.GROUP.value, worker=mark.worker, author=author)


def _entry_texts(
    group: GroupSession, brought: Sequence[Brought], *, author: StaffMember, late: LateEntry, terms: EntryTerms
) -> tuple[EntryText, ...]:
    """The entries that are signed with the record: those in which something stands."""
    return tuple(
        entry_text(group, each, author=author, late=late, terms=terms)
        for each in brought
        if each.record_id and each.has_text
    )


def entry_text(
    group: GroupSession, brought: Brought, *, author: StaffMember, late: LateEntry, terms: EntryTerms
) -> EntryText:
    """What one entry of a group is signed with, besides what was typed."""
    assert brought.record_id  # noqa: S101  asked of those alone that have an entry
    assert brought.template  # noqa: S101  and so a form
    meeting = meeting_with(group, brought.mark, author=author)
    return EntryText(
        record_id=brought.record_id,
        facts=entry_facts(meeting, depth=brought.mark.depth),
        late=late,
        given=entry_given(
            brought.template,
            meeting,
            reference=brought.child.reference,
            last_on=brought.last_on,
            terms=terms,
            without=NOT_YET if brought.is_seen else NOT_TOLD,
        ),
    )


def entry_to_sign(*, group: GroupSession, brought: Brought, record: Record, on: date) -> EntryText:
    """What one entry of a group is signed with by itself, after it came back; and what its form is given before."""
    policy = policy_in_force(on)
    late = _late(policy, group.on, first_signed_on(record) or on)
    return entry_text(group, brought, author=record.author, late=late, terms=entry_terms(policy))


def unwritten(brought: Collection[Brought]) -> list[str]:
    """The references of the children of whom the policy wants an entry, and nothing is written."""
    return [each.child.reference for each in brought if each.is_wanted and not each.has_text]


def check_entries(brought: Collection[Brought]) -> None:
    """That an entry is written of each child, where the policy wants one. Raises RuleBroken naming those left out."""
    if missing := unwritten(brought):
        raise RuleBroken(f"The policy wants an entry for each of these children: {', '.join(missing)}.")


def check_record_open(record: Record | None) -> None:
    """What a signed record says stays. Raises RuleBroken."""
    if record is not None and record.get_state() not in (State.DRAFT, State.RETURNED):
        raise RuleBroken(SIGNED)


def group_record_page(*, group: GroupSession, actor: Actor, members: Collection[UUID]) -> GroupRecordPage:
    """What a group's page says of its record, for one reader; of children once it is signed, to who wrote it alone."""
    seen = Record.objects.visible_to(actor).with_state().select_related("author")
    record = seen.filter(pk=group.record_id).first() if group.record_id else None
    may_write = group.is_held and may(access.check_can_record_group, actor, group)
    is_signed = record is not None and record.state not in (State.DRAFT, State.RETURNED)
    is_part = may(access.check_can_put_forward, actor, group, members=members)
    items = GroupItem.objects.visible_to(actor).filter(session=group).select_related("person", "child")
    return GroupRecordPage(
        record=record,
        can_write=may_write,
        children=brought_children(group, actor=actor) if may_write and is_signed else (),
        items=_seen(items.order_by("put_at", "pk"), group=group, actor=actor) if is_part else (),
        can_put_forward=is_part and group.is_planned,
        can_add=is_signed and actor.staff_id in (group.facilitator_id, record.author_id if record else None),
    )


def has_changed(record: Record, *, there: Collection[UUID]) -> bool:
    """Whether a signed record names others than those who were there, as was said since."""
    last = record.parts.order_by("-seq").values_list("body", flat=True).first()
    if last is None:
        return False
    return {one["id"] for one in canonical.loads(bytes(last))["subjects"]} != {str(each) for each in there}


def _seen(items: Any, *, group: GroupSession, actor: Actor) -> list[GroupItem]:
    """What was put forward; whose case it is, for whoever put it, leads or records the group, or sees the child."""
    found: list[GroupItem] = list(items)
    keys = {each.child_id for each in found if each.child_id}
    leads = actor.staff_id in (group.facilitator_id, group.recorder_id)
    seen = set(Child.objects.visible_to(actor).filter(pk__in=keys).values_list("pk", flat=True)) if keys else set()
    for each in found:
        if each.child_id not in seen and not leads and each.person_id != actor.staff_id:
            each.child = None
    return found


def _places(template: Template) -> Iterator[tuple[str, str, str]]:
    for section in template.sections:
        for item in section.fields:
            yield section.id, item.id, item.type


def own_children(actor: Actor) -> list[Child]:
    """The children whom the actor works with, by reference."""
    held = Allocation.objects.live(actor.on).filter(child=OuterRef("pk"), holder=actor.staff_id)
    return list(Child.objects.visible_to(actor).filter(Exists(held)).order_by("reference"))


@dataclass(frozen=True, slots=True)
class StepsPage:
    """The steps of a group's way of working with their minutes, and who has which role. ``without``: roles of nobody."""

    model: GroupModel | None
    steps: Sequence[Step]
    roles: Sequence[tuple[str, str]]
    without: Sequence[str]


def steps_page(*, group: GroupSession, on: date) -> StepsPage:
    """How a group works, for whoever leads it and for those in it."""
    model = group_terms(on=on).model(group.model) if group.model else None
    seats = group.members.invited().exclude(role="").select_related("person").order_by("person__name", "pk")
    taken = [(seat.role, seat.person.name) for seat in seats]
    leading = {"facilitator": group.facilitator.name, "recorder": (group.recorder or group.facilitator).name}
    named = {role for role, _ in taken} | leading.keys()
    roles = [*leading.items(), *((role, name) for role, name in taken if role not in leading)]
    return StepsPage(
        model=model,
        steps=steps_with_minutes(model.steps, minutes=group.minutes) if model else (),
        roles=roles,
        without=[role for role in model.roles if role not in named and role != "member"] if model else (),
    )
