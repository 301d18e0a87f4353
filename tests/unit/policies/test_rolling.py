"""Rolling due dates: anchors, limits, phases, changes of pace, long absences, agreed intervals."""

from dataclasses import replace
from datetime import date

import pytest

from policies.rules import (
    Absence,
    Agreed,
    CategoryHeld,
    Duration,
    Event,
    Facts,
    ServiceHeld,
    Session,
    Status,
    Within,
    assess,
)
from policies.rules.calendars import Per
from policies.rules.policy import AnchorPlus, Atom, AtomType, OnEvent
from tests.policies_kit import booked, held, pack, row, worker

CAMDEN = pack("camden-short-guide")
ST_HELENS = pack("st-helens")
FAMILY_SAFEGUARDING = pack("family-safeguarding-003")
ASYE_START = date(2026, 9, 7)


def asye(*sessions: list[Session], **facts: object) -> Facts:
    """A newly qualified worker who started on Monday 7 September 2026."""
    anchors = {"employment_start": ASYE_START, "asye_start": ASYE_START}
    return worker("nqsw", *sessions, **{"anchors": anchors, **facts})  # type: ignore[arg-type]


# The plain clock


@pytest.mark.req("R271")
def test_due_is_the_last_counted_session_and_the_interval() -> None:
    answer = assess(ST_HELENS, worker("social_worker", held("2026-11-09")), date(2026, 11, 30))

    assert (answer.worst, answer.due_on) == (Status.DUE_SOON, date(2026, 12, 7))


@pytest.mark.scenario(5)
def test_a_change_of_supervisor_does_not_move_the_due_date() -> None:
    facts = worker("social_worker", held("2026-11-09"), started="2024-09-02")
    moved = replace(facts, anchors={**facts.anchors, "relationship_start": date(2026, 12, 1)})

    assert assess(ST_HELENS, moved, date(2026, 12, 1)).due_on == date(2026, 12, 7)


def test_a_due_date_on_a_bank_holiday_stays_and_the_booking_moves() -> None:
    answer = assess(ST_HELENS, worker("social_worker", held("2026-03-09")), date(2026, 4, 6))

    four_weekly = row(answer, "four-weekly")
    assert (four_weekly.due_on, four_weekly.book_by) == (date(2026, 4, 6), date(2026, 4, 2))
    assert (four_weekly.status, four_weekly.overdue_days) == (Status.DUE_TODAY, 0)
    assert assess(ST_HELENS, worker("social_worker", held("2026-11-30")), date(2026, 12, 1)).rules[0].book_by == date(
        2026, 12, 24
    )


@pytest.mark.parametrize(
    ("on", "status", "overdue_days"),
    [
        (date(2026, 11, 29), Status.NOT_DUE, 0),
        (date(2026, 11, 30), Status.DUE_SOON, 0),
        (date(2026, 12, 6), Status.DUE_SOON, 0),
        (date(2026, 12, 7), Status.DUE_TODAY, 0),
        (date(2026, 12, 8), Status.OVERDUE, 1),
        (date(2026, 12, 20), Status.OVERDUE, 13),
    ],
)
def test_bounds_of_the_statuses(on: date, status: Status, overdue_days: int) -> None:
    answer = row(assess(ST_HELENS, worker("social_worker", held("2026-11-09")), on), "four-weekly")

    assert (answer.status, answer.overdue_days, answer.is_late) == (status, overdue_days, status == Status.OVERDUE)


@pytest.mark.parametrize(
    ("on", "status", "overdue_days"),
    [
        (date(2026, 12, 7), Status.DUE_TODAY, 0),
        (date(2026, 12, 8), Status.TARGET_PASSED, 0),
        (date(2026, 12, 21), Status.TARGET_PASSED, 0),
        (date(2026, 12, 22), Status.OVERDUE, 1),
    ],
)
def test_between_target_and_limit_the_target_has_passed(on: date, status: Status, overdue_days: int) -> None:
    facts = worker("sw_probation", held("2026-11-09", kind="personal"))

    probation = row(assess(CAMDEN, facts, on), "personal-probation")

    assert (probation.due_on, probation.limit_on) == (date(2026, 12, 7), date(2026, 12, 21))
    assert (probation.status, probation.overdue_days) == (status, overdue_days)


