"""Audits for tests: a line of five tiers, files drawn through the service, and rows as the services would leave them."""

from dataclasses import dataclass
from datetime import UTC, date, datetime, time

from audits.models import Audit, Draw
from core.actor import Actor, Role
from core.models import new_ids
from records.models import Part, Record
from records.rules import Kind
from staff.models import StaffMember
from staff.selectors import actor_for
from tests.org import Org, add_person, put_under

TODAY = date(2026, 11, 9)
NOON = datetime(2026, 11, 9, 12, tzinfo=UTC)


@dataclass(frozen=True)
class Tiers:
    """Above the service manager of ``org`` an assistant director and a director; below her two team managers, each with
    workers whom they supervise themselves.
    """

    org: Org
    director: StaffMember
    assistant: StaffMember
    managers: tuple[StaffMember, StaffMember]
    workers: tuple[StaffMember, ...]

    @property
    def head(self) -> StaffMember:
        return self.org.head


def tiers(org: Org, *, workers: int = 3) -> Tiers:
    """Those people, in the database. The first team manager is ``org.team_manager``."""
    director = add_person("Diane Cole", team=org.team, job_title="Director", role=Role.DIRECTOR)
    assistant = add_person("Asif Khan", team=org.team, job_title="Assistant director", role=Role.ASSISTANT_DIRECTOR)
    put_under(assistant, director)
    put_under(org.head, assistant)
    other = add_person("Rosa Lind", team=org.other_team, job_title="Team manager", role=Role.TEAM_MANAGER)
    put_under(other, org.head)
    found = []
    for manager, team, initial in ((org.team_manager, org.team, "A"), (other, org.other_team, "R")):
        for number in range(workers):
            worker = add_person(
                f"{initial}{number} Worker", team=team, job_title="Social worker", category="sw_case_management"
            )
            put_under(worker, manager)
            found.append(worker)
    return Tiers(org, director, assistant, (org.team_manager, other), tuple(found))


def acting(person: StaffMember, *, on: date = TODAY, hat: Role | None = None) -> Actor:
    """A person as an actor on a day."""
    return actor_for(person, on=on, hat=hat)


def planned(
    *,
    auditor: StaffMember,
    file_of: StaffMember,
    supervisor: StaffMember,
    duty: str = "",
    period: tuple[date, date] | None = None,
    booked_on: date | None = None,
    at: datetime = NOON,
) -> Audit:
    """An audit whose file was drawn from a pool of one."""
    [audit_id] = new_ids(1)
    key = str(file_of.pk)
    draw = Draw.objects.create(
        for_audit_id=audit_id,
        of=Draw.Of.FILE,
        seed="5eed",
        pool=[{"id": key, "stratum": "Ash team"}],
        picked=[key],
        drawn_by=auditor,
        drawn_at=at,
    )
    return Audit.objects.create(
        pk=audit_id,
        auditor=auditor,
        file_of=file_of,
        supervisor=supervisor,
        draw=draw,
        duty=duty,
        starts_on=period[0] if period else None,
        ends_on=period[1] if period else None,
        planned_by=auditor,
        planned_at=at,
        booked_on=booked_on,
    )


def opened(audit: Audit, *, on: date = TODAY) -> Audit:
    """The same, opened by its auditor on a day: its record is a draft."""
    at = datetime.combine(on, time(12), tzinfo=UTC)
    audit.record = Record.objects.create(
        kind=Kind.AUDIT,
        subject=audit.supervisor,
        author=audit.auditor,
        title="Audit",
        created_at=at,
        template_slug="audit",
        template_version=1,
        policy_slug="shropshire-2017",
        policy_version="3",
    )
    audit.opened_at = at
    audit.save(update_fields=["record", "opened_at"])
    return audit


def signed(audit: Audit, *, on: date) -> Audit:
    """The same, signed by its auditor on a day: a bare record of one part, enough for everything that asks when."""
    record = opened(audit, on=on).record
    assert record is not None
    Part.objects.create(
        record=record,
        seq=1,
        kind="text",
        relation="auditor",
        signer=audit.auditor,
        meaning="author",
        signed_at=record.created_at,
        act=record.pk,
        digest=f"sha256:{audit.pk.hex}{record.pk.hex}"[:71],
        body=b"{}",
        facts={},
        state_after="awaiting",
    )
    return audit
