"""What comes of a group: its record, the children whom it spoke of, their entries, and what was put forward before."""

from datetime import date, time, timedelta
from typing import Any

import pytest

from core.errors import NotAllowed, RuleBroken
from policies import services as policies
from policies.rules.answers import Status
from records import selectors as records
from records import services as record_services
from records.models import Part, Record
from records.pdf_wording import plain_text
from records.rules import FAMILY, Kind, Meaning, PartKind, State
from records.unfinished import UNFINISHED
from records.values import TypedSection
from staff.models import CategoryHeld, Post, Service, StaffMember, Team
from supervision import selectors, services
from supervision.models import CaseEntry, Discussion, GroupItem, GroupSession
from supervision.rules import GroupPlan, Times
from supervision.rules.group_records import GroupMark
from supervision.selectors import group_records
from tests.cases_kit import child_with
from tests.groups_kit import (
    EARLIER,
    GROUP_TEXT,
    NOON,
    ON,
    body_of,
    booked,
    challenge,
    entry,
    fields_of,
    held,
    mark,
    opened,
    said,
    sent_back,
    sign,
    write,
)
from tests.org import RECORDED, Org, add_person, put_under
from tests.records_kit import EVIDENCE, load_templates, type_answer
from trail.models import Entry


@pytest.fixture
def peer(shropshire: Org) -> StaffMember:
    """Another of the supervisor's people."""
    person = add_person("Ben Cole", team=shropshire.team, job_title="Social worker", category="sw_case_management")
    put_under(person, shropshire.supervisor)
    load_templates()
    return person


@pytest.mark.req("R065", "R068", "R071", "R074")
def test_the_facilitator_records_where_nobody_was_named(shropshire: Org, peer: StaffMember) -> None:
    group = held(shropshire, shropshire.worker, absent=(peer,))
    record = opened(shropshire, group)
    write(shropshire, record, GROUP_TEXT)

    part = sign(shropshire, group)

    assert (record.template_slug, record.kind) == ("reflective_group_record", Kind.GROUP_RECORD)
    assert record.get_state() is State.SEALED
    session = fields_of(part, "session")
    assert session["facilitator"] == session["recorder"] == "Priya Nair"
    assert [(row["name"], row["present"]) for row in session["attendees"]] == [("Amara Obi", True), ("Ben Cole", False)]
    assert part.facts["minutes"] == 90
    assert not Record.objects.visible_to(shropshire.actor(peer)).filter(pk=record.pk).exists()


@pytest.mark.req("R353", "R074")
def test_the_recorder_who_was_agreed_before_writes_it(shropshire: Org, peer: StaffMember) -> None:
    group = held(shropshire, shropshire.worker, peer, recorder_id=peer.pk)
    record = opened(shropshire, group, by=peer)

    assert record.author_id == peer.pk
    assert opened(shropshire, group, by=peer).pk == record.pk
    with pytest.raises(NotAllowed, match="Ben Cole writes the record"):
        opened(shropshire, group)
    with pytest.raises(NotAllowed, match="Only the recorder"):
        services.open_record_of_group(
            group_id=held_again(shropshire, peer).pk, actor=shropshire.actor(shropshire.worker), at=NOON
        )
    write(shropshire, record, GROUP_TEXT, by=peer)
    assert fields_of(sign(shropshire, group, by=peer), "session")["recorder"] == "Ben Cole"


def held_again(org: Org, *present: StaffMember) -> GroupSession:
    """A group of the same day, in the afternoon, with the worker in it."""
    [group] = services.book_groups(
        plan=GroupPlan("Second group", "combined", facilitator_id=org.supervisor.pk),
        dates=[Times(ON, time(14), time(15))],
        members={org.worker.pk, *(person.pk for person in present)},
        actor=org.actor(org.supervisor, on=EARLIER.date()),
        at=EARLIER,
    )
    GroupSession.objects.filter(pk=group.pk).update(status="held", closed_at=NOON)
    return group


@pytest.mark.req("R074")
def test_no_record_before_somebody_said_who_was_there(shropshire: Org, peer: StaffMember) -> None:
    with pytest.raises(RuleBroken, match="Say who was there first"):
        opened(shropshire, booked(shropshire, shropshire.worker, peer))


