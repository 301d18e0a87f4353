"""Entries about children: signed with the record of their session in one act, bound by it, and answered with it."""

from datetime import date, timedelta
from typing import Any

import pytest
from django.db import connection
from django.test.utils import CaptureQueriesContext

from cases.models import Allocation
from core.errors import NotAllowed, RuleBroken, Stale
from outbox.models import Job
from policies import selectors as policies
from records import access, binding, canonical, rules, selectors, services
from records.models import Action, DraftSection, Part, Record
from records.rules import Meaning, State
from records.selectors.actions import Wanted
from records.services import Incomplete
from staff.models import StaffMember, SupervisionRelationship
from tests.adding_kit import LATER, close
from tests.entries_kit import EntriesKit, values_in, words_in
from tests.org import Org
from tests.records_kit import NOON, WELLBEING, fresh


@pytest.fixture
def kit(org: Org) -> EntriesKit:
    return EntriesKit(org)


def last(record: Record) -> Part:
    return Part.objects.filter(record=record).order_by("-seq")[0]


def body_of(part: Part) -> dict[str, Any]:
    body: dict[str, Any] = canonical.parse(bytes(part.body))
    return body


@pytest.mark.scenario(16, "a")
@pytest.mark.req("R109", "R110")
def test_one_press_signs_the_record_and_every_entry_in_one_act(kit: EntriesKit) -> None:
    record, entries = kit.session("P1", "P2", "P3")

    part = kit.sign_with(record, entries)

    texts = [last(entry) for entry in entries]
    assert {each.act for each in texts} == {part.act}
    assert {each.signed_at for each in texts} == {part.signed_at}
    assert body_of(part)["bound"] == [
        {"record": str(each.record_id), "kind": "case_entry", "seq": 1, "digest": each.digest} for each in texts
    ]
    assert [fresh(entry).get_state() for entry in entries] == [State.AWAITING] * 3
    first = body_of(texts[0])
    assert first["subjects"] == [{"id": str(entries[0].child_id), "kind": "child", "label": "P1", "role": ""}]
    assert first["facts"] == {"held_on": "2026-11-09"}
    assert [section["heading"] for section in first["sections"]] == [
        "This discussion", "Current issues / situation", "Reflection", "Analysis", "Actions",
    ]  # fmt: skip
    assert all(services.verify(fresh(each)).intact for each in (record, *entries))


@pytest.mark.scenario(16, "a")
@pytest.mark.scenario(16, "b")
@pytest.mark.req("R109")
def test_the_workers_record_holds_no_childs_story_and_an_entry_nobody_elses(kit: EntriesKit) -> None:
    record, (first, second) = kit.sealed_with("P1", "P2")

    record_words = "\n".join(words_in(part) for part in Part.objects.filter(record=record))
    entry_words = "\n".join(words_in(part) for part in Part.objects.filter(record=second))

    assert "P1" not in record_words
    assert "P2" not in record_words
    assert "What happens for P2 now." in entry_words
    assert "P1" not in entry_words
    assert WELLBEING not in entry_words
    assert WELLBEING in record_words
    assert b"P1" not in b"".join(bytes(part.body) for part in Part.objects.filter(record=record))


@pytest.mark.parametrize(
    ("meaning", "reason"),
    [
        (Meaning.AGREE, ""),
        (Meaning.SEEN_NOT_AGREED, "I was ill that week."),
        (Meaning.DECLINE, "I was ill that week."),
    ],
)
@pytest.mark.scenario(16, "b")
def test_an_answer_to_the_record_answers_every_entry_without_the_reason_or_comments(
    kit: EntriesKit, meaning: Meaning, reason: str
) -> None:
    record, entries = kit.awaiting_with("P1", "P2")

    part = kit.countersign(record, meaning=meaning, comments="I am tired.", reason=reason)

    assert body_of(part)["bound"] == body_of(Part.objects.get(record=record, seq=1))["bound"]
    for entry in entries:
        own = last(entry)
        assert (own.act, own.kind, own.meaning, own.signer) == (part.act, part.kind, meaning, kit.org.worker)
        assert (own.relation, own.state_after) == ("supervisee", State.SEALED)
        assert body_of(own)["sections"] == []
        assert list(values_in(own)) == [rules.EVIDENCE]
        assert services.verify(fresh(entry)).intact
    assert services.verify(fresh(record)).intact
    assert not DraftSection.objects.exists()


