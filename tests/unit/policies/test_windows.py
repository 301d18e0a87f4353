"""Counts in windows, months missed in a row, group and individual in turn: the worked dates of the policy model."""

from dataclasses import replace
from datetime import date

import pytest

from policies.rules import (
    Absence,
    Agreed,
    CategoryHeld,
    Duration,
    Facts,
    ServiceHeld,
    Session,
    Severity,
    Status,
    assess,
)
from policies.rules.calendars import Per
from policies.rules.policy import Atom, AtomType, Policy, Rule, ShortSession
from tests.policies_kit import booked, held, pack, row, rows, worker

SHROPSHIRE = pack("shropshire-2017")
FAMILY_SAFEGUARDING = pack("family-safeguarding-003")
EVERY_MONTH = [f"2026-{month:02}-10" for month in range(4, 13)] + [f"2027-{month:02}-10" for month in range(1, 4)]
CASE_HOLDERS = (
    "strategic_lead_or_service_manager",
    "team_manager",
    "sw_case_management",
    "sw_other_case_holding",
    "targeted_youth_worker",
    "support_case_holding",
)
ALTERNATING = ("sw_non_case_holding", "support_non_case_holding", "iro")


def months_without(*left_out: str) -> list[str]:
    return [day for day in EVERY_MONTH if day[:7] not in left_out]


def social_worker(*sessions: list[Session], **facts: object) -> Facts:
    """A case-holding social worker in Shropshire for years."""
    return worker("sw_case_management", *sessions, **{"started": "2020-01-06", **facts})  # type: ignore[arg-type]


def with_atoms(*atoms: Atom, **rule: object) -> Policy:
    """Shropshire's monthly rule with other conditions."""
    monthly = SHROPSHIRE.rules[0]
    changed = replace(monthly, phases=(replace(monthly.phases[0], atoms=atoms),), **rule)  # type: ignore[arg-type]
    return replace(SHROPSHIRE, rules=(changed,))


# Calendar months


@pytest.mark.scenario(6)
@pytest.mark.req("R037", "R324")
def test_calendar_month_or_four_weeks() -> None:
    facts = worker("practitioner", held("2026-07-01"))
    later = replace(facts, sessions=held("2026-07-01", "2026-08-28"))

    first_day_late = assess(FAMILY_SAFEGUARDING, facts, date(2026, 7, 30))
    before = assess(FAMILY_SAFEGUARDING, facts, date(2026, 8, 28))
    after = assess(FAMILY_SAFEGUARDING, later, date(2026, 8, 28))

    assert row(assess(FAMILY_SAFEGUARDING, facts, date(2026, 7, 29)), "four-weeks").status == Status.DUE_TODAY
    assert row(first_day_late, "four-weeks").status == Status.OVERDUE
    assert row(before, "four-weeks").overdue_days == 30
    assert (row(before, "four-weeks").severity, row(before, "month").severity) == (Severity.WARNING, Severity.BREACH)
    assert (row(first_day_late, "month").status, first_day_late.worst) == (Status.MET, Status.MET)
    assert (row(after, "month").status, len(rows(after, "month"))) == (Status.MET, 1)
    [ambiguity] = [each for each in FAMILY_SAFEGUARDING.ambiguities if each.id == "AMB-01"]
    assert "calendar month is the breach line" in ambiguity.chosen


def test_a_month_not_yet_met_is_due_by_its_last_day() -> None:
    month = row(assess(FAMILY_SAFEGUARDING, worker("practitioner", started="2026-01-05"), date(2026, 5, 20)), "month")

    assert (month.status, month.standing) == (Status.NOT_DUE, Status.NOT_DUE)
    assert (month.due_on, month.book_by) == (date(2026, 5, 31), date(2026, 5, 29))
    assert (month.counted, month.required, month.forecast) == (0, 1, "short")
    assert "due by 29 May 2026" in month.why


