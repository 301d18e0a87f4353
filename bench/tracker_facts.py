"""An authority with a team that holds two hundred children: people and children of ``assess_facts``, and for the team's
children a discussion with its entry in each month, and decisions.
"""

from datetime import date, datetime, timedelta
from typing import Any

from django.db import connection, connections, transaction

from bench.assess_facts import Size, begin, grow
from bench.figures import say
from core.actor import Role
from staff.models import Account, RoleHeld, StaffMember

STAFF, CHILDREN = 1_500, 25_000
# Whoever has the number n is supervised by n / 8: the people of this supervisor are the team
SUPERVISOR, TEAM_CHILDREN = 2, 200
# The team by itself, with nothing of what chance gave it
TEAM = """
INSERT INTO staff_team (name, service_id) SELECT 'Team measured', id FROM staff_service LIMIT 1;
UPDATE staff_post SET team_id = (SELECT id FROM staff_team WHERE name = 'Team measured')
    FROM bench_person AS person WHERE person.id = person_id AND n / 8 = %(supervisor)s;
"""
ALONE = """
UPDATE cases_allocation SET holder_id = other.id
    FROM bench_person AS person JOIN bench_person AS other ON other.n = person.n + 8, cases_child AS child
    WHERE person.id = holder_id AND person.n / 8 = %(supervisor)s AND child.id = child_id AND child.reference LIKE 'B%%';
"""
# A session of theirs in each of the last months is what the children were discussed in; every fourth time in depth
FILLED = """
CREATE TEMP TABLE team_child AS SELECT uuidv7() AS id, number.n, person.id AS holder_id
    FROM generate_series(1, %(children)s) AS number(n) JOIN bench_person AS person
    ON person.n = %(supervisor)s * 8 + number.n %% 8;
INSERT INTO cases_child (id, reference, initials) SELECT id, 'T' || n, '' FROM team_child;
INSERT INTO cases_episode (child_id, starts_on, closed_in_error, reopened_because, recorded_at)
    SELECT id, %(on)s::date - 500, false, '', %(known)s FROM team_child;
INSERT INTO cases_plantypeheld (child_id, plan_type, starts_on, recorded_at)
    SELECT id, (ARRAY['child_in_need', 'looked_after'])[1 + n %% 2], %(on)s::date - 500, %(known)s FROM team_child;
INSERT INTO cases_allocation (child_id, holder_id, without_worker, starts_on, recorded_at)
    SELECT id, holder_id, false, %(on)s::date - 500, %(known)s FROM team_child;
CREATE TEMP TABLE team_said AS SELECT uuidv7() AS record_id, uuidv7() AS part_id, child.id AS child_id, child.n,
    session.id AS session_id, session.supervisee_id, session.supervisor_id, session."on"
    FROM team_child AS child JOIN supervision_supervisionsession AS session ON session.supervisee_id = child.holder_id
    AND status = 'held' AND session."on" > %(on)s::date - 365 AND session."on" <= %(on)s::date;
CREATE TEMP TABLE team_session AS SELECT DISTINCT ON (session_id) uuidv7() AS record_id, uuidv7() AS part_id, session_id,
    supervisee_id, supervisor_id, "on" FROM team_said WHERE "on" < %(on)s::date - 10;
INSERT INTO records_record (id, kind, subject_id, author_id, "group", template_slug, template_version, policy_slug,
    policy_version, title, created_at, lock)
    SELECT record_id, 'worker_record', supervisee_id, supervisor_id, '', 'worker_record_app2', 1, 'p', '1', 'Supervision',
    "on", 0 FROM team_session;
INSERT INTO records_part (id, record_id, seq, kind, relation, signer_id, meaning, signed_at, act, prev, digest, body, facts,
    state_after)
    SELECT part_id, record_id, 1, 'text', 'supervisor', supervisor_id, 'author', "on", part_id, NULL, 'sha256:' || part_id,
    '{}', '{}', 'sealed' FROM team_session;
UPDATE supervision_supervisionsession AS session SET record_id = signed.record_id FROM team_session AS signed
    WHERE session.id = signed.session_id;
INSERT INTO supervision_discussion (child_id, worker_id, session_id, "on", depth, format, own_text, reason, recorded_at)
    SELECT child_id, supervisee_id, session_id, "on",
    CASE WHEN (n + extract(month FROM "on")::int) %% 4 = 0 THEN 'in_depth' ELSE 'brief' END, 'individual', true, '', "on"
    FROM team_said;
INSERT INTO records_record (id, kind, child_id, discussed_with_id, author_id, "group", template_slug, template_version,
    policy_slug, policy_version, title, created_at, lock)
    SELECT record_id, 'case_entry', child_id, supervisee_id, supervisor_id, '', 'case_entry_four_headings', 1, 'p', '1',
    'Entry', "on", 0 FROM team_said;
INSERT INTO supervision_caseentry (record_id, child_id, session_id) SELECT record_id, child_id, session_id FROM team_said;
INSERT INTO records_part (id, record_id, seq, kind, relation, signer_id, meaning, signed_at, act, prev, digest, body, facts,
    state_after)
    SELECT part_id, record_id, 1, 'text', 'supervisor', supervisor_id, 'author', "on", part_id, NULL, 'sha256:' || part_id,
    '{}', jsonb_build_object('held_on', "on"::text), 'sealed' FROM team_said;
"""
DECIDED = """
CREATE TEMP TABLE team_decided AS SELECT uuidv7() AS record_id, uuidv7() AS part_id, child_id, min(supervisor_id::text)::uuid
    AS author_id, max("on") AS "on" FROM team_said GROUP BY child_id;
INSERT INTO records_record (id, kind, child_id, author_id, "group", template_slug, template_version, policy_slug,
    policy_version, title, created_at, lock)
    SELECT record_id, 'decision', child_id, author_id, '', 'decision', 1, 'p', '1', 'Management decision', "on", 0
    FROM team_decided;
INSERT INTO records_part (id, record_id, seq, kind, relation, signer_id, meaning, signed_at, act, prev, digest, body, facts,
    state_after)
    SELECT part_id, record_id, 1, 'text', 'supervisor', author_id, 'author', "on", part_id, NULL, 'sha256:' || part_id,
    '{}', jsonb_build_object('held_on', "on"::text), 'sealed' FROM team_decided;
"""