def test_a_return_sends_the_entries_back_too_and_they_can_be_written_and_signed_again(kit: EntriesKit) -> None:
    record, (first, second) = kit.awaiting_with("P1", "P2")

    part = kit.send_back(record, reason="I was ill, and P1 moved on Friday.")

    assert [last(entry).act for entry in (first, second)] == [part.act] * 2
    assert [fresh(entry).get_state() for entry in (first, second)] == [State.RETURNED] * 2
    assert "ill" not in words_in(last(first))
    kit.save(fresh(first), "situation", {"situation": "P1 moved on Friday."}, version=1)

    again = kit.sign_with(fresh(record), [first, second], at=NOON + timedelta(minutes=45))

    assert [(row["record"], row["seq"]) for row in body_of(again)["bound"]] == [(str(first.pk), 3), (str(second.pk), 3)]
    assert "P1 moved on Friday." in words_in(last(first))
    kit.countersign(fresh(record))
    assert [fresh(each).get_state() for each in (record, first, second)] == [State.SEALED] * 3
    assert all(services.verify(fresh(each)).intact for each in (record, first, second))


def test_an_entry_that_is_sealed_stays_as_it_is_and_the_new_text_binds_it_as_it_stands(kit: EntriesKit) -> None:
    record, (first,) = kit.session("P1")
    one_signature = policies.record_template("plain_decision")
    typed = {"question": "May P2 stay?", "decision": "Proceed", "rationale": "Known."}
    second = kit.entry(kit.child("P2"), template=one_signature, values={"decision": typed})
    kit.sign_with(record, [first, second])
    assert fresh(second).get_state() is State.SEALED
    kit.send_back(record)
    sealed = last(second)
    assert sealed.seq == 1

    again = kit.sign_with(fresh(record), [first, second], at=NOON + timedelta(minutes=45))

    bound = {row["record"]: row for row in body_of(again)["bound"]}
    assert bound[str(second.pk)]["digest"] == sealed.digest
    assert bound[str(first.pk)]["seq"] == 3
    kit.countersign(fresh(record))
    assert last(second).pk == sealed.pk
    assert all(services.verify(fresh(each)).intact for each in (record, first, second))


def test_an_entry_that_was_signed_cannot_be_left_out_the_next_time(kit: EntriesKit) -> None:
    record, (first, second) = kit.awaiting_with("P1", "P2")
    kit.send_back(record)

    with pytest.raises(RuleBroken, match="is missing"):
        kit.sign_with(fresh(record), [first], at=NOON + timedelta(minutes=45))

    assert fresh(record).get_state() is State.RETURNED


def test_nothing_is_signed_where_something_is_missing_in_one_entry(kit: EntriesKit) -> None:
    record, (first, second) = kit.session("P1", "P2")
    kit.save(second, "situation", {"situation": ""}, version=1)

    with pytest.raises(Incomplete) as refused:
        kit.sign_with(record, [first, second])

    assert refused.value.problems == ()
    assert [section for section, _, _ in refused.value.entries[second.pk]] == ["situation"]
    assert not Part.objects.exists()


def test_what_changed_in_an_entry_after_it_was_shown_is_not_signed(kit: EntriesKit) -> None:
    record, entries = kit.session("P1")
    shown = kit.to_sign(record, entries).shown
    kit.save(entries[0], "situation", {"situation": "Typed in another window."}, version=1)

    with pytest.raises(Stale):
        kit.sign_with(record, entries, shown=shown)

    assert not Part.objects.exists()


