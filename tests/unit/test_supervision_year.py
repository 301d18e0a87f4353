"""The dates proposed for a year: which days they take, why they move, and which gaps are said to be too long."""

from datetime import date, time, timedelta
from itertools import pairwise

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from policies.bank_holidays import bank_holidays
from policies.rules.calendars import WorkingCalendar
from policies.rules.durations import Duration
from supervision import rules
from supervision.rules import Attendee, Days, Pace, Spell, Taken, Times

MONDAY = date(2026, 11, 9)
HOLIDAYS = bank_holidays("england-and-wales")
CHRISTMAS_CLOSURE = date(2026, 12, 29)
CALENDAR = WorkingCalendar(days_off=HOLIDAYS | {CHRISTMAS_CLOSURE})
MONTHLY = Pace(every=Duration.parse("P1M"), count=12, by_month=True)
FOUR_WEEKS = Pace(every=Duration.parse("P28D"), count=13, longest=Duration.parse("P28D"))


def days_with(*people: Attendee, taken: tuple[Taken, ...] = ()) -> Days:
    return Days(
        calendar=CALENDAR, bank_holidays=HOLIDAYS, people=people or (Attendee("Amara Obi"), Attendee()), taken=taken
    )


def at_ten(on: date) -> Times:
    return Times(on=on, starts=time(10), ends=time(11, 30))


def on_days(found: list[rules.Proposed]) -> list[date]:
    return [each.times.on for each in found if each.times]


@pytest.mark.req("R038")
def test_twelve_dates_of_a_monthly_rule_stand_on_the_same_weekday_one_in_each_month() -> None:
    found = rules.propose_year(at_ten(MONDAY), pace=MONTHLY, days=days_with())

    days = on_days(found)
    assert len(days) == 12
    assert [day.weekday() for day in days].count(0) == 12
    assert len({(day.year, day.month) for day in days}) == 12
    assert rules.gap_sentences(days, pace=MONTHLY, after=None) == {}


def test_a_bank_holiday_moves_a_date_and_says_so() -> None:
    found = rules.propose_year(at_ten(date(2027, 4, 5)), pace=MONTHLY, days=days_with())

    may = found[1]
    assert (may.wished, may.moved_because) == (date(2027, 5, 3), "bank holiday")
    assert may.times.on == date(2027, 5, 10)


@pytest.mark.parametrize(
    ("person", "because"),
    [
        (Attendee("Amara Obi", away=[Spell(date(2026, 12, 7), date(2026, 12, 12))]), "Amara Obi is away"),
        (Attendee(away=[Spell(date(2026, 12, 1), None)]), "you are away"),
        (
            Attendee("Amara Obi", patterns=[(Spell(date(2026, 12, 1)), frozenset({1, 2, 3}))]),
            "Amara Obi does not work on Mondays",
        ),
    ],
)
def test_leave_and_working_days_of_either_move_a_date(person: Attendee, because: str) -> None:
    found = rules.propose_year(at_ten(MONDAY), pace=MONTHLY, days=days_with(person))

    december = found[1]
    assert december.wished == date(2026, 12, 7)
    assert december.moved_because == because
    assert december.times is None or person.why_not(december.times.on) == ""


def test_another_session_of_either_moves_a_date() -> None:
    taken = (Taken(Times(date(2026, 12, 7), time(11), time(12)), "you have supervision with Thomas Hallett"),)

    found = rules.propose_year(at_ten(MONDAY), pace=MONTHLY, days=days_with(taken=taken))

    assert found[1].moved_because == "you have supervision with Thomas Hallett"
    assert found[1].times.on == date(2026, 12, 14)


def test_every_four_weeks_over_christmas_comes_earlier_rather_than_late() -> None:
    found = rules.propose_year(at_ten(date(2026, 11, 30)), pace=FOUR_WEEKS, days=days_with())

    days = on_days(found)
    assert found[1].wished == date(2026, 12, 28)
    assert found[1].moved_because == "bank holiday"
    assert days[1] == date(2026, 12, 21)
    assert rules.gap_sentences(days, pace=FOUR_WEEKS, after=None) == {}