def test_a_new_worker_is_due_an_interval_after_the_start() -> None:
    answer = assess(ST_HELENS, worker("social_worker", started="2026-11-02"), date(2026, 11, 10))

    assert answer.due_on == date(2026, 11, 30)
    assert "Started 2 November 2026 and no counted session yet" in answer.why


def test_the_first_session_may_have_a_deadline_of_its_own() -> None:
    rule = replace(ST_HELENS.rules[0], first_within=Within(working_days=5))
    policy = replace(ST_HELENS, rules=(rule, *ST_HELENS.rules[1:]))
    facts = worker("social_worker", started="2026-11-02")

    assert assess(policy, facts, date(2026, 11, 3)).due_on == date(2026, 11, 9)
    assert "the first within 5 working days" in assess(policy, facts, date(2026, 11, 3)).why
    assert assess(policy, replace(facts, sessions=held("2026-11-05")), date(2026, 11, 6)).due_on == date(2026, 12, 3)


def test_the_obligation_starts_with_the_latest_start_that_is_given() -> None:
    facts = worker("social_worker", started="2024-01-08")
    promoted = replace(facts, anchors={**facts.anchors, "role_start": date(2026, 11, 2)})

    assert assess(ST_HELENS, promoted, date(2026, 11, 3)).due_on == date(2026, 11, 30)


def test_another_date_stands_in_where_no_start_is_given() -> None:
    facts = worker("sw_probation", anchors={"probation_start": date(2026, 11, 2)})

    assert row(assess(CAMDEN, facts, date(2026, 11, 3)), "personal-probation").due_on == date(2026, 11, 30)


def test_without_start_and_session_no_date_is_made_up() -> None:
    answer = assess(ST_HELENS, worker("social_worker"), date(2026, 11, 3))

    assert (answer.worst, answer.due_on) == (Status.NO_MINIMUM_SET, None)
    assert any("no due date can be given" in message for message in answer.messages)


# What counts


@pytest.mark.parametrize(
    "session",
    [
        Session(date(2026, 11, 20), status="cancelled", minutes=90),
        Session(date(2026, 11, 20), status="did_not_attend", minutes=90),
        Session(date(2026, 11, 20), status="booked", minutes=90),
        Session(date(2026, 11, 20), format="ad_hoc", minutes=90),
        Session(date(2026, 11, 20), format="group", minutes=90),
        Session(date(2026, 11, 20), minutes=60),
        Session(date(2026, 11, 20), status="cut_short", minutes=45),
        Session(date(2026, 11, 20), present=False, minutes=90),
        Session(date(2026, 11, 20), kind="reflective_group", minutes=90),
        Session(date(2026, 12, 20), minutes=90),
    ],
    ids=lambda session: f"{session.status}-{session.format}-{session.kind}-{session.minutes}-{session.on}",
)
@pytest.mark.req("R043", "R045")
def test_what_is_no_counted_session_moves_nothing(session: Session) -> None:
    facts = worker("social_worker", held("2026-11-09"), [session])

    assert assess(ST_HELENS, facts, date(2026, 12, 1)).due_on == date(2026, 12, 7)


@pytest.mark.parametrize(
    "session",
    [
        Session(date(2026, 11, 20), minutes=90),
        Session(date(2026, 11, 20), status="cut_short", minutes=95),
        Session(date(2026, 11, 20), minutes=None),
    ],
    ids=["held", "cut short but long enough", "without minutes"],
)
def test_what_counts_moves_the_due_date(session: Session) -> None:
    facts = worker("social_worker", held("2026-11-09"), [session])

    assert assess(ST_HELENS, facts, date(2026, 12, 1)).due_on == date(2026, 12, 18)


def test_a_session_without_minutes_counts_and_says_so() -> None:
    facts = worker("social_worker", [Session(date(2026, 11, 9))])

    answer = assess(ST_HELENS, facts, date(2026, 11, 10))

    assert answer.messages == ("No minutes are recorded for 9 November 2026; counted as long enough.",)


def test_a_combined_session_is_personal_and_case_supervision_too() -> None:
    personal = assess(CAMDEN, worker("sw_1_year_pq", held("2026-11-09")), date(2026, 11, 10))
    case = assess(FAMILY_SAFEGUARDING, worker("practitioner", held("2026-11-09")), date(2026, 11, 10))

    assert row(personal, "personal-monthly").due_on == date(2026, 12, 9)
    assert row(case, "month").status == Status.MET


