"""The hand-over brief: drafted from the file, signed by who ends and then by who comes after, read by the supervisee."""

from datetime import UTC, date, datetime, time, timedelta
from typing import Any

import pytest
from django.db import IntegrityError, transaction

from core.errors import NotAllowed, RuleBroken, Stale
from policies import services as policies
from records import rules, selectors, services
from records.access import relation_of
from records.models import Action, Record
from records.pdf_wording import build_page
from records.rules import Audience, Meaning, Relation, State
from records.unfinished import UNFINISHED
from records.values import TypedSection
from staff.models import CategoryHeld, SupervisionRelationship
from supervision import services as supervision
from supervision.handing_over import selectors as handing_over
from supervision.handing_over import services as hand_over
from supervision.models import HandoverBrief, Matter
from supervision.rules import Times
from tests import handover_kit as kit
from tests.handover_kit import CONDUCT, FIRST_DAY, FIRST_WEEKS, HEALTH, LAST_DAY
from tests.integration.scenarios import kit as sessions
from tests.org import RECORDED, Org, add_person
from tests.records_kit import EVIDENCE, fresh

DECIDED = datetime(2026, 11, 20, 12, tzinfo=UTC)
WRITTEN = datetime(2026, 11, 25, 12, tzinfo=UTC)
MORNING = datetime(2026, 12, 1, 9, tzinfo=UTC)


@pytest.fixture
def planned(org: Org) -> Org:
    """The last session with X is signed by both; Y supervises from 1 December on."""
    policies.adopt(slug="st-helens", starts_on=date(2017, 6, 1), at=RECORDED)
    CategoryHeld.objects.filter(person=org.worker).update(category="social_worker")
    at = datetime(2026, 11, 9, 15, tzinfo=UTC)
    record = sessions.hold(org, on=at.date(), at=at)
    agreed = [
        {"what": "Ask for a placement", "who": "Priya Nair", "who_id": str(org.supervisor.pk), "by": "", "priority": ""}
    ]
    sessions.write(org, record, "practice", by=org.supervisor, at=at, discussed="Eleven children.", actions=agreed)
    sessions.write(org, record, "decided", by=org.supervisor, at=at, decided="no")
    for section in ("development", "wellbeing"):
        sessions.write(org, record, section, by=org.supervisor, at=at, discussed="As before.")
    sessions.sign(org, record, at=at)
    sessions.countersign(org, record, at=at)
    kit.plan(org, at=DECIDED)
    return org


def signed(org: Org) -> Record:
    record = kit.begin(org, at=WRITTEN)
    kit.sign(org, record, at=WRITTEN)
    return record


def words_of(record: Record, audience: Audience = Audience.FULL) -> str:
    return repr(build_page(selectors.parts_for(record, audience=audience), organisation="Demo authority"))


@pytest.mark.scenario(5, "c")
@pytest.mark.req("R105")
def test_the_one_signs_and_the_other_countersigns_and_it_is_sealed(planned: Org) -> None:
    record = signed(planned)
    assert fresh(record).get_state() is State.AWAITING
    assert rules.awaits(fresh(record).get_heads()) == {Relation.SUCCESSOR}

    part = kit.countersign(planned, record.pk, at=MORNING, comments="I begin with the court date.")

    assert fresh(record).get_state() is State.SEALED
    assert (part.relation, part.signer_id) == (Relation.SUCCESSOR, planned.outsider.pk)
    assert services.verify(fresh(record)).fault == ""
    page = words_of(record)
    for said in (FIRST_WEEKS, HEALTH, CONDUCT, "I begin with the court date.", "Priya Nair and Oscar Reed"):
        assert said in page


def test_it_begins_with_what_the_file_says(planned: Org) -> None:
    supervision.book_session(
        supervisee_id=planned.worker.pk,
        times=Times(on=date(2026, 12, 4), starts=time(9), ends=time(10, 30)),
        mode="in_person",
        place="",
        actor=planned.actor(planned.supervisor, on=DECIDED.date()),
        at=DECIDED,
    )
    record = kit.begin(planned, at=WRITTEN)
    change = handing_over.change_of_brief(record)
    assert change

    given = handing_over.brief_context(record=record, change=change, on=WRITTEN.date()).given.computed

    said = {field: text for (_, field), text in given.items()}
    assert said["supervisor"] == "Priya Nair, until Monday 30 November 2026"
    assert said["successor"] == "Oscar Reed"
    assert said["last_session"] == "Monday 9 November 2026, 90 minutes."
    assert said["next_due"].startswith("Monday 7 December 2026. ")
    assert said["booked"] == "Friday 4 December 2026, 9:00 to 10:30"
    assert said["open_actions"] == "Ask for a placement (Priya Nair)"
    assert said["contract"].startswith("No contract")
    assert said["agreed"] == "None."
    assert said["matters"] == "Nothing."


