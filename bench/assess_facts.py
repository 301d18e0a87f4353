"""Facts of any number of workers and children, made inside PostgreSQL from a seed: what a night reads, and nothing else."""

from dataclasses import dataclass
from datetime import date, datetime
from typing import Any

from django.db import connection, connections, transaction

from bench.figures import say
from policies import services as policies

POLICY = "shropshire-2017"
WORKERS, CHILDREN = 50_000, 500_000
# A year and more of each worker's sessions, and the last year's discussions of each child
MONTHS, DISCUSSIONS = 14, 7

# Each worker is supervised by one of eight, who is managed by one of eight of those, and so on up. One in twenty missed
# the last months, so that there is somebody to flag.
STEPS = {
    "people": """
CREATE TEMP TABLE new_person AS SELECT uuidv7() AS id, n, random() AS luck FROM generate_series(%(first)s, %(last)s) AS n;
INSERT INTO staff_staffmember (id, name, employed_from)
    SELECT id, 'Worker ' || n, %(on)s::date - 900 - (n %% 300)::int FROM new_person;
INSERT INTO bench_person SELECT id, n FROM new_person;
""",
    "what they are": """
INSERT INTO staff_categoryheld (person_id, category, starts_on, recorded_at)
    SELECT id, 'sw_case_management', %(on)s::date - 900 - (n %% 300)::int, %(known)s FROM new_person;
INSERT INTO staff_post (person_id, team_id, job_title, engagement, starts_on, recorded_at)
    SELECT id, (SELECT id FROM staff_team LIMIT 1), 'Social worker', 'permanent', %(on)s::date - 900, %(known)s FROM new_person;
INSERT INTO staff_supervisionrelationship (supervisee_id, supervisor_id, kind, elements, starts_on, recorded_at)
    SELECT new_person.id, above.id, 'line_management', '{}', %(on)s::date - 800, %(known)s
    FROM new_person JOIN bench_person AS above ON above.n = new_person.n / 8 WHERE new_person.n >= 8;
INSERT INTO staff_managementline (person_id, manager_id, confirmed_at, starts_on, recorded_at)
    SELECT new_person.id, above.id, %(known)s, %(on)s::date - 800, %(known)s
    FROM new_person JOIN bench_person AS above ON above.n = new_person.n / 8 WHERE new_person.n >= 8;
INSERT INTO staff_absence (person_id, kind, starts_on, ends_on, recorded_at)
    SELECT id, 'sickness', %(on)s::date - 200, %(on)s::date - 150, %(known)s FROM new_person WHERE n %% 10 = 0;
""",
    "contracts": """
CREATE TEMP TABLE new_contract AS SELECT uuidv7() AS record_id, uuidv7() AS text_id, new_person.id AS subject_id,
    above.id AS author_id FROM new_person JOIN bench_person AS above ON above.n = new_person.n / 8 WHERE new_person.n >= 8;
INSERT INTO records_record (id, kind, subject_id, author_id, "group", template_slug, template_version, policy_slug,
    policy_version, title, created_at, lock)
    SELECT record_id, 'contract', subject_id, author_id, '', 'contract', 1, 'p', '1', 'Supervision contract', %(known)s, 0
    FROM new_contract;
INSERT INTO records_part (id, record_id, seq, kind, relation, signer_id, meaning, signed_at, act, prev, digest, body, facts,
    state_after)
    SELECT text_id, record_id, 1, 'text', 'supervisor', author_id, 'author', %(known)s, text_id, NULL, 'sha256:' || text_id,
    '{}', jsonb_build_object('every', 'P1M', 'review_on', (%(on)s::date + 100)::text), 'awaiting' FROM new_contract;
INSERT INTO records_part (record_id, seq, kind, relation, signer_id, meaning, signed_at, act, prev, digest, body, facts,
    state_after)
    SELECT record_id, 2, 'countersignature', 'self', subject_id, 'agree', %(known)s, text_id, 'sha256:' || text_id,
    'sha256:' || record_id, '{}', '{}', 'sealed' FROM new_contract;
DROP TABLE new_contract;
""",
    "sessions": """
INSERT INTO supervision_supervisionsession (supervisee_id, supervisor_id, kind, "on", starts, ends, mode, place, status,
    booked_at, closed_at, cancel_reason, urgent_issues, missed_reason, minutes_lost, cut_short_reason, left_over)
    SELECT new_person.id, above.id, 'combined', day, '10:00', '11:30', 'in_person', '',
        CASE WHEN day < %(on)s THEN 'held' ELSE 'planned' END,
        %(known)s, CASE WHEN day < %(on)s THEN %(known)s END, '', '', '', 0, '', ''
    FROM new_person JOIN bench_person AS above ON above.n = new_person.n / 8
    CROSS JOIN generate_series(-2, %(months)s) AS back
    CROSS JOIN LATERAL (SELECT (date_trunc('month', %(on)s::date) - back * interval '1 month')::date
        + (new_person.n %% 20)::int AS day) AS dated
    WHERE new_person.n >= 8 AND NOT (luck < 0.05 AND back BETWEEN 0 AND 3) AND random() > 0.03;
DROP TABLE new_person;
""",
    "children": """
CREATE TEMP TABLE new_child AS SELECT uuidv7() AS id, n, random() AS luck, (30 + random() * 700)::int AS age,
    (random() * 45)::int AS gone FROM generate_series(%(first_child)s, %(last_child)s) AS n;
INSERT INTO cases_child (id, reference, initials) SELECT id, 'B' || n, '' FROM new_child;
INSERT INTO cases_episode (child_id, starts_on, closed_in_error, reopened_because, recorded_at)
    SELECT id, %(on)s::date - age, false, '', %(known)s FROM new_child;
INSERT INTO cases_plantypeheld (child_id, plan_type, starts_on, recorded_at)
    SELECT id, 'cin', %(on)s::date - age, %(known)s FROM new_child;
INSERT INTO cases_allocation (child_id, holder_id, without_worker, starts_on, recorded_at)
    SELECT new_child.id, holder.id, false, %(on)s::date - age, %(known)s
    FROM new_child JOIN bench_person AS holder ON holder.n = 8 + new_child.n %% (%(last)s - 8);
""",
    "discussions": """
INSERT INTO supervision_discussion (child_id, worker_id, "on", depth, format, own_text, reason, recorded_at)
    SELECT new_child.id, holder.id, %(on)s::date - gone - 55 * back, 'brief', 'individual', true, '', %(known)s
    FROM new_child JOIN bench_person AS holder ON holder.n = 8 + new_child.n %% (%(last)s - 8)
    CROSS JOIN generate_series(0, %(discussions)s) AS back
    WHERE gone + 55 * back <= age AND NOT (luck < 0.05 AND back < 2);
DROP TABLE new_child;
""",
}


