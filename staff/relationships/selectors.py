"""Reading who supervises whom: on a past day, and in what."""

from collections.abc import Collection
from datetime import date
from uuid import UUID

from staff.models import StaffMember, SupervisionRelationship


def gives_supervision(person: StaffMember, *, on: date) -> bool:
    """Whether somebody supervises anybody on a day in their own right, or will."""
    return SupervisionRelationship.objects.in_own_right().open(on).filter(supervisor=person).exists()


def supervisor_on(person_id: UUID, *, on: date) -> UUID | None:
    """Who answers for somebody's supervision on a day, past or not: the supervisor by line management, or another.

    A due date that was missed is put down to whoever held the relationship on that day, and to nobody who came later.
    Whoever merely covers does not answer for it.
    """
    return supervisors_on([(person_id, on)]).get((person_id, on))


def supervisors_on(days: Collection[tuple[UUID, date]]) -> dict[tuple[UUID, date], UUID]:
    """The same for many people, each on a day of their own; in one query. Who had nobody that day is left out."""
    people = {person_id for person_id, _ in days}
    rows = list(SupervisionRelationship.objects.in_own_right().filter(supervisee__in=people).order_by("starts_on"))
    rows.sort(key=lambda row: row.kind != SupervisionRelationship.Kind.LINE_MANAGEMENT)
    found: dict[tuple[UUID, date], UUID] = {}
    for person_id, day in days:
        held = [row for row in rows if row.supervisee_id == person_id and row.holds(day)]
        if held:
            found[person_id, day] = held[0].supervisor_id
    return found
