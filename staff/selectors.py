"""Reading people and how they stand to each other."""

from datetime import date
from uuid import UUID

from django.db import connection

from core.actor import Actor, Role
from staff.models import Account, ManagementLine, Post, StaffMember, SupervisionRelationship

# One row for each relation of a person on a day. Depth is counted as far as two, so that a loop in the line ends.
RELATIONS = """
WITH RECURSIVE
supervision AS (
    SELECT supervisee_id, supervisor_id FROM staff_supervisionrelationship
    WHERE starts_on <= %(on)s AND (ends_on IS NULL OR ends_on > %(on)s)
),
management AS (
    SELECT person_id, manager_id FROM staff_managementline
    WHERE starts_on <= %(on)s AND (ends_on IS NULL OR ends_on > %(on)s) AND confirmed_at IS NOT NULL
),
line (person_id, depth) AS (
    SELECT person_id, 1 FROM management WHERE manager_id = %(person)s
    UNION
    SELECT management.person_id, 2 FROM management JOIN line ON management.manager_id = line.person_id
)
SELECT 'supervises', supervisee_id, '' FROM supervision WHERE supervisor_id = %(person)s
UNION ALL
SELECT CASE depth WHEN 1 THEN 'next_up_for' ELSE 'above_for' END, supervisee_id, ''
FROM line JOIN supervision ON supervision.supervisor_id = line.person_id
UNION ALL
SELECT 'manages', person_id, '' FROM line WHERE depth = 1
UNION ALL
SELECT 'role', NULL, role FROM staff_roleheld
WHERE person_id = %(person)s AND starts_on <= %(on)s AND (ends_on IS NULL OR ends_on > %(on)s)
UNION ALL
SELECT 'job_title', NULL, job_title FROM staff_post
WHERE person_id = %(person)s AND starts_on <= %(on)s AND (ends_on IS NULL OR ends_on > %(on)s)
"""


def actor_for(person: StaffMember, *, on: date, hat: Role | None = None) -> Actor:
    """A person as an actor on a day, in one query. A person is never supervisor, next up or above of oneself."""
    people: dict[str, set[UUID]] = {"supervises": set(), "manages": set(), "next_up_for": set(), "above_for": set()}
    roles: set[Role] = set()
    job_title = ""
    with connection.cursor() as cursor:
        cursor.execute(RELATIONS, {"person": person.pk, "on": on})
        for kind, person_id, words in cursor.fetchall():
            if kind == "role":
                roles.add(Role(words))
            elif kind == "job_title":
                job_title = words
            elif person_id != person.pk:
                people[kind].add(person_id)
    return Actor(
        staff_id=person.pk,
        name=person.name,
        on=on,
        job_title=job_title,
        roles=frozenset(roles),
        **{kind: frozenset(found) for kind, found in people.items()},
    ).wearing(hat)


def supervisor_of(person_id: UUID, *, on: date) -> SupervisionRelationship | None:
    """The live supervisory relationship of a supervisee on a day, cover before line management; None without one."""
    relationships = (
        SupervisionRelationship.objects.live(on).filter(supervisee_id=person_id).select_related("supervisor")
    )
    return min(relationships, key=lambda row: row.kind != SupervisionRelationship.Kind.COVER, default=None)


def job_titles(people: set[UUID], *, on: date) -> dict[UUID, str]:
    """What each person's job is called on a day."""
    return dict(Post.objects.live(on).filter(person_id__in=people).values_list("person_id", "job_title"))


def is_in_line_of(person_id: UUID, manager_id: UUID, *, on: date) -> bool:
    """Whether a manager is somewhere above a person on a day (or that person); ends even where a loop stands."""
    seen: set[UUID] = set()
    current: UUID | None = person_id
    while current and current not in seen:
        if current == manager_id:
            return True
        seen.add(current)
        current = ManagementLine.objects.live(on).filter(person_id=current).values_list("manager_id", flat=True).first()
    return False


def account_of(person_id: UUID) -> Account | None:
    """The account by which a person signs in, if any that is active."""
    return Account.objects.filter(person_id=person_id, is_active=True).first()
