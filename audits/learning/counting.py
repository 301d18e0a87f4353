"""What records and the trail know, counted in SQL by team: no content leaves the database, and nobody's name."""

from collections.abc import Collection
from dataclasses import dataclass
from datetime import date
from typing import Any
from uuid import UUID

from django.db import connection

from audits.learning import rules
from core.shortcuts import keys_in_one
from policies.selectors import record_template

# Signed records of supervision of a year, each of the team in which its supervisee was on the last day; the first text
# says when it was signed, the last one what stands in it
RECORDS = """
texts AS MATERIALIZED (
    SELECT record.id, record.subject_id, record.template_slug, record.template_version, post.team_id,
        min(part.signed_at) AS signed_at, (array_agg(part.id ORDER BY part.seq DESC))[1] AS part_id,
        (array_agg(part.signer_id ORDER BY part.seq))[1] AS signer_id
    FROM records_record AS record
    JOIN records_part AS part ON part.record_id = record.id AND part.kind = 'text'
    JOIN staff_post AS post ON post.person_id = record.subject_id AND post.starts_on < %(ends_on)s
        AND (post.ends_on IS NULL OR post.ends_on >= %(ends_on)s)
    WHERE record.kind = 'worker_record' AND (%(everybody)s OR record.subject_id = ANY(%(people)s::uuid[]))
        AND (%(every_team)s OR post.team_id = ANY(%(teams)s::uuid[]))
        AND record.subject_id <> %(me)s AND record.author_id <> %(me)s
    GROUP BY record.id, post.team_id
    HAVING min(part.signed_at) >= %(starts_on)s AND min(part.signed_at) < %(ends_on)s
)"""

FORMS = f"WITH {RECORDS} SELECT DISTINCT template_slug, template_version FROM texts"  # noqa: S608  constants alone

# Something typed, not what was computed or stands there anyway
TYPED = (
    '$.fields[*] ? (@.type != "computed" && @.type != "clause" && @.value != null && @.value != "" && @.value.size() > 0'
    ' && @.type != "heading")'
)
# By what the number of people of a team is known beside its functions
PEOPLE = "people"
BALANCE = f"""
WITH {RECORDS}, places AS (
    SELECT * FROM unnest(%(slugs)s::text[], %(versions)s::int[], %(sections)s::text[], %(functions)s::text[])
        AS place (slug, version, section, function)
)
SELECT texts.team_id, place.function, count(DISTINCT texts.id)
FROM texts JOIN places AS place ON place.slug = texts.template_slug AND place.version = texts.template_version
JOIN records_partcontent AS content ON content.part_id = texts.part_id AND content.section = place.section
WHERE jsonb_path_exists(content.content::jsonb, '{TYPED}'::jsonpath)
GROUP BY texts.team_id, place.function
UNION ALL SELECT team_id, '', count(*) FROM texts GROUP BY team_id
UNION ALL SELECT team_id, '{PEOPLE}', count(DISTINCT subject_id) FROM texts GROUP BY team_id
"""  # noqa: S608  constants alone

# Opened: the first time that the trail knows of after the text was signed
SIGNS = f"""
WITH {RECORDS}, answered AS (
    SELECT texts.team_id, texts.subject_id, part.signed_at, (
        SELECT min(entry.at) FROM trail_entry AS entry WHERE entry.target_id = texts.id::text
            AND entry.actor_id = part.signer_id AND entry.verb = 'record.read'
            AND entry.at >= texts.signed_at AND entry.at <= part.signed_at
    ) AS opened_at
    FROM texts JOIN records_part AS part ON part.record_id = texts.id AND part.kind = 'countersignature'
), batches AS (
    SELECT team_id, signer_id, count(*) OVER (
        PARTITION BY signer_id ORDER BY signed_at
        RANGE BETWEEN '{rules.BATCH_MINUTES} minutes' PRECEDING AND '{rules.BATCH_MINUTES} minutes' FOLLOWING
    ) AS together FROM texts
), said AS (
    SELECT texts.team_id, texts.id, texts.signer_id, md5(content.content) AS digest,
        lag(md5(content.content)) OVER (
            PARTITION BY texts.subject_id, content.section ORDER BY texts.signed_at, texts.id
        ) AS before,
        jsonb_path_exists(content.content::jsonb, %(long)s::jsonpath) AS is_long
    FROM texts JOIN records_partcontent AS content ON content.part_id = texts.part_id AND content.section <> '_evidence'
)
SELECT team_id, 'quick', count(*) FILTER (WHERE signed_at - opened_at < '{rules.QUICK_SECONDS} seconds'), count(opened_at),
    count(DISTINCT subject_id) FILTER (WHERE opened_at IS NOT NULL)
FROM answered GROUP BY team_id
UNION ALL SELECT team.service_id, 'batch', count(*) FILTER (WHERE together >= {rules.BATCH}), count(*), count(DISTINCT signer_id)
FROM batches JOIN staff_team AS team ON team.id = batches.team_id GROUP BY team.service_id
UNION ALL SELECT team.service_id, 'same', count(DISTINCT said.id) FILTER (WHERE digest = before AND is_long),
    count(DISTINCT said.id), count(DISTINCT signer_id)
FROM said JOIN staff_team AS team ON team.id = said.team_id GROUP BY team.service_id
"""  # noqa: S608  constants alone
LONG = f'$.fields[*] ? (@.type == "long_text" && @.value like_regex ".{{{rules.SAME_LETTERS},}}" flag "s")'


# How often, of how many, of how many people; by place and sign
Signs = dict[tuple[UUID, str], tuple[int, int, int]]


@dataclass(frozen=True, slots=True)
class Scope:
    """Of whom and of which year (half-open) something is counted; ``people`` and ``teams`` None: everybody, every team.

    ``me``: who asks, whose own supervision is never among it.
    """

    starts_on: date
    ends_on: date
    people: frozenset[UUID] | None
    teams: frozenset[UUID] | None
    me: UUID

    def arguments(self) -> dict[str, Any]:
        """The values of the queries."""
        return {
            "starts_on": self.starts_on,
            "ends_on": self.ends_on,
            "everybody": self.people is None,
            "people": keys_in_one(self.people or ()),
            "every_team": self.teams is None,
            "teams": keys_in_one(self.teams or ()),
            "me": self.me,
        }


def touched(scope: Scope) -> dict[tuple[UUID, str], int]:
    """In how many records something stands under each function, by team and function; "" for all, PEOPLE: of how many people.

    In two queries.
    """
    places = [
        (slug, version, section.id, section.function)
        for slug, version in _rows(FORMS, scope.arguments())
        for section in record_template(slug, version).sections
        if section.function
    ]
    slugs, versions, sections, functions = ([row[at] for row in places] for at in range(4))
    named = {"slugs": slugs, "versions": versions, "sections": sections, "functions": functions}
    return {(team, function): number for team, function, number in _rows(BALANCE, {**scope.arguments(), **named})}


def signs(scope: Scope) -> Signs:
    """How often each sign of haste was, of how many, and of how many people who could have been in haste; in one query.

    Of who countersigns by team, of who signs first by service: a team has one or two of those.
    """
    rows = _rows(SIGNS, {**scope.arguments(), "long": LONG})
    return {(place, name): (number, of, people) for place, name, number, of, people in rows}


def _rows(query: str, arguments: dict[str, Any]) -> Collection[Any]:
    with connection.cursor() as cursor:
        cursor.execute(query, arguments)
        return cursor.fetchall()
