"""Group sessions as pages show them; who is busy then, and whose turn for a group it is not."""

from collections.abc import Collection, Sequence
from dataclasses import dataclass, replace
from datetime import date
from uuid import UUID

from django.core.paginator import Page, Paginator
from django.db.models import Q

from core.actor import Actor
from core.shortcuts import may
from core.templatetags.countersign import long_date
from policies import selectors as policies
from policies.rules.calendars import WorkingCalendar
from policies.rules.kinds import GroupModel, next_must_be_individual
from staff.models import StaffMember, SupervisionRelationship
from staff.selectors import actor_for
from supervision import access, rules
from supervision.models import (
    GroupMember,
    GroupSession,
    GroupSessionQuerySet,
    SupervisionSession,
    SupervisionSessionQuerySet,
)
from supervision.rules import Attendee, Days, Times
from supervision.selectors.contracts import contracts_of
from supervision.selectors.group_records import GroupRecordPage, group_record_page, has_changed
from supervision.selectors.kinds import group_terms
from supervision.selectors.status import questions

GROUPS_ON_A_PAGE = 20


def own_team(actor: Actor) -> list[StaffMember]:
    """Whom the actor supervises, by name."""
    return list(StaffMember.objects.filter(pk__in=actor.supervises).order_by("name"))


@dataclass(frozen=True, slots=True)
class Seat:
    """One member of a group as a reader sees it. ``present`` None: nobody has said. ``reason``: for those entitled."""

    member_id: UUID
    person_id: UUID
    name: str
    role: str
    present: bool | None
    reason: str = ""


@dataclass(frozen=True, slots=True)
class GroupPage:
    """One group session as one reader sees it. ``seats``: of everybody for those who take part, of one's own people else.

    ``later``: how many dates of its series come after it. ``recorded``: its record, and what was put forward;
    ``has_changed``: who was there was said anew after it was signed.
    """

    group: GroupSession
    seats: list[Seat]
    is_party: bool
    sees_details: bool
    can_change: bool
    can_mark: bool
    recorded: GroupRecordPage
    has_changed: bool = False
    model: GroupModel | None = None
    later: int = 0


@dataclass(frozen=True, slots=True)
class GroupsPage:
    """The actor's groups: ``to_mark`` (over, and nobody has said who was there), booked, and past ones."""

    to_mark: list[GroupSession]
    booked: list[GroupSession]
    past: Page
    may_book: bool


def group_page(*, group: GroupSession, actor: Actor) -> GroupPage:
    """One group session: what the reader may see of it and do with it."""
    invited = group.members.invited().with_presence().select_related("person").order_by("person__name", "pk")
    members = list(invited)
    mine = {group.facilitator_id, group.recorder_id, group.booked_by_id, *(member.person_id for member in members)}
    is_party = actor.staff_id in mine
    may_change = may(access.check_can_change_group, actor, group, members=[member.person_id for member in members])
    shown = members if is_party else list(invited.visible_to(actor))
    recorded = group_record_page(group=group, actor=actor, members=[member.person_id for member in members])
    there = [member.person_id for member in members if member.present]
    return GroupPage(
        group=group,
        seats=[_seat(member, actor, leads=may_change) for member in shown],
        is_party=is_party,
        sees_details=is_party or any(may(access.check_can_see_details, actor, each.person_id) for each in shown),
        can_change=may_change and group.is_planned,
        can_mark=may_change and group.status != GroupSession.Status.CANCELLED and group.on <= actor.on,
        model=group_terms(on=actor.on).model(group.model) if group.model else None,
        later=rest_of_group_series(group).count() if may_change and group.series else 0,
        recorded=recorded,
        has_changed=recorded.can_add and recorded.record is not None and has_changed(recorded.record, there=there),
    )


def _seat(member: GroupMember, actor: Actor, *, leads: bool) -> Seat:
    sees_reason = leads or may(access.check_can_see_details, actor, member.person_id)
    reason = (member.absent_because or "") if sees_reason else ""
    return Seat(member.pk, member.person_id, member.person.name, member.role, member.present, reason)


def groups_page(*, actor: Actor, on: date, number: str) -> GroupsPage:
    """The groups that the actor leads, records, booked or is invited to."""
    own = own_groups(actor)
    planned = list(own.planned().order_by("on", "starts"))
    past = own.exclude(status=GroupSession.Status.PLANNED).order_by("-on", "-starts")
    return GroupsPage(
        to_mark=[group for group in planned if group.on < on],
        booked=[group for group in planned if group.on >= on],
        past=Paginator(past, GROUPS_ON_A_PAGE).get_page(number),
        may_book=may(access.check_can_book_groups, actor),
    )


def own_groups(actor: Actor) -> GroupSessionQuerySet:
    """The actor's own, with the facilitator, and whether the actor was there."""
    own = GroupSession.objects.visible_to(actor).in_diary_of(actor)
    return own.select_related("facilitator").with_presence(actor.staff_id)


def rest_of_group_series(group: GroupSession) -> GroupSessionQuerySet:
    """The booked dates of a group's series after it."""
    later = GroupSession.objects.planned().filter(series=group.series, series__isnull=False, on__gt=group.on)
    return later.order_by("on", "pk")