@pytest.mark.req("R066")
def test_each_child_has_an_entry_of_its_own_signed_with_the_record_of_the_group(
    shropshire: Org, peer: StaffMember
) -> None:
    one, other = child_with(shropshire.worker, reference="P1001"), child_with(peer, reference="P1002")
    group = held(shropshire, shropshire.worker, peer)
    mark(shropshire, group, (one, shropshire.worker), (other, peer))
    record = opened(shropshire, group)
    write(shropshire, record, GROUP_TEXT)
    first, second = entry(shropshire, group, one), entry(shropshire, group, other)

    part = sign(shropshire, group)

    texts = Part.objects.filter(act=part.act).order_by("record")
    assert {each.record_id for each in texts} == {record.pk, first.pk, second.pk}
    entry_part = first.parts.get()
    assert {row["record"] for row in body_of(part)["bound"]} == {str(first.pk), str(second.pk)}
    assert entry_part.facts == {"held_on": "2026-11-09", "minutes": 90, "depth": "in_depth", "format": "group"}
    raw = bytes(entry_part.body).decode() + "".join(content.content for content in entry_part.contents.all())
    for alien in ("P1002", "Ben Cole", "the door stayed shut", "Reflective group"):
        assert alien not in raw
    assert first.get_state() is State.AWAITING
    assert first.discussed_with_id == shropshire.worker.pk
    assert record_services.verify(Record.objects.get(pk=record.pk)).intact


@pytest.mark.req("R066")
def test_whoever_brought_a_child_countersigns_its_entry_by_itself_or_sends_it_back(
    shropshire: Org, peer: StaffMember
) -> None:
    child = child_with(shropshire.worker, reference="P1001")
    group = held(shropshire, shropshire.worker, peer)
    mark(shropshire, group, (child, shropshire.worker))
    record = opened(shropshire, group)
    write(shropshire, record, GROUP_TEXT)
    made = entry(shropshire, group, child)
    sign(shropshire, group)
    worker = shropshire.actor(shropshire.worker)

    sent_back(made, by=shropshire.worker, org=shropshire)
    assert record.get_state() is State.SEALED
    group = GroupSession.objects.with_people().get(pk=group.pk)
    brought = group_records.brought_children(group, actor=shropshire.actor(shropshire.supervisor))[0]
    again = Record.objects.with_parts().get(pk=made.pk)
    text = group_records.entry_to_sign(group=group, brought=brought, record=again, on=ON)
    services.sign_entry_of_group(
        group_id=group.pk,
        child_id=child.pk,
        shown=records.text_to_sign(record=again, facts=text.facts, late=text.late, given=text.given).shown,
        challenge=challenge(),
        evidence=EVIDENCE,
        actor=shropshire.actor(shropshire.supervisor),
        at=NOON,
    )
    again = Record.objects.visible_to(worker).with_parts().get(pk=made.pk)
    shown = type_answer(again, {"_reason": {"text": "I was off sick."}}, actor=worker, at=NOON, sends_back=False)
    record_services.countersign(
        record_id=made.pk,
        shown=shown,
        meaning=Meaning.SEEN_NOT_AGREED,
        challenge=challenge(),
        evidence=EVIDENCE,
        actor=worker,
        at=NOON,
    )

    kinds = [part.kind for part in Part.objects.filter(record=made)]
    assert kinds == [PartKind.TEXT, PartKind.RETURN, PartKind.TEXT, PartKind.COUNTERSIGNATURE]
    sealed = Record.objects.with_parts().get(pk=made.pk)
    assert sealed.get_state() is State.SEALED
    copied = plain_text(records.verified_parts(sealed))
    assert "The child has not been seen alone since October." in copied
    assert "off sick" not in copied, "what the worker says of herself does not go to the child's record"


