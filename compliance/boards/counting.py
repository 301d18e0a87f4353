"""What boards count, in SQL: intervals as they were known in a night, by person, team and plan type; and that kept."""

from collections.abc import Collection, Iterator
from dataclasses import dataclass
from datetime import date, datetime
from typing import Any, NamedTuple
from uuid import UUID

from django.db import connection

from compliance.boards import rules
from compliance.boards.rules import Standing, Tally
from compliance.models.kinds import Kind

OF_CHILDREN = rules.names_of(Kind.CHILD)


def _counted_as(kind: Kind) -> str:
    """The SQL of ``rules.standing_of``."""
    cases = " ".join(f"WHEN '{each}' THEN '{standing}'" for each, standing in rules.COUNTED_AS[kind].items())
    return f"CASE known.status {cases} ELSE '{Standing.MET}' END"


def _held(row: str) -> str:
    """The SQL of facts that held in the night, as was known in it."""
    now = f"{row}.ends_on IS NULL OR {row}.ends_on > %(on)s OR {row}.end_recorded_at > %(known_at)s"
    return f"{row}.starts_on <= %(on)s AND {row}.recorded_at <= %(known_at)s AND ({now})"


# Unnested, since the planner looks at each element of a bare array
PEOPLE = "(SELECT unnest(%(people)s::uuid[]))"
OF_TEAMS = "%(every_team)s OR team_id = ANY(%(teams)s::uuid[])"
# Chunks of a night are done in the hours after it, so intervals are known until the end of the day
STOOD = """known.starts_on <= %(on)s AND known.recorded_at <= %(until)s
    AND (known.ends_on IS NULL OR known.ends_on > %(on)s OR known.end_recorded_at > %(until)s)"""

# Everybody in sight in the team that was theirs when it was last known; a child with whoever held it longest. Of records
# those that were due in the month, and those still missing.
STANDING = f"""
WITH here AS MATERIALIZED (
    SELECT place.person_id, place.team_id FROM (
        SELECT DISTINCT ON (person_id) person_id, team_id FROM staff_post
        WHERE starts_on <= %(on)s AND recorded_at <= %(known_at)s AND (%(everybody)s OR person_id IN {PEOPLE})
        ORDER BY person_id, starts_on DESC
    ) AS place WHERE {OF_TEAMS}
),
held AS MATERIALIZED (
    SELECT DISTINCT ON (allocation.child_id) allocation.child_id, allocation.holder_id, here.team_id
    FROM here JOIN cases_allocation AS allocation ON allocation.holder_id = here.person_id
    WHERE {_held("allocation")}
    ORDER BY allocation.child_id, allocation.starts_on, allocation.holder_id
),
standing AS MATERIALIZED (
    SELECT known.kind, known.id, known.subject, here.person_id, here.team_id, known.due_on,
        CASE known.kind WHEN 'contract' THEN {_counted_as(Kind.CONTRACT)} ELSE {_counted_as(Kind.WORKER)} END AS stands
    FROM here JOIN compliance_statusinterval AS known
        ON known.person_id = here.person_id AND known.kind IN ('worker', 'contract') AND {STOOD}
    UNION ALL
    SELECT known.kind, known.id, known.subject, here.person_id, here.team_id, known.due_on, {_counted_as(Kind.RECORD)}
    FROM here JOIN compliance_statusinterval AS known ON known.person_id = here.person_id AND known.kind = 'record'
        AND (known.due_on >= %(month)s OR known.status = 'overdue') AND {STOOD}
    UNION ALL
    SELECT known.kind, known.id, known.subject, held.person_id, held.team_id, known.due_on, {_counted_as(Kind.CHILD)}
    FROM (SELECT child_id, holder_id AS person_id, team_id FROM held) AS held
    JOIN compliance_statusinterval AS known ON known.child_id = held.child_id AND known.kind = 'child' AND {STOOD}
)
"""  # noqa: S608  constants alone


def _figure(name: str) -> str:
    """The SQL of one figure of ``rules.FIGURES``."""
    kind, standing = name.split("_")
    return f"count(*) FILTER (WHERE kind = '{kind}' AND stands = '{standing}')"


def _plan_figure(name: str) -> str:
    return f"count(*) FILTER (WHERE stands = '{name.split('_')[1]}')"


