"""Writes to a leaving: the last day set, moved, called off; what came back; completing; who is here again."""

from collections.abc import Collection
from datetime import date, datetime, timedelta
from uuid import UUID

from django.db import transaction
from django.urls import reverse

from archive.leaving import access, ending, rules, selectors
from archive.models import Leaving, LeavingItem, LeavingMark
from core.actor import Actor
from core.errors import RuleBroken
from outbox.services import enqueue_each
from staff.access import check_not_frozen
from staff.changing import lock_relations
from staff.models import StaffMember, SupervisionRelationship
from supervision.services.leaving import call_off_sessions
from trail import services as trail

COMPLETED = "This leaving is completed. What it holds is with HR’s archive, or will be when the last day is over."


@transaction.atomic
def set_last_day(
    *, person_id: UUID, last_day: date, finisher_id: UUID | None = None, actor: Actor, at: datetime
) -> Leaving:
    """Set somebody's last day, or that somebody has left; all that they hold ends with it, by its date alone (R106).

    ``finisher_id``: who finishes what is left; the line manager of the supervisor where nobody is named. Raises
    NotAllowed, or RuleBroken: a leaving stands already, or the day cannot be.
    """
    lock_relations()
    person = _locked_person(person_id, actor)
    access.check_can_set(actor, person)
    check_not_frozen(person.pk)
    if Leaving.objects.standing().filter(person=person).exists():
        raise RuleBroken("A last day is set for this person already. Change it on their page.", field="person_id")
    rules.check_last_day(last_day, today=actor.on, employed_from=person.employed_from, left_on=person.left_on)
    person.finisher_id = _finisher(person, finisher_id, on=min(last_day, actor.on))
    leaving = Leaving.objects.create(person=person, last_day=last_day, set_by_id=actor.staff_id, set_at=at)
    _hold(leaving, person)
    trail.record(actor=actor, verb="leaving.set", target=leaving, about=person.pk, at=at, last_day=last_day.isoformat())
    _tell(leaving, actor=actor, at=at)
    return leaving


@transaction.atomic
def change_last_day(
    *, leaving_id: UUID, last_day: date, finisher_id: UUID | None = None, actor: Actor, at: datetime
) -> Leaving:
    """Move a last day; what had ended with the former one is put back, and ends with this one.

    One that is over is moved forward alone. A leaving that was completed is open again. Raises NotAllowed or RuleBroken.
    """
    leaving = _locked(leaving_id, actor)
    access.check_can_set(actor, leaving.person)
    rules.check_may_move(last_day, present=leaving.last_day, today=actor.on)
    rules.check_last_day(last_day, today=actor.on, employed_from=leaving.person.employed_from, left_on=None)
    former = leaving.last_day
    ending.put_back(leaving)
    leaving.last_day, leaving.set_by_id, leaving.set_at = last_day, actor.staff_id, at
    leaving.completed_by = leaving.completed_at = None
    leaving.save(update_fields=["last_day", "set_by", "set_at", "completed_by", "completed_at"])
    person = leaving.person
    person.finisher_id = _finisher(person, finisher_id or person.finisher_id, on=min(last_day, actor.on))
    _hold(leaving, person)
    days = {"last_day": last_day.isoformat(), "stood": former.isoformat()}
    trail.record(actor=actor, verb="leaving.changed", target=leaving, about=person.pk, at=at, **days)
    _tell(leaving, actor=actor, at=at)
    return leaving