@pytest.mark.parametrize(
    ("on", "standing"),
    [
        (date(2026, 5, 23), Status.NOT_DUE),
        (date(2026, 5, 24), Status.DUE_SOON),
        (date(2026, 5, 30), Status.DUE_SOON),
        (date(2026, 5, 31), Status.DUE_TODAY),
    ],
)
def test_a_window_about_to_end_is_shown_as_due_soon(on: date, standing: Status) -> None:
    answer = assess(FAMILY_SAFEGUARDING, worker("practitioner", started="2026-05-04"), on)

    month = row(answer, "month")
    assert (month.status, month.standing) == (Status.NOT_DUE, standing)
    assert (answer.worst, answer.standing, answer.due_on) == (Status.NOT_DUE, standing, date(2026, 5, 31))


def test_missed_months_of_the_last_year_stay_on_the_page() -> None:
    facts = worker("practitioner", held("2026-07-01", "2026-09-30"), started="2024-01-08")

    answer = assess(FAMILY_SAFEGUARDING, facts, date(2026, 10, 15))

    missed = [each for each in rows(answer, "month") if each.status == Status.MISSED]
    assert [each.due_on for each in missed] == [
        date(2026, 8, 31),
        *(
            date(2026, month, 1).replace(day=last)
            for month, last in ((6, 30), (5, 31), (4, 30), (3, 31), (2, 28), (1, 31))
        ),
        date(2025, 12, 31),
        date(2025, 11, 30),
        date(2025, 10, 31),
    ]
    assert {each.booked_on for each in missed} == {None}
    assert answer.worst == Status.MISSED
    assert answer.due_on == date(2026, 10, 31)


def test_a_month_is_missed_from_the_day_after_its_last() -> None:
    facts = worker("practitioner", held("2026-07-01"))

    on_the_last = assess(FAMILY_SAFEGUARDING, facts, date(2026, 8, 31))
    after = assess(FAMILY_SAFEGUARDING, facts, date(2026, 9, 1))

    assert on_the_last.worst == Status.NOT_DUE
    assert after.worst == Status.MISSED


def test_a_missed_month_is_shown_for_twelve_months() -> None:
    facts = worker("practitioner", held("2026-07-01"))

    def missed(on: date) -> list[date | None]:
        return [each.due_on for each in assess(FAMILY_SAFEGUARDING, facts, on).overdue()]

    assert date(2026, 8, 31) in missed(date(2027, 8, 31))
    assert date(2026, 8, 31) not in missed(date(2027, 9, 1))


def test_nobody_is_charged_with_months_before_anything_is_known() -> None:
    facts = worker("practitioner", held("2026-07-01"))

    assert [each.status for each in rows(assess(FAMILY_SAFEGUARDING, facts, date(2026, 7, 20)), "month")] == [
        Status.MET
    ]
    assert len(rows(assess(FAMILY_SAFEGUARDING, worker("practitioner"), date(2026, 7, 20)), "month")) == 1


@pytest.mark.parametrize(
    ("started", "status"),
    [("2026-09-21", Status.EXEMPT), ("2026-09-14", Status.NOT_DUE), ("2026-09-17", Status.NOT_DUE)],
)
def test_the_month_of_a_start_counts_with_ten_working_days_left(started: str, status: Status) -> None:
    answer = assess(SHROPSHIRE, worker("sw_case_management", started=started), date(2026, 9, 25))

    assert row(answer, "monthly").status == status


def test_a_session_in_a_short_month_makes_it_count() -> None:
    facts = worker("sw_case_management", held("2026-09-24"), started="2026-09-21")

    assert row(assess(SHROPSHIRE, facts, date(2026, 9, 25)), "monthly").status == Status.MET


def test_an_exempt_month_says_why() -> None:
    month = row(assess(SHROPSHIRE, worker("sw_case_management", started="2026-09-21"), date(2026, 9, 25)), "monthly")

    assert month.why.startswith("Too few working days to count September 2026: fewer than 10 were available")
    assert (month.forecast, month.due_on, month.book_by) == (None, date(2026, 9, 30), date(2026, 9, 30))


