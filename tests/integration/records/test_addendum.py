"""Addenda: what was signed stays, both may add, each sees their own, and what the record says of itself stays true."""

from datetime import date, timedelta

import pytest

from core.errors import NotAllowed, RuleBroken, Stale
from outbox.models import Job
from records import canonical, rules, selectors, services
from records.models import DraftSection, Part, PartContent, Record
from records.rules import Meaning, Relation, Sensitivity, State
from staff.models import SupervisionRelationship
from supervision.models import SupervisionSession
from supervision.selectors import contracts_of, session_page
from supervision.selectors.rows import session_rows
from tests.access.world import make_contract
from tests.adding_kit import LATER, add, shown_addendum, type_own
from tests.org import RECORDED, Org
from tests.records_kit import NOON, Kit, fresh
from trail.models import Entry

FACTS = {"held_on": "2026-11-06", "minutes": 60, "mode": "video"}


def words_of(part: Part) -> str:
    return " ".join(
        PartContent.objects.filter(part=part).exclude(section="_evidence").values_list("content", flat=True)
    )


@pytest.mark.scenario(2, "a")
def test_either_adds_to_a_sealed_record_and_what_was_signed_stays(kit: Kit) -> None:
    record = kit.sealed()
    before = [bytes(part.body) for part in Part.objects.filter(record=record)]

    first = add(kit, record, actor=kit.supervisor, text="The visit was agreed for Friday.")
    second = add(kit, fresh(record), actor=kit.worker, text="I see it otherwise.", at=LATER + timedelta(hours=1))

    assert [bytes(part.body) for part in Part.objects.filter(record=record, seq__lte=2)] == before
    bodies = [canonical.parse(bytes(part.body)) for part in (first, second)]
    assert [(body["seq"], body["kind"], body["prev"]) for body in bodies] == [
        (3, "addendum", Part.objects.get(record=record, seq=2).digest),
        (4, "addendum", first.digest),
    ]
    assert [body["signature"]["relation"] for body in bodies] == [Relation.SUPERVISOR, Relation.SUPERVISEE]
    assert [[row["id"] for row in body["sections"]] for body in bodies] == [["_addendum"], ["_addendum"]]
    assert all(body["facts"] == {} and body["corrects"] is None for body in bodies)
    assert bodies[0]["signature"]["statement"].startswith("I add this to the record, in my own name.")
    assert "agreed for Friday" in words_of(first)
    assert "Friday" not in bytes(first.body).decode()
    assert fresh(record).get_state() is State.SEALED
    assert services.verify(fresh(record)).intact


@pytest.mark.scenario(2, "a")
def test_nothing_else_is_possible_after_both_have_signed(kit: Kit) -> None:
    record = kit.sealed()

    with pytest.raises(NotAllowed, match="signed and sealed"):
        kit.save(record, "workload", {"discussed": "Something else."}, version=0)
    with pytest.raises(RuleBroken, match="already signed and sealed"):
        kit.sign(record)

    assert Part.objects.filter(record=record).count() == 2


def test_a_new_head_has_a_pdf_of_its_own_and_the_other_person_is_told(kit: Kit) -> None:
    record = kit.sealed()
    Job.objects.all().delete()

    part = add(kit, record, actor=kit.worker)

    job = Job.objects.get(task="records.tasks.render_document")
    assert job.arguments == {"record_id": str(record.pk), "head": part.digest}
    told = Job.objects.get(task="notifications.tasks.notify").arguments
    assert (told["person_id"], told["kind"]) == (str(kit.org.supervisor.pk), "record_added_to")
    assert Entry.objects.get(verb="record.added_to").actor_id == kit.org.worker.pk


def test_a_contract_is_added_to_and_stays_in_force(kit: Kit, shropshire: Org) -> None:
    kit.facts = {"every": "P1M", "minutes": 90, "format": "Individual", "review_on": "2027-11-09"}
    record = make_contract(kit)
    kit.countersign(fresh(record), comments="")

    part = add(kit, fresh(record), actor=kit.worker)

    assert canonical.parse(bytes(part.body))["signature"]["statement"].startswith("I add this to the contract")
    view = contracts_of(people=[kit.org.worker.pk], on=LATER.date())[kit.org.worker.pk]
    assert view.is_in_force
    assert view.starts_on == NOON.date()


def test_each_sees_only_what_they_type_themselves_and_signing_leaves_the_others_words_alone(kit: Kit) -> None:
    record = kit.sealed()
    type_own(record, rules.ADDENDUM, "The worker's words.", actor=kit.worker)
    shown = shown_addendum(record, "The supervisor's words.", actor=kit.supervisor)

    (own,) = selectors.own_draft(record=record, section=selectors.ADDENDUM_SECTION, actor=kit.worker).parts
    add(kit, record, actor=kit.supervisor, shown=shown)

    assert own.values == {"text": "The worker's words."}
    (left,) = DraftSection.objects.filter(record=record)
    assert (left.values["text"], left.updated_by_id) == ("The worker's words.", kit.org.worker.pk)
    assert add(kit, fresh(record), actor=kit.worker, text="The worker's words.").seq == 4