def test_an_entry_is_never_signed_or_answered_apart_from_its_record(kit: EntriesKit) -> None:
    _, (entry,) = kit.session("P1")
    with pytest.raises(NotAllowed, match="signed with the record of its session"):
        kit.sign(entry)
    record, (entry,) = kit.awaiting_with("P2")

    with pytest.raises(NotAllowed, match="answered with the record of its session"):
        kit.countersign(fresh(entry), shown="")
    with pytest.raises(NotAllowed, match="answered with the record of its session"):
        kit.send_back(fresh(entry), shown="")
    kit.send_back(record)
    with pytest.raises(NotAllowed, match="signed with the record of its session"):
        kit.sign(fresh(entry))


def test_an_entry_of_a_session_with_somebody_else_is_not_signed_here(kit: EntriesKit) -> None:
    record = kit.draft()
    entry = kit.entry(kit.child("P1"), discussed_with_id=kit.org.outsider.pk)

    with pytest.raises(NotAllowed, match="somebody else"):
        kit.sign_with(record, [entry])


@pytest.mark.scenario(3)
def test_what_is_said_of_the_family_is_signed_in_each_siblings_entry(kit: EntriesKit) -> None:
    record = kit.draft()
    told = "The grandmother has moved in."
    first = kit.entry(kit.child("P1"), situation="P1 sleeps badly.", family=told)
    third = kit.entry(kit.child("P3"), family=told)

    text = kit.to_sign(record, [first, third])
    assert [each.problems for _, each in text.entries] == [(), ()]
    kit.sign_with(record, [first, third])

    assert [row["id"] for row in body_of(last(first))["sections"]][-1] == rules.FAMILY
    assert [row["id"] for row in body_of(last(third))["sections"]] == ["child", rules.FAMILY]
    assert told in values_in(last(third))[rules.FAMILY]
    assert "P1" not in words_in(last(third))


def test_handwritten_notes_belong_to_no_entry(kit: EntriesKit) -> None:
    entry = kit.entry(kit.child("P1"))

    assert selectors.section_of(selectors.template_of(entry), rules.ATTACHMENTS) is None
    assert selectors.section_of(selectors.template_of(kit.draft()), rules.FAMILY) is None


def test_a_form_about_health_or_conduct_makes_no_entry(kit: EntriesKit) -> None:
    kit.draft()
    with pytest.raises(RuleBroken, match="health or conduct"):
        kit.entry(kit.child("P1"), template=selectors.template_of(kit.draft()), values=None)


def test_actions_of_an_entry_are_agreed_with_it_and_follow_its_corrected_text(kit: EntriesKit) -> None:
    visit = {"what": "See P1 alone", "who": "Amara Obi", "who_id": str(kit.org.worker.pk), "by": "2026-11-20"}
    record = kit.draft()
    entry = kit.entry(kit.child("P1"), situation="P1 is quiet.", actions=[visit])
    kit.sign_with(record, [entry])

    assert [action.what for action in Action.objects.filter(record=entry)] == ["See P1 alone"]
    kit.send_back(record)
    kit.save(fresh(entry), "actions", {"actions": []}, version=1)
    kit.sign_with(fresh(record), [entry], at=NOON + timedelta(minutes=45))

    assert [action.status for action in Action.objects.filter(record=entry)] == ["dropped"]


