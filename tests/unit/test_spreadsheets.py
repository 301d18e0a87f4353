"""Tables as people bring them: CSV in its kinds, XLSX, what is too large or not a table, and cells that go out and come back."""

import io
import zipfile
from datetime import date

import pytest
from hypothesis import given
from hypothesis import strategies as st
from openpyxl import Workbook

from core import spreadsheets
from core.errors import RuleBroken
from core.spreadsheets import csv_line, day_of, read_sheet, safe_cell, typed_cell


def csv_of(text: str, *, encoding: str = "utf-8") -> io.BytesIO:
    return io.BytesIO(text.encode(encoding))


def xlsx_of(*rows: list) -> io.BytesIO:
    book = Workbook()
    for row in rows:
        book.active.append(row)
    written = io.BytesIO()
    book.save(written)
    return written


def test_lines_carry_the_numbers_that_a_person_sees() -> None:
    sheet = read_sheet(csv_of('Ref,Note\nP1,"two\nlines"\n\nP2,one\n'))

    assert sheet.headers == ("Ref", "Note")
    assert [(line.number, line.cells[0]) for line in sheet.lines] == [(2, "P1"), (5, "P2")]


@pytest.mark.parametrize("encoding", ["utf-8", "utf-8-sig", "cp1252", "utf-16"])
@pytest.mark.parametrize("delimiter", [",", ";", "\t", "|"])
def test_encodings_and_delimiters(encoding: str, delimiter: str) -> None:
    sheet = read_sheet(
        csv_of(delimiter.join(["Ref", "Worker"]) + "\r\n" + delimiter.join(["P1", "Zoë"]), encoding=encoding)
    )

    assert sheet.headers == ("Ref", "Worker")
    assert next(sheet.lines).cells == ("P1", "Zoë")


def test_a_workbook_gives_days_figures_and_words() -> None:
    sheet = read_sheet(xlsx_of(["Ref", "Opened", None], [12345.0, date(2026, 3, 5), "x"], [None], ["P2"]))

    assert sheet.headers == ("Ref", "Opened")
    assert [(line.number, line.cells) for line in sheet.lines] == [(2, ("12345", date(2026, 3, 5), "x")), (4, ("P2",))]


def test_a_workbook_that_unfolds_beyond_all_measure_is_refused_unread() -> None:
    bomb = io.BytesIO()
    with zipfile.ZipFile(bomb, "w", zipfile.ZIP_DEFLATED) as parts:
        for number in range(3):
            parts.writestr(f"xl/worksheets/sheet{number}.xml", b"0" * 80_000_000)
    assert len(bomb.getvalue()) < 1_000_000

    with pytest.raises(RuleBroken, match="too large"):
        read_sheet(bomb)


@pytest.mark.parametrize(
    ("data", "said"),
    [
        (b"", "nothing in this file"),
        (b"\n\n,,\n", "nothing in this file"),
        (b"%PDF-1.7", "PDF"),
        (b"\xd0\xcf\x11\xe0rest", "old kind of Excel"),
        (b"PK\x03\x04 not a zip", "cannot be read"),
        (b"\x00\x01\x02\x03", "not a table"),
    ],
)
def test_what_is_not_a_table_is_refused_with_a_sentence(data: bytes, said: str) -> None:
    with pytest.raises(RuleBroken, match=said):
        read_sheet(io.BytesIO(data))


def test_too_many_rows_and_a_quotation_mark_that_is_never_closed() -> None:
    with pytest.raises(RuleBroken, match="more than 3 rows"):
        list(read_sheet(csv_of("Ref\n" + "P1\n" * 4), most_rows=3).lines)
    with pytest.raises(RuleBroken, match="Line 2: a cell is far too long"):
        list(read_sheet(csv_of('Ref\n"P1\n' + "P2\n" * 2_000)).lines)


@pytest.mark.parametrize(
    ("text", "order", "day"),
    [
        ("5/3/2026", "dmy", date(2026, 3, 5)),
        ("5/3/2026", "mdy", date(2026, 5, 3)),
        ("2026-03-05", "mdy", date(2026, 3, 5)),
        ("05-Mar-2026", "dmy", date(2026, 3, 5)),
        ("5 March 2026", "dmy", date(2026, 3, 5)),
        ("March 5 2026", "mdy", date(2026, 3, 5)),
        ("05.03.2026 00:00:00", "dmy", date(2026, 3, 5)),
        ("31/02/2026", "dmy", None),
        ("5/3/26", "dmy", None),
        ("soon", "dmy", None),
        ("1/2/3/4", "dmy", None),
        ("1/x2/2026", "dmy", None),
        ("²/3/2026", "dmy", None),
    ],
)
def test_days(text: str, order: str, day: date | None) -> None:
    assert day_of(text, order=order) == day


@pytest.mark.parametrize("start", ["=1+1", "+44", "-1", "@x", " =x", "\uff1dx"])
def test_no_cell_that_goes_out_is_a_formula(start: str) -> None:
    assert safe_cell(start) == f"'{start}"


@given(
    st.lists(
        st.text(st.characters(exclude_categories=["Cs", "Cc"]), max_size=20).map(str.strip), min_size=2, max_size=4
    )
)
def test_what_goes_out_comes_back_as_it_was(cells: list[str]) -> None:
    kept = [cell for cell in cells if spreadsheets.CONTROL.search(cell) is None and typed_cell(cell) == cell]

    sheet = read_sheet(csv_of("Ref,A,B,C,D\nx," + csv_line(kept)))

    assert next(sheet.lines).cells[1:] == (tuple(kept) or ("",))