def test_what_somebody_else_typed_cannot_be_written_over(kit: Kit) -> None:
    record = kit.sealed()
    type_own(record, rules.ADDENDUM, "The worker's words.", actor=kit.worker)
    (typed,) = selectors.own_typed(record, rules.ADDENDUM, kit.worker)

    with pytest.raises(RuleBroken, match="no such section"):
        services.save_own(record_id=record.pk, sections=[typed], actor=kit.supervisor, at=LATER)


def test_refuses_nothing_another_text_and_an_old_challenge(kit: Kit) -> None:
    record = kit.sealed()
    page = selectors.shown_for_adding(record, corrects=False)

    with pytest.raises(RuleBroken, match="Write what you want to add") as refused:
        add(kit, record, actor=kit.worker, shown=selectors.shown_with(page, []))
    shown = shown_addendum(record, "One.", actor=kit.worker)
    type_own(record, rules.ADDENDUM, "Two.", actor=kit.worker)
    with pytest.raises(Stale, match="changed after you opened it"):
        add(kit, record, actor=kit.worker, shown=shown)
    with pytest.raises(rules.ChallengeStale):
        add(kit, record, actor=kit.worker, challenge=kit.challenge(LATER, age=timedelta(hours=1)))

    assert refused.value.field == "text"
    assert Part.objects.filter(record=record).count() == 2


def test_refuses_what_is_not_sealed_and_anybody_but_the_two(kit: Kit, org: Org) -> None:
    awaiting, sealed = kit.awaiting(), kit.sealed()
    page = selectors.shown_for_adding(awaiting, corrects=False)

    with pytest.raises(RuleBroken, match="once this is signed and sealed"):
        add(kit, awaiting, actor=kit.worker, shown=selectors.shown_with(page, []))
    with pytest.raises(NotAllowed, match="Only Amara Obi and their supervisor"):
        add(kit, sealed, actor=org.actor(org.team_manager), shown="")
    with pytest.raises(Record.DoesNotExist):
        add(kit, sealed, actor=org.actor(org.outsider), shown="")


def test_a_successor_adds_as_supervisor(kit: Kit, org: Org) -> None:
    record = kit.sealed()
    SupervisionRelationship.objects.filter(supervisee=org.worker).update(ends_on=date(2026, 11, 10))
    SupervisionRelationship.objects.create(
        supervisee=org.worker, supervisor=org.outsider, starts_on=date(2026, 11, 10), recorded_at=RECORDED
    )

    with pytest.raises(Record.DoesNotExist):
        add(kit, record, actor=org.actor(org.supervisor, on=LATER.date()), shown="")
    part = add(kit, record, actor=org.actor(org.outsider, on=LATER.date()))

    assert (part.relation, part.signer_id) == (Relation.SUPERVISOR, org.outsider.pk)


def test_one_about_health_is_read_by_the_two_alone(kit: Kit, org: Org) -> None:
    record = kit.sealed()

    add(kit, record, actor=kit.worker, text="The operation was in May.", sensitivity=Sensitivity.HEALTH)

    masked = selectors.record_reading(record=fresh(record), actor=org.actor(org.team_manager)).parts[-1]
    full = selectors.record_reading(record=fresh(record), actor=kit.supervisor).parts[-1]
    assert list(masked.contents.values()) == [None]
    assert "operation" in str(full.contents)


# What a record says of itself stays true after addenda


@pytest.mark.scenario(22, "a")
@pytest.mark.parametrize(
    ("meaning", "standing"),
    [(Meaning.AGREE, "sealed"), (Meaning.SEEN_NOT_AGREED, "not_agreed"), (Meaning.DECLINE, "declined")],
)
def test_a_refusal_is_seen_everywhere_after_an_addendum(kit: Kit, meaning: Meaning, standing: str) -> None:
    record = kit.awaiting()
    kit.countersign(record, meaning=meaning, reason="" if meaning is Meaning.AGREE else "It was not so.")
    session = SupervisionSession.objects.create(
        supervisee=kit.org.worker,
        supervisor=kit.org.supervisor,
        on=date(2026, 11, 9),
        starts="10:00",
        ends="11:30",
        status="held",
        booked_at=NOON,
        closed_at=NOON,
        record=record,
    )
    agreed = rules.is_agreed(fresh(record).get_heads())

    add(kit, fresh(record), actor=kit.supervisor)

    heads = fresh(record).get_heads()
    assert rules.standing_of(heads) == standing
    assert rules.is_agreed(heads) is agreed is (meaning is not Meaning.DECLINE)
    assert rules.is_signed_by_both(heads) is (meaning is Meaning.AGREE)
    assert [row.record_state for row in session_rows(people=[kit.org.worker.pk])] == [standing]
    found = SupervisionSession.objects.get(pk=session.pk)
    assert session_page(session=found, actor=kit.worker).standing == standing


