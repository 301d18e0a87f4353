"""Who reads an audit or an observation as a record, and what of it: the table of sight, row by row."""

from dataclasses import dataclass
from datetime import date, timedelta

import pytest

from core.actor import Actor
from core.errors import NotAllowed
from records import access, selectors, services
from records.models import Record, RenderedDocument
from records.rules import Audience
from staff.grants.services import Opened, end_sight, give_sight
from staff.models import SightGrant, StaffMember
from tests.examining_kit import Examining, written
from tests.org import Org, add_person, put_under
from tests.records_kit import NOON, WELLBEING, WORKLOAD, Kit
from trail.models import Entry

ON = NOON.date()
EVERYBODY = ["worker", "supervisor", "team_manager", "head", "outsider", "hr", "psw", "sysadmin"]


@pytest.fixture
def examining(org: Org) -> Examining:
    return Examining(org)


def sees(actor: Actor, record: Record) -> bool:
    return Record.objects.visible_to(actor).filter(pk=record.pk).exists()


def grant(org: Org, person: StaffMember, opens: Opened, *, masked: bool = True, days: int = 30) -> SightGrant:
    """Sight that the head gives for a purpose, from the day before."""
    return give_sight(
        person_id=person.pk,
        opens=opens,
        basis=SightGrant.Basis.AUDIT,
        given_for=org.team.pk,
        purpose="An audit of this file.",
        starts_on=ON - timedelta(days=1),
        ends_on=ON + timedelta(days=days),
        masked=masked,
        actor=org.actor(org.head),
        at=NOON,
    )


@dataclass(frozen=True)
class Case:
    """Whether somebody sees the thing as a draft, once signed, and reads all of it."""

    draft: bool
    signed: bool
    in_full: bool


NOTHING = Case(draft=False, signed=False, in_full=False)
TABLE = {
    "supervisor": Case(draft=False, signed=True, in_full=True),
    "team_manager": Case(draft=True, signed=True, in_full=True),
    "head": Case(draft=False, signed=True, in_full=False),
}


@pytest.mark.parametrize("name", EVERYBODY)
def test_an_audit_is_seen_by_the_two_and_once_signed_by_those_above_and_by_nobody_else(
    examining: Examining, org: Org, name: str
) -> None:
    draft, signed, watched = examining.audit(), examining.signed(), examining.awaiting()
    actor, wanted = org.actor(getattr(org, name)), TABLE.get(name, NOTHING)

    assert sees(actor, draft) is wanted.draft
    for record in (signed, watched):
        assert sees(actor, record) is wanted.signed
        assert access.reads_in_full(actor, record) is wanted.in_full
        assert Record.objects.readable_in_full_by(actor).filter(pk=record.pk).exists() is wanted.in_full


def test_who_supervises_the_examined_person_and_did_not_write_it_reads_it_masked(
    examining: Examining, org: Org
) -> None:
    record = examining.signed()
    successor = add_person("Sara Lund", team=org.team, job_title="Team manager")
    org.supervisor.supervision_received.update(ends_on=ON)
    org.supervisor.management_lines.update(ends_on=ON)
    put_under(org.supervisor, successor, starts_on=ON)

    assert sees(org.actor(successor), record)
    assert not access.reads_in_full(org.actor(successor), record)
    assert not sees(examining.auditor, record)
    given = grant(org, org.team_manager, Opened(record_id=record.pk))
    assert sees(examining.auditor, record)
    end_sight(given_for=given.given_for, actor=org.actor(org.head), at=NOON)
    assert not sees(examining.auditor, record)


def test_an_observation_that_waits_is_its_observer_s_whoever_manages_by_then(examining: Examining, org: Org) -> None:
    record = examining.awaiting()
    org.supervisor.supervision_received.update(ends_on=ON)
    org.supervisor.management_lines.update(ends_on=ON)

    assert sees(examining.auditor, record)
    examining.countersign(record)
    assert not sees(examining.auditor, record)


