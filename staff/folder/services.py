"""Writes to the folder: papers and checks, the personal sheet; and what is read of it, noted before it leaves."""

from datetime import date, datetime, timedelta
from typing import Any
from uuid import UUID

from django.db import transaction
from django.urls import reverse

from core.actor import Actor, Role
from core.errors import RuleBroken
from core.shortcuts import may
from outbox.services import enqueue
from staff.access import check_not_frozen
from staff.folder import access, selectors
from staff.models import ContactOpening, FolderItem, FolderRow, HomeContact, KeptRow, PersonalSheet, StaffMember
from trail import services as trail

FURTHEST = timedelta(days=3_660)
HOME = ("address", "home_phone", "kin_name", "kin_relationship", "kin_address", "kin_phone")


# Reading


@transaction.atomic
def read_folder(*, person: StaffMember, actor: Actor, at: datetime) -> selectors.FolderPage:
    """A folder, or of one that is not open to the actor how its things stand; others' reads are noted. Raises NotAllowed."""
    access.check_can_read_dates(actor, person)
    is_whole = may(access.check_can_read, actor, person)
    if actor.staff_id != person.pk:
        verb = "folder.read" if is_whole else "folder.dates_read"
        trail.record(actor=actor, verb=verb, target=person, about=person.pk, at=at)
    if is_whole:
        return selectors.folder_page(person, actor=actor, on=actor.on)
    return selectors.folder_dates(person, on=actor.on)


@transaction.atomic
def read_contact(*, person: StaffMember, actor: Actor, at: datetime) -> HomeContact | None:
    """The home contact for HR, who needs no reason; noted. Raises NotAllowed."""
    access.check_can_open_contact(actor, person)
    trail.record(actor=actor, verb="next_of_kin.read", target=person, about=person.pk, at=at)
    return HomeContact.objects.visible_to(actor).filter(person=person).first()


@transaction.atomic
def open_contact(*, person_id: UUID, reason: str, actor: Actor, at: datetime) -> HomeContact | None:
    """Open somebody's next of kin and address for a reason, of which that person is told at once (R228).

    None where nothing is entered: that it was asked for is noted all the same. Raises NotAllowed.
    """
    person = StaffMember.objects.visible_to(actor).get(pk=person_id)
    access.check_can_open_contact(actor, person)
    opening = ContactOpening.objects.create(person=person, opened_by_id=actor.staff_id, opened_at=at, reason=reason)
    trail.record(actor=actor, verb="next_of_kin.read", target=opening, about=person.pk, at=at)
    enqueue(
        "notifications.tasks.notify",
        person_id=person.pk,
        kind="contact_opened",
        key=str(opening.pk),
        path=f"{folder_path(person.pk)}#openings",
    )
    return HomeContact.objects.opened_by(actor).filter(person=person).first()


# Papers and checks


@transaction.atomic
def add_item(
    *,
    person_id: UUID,
    kind: str,
    dated_on: date,
    issuer: str = "",
    reference: str = "",
    outcome: str = "",
    valid_to: date | None = None,
    actor: Actor,
    at: datetime,
) -> FolderItem:
    """Enter a paper or a check; the one before stays as history. What the supervisor enters counts as seen.

    Raises NotAllowed, or RuleBroken for days that cannot be.
    """
    person = lock_person(person_id, actor)
    access.check_can_add(actor, person)
    _check_days(dated_on, valid_to, on=actor.on)
    if outcome == FolderItem.Outcome.NO_DRIVING and valid_to:
        raise RuleBroken("Who does not drive for work needs no insurance that ends.", field="valid_to")
    is_own = actor.staff_id == person.pk
    item = FolderItem.objects.create(
        person=person,
        kind=FolderItem.Kind(kind),
        issuer=issuer,
        reference=reference,
        outcome=outcome,
        dated_on=dated_on,
        valid_to=valid_to,
        recorded_by_id=actor.staff_id,
        recorded_at=at,
        seen_by_id=None if is_own else actor.staff_id,
        seen_at=None if is_own else at,
    )
    _note("folder.added", item, actor, at, kind=item.kind)
    return item