@pytest.mark.req("R066")
def test_whoever_writes_the_record_brings_no_child_into_it(shropshire: Org, peer: StaffMember) -> None:
    child = child_with(peer, reference="P1001")
    group = held(shropshire, shropshire.worker, peer, recorder_id=peer.pk)

    with pytest.raises(RuleBroken, match="written up by the other of the two"):
        mark(shropshire, group, (child, peer), by=peer)
    mark(shropshire, group, (child, peer))
    with pytest.raises(RuleBroken, match="written up by the other of the two"):
        opened(shropshire, group, by=peer)
    assert opened(shropshire, group).author_id == shropshire.supervisor.pk


@pytest.mark.req("R066")
def test_a_child_out_of_sight_is_named_by_its_exact_reference_alone(shropshire: Org, peer: StaffMember) -> None:
    child_with(shropshire.outsider, reference="P2001")
    child_with(shropshire.team_manager, reference="P3001")
    group = held(shropshire, shropshire.worker, peer, absent=(shropshire.outsider,))
    there = group_records.people_there(group)
    actor = shropshire.actor(shropshire.supervisor)
    assert group_records.children_of_those_there(group, there=there, actor=actor) == []

    def add(reference: str, person: StaffMember) -> Discussion:
        return services.add_group_child(
            group_id=group.pk,
            reference=reference,
            mark=GroupMark("brief", person.pk),
            actor=actor,
            at=NOON,
        )

    with pytest.raises(RuleBroken, match="exactly this reference"):
        add("P200", shropshire.worker)
    with pytest.raises(RuleBroken, match="exactly this reference"):
        add("P3001", shropshire.worker)
    assert Entry.objects.filter(verb="group.child_looked_for").count() == 2, "also where it came to nothing"
    with pytest.raises(RuleBroken, match="was not there"):
        add("P2001", shropshire.outsider)
    assert add("p2001", shropshire.worker).worker_id == shropshire.worker.pk
    with pytest.raises(RuleBroken, match="on the list already"):
        add("P2001", shropshire.worker)


@pytest.mark.req("R066")
def test_who_countersigns_is_who_brought_the_child(shropshire: Org, peer: StaffMember) -> None:
    child = child_with(shropshire.worker, reference="P1001")
    group = held(shropshire, shropshire.worker, peer)
    mark(shropshire, group, (child, shropshire.worker))
    write(shropshire, opened(shropshire, group), GROUP_TEXT)
    mark(shropshire, group, (child, peer))
    assert entry(shropshire, group, child).discussed_with_id == peer.pk, "until it is begun it may be said anew"

    with pytest.raises(RuleBroken, match="begun with Ben Cole"):
        mark(shropshire, group, (child, shropshire.worker))

    def said_anew(person: StaffMember) -> None:
        Discussion.objects.update(replaced_at=NOON)
        named = GroupMark("in_depth", person.pk)
        actor = shropshire.actor(shropshire.supervisor)
        services.add_group_child(group_id=group.pk, reference="P1001", mark=named, actor=actor, at=NOON)

    said_anew(shropshire.worker)
    with pytest.raises(RuleBroken, match="begun with Ben Cole"):
        entry(shropshire, group, child)
    with pytest.raises(RuleBroken, match="begun with Ben Cole"):
        sign(shropshire, group)
    said_anew(peer)
    assert sign(shropshire, group).state_after == State.SEALED


@pytest.mark.req("R066")
def test_no_child_is_taken_off_of_whom_text_is_written_and_none_after_signing(
    shropshire: Org, peer: StaffMember
) -> None:
    child = child_with(shropshire.worker, reference="P1001")
    group = held(shropshire, shropshire.worker, peer)
    mark(shropshire, group, (child, shropshire.worker))
    record = opened(shropshire, group)
    write(shropshire, record, GROUP_TEXT)
    entry(shropshire, group, child)

    with pytest.raises(RuleBroken, match="Text is written about P1001"):
        mark(shropshire, group)
    with pytest.raises(RuleBroken, match="Amara Obi brought P1001"):
        said(shropshire, group, peer)
    sign(shropshire, group)
    with pytest.raises(RuleBroken, match="signed"):
        mark(shropshire, group)