@pytest.mark.req("R104")
@pytest.mark.scenario(16, "c")
@pytest.mark.parametrize("masked", [True, False])
def test_a_grant_of_a_file_opens_its_signed_records_and_no_draft_and_no_audit(
    examining: Examining, org: Org, *, masked: bool
) -> None:
    kit = Kit(org)
    draft, sealed = kit.draft(), kit.sealed()
    outsider = org.outsider
    audit = examining.signed()
    assert not sees(org.actor(outsider), sealed)

    grant(org, outsider, Opened(file_of_id=org.worker.pk), masked=masked)
    actor = org.actor(outsider)

    assert sees(actor, sealed)
    assert not sees(actor, draft)
    assert not sees(actor, audit)
    reading = services.read_record(record=Record.objects.get(pk=sealed.pk), actor=actor, at=NOON)
    assert WORKLOAD in str(reading.parts)
    assert (WELLBEING in str(reading.parts)) is not masked
    assert reading.masked is masked
    assert access.audience_of(actor, sealed) is (Audience.MASKED if masked else Audience.FULL)
    assert Record.objects.readable_in_full_by(actor).filter(pk=sealed.pk).exists() is not masked
    entry = Entry.objects.filter(verb="record.read", target_id=str(sealed.pk)).latest("at")
    assert (entry.via, entry.about_id, entry.detail["masked"]) == ("grant", org.worker.pk, masked)


def test_an_audit_about_somebody_is_not_opened_by_a_grant_of_their_file(examining: Examining, org: Org) -> None:
    record = examining.signed()
    grant(org, org.outsider, Opened(file_of_id=org.supervisor.pk), masked=False)

    assert not sees(org.actor(org.outsider), record)
    assert not access.reads_in_full(org.actor(org.outsider), record)


@pytest.mark.parametrize("masked", [True, False])
def test_a_grant_of_one_audit_opens_it_read_only_for_its_days(examining: Examining, org: Org, *, masked: bool) -> None:
    record, other = examining.signed(), examining.signed()
    grant(org, org.worker, Opened(record_id=record.pk), masked=masked, days=2)
    actor = org.actor(org.worker)

    assert sees(actor, record)
    assert not sees(actor, other)
    assert access.reads_in_full(actor, record) is not masked
    assert access.relation_of(actor, record) is None
    for check in (access.check_can_add, access.check_can_respond, access.check_can_countersign):
        with pytest.raises(NotAllowed):
            check(actor, record)
    services.read_record(record=Record.objects.get(pk=record.pk), actor=actor, at=NOON)
    assert Entry.objects.filter(verb="record.read").latest("at").via == "grant"
    later = org.actor(org.worker, on=ON + timedelta(days=2))
    assert not sees(later, record)


def test_the_pdf_of_an_audience_is_for_those_who_read_as_much(examining: Examining, org: Org) -> None:
    record = examining.signed()
    head = Record.objects.get(pk=record.pk).get_head_digest()
    made = {
        audience: services.render_document(record_id=record.pk, head=head, at=NOON, audience=audience)
        for audience in Audience
    }
    grant(org, org.worker, Opened(record_id=record.pk))

    def offered(person: StaffMember) -> set[str]:
        seen = RenderedDocument.objects.visible_to(org.actor(person)).filter(record=record)
        return {document.audience for document in seen}

    assert set(made) == set(Audience)
    assert offered(org.supervisor) == offered(org.team_manager) == {Audience.FULL, Audience.MASKED}
    assert offered(org.worker) == offered(org.head) == {Audience.MASKED}
    assert offered(org.outsider) == set()


def test_what_is_about_health_in_an_audit_stays_with_the_two(examining: Examining, org: Org) -> None:
    record = examining.audit()
    examining.write(record, written())
    examining.sign(record)
    reading = {
        name: selectors.record_reading(record=Record.objects.get(pk=record.pk), actor=org.actor(getattr(org, name)))
        for name in ("supervisor", "head")
    }

    assert not reading["supervisor"].masked
    assert reading["head"].masked


def test_the_days_of_a_grant_are_half_open(examining: Examining, org: Org) -> None:
    record = examining.signed()
    given = grant(org, org.worker, Opened(record_id=record.pk), days=3)

    assert given.ends_on == date(2026, 11, 12)
    assert sees(org.actor(org.worker, on=date(2026, 11, 11)), record)
    assert not sees(org.actor(org.worker, on=date(2026, 11, 12)), record)
    assert not sees(org.actor(org.worker, on=date(2026, 11, 7)), record)
