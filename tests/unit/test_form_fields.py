"""Days and times as people type them."""

from datetime import date, time

import pytest
from django.forms import ValidationError

from core.form_fields import ClockField, DayField, clock_of
from supervision.rules import Times, odd_about


@pytest.mark.parametrize(
    ("typed", "meant"),
    [
        ("9", time(9)),
        ("09", time(9)),
        ("10", time(10)),
        ("9:30", time(9, 30)),
        ("9.30", time(9, 30)),
        ("930", time(9, 30)),
        ("0930", time(9, 30)),
        ("14:30", time(14, 30)),
        ("14:30:00", time(14, 30)),
        ("1430", time(14, 30)),
        ("2pm", time(14)),
        ("2 PM", time(14)),
        ("2.30pm", time(14, 30)),
        ("12am", time(0)),
    ],
)
def test_a_time_is_read_as_it_is_typed(typed: str, meant: time) -> None:
    assert clock_of(typed) == meant


@pytest.mark.parametrize("typed", ["2", "130", "25", "9:5", "9:60", "13pm", "0am", "half ten", "10:00 or so", "٣"])
def test_what_is_no_time_or_could_be_two_is_refused(typed: str) -> None:
    with pytest.raises(ValidationError, match="Enter the start as a time like 14:30."):
        ClockField(of="start").clean(typed)


@pytest.mark.parametrize(
    ("starts", "ends", "words"),
    [
        (time(1), time(9), "it would begin at 1:00, before 7 in the morning"),
        (time(19, 30), time(21, 15), "it would end at 21:15, after 9 in the evening"),
        (time(9), time(13, 1), "from 9:00 to 13:01 is longer than 4 hours"),
        (time(7), time(11), ""),
        (time(17), time(21), ""),
    ],
)
def test_unusual_hours_are_asked_about(starts: time, ends: time, words: str) -> None:
    assert odd_about(Times(date(2026, 11, 9), starts, ends)) == words


@pytest.mark.parametrize("month", ["11", "nov", "Nov.", "November"])
def test_a_month_may_be_named(month: str) -> None:
    assert DayField().clean(["9", month, "2026"]) == date(2026, 11, 9)


def test_a_month_of_four_letters_may_be_named() -> None:
    assert DayField().clean(["9", "sept", "2026"]) == date(2026, 9, 9)


@pytest.mark.parametrize("required", [True, False])
def test_all_that_is_wrong_with_a_date_is_said_at_once_and_of_which(required: bool) -> None:  # noqa: FBT001
    with pytest.raises(ValidationError) as refused:
        DayField(of="last day", required=required).clean(["", "ju", "26"])

    assert refused.value.messages == [
        "Enter the day of the last day.",
        "Enter the month of the last day in figures or by name, such as 3 or March.",
        "Enter the year of the last day with four figures, such as 2027.",
    ]


def test_a_date_that_is_missing_is_named() -> None:
    with pytest.raises(ValidationError, match="Enter the last day: the day, month and year."):
        DayField(of="last day").clean(["", "", ""])
