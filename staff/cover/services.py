"""Writes to cover: named, ended; those whose task it is are told."""

from collections.abc import Collection, Iterable
from datetime import date, datetime, timedelta
from uuid import UUID

from django.db import transaction
from django.db.models import Q
from django.urls import reverse

from core.actor import Actor
from core.errors import RuleBroken
from outbox.services import enqueue
from staff import access
from staff import rules as staff_rules
from staff.changing import check_employed, lock_relations, tell
from staff.cover import rules, selectors
from staff.cover.selectors import Away, Uncovered
from staff.models import Absence, ManagementLine, StaffMember, SupervisionRelationship
from trail import services as trail


@transaction.atomic
def read_cover(*, supervisor: StaffMember, actor: Actor, at: datetime) -> Away:
    """How a supervisor's supervisees stand, and the note in the trail that somebody read it. Raises NotAllowed."""
    access.check_can_name_cover(actor, supervisor)
    trail.record(actor=actor, verb="cover.read", target=supervisor, about=supervisor.pk, at=at)
    return selectors.cover_of(supervisor, on=actor.on)


@transaction.atomic
def name_cover(
    *,
    supervisor_id: UUID,
    supervisees: Collection[UUID],
    to_id: UUID,
    starts_on: date,
    last_day: date | None,
    sees_from: date,
    although_away: bool = False,
    actor: Actor,
    at: datetime,
) -> list[SupervisionRelationship]:
    """Name who covers for an absent supervisor: for some of the supervisees, or all in one step (R046).

    The cover's access begins on ``starts_on`` and ends after ``last_day``, or when the cover is ended; nothing from
    before ``sees_from`` is seen. Cover that somebody has by then ends on that day. Raises NotAllowed, or RuleBroken.
    """
    lock_relations()
    supervisor = _lock(supervisor_id, actor)
    access.check_can_name_cover(actor, supervisor)
    rules.check_days(starts_on=starts_on, last_day=last_day, sees_from=sees_from, today=actor.on)
    cover = StaffMember.objects.visible_to(actor).get(pk=to_id)
    people = _supervisees(supervisor, supervisees, actor, on=starts_on)
    _check_away(supervisor, on=starts_on)
    _check_may_cover(cover, supervisor, people, actor, starts_on=starts_on)
    away = selectors.absence_within(cover.pk, starts_on=starts_on, last_day=last_day)
    may_know = away and Absence.objects.visible_to(actor).filter(pk=away.pk).exists()
    rules.check_is_here(
        cover=cover.name,
        is_away=away is not None,
        away_from=away.starts_on if away and may_know else None,
        although_away=although_away,
    )
    ends_on = last_day + timedelta(days=1) if last_day else None
    named = [_cover(person, supervisor, cover, starts_on, ends_on, sees_from, actor, at) for person in people]
    _tell_both(named[0], actor=actor)
    return named


@transaction.atomic
def end_cover(
    *, supervisor_id: UUID, supervisees: Collection[UUID], last_day: date, actor: Actor, at: datetime
) -> list[SupervisionRelationship]:
    """End cover in the place of a supervisor, for some people or all; cover that has not begun by then is taken back.

    Raises NotAllowed, or RuleBroken for a day in the past, or when nobody of these has cover.
    """
    lock_relations()
    supervisor = _lock(supervisor_id, actor)
    access.check_can_name_cover(actor, supervisor)
    rules.check_ends(last_day=last_day, today=actor.on)
    ends_on = last_day + timedelta(days=1)
    open_cover = SupervisionRelationship.objects.cover().open(actor.on).filter(supervisee__in=supervisees)
    rows = list(open_cover.filter(covers_for=supervisor).select_related("supervisee"))
    if not rows:
        raise RuleBroken("Nobody has cover to end. Choose at least one person.", field="supervisees")
    for row in rows:
        trail.record(
            actor=actor,
            verb="cover.ended",
            target=row,
            about=row.supervisee_id,
            at=at,
            stood=row.ends_on.isoformat() if row.ends_on else "",
            ends_on=ends_on.isoformat(),
        )
        tell(row, person=row.supervisee, concerned={row.supervisor_id, supervisor.pk}, actor=actor)
        if row.starts_on >= ends_on:
            row.delete()
        else:
            row.ends_on = ends_on
            row.save(update_fields=["ends_on"])
    return rows


@transaction.atomic
def ask_for_cover(*, on: date) -> int:
    """Tell each line manager, once for each absence, that supervisees of somebody who is away have nobody; how many."""
    return _tell_managers(_wanted(selectors.uncovered_supervisees(on=on)), what="wanted")


def ask_for_cover_of(absence: Absence, *, on: date) -> None:
    """The same for one absence, which was entered or changed just now."""
    given = SupervisionRelationship.objects.in_own_right().open(on).filter(supervisor=absence.person_id)
    people = set(given.values_list("supervisee_id", flat=True))
    if people:
        rows = selectors.uncovered_supervisees(on=on, people=people)
        wanted = {each for each in _wanted(rows) if each[0] == absence.pk}
        _tell_managers(wanted, what="wanted")


def ask_to_end_cover_of(absence: Absence, *, on: date) -> None:
    """Tell the line manager that somebody for whom others cover has a day of coming back."""
    if absence.ends_on is None:
        return
    covers = SupervisionRelationship.objects.cover().filter(Q(ends_on=None) | Q(ends_on__gt=absence.ends_on))
    if covers.filter(covers_for=absence.person_id).exists():
        manager = ManagementLine.objects.live(on).filter(person=absence.person_id).first()
        if manager:
            _tell_managers({(absence.pk, absence.person_id, manager.manager_id)}, what=absence.ends_on.isoformat())