@transaction.atomic
def cancel_leaving(*, leaving_id: UUID, actor: Actor, at: datetime) -> Leaving:
    """Call a leaving off before its last day is over: what would have ended goes on. Raises NotAllowed or RuleBroken."""
    leaving = _locked(leaving_id, actor)
    access.check_can_set(actor, leaving.person)
    if leaving.last_day < actor.on:
        raise RuleBroken("The last day is over. If this person still works here, move the last day to a later one.")
    concerned = _concerned(leaving)
    ending.put_back(leaving)
    leaving.cancelled_by_id, leaving.cancelled_at = actor.staff_id, at
    leaving.completed_by = leaving.completed_at = None
    leaving.save(update_fields=["cancelled_by", "cancelled_at", "completed_by", "completed_at"])
    person = leaving.person
    person.left_on = person.finisher = None
    person.save(update_fields=["left_on", "finisher"])
    trail.record(actor=actor, verb="leaving.cancelled", target=leaving, about=person.pk, at=at)
    page = reverse("staff:person-detail", kwargs={"person_id": person.pk})
    tell(leaving, concerned - {actor.staff_id}, what=f"cancelled {at.isoformat()}", path=page)
    return leaving


# The list


@transaction.atomic
def confirm(*, leaving_id: UUID, key: str, is_done: bool, actor: Actor, at: datetime) -> LeavingMark:
    """Confirm by one's name that something came back or is settled, or take that back. Raises NotAllowed or RuleBroken."""
    leaving = _locked(leaving_id, actor)
    access.check_can_confirm(actor, leaving)
    _check_open(leaving)
    if key not in rules.TO_RETURN and key not in {str(item.pk) for item in leaving.items.all()}:
        raise RuleBroken("There is no such thing on this list.")
    mark = LeavingMark.objects.create(leaving=leaving, key=key, is_done=is_done, by_id=actor.staff_id, at=at)
    verb = "leaving.confirmed" if is_done else "leaving.confirmation_taken_back"
    trail.record(actor=actor, verb=verb, target=leaving, about=leaving.person_id, at=at, key=key)
    return mark


@transaction.atomic
def add_item(*, leaving_id: UUID, words: str, actor: Actor, at: datetime) -> LeavingItem:
    """Put something else on the list that is to come back or to be settled. Raises NotAllowed or RuleBroken."""
    leaving = _locked(leaving_id, actor)
    access.check_can_confirm(actor, leaving)
    _check_open(leaving)
    item = LeavingItem.objects.create(leaving=leaving, words=words, added_by_id=actor.staff_id, added_at=at)
    trail.record(actor=actor, verb="leaving.item_added", target=leaving, about=leaving.person_id, at=at)
    return item


@transaction.atomic
def call_off(*, leaving_id: UUID, actor: Actor, at: datetime) -> int:
    """Call off what is booked after the last day; how many. Raises NotAllowed or RuleBroken."""
    leaving = _locked(leaving_id, actor)
    access.check_can_confirm(actor, leaving)
    _check_open(leaving)
    return call_off_sessions(person=leaving.person, left_on=leaving.left_on, actor=actor, at=at)


@transaction.atomic
def complete_leaving(*, leaving_id: UUID, actor: Actor, at: datetime) -> Leaving:
    """Say that nothing is open any more: when the last day is over, the file is frozen and goes to the archive.

    Raises NotAllowed, or RuleBroken that names what is open.
    """
    leaving = _locked(leaving_id, actor)
    access.check_can_set(actor, leaving.person)
    _check_open(leaving)
    if open_ones := selectors.checklist_of(leaving, on=actor.on).blocking:
        raise RuleBroken(f"Something is still open: {'; '.join(open_ones)}.")
    leaving.completed_by_id, leaving.completed_at = actor.staff_id, at
    leaving.save(update_fields=["completed_by", "completed_at"])
    trail.record(actor=actor, verb="leaving.completed", target=leaving, about=leaving.person_id, at=at)
    if leaving.last_day < actor.on:
        enqueue_each("archive.tasks.freeze_leaving", [{"leaving_id": leaving.pk}])
    return leaving


# Who is here again


