"""What comes of a group: its record, the children whom it spoke of and their entries, and what was put forward."""

from collections.abc import Mapping, Sequence
from datetime import datetime
from uuid import UUID

from django.db import transaction

from cases.models import Child
from core.actor import Actor
from core.errors import NotAllowed, RuleBroken
from policies import selectors as policies
from records import services as records
from records.models import Part, Record
from records.services import Evidence
from records.values import cleaned_text
from staff.challenge import Challenge
from supervision import access
from supervision.models import CaseEntry, Discussion, GroupItem, GroupSession
from supervision.rules import group_records as rules
from supervision.rules.group_records import GroupMark
from supervision.selectors import group_records as selectors
from supervision.selectors.group_records import Brought
from supervision.services.entries import open_case_entry
from trail import services as trail

BEGUN_WITH = (
    "The entry of {reference} was begun with {name}, who is to sign it, too. Leave {name} as who brought the child. Where "
    "nothing is written yet, you may take the child off the list."
)


def lock_recorded(group_id: UUID, actor: Actor) -> GroupSession:
    """A group that was held, under lock, for whoever writes its record. Raises NotAllowed or RuleBroken."""
    rows = GroupSession.objects.visible_to(actor).with_people().select_related("record__author")
    group: GroupSession = rows.select_for_update(of=("self",)).get(pk=group_id)
    access.check_can_record_group(actor, group)
    if not group.is_held:
        raise RuleBroken(rules.STILL_BOOKED)
    return group


@transaction.atomic
def open_record_of_group(*, group_id: UUID, actor: Actor, at: datetime) -> Record:
    """Begin the record of a group that was held; where one is begun already, that one.

    Raises NotAllowed, or RuleBroken: it was not held, or the actor brought one of its children.
    """
    group = lock_recorded(group_id, actor)
    if group.record is not None:
        return group.record
    rules.check_brought_by_others(
        list(group.discussions.values_list("worker_id", flat=True)), recorder_id=actor.staff_id
    )
    policy = policies.policy_to_write_by(actor.on)
    group.record = records.open_group_record(
        group=group.title,
        led_by=group.facilitator_id,
        attendees={person.pk for person in selectors.people_there(group)},
        template=policies.form_for(policy, "group", categories=()),
        policy_slug=policy.id,
        policy_version=policy.version,
        actor=actor,
        at=at,
    )
    group.save(update_fields=["record"])
    return group.record


@transaction.atomic
def mark_group_children(
    *, group_id: UUID, marks: Mapping[UUID, GroupMark], actor: Actor, at: datetime
) -> list[Discussion]:
    """Say which children a group spoke of, how deeply, and who of those present brought each; the rest was not spoken of.

    Each child's own clock moves by it, whether its worker was there or not. Raises NotAllowed, or RuleBroken: the record
    is signed, a child is not one of those offered, or text is written about one that is taken off.
    """
    group = lock_recorded(group_id, actor)
    selectors.check_record_open(group.record)
    there = selectors.people_there(group)
    stood = {each.child_id: each for each in group.discussions.select_related("child")}
    held = {each.child_id for each in selectors.children_of_those_there(group, there=there, actor=actor)}
    rules.check_group_marks(
        marks,
        offered=held | stood.keys(),
        present={person.pk for person in there},
        recorder_id=group.record.author_id if group.record else actor.staff_id,
    )
    _check_nothing_written(group, set(stood) - marks.keys(), actor=actor)
    _check_brought_as_written(group, marks, actor=actor)
    _replace(group, marks, stood, at=at)
    trail.record(actor=actor, verb="group.children_marked", target=group, at=at, number=len(marks))
    return list(group.discussions.select_related("child"))


def add_group_child(*, group_id: UUID, reference: str, mark: GroupMark, actor: Actor, at: datetime) -> Discussion:
    """Say that a group spoke of a child by its exact reference: of somebody who was invited, or within the actor's sight.

    That a reference was looked for stays in the trail, whatever comes of it. Raises NotAllowed, or RuleBroken: no open
    case that could be meant has this reference, or it is on the list already.
    """
    _note_looked_for(group_id, actor=actor, at=at)
    return _add_group_child(group_id, reference, mark, actor=actor, at=at)