def test_kinds_do_not_stand_in_for_each_other() -> None:
    facts = worker("sw_1_year_pq", held("2026-11-09", kind="case"), started="2026-11-01")

    assert row(assess(CAMDEN, facts, date(2026, 11, 10)), "personal-monthly").due_on == date(2026, 12, 1)


def test_a_reflective_group_comes_in_addition() -> None:
    facts = worker("sw_1_year_pq", held("2026-11-20", kind="reflective_group", format="group"), started="2026-11-02")

    answer = assess(CAMDEN, facts, date(2026, 11, 21))

    assert row(answer, "personal-monthly").due_on == date(2026, 12, 2)
    assert row(answer, "reflective-group").due_on == date(2026, 12, 20)


# Phases


@pytest.mark.scenario(8)
@pytest.mark.req("R058", "R053")
@pytest.mark.parametrize(
    ("pack_id", "phases"),
    [
        ("shropshire-2017", {"2026-10-18": "weekly", "2026-10-19": "fortnightly", "2027-03-06": "fortnightly", "2027-03-07": "monthly"}),
        ("camden-short-guide", {"2026-10-18": "weekly", "2026-10-19": "fortnightly", "2027-04-18": "fortnightly", "2027-04-19": "monthly"}),
        ("family-safeguarding-003", {"2026-10-18": "weekly", "2026-10-19": "fortnightly", "2027-03-21": "fortnightly"}),
        ("st-helens", {"2026-10-18": "weekly", "2027-03-06": "fortnightly", "2027-03-07": "monthly"}),
        ("recruitment-000", {"2026-10-18": "weekly", "2027-03-06": "fortnightly", "2027-03-07": "monthly"}),
    ],
)  # fmt: skip
def test_a_newly_qualified_worker_in_five_authorities(pack_id: str, phases: dict[str, str]) -> None:
    found = {on: assess(pack(pack_id), asye(), date.fromisoformat(on)).phase for on in phases}

    assert found == phases


@pytest.mark.scenario(8)
def test_a_phase_waits_for_its_review_and_asks_for_it() -> None:
    sessions = held("2027-03-08", kind="case")
    reviewed = asye(sessions, events=[Event("asye_six_month_review_held", date(2027, 3, 22))])

    waiting = assess(FAMILY_SAFEGUARDING, asye(sessions), date(2027, 3, 22))
    after = assess(FAMILY_SAFEGUARDING, reviewed, date(2027, 3, 22))

    assert (waiting.phase, waiting.phase_ends_on) == ("fortnightly", None)
    assert any("7 March 2027" in message for message in waiting.messages)
    assert not assess(FAMILY_SAFEGUARDING, asye(), date(2027, 3, 6)).messages
    assert (after.phase, after.due_on) == ("monthly", date(2027, 4, 8))


def test_a_phase_may_advance_by_itself_on_the_day_of_the_prompt() -> None:
    rule = FAMILY_SAFEGUARDING.rule("asye")
    assert rule is not None
    until = rule.phases[1].until
    assert isinstance(until, OnEvent)
    fortnightly = replace(rule.phases[1], until=replace(until, advances_at_prompt=True))
    policy = replace(FAMILY_SAFEGUARDING, rules=(replace(rule, phases=(rule.phases[0], fortnightly, rule.phases[2])),))

    assert assess(policy, asye(), date(2027, 3, 6)).phase == "fortnightly"
    assert assess(policy, asye(), date(2027, 3, 7)).phase == "monthly"


def test_the_answer_of_the_contract_for_facts() -> None:
    sessions = [*held("2026-11-09"), *booked("2027-01-27")]
    absences = [Absence(date(2026, 10, 5), date(2026, 10, 9), kind="sickness")]

    answer = assess(pack("shropshire-2017"), asye(sessions, absences=absences), date(2027, 1, 20))

    assert (answer.phase, answer.phase_ends_on) == ("fortnightly", date(2027, 3, 7))
    assert (answer.worst, answer.due_on) == (Status.OVERDUE, date(2026, 11, 23))
    only = answer.rules[0]
    assert (only.rule, only.atom, only.severity) == ("asye", "fortnightly", "breach")
    assert (only.book_by, only.overdue_days, only.booked_on) == (date(2026, 11, 23), 58, date(2027, 1, 27))
    assert (only.limit_on, only.counted, only.required, only.forecast) == (None, None, None, None)
    assert only.why.startswith(
        "Last counted session 9 November 2026; every 14 days (asye, fortnightly, until 7 March 2027;"
    )
    assert "version 3, June 2017" in only.why