@dataclass(frozen=True, slots=True)
class Size:
    """How many workers and children there are."""

    workers: int
    children: int

    def times(self, factor: float) -> "Size":
        """The same, larger or smaller."""
        return Size(max(round(self.workers * factor), 20), max(round(self.children * factor), 20))


def begin(*, seed: int, at: datetime, on: date) -> None:
    """An authority without people, going by a policy; and from where random figures are drawn."""
    policies.load_packs(at=at)
    policies.adopt(slug=POLICY, starts_on=date(2017, 6, 1), at=at)
    with connection.cursor() as cursor:
        cursor.execute("SELECT setseed(%s)", [seed / 2**31])
        cursor.execute("INSERT INTO staff_service (name) VALUES ('Service') RETURNING id")
        service = cursor.fetchone()[0]
        cursor.execute("INSERT INTO staff_team (name, service_id) VALUES ('Team', %s)", [service])
        cursor.execute("CREATE TEMP TABLE bench_person (id uuid, n int PRIMARY KEY)")


def grow(before: Size, size: Size, *, on: date, known: datetime) -> None:
    """Add workers and children until there are so many."""
    values: dict[str, Any] = {
        "on": on,
        "known": known,
        "months": MONTHS,
        "discussions": DISCUSSIONS,
        "first": before.workers + 1,
        "last": size.workers,
        "first_child": before.children + 1,
        "last_child": size.children,
    }
    with transaction.atomic(), connection.cursor() as cursor:
        for name, statements in STEPS.items():
            say(f"  {name}")
            cursor.execute(statements, values)
    with connections["owner"].cursor() as cursor:
        cursor.execute("VACUUM ANALYZE")
