"""The record of a group: written by one, about many; who reads it, and what its signature carries."""

import json
from dataclasses import replace
from datetime import timedelta
from typing import Any

import pytest

from core.actor import Actor
from core.errors import NotAllowed
from outbox.models import Job
from policies import selectors as policies
from records import access, presenters, rules, selectors, services
from records.models import Attendee, Record
from records.rules import Kind, LateEntry, Relation, State
from records.unfinished import UNFINISHED
from records.values import Given
from staff.models import StaffMember
from tests.adding_kit import add
from tests.org import Org, add_person, put_under
from tests.records_kit import EVIDENCE, FACTS, NOON, Kit, load_templates
from trail.models import Entry

TYPED = {"discussion": {"issue": "Visits at tea time", "discussion": "We compared how each of us begins them."}}


@pytest.fixture
def peer(org: Org) -> StaffMember:
    """Another of the supervisor's people, who was there, too."""
    person = add_person("Ben Cole", team=org.team, job_title="Social worker")
    put_under(person, org.supervisor)
    return person


def open_record(org: Org, *attendees: StaffMember, author: StaffMember | None = None) -> Record:
    load_templates()
    return services.open_group_record(
        group="Reflective group",
        led_by=org.supervisor.pk,
        attendees={person.pk for person in attendees},
        template=policies.record_template("plain_group_record"),
        policy_slug="shropshire-2017",
        policy_version="3",
        actor=org.actor(author or org.supervisor),
        at=NOON - timedelta(hours=1),
    )


def write(record: Record, actor: Actor) -> None:
    for section, fields in TYPED.items():
        services.save_section(
            record_id=record.pk, section=section, key=None, fields=fields, version=0, actor=actor, at=NOON
        )


def given_of(record: Record) -> Given:
    people = record.attendees.filter(led=False).select_related("person").order_by("person__name")
    rows = [{"person_id": one.person_id, "name": one.person.name, "role": "", "present": True} for one in people]
    return Given(rows={("session", "attendees"): rows})


def sign(org: Org, record: Record, *, author: StaffMember | None = None, **options: Any) -> Record:
    context: dict[str, Any] = {"facts": FACTS, "late": LateEntry(), "given": given_of(record)}
    services.sign_text(
        record_id=record.pk,
        shown=selectors.text_to_sign(record=record, **context).shown,
        **context,
        challenge=Kit(org).challenge(),
        evidence=EVIDENCE,
        actor=org.actor(author or org.supervisor),
        at=NOON,
        **options,
    )
    return Record.objects.with_parts().get(pk=record.pk)


def signed(org: Org, *attendees: StaffMember, author: StaffMember | None = None) -> Record:
    record = open_record(org, *attendees, author=author)
    write(record, org.actor(author or org.supervisor))
    return sign(org, record, author=author)


def sees(record: Record, actor: Actor) -> bool:
    return Record.objects.visible_to(actor).filter(pk=record.pk).exists()


@pytest.mark.req("R066", "R074")
def test_one_signature_seals_it_and_names_everybody_who_was_there(org: Org, peer: StaffMember) -> None:
    record = signed(org, org.worker, peer)

    assert record.get_state() is State.SEALED
    body = json.loads(bytes(record.parts.get().body))
    assert [(one["label"], one["kind"]) for one in body["subjects"]] == [
        ("Amara Obi", "worker"),
        ("Ben Cole", "worker"),
    ]
    assert body["signature"]["relation"] == Relation.SUPERVISOR
    assert services.verify(record).intact
    told = {job.arguments["person_id"] for job in Job.objects.filter(task="notifications.tasks.notify")}
    assert told == {str(org.worker.pk), str(peer.pk)}


@pytest.mark.req("R066")
def test_the_draft_is_its_writers_and_the_facilitators(org: Org, peer: StaffMember) -> None:
    record = open_record(org, org.worker, peer, author=peer)
    write(record, org.actor(peer))

    assert sees(record, org.actor(peer))
    assert sees(record, org.actor(org.supervisor))
    for other in (org.worker, org.team_manager, org.head, org.outsider):
        assert not sees(record, org.actor(other))
    found = services.read_draft(record=record, actor=org.actor(org.supervisor), at=NOON)
    assert {part.section.id: part.values for part in found.parts}["discussion"] == TYPED["discussion"]
    assert not any(part.editable for part in found.parts)
    with pytest.raises(NotAllowed, match="other person"):
        write(record, org.actor(org.supervisor))
    with pytest.raises(NotAllowed, match="who wrote this record"):
        sign(org, record, author=org.supervisor)