@pytest.mark.req("R093")
def test_an_action_of_an_entry_passes_with_the_supervision_of_its_worker(kit: EntriesKit, org: Org) -> None:
    visit = {"what": "See P1 alone", "who": "Amara Obi", "who_id": str(org.worker.pk), "by": "2026-11-20"}
    call = {"what": "Ring the school", "who": "Priya Nair", "who_id": str(org.supervisor.pk), "by": "2026-11-20"}
    _, [entry] = kit.sealed_with("P1", actions=[visit, call])
    agreed = Action.objects.filter(record=entry)
    change = date(2026, 11, 16)
    priya = org.actor(org.supervisor, on=date(2026, 11, 10))
    assert agreed.visible_to(priya).count() == 2, "control: while Priya supervises, both are hers to follow"
    SupervisionRelationship.objects.filter(supervisee=org.worker).update(ends_on=change)
    SupervisionRelationship.objects.create(
        supervisee=org.worker, supervisor=org.outsider, starts_on=change, recorded_at=NOON
    )
    former, successor = org.actor(org.supervisor, on=change), org.actor(org.outsider, on=change)
    worker, next_up = org.actor(org.worker, on=change), org.actor(org.team_manager, on=change)
    [action] = agreed.with_people().filter(owner=org.worker)

    assert [each.what for each in agreed.visible_to(former)] == ["Ring the school"], "what she still owns"
    for actor in (successor, worker):
        assert agreed.visible_to(actor).count() == 2
        access.check_can_close_action(actor, action)
        access.check_can_change_action(actor, action)
    for actor in (former, next_up):
        with pytest.raises(NotAllowed):
            access.check_can_close_action(actor, action)
        with pytest.raises(NotAllowed):
            access.check_can_change_action(actor, action)
    page = selectors.actions_page(wanted=Wanted(person_id=org.worker.pk), actor=successor, on=change, number="1")
    assert {row.action.what for row in page.page} >= {"Ring the school", "See P1 alone"}
    assert [each.what for each in agreed.to_give_on(successor)] == ["Ring the school"]
    services.move_action(action_id=action.pk, due_on=date(2026, 11, 27), reason="School trip.", actor=worker, at=LATER)


def notices() -> list[tuple[str, str]]:
    jobs = Job.objects.filter(task="notifications.tasks.notify").order_by("pk")
    return [(job.arguments["kind"], job.arguments["person_id"]) for job in jobs]


def test_one_notice_for_the_record_and_none_for_each_entry(kit: EntriesKit) -> None:
    record, entries = kit.awaiting_with("P1", "P2", "P3")
    worker, supervisor = str(kit.org.worker.pk), str(kit.org.supervisor.pk)
    assert notices() == [("record_to_countersign", worker)]

    kit.countersign(record)

    assert notices()[1:] == [("record_sealed", supervisor)]
    assert Job.objects.filter(task="records.tasks.render_document").count() == 4


def test_who_else_holds_a_child_hears_when_its_entry_is_sealed(kit: EntriesKit, org: Org) -> None:
    record, (entry, _) = kit.session("P1", "P2")
    Allocation.objects.create(
        child=entry.child, holder=org.outsider, starts_on=date(2026, 6, 1), recorded_at=NOON, without_worker=False
    )
    kit.sign_with(record, [entry])
    assert ("record_sealed", str(org.outsider.pk)) not in notices()

    kit.countersign(record)

    assert ("record_sealed", str(org.outsider.pk)) in notices()


def test_closing_the_record_closes_its_entries_without_the_reason(kit: EntriesKit, org: Org) -> None:
    record, entries = kit.awaiting_with("P1", "P2")
    StaffMember.objects.filter(pk=org.worker.pk).update(left_on=date(2026, 11, 10))

    part = close(
        kit, record, text="She has left after a long illness.", actor=org.actor(org.team_manager, on=LATER.date())
    )

    for entry in entries:
        own = last(entry)
        assert (own.act, own.kind, own.relation, own.state_after) == (part.act, "closure", "next_up", State.SEALED)
        assert "The reason stands in that record." in words_in(own)
        assert "illness" not in words_in(own)
        assert services.verify(fresh(entry)).intact
    assert services.verify(fresh(record)).intact
    assert selectors.unfinished_records(actor=org.actor(org.team_manager, on=LATER.date())) == []


def test_drafts_of_entries_stand_in_no_list_of_their_own(kit: EntriesKit, org: Org) -> None:
    record, _ = kit.session("P1", "P2")
    StaffMember.objects.filter(pk=org.worker.pk).update(left_on=date(2026, 11, 10))

    assert [row.record.pk for row in selectors.drafts_of(actor=kit.supervisor)] == [record.pk]
    rows = selectors.unfinished_records(actor=org.actor(org.team_manager, on=LATER.date()))
    assert [row.record_id for row in rows] == [record.pk]
    entry = kit.entry(kit.child("P9"), values=None)
    assert entry.pk not in list(selectors.untouched_drafts(opened_before=LATER))