@transaction.atomic
def _note_looked_for(group_id: UUID, *, actor: Actor, at: datetime) -> None:
    trail.record(actor=actor, verb="group.child_looked_for", target=lock_recorded(group_id, actor), at=at)


@transaction.atomic
def _add_group_child(group_id: UUID, reference: str, mark: GroupMark, *, actor: Actor, at: datetime) -> Discussion:
    group = lock_recorded(group_id, actor)
    selectors.check_record_open(group.record)
    child = selectors.child_called(reference, group=group, actor=actor)
    if group.discussions.filter(child=child).exists():
        raise RuleBroken("This child is on the list already.", field="reference")
    rules.check_group_marks(
        {child.pk: mark},
        offered={child.pk},
        present={person.pk for person in selectors.people_there(group)},
        recorder_id=group.record.author_id if group.record else actor.staff_id,
    )
    trail.record(actor=actor, verb="group.child_added", target=group, at=at, child=child.pk)
    return _discussed(group, child.pk, mark, at=at)


def _check_nothing_written(group: GroupSession, gone: set[UUID], *, actor: Actor) -> None:
    for each in selectors.brought_children(group, actor=actor) if gone else ():
        if each.child.pk in gone and each.has_text:
            raise RuleBroken(f"Text is written about {each.child.reference}. Empty its entry before you take it off.")


def _check_brought_as_written(group: GroupSession, marks: Mapping[UUID, GroupMark], *, actor: Actor) -> None:
    for each in selectors.brought_children(group, actor=actor):
        mark = marks.get(each.child.pk)
        if mark and mark.brought_by != each.mark.worker_id and each.record_id:
            raise RuleBroken(BEGUN_WITH.format(reference=each.child.reference, name=each.mark.worker.name))


def _replace(
    group: GroupSession, marks: Mapping[UUID, GroupMark], stood: Mapping[UUID, Discussion], *, at: datetime
) -> None:
    same = {
        child
        for child, mark in marks.items()
        if child in stood and (stood[child].depth, stood[child].worker_id) == (mark.depth, mark.brought_by)
    }
    group.discussions.filter(child__in=stood.keys() - same).update(replaced_at=at)
    for child, mark in marks.items():
        if child not in same:
            _discussed(group, child, mark, at=at)


def _discussed(group: GroupSession, child_id: UUID, mark: GroupMark, *, at: datetime) -> Discussion:
    return Discussion.objects.create(
        child_id=child_id,
        worker_id=mark.brought_by,
        group=group,
        on=group.on,
        depth=mark.depth,
        format=Discussion.Format.GROUP,
        recorded_at=at,
    )


@transaction.atomic
def open_group_entry(*, group_id: UUID, child_id: UUID, actor: Actor, at: datetime) -> Record:
    """Begin the entry for the record of a child whom a group spoke of; where it is begun already, that one.

    Raises NotAllowed, or RuleBroken: the group did not speak of it, or the group's record is not begun or is signed.
    """
    group = lock_recorded(group_id, actor)
    if group.record is None:
        raise RuleBroken("Begin the record of the group first.")
    selectors.check_record_open(group.record)
    begun = CaseEntry.objects.filter(group=group, child_id=child_id).select_related("record__discussed_with").first()
    mark = group.discussions.filter(child_id=child_id).select_related("child").first()
    if begun is not None:
        if mark and begun.record.discussed_with and begun.record.discussed_with_id != mark.worker_id:
            named = {"reference": mark.child.reference, "name": begun.record.discussed_with.name}
            raise RuleBroken(BEGUN_WITH.format(**named))
        return begun.record
    if mark is None:
        raise RuleBroken("Say first how this child was discussed.")
    return open_case_entry(child_id=child_id, worker_id=mark.worker_id, group=group, actor=actor, at=at)


