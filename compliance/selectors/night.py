"""Who is assessed in a night, who is told, and whether it is over."""

from collections.abc import Collection
from datetime import date, datetime
from uuid import UUID

from django.db.models import Q

from compliance.models import Night
from compliance.rules import NIGHT_TAKES
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


def night_is_over(*, on: date, at: datetime) -> bool:
    """Whether the night's work of a day began long enough ago to be done."""
    return Night.objects.filter(on=on, started_at__lte=at - NIGHT_TAKES).exists()