PLANS = f"standing LEFT JOIN cases_plantypeheld AS plan ON plan.child_id = standing.subject AND {_held('plan')}"
NAMES = ", ".join(rules.FIGURES)
PLAN_NAMES = ", ".join(name.split("_")[1] for name in OF_CHILDREN)
NEAR = "person_id IN (SELECT unnest(%(near)s::uuid[]))"

COUNT_TEAMS = f"""{STANDING}
SELECT team_id, {", ".join(f"{_figure(name)} AS {name}" for name in rules.FIGURES)},
    count(*) FILTER (WHERE kind = 'child' AND {NEAR}) AS near
FROM standing GROUP BY team_id
"""  # noqa: S608
COUNT_PLANS = f"""{STANDING}
SELECT COALESCE(plan_type, '') AS plan_type, {", ".join(f"{_plan_figure(name)}" for name in OF_CHILDREN)},
    count(*) FILTER (WHERE standing.{NEAR})
FROM {PLANS} WHERE standing.kind = 'child' GROUP BY 1
"""  # noqa: S608

# Kept for each person, and for each team as a whole, so that neither a service nor the authority takes long to add up
KEEP = f"""{STANDING},
kept_plans AS (
    INSERT INTO compliance_planfigure ("on", person_id, team_id, plan_type, {PLAN_NAMES})
    SELECT %(on)s, person_id, team_id, COALESCE(plan_type, ''), {", ".join(_plan_figure(name) for name in OF_CHILDREN)}
    FROM {PLANS} WHERE standing.kind = 'child'
    GROUP BY GROUPING SETS ((person_id, team_id, COALESCE(plan_type, '')), (team_id, COALESCE(plan_type, '')))
    ON CONFLICT DO NOTHING
)
INSERT INTO compliance_nightfigure ("on", person_id, team_id, {NAMES})
SELECT %(on)s, person_id, team_id, {", ".join(_figure(name) for name in rules.FIGURES)}
FROM standing GROUP BY GROUPING SETS ((person_id, team_id), (team_id))
ON CONFLICT DO NOTHING
"""  # noqa: S608

OF_WHOM = f"""CASE WHEN %(everybody)s THEN person_id IS NULL ELSE person_id IN {PEOPLE} END
    AND ({OF_TEAMS})"""
KEPT_TEAMS = f"""
SELECT team_id, {", ".join(f"sum({name})::int" for name in rules.FIGURES)},
    COALESCE(sum({" + ".join(OF_CHILDREN)}) FILTER (WHERE {NEAR}), 0)::int
FROM compliance_nightfigure WHERE "on" = %(on)s AND {OF_WHOM} GROUP BY team_id
"""  # noqa: S608
KEPT_PLANS = f"""
SELECT plan_type, sum(met)::int, sum(late)::int, sum(suspended)::int, sum("none")::int,
    COALESCE(sum(met + late + suspended + "none") FILTER (WHERE {NEAR}), 0)::int
FROM compliance_planfigure WHERE "on" = %(on)s AND {OF_WHOM} GROUP BY plan_type
"""  # noqa: S608
COUNT_PLANS_OF_TEAMS = f"""{STANDING}
SELECT standing.team_id, COALESCE(plan_type, ''), {", ".join(f"{_plan_figure(name)}" for name in OF_CHILDREN)}
FROM {PLANS} WHERE standing.kind = 'child' GROUP BY 1, 2
"""  # noqa: S608
KEPT_PLANS_OF_TEAMS = f"""
SELECT team_id, plan_type, sum(met)::int, sum(late)::int, sum(suspended)::int, sum("none")::int
FROM compliance_planfigure WHERE "on" = %(on)s AND {OF_WHOM} GROUP BY 1, 2
"""  # noqa: S608
MONTHS = f"""
SELECT "on", {", ".join(f"sum({name})::int" for name in rules.FIGURES)}
FROM compliance_nightfigure WHERE "on" = ANY(%(ends)s) AND {OF_WHOM} GROUP BY "on" ORDER BY "on"
"""  # noqa: S608
SELECTED = f"""{STANDING}
SELECT standing.id, standing.subject, standing.person_id, person.name, team.name FROM standing
JOIN staff_staffmember AS person ON person.id = standing.person_id
JOIN staff_team AS team ON team.id = standing.team_id
WHERE standing.kind = %(kind)s AND (%(stands)s = '' OR standing.stands = %(stands)s)
    AND (%(team)s::uuid IS NULL OR standing.team_id = %(team)s::uuid)
    AND (%(plan)s::text IS NULL OR CASE WHEN %(plan)s = ''
        THEN NOT EXISTS (SELECT 1 FROM cases_plantypeheld AS plan
            WHERE plan.child_id = standing.subject AND {_held("plan")})
        ELSE EXISTS (SELECT 1 FROM cases_plantypeheld AS plan
            WHERE plan.child_id = standing.subject AND plan.plan_type = %(plan)s AND {_held("plan")}) END)
ORDER BY standing.due_on NULLS LAST, person.name, standing.id
"""  # noqa: S608