def test_a_declined_contract_stays_declined_after_an_addendum(kit: Kit, shropshire: Org) -> None:
    record = make_contract(kit)
    kit.countersign(fresh(record), meaning=Meaning.DECLINE, comments="", reason="Too rare.")

    add(kit, fresh(record), actor=kit.supervisor)

    view = contracts_of(people=[kit.org.worker.pk], on=LATER.date())[kit.org.worker.pk]
    assert view.standing == "declined"


# Corrections


def test_a_correction_states_the_right_facts_and_which_part_stated_the_wrong_ones(kit: Kit) -> None:
    record = kit.sealed()

    first = add(kit, record, actor=kit.supervisor, text="It was on Friday.", facts=FACTS)
    again = {**FACTS, "minutes": 75}
    second = add(kit, fresh(record), actor=kit.supervisor, text="And it was longer.", facts=again)

    bodies = [canonical.parse(bytes(part.body)) for part in (first, second)]
    assert [body["corrects"]["seq"] for body in bodies] == [1, 3]
    assert bodies[0]["facts"] == FACTS
    assert [row["id"] for row in bodies[0]["sections"]] == ["_addendum"]
    now = selectors.record_facts(fresh(record))
    assert dict(now.facts) == again
    assert [change.was for change in now.changes["minutes"]] == [90, 60]
    assert canonical.parse(bytes(Part.objects.get(record=record, seq=1).body))["facts"]["held_on"] == "2026-11-09"
    assert services.verify(fresh(record)).intact
    told = Job.objects.filter(task="notifications.tasks.notify", arguments__kind="record_corrected")
    assert {job.arguments["person_id"] for job in told} == {str(kit.org.worker.pk)}


def test_a_late_entry_stays_late_as_it_was_first_signed(kit: Kit) -> None:
    record = kit.draft()
    late = rules.LateEntry(22, 16)
    kit.sign(record, late=late, shown=kit.shown(record, late=late))
    kit.countersign(fresh(record))

    part = add(kit, fresh(record), actor=kit.supervisor, facts=FACTS)

    assert canonical.parse(bytes(part.body))["late"] == {"calendar_days": 22, "working_days": 16}


def test_refuses_a_correction_of_nothing_without_a_reason_or_by_the_supervisee(kit: Kit) -> None:
    record = kit.sealed()
    same = {"held_on": "2026-11-09", "minutes": 90}
    page = selectors.shown_for_adding(record, corrects=True)

    with pytest.raises(RuleBroken, match="what the record says already"):
        add(kit, record, actor=kit.supervisor, facts=same)
    DraftSection.objects.filter(record=record).delete()
    with pytest.raises(RuleBroken, match="Say why it is corrected"):
        add(kit, record, actor=kit.supervisor, facts=FACTS, shown=selectors.shown_with(page, []))
    with pytest.raises(NotAllowed, match="You can write an addendum"):
        add(kit, record, actor=kit.worker, facts=FACTS, shown="")


def test_a_second_correction_of_what_was_shown_before_the_first_is_stale(kit: Kit) -> None:
    record = kit.sealed()
    shown = shown_addendum(record, "It was on Friday.", actor=kit.supervisor, corrects=True)
    add(kit, record, actor=kit.supervisor, text="It was on Friday.", facts=FACTS)
    type_own(record, rules.CORRECTION, "It was on Friday.", actor=kit.supervisor)

    with pytest.raises(Stale):
        add(kit, fresh(record), actor=kit.supervisor, facts={**FACTS, "minutes": 75}, shown=shown)


@pytest.mark.parametrize(
    ("changes", "what"),
    [
        ({"corrects": {"seq": 2}}, "corrects part 2, which states no facts"),
        ({"corrects": None}, "states facts and does not say what they correct"),
        ({"relation": "next_up"}, "of the kind addendum is not signed as next_up"),
    ],
)
def test_the_check_finds_an_addendum_that_no_page_could_have_made(kit: Kit, changes: dict, what: str) -> None:
    record = kit.sealed()
    add(kit, record, actor=kit.supervisor, facts=FACTS)
    parts = selectors.stored_parts(fresh(record), readable=tuple(Sensitivity), evidence=True)
    body = canonical.loads(parts[-1].raw)

    if "corrects" in changes:
        body["corrects"] = changes["corrects"] and {**body["corrects"], **changes["corrects"]}
    body["signature"] |= {key: value for key, value in changes.items() if key == "relation"}

    before = selectors.verified_parts(record)[:2]
    assert any(what in fault for fault in canonical._addition_faults(body, before=before))
    untouched = canonical.loads(parts[-1].raw)
    assert list(canonical._addition_faults(untouched, before=before)) == []