def test_a_looser_phase_counts_from_the_last_session() -> None:
    answer = assess(CAMDEN, asye(held("2026-10-15", kind="personal")), date(2026, 10, 20))

    assert row(answer, "fortnightly").due_on == date(2026, 10, 29)


def test_a_phase_whose_date_is_missing_is_counted_from_the_start_and_says_so() -> None:
    facts = worker("nqsw", started="2026-09-07")

    answer = assess(pack("shropshire-2017"), facts, date(2026, 10, 19))

    assert answer.phase == "fortnightly"
    assert answer.messages == ("asye: the asye start is not known; counted from 7 September 2026 instead.",)


def test_a_phase_whose_date_cannot_be_known_does_not_end() -> None:
    answer = assess(pack("shropshire-2017"), worker("nqsw", held("2026-09-07")), date(2027, 10, 19))

    assert (answer.phase, answer.phase_ends_on) == ("weekly", None)


def test_a_phase_may_be_counted_from_the_return_to_work() -> None:
    rule = ST_HELENS.rules[0]
    plain = rule.phases[0]
    weekly = replace(plain.atoms[0], id="settling", every=Duration.parse("P7D"))
    until = AnchorPlus("return_to_work", (Duration.parse("P4W"),))
    phases = (replace(plain, id="settling", until=until, atoms=(weekly,)), replace(plain, id="usual"))
    policy = replace(ST_HELENS, rules=(replace(rule, phases=phases),))
    facts = worker("social_worker", held("2026-12-01"), absences=[Absence(date(2026, 9, 1), date(2026, 11, 30))])

    assert (assess(policy, facts, date(2026, 12, 2)).phase, assess(policy, facts, date(2026, 12, 28)).phase) == (
        "settling",
        "usual",
    )
    assert assess(policy, facts, date(2026, 12, 2)).due_on == date(2026, 12, 8)


# Changes of pace


def test_a_stretch_without_a_rolling_date_ends_what_was_due() -> None:
    rule = ST_HELENS.rules[0]
    monthly = Atom(id="monthly", type=AtomType.WINDOW, per=Per.CALENDAR_MONTH)
    middle = replace(rule.phases[0], id="middle", atoms=(monthly,), until=_role_start("P4M"))
    phases = (
        replace(rule.phases[0], id="first", until=_role_start("P2M")),
        middle,
        replace(rule.phases[0], id="last"),
    )
    policy = replace(ST_HELENS, rules=(replace(rule, phases=phases),))
    facts = worker("social_worker", held("2026-02-20"), anchors={"role_start": date(2026, 1, 1)})

    answer = assess(policy, facts, date(2026, 5, 2))

    assert (answer.phase, row(answer, "four-weekly").due_on) == ("last", date(2026, 5, 29))


def _role_start(plus: str) -> AnchorPlus:
    return AnchorPlus("role_start", (Duration.parse(plus),))


def test_a_tighter_category_never_reaches_back_before_the_day_it_began() -> None:
    change = date(2026, 11, 25)
    facts = worker(
        "social_worker",
        held("2026-11-02"),
        categories=[CategoryHeld("early_help_worker", None, change), CategoryHeld("social_worker", change)],
    )
    tight = replace(ST_HELENS.rules[0].phases[0].atoms[0], every=Duration.parse("P7D"))
    weekly = replace(ST_HELENS.rules[0], phases=(replace(ST_HELENS.rules[0].phases[0], atoms=(tight,)),))
    policy = replace(ST_HELENS, rules=(weekly, *ST_HELENS.rules[1:]))

    before = assess(policy, facts, date(2026, 11, 24))
    after = assess(policy, facts, change)

    assert before.due_on == date(2026, 12, 2)
    assert after.due_on == date(2026, 12, 2)
    assert "a shorter interval since 25 November 2026" in after.why
    assert assess(policy, replace(facts, sessions=held("2026-11-12")), change).due_on == date(2026, 12, 2)
    assert assess(policy, replace(facts, sessions=held("2026-11-26")), date(2026, 11, 27)).due_on == date(2026, 12, 3)


