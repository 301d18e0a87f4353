"""Records and contracts: opened, written, signed by the supervisor, countersigned by the supervisee."""

from datetime import UTC, date, datetime, time, timedelta
from typing import Any

import pytest

from core.errors import RuleBroken, Stale
from policies.rules.durations import Duration
from records import selectors as record_selectors
from records import services as records
from records.models import DraftSection, Part, Record
from records.rules import REASON, ChallengeStale, Meaning
from records.services import Evidence, Incomplete
from staff.challenge import Challenge
from staff.models import StaffMember, SupervisionRelationship
from supervision import selectors, services
from supervision.models import SupervisionSession
from supervision.rules import Standing, Times
from tests.org import Org
from tests.records_kit import Kit, type_answer
from trail.models import Entry

MONDAY = date(2026, 11, 9)
NOON = datetime(2026, 11, 9, 12, tzinfo=UTC)
FRESH = Challenge(method="demo", auth_time=NOON - timedelta(minutes=1))
EVIDENCE = Evidence(address="192.0.2.1", browser="Suite")


def hold(org: Org, on: date) -> SupervisionSession:
    return services.hold_session(
        supervisee_id=org.worker.pk,
        session_id=None,
        times=Times(on=on, starts=time(10), ends=time(11, 30)),
        mode="in_person",
        place="",
        actor=org.actor(org.supervisor, on=MONDAY),
        at=NOON,
    )


def write(org: Org, record: Record, section: str, **fields: Any) -> None:
    row = DraftSection.objects.filter(record=record, section=section).first()
    kept = row.values if row else {}
    records.save_section(
        record_id=record.pk,
        section=section,
        key=None,
        fields={**kept, **fields},
        version=row.version if row else 0,
        actor=org.actor(org.supervisor, on=MONDAY),
        at=NOON,
    )


def sign(org: Org, record: Record, *, challenge: Challenge = FRESH, shown: str = "") -> Part:
    context = selectors.signing_context(record=record, on=MONDAY)
    text = record_selectors.text_to_sign(record=record, facts=context.facts, late=context.late, given=context.given)
    return services.sign_record(
        record_id=record.pk,
        shown=shown or text.shown,
        challenge=challenge,
        evidence=EVIDENCE,
        actor=org.actor(org.supervisor, on=MONDAY),
        at=NOON,
    )


def countersign(org: Org, record: Record, meaning: Meaning = Meaning.AGREE, reason: str = "") -> Part:
    actor = org.actor(org.worker, on=MONDAY)
    return records.countersign(
        record_id=record.pk,
        shown=type_answer(record, {REASON: {"text": reason}}, actor=actor, at=NOON),
        meaning=meaning,
        challenge=FRESH,
        evidence=EVIDENCE,
        actor=actor,
        at=NOON,
    )


def contract(org: Org) -> Record:
    record = services.open_contract(supervisee_id=org.worker.pk, actor=org.actor(org.supervisor, on=MONDAY), at=NOON)
    write(org, record, "key_tasks", key_tasks="Hold and progress a caseload of children in need")
    return record


def standing_of(org: Org, person: StaffMember, on: date = MONDAY) -> Standing:
    return selectors.contracts_of(people=[person.pk], on=on)[person.pk].standing


# -- contracts


@pytest.mark.req("R121")
def test_a_relationship_without_a_contract_is_shown_as_such(shropshire: Org) -> None:
    assert standing_of(shropshire, shropshire.worker) is Standing.MISSING


@pytest.mark.req("R064", "R125", "R127")
def test_a_contract_begins_with_the_policys_frequency_a_review_in_a_year_and_the_next_manager_up(
    shropshire: Org,
) -> None:
    record = contract(shropshire)

    written = {row.section: row.values for row in record.draft_sections.all()}
    assert written["meetings"]["frequency"] == "P1M"
    assert written["review"]["review_on"] == "2027-11-09"
    assert written["disagreements"]["named_manager"]["name"] == "Tom Mills"


