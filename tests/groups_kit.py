"""Groups for tests: booked, held, recorded and signed through the services."""

import json
from datetime import date, datetime, time, timedelta
from typing import Any

from cases.models import Child
from records import services as record_services
from records.models import Part, Record
from records.values import TypedSection
from staff.challenge import Challenge
from staff.models import StaffMember
from supervision import services
from supervision.models import GroupMember, GroupSession
from supervision.rules import GroupPlan, Presence, Times
from supervision.rules.group_records import GroupMark
from supervision.selectors import group_records
from tests.org import Org
from tests.records_kit import EVIDENCE, type_answer

ON = date(2026, 11, 9)
NOON = datetime.fromisoformat("2026-11-09T12:00:00+00:00")
EARLIER = NOON - timedelta(days=40)
GROUP_TEXT = {
    "issue": {"presenter": "Amara Obi", "outline": "How to see a child alone who is never alone at home."},
    "discussion": {"discussion": "What we felt when the door stayed shut."},
}
ENTRY_TEXT = {
    "situation": {"situation": "The child has not been seen alone since October."},
    "reflection": {"reflection": "We do not know what a day at home is like."},
}


def booked(org: Org, *members: StaffMember, **plan: Any) -> GroupSession:
    settled = {"title": "Reflective group", "kind": "combined", "facilitator_id": org.supervisor.pk, **plan}
    [group] = services.book_groups(
        plan=GroupPlan(**settled),
        dates=[Times(ON, time(9), time(10, 30))],
        members={person.pk for person in members},
        actor=org.actor(org.supervisor, on=EARLIER.date()),
        at=EARLIER,
    )
    return group


def held(org: Org, *present: StaffMember, absent: tuple[StaffMember, ...] = (), **plan: Any) -> GroupSession:
    return said(org, booked(org, *present, *absent, **plan), *present)


def said(org: Org, group: GroupSession, *present: StaffMember) -> GroupSession:
    """These were there, and nobody else."""
    seats = {seat.person_id: seat.pk for seat in group.members.invited()}
    return services.mark_attendance(
        group_id=group.pk,
        presence=Presence(time(9), time(10, 30), frozenset(seats[person.pk] for person in present)),
        actor=org.actor(org.supervisor),
        at=NOON,
    )


def held_at_once(org: Org, *present: StaffMember) -> GroupSession:
    """A group that was held some days before, whoever else met at that time; entered past the services of booking."""
    group = GroupSession.objects.create(
        title="Reflective group",
        kind="combined",
        facilitator=org.supervisor,
        booked_by=org.supervisor,
        on=ON - timedelta(days=3),
        starts=time(9),
        ends=time(10, 30),
        booked_at=EARLIER,
    )
    for person in present:
        GroupMember.objects.create(session=group, person=person, added_at=EARLIER, added_by=org.supervisor)
    return said(org, group, *present)


def mark(org: Org, group: GroupSession, *brought: tuple[Child, StaffMember], by: StaffMember | None = None) -> None:
    services.mark_group_children(
        group_id=group.pk,
        marks={child.pk: GroupMark("in_depth", person.pk) for child, person in brought},
        actor=org.actor(by or org.supervisor),
        at=NOON,
    )


def opened(org: Org, group: GroupSession, *, by: StaffMember | None = None) -> Record:
    return services.open_record_of_group(group_id=group.pk, actor=org.actor(by or org.supervisor), at=NOON)


def write(org: Org, record: Record, text: dict[str, dict[str, Any]], *, by: StaffMember | None = None) -> None:
    typed = [TypedSection(section, None, 0, fields) for section, fields in text.items()]
    record_services.save_draft(record_id=record.pk, sections=typed, actor=org.actor(by or org.supervisor), at=NOON)


def entry(org: Org, group: GroupSession, child: Child, *, by: StaffMember | None = None) -> Record:
    """The entry of a child, written."""
    made = services.open_group_entry(
        group_id=group.pk, child_id=child.pk, actor=org.actor(by or org.supervisor), at=NOON
    )
    write(org, made, ENTRY_TEXT, by=by)
    return made


def challenge(at: datetime = NOON) -> Challenge:
    return Challenge(method="password", auth_time=at - timedelta(minutes=1))


def sign(org: Org, group: GroupSession, *, by: StaffMember | None = None) -> Part:
    actor = org.actor(by or org.supervisor)
    group = GroupSession.objects.with_people().get(pk=group.pk)
    assert group.record
    context = group_records.group_to_sign(group=group, record=group.record, actor=actor)
    return services.sign_record_of_group(
        group_id=group.pk,
        shown=group_records.text_of_group(group.record, context).shown,
        challenge=challenge(),
        evidence=EVIDENCE,
        actor=actor,
        at=NOON,
    )


def fields_of(part: Part, section: str) -> dict[str, Any]:
    content = json.loads(part.contents.get(section=section).content)
    return {item["id"]: item["value"] for item in content["fields"]}


def body_of(part: Part) -> dict[str, Any]:
    body: dict[str, Any] = json.loads(bytes(part.body))
    return body


def sent_back(made: Record, *, by: StaffMember, org: Org, why: str = "It was in November.") -> None:
    """Whoever brought the child sends its entry back."""
    actor = org.actor(by)
    made = Record.objects.visible_to(actor).with_parts().get(pk=made.pk)
    shown = type_answer(made, {"_reason": {"text": why}}, actor=actor, at=NOON, sends_back=True)
    record_services.return_for_correction(
        record_id=made.pk, shown=shown, challenge=challenge(), evidence=EVIDENCE, actor=actor, at=NOON
    )