def test_what_was_missed_could_have_been_booked_by_its_last_working_day() -> None:
    answer = assess(FAMILY_SAFEGUARDING, worker("practitioner", held("2026-07-01")), date(2026, 9, 2))

    august = rows(answer, "month")[1]
    assert (august.status, august.due_on, august.book_by) == (
        Status.MISSED,
        date(2026, 8, 31),
        date(2026, 8, 28),
    )


def test_windows_begin_no_earlier_than_the_opening_date() -> None:
    facts = worker("sw_case_management", started="2019-05-13", opened_on=date(2026, 9, 14))

    september = assess(SHROPSHIRE, facts, date(2026, 9, 20))
    november = assess(SHROPSHIRE, facts, date(2026, 11, 20))

    assert (row(september, "monthly").status, row(september, "gap").status) == (Status.MET, Status.MET)
    assert "(14 September 2026 is the opening date)" in row(september, "monthly").why
    assert (row(november, "held").counted, row(november, "held").required) == (1, 5)
    assert not rows(november, "held")[1:]
    assert (row(november, "gap").counted, row(november, "gap").due_on) == (1, date(2026, 11, 30))
    known = replace(facts, sessions=held("2026-09-14"))
    assert row(assess(SHROPSHIRE, known, date(2026, 9, 20)), "monthly").counted == 1


# Ten of twelve


@pytest.mark.scenario(7)
@pytest.mark.req("R039", "R040")
def test_ten_of_twelve_with_a_short_session() -> None:
    short = [Session(date(2027, 2, 10), minutes=60)]
    facts = social_worker(held(*months_without("2026-08", "2026-12", "2027-02")), short, started="2026-04-01")

    answer = assess(SHROPSHIRE, facts, date(2027, 3, 31))

    held_row = row(answer, "held")
    assert (held_row.counted, held_row.required, held_row.status) == (9, 10, Status.NOT_DUE)
    assert held_row.forecast == "short"
    assert row(answer, "gap").status == Status.MET
    monthly = row(answer, "monthly")
    assert (monthly.status, monthly.severity) == (Status.MET, Severity.WARNING)
    assert monthly.why.startswith(
        "1 of 1 counted session held in March 2027; missed in the twelve months before: August 2026, December 2026 "
        "and February 2027 (60 minutes on 10 February 2027, of 90 needed)"
    )
    after = assess(SHROPSHIRE, facts, date(2027, 4, 1))
    assert [(each.status, each.counted) for each in rows(after, "held")][1] == (Status.MISSED, 9)


@pytest.mark.scenario(7)
def test_the_shortfall_is_forecast_as_soon_as_the_diary_cannot_make_it_good() -> None:
    facts = social_worker(held(*EVERY_MONTH[:4]))
    enough = replace(facts, sessions=[*facts.sessions, *booked(*EVERY_MONTH[5:11])])
    too_few = replace(facts, sessions=[*facts.sessions, *booked(*EVERY_MONTH[5:10])])

    assert row(assess(SHROPSHIRE, enough, date(2026, 8, 1)), "held").forecast is None
    assert row(assess(SHROPSHIRE, too_few, date(2026, 8, 1)), "held").forecast == "short"


@pytest.mark.scenario(7)
def test_maternity_leave_lowers_what_is_required() -> None:
    away = [Absence(date(2026, 10, 1), expected_to=date(2027, 7, 1), kind="maternity")]
    facts = social_worker(held(*EVERY_MONTH[:5]), absences=away, started="2026-04-01")

    answer = assess(SHROPSHIRE, facts, date(2026, 11, 20))

    assert (row(answer, "held").counted, row(answer, "held").required, row(answer, "held").status) == (5, 5, Status.MET)
    assert row(answer, "monthly").status == Status.EXEMPT
    assert row(answer, "gap").status == Status.SUSPENDED
    assert not answer.overdue()


