"""Civil durations, working days, windows: the worked dates of the policy model."""

from datetime import date

import pytest

from core.errors import RuleBroken
from policies.bank_holidays import bank_holidays
from policies.rules.calendars import Per, Within, WorkingCalendar, window_holding
from policies.rules.durations import Duration
from tests.policies_kit import pack

ENGLAND = WorkingCalendar(days_off=bank_holidays("england-and-wales"))


def test_a_month_is_clamped_to_the_last_day() -> None:
    assert date(2027, 1, 31) + Duration.parse("P1M") == date(2027, 2, 28)
    assert date(2028, 1, 31) + Duration.parse("P1M") == date(2028, 2, 29)
    assert date(2026, 12, 31) + Duration.parse("P2M") == date(2027, 2, 28)
    assert date(2028, 2, 29) + Duration.parse("P1Y") == date(2029, 2, 28)


def test_four_weeks_are_28_days_and_a_month_is_neither() -> None:
    assert Duration.parse("P4W") == Duration.parse("P28D")
    assert Duration.parse("P1M") not in (Duration.parse("P4W"), Duration.parse("P30D"))
    assert Duration.parse("P1Y") == Duration.parse("P12M")


@pytest.mark.parametrize(
    ("text", "words"),
    [("P7D", "7 days"), ("P1W", "week"), ("P4W", "4 weeks"), ("P1M", "month"), ("P2M", "2 months"), ("P1Y", "year")],
)
def test_reads_as_after_every(text: str, words: str) -> None:
    assert Duration.parse(text).in_words == words
    assert str(Duration.parse(text)) == text


@pytest.mark.parametrize("text", ["", "P28X", "28D", "P", "P1M2D", "PT1H", "p1m", "P-1D", "P1.5M", "P1M ", "P٣D"])
def test_refuses_what_is_no_duration(text: str) -> None:
    with pytest.raises(RuleBroken, match="is not an ISO 8601 duration"):
        Duration.parse(text)


def test_refuses_a_duration_of_no_time() -> None:
    with pytest.raises(RuleBroken, match='"P0D" lasts no time'):
        Duration.parse("P0D")


@pytest.mark.parametrize(
    ("longer", "shorter", "always"),
    [
        ("P6W", "P4W", True),
        ("P5W", "P1M", True),
        ("P31D", "P1M", False),
        ("P1M", "P27D", True),
        ("P1M", "P28D", False),
        ("P4W", "P4W", False),
        ("P1Y", "P12M", False),
        ("P2M", "P1M", True),
    ],
)
def test_knows_which_of_two_is_longer_whatever_the_month(longer: str, shorter: str, always: bool) -> None:
    assert Duration.parse(longer).always_longer_than(Duration.parse(shorter)) is always


@pytest.mark.scenario(13)
@pytest.mark.parametrize(
    ("session_on", "within", "due_on"),
    [
        (date(2026, 4, 1), Within(working_days=5), date(2026, 4, 10)),
        (date(2026, 4, 1), Within(calendar_days=7), date(2026, 4, 8)),
        (date(2026, 12, 22), Within(working_days=5), date(2026, 12, 31)),
        (date(2026, 3, 30), Within(calendar_days=7), date(2026, 4, 6)),
        (date(2026, 1, 31), Within(months=1), date(2026, 2, 28)),
        (date(2026, 4, 1), Within(working_days=0), date(2026, 4, 1)),
        (date(2026, 4, 1), Within(qualifier="as_soon_as_possible"), None),
    ],
)
def test_deadlines_over_easter_and_christmas(session_on: date, within: Within, due_on: date | None) -> None:
    assert within.after(session_on, ENGLAND) == due_on