@pytest.mark.req("R128", "R145", "R175")
def test_a_contract_is_in_force_only_when_both_have_signed(shropshire: Org) -> None:
    record = contract(shropshire)
    draft = standing_of(shropshire, shropshire.worker)
    sign(shropshire, record)
    unsigned = standing_of(shropshire, shropshire.worker)
    countersign(shropshire, record)

    view = selectors.contracts_of(people=[shropshire.worker.pk], on=MONDAY)[shropshire.worker.pk]
    assert (draft, unsigned, view.standing) == (Standing.DRAFT, Standing.UNSIGNED, Standing.IN_FORCE)
    assert (view.every, view.minutes, view.review_on) == (Duration.parse("P1M"), 90, date(2027, 11, 9))


def test_a_declined_contract_is_not_in_force(shropshire: Org) -> None:
    record = contract(shropshire)
    sign(shropshire, record)
    countersign(shropshire, record, Meaning.DECLINE, "The key tasks are not mine")

    assert standing_of(shropshire, shropshire.worker) is Standing.DECLINED


@pytest.mark.req("R125")
def test_a_contract_is_out_of_date_from_the_day_after_its_review(shropshire: Org) -> None:
    record = contract(shropshire)
    sign(shropshire, record)
    countersign(shropshire, record)

    assert standing_of(shropshire, shropshire.worker, date(2027, 11, 9)) is Standing.IN_FORCE
    assert standing_of(shropshire, shropshire.worker, date(2027, 11, 10)) is Standing.OUT_OF_DATE


@pytest.mark.req("R047", "R123")
def test_a_contract_that_is_looser_than_the_policy_cannot_be_signed(shropshire: Org) -> None:
    record = contract(shropshire)
    write(shropshire, record, "meetings", frequency="P2M")

    with pytest.raises(RuleBroken, match="The policy asks for supervision every month"):
        sign(shropshire, record)

    write(shropshire, record, "meetings", frequency="P2W")
    assert sign(shropshire, record).facts["every"] == "P2W"


@pytest.mark.req("R042", "R047")
def test_a_tighter_contract_brings_the_due_date_forward(shropshire: Org) -> None:
    """Like a step up: the earlier of the old due date and a week from the day it was agreed."""
    hold(shropshire, date(2026, 11, 2))
    record = contract(shropshire)
    write(shropshire, record, "meetings", frequency="P1W")
    sign(shropshire, record)
    countersign(shropshire, record)

    status = selectors.statuses(people=[shropshire.worker.pk], on=date(2026, 11, 20))[shropshire.worker.pk]

    assert [(row.rule, row.status, row.due_on) for row in status.rules if row.rule == "agreed"] == [
        ("agreed", "overdue", date(2026, 11, 16))
    ]


def test_a_contract_that_is_being_drafted_is_not_begun_twice(shropshire: Org) -> None:
    assert (
        contract(shropshire).pk
        == services.open_contract(
            supervisee_id=shropshire.worker.pk, actor=shropshire.actor(shropshire.supervisor, on=MONDAY), at=NOON
        ).pk
    )


@pytest.mark.req("R122", "R124")
def test_a_contract_without_its_key_tasks_cannot_be_signed(shropshire: Org) -> None:
    record = services.open_contract(
        supervisee_id=shropshire.worker.pk, actor=shropshire.actor(shropshire.supervisor, on=MONDAY), at=NOON
    )

    with pytest.raises(Incomplete, match="Key tasks of supervisee"):
        sign(shropshire, record)


# -- records of sessions


@pytest.mark.req("R179")
def test_the_record_carries_the_date_of_the_last_session(shropshire: Org) -> None:
    hold(shropshire, date(2026, 10, 12))
    record = hold(shropshire, MONDAY).record
    write(shropshire, record, "workload", discussed="Caseload and court work", actions=[])

    part = sign(shropshire, record)

    assert part.facts["last_held_on"] == "2026-10-12"
    assert part.facts["held_on"] == "2026-11-09"
    assert part.facts["minutes"] == 90


