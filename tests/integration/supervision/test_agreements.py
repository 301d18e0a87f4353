"""Contracts: by whose form, with what the policy wants in them, changed by a new version; reviews and exceptions."""

from datetime import UTC, date, datetime, time, timedelta
from typing import Any

import pytest

from core.actor import Actor
from core.errors import NotAllowed, RuleBroken
from policies import selectors as policies
from policies.rules.durations import Duration
from records import selectors as record_selectors
from records import services as records
from records.models import Action, PartContent, Record
from records.rules import REASON, Meaning
from records.services import Incomplete
from staff.challenge import Challenge
from staff.models import CategoryHeld, StaffMember
from supervision import selectors, services
from supervision.models import FrequencyException, ReviewRequest, SupervisionSession
from supervision.rules import Standing, Times
from tests.diary_kit import held
from tests.org import Org, add_person, put_under
from tests.records_kit import EVIDENCE, Kit, type_answer

MONDAY = date(2026, 11, 9)
NOON = datetime(2026, 11, 9, 12, tzinfo=UTC)
FRESH = Challenge(method="demo", auth_time=NOON - timedelta(minutes=1))


def actor(org: Org, person: StaffMember, on: date = MONDAY) -> Actor:
    return org.actor(person, on=on)


def write(org: Org, record: Record, section: str, *, by: StaffMember | None = None, **fields: Any) -> None:
    row = record.draft_sections.filter(section=section).first()
    records.save_section(
        record_id=record.pk,
        section=section,
        key=None,
        fields={**(row.values if row else {}), **fields},
        version=row.version if row else 0,
        actor=actor(org, by or org.supervisor),
        at=NOON,
    )


def begin(org: Org) -> Record:
    return services.open_contract(supervisee_id=org.worker.pk, actor=actor(org, org.supervisor), at=NOON)


def sign(org: Org, record: Record, by: StaffMember | None = None) -> None:
    context = selectors.signing_context(record=record, on=MONDAY)
    text = record_selectors.text_to_sign(record=record, facts=context.facts, late=context.late, given=context.given)
    services.sign_record(
        record_id=record.pk,
        shown=text.shown,
        challenge=FRESH,
        evidence=EVIDENCE,
        actor=actor(org, by or org.supervisor),
        at=NOON,
    )


def countersign(org: Org, record: Record, meaning: Meaning = Meaning.AGREE, reason: str = "") -> None:
    by = actor(org, org.worker)
    records.countersign(
        record_id=record.pk,
        shown=type_answer(record, {REASON: {"text": reason}}, actor=by, at=NOON),
        meaning=meaning,
        challenge=FRESH,
        evidence=EVIDENCE,
        actor=by,
        at=NOON,
    )


def in_force(org: Org, **meetings: Any) -> Record:
    record = begin(org)
    write(org, record, "key_tasks", key_tasks="Eleven children in need")
    if meetings:
        write(org, record, "meetings", **meetings)
    sign(org, record)
    countersign(org, record)
    return record


def view(org: Org, on: date = MONDAY) -> selectors.ContractView:
    return selectors.contracts_of(people=[org.worker.pk], on=on)[org.worker.pk]


# -- the form


@pytest.mark.req("R129")
@pytest.mark.parametrize(
    ("category", "contract", "record"),
    [
        ("sw_case_management", "contract_1a", "worker_record_app2"),
        ("team_manager", "contract_1b", "managers_supervision_app5"),
    ],
)
def test_the_policy_names_the_form_for_the_category(shropshire: Org, category: str, contract: str, record: str) -> None:
    CategoryHeld.objects.filter(person=shropshire.worker).update(category=category)
    session = _held_session(shropshire)

    assert begin(shropshire).template_slug == contract
    assert session.record.template_slug == record


def _held_session(org: Org) -> SupervisionSession:
    return services.hold_session(
        supervisee_id=org.worker.pk,
        session_id=None,
        times=Times(on=MONDAY, starts=time(9), ends=time(10, 30)),
        mode="in_person",
        place="",
        actor=actor(org, org.supervisor),
        at=NOON,
    )


# -- what stands in it


@pytest.mark.req("R149", "R154")
def test_the_contract_takes_the_regulator_and_what_may_be_shared_from_the_policy(shropshire: Org) -> None:
    record = in_force(shropshire)

    signed = {row.section: row.content for row in PartContent.objects.filter(part__record=record, part__kind="text")}
    assert "Social Work England" in signed["topics"]
    for matter in ("Adult or child protection and risk", "Poor performance", "Staff safety", "Policy development"):
        assert matter in signed["confidentiality"]


