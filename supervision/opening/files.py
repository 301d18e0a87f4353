"""Spreadsheets of opening dates as people bring them, and the file of faulty rows that they take away to mend."""

from collections.abc import Iterable
from datetime import date
from typing import IO

from core.errors import RuleBroken
from core.spreadsheets import csv_line, read_sheet
from supervision.opening.rules import Columns, Fault, Line

MOST_BYTES = 8_000_000
MOST_ROWS = 30_000
LONGEST_CELL = 300
BOM = "\ufeff"

Row = tuple[int, tuple[str, ...]]


def read_table(file: IO[bytes]) -> tuple[tuple[str, ...], list[Row]]:
    """The headings of a CSV file, or of an Excel file's first sheet, and its rows, each with its line. Raises RuleBroken."""
    try:
        sheet = read_sheet(file, most_rows=MOST_ROWS)
        rows = [(line.number, tuple(_text(cell) for cell in line.cells)) for line in sheet.lines]
    except RuleBroken as refusal:
        raise RuleBroken(str(refusal), field="file") from refusal
    if not rows:
        raise RuleBroken("There is nothing in this file below its headings.", field="file")
    return sheet.headers, rows


def lines_of(rows: Iterable[Row], columns: Columns) -> list[Line]:
    """Of each row who it is about and the day; empty where the row ends before."""
    return [Line(number, _at(cells, columns.who), _at(cells, columns.day)) for number, cells in rows]


def faulty_file(headings: tuple[str, str], faulty: Iterable[tuple[Line, Fault]]) -> bytes:
    """The faulty rows as CSV, with what is wrong, to be mended and brought again; nothing in it is a formula."""
    rows = [[line.who, line.day, str(line.number), fault.field, fault.sentence] for line, fault in faulty]
    return (BOM + "".join(csv_line(row) for row in [[*headings, "Line", "Field", "What is wrong"], *rows])).encode()


def _at(cells: tuple[str, ...], place: int) -> str:
    return cells[place] if place < len(cells) else ""


def _text(cell: str | date) -> str:
    return (cell.isoformat() if isinstance(cell, date) else cell)[:LONGEST_CELL]