@pytest.mark.req("R180")
def test_a_gap_longer_than_the_contracts_frequency_asks_for_its_comment(shropshire: Org) -> None:
    record = contract(shropshire)
    sign(shropshire, record)
    countersign(shropshire, record)
    hold(shropshire, date(2026, 10, 8))
    late = hold(shropshire, MONDAY).record

    with pytest.raises(Incomplete, match="gap since the last supervision"):
        sign(shropshire, late)

    write(shropshire, late, "session", gap_comment="I was in court for two weeks")
    assert sign(shropshire, late).kind == "text"


@pytest.mark.req("R180")
def test_a_gap_of_just_the_contracts_frequency_asks_for_nothing(shropshire: Org) -> None:
    record = contract(shropshire)
    sign(shropshire, record)
    countersign(shropshire, record)
    hold(shropshire, date(2026, 10, 9))

    assert sign(shropshire, hold(shropshire, MONDAY).record).kind == "text"


@pytest.mark.req("R188")
def test_the_next_date_in_the_record_is_booked(shropshire: Org) -> None:
    record = hold(shropshire, MONDAY).record
    write(shropshire, record, "next", next_session="2026-12-07T14:00")

    sign(shropshire, record)

    booked = SupervisionSession.objects.planned().get()
    assert (booked.on, booked.starts, booked.supervisee_id) == (date(2026, 12, 7), time(14), shropshire.worker.pk)


def test_a_late_entry_says_by_how_much_in_the_signed_bytes(shropshire: Org) -> None:
    record = hold(shropshire, date(2026, 10, 14)).record

    part = sign(shropshire, record)

    # 14 October to 9 November 2026: 26 days, 18 of them working days
    assert b'"late":{"calendar_days":26,"working_days":18}' in bytes(part.body)


def test_a_text_that_came_back_is_no_later_than_it_was_first(shropshire: Org) -> None:
    record = hold(shropshire, date(2026, 11, 6)).record
    unsigned = selectors.signing_context(record=record, on=MONDAY + timedelta(days=5)).late
    sign(shropshire, record)
    Kit(shropshire).send_back(Record.objects.get(pk=record.pk))

    corrected = selectors.signing_context(record=Record.objects.get(pk=record.pk), on=MONDAY + timedelta(days=5)).late

    assert unsigned.calendar_days == 8, "control"
    assert (corrected.calendar_days, corrected.working_days) == (3, 1)


def test_an_old_challenge_signs_nothing(shropshire: Org) -> None:
    record = hold(shropshire, MONDAY).record

    with pytest.raises(ChallengeStale):
        sign(shropshire, record, challenge=Challenge(method="demo", auth_time=NOON - timedelta(minutes=6)))

    assert not Part.objects.exists()


def test_what_was_changed_after_it_was_shown_is_not_signed(shropshire: Org) -> None:
    record = hold(shropshire, MONDAY).record
    context = selectors.signing_context(record=record, on=MONDAY)
    shown = record_selectors.text_to_sign(
        record=record, facts=context.facts, late=context.late, given=context.given
    ).shown
    write(shropshire, record, "workload", discussed="Something else", actions=[])

    with pytest.raises(Stale):
        sign(shropshire, record, shown=shown)

    assert not Part.objects.exists()


# -- hand-over, bounds, reads


