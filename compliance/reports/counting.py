"""What reports count beside the intervals of nights, in SQL, as was known at a moment; the lists behind are the same rows."""

from collections.abc import Iterator
from datetime import date
from typing import Any, NamedTuple
from uuid import UUID

from django.db import connection

from compliance.boards import counting, rules
from compliance.boards.counting import STANDING, Scope
from compliance.reports.rules import RECENT
from policies.rules.durations import add_months

# The last state of a record, as was known
STATE = """(SELECT state_after FROM records_part WHERE record_id = record.id AND signed_at <= %(known_at)s
    ORDER BY seq DESC LIMIT 1)"""
# Of records of supervision: first signed in the month
SIGNED = f"""
SELECT here.team_id, here.person_id, record.id AS subject, (part.signed_at AT TIME ZONE 'Europe/London')::date AS "on",
    CASE {STATE} WHEN 'awaiting' THEN 'waiting' WHEN 'returned' THEN 'returned' ELSE CASE WHEN EXISTS (
        SELECT FROM records_part AS closing WHERE closing.record_id = record.id AND closing.kind = 'closure'
        AND closing.signed_at <= %(known_at)s) THEN 'closed' ELSE 'both' END END AS stands
FROM records_part AS part JOIN records_record AS record ON record.id = part.record_id AND record.kind = 'worker_record'
JOIN here ON here.person_id = record.subject_id
WHERE part.seq = 1 AND part.signed_at >= %(from)s AND part.signed_at < %(to)s AND part.signed_at <= %(known_at)s
"""  # noqa: S608  constants alone
# Of actions: due in the month. Its day was another one before it was moved; whether it was done then, its events say
ACTIONS = """
SELECT here.team_id, here.person_id, action.id AS subject, due."on",
    CASE COALESCE(last.kind, 'open') WHEN 'done' THEN CASE WHEN last."on" <= due."on" THEN 'met' ELSE 'late' END
        WHEN 'dropped' THEN 'dropped' ELSE 'open' END AS stands
FROM records_action AS action JOIN records_record AS record ON record.id = action.record_id
CROSS JOIN LATERAL (SELECT COALESCE((SELECT from_due_on FROM records_actionevent AS step WHERE step.action_id = action.id
    AND step.to_due_on IS NOT NULL AND step.at > %(known_at)s ORDER BY step.at, step.id LIMIT 1), action.due_on) AS "on") AS due
LEFT JOIN LATERAL (SELECT step.kind, step."on" FROM records_actionevent AS step WHERE step.action_id = action.id
    AND step.kind IN ('done', 'dropped', 'reopened') AND step.at <= %(known_at)s
    ORDER BY step.at DESC, step.id DESC LIMIT 1) AS last ON true
JOIN here ON here.person_id = COALESCE(record.subject_id, record.discussed_with_id, action.owner_id)
WHERE due."on" >= %(month)s AND due."on" <= %(on)s AND action.created_at <= %(known_at)s
"""
# Of children that somebody held on the day: when each was last discussed in depth, in the case that is open
DEPTH = """
SELECT held.team_id, held.person_id, held.child_id AS subject, said."on",
    CASE WHEN said."on" IS NULL THEN 'never' WHEN said."on" >= %(month)s THEN 'month'
        WHEN said."on" >= %(recent)s THEN 'recent' ELSE 'longer' END AS stands
FROM (SELECT child_id, holder_id AS person_id, team_id FROM held) AS held
LEFT JOIN LATERAL (SELECT max("on") AS "on" FROM supervision_discussion AS each
    WHERE each.child_id = held.child_id AND each."on" <= %(on)s AND each.depth = 'in_depth' AND each.own_text
        AND each.format <> 'management_oversight' AND each.recorded_at <= %(known_at)s
        AND (each.replaced_at IS NULL OR each.replaced_at > %(known_at)s)
        AND NOT EXISTS (SELECT FROM cases_episode AS episode WHERE episode.child_id = held.child_id
            AND NOT episode.closed_in_error AND episode.ends_on > each."on" AND episode.ends_on <= %(on)s)) AS said ON true
"""
# Audits once the auditor signed, observations once both did
AUDITS = """
SELECT here.team_id, here.person_id, audit.id AS subject, (part.signed_at AT TIME ZONE 'Europe/London')::date AS "on",
    'audit' AS stands
FROM audits_audit AS audit JOIN records_part AS part ON part.record_id = audit.record_id AND part.seq = 1
JOIN here ON here.person_id = audit.file_of_id
WHERE part.signed_at >= %(from)s AND part.signed_at < %(to)s AND part.signed_at <= %(known_at)s
UNION ALL
SELECT here.team_id, here.person_id, observation.id, (part.signed_at AT TIME ZONE 'Europe/London')::date, observation.kind
FROM audits_observation AS observation JOIN LATERAL (SELECT min(signed_at) AS signed_at FROM records_part
    WHERE record_id = observation.record_id AND state_after = 'sealed') AS part ON true
JOIN here ON here.person_id = observation.observed_id
WHERE part.signed_at >= %(from)s AND part.signed_at < %(to)s AND part.signed_at <= %(known_at)s
"""
THINGS = {"signed": SIGNED, "action": ACTIONS, "depth": DEPTH, "audit": AUDITS}
COUNTED = "{standing} SELECT team_id::text, stands, count(*) FROM ({things}) AS things GROUP BY 1, 2"
LISTED = """{standing}
SELECT things.subject, things.person_id, person.name, team.name, things."on", things.stands FROM ({things}) AS things
JOIN staff_staffmember AS person ON person.id = things.person_id JOIN staff_team AS team ON team.id = things.team_id
WHERE (%(stands)s = '' OR things.stands = %(stands)s) AND (%(of)s::uuid[] IS NULL OR things.team_id = ANY(%(of)s::uuid[]))
ORDER BY things."on" NULLS FIRST, person.name, things.subject
"""
AUDITED = f"{STANDING} SELECT team_id, subject FROM ({AUDITS}) AS things WHERE stands = 'audit'"  # noqa: S608
# How each person of the report stood in the night, for groups of people
PEOPLE_STOOD = f"{STANDING} SELECT person_id::text, stands FROM standing WHERE kind = 'worker'"  # noqa: S608
PLACES = f"{STANDING} SELECT person_id, team_id FROM here"  # noqa: S608
HOLDERS = f"{STANDING} SELECT child_id, team_id FROM held"  # noqa: S608
PLANS = """
SELECT child_id, plan_type FROM cases_plantypeheld AS plan WHERE plan.starts_on <= %(on)s
    AND plan.recorded_at <= %(known_at)s
    AND (plan.ends_on IS NULL OR plan.ends_on > %(on)s OR plan.end_recorded_at > %(known_at)s)
"""