def test_a_looser_category_gives_the_longer_interval_at_once() -> None:
    change = date(2026, 11, 25)
    facts = worker(
        "",
        held("2026-11-02"),
        categories=[CategoryHeld("social_worker", None, change), CategoryHeld("early_help_worker", change)],
    )

    assert assess(ST_HELENS, facts, date(2026, 11, 24)).due_on == date(2026, 11, 30)
    assert assess(ST_HELENS, facts, change).due_on == date(2026, 12, 2)


def test_a_limit_is_kept_when_the_pace_tightens() -> None:
    change = date(2026, 11, 25)
    facts = worker(
        "",
        held("2026-11-02", kind="personal"),
        categories=[CategoryHeld("sw_1_year_pq", None, change), CategoryHeld("sw_probation", change)],
    )

    probation = row(assess(CAMDEN, facts, change), "personal-probation")

    assert (probation.due_on, probation.limit_on) == (date(2026, 12, 2), None)


def test_a_category_that_comes_out_of_nothing_begins_on_its_day() -> None:
    facts = worker("", categories=[CategoryHeld("social_worker", date(2026, 11, 2))], started="2020-01-06")

    answer = assess(ST_HELENS, facts, date(2026, 11, 3))

    assert answer.due_on == date(2026, 11, 30)
    assert "Applies from 2 November 2026" in answer.why


def test_several_categories_are_all_evaluated_and_the_earliest_is_shown() -> None:
    facts = worker(
        "",
        held("2026-11-09", kind="personal"),
        categories=[CategoryHeld("nqsw"), CategoryHeld("sw_probation")],
        anchors={"employment_start": ASYE_START, "asye_start": ASYE_START},
    )

    answer = assess(CAMDEN, facts, date(2026, 11, 10))

    assert {each.rule for each in answer.rules} == {"personal-probation", "personal-nqsw", "reflective-group"}
    assert row(answer, "fortnightly").due_on == date(2026, 11, 23)
    assert row(answer, "personal-probation").due_on == date(2026, 12, 7)


def test_services_decide_which_rule_binds() -> None:
    change = date(2026, 10, 1)
    facts = worker(
        "practitioner",
        held("2026-09-15", kind="case"),
        held("2026-10-13", kind="practice", format="group"),
        services=[ServiceHeld("family_safeguarding", change)],
    )

    before = assess(FAMILY_SAFEGUARDING, facts, date(2026, 9, 30))
    after = assess(FAMILY_SAFEGUARDING, facts, date(2026, 10, 14))

    assert {each.rule for each in before.rules} == {"case-monthly"}
    assert row(after, "month", rule="case-monthly-fs").status == Status.MET
    assert row(after, "four-weeks").due_on == date(2026, 11, 10)


@pytest.mark.parametrize("started", ["2024-01-08", None])
def test_what_was_due_in_the_service_before_is_still_due(started: str | None) -> None:
    facts = worker(
        "practitioner",
        held("2026-09-15", kind="case"),
        services=[ServiceHeld("family_safeguarding", date(2026, 10, 1))],
        started=started,
    )

    four_weeks = row(assess(FAMILY_SAFEGUARDING, facts, date(2026, 10, 2)), "four-weeks")

    assert four_weeks.due_on == date(2026, 10, 13)


# Long absences


@pytest.mark.scenario(4)
def test_a_long_absence_suspends_and_ends_with_a_session_within_ten_working_days() -> None:
    away = [Absence(date(2026, 11, 2), expected_to=date(2026, 12, 28), kind="sickness")]
    facts = worker("social_worker", held("2026-10-12"), absences=away)
    back = replace(facts, absences=[replace(away[0], ends_on=date(2026, 12, 28))])

    suspended = assess(ST_HELENS, facts, date(2026, 11, 10))
    returned = assess(ST_HELENS, back, date(2026, 12, 29))

    assert (suspended.worst, suspended.due_on) == (Status.SUSPENDED, None)
    assert "Away since 2 November 2026" in suspended.why
    assert returned.due_on == date(2027, 1, 12)
    assert "within 10 working days of the return" in returned.why
    assert assess(ST_HELENS, replace(back, sessions=held("2027-01-04")), date(2027, 1, 5)).due_on == date(2027, 2, 1)