@pytest.mark.req("R066")
def test_an_entry_that_the_policy_wants_is_asked_for_by_the_childs_reference(
    shropshire: Org, peer: StaffMember
) -> None:
    child = child_with(shropshire.worker, reference="P1001")
    group = held(shropshire, shropshire.worker, peer)
    mark(shropshire, group, (child, shropshire.worker))
    write(shropshire, opened(shropshire, group), GROUP_TEXT)
    services.open_group_entry(
        group_id=group.pk, child_id=child.pk, actor=shropshire.actor(shropshire.supervisor), at=NOON
    )

    with pytest.raises(RuleBroken, match="wants an entry for each of these children: P1001"):
        sign(shropshire, group)
    mark(shropshire, group)
    assert sign(shropshire, group).state_after == State.SEALED
    assert CaseEntry.objects.visible_to(shropshire.actor(shropshire.supervisor)).count() == 0


@pytest.mark.req("R065")
def test_who_was_there_said_anew_is_followed_by_the_draft_and_noted_beside_what_is_signed(
    shropshire: Org, peer: StaffMember
) -> None:
    group = held(shropshire, shropshire.worker, peer)
    record = opened(shropshire, group)
    write(shropshire, record, GROUP_TEXT)
    said(shropshire, group, peer)
    part = sign(shropshire, group)
    assert [one["label"] for one in body_of(part)["subjects"]] == ["Ben Cole"]

    said(shropshire, group, shropshire.worker, peer)

    page = services.read_group(
        group=GroupSession.objects.with_people().get(pk=group.pk),
        actor=shropshire.actor(shropshire.supervisor),
        at=NOON,
    )
    assert page.has_changed
    assert page.recorded.can_add
    readers = [shropshire.worker, peer]
    seen = [Record.objects.visible_to(shropshire.actor(each)).filter(pk=record.pk).exists() for each in readers]
    assert seen == [False, True], "those whom it names; an addendum says who else was there"


@pytest.mark.scenario(12, "c")
@pytest.mark.req("R065")
def test_a_child_of_somebody_who_was_absent_is_discussed_all_the_same(org: Org) -> None:
    policies.adopt(slug="family-safeguarding-003", starts_on=date(2020, 1, 1), at=RECORDED)
    load_templates()
    peer = add_person("Ben Cole", team=org.team, job_title="Social worker")
    put_under(peer, org.supervisor)
    for person in (org.worker, peer):
        CategoryHeld.objects.filter(person=person).update(category="practitioner")
    CategoryHeld.objects.create(person=peer, category="practitioner", starts_on=date(2025, 4, 1), recorded_at=RECORDED)
    team = Team.objects.create(name="Family Safeguarding 1", service=Service.objects.create(name="Family Safeguarding"))
    Post.objects.filter(person__in=(org.worker, peer)).update(team=team)
    child = child_with(org.worker, reference="P1001", plan_type="child_in_need")
    group = held(org, peer, absent=(org.worker,), kind="practice")
    services.add_group_child(
        group_id=group.pk,
        reference="P1001",
        mark=GroupMark("in_depth", peer.pk),
        actor=org.actor(org.supervisor),
        at=NOON,
    )

    on = ON + timedelta(days=1)
    answer = selectors.statuses(people=[org.worker.pk, peer.pk], on=on)
    month = {key: next(row for row in found.rules if row.atom == "month") for key, found in answer.items()}
    assert month[peer.pk].status is Status.MET
    assert month[org.worker.pk].status is not Status.MET
    rows = selectors.child_statuses(children=[child.pk], on=on)[child.pk].rules
    assert [row.status for row in rows if row.counted] == [Status.MET]


