"""Whom a night looks at, who is told, and whether it is over."""

from collections.abc import Collection
from datetime import date, datetime
from typing import Any
from uuid import UUID

from django.db import connection
from django.db.models import Q

from cases.models import Allocation, Episode
from compliance.models import Night
from compliance.rules import CHILDREN, NIGHT_TAKES, PEOPLE, SETTLED, Bounds, Span, Standing, Thing, bounds_between
from outbox.models import Job
from staff.models import StaffMember, StaffMemberQuerySet, SupervisionRelationship

# Every so many keys of those who are looked at, the last of each chunk
EVERY_NTH = """
SELECT key FROM (SELECT key, row_number() OVER (ORDER BY key) AS place FROM ({keys}) AS keys) AS placed
WHERE place %% %(size)s = 0 ORDER BY key
"""
# Who is employed, or whose case is open; and of whom an interval is open that has to end
KEYS = {
    PEOPLE: """
SELECT id AS key FROM staff_staffmember
WHERE employed_from <= %(on)s AND (left_on IS NULL OR left_on > %(on)s) AND id > %(after)s AND id <= %(until)s
UNION
SELECT person_id FROM compliance_statusinterval
WHERE ends_on IS NULL AND starts_on <= %(on)s AND person_id > %(after)s AND person_id <= %(until)s
""",
    CHILDREN: """
SELECT child_id AS key FROM cases_episode
WHERE starts_on <= %(on)s AND (ends_on IS NULL OR ends_on > %(on)s) AND child_id > %(after)s AND child_id <= %(until)s
UNION
SELECT child_id FROM compliance_statusinterval
WHERE ends_on IS NULL AND starts_on <= %(on)s AND child_id > %(after)s AND child_id <= %(until)s
""",
}
PRESENT = """
SELECT id::text, kind, subject::text, {about}::text, starts_on, ends_on, status, due_on, rule, atom, policy, why
FROM compliance_statusinterval
WHERE {about} = ANY(%(keys)s) AND (ends_on IS NULL OR ends_on > %(on)s)
    AND NOT (kind = 'record' AND status = ANY(%(settled)s) AND starts_on < %(on)s)
ORDER BY starts_on
"""


def chunk_bounds(kind: str, *, on: date, size: int, within: Bounds | None = None) -> list[Bounds]:
    """Chunks of so many people or children to look at on a day, leaving nobody out."""
    (everybody,) = bounds_between(kind, ()) if within is None else (within,)
    with connection.cursor() as cursor:
        values: dict[str, Any] = {"on": on, "after": everybody.after, "until": everybody.until, "size": size}
        cursor.execute(EVERY_NTH.format(keys=KEYS[kind]), values)
        edges = [key for (key,) in cursor.fetchall()]
    found = bounds_between(kind, edges)
    found[0], found[-1] = found[0]._replace(after=everybody.after), found[-1]._replace(until=everybody.until)
    return [bounds for bounds in found if bounds.after < bounds.until]


def keys_within(bounds: Bounds, *, on: date) -> list[UUID]:
    """The people or children of a chunk, in the order of their keys."""
    with connection.cursor() as cursor:
        cursor.execute(f"{KEYS[bounds.kind]} ORDER BY 1", {"on": on, "after": bounds.after, "until": bounds.until})
        return [key for (key,) in cursor.fetchall()]


def present_spans(kind: str, *, keys: Collection[UUID], on: date) -> dict[Thing, list[Span]]:
    """What is kept of people or children for a day and later; records that were entered before stand for ever."""
    query = PRESENT.format(about="child_id" if kind == CHILDREN else "person_id")
    found: dict[Thing, list[Span]] = {}
    with connection.cursor() as cursor:
        cursor.execute(query, {"keys": list(keys), "on": on, "settled": list(SETTLED)})
        for key, each, subject, about, starts_on, ends_on, *standing in cursor.fetchall():
            span = Span(starts_on, ends_on, Standing(*standing), key)
            found.setdefault(Thing(each, subject, about), []).append(span)
    return found


def people_to_assess(*, on: date) -> list[UUID]:
    """Everyone employed on a day, in a fixed order: whom the policy asks nothing of, the engine leaves out."""
    return list(_employed(on).order_by("pk").values_list("pk", flat=True))


def employed_among(people: Collection[UUID], *, on: date) -> list[UUID]:
    """Those of some people who are employed on a day."""
    return list(_employed(on).filter(pk__in=people).values_list("pk", flat=True))


def children_to_assess(*, on: date) -> list[UUID]:
    """Every child whose case is open on a day, in a fixed order."""
    return sorted(set(Episode.objects.live(on).values_list("child_id", flat=True)))


def last_night_begun() -> date | None:
    """The latest day for which the night's work was started."""
    return Night.objects.order_by("-on").values_list("on", flat=True).first()


def next_night_done(kind: str, *, key: UUID, on: date) -> date | None:
    """The first night after a day of which the chunk with a key is done; None for a day that is the latest."""
    later = list(Night.objects.filter(on__gt=on).order_by("on").values_list("on", flat=True))
    if not later:
        return None
    jobs = Job.objects.filter(task="compliance.tasks.assess_chunk", done_at=None, arguments__kind=kind)
    undone = [
        (date.fromisoformat(each["since"]), date.fromisoformat(each["on"]))
        for each in jobs.values_list("arguments", flat=True)
        if UUID(each["after"]) < key <= UUID(each["until"])
    ]
    return next((night for night in later if not any(first <= night <= last for first, last in undone)), None)


def supervisors_of(*, people: Collection[UUID], on: date) -> dict[UUID, set[UUID]]:
    """Who supervises each of the people on a day, cover included."""
    found: dict[UUID, set[UUID]] = {}
    rows = SupervisionRelationship.objects.live(on).filter(supervisee_id__in=people)
    for supervisee_id, supervisor_id in rows.values_list("supervisee_id", "supervisor_id"):
        found.setdefault(supervisee_id, set()).add(supervisor_id)
    return found


def holders_of(*, children: Collection[UUID], on: date) -> dict[UUID, set[UUID]]:
    """Who holds each of the children on a day."""
    found: dict[UUID, set[UUID]] = {}
    for child_id, holder_id in Allocation.objects.live(on).filter(child_id__in=children).values_list("child", "holder"):
        found.setdefault(child_id, set()).add(holder_id)
    return found


def night_is_over(*, on: date, at: datetime) -> bool:
    """Whether the night's work of a day began long enough ago to be done."""
    return Night.objects.filter(on=on, started_at__lte=at - NIGHT_TAKES).exists()


def _employed(on: date) -> StaffMemberQuerySet:
    return StaffMember.objects.filter(Q(left_on=None) | Q(left_on__gt=on), employed_from__lte=on)
