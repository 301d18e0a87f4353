"""Writes to groups: booked for a month or for many, members invited, who was there, called off."""

from collections.abc import Collection, Iterable, Mapping, Sequence
from datetime import datetime
from uuid import UUID, uuid4

from django.db import transaction
from django.urls import reverse

from core.actor import Actor
from core.clock import LONDON, date_of
from core.errors import RuleBroken
from outbox.services import enqueue
from records import services as records
from staff.models import StaffMember, SupervisionRelationship
from supervision import access, rules, selectors
from supervision.models import GroupAttendance, GroupMember, GroupSession
from supervision.rules import GroupPlan, Presence, Times
from trail import services as trail


@transaction.atomic
def book_groups(
    *, plan: GroupPlan, dates: Sequence[Times], members: Collection[UUID], actor: Actor, at: datetime
) -> list[GroupSession]:
    """Put a group in everybody's diary, on one date or on several of a series, all or none.

    Raises NotAllowed, or RuleBroken: something is missing, a day has passed, somebody is in another session then.
    """
    access.check_can_book_groups(actor)
    terms = selectors.group_terms(on=actor.on)
    rules.check_plan(plan, members=members, kinds=terms.kinds, needs_recorder=terms.needs_recorder)
    if not dates:
        raise RuleBroken("Name at least one date.", field="on")
    _lock_people({plan.facilitator_id, *members}, also={plan.recorder_id, actor.staff_id} - {None}, actor=actor)
    for times in dates:
        rules.check_group_date(times, today=date_of(at))
    _check_answer_for(members, dates, facilitator_id=plan.facilitator_id, actor=actor, at=at)
    _check_are_free(dates, people={plan.facilitator_id, *members}, actor=actor)
    series = uuid4() if len(dates) > 1 else None
    groups = [_create(plan, times, series=series, actor=actor, at=at) for times in dates]
    GroupMember.objects.bulk_create(
        GroupMember(session=group, person_id=person_id, added_at=at, added_by_id=actor.staff_id)
        for group in groups
        for person_id in sorted(members)
    )
    trail.record(actor=actor, verb="group.booked", target=groups[0], at=at, number=len(groups), people=_keys(members))
    if groups[-1].on >= actor.on:
        _tell_calendars(groups)
        _tell(groups[0], {*members, plan.facilitator_id, plan.recorder_id}, what="booked", actor=actor)
    return groups


@transaction.atomic
def change_members(
    *,
    group_id: UUID,
    remove: Collection[UUID],
    roles: Mapping[UUID, str],
    add_id: UUID | None,
    later: bool,
    actor: Actor,
    at: datetime,
) -> GroupSession:
    """Say who is invited: who is taken off, the roles of others, and one who is added; ``later``: also on dates after.

    ``remove`` and the keys of ``roles`` are people. Whoever else is invited on a date stays. Raises NotAllowed, or
    RuleBroken (it is over; somebody leads it already, or is in another session then).
    """
    first = lock_group(group_id, actor)
    if not first.is_planned:
        raise RuleBroken("This session is over, so the list of members stays as it is.")
    groups = [first, *(selectors.rest_of_group_series(first).select_for_update(of=("self",)) if later else ())]
    if add_id:
        _check_can_join(add_id, groups, without=remove, actor=actor, at=at)
    taken_off = {
        person
        for group in groups
        for person in _set_members(group, remove=remove, roles=roles, add_id=add_id, actor=actor, at=at)
    }
    trail.record(
        actor=actor,
        verb="group.members_changed",
        target=first,
        at=at,
        number=len(groups),
        people=_keys([add_id]),
        removed=_keys(taken_off),
    )
    _tell_calendars(groups)
    _tell(first, {add_id}, what=f"booked {add_id}", actor=actor)
    _tell(first, taken_off, what=f"off {at.isoformat()}", actor=actor, path=reverse("supervision:groups"))
    return first