@pytest.mark.req("R067")
def test_what_is_put_forward_is_the_leaders_at_once_and_everybodys_on_the_day(
    shropshire: Org, peer: StaffMember
) -> None:
    child = child_with(shropshire.worker, reference="P1001")
    foreign = child_with(peer, reference="P1002")
    group = booked(shropshire, shropshire.worker, peer)
    before = EARLIER.date()

    def put(text: str, child_id: Any = None) -> GroupItem:
        actor = shropshire.actor(shropshire.worker, on=before)
        return services.put_forward(group_id=group.pk, text=text, child_id=child_id, actor=actor, at=EARLIER)

    item = put("How do I end a visit well?", child.pk)
    for refused in (lambda: put(" "), lambda: put("Theirs", foreign.pk)):
        with pytest.raises((RuleBroken, NotAllowed)):
            refused()

    def sees(person: StaffMember, on: date) -> bool:
        return GroupItem.objects.visible_to(shropshire.actor(person, on=on)).filter(pk=item.pk).exists()

    assert sees(shropshire.worker, before)
    assert sees(shropshire.supervisor, before)
    assert not sees(peer, before)
    assert sees(peer, ON)
    assert not sees(shropshire.outsider, ON)
    page = services.read_group(group=group, actor=shropshire.actor(peer, on=ON), at=NOON)
    assert [(each.text, each.child) for each in page.recorded.items] == [("How do I end a visit well?", None)]
    with pytest.raises(NotAllowed):
        services.take_back_item(item_id=item.pk, actor=shropshire.actor(peer, on=ON), at=NOON)
    services.take_back_item(item_id=item.pk, actor=shropshire.actor(shropshire.worker, on=ON), at=NOON)
    assert not GroupItem.objects.exists()


@pytest.mark.req("R364")
def test_somebody_who_is_nobodys_manager_leads_across_teams_and_writes_the_record(shropshire: Org) -> None:
    load_templates()
    lead = add_person("Lena Orr", team=shropshire.other_team, job_title="Senior practice lead")
    elsewhere = add_person("Gita Shah", team=shropshire.other_team, job_title="Social worker")
    put_under(elsewhere, shropshire.outsider)
    group = booked(shropshire, shropshire.worker, elsewhere, facilitator_id=lead.pk)
    group = said(shropshire, group, shropshire.worker, elsewhere)
    record = opened(shropshire, group, by=lead)
    write(shropshire, record, GROUP_TEXT, by=lead)
    sign(shropshire, group, by=lead)

    assert not shropshire.actor(lead).supervises
    for reader in (lead, shropshire.worker, elsewhere):
        assert Record.objects.visible_to(shropshire.actor(reader)).filter(pk=record.pk).exists()
    for other in (shropshire.supervisor, shropshire.outsider, shropshire.team_manager):
        assert not Record.objects.visible_to(shropshire.actor(other)).filter(pk=record.pk).exists()


@pytest.mark.req("R073", "R352")
def test_the_steps_share_the_time_and_roles_say_who(shropshire: Org, peer: StaffMember) -> None:
    group = booked(shropshire, shropshire.worker, peer, model="reflective-shropshire")
    services.change_members(
        group_id=group.pk,
        remove=(),
        roles={peer.pk: "presenter"},
        add_id=None,
        later=False,
        actor=shropshire.actor(shropshire.supervisor, on=EARLIER.date()),
        at=EARLIER,
    )

    page = group_records.steps_page(group=GroupSession.objects.with_people().get(pk=group.pk), on=ON)

    assert page.model
    assert page.model.name == "Reflective group supervision"
    assert [step.name for step in page.steps][0] == "Preparing"
    assert sum(step.minutes for step in page.steps) == 90
    assert ("presenter", "Ben Cole") in page.roles
    assert ("facilitator", "Priya Nair") in page.roles
    assert not page.without


@pytest.mark.req("R066")
def test_who_writes_an_entry_of_a_child_out_of_sight_learns_no_date_of_it(shropshire: Org, peer: StaffMember) -> None:
    child = child_with(peer, reference="P1001", discussed=(ON - timedelta(days=20),))
    group = held(shropshire, shropshire.worker, peer, recorder_id=shropshire.worker.pk)
    mark(shropshire, group, (child, peer))

    def last_on(person: StaffMember) -> date | None:
        return group_records.brought_children(group, actor=shropshire.actor(person))[0].last_on

    assert last_on(shropshire.supervisor) == ON - timedelta(days=20)
    assert last_on(shropshire.worker) is None


def awaiting_entry(org: Org, peer: StaffMember, *, brought_by: StaffMember) -> Record:
    """An entry of a child in a group, signed with its record, that waits for whoever brought the child."""
    child = child_with(brought_by, reference="P1001")
    group = held(org, org.worker, peer)
    mark(org, group, (child, brought_by))
    write(org, opened(org, group), GROUP_TEXT)
    made = entry(org, group, child)
    sign(org, group)
    return made