def group_dates(first: Times, *, count: int, on: date) -> list[Times]:
    """The dates of a monthly group, none on a day on which the authority does not work."""
    policy = policies.policy_in_force(on)
    days = Days(calendar=policy.calendar if policy else WorkingCalendar(), people=[Attendee()])
    return rules.monthly(first, count=count, days=days)


def group_warnings(dates: Sequence[Times], *, members: Collection[UUID], actor: Actor) -> list[str]:
    """What speaks against a group on these dates and does not forbid it, as sentences: odd hours, a day off, whose turn
    it is to be supervised individually. Of people whose dates the actor may see alone.
    """
    policy = policies.policy_in_force(actor.on)
    if policy is None or not dates:
        return []
    found = [f"{long_date(dates[0].on)} is no working day."] if not policy.calendar.is_working(dates[0].on) else []
    if odd := rules.odd_about(dates[0]):
        found.append(f"{odd[0].upper()}{odd[1:]}. Is that right?")
    people = set(members) & SupervisionSessionQuerySet.people_with_diary_open_to(actor)
    asked = questions(people=people, on=actor.on, contracts=contracts_of(people=people, on=actor.on)) if people else {}
    names = dict(StaffMember.objects.filter(pk__in=people).values_list("pk", "name")) if people else {}
    for person_id, question in sorted(asked.items(), key=lambda each: names[each[0]]):
        kept = [replace(each, status="held") if each.status == "booked" else each for each in question.facts.sessions]
        as_kept = replace(question.facts, sessions=[each for each in kept if each.on < dates[0].on])
        if next_must_be_individual(policy, as_kept, dates[0].on):
            found.append(f"The last session of {names[person_id]} is in a group: the next has to be individual.")
    return found


def busy_in_groups(
    *, people: Collection[UUID], starts_on: date, ends_on: date, besides: Collection[UUID] = ()
) -> GroupSessionQuerySet:
    """The groups that take time of any of the people, from one day up to, not including, another."""
    mine = Q(facilitator_id__in=people) | Q(
        pk__in=GroupMember.objects.invited().filter(person_id__in=people).values("session")
    )
    return GroupSession.objects.taking_time().filter(mine, on__gte=starts_on, on__lt=ends_on).exclude(pk__in=besides)


def swapped(*, members: Collection[UUID], leaders: Collection[UUID], days: Collection[date], on: date) -> list[str]:
    """Names of members who supervise one of those who lead a group, or lead one with them in it in the same round."""
    led = set(leaders) - set(members)
    supervise = SupervisionRelationship.objects.live(on).filter(supervisee_id__in=led)
    with_them = (
        GroupSession.objects.taking_time()
        .filter(on__gte=min(days) - rules.ONE_ROUND, on__lte=max(days) + rules.ONE_ROUND)
        .filter(pk__in=GroupMember.objects.invited().filter(person_id__in=led).values("session"))
    )
    found = StaffMember.objects.filter(pk__in=members).filter(
        Q(pk__in=supervise.values("supervisor"))
        | Q(pk__in=with_them.values("facilitator"))
        | Q(pk__in=with_them.values("booked_by"))
    )
    return list(found.order_by("name").values_list("name", flat=True))


def led_by(person_id: UUID, *, actor: Actor, on: date) -> frozenset[UUID]:
    """Whom somebody supervises or leads, of whom they see that day."""
    person = StaffMember.objects.visible_to(actor).get(pk=person_id)
    leader = actor if person_id == actor.staff_id else actor_for(person, on=actor.on)
    supervised = {each for each in leader.supervises if leader.supervises_on(each, on)}
    return leader.next_up_for | leader.above_for | leader.manages | supervised


def clashes_of_group(
    dates: Sequence[Times], *, people: Collection[UUID], actor: Actor, besides: Collection[UUID] = ()
) -> list[str]:
    """Who of those whose diary the actor may read is in another session at one of the times, as sentences."""
    known = set(people) & (SupervisionSessionQuerySet.people_with_diary_open_to(actor) | {actor.staff_id})
    starts_on, ends_on = min(each.on for each in dates), max(each.on for each in dates) + rules.DAY
    between = SupervisionSession.objects.taking_time().filter(on__gte=starts_on, on__lt=ends_on)
    alone = between.filter(Q(supervisee_id__in=known) | Q(supervisor_id__in=known))
    rows: list[tuple[Times, set[UUID]]] = [
        (Times(on, starts, ends), {supervisee, supervisor})
        for on, starts, ends, supervisee, supervisor in alone.values_list(
            "on", "starts", "ends", "supervisee_id", "supervisor_id"
        )
    ]
    groups = busy_in_groups(people=known, starts_on=starts_on, ends_on=ends_on, besides=besides)
    for group in groups.prefetch_related("members"):
        seated = {member.person_id for member in group.members.all() if member.removed_at is None}
        rows.append((Times(group.on, group.starts, group.ends), {group.facilitator_id, *seated}))
    busy = [
        (times, person)
        for times in dates
        for other, them in rows
        if rules.overlap(times, other)
        for person in them & known
    ]
    names = dict(StaffMember.objects.filter(pk__in={person for _, person in busy}).values_list("pk", "name"))
    names[actor.staff_id] = "You"
    return [
        f"{names[person]} {'are' if person == actor.staff_id else 'is'} in another session on {long_date(times.on)} "
        "at that time. Nothing was booked. Choose another time."
        for times, person in busy
    ]