def test_the_interval_counts_from_the_return_where_that_is_earlier() -> None:
    facts = worker("nqsw", held("2026-09-28"), anchors={"asye_start": ASYE_START, "employment_start": ASYE_START})
    away = replace(facts, absences=[Absence(date(2026, 9, 29), date(2026, 12, 1))])

    answer = assess(pack("shropshire-2017"), away, date(2026, 12, 2))

    assert answer.due_on == date(2026, 12, 15)


def test_a_limit_ends_with_the_return_limit() -> None:
    facts = worker(
        "sw_probation", held("2026-09-28", kind="personal"), absences=[Absence(date(2026, 9, 29), date(2026, 12, 1))]
    )
    policy = replace(CAMDEN, first_after_return=Within(working_days=25))

    probation = row(assess(policy, facts, date(2026, 12, 2)), "personal-probation")

    assert (probation.due_on, probation.limit_on) == (date(2026, 12, 29), date(2027, 1, 8))


@pytest.mark.parametrize(
    ("absence", "on", "suspends"),
    [
        (Absence(date(2026, 11, 2)), date(2026, 11, 28), False),
        (Absence(date(2026, 11, 2)), date(2026, 11, 29), True),
        (Absence(date(2026, 11, 2), expected_to=date(2026, 11, 29)), date(2026, 11, 3), False),
        (Absence(date(2026, 11, 2), expected_to=date(2026, 11, 30)), date(2026, 11, 3), True),
        (Absence(date(2026, 11, 2), date(2026, 11, 29)), date(2026, 11, 3), False),
        (Absence(date(2026, 11, 2), date(2026, 11, 30)), date(2026, 11, 3), True),
        (Absence(date(2026, 11, 2), expected_to=date(2027, 2, 1), kind="annual_leave"), date(2026, 11, 3), False),
        (Absence(date(2026, 11, 10), expected_to=date(2027, 2, 1)), date(2026, 11, 3), False),
    ],
)
def test_which_absences_suspend(absence: Absence, on: date, suspends: bool) -> None:
    facts = worker("social_worker", held("2026-10-26"), absences=[absence])

    assert (assess(ST_HELENS, facts, on).worst == Status.SUSPENDED) is suspends


def test_a_short_absence_excuses_nothing() -> None:
    facts = worker("social_worker", held("2026-11-09"), absences=[Absence(date(2026, 11, 23), date(2026, 12, 9))])

    assert assess(ST_HELENS, facts, date(2026, 12, 9)).due_on == date(2026, 12, 7)


def test_a_session_while_away_does_not_start_the_clock_again() -> None:
    facts = worker(
        "social_worker", held("2026-10-12", "2026-12-01"), absences=[Absence(date(2026, 11, 2), date(2026, 12, 28))]
    )

    assert assess(ST_HELENS, facts, date(2026, 12, 29)).due_on == date(2027, 1, 12)


# The opening date


def test_an_opening_date_counts_as_the_last_session() -> None:
    facts = worker("social_worker", started="2019-05-13", opened_on=date(2026, 11, 9))

    answer = assess(ST_HELENS, facts, date(2026, 11, 20))

    assert (answer.due_on, answer.messages) == (date(2026, 12, 7), ())
    assert answer.why.startswith("Last counted session 9 November 2026 (opening date); every 28 days")
    later = replace(facts, sessions=held("2026-11-30"))
    assert "opening date" not in assess(ST_HELENS, later, date(2026, 12, 1)).why
    assert assess(ST_HELENS, facts, date(2026, 11, 8)).due_on == date(2019, 6, 10)


def test_nothing_is_asked_for_before_the_opening_date() -> None:
    facts = worker("sw_1_year_pq", started="2019-05-13", opened_on=date(2026, 11, 9))

    group = row(assess(CAMDEN, facts, date(2026, 11, 20)), "reflective-group")

    assert group.due_on == date(2026, 12, 9)
    assert group.why.startswith("Nothing is asked for before 9 November 2026 (opening date) and no counted session yet")


# A worker's own days