def test_what_the_policy_wants_covered_is_checked_at_signing(shropshire: Org, monkeypatch: pytest.MonkeyPatch) -> None:
    policy = policies.policy_in_force(MONDAY)
    assert policy is not None
    contract = {**policy.blocks["contract"], "must_cover": ["format", "named_manager", "appraisal_date"]}
    monkeypatch.setitem(policy.blocks, "contract", contract)
    record = begin(shropshire)
    write(shropshire, record, "key_tasks", key_tasks="Eleven children in need")

    with pytest.raises(RuleBroken, match="covers “appraisal date”") as refused:
        sign(shropshire, record)
    write(shropshire, record, "other", other="The appraisal is in May")
    sign(shropshire, record)

    assert refused.value.field == "other"


def test_the_supervisee_writes_in_the_sections_for_both_and_not_in_the_others(shropshire: Org) -> None:
    record = begin(shropshire)

    write(shropshire, record, "key_tasks", by=shropshire.worker, key_tasks="Eleven children in need")
    with pytest.raises(NotAllowed, match="written by the other person"):
        write(shropshire, record, "review", by=shropshire.worker, review_on="2027-05-01")

    assert record.draft_sections.get(section="key_tasks").updated_by == shropshire.worker


# -- a new version


@pytest.mark.req("R125")
def test_a_contract_is_changed_by_a_new_version_and_the_old_one_holds_until_both_have_signed(shropshire: Org) -> None:
    old = in_force(shropshire, frequency="P2W")
    new = begin(shropshire)
    prefilled = {row.section: row.values for row in new.draft_sections.all()}
    while_drafted = view(shropshire)
    write(shropshire, new, "meetings", frequency="P1W")
    write(shropshire, new, "review_so_far", by=shropshire.worker, feedback="More time for reflection, please")
    sign(shropshire, new)
    while_unsigned = view(shropshire)
    countersign(shropshire, new)

    assert prefilled["key_tasks"] == {"key_tasks": "Eleven children in need"}
    assert prefilled["meetings"]["frequency"] == "P2W"
    assert (while_drafted.record_id, while_drafted.next_id) == (old.pk, new.pk)
    assert (while_unsigned.standing, while_unsigned.next_standing) == (Standing.IN_FORCE, Standing.UNSIGNED)
    assert while_unsigned.every == Duration.parse("P2W")
    assert (view(shropshire).record_id, view(shropshire).every) == (new.pk, Duration.parse("P1W"))


def test_a_new_version_that_is_declined_leaves_the_old_one_in_force(shropshire: Org) -> None:
    old = in_force(shropshire)
    new = begin(shropshire)
    write(shropshire, new, "review_so_far", feedback="It goes well")
    sign(shropshire, new)
    countersign(shropshire, new, Meaning.DECLINE, "Not my tasks")

    assert (view(shropshire).record_id, view(shropshire).standing) == (old.pk, Standing.IN_FORCE)


@pytest.mark.req("R169")
def test_a_new_version_asks_what_the_supervisee_says_of_the_supervision(shropshire: Org) -> None:
    in_force(shropshire)
    new = begin(shropshire)

    with pytest.raises(Incomplete, match="What the supervisee says of the supervision so far"):
        sign(shropshire, new)


# -- an earlier review


@pytest.mark.req("R125")
@pytest.mark.parametrize("who", ["worker", "supervisor"])
def test_either_asks_for_an_earlier_review_and_a_new_version_meets_it(shropshire: Org, who: str) -> None:
    in_force(shropshire)
    asked = services.ask_for_review(
        supervisee_id=shropshire.worker.pk,
        reason="The post has changed",
        actor=actor(shropshire, getattr(shropshire, who)),
        at=NOON,
    )
    standing = view(shropshire)
    new = begin(shropshire)
    write(shropshire, new, "review_so_far", feedback="It goes well")
    sign(shropshire, new)
    asked.refresh_from_db()

    assert (standing.standing, standing.review_asked_on) == (Standing.IN_FORCE, MONDAY)
    assert asked.closed_at == NOON


def test_a_review_is_asked_for_once_and_with_a_reason_and_by_the_two_alone(shropshire: Org) -> None:
    def ask(person: StaffMember, reason: str = "The post has changed") -> ReviewRequest:
        return services.ask_for_review(
            supervisee_id=shropshire.worker.pk, reason=reason, actor=actor(shropshire, person), at=NOON
        )

    with pytest.raises(RuleBroken, match="no contract in force"):
        ask(shropshire.worker)
    in_force(shropshire)
    with pytest.raises(RuleBroken, match="Say why"):
        ask(shropshire.worker, "  ")
    with pytest.raises(NotAllowed):
        ask(shropshire.team_manager)
    ask(shropshire.worker)
    with pytest.raises(RuleBroken, match="asked for already"):
        ask(shropshire.supervisor)


# -- less often than the policy