def test_book_by_moves_to_the_working_day_before() -> None:
    assert ENGLAND.book_by(date(2026, 4, 6)) == date(2026, 4, 2)
    assert ENGLAND.book_by(date(2026, 12, 28)) == date(2026, 12, 24)
    assert ENGLAND.book_by(date(2026, 4, 2)) == date(2026, 4, 2)
    assert WorkingCalendar(rolls_back=False).book_by(date(2026, 4, 5)) == date(2026, 4, 5)


def test_a_calendar_without_working_days_still_answers() -> None:
    never = WorkingCalendar(working_weekdays=frozenset())

    assert never.on_or_before(date(2026, 4, 5)) == date(2026, 4, 5)
    assert never.after_working_days(date(2026, 4, 5), 3) == date(2026, 4, 8)


@pytest.mark.parametrize("year", [1985, 2026, 2120])
def test_counts_working_days_alike_near_and_far(year: int) -> None:
    first, end = date(year, 12, 20), date(year + 1, 1, 10)

    counted = ENGLAND.working_days(first, end)

    assert counted == sum(
        ENGLAND.is_working(date.fromordinal(day)) for day in range(first.toordinal(), end.toordinal())
    )
    assert ENGLAND.working_days(end, first) == 0


def test_closure_days_of_the_authority_are_no_working_days() -> None:
    closed = WorkingCalendar(days_off=ENGLAND.days_off | {date(2026, 12, 29)})

    assert closed.after_working_days(date(2026, 12, 24), 1) == date(2026, 12, 30)


def test_the_three_divisions_differ() -> None:
    assert date(2026, 1, 2) in bank_holidays("scotland") - bank_holidays("england-and-wales")
    assert date(2026, 3, 17) in bank_holidays("northern-ireland") - bank_holidays("england-and-wales")
    assert pack("shropshire-2017").calendar.days_off == bank_holidays("england-and-wales")


@pytest.mark.parametrize(
    ("per", "first", "last"),
    [
        (Per.CALENDAR_MONTH, date(2027, 2, 1), date(2027, 2, 28)),
        (Per.CALENDAR_QUARTER, date(2027, 1, 1), date(2027, 3, 31)),
        (Per.CALENDAR_YEAR, date(2027, 1, 1), date(2027, 12, 31)),
        (Per.SUPERVISION_YEAR, date(2026, 4, 1), date(2027, 3, 31)),
    ],
)
def test_windows_of_the_calendar(per: Per, first: date, last: date) -> None:
    window = window_holding(date(2027, 2, 10), per, year_starts=(4, 1))

    assert (window.starts_on, window.last_on) == (first, last)


def test_a_supervision_year_may_begin_within_a_month() -> None:
    before = window_holding(date(2027, 4, 5), Per.SUPERVISION_YEAR, year_starts=(4, 6))
    after = window_holding(date(2027, 4, 6), Per.SUPERVISION_YEAR, year_starts=(4, 6))

    assert (before.starts_on, before.ends_on) == (date(2026, 4, 6), date(2027, 4, 6))
    assert after.starts_on == date(2027, 4, 6)


def test_anchored_windows_are_counted_from_the_anchor_each_time() -> None:
    month = Duration.parse("P1M")
    windows = [
        window_holding(day, Per.ANCHORED, year_starts=(4, 1), anchor=date(2027, 1, 31), size=month)
        for day in (date(2027, 2, 27), date(2027, 2, 28), date(2027, 3, 31))
    ]

    assert [window.starts_on for window in windows] == [date(2027, 1, 31), date(2027, 2, 28), date(2027, 3, 31)]
    assert windows[1].ends_on == date(2027, 3, 31)
    long_months = window_holding(
        date(2026, 8, 31), Per.ANCHORED, year_starts=(4, 1), anchor=date(2026, 7, 1), size=month
    )
    assert long_months.starts_on == date(2026, 8, 1)


def test_a_deadline_in_words() -> None:
    assert Within(working_days=5, qualifier="as_soon_as_possible").in_words == "5 working days, as soon as possible"
    assert Within(calendar_days=1).in_words == "1 calendar day"