@pytest.mark.req("R066")
def test_what_a_worker_says_of_themselves_never_stands_on_a_childs_record(shropshire: Org, peer: StaffMember) -> None:
    made = awaiting_entry(shropshire, peer, brought_by=shropshire.worker)
    worker = shropshire.actor(shropshire.worker)
    made = Record.objects.visible_to(worker).with_parts().get(pk=made.pk)

    shown = type_answer(made, {"_reason": {"text": "I was off sick."}}, actor=worker, at=NOON)
    part = record_services.countersign(
        record_id=made.pk,
        shown=shown,
        meaning=Meaning.SEEN_NOT_AGREED,
        challenge=challenge(),
        evidence=EVIDENCE,
        actor=worker,
        at=NOON,
    )

    assert part.meaning == Meaning.SEEN_NOT_AGREED
    assert not any("off sick" in each.content for each in part.contents.all())


@pytest.mark.req("R066")
def test_an_entry_whose_worker_has_left_is_closed_by_the_manager(shropshire: Org, peer: StaffMember) -> None:
    made = awaiting_entry(shropshire, peer, brought_by=shropshire.worker)
    manager = shropshire.actor(shropshire.team_manager, on=ON + timedelta(days=2))
    assert not UNFINISHED.visible_to(manager).filter(pk=made.pk).exists()
    StaffMember.objects.filter(pk=shropshire.worker.pk).update(left_on=ON + timedelta(days=1))

    [found] = [each for each in records.unfinished_records(actor=manager) if each.record_id == made.pk]

    assert "Amara Obi" in found.why
    assert "P1001" not in found.subject
    assert not UNFINISHED.visible_to(shropshire.actor(shropshire.worker)).filter(pk=made.pk).exists()
    key = records.own_key(manager)
    closure = [TypedSection("_closure", key, 0, {"text": "Nobody is left to sign it."})]
    record_services.save_own(record_id=made.pk, sections=closure, actor=manager, at=NOON)
    made = UNFINISHED.visible_to(manager).with_parts().get(pk=made.pk)
    page, typed = records.shown_for_closing(made), records.own_typed(made, "_closure", manager)
    record_services.close_record(
        record_id=made.pk,
        shown=records.shown_with(page, typed),
        challenge=challenge(),
        evidence=EVIDENCE,
        actor=manager,
        at=NOON,
    )
    assert Record.objects.get(pk=made.pk).get_state() is State.SEALED


@pytest.mark.req("R066", "R016")
def test_an_entry_of_a_group_has_no_text_that_siblings_share(shropshire: Org, peer: StaffMember) -> None:
    made = awaiting_draft(shropshire, peer)
    actor = shropshire.actor(shropshire.supervisor)
    made = Record.objects.with_parts().get(pk=made.pk)

    assert FAMILY not in {part.section.id for part in records.draft(record=made, actor=actor).parts}
    assert records.draft_part(record=made, section_id=FAMILY, actor=actor) is None


def awaiting_draft(org: Org, peer: StaffMember) -> Record:
    child = child_with(org.worker, reference="P1001")
    group = held(org, org.worker, peer)
    mark(org, group, (child, org.worker))
    opened(org, group)
    return entry(org, group, child)


@pytest.mark.req("R067")
def test_who_did_not_come_reads_nothing_that_others_put_forward(shropshire: Org, peer: StaffMember) -> None:
    group = booked(shropshire, shropshire.worker, peer)
    item = GroupItem.objects.create(session=group, person=shropshire.worker, text="How to say no.", put_at=EARLIER)

    def sees(person: StaffMember) -> bool:
        return GroupItem.objects.visible_to(shropshire.actor(person)).filter(pk=item.pk).exists()

    assert sees(peer)
    said(shropshire, group, shropshire.worker)
    assert not sees(peer)
    assert sees(shropshire.worker)
    said(shropshire, group, shropshire.worker, peer)
    assert sees(peer)
    GroupSession.objects.filter(pk=group.pk).update(
        status="cancelled", cancelled_by=shropshire.supervisor, cancel_reason="Snow"
    )
    assert not sees(peer)
    assert sees(shropshire.supervisor)