class Growing:
    """An authority that grows around one team, which stays as it is."""

    def __init__(self, *, seed: int, scale: float, at: datetime, on: date) -> None:
        self.whole = Size(STAFF, CHILDREN).times(scale)
        self.values: dict[str, Any] = {
            "on": on,
            "known": at - timedelta(days=600),
            "supervisor": SUPERVISOR,
            "children": TEAM_CHILDREN,
        }
        self.on, self.known = on, at - timedelta(days=400)
        begin(seed=seed, at=at, on=on)

    def grow_to_a_tenth(self) -> Size:
        """A tenth of the authority, with the team and its children."""
        size = Size(max(round(self.whole.workers / 10), 60), max(round(self.whole.children / 10), 60))
        grow(Size(0, 0), size, on=self.on, known=self.known)
        say("  the team")
        self._run(ALONE, TEAM, FILLED, DECIDED)
        person = StaffMember.objects.get(name=f"Worker {SUPERVISOR}")
        Account.objects.create_user("supervisor@example.org", person=person, invited_at=self.known)
        RoleHeld.objects.create(
            person=person, role=Role.TEAM_MANAGER, starts_on=self.on - timedelta(days=400), recorded_at=self.known
        )
        return size

    def grow(self, before: Size) -> Size:
        """All of it."""
        grow(before, self.whole, on=self.on, known=self.known)
        self._run(ALONE)
        return self.whole

    def _run(self, *statements: str) -> None:
        with transaction.atomic(), connection.cursor() as cursor:
            for each in statements:
                cursor.execute(each, self.values)
        with connections["owner"].cursor() as cursor:
            cursor.execute("VACUUM ANALYZE")
