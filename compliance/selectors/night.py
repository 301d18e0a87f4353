"""Who is assessed in a night, and who is told."""

from collections.abc import Collection
from datetime import date
from uuid import UUID

from django.db.models import Q

from staff.models import StaffMember, SupervisionRelationship


def people_to_assess(*, on: date) -> list[UUID]:
    """Everyone employed on a day, in a fixed order: whom the policy asks nothing of, the engine leaves out."""
    employed = StaffMember.objects.filter(Q(left_on=None) | Q(left_on__gt=on), employed_from__lte=on)
    return list(employed.order_by("pk").values_list("pk", flat=True))


def supervisors_of(*, people: Collection[UUID], on: date) -> dict[UUID, set[UUID]]:
    """Who supervises each of the people on a day, cover included."""
    found: dict[UUID, set[UUID]] = {}
    rows = SupervisionRelationship.objects.live(on).filter(supervisee_id__in=people)
    for supervisee_id, supervisor_id in rows.values_list("supervisee_id", "supervisor_id"):
        found.setdefault(supervisee_id, set()).add(supervisor_id)
    return found
