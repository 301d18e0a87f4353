"""Tables as files for spreadsheets, in which nothing is taken for a formula."""

import re
from collections.abc import Iterable, Iterator, Sequence
from datetime import date
from itertools import chain
from tempfile import TemporaryFile
from typing import IO

from django.http import FileResponse, HttpResponseBase, StreamingHttpResponse
from openpyxl import Workbook
from openpyxl.cell import WriteOnlyCell

from core.spreadsheets import csv_line, safe_cell

Value = str | int | float | date | None
Table = tuple[str, Sequence[str], Iterable[Sequence[Value]]]

CSV, XLSX = "csv", "xlsx"
TYPES = {CSV: "text/csv; charset=utf-8", XLSX: "application/vnd.openxmlformats-officedocument.spreadsheetml.sheet"}
BOM = "\ufeff"


def harmless(value: Value) -> Value:
    """Words that no spreadsheet takes for a formula; figures stay figures, and days days."""
    return safe_cell(value) if isinstance(value, str) else value


def file_name(*words: str, ending: str) -> str:
    """A name of letters, digits and dashes alone."""
    plain = re.sub(r"[^a-z0-9]+", "-", " ".join(words).lower()).strip("-")
    return f"{plain or 'board'}.{ending}"


def csv_lines(headers: Sequence[str], rows: Iterable[Sequence[Value]]) -> Iterator[str]:
    """The lines of a file, as they are made; with the mark by which Excel knows UTF-8."""
    yield BOM + _line(headers)
    for row in rows:
        yield _line(row)


def workbook(sheets: Iterable[Table]) -> IO[bytes]:
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


def as_response(found: Sequence[Table], name: Sequence[str], ending: str) -> HttpResponseBase:
    """Tables as a file that is sent; of CSV, which has one, the first."""
    called = file_name(*name, ending=ending)
    if ending == XLSX:
        return FileResponse(workbook(found), as_attachment=True, filename=called, content_type=TYPES[ending])
    _, headers, rows = found[0]
    return StreamingHttpResponse(
        csv_lines(headers, rows),
        content_type=TYPES[ending],
        headers={"Content-Disposition": f'attachment; filename="{called}"'},
    )


def _line(row: Sequence[Value]) -> str:
    return csv_line(["" if value is None else str(value) for value in row])


def _cell(sheet: object, value: Value) -> WriteOnlyCell:
    cell = WriteOnlyCell(sheet, value=harmless(value))
    if isinstance(value, str):
        cell.data_type = "s"
    return cell