def ask_exception(org: Org, by: StaffMember, **options: Any) -> FrequencyException:
    wanted = {"every": "P6W", "minutes": None, "starts_on": MONDAY, "last_on": date(2027, 2, 26)}
    return services.ask_for_exception(
        supervisee_id=org.worker.pk,
        reason="Works half a week until spring",
        **{**wanted, **options},
        actor=actor(org, by),
        at=NOON,
    )


def decide(org: Org, asked: FrequencyException, by: StaffMember, decision: str = "approved", why: str = "") -> Any:
    return services.decide_exception(
        exception_id=asked.pk, decision=decision, decision_reason=why, actor=actor(org, by), at=NOON
    )


@pytest.mark.req("R047")
def test_a_looser_frequency_needs_an_exception_that_the_supervisors_manager_approved(shropshire: Org) -> None:
    record = begin(shropshire)
    write(shropshire, record, "key_tasks", key_tasks="Eleven children in need")
    write(shropshire, record, "meetings", frequency="P6W")
    write(shropshire, record, "review", review_on="2027-02-01")
    with pytest.raises(RuleBroken, match="The policy asks for supervision every month"):
        sign(shropshire, record)
    asked = ask_exception(shropshire, shropshire.supervisor)
    with pytest.raises(RuleBroken, match="The policy asks for supervision every month"):
        sign(shropshire, record)

    decide(shropshire, asked, shropshire.team_manager)
    sign(shropshire, record)
    countersign(shropshire, record)

    signed = PartContent.objects.get(part__record=record, part__kind="text", section="meetings").content
    assert "Agreed exception until 26 February 2027. Not what the policy asks." in signed


def test_an_exception_never_makes_anything_compliant_and_ends_by_its_date(shropshire: Org) -> None:
    held(shropshire.worker, shropshire.supervisor, on=date(2026, 8, 14))
    before = selectors.statuses(people=[shropshire.worker.pk], on=MONDAY)[shropshire.worker.pk]
    decide(shropshire, ask_exception(shropshire, shropshire.worker), shropshire.team_manager)

    after = selectors.statuses(people=[shropshire.worker.pk], on=MONDAY)[shropshire.worker.pk]
    [row] = selectors.team_rows(people=[shropshire.worker.pk], on=MONDAY)
    [later] = selectors.team_rows(people=[shropshire.worker.pk], on=date(2027, 2, 27))

    assert after == before
    assert row.exception is not None
    assert row.exception.words == ("Agreed exception until 26 February 2027: every 6 weeks. Not what the policy asks.")
    assert later.exception is None


@pytest.mark.parametrize("who", ["worker", "supervisor", "head", "outsider"])
def test_nobody_but_the_supervisors_manager_decides(shropshire: Org, who: str) -> None:
    asked = ask_exception(shropshire, shropshire.worker)

    with pytest.raises((NotAllowed, FrequencyException.DoesNotExist)):
        decide(shropshire, asked, getattr(shropshire, who))

    asked.refresh_from_db()
    assert asked.decision == ""


def test_a_refusal_says_why_and_is_final(shropshire: Org) -> None:
    asked = ask_exception(shropshire, shropshire.worker)
    with pytest.raises(RuleBroken, match="Say why it is refused"):
        decide(shropshire, asked, shropshire.team_manager, "refused")
    decide(shropshire, asked, shropshire.team_manager, "refused", "The caseload is too heavy")
    with pytest.raises(RuleBroken, match="answered already"):
        decide(shropshire, asked, shropshire.team_manager)

    assert selectors.exceptions_of(people=[shropshire.worker.pk], on=MONDAY) == {}


@pytest.mark.parametrize(
    ("options", "sentence"),
    [
        ({"every": "P2W"}, "no less than the policy asks"),
        ({"last_on": MONDAY}, "passed already"),
        ({"starts_on": date(2027, 3, 1)}, "comes before the first"),
        ({"last_on": date(2027, 11, 10)}, "lasts 12 months at most"),
    ],
)
def test_an_exception_is_one_and_ends(shropshire: Org, options: dict[str, Any], sentence: str) -> None:
    with pytest.raises(RuleBroken, match=sentence):
        ask_exception(shropshire, shropshire.worker, **options)


def test_one_exception_at_a_time(shropshire: Org) -> None:
    asked = ask_exception(shropshire, shropshire.worker)
    with pytest.raises(RuleBroken, match="waits for an answer"):
        ask_exception(shropshire, shropshire.supervisor)
    decide(shropshire, asked, shropshire.team_manager)
    with pytest.raises(RuleBroken, match="Another exception holds"):
        ask_exception(shropshire, shropshire.supervisor)