@transaction.atomic
def link_returner(*, leaving_id: UUID, returned_as_id: UUID, actor: Actor, at: datetime) -> Leaving:
    """Say that somebody who began later is who left: a new file, which opens nothing of the old one.

    HR alone sees that the two belong together. Raises NotAllowed or RuleBroken.
    """
    leaving = _locked(leaving_id, actor, frozen=True)
    access.check_can_set(actor, leaving.person)
    if returned_as_id == actor.staff_id:
        raise RuleBroken("Somebody else of HR links your own files.", field="returned_as_id")
    found = selectors.returners(actor=actor, leaving=leaving).filter(pk=returned_as_id).first()
    if found is None or leaving.last_day >= actor.on:
        raise RuleBroken("Choose somebody who began after that last day.", field="returned_as_id")
    leaving.returned_as, leaving.linked_by_id, leaving.linked_at = found, actor.staff_id, at
    leaving.save(update_fields=["returned_as", "linked_by", "linked_at"])
    trail.record(actor=actor, verb="leaving.linked", target=leaving, about=leaving.person_id, at=at)
    return leaving


# What they share


def tell(leaving: Leaving, people: Collection[UUID], *, what: str, path: str = "") -> None:
    """Ask for a notice about a leaving, without content, once for each ``what``."""
    path = path or reverse("archive:leaving-detail", kwargs={"leaving_id": leaving.pk})
    asked = [
        {"person_id": person_id, "kind": "leaving", "key": f"{leaving.pk}/{what}", "path": path}
        for person_id in sorted(people)
    ]
    enqueue_each("notifications.tasks.notify", asked)


def _hold(leaving: Leaving, person: StaffMember) -> None:
    ending.end_with(leaving)
    person.left_on = leaving.left_on
    person.save(update_fields=["left_on", "finisher"])


def _tell(leaving: Leaving, *, actor: Actor, at: datetime) -> None:
    """Who works the list off hears of it by its page; those whose supervisor goes, by their own."""
    near = _concerned(leaving)
    tell(leaving, near - {actor.staff_id}, what=f"{leaving.last_day.isoformat()} {at.isoformat()}")
    for row in ending.relationships_ended(leaving):
        if row.supervisor_id == leaving.person_id and row.supervisee_id not in near:
            page = reverse("staff:person-detail", kwargs={"person_id": row.supervisee_id})
            tell(leaving, {row.supervisee_id}, what=f"supervisor {leaving.last_day.isoformat()}", path=page)


def _concerned(leaving: Leaving) -> set[UUID]:
    """The leaver while here, who supervises and manages until the last day, and who finishes."""
    keys = leaving.ended.values("row_id")
    rows = SupervisionRelationship.objects.filter(pk__in=keys, supervisee=leaving.person_id)
    managers = leaving.person.management_lines.filter(pk__in=keys).values_list("manager_id", flat=True)
    people = {leaving.person_id, *rows.values_list("supervisor_id", flat=True), *managers}
    return people | ({leaving.person.finisher_id} if leaving.person.finisher_id else set())


def _finisher(person: StaffMember, wanted: UUID | None, *, on: date) -> UUID | None:
    if wanted is None:
        return selectors.finisher_for(person, on=on)
    if wanted == person.pk or not StaffMember.objects.employed(on + timedelta(days=1)).filter(pk=wanted).exists():
        raise RuleBroken("Choose somebody else who works here.", field="finisher_id")
    return wanted


def _check_open(leaving: Leaving) -> None:
    if leaving.completed_at:
        raise RuleBroken(COMPLETED)


def _locked_person(person_id: UUID, actor: Actor) -> StaffMember:
    return StaffMember.objects.visible_to(actor).select_for_update(of=("self",), no_key=True).get(pk=person_id)


def _locked(leaving_id: UUID, actor: Actor, *, frozen: bool = False) -> Leaving:
    """A leaving that stands, after its person's row and the relations, always in this order. Raises RuleBroken."""
    lock_relations()
    visible = Leaving.objects.visible_to(actor)
    person = _locked_person(visible.get(pk=leaving_id).person_id, actor)
    if not frozen:
        check_not_frozen(person.pk)
    leaving: Leaving = visible.select_for_update(of=("self",), no_key=True).get(pk=leaving_id)
    if leaving.cancelled_at:
        raise RuleBroken("This leaving was called off.")
    leaving.person = person
    return leaving