@transaction.atomic
def mark_seen(*, item_id: UUID, actor: Actor, at: datetime) -> FolderItem:
    """Say that the paper itself was shown. Raises NotAllowed."""
    item = FolderItem.objects.visible_to(actor).select_for_update(of=("self",)).get(pk=item_id)
    check_not_frozen(item.person_id)
    access.check_can_mark_seen(actor, item)
    set_seen(item, actor=actor, at=at)
    _note("folder.seen", item, actor, at, kind=item.kind)
    return item


@transaction.atomic
def withdraw_item(*, item_id: UUID, reason: str, actor: Actor, at: datetime) -> FolderItem:
    """Take back what was entered wrongly, with a reason; it stays to be read, and what came before stands again.

    Raises NotAllowed.
    """
    items = FolderItem.objects.visible_to(actor).select_related("person")
    item = items.select_for_update(of=("self",)).get(pk=item_id)
    check_not_frozen(item.person_id)
    access.check_can_withdraw(actor, item)
    set_withdrawn(item, reason=reason, actor=actor, at=at)
    _note("folder.withdrawn", item, actor, at, kind=item.kind)
    return item


def set_seen(row: FolderRow, *, actor: Actor, at: datetime) -> None:
    """Write down who saw a thing of a folder, and when."""
    row.seen_by_id, row.seen_at = actor.staff_id, at
    row.save(update_fields=["seen_by", "seen_at"])


def set_withdrawn(row: KeptRow, *, reason: str, actor: Actor, at: datetime) -> None:
    """Write down who withdrew a thing of a folder, when and why."""
    row.withdrawn_by_id, row.withdrawn_at, row.withdrawn_because = actor.staff_id, at, reason
    row.save(update_fields=["withdrawn_by", "withdrawn_at", "withdrawn_because"])


# The personal sheet


@transaction.atomic
def save_sheet(*, person_id: UUID, actor: Actor, at: datetime, **fields: Any) -> PersonalSheet:
    """Keep up one's own personal sheet and home contact; saving says that it is right. Raises NotAllowed."""
    person = lock_person(person_id, actor)
    access.check_can_change_sheet(actor, person)
    home = {name: fields.pop(name) for name in HOME}
    HomeContact.objects.update_or_create(person=person, defaults=home)
    fields["checked_on"] = actor.on
    sheet, _ = PersonalSheet.objects.update_or_create(
        person=person, defaults=fields, create_defaults={**fields, "completed_on": actor.on}
    )
    trail.record(actor=actor, verb="folder.sheet_saved", target=sheet, about=person.pk, at=at)
    return sheet


def own_sheet(*, person: StaffMember, actor: Actor) -> dict[str, Any]:
    """What stands in one's own sheet, by field, for its form. Raises NotAllowed."""
    access.check_can_change_sheet(actor, person)
    sheet = PersonalSheet.objects.visible_to(actor).filter(person=person).values().first()
    home = HomeContact.objects.visible_to(actor).filter(person=person).values(*HOME).first()
    return {**(sheet or {}), **(home or {})}


def reads_without_reason(actor: Actor) -> bool:
    """Whether the actor reads home contacts by the hat of HR."""
    return actor.hat is Role.HR


def folder_path(person_id: UUID) -> str:
    """The page of a folder."""
    return reverse("staff:folder", kwargs={"person_id": person_id})


def lock_person(person_id: UUID, actor: Actor) -> StaffMember:
    """Whose folder is written to, locked; refused once the archive holds it. Raises RuleBroken."""
    people = StaffMember.objects.visible_to(actor).select_for_update(of=("self",), no_key=True)
    person: StaffMember = people.get(pk=person_id)
    check_not_frozen(person.pk)
    return person


def _check_days(dated_on: date, valid_to: date | None, *, on: date) -> None:
    if dated_on > on:
        raise RuleBroken("That day has not come yet. Enter the day on which it was.", field="dated_on")
    if valid_to and valid_to < dated_on:
        raise RuleBroken("It cannot end before that day.", field="valid_to")
    if valid_to and valid_to > on + FURTHEST:
        raise RuleBroken("That is more than ten years ahead. Check the year.", field="valid_to")


def _note(verb: str, item: FolderItem, actor: Actor, at: datetime, **detail: str) -> None:
    trail.record(actor=actor, verb=verb, target=item, about=item.person_id, at=at, **detail)