@pytest.mark.req("R110")
def test_the_entries_of_a_record_and_the_record_of_an_entry_are_found_within_sight(kit: EntriesKit, org: Org) -> None:
    record, entries = kit.awaiting_with("P2", "P1")
    worker, next_up = kit.worker, org.actor(org.team_manager)

    assert [each.pk for each in selectors.entries_of(record, actor=worker)] == [each.pk for each in entries]
    assert selectors.bound_by(entries[0], actor=next_up) == record
    assert selectors.answered_with(entries[0], actor=worker) == record
    kit.countersign(record)
    assert selectors.answered_with(fresh(entries[0]), actor=worker) is None
    assert selectors.entries_of(record, actor=org.actor(org.sysadmin)) == []
    assert selectors.bound_by(entries[0], actor=org.actor(org.outsider)) is None
    assert binding.bound_by(kit.entry(kit.child("P3"))) is None


def test_signing_with_many_entries_asks_little_for_each(kit: EntriesKit) -> None:
    asked = []
    for count in (5, 20):
        record, entries = kit.session(*[f"P{count}{number}" for number in range(count)])
        shown = kit.to_sign(record, entries).shown
        with CaptureQueriesContext(connection) as to_sign:
            kit.to_sign(record, entries)
        with CaptureQueriesContext(connection) as signing:
            kit.sign_with(record, entries, shown=shown)
        answer = kit.answer(record, comments="Thank you.")
        with CaptureQueriesContext(connection) as countersigning:
            kit.countersign(record, shown=answer)
        asked.append((len(to_sign), len(signing), len(countersigning)))

    few, many = asked
    assert few[0] == many[0]
    assert (many[1] - few[1]) / 15 <= 3
    assert (many[2] - few[2]) / 15 <= 5


def group_with(kit: EntriesKit, org: Org) -> tuple[Record, Record]:
    """The record of a group that somebody else recorded, and the entry for a child whom the worker brought to it."""
    recorder = org.actor(org.outsider)
    record = services.open_group_record(
        group="Reflective group",
        led_by=org.outsider.pk,
        attendees=[org.worker.pk],
        template=policies.record_template("plain_group_record"),
        policy_slug="shropshire-2017",
        policy_version="3",
        actor=recorder,
        at=NOON - timedelta(hours=1),
    )
    return record, kit.entry(kit.child("P1"), actor=recorder)


def test_an_entry_of_a_group_waits_for_its_worker_by_itself(kit: EntriesKit, org: Org) -> None:
    kit.draft()
    record, entry = group_with(kit, org)
    recorder = org.actor(org.outsider)
    sections = selectors.template_of(record).sections
    typed = {
        item.id: "What we spoke of." for section in sections for item in section.fields if item.type == "long_text"
    }
    for section in sections:
        fields = {item.id: typed[item.id] for item in section.fields if item.id in typed}
        if fields:
            kit.save(record, section.id, fields, version=0, actor=recorder)

    kit.sign_with(record, [entry], actor=recorder)

    assert fresh(record).get_state() is State.SEALED
    assert fresh(entry).get_state() is State.AWAITING
    assert notices()[-1] == ("record_to_countersign", str(org.worker.pk))
    assert [row.record.pk for row in selectors.drafts_of(actor=kit.worker)][-1] == entry.pk
    assert selectors.answered_with(fresh(entry), actor=kit.worker) is None

    kit.send_back(fresh(entry), reason="It was on Tuesday.")
    assert [row.record.pk for row in selectors.drafts_of(actor=recorder)] == [entry.pk]
    given = {"facts": {"held_on": "2026-11-09"}, "given": kit.text_of(entry).given}
    shown = kit.shown(fresh(entry), **given)
    kit.sign(fresh(entry), actor=recorder, shown=shown, at=NOON + timedelta(minutes=45), **given)
    kit.countersign(fresh(entry))

    assert fresh(entry).get_state() is State.SEALED
    assert all(services.verify(fresh(each)).intact for each in (record, entry))
    assert not Record.objects.visible_to(recorder).filter(pk=entry.pk).exists()