def test_a_meeting_is_booked_for_a_day_that_the_worker_works() -> None:
    facts = worker("social_worker", held("2026-11-13"), working_weekdays=frozenset({0, 1}))

    four_weekly = row(assess(ST_HELENS, facts, date(2026, 11, 20)), "four-weekly")

    assert (four_weekly.due_on, four_weekly.book_by) == (date(2026, 12, 11), date(2026, 12, 8))
    weekends = replace(facts, working_weekdays=frozenset({5, 6}))
    assert row(assess(ST_HELENS, weekends, date(2026, 11, 20)), "four-weekly").book_by == date(2026, 12, 11)


# What is agreed


@pytest.mark.req("R042", "R047")
def test_an_agreed_interval_tightens_from_its_day() -> None:
    agreed = Agreed.rolling(Duration.parse("P14D"), starts_on=date(2026, 11, 16))
    facts = worker("social_worker", held("2026-11-09"), agreed=agreed)

    answer = assess(ST_HELENS, facts, date(2026, 11, 17))

    assert (row(answer, "agreed").rule, row(answer, "agreed").due_on) == ("agreed", date(2026, 11, 30))
    assert answer.due_on == date(2026, 11, 30)
    assert row(answer, "four-weekly").due_on == date(2026, 12, 7)
    assert "agreed from 16 November 2026" in row(answer, "agreed").why
    later = assess(ST_HELENS, replace(facts, sessions=held("2026-11-20")), date(2026, 11, 21))
    assert row(later, "agreed").due_on == date(2026, 12, 4)
    assert assess(ST_HELENS, facts, date(2026, 11, 15)).due_on == date(2026, 12, 7)


def test_an_agreed_interval_never_moves_a_due_date_later() -> None:
    agreed = Agreed.rolling(Duration.parse("P14D"), starts_on=date(2026, 12, 1))
    facts = worker("social_worker", held("2026-11-09"), agreed=agreed)

    assert row(assess(ST_HELENS, facts, date(2026, 12, 2)), "agreed").due_on == date(2026, 12, 7)


@pytest.mark.req("R047")
def test_a_looser_agreed_interval_is_ignored_with_a_message() -> None:
    agreed = Agreed.rolling(Duration.parse("P1M"), starts_on=date(2026, 11, 9))

    answer = assess(ST_HELENS, worker("social_worker", held("2026-11-09"), agreed=agreed), date(2026, 11, 10))

    assert [each.rule for each in answer.rules] == ["four-weekly"]
    assert answer.messages == (
        "The agreed interval, every month, asks for less than the policy does, every 28 days: it is ignored.",
    )


def test_what_says_the_same_as_the_policy_adds_nothing() -> None:
    agreed = Agreed.rolling(Duration.parse("P1M"), starts_on=date(2026, 11, 9))
    facts = worker("sw_case_management", held("2026-11-09"), agreed=agreed)

    answer = assess(pack("shropshire-2017"), facts, date(2026, 11, 10))

    assert {each.rule for each in answer.rules} == {"individual-monthly"}
    assert not answer.messages


def test_an_agreed_interval_gives_a_date_where_the_policy_has_only_windows() -> None:
    agreed = Agreed.rolling(Duration.parse("P14D"), starts_on=date(2026, 11, 9))
    facts = worker("sw_case_management", held("2026-11-02"), agreed=agreed)

    answer = assess(pack("shropshire-2017"), facts, date(2026, 11, 10))

    assert row(answer, "agreed").due_on == date(2026, 11, 23)


@pytest.mark.req("R063")
def test_what_is_agreed_binds_where_the_policy_only_informs() -> None:
    agreed = Agreed.rolling(Duration.parse("P6M"), starts_on=date(2026, 11, 9))
    facts = worker("business_support", held("2026-11-09"), agreed=agreed)

    answer = assess(pack("shropshire-2017"), facts, date(2026, 11, 10))

    assert answer.due_on == date(2027, 5, 9)
    assert assess(pack("shropshire-2017"), replace(facts, agreed=None), date(2026, 11, 10)).due_on is None


def test_an_agreed_window_is_counted_too() -> None:
    twice = Atom(id="agreed", type=AtomType.WINDOW, count=2, per=Per.CALENDAR_MONTH, min_available_working_days=10)
    facts = worker("sw_1_year_pq", held("2026-11-02"), agreed=Agreed((twice,), date(2026, 11, 1)))

    agreed = row(assess(CAMDEN, facts, date(2026, 11, 10)), "agreed")

    assert (agreed.counted, agreed.required, agreed.due_on) == (1, 2, date(2026, 11, 30))