def test_an_absence_that_has_not_begun_lowers_nothing_yet() -> None:
    facts = social_worker(absences=[Absence(date(2026, 10, 1), expected_to=date(2027, 7, 1), kind="maternity")])

    assert row(assess(SHROPSHIRE, facts, date(2026, 9, 30)), "held").required == 10
    assert row(assess(SHROPSHIRE, facts, date(2026, 10, 1)), "held").required == 5


def test_the_order_of_sessions_does_not_matter() -> None:
    facts = social_worker(held("2026-11-09", "2026-09-01", "2026-10-09"), booked("2026-12-09", "2026-12-01"))
    sorted_facts = replace(facts, sessions=sorted(facts.sessions, key=lambda session: session.on))

    answer = assess(SHROPSHIRE, facts, date(2026, 11, 20))

    assert answer == assess(SHROPSHIRE, sorted_facts, date(2026, 11, 20))
    assert (row(answer, "held").counted, row(answer, "gap").booked_on) == (3, date(2026, 12, 1))


@pytest.mark.req("R039")
@pytest.mark.parametrize(
    ("starts", "required"),
    [("2020-01-06", 10), ("2026-05-01", 9), ("2026-07-01", 7), ("2026-09-01", 5), ("2026-10-01", 5), ("2027-03-22", 0)],
)
def test_the_yearly_figure_is_pro_rata(starts: str, required: int) -> None:
    answer = assess(SHROPSHIRE, worker("sw_case_management", started=starts), date(2027, 3, 25))

    assert row(answer, "held").required == required


@pytest.mark.req("R039")
def test_two_halves_are_not_a_whole() -> None:
    facts = social_worker(held("2026-04-10", minutes=45), held("2026-04-10", minutes=45))

    answer = assess(SHROPSHIRE, facts, date(2026, 4, 20))

    assert (row(answer, "held").counted, row(answer, "monthly").counted, row(answer, "gap").status) == (
        0,
        0,
        Status.MET,
    )
    assert "(45 minutes on 10 April 2026 and 45 minutes on 10 April 2026, of 90 needed)" in row(answer, "monthly").why


@pytest.mark.req("R038")
def test_scheduled_counts_whatever_was_put_in_the_diary() -> None:
    cancelled = [Session(date(2026, 7, 8), status="cancelled"), Session(date(2027, 3, 9), status="cancelled")]
    facts = social_worker(held(*EVERY_MONTH[:2]), cancelled, booked(*EVERY_MONTH[4:11]))

    eleven = row(assess(SHROPSHIRE, facts, date(2026, 8, 1)), "booked")
    twelve = row(
        assess(SHROPSHIRE, replace(facts, sessions=[*facts.sessions, *booked("2027-03-20")]), date(2026, 8, 1)),
        "booked",
    )

    assert (eleven.counted, eleven.required, eleven.status, eleven.forecast) == (11, 12, Status.NOT_DUE, "short")
    assert (twelve.counted, twelve.status, twelve.forecast) == (12, Status.MET, None)
    assert "11 of 12 sessions put in the diary in the supervision year 1 April 2026 to 31 March 2027" in eleven.why


@pytest.mark.parametrize("category", CASE_HOLDERS)
@pytest.mark.req("R048", "R049", "R050", "R051", "R054", "R055")
def test_case_holders_have_an_individual_session_of_ninety_minutes_each_month(category: str) -> None:
    in_group = worker(category, held("2026-11-10", format="group"), started="2020-01-06")
    alone = worker(category, held("2026-11-10"), started="2020-01-06")

    assert row(assess(SHROPSHIRE, in_group, date(2026, 11, 11)), "monthly").status == Status.NOT_DUE
    assert row(assess(SHROPSHIRE, alone, date(2026, 11, 11)), "monthly").status == Status.MET


# Missed in a row


