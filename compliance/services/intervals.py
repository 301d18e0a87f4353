"""How things stood over time: written by nights, a row only when something changes."""

from collections.abc import Collection, Mapping
from datetime import date, datetime
from uuid import UUID

from django.db import DatabaseError, connection
from psycopg2.errors import DeadlockDetected, ExclusionViolation
from psycopg2.extras import execute_values

from compliance import rules, selectors
from compliance.models import Kind
from compliance.rules import Span, Standing, Thing

# When an end was first known stands, even where a night that is made up moves it
END = """
UPDATE compliance_statusinterval AS kept SET ends_on = %s, end_recorded_at = COALESCE(end_recorded_at, %s)
FROM unnest(%s::uuid[], %s::date[]) AS read (id, ends_on)
WHERE kept.id = read.id AND kept.ends_on IS NOT DISTINCT FROM read.ends_on
"""
BEGIN = """
INSERT INTO compliance_statusinterval
    (kind, subject, person_id, child_id, starts_on, ends_on, recorded_at, status, due_on, rule, atom, policy, why)
VALUES %s
"""
COLUMNS = "(%s, %s::uuid, %s::uuid, %s::uuid, %s, %s, %s, %s, %s, %s, %s, %s, %s)"
ROWS_AT_ONCE = 500


class Overtaken(Exception):
    """Another night's work kept something of the same people or children in between: what was read is read again."""


def keep(kind: str, *, keys: Collection[UUID], standings: Mapping[Thing, Standing], on: date, at: datetime) -> int:
    """Keep how the people or children of a chunk were found to stand on a day; the number of intervals that began.

    Of whatever is no longer there, the interval ends. Raises Overtaken.
    """
    known = selectors.present_spans(kind, keys=keys, on=on)
    next_on = selectors.next_night_done(kind, key=min(keys), on=on)
    ended: dict[str, date | None] = {}
    begun: list[tuple[Thing, Span]] = []
    for thing in {**known, **standings}:
        spans = known.get(thing, ())
        standing = standings.get(thing)
        if next_on is None and len(spans) == 1 and spans[0].standing == standing:
            continue
        change = rules.change(spans, standing, on=on, next_on=next_on)
        ended |= {span.key: span.ends_on for span in spans if span.key in change.ended}
        begun += [(thing, span) for span in change.begun]
    _write(ended, begun, on=on, at=at)
    return len(begun)


def _write(ended: Mapping[str, date | None], begun: list[tuple[Thing, Span]], *, on: date, at: datetime) -> None:
    with connection.cursor() as cursor:
        if ended:
            cursor.execute(END, [on, at, list(ended), list(ended.values())])
            if cursor.rowcount < len(ended):
                raise Overtaken
        if begun:
            rows = [
                (
                    thing.kind,
                    thing.subject,
                    None if thing.kind == Kind.CHILD else thing.about,
                    thing.about if thing.kind == Kind.CHILD else None,
                    span.starts_on,
                    span.ends_on,
                    at,
                    *span.standing,
                )
                for thing, span in begun
            ]
            try:
                with connection.wrap_database_errors:
                    execute_values(cursor.cursor, BEGIN, rows, template=COLUMNS, page_size=ROWS_AT_ONCE)
            except DatabaseError as error:
                if isinstance(error.__cause__, ExclusionViolation | DeadlockDetected):
                    raise Overtaken from None
                raise
