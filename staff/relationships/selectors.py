"""Reading who supervises whom: on a past day, and in what."""

from collections import defaultdict
from collections.abc import Collection
from dataclasses import dataclass
from datetime import date
from typing import Any
from uuid import UUID

from django.db.models import QuerySet

from policies.rules.kinds import rules_that_bind
from policies.selectors import policy_in_force
from staff.models import CategoryHeld, Post, StaffMember, StaffMemberQuerySet, SupervisionRelationship
from staff.relationships import rules


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


@dataclass(frozen=True, slots=True)
class LeftOut:
    """Somebody for whom the policy asks for supervision that no relationship is for: ``elements``, in words."""

    person_id: UUID
    name: str
    elements: str


def left_out_elements(*, people: StaffMemberQuerySet, on: date) -> list[LeftOut]:
    """Those of some people of whom an element is nobody's (R275), by name; in four queries at most."""
    given = SupervisionRelationship.objects.in_own_right().live(on)
    for_all = given.filter(elements=[]).values("supervisee")
    divided: dict[UUID, list[list[str]]] = defaultdict(list)
    names: dict[UUID, str] = {}
    rows = given.filter(supervisee__in=people.values("pk")).exclude(supervisee__in=for_all)
    for row in rows.select_related("supervisee").order_by("supervisee__name"):
        divided[row.supervisee_id].append(row.elements)
        names[row.supervisee_id] = row.supervisee.name
    policy = policy_in_force(on) if divided else None
    if policy is None:
        return []
    categories = _gathered(CategoryHeld.objects.live(on).filter(person__in=divided), "category")
    services = _gathered(Post.objects.live(on).filter(person__in=divided), "team__service__name")
    found = []
    for person_id, lists in divided.items():
        bound = rules_that_bind(policy, categories=categories[person_id], services=services[person_id])
        missing = rules.left_out(rules.needed(rule.kind for rule in bound), lists)
        if missing:
            found.append(LeftOut(person_id, names[person_id], ", ".join(missing)))
    return found


def left_out_of(*, person_id: UUID, on: date) -> str:
    """What of one person's supervision is nobody's, in words; empty where everything is somebody's."""
    found = left_out_elements(people=StaffMember.objects.filter(pk=person_id), on=on)
    return found[0].elements if found else ""


def _gathered(rows: QuerySet[Any], column: str) -> dict[UUID, set[str]]:
    found: dict[UUID, set[str]] = defaultdict(set)
    for person_id, value in rows.values_list("person_id", column):
        found[person_id].add(value)
    return found