@pytest.mark.req("R066")
def test_signed_it_is_read_by_those_who_were_there_and_by_who_supervises_the_facilitator(
    org: Org, peer: StaffMember
) -> None:
    absent = add_person("Cara Dunn", team=org.team, job_title="Social worker")
    put_under(absent, org.supervisor)
    record = signed(org, org.worker, peer, author=peer)

    for reader in (org.worker, peer, org.supervisor, org.team_manager):
        assert sees(record, org.actor(reader)), reader
    for other in (absent, org.head, org.outsider, org.hr, org.psw, org.sysadmin):
        assert not sees(record, org.actor(other)), other
    manager = org.actor(org.team_manager)
    assert not sees(record, replace(manager, limited=frozenset({org.supervisor.pk})))
    assert access.reads_in_full(org.actor(org.supervisor), record)
    assert not access.reads_in_full(org.actor(org.worker), record)


@pytest.mark.req("R066")
def test_the_supervisor_of_somebody_who_was_there_does_not_read_it(org: Org) -> None:
    guest = add_person("Gita Shah", team=org.other_team, job_title="Social worker")
    put_under(guest, org.outsider)
    record = signed(org, org.worker, guest)

    assert sees(record, org.actor(guest))
    assert not sees(record, org.actor(org.outsider))


@pytest.mark.req("R066")
def test_its_page_says_whom_it_is_about_and_by_what_it_was_read(org: Org, peer: StaffMember) -> None:
    record = signed(org, org.worker, peer)
    reading = services.read_record(record=record, actor=org.actor(org.worker), at=NOON)
    page = presenters.record_page(reading, actor=org.actor(org.worker))

    assert page.heading == "Group supervision record, Reflective group, 9 November 2026"
    assert page.subject == "Amara Obi, Social worker; Ben Cole, Social worker"
    assert page.signatures[0].relation == "Facilitator or recorder"
    assert Entry.objects.filter(verb="record.read").get().via == "was there"


@pytest.mark.req("R065")
def test_what_is_signed_is_read_by_those_whom_it_names_whatever_is_said_anew(org: Org, peer: StaffMember) -> None:
    record = signed(org, org.worker)
    body = bytes(record.parts.get().body)
    actor = org.actor(org.supervisor)

    assert not services.set_attendees(record_id=record.pk, attendees={peer.pk}, actor=actor, at=NOON)

    assert not sees(record, org.actor(peer))
    assert sees(record, org.actor(org.worker))
    assert bytes(record.parts.get().body) == body
    assert Attendee.objects.get(record=record, led=True).person_id == org.supervisor.pk


@pytest.mark.req("R065")
def test_the_facilitator_and_the_recorder_add_to_it_and_nobody_else(org: Org, peer: StaffMember) -> None:
    record = signed(org, org.worker, peer, author=peer)
    part = add(Kit(org), record, actor=org.actor(org.supervisor), text="Ben Cole left at ten.")

    assert part.relation == Relation.SUPERVISOR
    with pytest.raises(NotAllowed, match="facilitator of this group"):
        access.check_can_add(org.actor(org.worker), record)
    with pytest.raises(NotAllowed):
        access.check_can_correct(org.actor(peer), record)


def test_a_draft_is_nobodys_to_close_while_its_writer_is_there(org: Org) -> None:
    record = open_record(org, org.worker)
    manager = org.actor(org.team_manager)
    assert not UNFINISHED.visible_to(manager).filter(pk=record.pk).exists()

    StaffMember.objects.filter(pk=org.supervisor.pk).update(left_on=NOON.date())

    [found] = UNFINISHED.visible_to(manager).filter(pk=record.pk)
    assert selectors.unfinished(found).why == "Priya Nair has left."
    assert Record.objects.get(pk=record.pk).kind == Kind.GROUP_RECORD


def test_what_is_attached_to_it_is_kept_from_everybody_but_its_writer_and_the_facilitator(org: Org) -> None:
    record = signed(org, org.worker)

    assert selectors.readable_by(org.actor(org.worker), record) == [rules.Sensitivity.SHARED]
    assert set(selectors.readable_by(org.actor(org.supervisor), record)) == set(rules.Sensitivity)


def test_it_stands_among_the_drafts_of_who_writes_it(org: Org) -> None:
    record = open_record(org, org.worker)

    [row] = selectors.drafts_of(actor=org.actor(org.supervisor))
    assert (row.record.pk, row.is_author, row.record.about) == (record.pk, True, "Reflective group")
    assert selectors.drafts_of(actor=org.actor(org.worker)) == []
