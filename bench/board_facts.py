"""An authority with boards: people and children of ``assess_facts``, in teams and services, with a year of nights behind it."""

from datetime import date, datetime, time, timedelta

from django.db import connection, connections, transaction

from bench.assess_facts import Size, begin, grow
from bench.figures import say
from compliance import services as compliance
from compliance.boards import rules
from compliance.boards.services import keep_figures
from compliance.models import Night
from core.actor import Role
from core.clock import LONDON
from outbox.models import Job
from staff.models import Account, RoleHeld, Service, StaffMember

STAFF, CHILDREN = 1_500, 25_000
SERVICE_MANAGER, PRINCIPAL = 2, 9
# Whoever has the number n is supervised by n / 8; each supervisor leads a team, and who is above eight of them a service
TEAMS = """
INSERT INTO staff_service (name) SELECT 'Service ' || number FROM generate_series(0, %(last)s / 64) AS number;
INSERT INTO staff_team (name, service_id)
    SELECT 'Team ' || number, (SELECT id FROM staff_service WHERE name = 'Service ' || number / 8)
    FROM generate_series(0, %(last)s / 8) AS number;
UPDATE staff_post SET team_id = team.id FROM bench_person AS person JOIN staff_team AS team ON team.name = 'Team ' || n / 8
    WHERE person.id = staff_post.person_id;
UPDATE cases_plantypeheld SET plan_type = (ARRAY['child_in_need', 'child_protection_plan', 'looked_after'])[1 + n %% 3]
    FROM (SELECT id, row_number() OVER (ORDER BY id) AS n FROM cases_child) AS child WHERE child.id = child_id;
"""
# What nights would have written in a year: a change in each month of everything that there is
HISTORY = """
INSERT INTO compliance_statusinterval (kind, subject, person_id, child_id, starts_on, ends_on, recorded_at, status, due_on,
    rule, atom, policy, why, end_recorded_at)
SELECT kind, subject, person_id, child_id, starts, starts + 30, starts + time '02:00',
    CASE WHEN (back + ascii(right(subject::text, 1))) %% 9 = 0 THEN 'overdue' ELSE 'not_due' END, starts + 25,
    rule, atom, policy, why, starts + 30 + time '02:00'
FROM compliance_statusinterval CROSS JOIN generate_series(1, 12) AS back
CROSS JOIN LATERAL (SELECT %(on)s::date - back * 30 AS starts) AS dated
WHERE kind <> 'record' AND compliance_statusinterval.starts_on = %(on)s
"""


def authority(*, seed: int, scale: float, at: datetime, on: date) -> Size:
    """Everything that the boards are measured on, in the database."""
    size = Size(STAFF, CHILDREN).times(scale)
    begin(seed=seed, at=at, on=on)
    grow(Size(0, 0), size, on=on, known=at - timedelta(days=400))
    with transaction.atomic(), connection.cursor() as cursor:
        cursor.execute(TEAMS, {"last": size.workers})
    say("  the last night")
    compliance.start_night(on=on, at=at)
    compliance.do_night(on=on, at=at)
    say("  a year of nights before it")
    with connection.cursor() as cursor:
        cursor.execute(HISTORY, {"on": on})
    two = time(2, tzinfo=LONDON)
    for end in rules.ends_of_months(on, rules.MONTHS - 1):
        Night.objects.create(on=end, started_at=datetime.combine(end, two), people=size.workers)
    Job.objects.filter(task="compliance.tasks.assess_chunk").update(done_at=at)
    keep_figures(at=at)
    _account(SERVICE_MANAGER, Role.SERVICE_MANAGER, at=at, on=on)
    _account(PRINCIPAL, Role.PRINCIPAL_SOCIAL_WORKER, at=at, on=on)
    with connections["owner"].cursor() as cursor:
        cursor.execute("VACUUM ANALYZE")
    return size


def service_of_the_manager() -> Service:
    """The service that the service manager is above."""
    return Service.objects.get(name=f"Service {SERVICE_MANAGER}")


def _account(number: int, role: Role, *, at: datetime, on: date) -> None:
    person = StaffMember.objects.get(name=f"Worker {number}")
    Account.objects.create_user(f"worker.{number}@example.org", person=person, invited_at=at)
    RoleHeld.objects.create(person=person, role=role, starts_on=on - timedelta(days=400), recorded_at=at)