@pytest.mark.scenario(7)
@pytest.mark.req("R041")
def test_two_months_missed_in_a_row_are_a_breach() -> None:
    facts = social_worker(held(*months_without("2026-11", "2026-12", "2027-01", "2027-02", "2027-03")))

    warned = row(assess(SHROPSHIRE, facts, date(2026, 12, 1)), "gap")
    last_day = row(assess(SHROPSHIRE, facts, date(2026, 12, 31)), "gap")
    breach = row(assess(SHROPSHIRE, facts, date(2027, 1, 1)), "gap")
    longer = row(assess(SHROPSHIRE, facts, date(2027, 3, 1)), "gap")
    ended = row(
        assess(SHROPSHIRE, replace(facts, sessions=[*facts.sessions, *held("2027-01-05")]), date(2027, 1, 6)), "gap"
    )

    assert (warned.status, warned.counted, warned.required) == (Status.NOT_DUE, 1, 1)
    assert (warned.due_on, warned.book_by) == (date(2026, 12, 31), date(2026, 12, 31))
    assert "a breach if there is none by 31 December 2026" in warned.why
    assert (last_day.status, last_day.standing) == (Status.NOT_DUE, Status.DUE_TODAY)
    assert (breach.status, breach.counted, breach.due_on) == (Status.MISSED, 2, date(2026, 12, 31))
    assert "No session in November 2026 and December 2026; at most 1 month may be missed in a row" in breach.why
    assert (longer.counted, longer.due_on) == (4, date(2026, 12, 31))
    assert (ended.status, ended.counted, ended.due_on) == (Status.MET, 0, None)


@pytest.mark.req("R041")
def test_with_nothing_missed_the_month_after_this_one_would_be_the_breach() -> None:
    gap = row(assess(SHROPSHIRE, social_worker(held("2026-10-12")), date(2026, 11, 10)), "gap")

    assert (gap.status, gap.counted, gap.due_on) == (Status.NOT_DUE, 0, date(2026, 12, 31))
    assert "No month was missed before November 2026" in gap.why


def test_exempt_months_neither_extend_nor_end_the_run() -> None:
    away = [Absence(date(2026, 10, 1), date(2026, 12, 1))]
    facts = social_worker(held(*EVERY_MONTH[:5]), absences=away)

    december = row(assess(SHROPSHIRE, facts, date(2026, 12, 2)), "gap")
    january = row(assess(SHROPSHIRE, facts, date(2027, 1, 1)), "gap")
    while_away = row(assess(SHROPSHIRE, facts, date(2026, 11, 5)), "gap")

    assert (december.counted, december.due_on) == (1, date(2026, 12, 31))
    assert (january.status, january.counted) == (Status.MISSED, 2)
    assert (while_away.status, while_away.counted) == (Status.SUSPENDED, 1)


def test_an_absence_without_an_end_has_no_breach_to_name() -> None:
    facts = social_worker(held(*EVERY_MONTH[:6]), absences=[Absence(date(2026, 10, 1))])

    gap = row(assess(SHROPSHIRE, facts, date(2026, 11, 5)), "gap")

    assert (gap.status, gap.due_on, gap.book_by) == (Status.SUSPENDED, None, None)


def test_a_window_that_was_open_when_the_absence_began_is_suspended() -> None:
    facts = social_worker(held("2026-10-12"), absences=[Absence(date(2026, 11, 23), expected_to=date(2027, 2, 1))])

    monthly = row(assess(SHROPSHIRE, facts, date(2026, 11, 25)), "monthly")

    assert monthly.status == Status.SUSPENDED
    assert "away since 23 November 2026" in monthly.why


def test_missed_quarters_in_a_row_are_told_as_quarters() -> None:
    atom = Atom(id="gap", type=AtomType.MAX_CONSECUTIVE_MISSED, per=Per.CALENDAR_QUARTER, max=0)
    gap = row(assess(with_atoms(atom), social_worker(held("2026-04-10")), date(2026, 11, 10)), "gap")

    assert (gap.status, gap.due_on) == (Status.MISSED, date(2026, 9, 30))
    assert "No session in 1 July 2026 to 30 September 2026; at most 0 quarters" in gap.why


# Group and individual in turn