@transaction.atomic
def mark_attendance(*, group_id: UUID, presence: Presence, actor: Actor, at: datetime) -> GroupSession:
    """Say who was there, and that it was held; said again, what has changed is added and what stood before is kept.

    Each member's own clock moves by it, as the policy says. Raises NotAllowed, or RuleBroken (it has not begun; it was
    called off; nobody was there).
    """
    group = lock_group(group_id, actor)
    if group.status == GroupSession.Status.CANCELLED:
        raise RuleBroken("This session was called off.")
    times = Times(group.on, presence.starts, presence.ends)
    rules.check_times(times)
    rules.check_has_begun(times, today=date_of(at), now=at.astimezone(LONDON).time())
    members = list(group.members.invited().with_presence())
    rules.check_presence(presence, invited=[member.pk for member in members], guests=group.guests)
    there = {member.person_id for member in members if member.pk in presence.present}
    _check_brought(group, there)
    said = [each for member in members if (each := _said_of(member, presence, actor, at))]
    GroupAttendance.objects.bulk_create(said)
    _tell_supervisors(group, {each.member.person_id for each in said}, actor=actor)
    group.status, group.closed_at = GroupSession.Status.HELD, group.closed_at or at
    group.starts, group.ends = presence.starts, presence.ends
    group.save(update_fields=["status", "closed_at", "starts", "ends"])
    if group.record_id:
        records.set_attendees(record_id=group.record_id, attendees=there, actor=actor, at=at)
    for member in members:
        trail.record(
            actor=actor,
            verb="group.attendance",
            target=group,
            about=member.person_id,
            via="facilitator" if actor.staff_id == group.facilitator_id else "booked it",
            at=at,
            present=member.pk in presence.present,
        )
    return group


@transaction.atomic
def cancel_group(*, group_id: UUID, reason: str, actor: Actor, at: datetime) -> GroupSession:
    """Call a group off. Nobody's due date moves. Raises NotAllowed, or RuleBroken (it is over already)."""
    group = lock_group(group_id, actor)
    if not group.is_planned:
        raise RuleBroken("This session is over, so it cannot be called off.")
    if not reason.strip():
        raise RuleBroken("Say why it is called off.", field="reason")
    group.status, group.closed_at = GroupSession.Status.CANCELLED, at
    group.cancelled_by_id, group.cancel_reason = actor.staff_id, reason
    group.save(update_fields=["status", "closed_at", "cancelled_by", "cancel_reason"])
    trail.record(actor=actor, verb="group.cancelled", target=group, at=at)
    _tell_calendars([group])
    members = set(group.members.invited().values_list("person_id", flat=True))
    _tell(group, {*members, group.facilitator_id, group.recorder_id}, what="called off", actor=actor)
    return group


@transaction.atomic
def read_group(*, group: GroupSession, actor: Actor, at: datetime) -> "selectors.GroupPage":
    """One group session, as the actor may see it; whose reason for not coming, or what they put forward, is shown
    stands in the trail.
    """
    page = selectors.group_page(group=group, actor=actor)
    shown = [seat.person_id for seat in page.seats if seat.reason and seat.person_id != actor.staff_id]
    shown += [each.person_id for each in page.recorded.items if each.person_id != actor.staff_id]
    trail.record_for_each(actor=actor, verb="group.read", people=sorted(set(shown)), at=at)
    return page


def lock_group(group_id: UUID, actor: Actor) -> GroupSession:
    """A group session under lock. Raises NotAllowed."""
    group = GroupSession.objects.visible_to(actor).select_for_update(of=("self",)).get(pk=group_id)
    access.check_can_change_group(actor, group, members=group.invited_people())
    return group


def _lock_people(people: Collection[UUID], *, also: Collection[UUID | None] = (), actor: Actor) -> None:
    """Everybody's row, in the order of the keys: bookings with any of them wait for each other."""
    wanted = {*people, *(person for person in also if person)}
    here = StaffMember.objects.visible_to(actor).employed(actor.on).filter(pk__in=wanted).order_by("pk")
    if len(here.select_for_update(of=("self",), no_key=True)) < len(wanted):
        raise RuleBroken("Somebody whom you chose does not work here any more. Choose again.", field="members")


def _check_are_free(
    dates: Sequence[Times], *, people: Collection[UUID], actor: Actor, besides: Collection[UUID] = ()
) -> None:
    for sentence in selectors.clashes_of_group(dates, people=people, actor=actor, besides=besides):
        raise RuleBroken(sentence, field="starts")


def _check_answer_for(
    members: Collection[UUID],
    dates: Sequence[Times],
    *,
    facilitator_id: UUID,
    actor: Actor,
    at: datetime,
    booked_by_id: UUID | None = None,
    field: str = "members",
) -> None:
    """Those who lead a group may move the dates of these people by it. Raises RuleBroken."""
    leaders = {facilitator_id, actor.staff_id, booked_by_id or actor.staff_id}
    days = [times.on for times in dates]
    rules.check_no_swap(selectors.swapped(members=members, leaders=leaders, days=days, on=actor.on), field=field)
    if begun := [times.on for times in dates if rules.has_begun(times, at=at)]:
        own = [selectors.led_by(each, actor=actor, on=min(begun)) for each in (actor.staff_id, facilitator_id)]
        rules.check_entered_late(members, own=frozenset().union(*own), field=field)