def test_of_a_matter_that_is_with_a_manager_it_says_that_there_is_one_and_no_word_of_it(planned: Org) -> None:
    Matter.objects.create(
        kind=Matter.Kind.DISAGREEMENT,
        supervisee=planned.worker,
        supervisor=planned.supervisor,
        raised_by=planned.worker,
        referred_to=planned.team_manager,
        subject="Whether to close B",
        raised_at=DECIDED,
    )
    record = signed(planned)

    full, masked = words_of(record), words_of(record, Audience.MASKED)

    assert "Disagreement, put on Friday 20 November 2026: waits for an answer" in full
    assert "Whether to close B" not in full
    assert "Disagreement, put on" not in masked


@pytest.mark.scenario(5, "d")
def test_who_reads_it_and_when(planned: Org) -> None:
    record = kit.begin(planned, at=WRITTEN)
    people = ("supervisor", "worker", "outsider", "team_manager", "head", "hr", "sysadmin")

    def readers(on: date) -> set[str]:
        return {
            name
            for name in people
            if Record.objects.visible_to(planned.actor(getattr(planned, name), on=on)).filter(pk=record.pk).exists()
        }

    assert readers(WRITTEN.date()) == {"supervisor"}
    kit.sign(planned, record, at=WRITTEN)
    assert readers(LAST_DAY) == {"supervisor", "worker", "team_manager"}
    assert readers(FIRST_DAY) == {"worker", "outsider", "team_manager"}
    kit.countersign(planned, record.pk, at=MORNING)
    assert readers(FIRST_DAY) == {"worker", "outsider", "team_manager"}


def test_the_next_manager_up_reads_it_without_health_and_conduct(planned: Org) -> None:
    record = signed(planned)
    manager = planned.actor(planned.team_manager, on=FIRST_DAY)

    assert not Record.objects.readable_in_full_by(manager).filter(pk=record.pk).exists()
    masked = words_of(record, Audience.MASKED)
    assert FIRST_WEEKS in masked
    assert HEALTH not in masked
    assert CONDUCT not in masked


@pytest.mark.scenario(5, "d")
def test_it_is_signed_until_the_last_day_and_not_on_the_day_of_the_change(planned: Org) -> None:
    record = kit.begin(planned, at=WRITTEN)

    with pytest.raises(Record.DoesNotExist):
        kit.sign(planned, record, at=MORNING)
    kit.sign(planned, record, at=datetime(2026, 11, 30, 23, 30, tzinfo=UTC))

    assert fresh(record).get_state() is State.AWAITING


def test_what_is_not_signed_in_time_nobody_reads_and_the_manager_closes(planned: Org) -> None:
    record = kit.begin(planned, at=WRITTEN)
    assert not UNFINISHED.visible_to(planned.actor(planned.team_manager, on=LAST_DAY)).exists()

    manager = planned.actor(planned.team_manager, on=FIRST_DAY)

    found: Any
    [found] = UNFINISHED.visible_to(manager)
    assert (found.pk, found.author_gone) == (record.pk, "supervises_no_longer")
    for name in ("supervisor", "worker", "outsider", "team_manager"):
        actor = planned.actor(getattr(planned, name), on=FIRST_DAY)
        assert not Record.objects.visible_to(actor).filter(pk=record.pk).exists()


def test_the_new_supervisor_sees_and_signs_nothing_before_the_first_day(planned: Org) -> None:
    record = signed(planned)

    with pytest.raises(Record.DoesNotExist):
        kit.countersign(planned, record.pk, at=datetime(2026, 11, 30, 23, 30, tzinfo=UTC))


def test_nobody_but_the_new_supervisor_countersigns_it_and_nobody_sends_it_back(planned: Org) -> None:
    record = signed(planned)

    for name in ("worker", "team_manager"):
        with pytest.raises(NotAllowed, match="Only the new supervisor"):
            kit.countersign(planned, record.pk, at=MORNING, by=getattr(planned, name))
    with pytest.raises(NotAllowed, match="is not sent back"):
        services.return_for_correction(
            record_id=record.pk,
            shown="",
            challenge=kit.challenge(MORNING),
            evidence=EVIDENCE,
            actor=planned.actor(planned.outsider, on=FIRST_DAY),
            at=MORNING,
        )