# Where the policy says little


def test_no_figure_is_no_minimum_set_and_never_met() -> None:
    answer = assess(ST_HELENS, worker("asye_early_help_worker", held("2026-11-09")), date(2026, 11, 10))

    assert (answer.worst, answer.standing, answer.due_on) == (Status.NO_MINIMUM_SET, Status.NO_MINIMUM_SET, None)
    assert answer.rules[0].status == Status.NO_MINIMUM_SET
    assert "The policy gives no figure: per ASYE policy; set locally" in answer.rules[0].why


def test_a_worker_without_category_has_no_minimum_and_a_message() -> None:
    answer = assess(ST_HELENS, Facts(sessions=held("2026-11-09")), date(2026, 11, 10))

    assert (answer.worst, answer.rules) == (Status.NO_MINIMUM_SET, ())
    assert answer.messages == ("No worker category is known for 10 November 2026.",)
    assert answer.why == "The policy sets no minimum for this worker."


def test_an_unknown_category_is_named() -> None:
    answer = assess(ST_HELENS, worker("astronaut"), date(2026, 11, 10))

    assert "“astronaut” is not a worker category of st-helens." in answer.messages


def test_a_category_that_owes_nothing_is_not_required() -> None:
    categories = tuple(replace(each, obligation="none") for each in ST_HELENS.categories)

    answer = assess(replace(ST_HELENS, categories=categories), worker("social_worker"), date(2026, 11, 10))

    assert (answer.worst, answer.due_on) == (Status.NOT_REQUIRED, None)
    assert [(each.rule, each.status, each.due_on) for each in answer.rules] == [
        ("four-weekly", Status.NOT_REQUIRED, None)
    ]
    assert "does not require supervision" in answer.why


def test_what_is_required_in_another_category_is_not_excused() -> None:
    categories = tuple(
        replace(each, obligation="none" if each.id == "social_worker" else "must") for each in ST_HELENS.categories
    )
    both = [CategoryHeld("social_worker"), CategoryHeld("early_help_worker")]
    facts = worker("", held("2026-11-09"), categories=both)

    answer = assess(replace(ST_HELENS, categories=categories), facts, date(2026, 11, 10))

    assert [(each.rule, each.status) for each in answer.rules] == [
        ("four-weekly", Status.NOT_REQUIRED),
        ("early-help-monthly", Status.NOT_DUE),
    ]
    assert (answer.worst, answer.due_on) == (Status.NOT_DUE, date(2026, 12, 9))


def test_a_start_to_come_does_not_move_todays_clock() -> None:
    anchors = {"employment_start": date(2024, 1, 8), "role_start": date(2027, 3, 1)}
    facts = worker("social_worker", held("2026-11-09"), anchors=anchors)

    assert assess(ST_HELENS, facts, date(2026, 12, 1)).due_on == date(2026, 12, 7)
    assert assess(ST_HELENS, facts, date(2027, 3, 2)).due_on == date(2027, 3, 29)
    to_come = worker("social_worker", started="2027-03-01")
    assert assess(ST_HELENS, to_come, date(2027, 2, 1)).due_on == date(2027, 3, 29)


def test_a_leaver_owes_nothing_from_the_last_day_on() -> None:
    left = [CategoryHeld("social_worker", None, date(2026, 12, 1))]

    answer = assess(ST_HELENS, worker("", held("2026-10-01"), categories=left), date(2026, 12, 1))

    assert answer.rules == ()


@pytest.mark.req("R271", "R272")
def test_an_inherited_rule_says_where_it_is_from() -> None:
    answer = assess(ST_HELENS, asye(held("2026-09-21")), date(2026, 9, 22))

    assert answer.due_on == date(2026, 9, 28)
    assert "baseline-lga-2020, version 2020" in answer.why
    assert assess(ST_HELENS, asye(held("2026-09-21", minutes=60)), date(2026, 9, 22)).due_on == date(2026, 9, 14)


def test_a_booking_shows_beside_what_is_due() -> None:
    facts = worker("social_worker", held("2026-11-09"), booked("2026-12-01", "2026-11-20", "2026-12-20"))

    assert row(assess(ST_HELENS, facts, date(2026, 11, 25)), "four-weekly").booked_on == date(2026, 12, 1)