@dataclass(frozen=True, slots=True)
class Scope:
    """Of which night, as known when, of whom.

    ``known_at``: of facts, ``until``: of intervals. ``people`` None: everybody; ``near``: of whom children may be named.
    ``teams`` None: all.     ``is_kept``: whether the figures of the night are at hand.
    """

    on: date
    known_at: datetime
    until: datetime
    people: Collection[UUID] | None = None
    near: Collection[UUID] = ()
    teams: Collection[UUID] | None = None
    is_kept: bool = False

    @property
    def values(self) -> dict[str, Any]:
        """As the statements take it."""
        return {
            "on": self.on,
            "known_at": self.known_at,
            "until": self.until,
            "everybody": self.people is None,
            "people": _array(self.people or ()),
            "near": _array(self.near),
            "every_team": self.teams is None,
            "teams": _array(self.teams or ()),
            "month": rules.month_start(self.on),
        }


class Counted(NamedTuple):
    """The figures of a team (``key``: its own), or of children with one plan type (``key``: its id, empty for none).

    ``near``: how many of the children the reader may have named.
    """

    key: Any
    tally: Tally
    near: int


class Selected(NamedTuple):
    """One of the things behind a figure: the interval, what it is about, and whose it is: the worker, or the holder."""

    interval: UUID
    subject: UUID
    person: UUID
    name: str
    team: str


def teams(scope: Scope) -> list[Counted]:
    """The figures of each team; in one query."""
    return list(_counted(KEPT_TEAMS if scope.is_kept else COUNT_TEAMS, scope, rules.FIGURES))


def plan_types(scope: Scope) -> list[Counted]:
    """The figures of the children with each plan type; in one query."""
    return list(_counted(KEPT_PLANS if scope.is_kept else COUNT_PLANS, scope, OF_CHILDREN))


def plan_types_of_teams(scope: Scope) -> list[tuple[tuple[UUID, str], Tally]]:
    """The figures of the children with each plan type in each team; in one query."""
    with connection.cursor() as cursor:
        cursor.execute(KEPT_PLANS_OF_TEAMS if scope.is_kept else COUNT_PLANS_OF_TEAMS, scope.values)
        return [
            ((team, plan_type), Tally(dict(zip(OF_CHILDREN, numbers, strict=True))))
            for team, plan_type, *numbers in cursor.fetchall()
        ]


def months(scope: Scope, ends: Collection[date]) -> dict[date, Tally]:
    """What was kept of some nights, the last of months; in one query."""
    with connection.cursor() as cursor:
        cursor.execute(MONTHS, scope.values | {"ends": list(ends)})
        return {on: Tally(dict(zip(rules.FIGURES, numbers, strict=True))) for on, *numbers in cursor.fetchall()}


def selected(scope: Scope, *, kind: str, standing: str, team: UUID | None, plan_type: str | None) -> list[Selected]:
    """Everything behind a figure, the longest due first; in one query."""
    asked = {"kind": kind, "stands": standing, "team": team, "plan": plan_type}
    with connection.cursor() as cursor:
        cursor.execute(SELECTED, scope.values | asked)
        return [Selected(*row) for row in cursor.fetchall()]


def keep(scope: Scope) -> int:
    """Keep the figures of a night; the number of rows, none where that was done before."""
    with connection.cursor() as cursor:
        cursor.execute(KEEP, scope.values)
        return cursor.rowcount


def _array(keys: Collection[UUID]) -> str:
    """As PostgreSQL reads it; a list would be sent, and parsed, element by element."""
    return f"{{{','.join(map(str, keys))}}}"


def _counted(query: str, scope: Scope, names: Collection[str]) -> Iterator[Counted]:
    with connection.cursor() as cursor:
        cursor.execute(query, scope.values)
        for key, *numbers, near in cursor.fetchall():
            yield Counted(key, Tally(dict(zip(names, numbers, strict=True))), near)
