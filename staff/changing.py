"""What every change of who stands how to whom shares: one at a time, within employment, told to those concerned."""

from datetime import date
from typing import Any
from uuid import UUID

from django.db import connection
from django.urls import reverse

from core.actor import Actor
from core.dated import Dated, DatedQuerySet
from core.errors import RuleBroken
from outbox.services import enqueue
from staff import rules
from staff.access import check_not_frozen
from staff.models import StaffMember, SupervisionRelationship


def lock_relations() -> None:
    """One change about people at a time: no two of them close a loop, or take one address, that neither could see."""
    with connection.cursor() as cursor:
        cursor.execute("SELECT pg_advisory_xact_lock(hashtext('staff: people, line and supervision'))")


def check_employed(person: StaffMember, *, on: date, field: str) -> None:
    """Somebody works here on a day, and not for another organisation. Raises RuleBroken."""
    check_not_frozen(person.pk)
    if person.organisation:
        raise RuleBroken(f"{person.name} is of another organisation. Choose a colleague.", field=field)
    if person.left_on and person.left_on <= on:
        raise RuleBroken(f"{person.name} has left by that day. Choose another.", field=field)
    if on < person.employed_from:
        raise RuleBroken(
            f"{person.name} begins on {person.employed_from:%-d %B %Y}. Choose that day or a later one.",
            field="starts_on",
        )


def check_may_be_given_to(*, person: StaffMember, to_id: UUID, starts_on: date) -> None:
    """Both work here on a day, and neither supervises the other then or later. Raises RuleBroken."""
    check_employed(person, on=starts_on, field="starts_on")
    check_employed(StaffMember.objects.get(pk=to_id), on=starts_on, field="to_id")
    # Whatever begins later counts, too: a swap must not come about by waiting
    given_back = SupervisionRelationship.objects.open(starts_on).filter(supervisee_id=to_id, supervisor_id=person.pk)
    rules.check_may_supervise(supervisor_id=to_id, supervisee_id=person.pk, given_back=given_back.exists())


def tell(
    change: Dated, *, person: StaffMember, concerned: set[UUID], actor: Actor, told_apart: frozenset[UUID] = frozenset()
) -> None:
    """Ask for a notice, without content, to the person and the others concerned, but not to who did it.

    Who supervises now hears of a change of line, too, since it decides who chooses the supervisor. ``told_apart``: who is
    told in another way.
    """
    live = SupervisionRelationship.objects.live(actor.on).filter(supervisee=person)
    told = {person.pk, *concerned, *live.values_list("supervisor_id", flat=True)} - {actor.staff_id, *told_apart}
    path = reverse("staff:person-detail", kwargs={"person_id": person.pk})
    for person_id in sorted(told):
        enqueue(
            "notifications.tasks.notify", person_id=person_id, kind="relations_changed", key=str(change.pk), path=path
        )


def end_present(rows: DatedQuerySet, *, on: date, what: str) -> list[Any]:
    """End what holds on a day, and give it. Half-open: its last day is the day before.

    Only ever today or later, so no past is rewritten (``check_begins_no_earlier``). Raises RuleBroken when one begins
    later.
    """
    latest = rows.order_by("-starts_on").first()
    if latest and latest.starts_on >= on:
        raise RuleBroken(
            f"A {what} that begins on {latest.starts_on:%-d %B %Y} is recorded already. Choose a later day.",
            field="starts_on",
        )
    ended = list(rows.open(on))
    rows.filter(pk__in=[row.pk for row in ended]).update(ends_on=on)
    return ended


def end_cover_for(supervisors: set[UUID], *, person: StaffMember, on: date) -> None:
    """Cover in the place of somebody who supervises a person no more ends with that supervision."""
    covers = SupervisionRelationship.objects.cover().open(on).filter(supervisee=person, covers_for__in=supervisors)
    covers.filter(starts_on__gte=on).delete()
    covers.update(ends_on=on)