def _wanted(rows: Iterable[Uncovered]) -> set[tuple[UUID, UUID, UUID | None]]:
    """For each absence: whose it is, and who is to be told."""
    return {
        (row.away.absence.absence_id, row.away.person_id, row.away.responsible_id) for row in rows if row.away.absence
    }


def _tell_managers(wanted: Iterable[tuple[UUID, UUID, UUID | None]], *, what: str) -> int:
    told = 0
    for absence_id, supervisor_id, manager_id in sorted(wanted, key=str):
        if manager_id:
            path = reverse("staff:cover", kwargs={"person_id": supervisor_id})
            key = f"{absence_id}/{what}"
            enqueue("notifications.tasks.notify", person_id=manager_id, kind="cover_wanted", key=key, path=path)
            told += 1
    return told


def _lock(person_id: UUID, actor: Actor) -> StaffMember:
    return StaffMember.objects.visible_to(actor).select_for_update(of=("self",), no_key=True).get(pk=person_id)


def _supervisees(supervisor: StaffMember, chosen: Collection[UUID], actor: Actor, *, on: date) -> list[StaffMember]:
    given = SupervisionRelationship.objects.in_own_right().live(on).filter(supervisor=supervisor)
    people = StaffMember.objects.visible_to(actor).filter(pk__in=chosen).filter(pk__in=given.values("supervisee"))
    found = list(people.order_by("name", "pk"))
    if not found or len(found) != len(set(chosen)):
        raise RuleBroken(
            f"Choose people whom {supervisor.name} supervises on the first day of cover.", field="supervisees"
        )
    return found


def _check_away(supervisor: StaffMember, *, on: date) -> None:
    if not Absence.objects.live(on).filter(person=supervisor).exists():
        raise RuleBroken(
            f"{supervisor.name} is not entered as away on that day. Enter the absence first, or choose another day.",
            field="starts_on",
        )


def _check_may_cover(
    cover: StaffMember, supervisor: StaffMember, people: Collection[StaffMember], actor: Actor, *, starts_on: date
) -> None:
    check_employed(cover, on=starts_on, field="to_id")
    given_back = SupervisionRelationship.objects.open(starts_on).filter(supervisor__in=people, supervisee=cover)
    swapped = {cover.pk, *given_back.values_list("supervisor_id", flat=True)}
    rules.check_stands_in(
        cover=cover.name,
        is_the_absent=cover.pk == supervisor.pk,
        supervises=[person.name for person in people if person.pk in swapped],
    )
    staff_rules.check_gives_not_to_oneself(
        to_id=cover.pk,
        actor_id=actor.staff_id,
        is_line_manager=all(person.pk in actor.manages for person in people),
        field="to_id",
    )


def _cover(
    person: StaffMember,
    supervisor: StaffMember,
    cover: StaffMember,
    starts_on: date,
    ends_on: date | None,
    sees_from: date,
    actor: Actor,
    at: datetime,
) -> SupervisionRelationship:
    others = person.supervision_received.cover().open(starts_on)
    if ends_on:
        others = others.filter(starts_on__lt=ends_on)
    present = list(others.select_related("supervisor").order_by("starts_on"))
    for other in present:
        if other.starts_on >= starts_on:
            raise RuleBroken(
                f"{other.supervisor.name} is named already as cover for {person.name} from "
                f"{other.starts_on:%-d %B %Y}. End that first, or leave {person.name} out.",
                field="supervisees",
            )
    others.update(ends_on=starts_on)
    given = person.supervision_received.in_own_right().live(starts_on).filter(supervisor=supervisor)
    named: SupervisionRelationship = SupervisionRelationship.objects.create(
        supervisee=person,
        supervisor=cover,
        kind=SupervisionRelationship.Kind.COVER,
        covers_for=supervisor,
        elements=_elements(given),
        sees_from=sees_from,
        starts_on=starts_on,
        ends_on=ends_on,
        recorded_at=at,
    )
    trail.record(
        actor=actor,
        verb="cover.named",
        target=named,
        about=person.pk,
        at=at,
        cover=cover.pk,
        covers_for=supervisor.pk,
        sees_from=sees_from.isoformat(),
    )
    tell(
        named,
        person=person,
        concerned={other.supervisor_id for other in present},
        actor=actor,
        told_apart=frozenset({cover.pk, supervisor.pk}),
    )
    return named


def _tell_both(named: SupervisionRelationship, *, actor: Actor) -> None:
    """Whoever covers and whoever is covered for hear of it once, for however many people it is."""
    team = reverse("supervision:team")
    own = reverse("staff:person-detail", kwargs={"person_id": named.covers_for_id})
    told = [(named.supervisor_id, "cover_named", team), (named.covers_for_id, "relations_changed", own)]
    for person_id, kind, path in told:
        if person_id != actor.staff_id:
            enqueue("notifications.tasks.notify", person_id=person_id, kind=kind, key=str(named.pk), path=path)


def _elements(given: Iterable[SupervisionRelationship]) -> list[str]:
    """What a cover is for: what the supervisor who is away is for; everything, where one of the relationships is."""
    lists = [row.elements for row in given]
    return sorted({element for each in lists for element in each}) if all(lists) else []