@pytest.mark.scenario(12)
@pytest.mark.req("R052", "R056", "R060", "R062")
@pytest.mark.parametrize("category", ALTERNATING)
def test_group_and_individual_take_turns(category: str) -> None:
    september = held("2026-09-15", format="group")
    october = held("2026-10-13", format="group")
    absent = [replace(october[0], present=False)]

    both = assess(SHROPSHIRE, worker(category, september, october, started="2026-09-01"), date(2026, 10, 20))
    missed = assess(SHROPSHIRE, worker(category, september, absent, started="2026-09-01"), date(2026, 11, 1))

    assert row(both, "monthly").status == Status.MET
    alternate = row(both, "alternate")
    assert (alternate.status, alternate.counted, alternate.required) == (Status.MISSED, 2, 1)
    assert alternate.severity == Severity.WARNING
    assert "2 group sessions running, where at most 1 group session may be" in alternate.why
    assert (row(missed, "alternate").status, row(missed, "alternate").counted) == (Status.MET, 1)
    assert "the next has to be individual" in row(missed, "alternate").why
    assert "missed in the twelve months before: October 2026" in row(missed, "monthly").why
    assert row(missed, "gap").counted == 1


@pytest.mark.req("R060")
def test_an_individual_session_ends_the_run_of_groups() -> None:
    facts = worker(
        "iro",
        held("2026-09-15", format="group"),
        held("2026-10-13"),
        held("2026-11-10", format="group"),
        started="2026-09-01",
    )

    alternate = row(assess(SHROPSHIRE, facts, date(2026, 11, 11)), "alternate")

    assert (alternate.status, alternate.counted) == (Status.MET, 1)
    individual = replace(facts, sessions=held("2026-10-13"))
    assert (
        "The next may be individual or in a group"
        in row(assess(SHROPSHIRE, individual, date(2026, 11, 11)), "alternate").why
    )


@pytest.mark.scenario(12)
def test_in_family_safeguarding_an_absent_worker_has_not_met_the_month() -> None:
    group = held("2026-10-13", kind="practice", format="group")
    facts = worker("practitioner", group, started="2024-01-08", services=[ServiceHeld("family_safeguarding")])
    absent = replace(facts, sessions=[replace(group[0], present=False)])

    assert row(assess(FAMILY_SAFEGUARDING, facts, date(2026, 10, 20)), "month").status == Status.MET
    assert row(assess(FAMILY_SAFEGUARDING, absent, date(2026, 10, 20)), "month").status == Status.NOT_DUE


# Quarters, other windows


@pytest.mark.req("R057")
def test_support_staff_have_a_quarterly_figure_for_information() -> None:
    facts = worker("business_support", held("2026-07-20", minutes=30, format="group"), started="2020-01-06")

    met = row(assess(SHROPSHIRE, facts, date(2026, 8, 20)), "business-support-quarterly")
    open_again = assess(SHROPSHIRE, facts, date(2026, 10, 20))

    assert (met.status, met.severity) == (Status.MET, Severity.INFO)
    assert row(open_again, "business-support-quarterly").due_on == date(2026, 12, 31)
    assert (open_again.worst, open_again.due_on) == (Status.NOT_DUE, None)


def test_a_count_in_a_rolling_window_runs_from_the_count_th_latest() -> None:
    atom = Atom(id="two", type=AtomType.WINDOW, per=Per.ROLLING, count=2, size=Duration.parse("P6M"))
    policy = with_atoms(atom)
    started = social_worker(started="2026-01-12")

    one = row(assess(policy, replace(started, sessions=held("2026-03-10")), date(2026, 4, 1)), "two")
    two = row(assess(policy, replace(started, sessions=held("2026-03-10", "2026-05-11")), date(2026, 6, 1)), "two")
    late = row(assess(policy, replace(started, sessions=held("2026-03-10", "2026-05-11")), date(2026, 9, 11)), "two")

    assert (one.due_on, one.counted, one.required) == (date(2026, 7, 12), 1, 2)
    assert (two.due_on, two.counted, two.status) == (date(2026, 9, 10), 2, Status.NOT_DUE)
    assert (late.status, late.overdue_days, late.counted) == (Status.OVERDUE, 1, 1)
    assert two.why.startswith("2 counted sessions since 10 March 2026; 2 sessions in any 6 months")
    assert one.why.startswith("Started 12 January 2026 and fewer than 2 counted sessions yet")
    unknown = worker("sw_case_management", held("2026-03-10"))
    assert row(assess(policy, unknown, date(2026, 4, 1)), "two").due_on == date(2026, 9, 10)