@transaction.atomic
def sign_record_of_group(
    *, group_id: UUID, shown: str, challenge: Challenge | None, evidence: Evidence, actor: Actor, at: datetime
) -> Part:
    """Sign the record of a group, and with it the entries of the children whom it spoke of, in one act.

    Raises what ``records.services.sign_text`` raises, and RuleBroken: of a child an entry is missing that the policy wants.
    """
    group = lock_recorded(group_id, actor)
    if group.record is None:
        raise RuleBroken("Begin the record of the group first.")
    context = selectors.group_to_sign(group=group, record=group.record, actor=actor)
    selectors.check_entries(context.brought)
    _check_answered_by_who_brought(group, context.brought)
    part = records.sign_text(
        record_id=group.record.pk,
        shown=shown,
        facts=context.facts,
        late=context.late,
        given=context.given,
        entries=context.entries,
        challenge=challenge,
        evidence=evidence,
        actor=actor,
        at=at,
    )
    signed = [each.record_id for each in context.entries]
    # Begun, and nothing was ever typed
    for entry in CaseEntry.objects.filter(group=group).exclude(record__in=signed):
        records.expire_draft(record_id=entry.record_id, at=at)
    return part


def _check_answered_by_who_brought(group: GroupSession, brought: Sequence[Brought]) -> None:
    entries = CaseEntry.objects.filter(group=group).select_related("record__discussed_with")
    with_whom = {each.record_id: each.record.discussed_with for each in entries}
    for each in brought:
        if each.record_id and each.has_text and with_whom[each.record_id] != each.mark.worker:
            raise RuleBroken(BEGUN_WITH.format(reference=each.child.reference, name=with_whom[each.record_id]))


@transaction.atomic
def sign_entry_of_group(
    *,
    group_id: UUID,
    child_id: UUID,
    shown: str,
    challenge: Challenge | None,
    evidence: Evidence,
    actor: Actor,
    at: datetime,
) -> Part:
    """Sign one entry again, by itself, after whoever brought the child sent it back. Raises what ``sign_text`` raises."""
    group = lock_recorded(group_id, actor)
    brought = entry_of_group(group, child_id, actor=actor)
    record = Record.objects.visible_to(actor).with_parts().get(case_entry__group=group, case_entry__child=child_id)
    text = selectors.entry_to_sign(group=group, brought=brought, record=record, on=actor.on)
    return records.sign_text(
        record_id=text.record_id,
        shown=shown,
        facts=text.facts,
        late=text.late,
        given=text.given,
        challenge=challenge,
        evidence=evidence,
        actor=actor,
        at=at,
    )


def entry_of_group(group: GroupSession, child_id: UUID, *, actor: Actor) -> Brought:
    """A child whom a group spoke of, with its entry. Raises CaseEntry.DoesNotExist where none is begun."""
    for each in selectors.brought_children(group, actor=actor):
        if each.child.pk == child_id and each.record_id:
            return each
    raise CaseEntry.DoesNotExist


@transaction.atomic
def put_forward(*, group_id: UUID, text: str, child_id: UUID | None, actor: Actor, at: datetime) -> GroupItem:
    """Put forward an issue, or the case of a child whom one works with, before a group meets (R067).

    Raises NotAllowed, or RuleBroken: the group has met, nothing is said, or it is not a child of one's own.
    """
    group = GroupSession.objects.visible_to(actor).select_for_update(of=("self",)).get(pk=group_id)
    access.check_can_put_forward(actor, group, members=group.invited_people())
    if not group.is_planned:
        raise RuleBroken("This group has met already, or was called off.")
    text = cleaned_text(text, most=rules.MOST_IN_AN_ITEM)
    if child_id and not Child.objects.visible_to(actor).filter(pk=child_id).exists():
        raise NotAllowed("Choose one of the children whom you work with.")
    rules.check_item(text, has_child=bool(child_id), so_far=group.items.filter(person=actor.staff_id).count())
    item = GroupItem.objects.create(session=group, person_id=actor.staff_id, child_id=child_id, text=text, put_at=at)
    trail.record(actor=actor, verb="group.put_forward", target=item, about=actor.staff_id, at=at, group=group.pk)
    return item


@transaction.atomic
def take_back_item(*, item_id: UUID, actor: Actor, at: datetime) -> GroupSession:
    """Take back what one put forward oneself, until the group has met. Raises NotAllowed or RuleBroken."""
    item = GroupItem.objects.visible_to(actor).select_for_update(of=("self",)).select_related("session").get(pk=item_id)
    if item.person_id != actor.staff_id:
        raise NotAllowed("Only the person who put this forward can take it back.")
    if not item.session.is_planned:
        raise RuleBroken("The group has met already.")
    trail.record(actor=actor, verb="group.taken_back", target=item, about=actor.staff_id, at=at)
    item.delete()
    return item.session