class Thing(NamedTuple):
    """One of the things behind a figure: what, whose it is, of which day, and how it stands. No content."""

    subject: UUID
    person_id: UUID
    name: str
    team: str
    on: date | None
    stands: str


def counted(section: str, scope: Scope) -> list[tuple[str, str, int]]:
    """(team, how it stands, how many) of the things of a section; in one query."""
    query = COUNTED.format(standing=STANDING, things=THINGS[section])
    return [(team, stands, number) for team, stands, number in rows(query, scope)]


def listed(section: str, scope: Scope, *, stands: str, teams: list[UUID] | None) -> list[Thing]:
    """The things behind a figure, the earliest first; in one query. ``teams`` None: of all."""
    query = LISTED.format(standing=STANDING, things=THINGS[section])
    return [Thing(*row) for row in rows(query, scope, stands=stands, of=teams)]


def of_nights(scope: Scope) -> dict[str, list[tuple[str, str, int]]]:
    """The same of what nights find, as boards count it, by kind; and of plan types (``plan``), the team and the type as
    one key. In two queries.
    """
    found: dict[str, list[tuple[str, str, int]]] = {"plan": []}
    for each in counting.teams(scope):
        for name, number in each.tally.numbers.items():
            kind, stands = name.split("_")
            found.setdefault(kind, []).append((str(each.key), stands, number))
    for (team, plan_type), tally in counting.plan_types_of_teams(scope):
        found["plan"] += [(f"{team} {plan_type}", name.split("_")[1], number) for name, number in tally.numbers.items()]
    return found


def rows(query: str, scope: Scope, **more: object) -> Iterator[tuple[Any, ...]]:
    """What a statement gives for a scope: between which moments and days it looks, and of whom."""
    first = rules.month_start(scope.on)
    days = {
        "from": rules.cut(first - rules.DAY, at=scope.known_at),
        "to": rules.cut(scope.on, at=scope.known_at),
        "recent": add_months(first, -RECENT),
    }
    with connection.cursor() as cursor:
        cursor.execute(query, scope.values | days | more)
        yield from cursor.fetchall()
