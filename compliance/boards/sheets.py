"""Tables as files for spreadsheets, in which nothing is taken for a formula."""

import csv
import io
import re
from collections.abc import Iterable, Iterator, Sequence
from datetime import date
from itertools import chain
from tempfile import TemporaryFile
from typing import IO

from openpyxl import Workbook
from openpyxl.cell import WriteOnlyCell

Value = str | int | date | None

CSV, XLSX = "csv", "xlsx"
TYPES = {CSV: "text/csv; charset=utf-8", XLSX: "application/vnd.openxmlformats-officedocument.spreadsheetml.sheet"}
# By which spreadsheets know a formula, in the width of other scripts, too; and after what they skip
FORMULA = re.compile(r"[\s\ufeff\u200b]*[=+\-@\uff1d\uff0b\uff0d\uff20]|[\t\r\n]")
# What no spreadsheet file may hold
CONTROL = re.compile(r"[\x00-\x08\x0b\x0c\x0e-\x1f\ufffe\uffff]")
BOM = "\ufeff"


def harmless(value: Value) -> Value:
    """The same, as words that no spreadsheet takes for a formula; figures stay figures, and days days."""
    if not isinstance(value, str):
        return value
    text = CONTROL.sub("", value)
    return f"'{text}" if FORMULA.match(text) else text


def file_name(*words: str, ending: str) -> str:
    """A name of letters, digits and dashes alone."""
    plain = re.sub(r"[^a-z0-9]+", "-", " ".join(words).lower()).strip("-")
    return f"{plain or 'board'}.{ending}"


def csv_lines(headers: Sequence[str], rows: Iterable[Sequence[Value]]) -> Iterator[str]:
    """The lines of a file, as they are made; with the mark by which Excel knows UTF-8."""
    yield BOM + _line(headers)
    for row in rows:
        yield _line(row)


def workbook(sheets: Iterable[tuple[str, Sequence[str], Iterable[Sequence[Value]]]]) -> IO[bytes]:
    """A file with sheets of (title, headers, rows), written row by row; open, and gone once it is closed."""
    book = Workbook(write_only=True)
    for title, headers, rows in sheets:
        sheet = book.create_sheet(re.sub(r"[\[\]:*?/\\]", " ", title)[:31])
        sheet.freeze_panes = "A2"
        for row in chain([headers], rows):
            sheet.append([_cell(sheet, value) for value in row])
    file = TemporaryFile()  # noqa: SIM115  whoever sends it closes it
    book.save(file)
    file.seek(0)
    return file


def _line(row: Sequence[Value]) -> str:
    buffer = io.StringIO()
    csv.writer(buffer).writerow(
        ["" if value is None else value.isoformat() if isinstance(value, date) else harmless(value) for value in row]
    )
    return buffer.getvalue()


def _cell(sheet: object, value: Value) -> WriteOnlyCell:
    cell = WriteOnlyCell(sheet, value=harmless(value))
    if isinstance(value, str):
        cell.data_type = "s"
    return cell