def _check_can_join(
    person_id: UUID, groups: Sequence[GroupSession], *, without: Collection[UUID], actor: Actor, at: datetime
) -> None:
    """There is room for one more on each date, who is free then and not the one to lead. Raises RuleBroken."""
    first = groups[0]
    _lock_people({person_id}, also={actor.staff_id}, actor=actor)
    invited = GroupMember.objects.invited().filter(session__in=groups).exclude(person_id__in=without)
    for group in groups:
        others = [each.person_id for each in invited if each.session_id == group.pk]
        rules.check_members({*others, person_id}, facilitator_id=group.facilitator_id, field="add_id")
    dates = [Times(group.on, group.starts, group.ends) for group in groups]
    leaders = {"facilitator_id": first.facilitator_id, "booked_by_id": first.booked_by_id}
    _check_answer_for({person_id}, dates, **leaders, actor=actor, at=at, field="add_id")
    _check_are_free(dates, people={person_id}, actor=actor, besides=[group.pk for group in groups])


def _create(plan: GroupPlan, times: Times, *, series: UUID | None, actor: Actor, at: datetime) -> GroupSession:
    return GroupSession.objects.create(
        title=plan.title.strip(),
        kind=plan.kind,
        model=plan.model,
        facilitator_id=plan.facilitator_id,
        recorder_id=plan.recorder_id,
        guests=plan.guests,
        on=times.on,
        starts=times.starts,
        ends=times.ends,
        mode=plan.mode,
        place=plan.place,
        booked_by_id=actor.staff_id,
        booked_at=at,
        series=series,
    )


def _set_members(
    group: GroupSession,
    *,
    remove: Collection[UUID],
    roles: Mapping[UUID, str],
    add_id: UUID | None,
    actor: Actor,
    at: datetime,
) -> list[UUID]:
    """Whom it took off the list of one date."""
    invited = group.members.invited()
    leaving = invited.filter(person_id__in=remove)
    taken_off = list(leaving.values_list("person_id", flat=True))
    leaving.update(removed_at=at)
    for member in invited.filter(person_id__in=roles):
        if member.role != roles[member.person_id]:
            member.role = roles[member.person_id]
            member.save(update_fields=["role"])
    if add_id and not invited.filter(person_id=add_id).exists():
        GroupMember.objects.create(session=group, person_id=add_id, added_at=at, added_by_id=actor.staff_id)
    return taken_off


def _said_of(member: GroupMember, presence: Presence, actor: Actor, at: datetime) -> GroupAttendance | None:
    """What is new of one member; None where the same was said before."""
    present = member.pk in presence.present
    reason = "" if present else presence.reasons.get(member.pk, "").strip()
    if member.present is not None and (member.present, member.absent_because) == (present, reason):
        return None
    return GroupAttendance(member=member, present=present, reason=reason, recorded_at=at, recorded_by_id=actor.staff_id)


def _check_brought(group: GroupSession, there: Collection[UUID]) -> None:
    """Whoever brought a child to the group was there. Raises RuleBroken."""
    brought = group.discussions.exclude(worker_id__in=there).select_related("child", "worker")
    if each := brought.order_by("child__reference").first():
        raise RuleBroken(
            f"{each.worker.name} brought {each.child.reference} to this group, so they were there. Change the children "
            "who were discussed first.",
            field="present",
        )


def _tell_supervisors(group: GroupSession, people: Collection[UUID], *, actor: Actor) -> None:
    """Whoever supervises those whose presence was said, and did not say it, hears of it with the day's digest."""
    live = SupervisionRelationship.objects.live(actor.on).filter(supervisee_id__in=people)
    told = set(live.values_list("supervisor_id", flat=True)) - {group.facilitator_id}
    _tell(group, told, what="attended", actor=actor, kind="group_attended")


def _tell(
    group: GroupSession,
    people: Iterable[UUID | None],
    *,
    what: str,
    actor: Actor,
    kind: str = "group_changed",
    path: str | None = None,
) -> None:
    """A notice to everybody but whoever did it; what it is about stands on the page alone."""
    path = path or reverse("supervision:group-detail", kwargs={"group_id": group.pk})
    for person_id in sorted({person for person in people if person and person != actor.staff_id}):
        enqueue(
            "notifications.tasks.notify",
            person_id=person_id,
            kind=kind,
            key=f"{group.pk} {what}",
            path=path,
        )


def _tell_calendars(groups: Iterable[GroupSession]) -> None:
    enqueue("supervision.tasks.invite_to_groups", group_ids=[str(group.pk) for group in groups])


def _keys(people: Iterable[UUID | None]) -> list[str]:
    return sorted(str(person) for person in people if person)