def test_a_phase_that_ends_ends_the_proposal() -> None:
    weekly = Pace(every=Duration.parse("P7D"), count=52, longest=Duration.parse("P7D"), until=date(2026, 12, 21))

    found = rules.propose_year(at_ten(MONDAY), pace=weekly, days=days_with())

    assert on_days(found)[-1] == date(2026, 12, 14)
    assert len(found) == 6


def test_a_gap_that_cannot_be_helped_is_said() -> None:
    away = Attendee("Amara Obi", away=[Spell(date(2026, 12, 1), date(2027, 1, 12))])

    found = rules.propose_year(at_ten(MONDAY), pace=FOUR_WEEKS, days=days_with(away))

    days = on_days(found)
    assert days[1] == date(2026, 11, 30) or days[1] >= date(2027, 1, 12)
    late = rules.gap_sentences(days, pace=FOUR_WEEKS, after=None)
    assert any("28 days is the longest gap asked for" in sentence for sentence in late.values())


def test_a_month_left_out_is_said_and_the_gap_since_the_last_session_counts() -> None:
    said = rules.gap_sentences([date(2027, 2, 1), date(2026, 12, 7)], pace=MONTHLY, after=date(2026, 10, 5))

    assert said == {
        0: "56 days after 7 December 2026: a month without a session",
        1: "63 days after 5 October 2026: a month without a session",
    }


def test_moving_the_rest_of_a_series_takes_each_to_the_nearest_day_that_does() -> None:
    present = [at_ten(date(2027, 4, 28)), at_ten(date(2027, 5, 26))]
    wished = [at_ten(date(2027, 5, 3)), at_ten(date(2027, 5, 31))]

    found = rules.propose_moves(present, wished, days=days_with())

    assert [each.moved_because for each in found] == ["bank holiday", "bank holiday"]
    assert on_days(found) == [date(2027, 4, 26), date(2027, 5, 24)]


# Whatever the days

spells = st.builds(
    lambda start, length: Spell(start, start + timedelta(days=length)),
    st.dates(date(2026, 10, 1), date(2028, 1, 1)),
    st.integers(1, 40),
)
patterns = st.one_of(
    st.just(()),
    st.builds(lambda days: ((Spell(date(2020, 1, 1)), frozenset(days)),), st.sets(st.integers(0, 4), min_size=1)),
)
people = st.builds(lambda away, pattern: Attendee("Amara Obi", away, pattern), st.lists(spells, max_size=4), patterns)
intervals = st.sampled_from(["P7D", "P14D", "P28D", "P1M", "P2M", "P3M"])


@given(
    first=st.dates(date(2026, 1, 1), date(2027, 12, 31)),
    every=intervals,
    count=st.integers(1, 30),
    has_limit=st.booleans(),
    by_month=st.booleans(),
    supervisee=people,
    supervisor=people,
    busy=st.lists(st.dates(date(2026, 10, 1), date(2028, 1, 1)), max_size=20),
)
@settings(max_examples=300, deadline=None)
@pytest.mark.req("R038")
def test_no_date_is_on_a_day_that_does_not_do_and_long_gaps_are_said(
    first: date,
    every: str,
    count: int,
    has_limit: bool,
    by_month: bool,
    supervisee: Attendee,
    supervisor: Attendee,
    busy: list[date],
) -> None:
    interval = Duration.parse(every)
    pace = Pace(every=interval, count=count, longest=interval if has_limit else None, by_month=by_month)
    days = days_with(supervisee, supervisor, taken=tuple(Taken(at_ten(day), "busy") for day in busy))

    found = rules.propose_year(at_ten(first), pace=pace, days=days)

    dates = on_days(found)
    assert len(found) == count
    assert dates == sorted(set(dates))
    assert all(day >= first for day in dates)
    assert all(not days.why_not(day) and not days.clash(at_ten(day)) for day in dates)
    assert all(CALENDAR.is_working(day) for day in dates)
    for each in found:
        assert (each.times is not None and each.times.on == each.wished) != bool(each.moved_because)
    said = rules.gap_sentences(dates, pace=pace, after=None)
    if has_limit:
        for place, (before, day) in enumerate(pairwise(dates), start=1):
            assert (day > before + interval) == (place in said and "longest gap" in said[place])