def test_a_contract_under_an_exception_is_reviewed_before_it_ends(shropshire: Org) -> None:
    decide(shropshire, ask_exception(shropshire, shropshire.worker), shropshire.team_manager)
    record = begin(shropshire)
    write(shropshire, record, "key_tasks", key_tasks="Eleven children in need")
    write(shropshire, record, "meetings", frequency="P6W")

    with pytest.raises(RuleBroken, match="Review the contract by that day"):
        sign(shropshire, record)


# -- the managers' record


def manager_session(org: Org) -> Record:
    CategoryHeld.objects.filter(person=org.worker).update(category="team_manager")
    report = add_person("Rae Fox", team=org.team, job_title="Social worker", category="sw_case_management")
    put_under(report, org.worker)
    session = _held_session(org)
    assert session.record
    return session.record


@pytest.mark.req("R198", "R199", "R200", "R203", "R205")
def test_the_managers_record_computes_names_dates_open_actions_and_the_teams_supervision(shropshire: Org) -> None:
    Kit(shropshire).sealed()
    held(shropshire.worker, shropshire.supervisor, on=date(2026, 10, 12))
    record = manager_session(shropshire)

    computed = selectors.signing_context(record=record, on=MONDAY).given.computed

    assert computed["session", "supervisee"] == "Amara Obi"
    assert computed["session", "supervisee_job_title"] == "Social worker"
    assert computed["session", "supervisor_job_title"] == "Senior social worker"
    assert computed["session", "held_on"] == "9 November 2026"
    assert computed["session", "last_held_on"] == "12 October 2026"
    assert "Finish the chronology for B (Amara Obi, by 23 November 2026)" in computed["matters_arising", "open_actions"]
    assert computed["performance", "team_supervision"].startswith("1 supervised on 9 November 2026:")


@pytest.mark.req("R203")
def test_what_was_agreed_about_health_is_not_copied_into_a_section_that_the_next_up_reads(shropshire: Org) -> None:
    Kit(shropshire).sealed()
    record = manager_session(shropshire)

    words = selectors.signing_context(record=record, on=MONDAY).given.computed["matters_arising", "open_actions"]

    assert Action.objects.filter(what="Ask occupational health", sensitivity="health").exists()
    assert "occupational health" not in words


@pytest.mark.req("R201")
def test_the_managers_record_asks_why_the_gap_is_longer_than_agreed(shropshire: Org) -> None:
    in_force(shropshire)
    held(shropshire.worker, shropshire.supervisor, on=date(2026, 10, 8))
    record = manager_session(shropshire)

    with pytest.raises(Incomplete, match="Comments if significant delay since last meeting"):
        sign(shropshire, record)
    write(shropshire, record, "session", gap_comment="Both were on leave")
    sign(shropshire, record)


@pytest.mark.req("R213")
def test_the_managers_record_books_the_next_session_with_its_venue(shropshire: Org) -> None:
    record = manager_session(shropshire)
    write(shropshire, record, "next", next_session="2026-12-07T14:00", next_venue="The Guildhall, room 3")

    sign(shropshire, record)

    booked = SupervisionSession.objects.planned().get()
    assert (booked.on, booked.place) == (date(2026, 12, 7), "The Guildhall, room 3")


# -- categories, and how much they are owed


@pytest.mark.req("R002")
@pytest.mark.parametrize(("category", "late"), [("sw_case_management", True), ("business_support", False)])
def test_a_category_carries_how_strongly_supervision_is_owed(shropshire: Org, category: str, late: bool) -> None:
    """Nobody was ever supervised: a breach where it has to be, and for information where it may be."""
    CategoryHeld.objects.filter(person=shropshire.worker).update(category=category)

    status = selectors.statuses(people=[shropshire.worker.pk], on=MONDAY)[shropshire.worker.pk]

    assert bool(status.overdue()) is late


@pytest.mark.req("R003")
def test_the_interval_is_the_categorys_and_not_one_for_everybody(shropshire: Org) -> None:
    bounds = {}
    for category in ("sw_case_management", "sw_non_case_holding", "business_support"):
        CategoryHeld.objects.filter(person=shropshire.worker).update(category=category)
        bounds[category] = selectors.contract_bounds(person_id=shropshire.worker.pk, on=MONDAY)

    assert bounds["sw_case_management"].every == Duration.parse("P1M")
    assert bounds["business_support"].every is None
    assert bounds["business_support"].minutes is None


@pytest.mark.req("R174", "R175")
def test_the_signed_contract_names_both_with_their_job_titles_and_its_review(shropshire: Org) -> None:
    record = in_force(shropshire)

    parties = PartContent.objects.get(part__record=record, part__kind="text", section="parties").content
    for words in ("Amara Obi", "Social worker", "Priya Nair", "Senior social worker"):
        assert words in parties
    assert view(shropshire).review_on == date(2027, 11, 9)
