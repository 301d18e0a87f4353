"""Reading who held which role, managed and supervised whom, and what was audited and observed: in one query."""

from collections.abc import Collection, Mapping
from dataclasses import dataclass
from datetime import date, datetime
from typing import Any
from uuid import UUID

from django.core.exceptions import EmptyResultSet
from django.db import connection
from django.db.models import QuerySet

from audits.timetable.rules import ROLE_OF, Held, Line, Managed, Supervised, Work
from core.shortcuts import keys_in_one

# One row for each role, line, relationship, audit and observation that says anything about those who have duties. Those
# who manage what an auditor did elsewhere are among them, so that each audit counts for one seat
FACTS = """
WITH auditor AS MATERIALIZED ({auditors}),
audit AS MATERIALIZED (
    SELECT audits_audit.*, (
        SELECT (signed_at AT TIME ZONE 'Europe/London')::date FROM records_part
        WHERE record_id = audits_audit.record_id AND signed_at <= %(known_at)s ORDER BY seq LIMIT 1
    ) AS done_on
    FROM audits_audit
    WHERE starts_on >= %(from)s AND starts_on < %(until)s AND duty <> '' AND planned_at <= %(known_at)s
        AND (given_up_at IS NULL OR given_up_at > %(known_at)s)
),
observation AS MATERIALIZED (
    SELECT * FROM audits_observation
    WHERE starts_on >= %(from)s AND starts_on < %(until)s AND duty <> '' AND planned_at <= %(known_at)s
        AND (given_up_at IS NULL OR given_up_at > %(known_at)s)
),
line AS MATERIALIZED (
    SELECT person_id, manager_id, starts_on, ends_on FROM staff_managementline
    WHERE confirmed_at <= %(known_at)s AND recorded_at <= %(known_at)s
        AND starts_on < %(until)s AND (ends_on IS NULL OR ends_on > %(from)s)
        AND (manager_id IN (SELECT person_id FROM auditor) OR person_id IN (SELECT person_id FROM auditor)
            OR person_id IN (SELECT supervisor_id FROM audit WHERE auditor_id IN (SELECT person_id FROM auditor))
            OR person_id IN (SELECT observed_id FROM observation WHERE observer_id IN (SELECT person_id FROM auditor)))
),
given AS MATERIALIZED (
    SELECT supervisee_id, supervisor_id, kind, starts_on, ends_on FROM staff_supervisionrelationship
    WHERE recorded_at <= %(known_at)s AND starts_on < %(until)s AND (ends_on IS NULL OR ends_on > %(from)s)
        AND (supervisor_id IN (SELECT person_id FROM line) OR supervisor_id IN (SELECT person_id FROM auditor))
)
SELECT 'line', person_id, manager_id, NULL, NULL, starts_on, ends_on, NULL::date, NULL::date, NULL::uuid FROM line
UNION ALL
SELECT 'given', supervisee_id, supervisor_id, kind, NULL, starts_on, ends_on, NULL, NULL, NULL FROM given
UNION ALL
SELECT 'role', held.person_id, NULL, held.role, person.name, held.starts_on, LEAST(held.ends_on, person.left_on),
    (held.recorded_at AT TIME ZONE 'Europe/London')::date, NULL, NULL
FROM staff_roleheld AS held JOIN staff_staffmember AS person ON person.id = held.person_id
WHERE held.role = ANY(%(roles)s) AND held.recorded_at <= %(known_at)s
    AND held.starts_on < %(until)s AND (held.ends_on IS NULL OR held.ends_on > %(from)s)
    AND (held.person_id IN (SELECT person_id FROM auditor) OR held.person_id IN (SELECT manager_id FROM line)
        OR held.person_id IN (SELECT person_id FROM line) OR held.person_id IN (SELECT supervisee_id FROM given))
UNION ALL
SELECT 'work', id, auditor_id, duty, CASE WHEN opened_at <= %(known_at)s THEN 'open' END, starts_on, NULL, booked_on,
    done_on, supervisor_id
FROM audit
UNION ALL
SELECT 'work', id, observer_id, duty, NULL, starts_on, NULL, planned_on, held_on, observed_id FROM observation
"""
OF_PEOPLE = "SELECT unnest(%(people)s::uuid[]) AS person_id"
OF_EVERYBODY = "SELECT DISTINCT person_id FROM staff_roleheld WHERE role = ANY(%(roles)s)"


@dataclass(frozen=True, slots=True)
class Facts:
    """The line over a supervision year, and what was begun and done in it for some duty.

    ``besides``: of the other things that were asked in the same query, those of which there is any.
    """

    line: Line
    works: list[Work]
    besides: frozenset[str] = frozenset()


def gather(
    *,
    starts_on: date,
    ends_on: date,
    people: Collection[UUID] | None = None,
    known_at: datetime | None = None,
    besides: Mapping[str, QuerySet[Any]] | None = None,
) -> Facts:
    """What says how the duties of some people stand, or everybody's, between two days (half-open); in one query.

    ``known_at``: as it was known then. ``besides``: by a name each, other rows of which a page wants to know whether there
    are any, so that it asks for them where there are.
    """
    asked = FACTS.format(auditors=OF_EVERYBODY if people is None else OF_PEOPLE)
    values: dict[str, Any] = {
        "from": starts_on,
        "until": ends_on,
        "known_at": known_at or "infinity",
        "roles": sorted(ROLE_OF.values()),
        "people": keys_in_one(people or ()),
    }
    roles: list[Held] = []
    managed: list[Managed] = []
    supervised: list[Supervised] = []
    works: list[Work] = []
    there: set[str] = set()
    for name, rows in (besides or {}).items():
        asked, values = _with_probe(asked, values, name, rows)
    with connection.cursor() as cursor:
        cursor.execute(asked, values)
        for kind, one, other, words, name, begins, ends, first, second, of_id in cursor.fetchall():
            if kind == "line":
                managed.append(Managed(one, other, begins, ends))
            elif kind == "given":
                supervised.append(Supervised(one, other, words == "cover", begins, ends))
            elif kind == "role":
                roles.append(Held(one, name, words, begins, ends, first))
            elif kind == "besides":
                there.add(words)
            else:
                works.append(Work(one, words, begins, other, of_id, first, second, name == "open"))
    return Facts(Line(roles, managed, supervised), works, frozenset(there))


def _with_probe(asked: str, values: dict[str, Any], name: str, rows: QuerySet[Any]) -> tuple[str, dict[str, Any]]:
    """The query with one row more, where there is any of some rows."""
    try:
        sql, params = rows.values("pk").query.sql_with_params()
    except EmptyResultSet:
        return asked, values
    names = [f"{name}_{number}" for number in range(len(params))]
    probe = sql % tuple(f"%({each})s" for each in names)
    columns = f"'besides', NULL, NULL, '{name}', NULL, NULL, NULL, NULL, NULL, NULL"
    return f"{asked} UNION ALL SELECT {columns} WHERE EXISTS ({probe})", values | dict(zip(names, params, strict=True))  # noqa: S608  names of this service
