"""Writes to opening dates: a file taken in, then applied; one entered by hand."""

from collections.abc import Sequence
from datetime import date, datetime
from uuid import UUID

from django.db import connection, transaction

from cases import access as case_access
from cases.models import Child
from cases.selectors import holding_of
from core.actor import Actor
from core.errors import RuleBroken
from staff import access as staff_access
from staff.models import StaffMember
from supervision.models import OpeningDate, OpeningFile
from supervision.opening import access, rules
from supervision.opening.rules import Line
from supervision.opening.selectors import DryRun, dry_run, first_discussed, first_held, opening_days
from trail import services as trail

LONGEST_NAME = 200


@transaction.atomic
def take_in(*, about: str, name: str, lines: Sequence[Line], actor: Actor, at: datetime) -> OpeningFile:
    """Keep what a file says, for its dry run; nothing of it counts yet. Raises NotAllowed."""
    access.check_can_import(actor)
    file = OpeningFile.objects.create(
        about=OpeningFile.About(about),
        name=name[:LONGEST_NAME],
        rows=[[line.number, line.who, line.day] for line in lines],
        uploaded_by_id=actor.staff_id,
        uploaded_at=at,
    )
    trail.record(actor=actor, verb="opening_file.taken_in", target=file, at=at, about_what=about, rows=len(lines))
    return file


@transaction.atomic
def apply(*, file_id: UUID, whole: bool, actor: Actor, at: datetime) -> DryRun:
    """Enter what a file says: the rows without fault, or with ``whole`` all of them or none.

    Of the file the faulty rows alone are kept. Raises NotAllowed, or RuleBroken where it was applied already, or one
    row is faulty and all or none was asked for.
    """
    access.check_can_import(actor)
    _one_at_a_time()
    file = OpeningFile.objects.visible_to(actor).select_for_update(of=("self",), no_key=True).get(pk=file_id)
    if file.applied_at:
        raise RuleBroken("This file was entered already.")
    found = dry_run(file, actor=actor)
    faulty = found.of("faulty")
    if whole and faulty:
        raise RuleBroken("Rows are faulty, so nothing was entered. Mend them, and bring the file again.", field="whole")
    people = file.about == OpeningFile.About.PEOPLE
    OpeningDate.objects.bulk_create(
        [
            OpeningDate(**{"person_id" if people else "child_id": row.key}, on=row.on, **_by(actor, at))
            for row in found.to_enter
        ],
        batch_size=2_000,
    )
    file.rows, file.applied_at = [[row.line.number, row.line.who, row.line.day] for row in faulty], at
    file.save(update_fields=["rows", "applied_at"])
    trail.record(actor=actor, verb="opening_file.applied", target=file, at=at, rows=dict(found.numbers))
    if people:
        changed = [row.key for row in found.to_enter if row.key]
        trail.record_for_each(actor=actor, verb="opening_date.set", people=changed, at=at)
    return found


@transaction.atomic
def set_person_opened(*, person_id: UUID, on: date | None, actor: Actor, at: datetime) -> StaffMember:
    """Say when a person was last supervised before this product was there; None: it is not known after all.

    Raises NotAllowed, or RuleBroken for a day to come, or one after the first session that is recorded here.
    """
    people = StaffMember.objects.visible_to(actor).select_for_update(of=("self",), no_key=True)
    person = people.get(pk=person_id)
    staff_access.check_can_set_standing(actor, person)
    staff_access.check_not_frozen(person.pk)
    _one_at_a_time()
    stood = opening_days(people=[person.pk]).get(person.pk)
    if on:
        rules.check_opening_date(on, today=actor.on, first_here=first_held(people=[person.pk]).get(person.pk))
    if on != stood:
        row = OpeningDate.objects.create(person=person, on=on, **_by(actor, at))
        trail.record(
            actor=actor, verb="opening_date.set", target=row, about=person.pk, at=at, on=_iso(on), stood=_iso(stood)
        )
    return person


@transaction.atomic
def set_child_opened(*, child_id: UUID, on: date | None, actor: Actor, at: datetime) -> Child:
    """Say when a child was last discussed before this product was there; None: it is not known after all. Raises as above."""
    child = Child.objects.visible_to(actor).select_for_update(of=("self",), no_key=True).get(pk=child_id)
    held = holding_of(child_id=child.pk, on=actor.on)
    case_access.check_can_change_child(actor, held.holdings, held=held.without_worker)
    _one_at_a_time()
    stood = opening_days(children=[child.pk]).get(child.pk)
    if on:
        first = first_discussed(children=[child.pk]).get(child.pk)
        rules.check_opening_date(on, today=actor.on, first_here=first, what="discussion")
    if on != stood:
        row = OpeningDate.objects.create(child=child, on=on, **_by(actor, at))
        via = "supervisor of the holder"
        trail.record(
            actor=actor,
            verb="opening_date.set",
            target=row,
            via=via,
            at=at,
            child=child.pk,
            on=_iso(on),
            stood=_iso(stood),
        )
    return child


def _by(actor: Actor, at: datetime) -> dict[str, object]:
    return {"recorded_by_id": actor.staff_id, "recorded_at": at}


def _iso(day: date | None) -> str:
    return day.isoformat() if day else ""


def _one_at_a_time() -> None:
    """Two who bring the same file at once: the second finds nothing new in it."""
    with connection.cursor() as cursor:
        cursor.execute("SELECT pg_advisory_xact_lock(hashtext('supervision: opening dates'))")