def test_anchored_windows_begin_with_the_obligation() -> None:
    atom = Atom(id="every-six", type=AtomType.WINDOW, per=Per.ANCHORED, count=1, size=Duration.parse("P6W"))
    facts = social_worker(held("2026-01-20"), started="2026-01-05")

    first = row(assess(with_atoms(atom), facts, date(2026, 2, 1)), "every-six")
    third = assess(with_atoms(atom), facts, date(2026, 3, 30))

    assert (first.status, first.due_on) == (Status.MET, date(2026, 2, 15))
    assert [each.due_on for each in rows(third, "every-six")] == [date(2026, 5, 10), date(2026, 3, 29)]


def test_anchored_windows_begin_with_the_obligation_and_not_with_the_category() -> None:
    atom = Atom(id="every-six", type=AtomType.WINDOW, per=Per.ANCHORED, count=1, size=Duration.parse("P6W"))
    since_february = [CategoryHeld("sw_case_management", date(2026, 2, 2))]
    facts = social_worker(held("2026-02-10"), started="2026-01-05", categories=since_february)

    assert row(assess(with_atoms(atom), facts, date(2026, 2, 11)), "every-six").due_on == date(2026, 2, 15)


def test_anchored_windows_begin_with_the_first_session_where_no_start_is_known() -> None:
    atom = Atom(id="every-six", type=AtomType.WINDOW, per=Per.ANCHORED, count=1, size=Duration.parse("P6W"))
    facts = worker("sw_case_management", held("2026-01-05"))

    assert row(assess(with_atoms(atom), facts, date(2026, 2, 1)), "every-six").due_on == date(2026, 2, 15)
    unknown = row(assess(with_atoms(atom), worker("sw_case_management"), date(2026, 2, 1)), "every-six")
    assert unknown.due_on == date(2026, 3, 14)


def test_a_short_session_may_count_everywhere_but_where_the_full_length_is_asked() -> None:
    policy = with_atoms(*SHROPSHIRE.rules[0].phases[0].atoms)
    terms = replace(policy.rules[0].phases[0].terms, short_session=ShortSession.COUNTS)
    rule = replace(policy.rules[0], phases=(replace(policy.rules[0].phases[0], terms=terms),))
    facts = social_worker(held("2026-11-10", minutes=60))

    answer = assess(replace(policy, rules=(rule,)), facts, date(2026, 11, 11))

    assert (row(answer, "monthly").counted, row(answer, "held").counted) == (1, 0)


# Phases and categories with windows


@pytest.mark.scenario(8)
def test_windows_begin_with_the_phase() -> None:
    facts = worker(
        "nqsw",
        held("2027-03-03"),
        anchors={"asye_start": date(2026, 9, 7), "employment_start": date(2026, 9, 7)},
    )

    march = assess(SHROPSHIRE, facts, date(2027, 3, 8))
    april = assess(SHROPSHIRE, replace(facts, sessions=held("2027-03-20")), date(2027, 4, 8))

    assert (march.phase, march.phase_ends_on) == ("monthly", None)
    assert {each.rule for each in march.rules} == {"asye"}
    assert (row(march, "monthly").counted, row(march, "monthly").status) == (0, Status.NOT_DUE)
    assert (row(march, "held").required, row(march, "booked").required) == (0, 1)
    assert (row(april, "gap").due_on, row(april, "held").required) == (date(2027, 5, 31), 10)
    assert "(asye, monthly, gap;" in row(march, "gap").why


