"""The filters of pages: dates and statuses in words, typed text as it was typed."""

from datetime import UTC, date, datetime, time

import pytest
from django.core.paginator import Paginator

from core.templatetags import countersign as filters

DUE_ON = date(2027, 1, 12)


def test_a_date_is_written_in_full() -> None:
    assert filters.long_date(DUE_ON) == "Tuesday 12 January 2027"
    assert filters.medium_date(DUE_ON) == "12 January 2027"
    assert filters.short_date(DUE_ON) == "12 Jan 2027"
    assert filters.iso_date(DUE_ON) == "2027-01-12"


def test_a_moment_is_shown_in_london_time() -> None:
    just_before_midnight_in_utc = datetime(2026, 7, 31, 23, 30, tzinfo=UTC)

    assert filters.moment(just_before_midnight_in_utc) == "Saturday 1 August 2026 at 0:30"
    assert filters.time_of(datetime(2027, 1, 12, 14, 2, tzinfo=UTC)) == "14:02"


def test_dates_and_moments_of_signed_content_are_text_in_iso() -> None:
    assert filters.long_date("2026-11-09") == "Monday 9 November 2026"
    assert filters.moment("2026-11-09T14:05") == "Monday 9 November 2026 at 14:05"


@pytest.mark.parametrize("text", ["soon", "2026-13-45"])
def test_what_is_no_date_is_shown_as_it_is(text: str) -> None:
    assert filters.long_date(text) == text
    assert filters.short_date(text) == text
    assert filters.medium_date(text) == text
    assert filters.time_of(text) == text
    assert filters.moment(text) == text
    assert filters.iso_date(text) == ""


def test_nothing_is_shown_as_nothing() -> None:
    for one in (filters.long_date, filters.medium_date, filters.short_date, filters.time_of, filters.moment):
        assert one(None) == ""
    assert filters.time_of(time(9, 5)) == "9:05"


@pytest.mark.parametrize(("days", "words"), [(8, "8 days overdue"), (1, "1 day overdue"), (0, ""), (-3, "")])
def test_days_overdue_in_words(days: int, words: str) -> None:
    assert filters.days_overdue(days) == words
    assert filters.days_overdue(DUE_ON, date.fromordinal(DUE_ON.toordinal() + days)) == words


def test_days_overdue_of_no_date_is_nothing() -> None:
    assert filters.days_overdue(None, DUE_ON) == ""


@pytest.mark.parametrize(
    ("day", "words"),
    [(12, "today"), (13, "tomorrow"), (11, "yesterday"), (17, "in 5 days"), (4, "8 days ago")],
)
def test_how_far_away_a_day_is(day: int, words: str) -> None:
    assert filters.away(date(2027, 1, day), DUE_ON) == words
    assert filters.away(None, DUE_ON) == ""


@pytest.mark.parametrize(
    ("interval", "words"),
    [("P1M", "every month"), ("P14D", "every 14 days"), ("P2W", "every 2 weeks"), ("P1Y", "every year"), (None, "")],
)
def test_an_interval_in_words(interval: str | None, words: str) -> None:
    assert filters.interval_words(interval) == words


def test_typed_text_keeps_its_lines_and_loses_its_power() -> None:
    shown = filters.paragraphs("First line\r\nsecond <b>line</b>\n \n\nNew & last\n")

    assert shown == (
        '<p class="govuk-body" dir="auto">First line<br>second &lt;b&gt;line&lt;/b&gt;</p>\n'
        '<p class="govuk-body" dir="auto">New &amp; last</p>'
    )
    assert filters.paragraphs(None) == ""


@pytest.mark.parametrize(
    ("name", "letters"), [("Amara Obi", "AO"), ("Beth Ann Lloyd-Jones", "BL"), ("Cher", "C"), ("", "")]
)
def test_initials(name: str, letters: str) -> None:
    assert filters.initials(name) == letters


def test_every_status_has_words_and_an_unknown_one_is_not_hidden() -> None:
    assert filters.status_words("due_soon") == "Due soon"
    assert filters.status_colour("overdue") == "red"
    assert filters.status_words("never_heard_of") == "Never heard of"
    assert filters.status_colour("never_heard_of") == "grey"
    assert filters.draw_status_tag("overdue", "8 < 9") == '<strong class="govuk-tag govuk-tag--red">8 &lt; 9</strong>'


def test_yes_no_and_sizes_in_words() -> None:
    assert [filters.yes_no_words(one) for one in ("yes", "no", None, True)] == ["Yes", "No", "Not answered", "Yes"]
    assert [filters.file_size(one) for one in (1, 34_500, 1_234_567, None)] == ["1 byte", "34 KB", "1.2 MB", "0 bytes"]


@pytest.mark.parametrize(
    ("number", "shown"),
    [(1, [1, 2, None, 20]), (5, [1, None, 4, 5, 6, None, 20]), (20, [1, None, 19, 20])],
)
def test_page_numbers_leave_gaps(number: int, shown: list[int | None]) -> None:
    page = Paginator(range(200), 10).page(number)

    assert filters.page_numbers(page) == shown


def test_the_cells_of_a_table() -> None:
    assert filters.draw_cell("<i>") == "&lt;i&gt;"
    assert filters.draw_cell(None) == ""
    assert filters.draw_cell({"date": DUE_ON}) == '<time datetime="2027-01-12" class="app-nowrap">12 Jan 2027</time>'
    assert filters.draw_cell({"text": "Amara", "url": "/a/", "hint": "<b>"}) == (
        '<a class="govuk-link" href="/a/">Amara</a><br><span class="app-table-hint">&lt;b&gt;</span>'
    )
    assert "govuk-tag--yellow" in filters.draw_cell({"status": "due_soon"})


def test_the_item_at_a_position() -> None:
    assert filters.at(["a"], 0) == "a"
    assert filters.at(["a"], 1) == ""