@pytest.mark.req("R177")
def test_the_record_names_who_held_the_session_whoever_had_booked_it(shropshire: Org) -> None:
    booked = services.book_session(
        supervisee_id=shropshire.worker.pk,
        times=Times(on=MONDAY, starts=time(14), ends=time(15, 30)),
        mode="in_person",
        place="",
        actor=shropshire.actor(shropshire.supervisor, on=MONDAY),
        at=NOON,
    )
    SupervisionRelationship.objects.filter(supervisee=shropshire.worker).update(ends_on=MONDAY)
    SupervisionRelationship.objects.create(
        supervisee=shropshire.worker, supervisor=shropshire.outsider, starts_on=MONDAY, recorded_at=NOON
    )
    successor = shropshire.actor(shropshire.outsider, on=MONDAY)

    held = services.hold_session(
        supervisee_id=shropshire.worker.pk,
        session_id=booked.pk,
        times=Times(on=MONDAY, starts=time(10), ends=time(11, 30)),
        mode="in_person",
        place="",
        actor=successor,
        at=NOON,
    )

    context = selectors.signing_context(record=held.record, on=MONDAY)
    assert held.supervisor_id == shropshire.outsider.pk
    assert context.given.computed["session", "supervisor"] == "Oscar Reed"
    past = selectors.diary_page(actor=successor, on=MONDAY, wanted=selectors.Wanted(past=True)).past
    assert held in past.object_list


@pytest.mark.parametrize(
    ("section", "fields", "sentence"),
    [
        ("meetings", {"minutes": 60}, "The policy asks for sessions of 90 minutes"),
        ("review", {"review_on": "2027-11-10"}, "A contract is reviewed within 12 months"),
        ("review", {"review_on": "2026-11-09"}, "The date of review has passed already"),
    ],
)
@pytest.mark.req("R125", "R145")
def test_a_contract_keeps_within_the_policy(
    shropshire: Org, section: str, fields: dict[str, Any], sentence: str
) -> None:
    record = contract(shropshire)
    write(shropshire, record, section, **fields)

    with pytest.raises(RuleBroken, match=sentence):
        sign(shropshire, record)

    assert not Part.objects.exists()


@pytest.mark.req("R127")
@pytest.mark.parametrize("party", ["worker", "supervisor"])
def test_the_manager_to_turn_to_is_neither_of_the_two(shropshire: Org, party: str) -> None:
    record = contract(shropshire)
    person = getattr(shropshire, party)
    write(shropshire, record, "disagreements", named_manager={"id": str(person.pk), "name": person.name, "role": ""})

    with pytest.raises(RuleBroken, match="Name another manager"):
        sign(shropshire, record)


def test_a_declined_contract_asks_for_no_comment_on_a_gap(shropshire: Org) -> None:
    record = contract(shropshire)
    write(shropshire, record, "meetings", frequency="P1W")
    sign(shropshire, record)
    countersign(shropshire, record, Meaning.DECLINE, "Weekly is too often")
    hold(shropshire, date(2026, 10, 20))

    assert sign(shropshire, hold(shropshire, MONDAY).record).kind == "text"


@pytest.mark.parametrize(("name", "noted"), [("worker", 0), ("supervisor", 1), ("team_manager", 1)])
def test_reading_about_somebody_else_is_noted_before_it_is_shown(shropshire: Org, name: str, noted: int) -> None:
    session = hold(shropshire, MONDAY)
    actor = shropshire.actor(getattr(shropshire, name), on=MONDAY)

    services.read_person(person=shropshire.worker, actor=actor, number="1", at=NOON)
    services.read_session(session=session, actor=actor, at=NOON)

    for verb in ("supervision.read", "session.read"):
        assert Entry.objects.filter(verb=verb, about_id=shropshire.worker.pk, actor_id=actor.staff_id).count() == noted


def test_those_above_see_dates_without_the_why_and_nothing_of_drafts(shropshire: Org) -> None:
    session = hold(shropshire, MONDAY)
    above, next_up = (shropshire.actor(person, on=MONDAY) for person in (shropshire.head, shropshire.team_manager))

    rows = {
        actor.name: selectors.person_page(person=shropshire.worker, actor=actor, on=MONDAY, number="1").row
        for actor in (above, next_up)
    }

    assert {rule.why for rule in rows[above.name].assessment.rules} == {""}
    assert all(rule.why for rule in rows[next_up.name].assessment.rules)
    assert selectors.session_page(session=session, actor=above).draft_since is None
    assert selectors.session_page(session=session, actor=next_up).draft_since == NOON