def test_what_was_missed_in_a_category_that_is_over_stays_missed() -> None:
    change = date(2026, 9, 1)
    facts = worker(
        "",
        held("2026-06-10", kind="case"),
        categories=[CategoryHeld("practitioner", None, change), CategoryHeld("student", change)],
        started="2026-06-01",
    )

    answer = assess(FAMILY_SAFEGUARDING, facts, date(2026, 9, 10))

    missed = [(each.rule, each.due_on) for each in answer.rules if each.status == Status.MISSED]
    assert missed == [("case-monthly", date(2026, 8, 31)), ("case-monthly", date(2026, 7, 31))]


def test_a_category_that_was_over_before_the_start_leaves_nothing() -> None:
    facts = worker("", categories=[CategoryHeld("practitioner", None, date(2026, 1, 1))], started="2026-02-02")

    assert assess(FAMILY_SAFEGUARDING, facts, date(2026, 3, 10)).rules == ()


# The return


def test_where_there_are_only_windows_the_return_has_a_row_of_its_own() -> None:
    facts = social_worker(held("2026-09-10"), absences=[Absence(date(2026, 10, 1), date(2026, 12, 28))])

    back = assess(SHROPSHIRE, facts, date(2026, 12, 29))
    late = assess(SHROPSHIRE, facts, date(2027, 1, 13))
    done = assess(SHROPSHIRE, replace(facts, sessions=held("2026-09-10", "2027-01-05")), date(2027, 1, 6))
    away = assess(SHROPSHIRE, facts, date(2026, 12, 27))

    returned = row(back, "return")
    assert (returned.rule, returned.severity, returned.due_on) == ("return", Severity.BREACH, date(2027, 1, 12))
    assert returned.why.startswith(
        "Back from a long absence on 28 December 2026 and no counted session yet; "
        "the first within 10 working days of the return (return;"
    )
    assert (row(late, "return").status, late.worst) == (Status.OVERDUE, Status.OVERDUE)
    assert not rows(done, "return")
    assert not rows(away, "return")
    later_start = replace(facts, anchors={"employment_start": date(2027, 1, 4)})
    assert not rows(assess(SHROPSHIRE, later_start, date(2027, 1, 5)), "return")


def test_a_rolling_rule_needs_no_row_for_the_return() -> None:
    facts = worker("practitioner", held("2026-09-10"), absences=[Absence(date(2026, 10, 1), date(2026, 12, 28))])

    answer = assess(FAMILY_SAFEGUARDING, facts, date(2026, 12, 29))

    assert not rows(answer, "return")
    assert row(answer, "four-weeks").due_on == date(2027, 1, 12)


# Headlines


def test_the_headline_is_the_weightiest_row() -> None:
    facts = social_worker(held(*EVERY_MONTH[:7]), started="2026-04-01")

    answer = assess(SHROPSHIRE, facts, date(2027, 1, 1))

    headline = answer.headline()
    assert headline is not None
    assert (headline.atom, answer.worst) == ("gap", Status.MISSED)
    assert answer.why == headline.why
    assert [each.atom for each in answer.overdue()] == ["gap"]


def test_an_agreed_figure_that_has_no_pace_is_left_out() -> None:
    agreed = Agreed((Atom(id="agreed", type=AtomType.ALTERNATION, max=1),), date(2026, 11, 1))

    answer = assess(SHROPSHIRE, social_worker(held("2026-11-10"), agreed=agreed), date(2026, 11, 11))

    assert "agreed" not in {each.rule for each in answer.rules}
    assert "What is agreed as “agreed” (alternation) gives no interval: it is ignored." in answer.messages


def test_rules_bind_everybody_where_no_category_is_named() -> None:
    everybody: Rule = replace(SHROPSHIRE.rules[0], categories=None)

    answer = assess(
        replace(SHROPSHIRE, rules=(everybody,)), worker("business_support", started="2020-01-06"), date(2026, 11, 1)
    )

    assert {each.rule for each in answer.rules} == {"individual-monthly"}
