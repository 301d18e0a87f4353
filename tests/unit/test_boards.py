"""What boards count and how, the lines of a trend, and files in which nothing is a formula."""

import csv
import io
from datetime import UTC, date, datetime

import pytest
from openpyxl import load_workbook

from compliance.boards import charts, rules
from compliance.boards.rules import Standing, Tally
from compliance.models.kinds import Kind
from core import sheets
from policies.rules.answers import Status


@pytest.mark.parametrize("kind", [Kind.WORKER, Kind.CHILD])
@pytest.mark.parametrize(
    ("status", "standing"),
    [
        ("overdue", "late"),
        ("missed", "late"),
        ("suspended", "suspended"),
        ("exempt", "suspended"),
        ("no_minimum_set", "none"),
        ("not_required", "none"),
        ("not_due", "met"),
        ("due_soon", "met"),
        ("due_today", "met"),
        ("target_passed", "met"),
        ("met", "met"),
    ],
)
def test_no_minimum_is_never_in_time(kind: Kind, status: str, standing: str) -> None:
    assert rules.standing_of(kind, status) == standing


@pytest.mark.parametrize("kind", list(Kind))
@pytest.mark.parametrize("status", list(Status))
def test_every_status_has_a_column(kind: Kind, status: Status) -> None:
    standing = rules.standing_of(kind, status)

    possible = {Kind.CONTRACT: {"met", "late", "none"}, Kind.RECORD: {"met", "late", "open"}}
    unusual = standing in (Standing.SUSPENDED, Standing.NONE) and kind in possible
    assert standing in rules.LABELS[kind] or unusual


@pytest.mark.parametrize(
    ("met", "late", "share"), [(0, 0, None), (3, 0, 100), (0, 2, 0), (1, 1, 50), (999, 1, 99), (2, 1, 67)]
)
def test_a_hundred_of_a_hundred_only_where_nobody_is_late(met: int, late: int, share: int | None) -> None:
    assert rules.share(met, late) == share


@pytest.mark.parametrize(
    ("text", "day"),
    [
        ("", date(2026, 11, 9)),
        ("2026-11-09", date(2026, 11, 9)),
        ("2026-03-31", date(2026, 3, 31)),
        ("2026-11-10", None),
        ("9 November", None),
        ("1066-10-14", None),
    ],
)
def test_a_day_up_to_today(text: str, day: date | None) -> None:
    assert rules.day_asked_for(text, today=date(2026, 11, 9)) == day


def test_what_a_night_wrote_is_known_until_its_day_is_over() -> None:
    long_after = datetime(2027, 1, 1, tzinfo=UTC)

    assert rules.cut(date(2026, 7, 1), at=long_after) == datetime(2026, 7, 1, 23, tzinfo=UTC), "summer time"
    assert rules.cut(date(2026, 12, 1), at=long_after) == datetime(2026, 12, 2, tzinfo=UTC)
    noon = datetime(2026, 12, 1, 12, tzinfo=UTC)
    assert rules.cut(date(2026, 12, 1), at=noon) == noon


def test_months_end_on_their_last_days() -> None:
    assert rules.ends_of_months(date(2026, 3, 31), 2) == [date(2026, 1, 31), date(2026, 2, 28)]


def test_several_teams_add_up() -> None:
    both = rules.added([Tally({"worker_met": 3, "worker_late": 1}), Tally({"worker_met": 1})])

    assert (both.of(Kind.WORKER, Standing.MET), both.total(Kind.WORKER), both.share(Kind.WORKER)) == (4, 5, 80)


# The trend


DAYS = [date(2026, 9, 30), date(2026, 10, 31), date(2026, 11, 9)]


def test_lines_are_said_in_words_too() -> None:
    drawn = charts.chart(DAYS, [("Workers", "worker", [80, 60, 90])])

    assert drawn.words == "Workers: 80% in time on 30 September 2026, 90% on 9 November 2026, never under 60%."
    assert [mark.words for mark in drawn.months] == ["Sep", "Oct", "Nov"]


def test_where_nothing_is_known_the_line_has_a_gap() -> None:
    (line,) = charts.chart(DAYS, [("Workers", "worker", [80, None, 90])]).lines

    assert (len(line.dots), line.pieces) == (2, ())
    nothing = charts.chart(DAYS, [("Workers", "worker", [None, None, None])])
    assert (nothing.lines[0].label, nothing.words) == (None, "Workers: nothing is known.")


def test_a_higher_share_stands_higher_and_names_do_not_lie_on_one_another() -> None:
    drawn = charts.chart(DAYS, [("Workers", "worker", [80, 80, 90]), ("Children", "child", [80, 80, 89])])

    upper, lower = drawn.lines
    assert (upper.name, lower.name) == ("Workers", "Children")
    assert upper.dots[-1][1] < upper.dots[0][1]
    assert lower.label.y - upper.label.y >= charts.CLOSEST


# Files

WICKED = [
    "=1+1",
    "+1",
    "-1",
    "@SUM(A1)",
    "\t=1",
    "\r=1",
    "\n=1",
    " =cmd|' /C calc'!A0",
    "\ufeff=1",
    "\uff1d1",
    "\u200b=1",
]


@pytest.mark.parametrize("text", WICKED)
def test_no_cell_is_taken_for_a_formula(text: str) -> None:
    line = "".join(sheets.csv_lines([text], [[text, 3, date(2026, 11, 9), None]]))

    headers, row = csv.reader(io.StringIO(line.removeprefix(sheets.BOM), newline=""))
    assert headers[0].startswith("'")
    assert row[0].startswith("'")
    assert row[1:] == ["3", "2026-11-09", ""]


@pytest.mark.parametrize("text", WICKED)
def test_nor_in_a_workbook_and_figures_stay_figures(text: str) -> None:
    rows: list[list[sheets.Value]] = [[text, -3, date(2026, 11, 9)]]
    with sheets.workbook([(text, [text], iter(rows))]) as file:
        sheet = load_workbook(file).worksheets[0]

    assert sheet["A1"].data_type == sheet["A2"].data_type == "s"
    assert str(sheet["A2"].value).startswith("'")
    assert (sheet["B2"].value, sheet["C2"].value.date()) == (-3, date(2026, 11, 9))


def test_names_and_words_stay_as_they_are_and_what_no_file_may_hold_is_left_out() -> None:
    assert sheets.harmless("Katarzyna Zielińska-O'Hara") == "Katarzyna Zielińska-O'Hara"
    assert sheets.harmless("a\x00b") == "ab"
    assert sheets.harmless("\x00=1") == "'=1"


def test_excel_knows_that_it_is_utf_8() -> None:
    assert next(sheets.csv_lines(["Name"], [])).encode().startswith(b"\xef\xbb\xbf")


def test_the_name_of_a_file_is_letters_and_digits() -> None:
    assert sheets.file_name("=board", 'Ash "team"\r\n', "2026-11-09", ending="csv") == "board-ash-team-2026-11-09.csv"
    assert sheets.file_name("ÄÖ", ending="xlsx") == "board.xlsx"