def test_whoever_covers_or_supervises_besides_reads_it_and_does_not_sign_as_successor(planned: Org) -> None:
    record = signed(planned)
    second = add_person("Ann Lowe", team=planned.team, job_title="Consultant")
    SupervisionRelationship.objects.create(
        supervisee=planned.worker,
        supervisor=second,
        kind=SupervisionRelationship.Kind.PROFESSIONAL,
        starts_on=date(2026, 1, 1),
        recorded_at=RECORDED,
    )
    actor = planned.actor(second, on=FIRST_DAY)

    assert Record.objects.visible_to(actor).filter(pk=record.pk).exists()
    assert relation_of(actor, fresh(record)) is None
    with pytest.raises(NotAllowed):
        kit.countersign(planned, record.pk, at=MORNING, by=second)


def test_a_disagreement_is_said_with_its_reason_and_seals_it(planned: Org) -> None:
    record = signed(planned)

    with pytest.raises(RuleBroken):
        kit.countersign(planned, record.pk, at=MORNING, meaning=Meaning.SEEN_NOT_AGREED)
    kit.countersign(planned, record.pk, at=MORNING, meaning=Meaning.SEEN_NOT_AGREED, reason="Two actions are done.")

    assert fresh(record).get_state() is State.SEALED
    assert rules.standing_of(fresh(record).get_heads()) == "not_agreed"


def test_the_supervisee_adds_to_it_once_it_is_sealed(planned: Org) -> None:
    record = signed(planned)
    kit.countersign(planned, record.pk, at=MORNING)
    actor = planned.actor(planned.worker, on=FIRST_DAY)
    services.save_own(
        record_id=record.pk,
        sections=[TypedSection(rules.ADDENDUM, selectors.own_key(actor), 0, {"text": "It was my idea."})],
        actor=actor,
        at=MORNING,
    )

    part = services.add_addendum(
        record_id=record.pk,
        shown=selectors.shown_with(
            selectors.shown_for_adding(fresh(record), corrects=False),
            selectors.own_typed(fresh(record), rules.ADDENDUM, actor),
        ),
        sensitivity=rules.Sensitivity.SHARED,
        challenge=kit.challenge(MORNING),
        evidence=EVIDENCE,
        actor=actor,
        at=MORNING,
    )

    assert part.relation == Relation.SUPERVISEE
    assert services.verify(fresh(record)).fault == ""


def test_what_the_file_says_otherwise_by_now_is_read_again_before_it_is_signed(planned: Org) -> None:
    record = kit.begin(planned, at=WRITTEN)
    seen = kit.shown(record, on=WRITTEN.date())
    services.close_action(
        action_id=Action.objects.get(what="Ask for a placement").pk,
        status="done",
        reason="",
        actor=planned.actor(planned.supervisor, on=WRITTEN.date()),
        at=WRITTEN,
    )

    with pytest.raises(Stale):
        hand_over.sign_brief(
            record_id=record.pk,
            shown=seen,
            challenge=kit.challenge(WRITTEN),
            evidence=EVIDENCE,
            actor=planned.actor(planned.supervisor, on=WRITTEN.date()),
            at=WRITTEN,
        )


def test_begun_twice_it_is_one_brief(planned: Org) -> None:
    first = kit.begin(planned, at=WRITTEN)
    second = hand_over.open_brief(
        person_id=planned.worker.pk, actor=planned.actor(planned.supervisor, on=WRITTEN.date()), at=WRITTEN
    )

    assert first == second
    brief = HandoverBrief.objects.get()
    with pytest.raises(IntegrityError), transaction.atomic():
        HandoverBrief.objects.create(relationship=brief.relationship, record=brief.record)


@pytest.mark.parametrize("who", ["outsider", "team_manager", "worker", "head"])
def test_nobody_else_begins_it(planned: Org, who: str) -> None:
    with pytest.raises((NotAllowed, RuleBroken)):
        hand_over.open_brief(
            person_id=planned.worker.pk, actor=planned.actor(getattr(planned, who), on=WRITTEN.date()), at=WRITTEN
        )


def test_without_a_planned_change_there_is_no_brief(org: Org) -> None:
    with pytest.raises(RuleBroken, match="No change of this supervisor is planned"):
        hand_over.open_brief(person_id=org.worker.pk, actor=org.actor(org.supervisor, on=WRITTEN.date()), at=WRITTEN)


def test_with_two_changes_ahead_each_supervisor_writes_for_the_next(planned: Org) -> None:
    third = add_person("Ben Shaw", team=planned.team, job_title="Senior social worker")
    kit.plan(planned, at=DECIDED + timedelta(hours=1), to=third, starts_on=date(2027, 1, 4))

    record = signed(planned)

    change = handing_over.change_of_brief(record)
    assert change
    assert (change.successor_id, change.starts_on) == (planned.outsider.pk, FIRST_DAY)
    following = handing_over.change_of(planned.worker.pk, on=FIRST_DAY)
    assert following
    assert (following.former_id, following.successor_id) == (planned.outsider.pk, third.pk)
