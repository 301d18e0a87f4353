"""Tables that people bring as CSV or XLSX, line by line; and cells that go out so that no spreadsheet runs them."""

import csv
import io
import re
import unicodedata
import zlib
from collections.abc import Iterator
from dataclasses import dataclass
from datetime import date, datetime
from functools import lru_cache
from itertools import chain
from typing import IO, Any
from xml.etree.ElementTree import ParseError
from zipfile import BadZipFile, ZipFile

from openpyxl import load_workbook
from openpyxl.utils.exceptions import InvalidFileException

from core.errors import RuleBroken

Cell = str | date

MOST_ROWS = 200_000
MOST_COLUMNS = 100
LONGEST_CELL = 2_000
# What an XLSX may unfold to: all of its parts, and the words that have to be in memory at once
MOST_UNFOLDED, MOST_WORDS, MOST_PARTS = 200_000_000, 40_000_000, 500
DELIMITERS = ",;\t|"
ZIP, OLD_EXCEL, PDF = b"PK\x03\x04", b"\xd0\xcf\x11\xe0", b"%PDF"
MARKS = ((b"\xef\xbb\xbf", "utf-8-sig"), (b"\xff\xfe", "utf-16"), (b"\xfe\xff", "utf-16"))
BROKEN = (
    BadZipFile, ParseError, InvalidFileException, KeyError, ValueError, IndexError, TypeError, AttributeError, EOFError,
    OSError, NotImplementedError, zlib.error,
)  # fmt: skip
CONTROL = re.compile(r"[\x00-\x08\x0b\x0c\x0e-\x1f\x7f\ufffe\uffff]")
# By which spreadsheets know a formula, in the width of other scripts, too; and after what they skip
FORMULA = re.compile(r"[\s\ufeff\u200b]*[=+\-@\uff1d\uff0b\uff0d\uff20]|[\t\r\n]")
MONTHS = ("jan", "feb", "mar", "apr", "may", "jun", "jul", "aug", "sep", "oct", "nov", "dec")
DAY_ORDERS = {"dmy": "Day, month, year: 31/12/2026", "mdy": "Month, day, year: 12/31/2026"}
TIME_OF_DAY = re.compile(r"[T ]\d{1,2}:\d{2}.*$")


@dataclass(frozen=True, slots=True)
class Line:
    """One row of a table, by the number that a person sees beside it."""

    number: int
    cells: tuple[Cell, ...]


@dataclass(frozen=True, slots=True)
class Sheet:
    """A table with its headers. ``expected``: about how many rows follow, for progress. ``lines`` are read once."""

    headers: tuple[str, ...]
    lines: Iterator[Line]
    expected: int


def read_sheet(file: IO[bytes], *, most_rows: int = MOST_ROWS) -> Sheet:
    """A table, CSV or the first sheet of an XLSX, whatever its name says; rows without anything in them are left out.

    CSV may be in UTF-8, UTF-16 with its mark or Windows-1252, parted by commas, semicolons, tabs or bars. Raises
    RuleBroken, with a sentence, here or on the way through the lines.
    """
    file.seek(0)
    start = file.read(4096)
    if start.startswith(OLD_EXCEL):
        raise RuleBroken("This is an old kind of Excel file. Save it as XLSX or as CSV.")
    if start.startswith(PDF):
        raise RuleBroken("This is a PDF. Bring the table as XLSX or as CSV.")
    lines, expected = _xlsx(file) if start.startswith(ZIP) else _csv(file, start)
    filled = _filled(lines, most_rows=most_rows)
    first = next(filled, None)
    if first is None:
        raise RuleBroken("There is nothing in this file.")
    headers = tuple(str(cell) for cell in first.cells)
    return Sheet(headers, filled, max(expected - 1, 0))


def heading(text: str) -> str:
    """A heading without what people write differently: capitals, spaces, hyphens."""
    plain = unicodedata.normalize("NFKC", text).casefold()
    return "".join(letter for letter in plain if letter.isalnum())


def safe_cell(text: str) -> str:
    """Words that no spreadsheet takes for a formula; ``typed_cell`` gives back what was there."""
    plain = CONTROL.sub("", text)
    return f"'{plain}" if FORMULA.match(plain) else plain


def typed_cell(text: str) -> str:
    """A cell as it was before ``safe_cell``; anything else as it is."""
    return text[1:] if text.startswith("'") and FORMULA.match(text[1:]) else text


def csv_line(cells: Iterator[str] | list[str]) -> str:
    """One line of a CSV in which nothing is taken for a formula."""
    buffer = io.StringIO()
    csv.writer(buffer).writerow([safe_cell(cell) for cell in cells])
    return buffer.getvalue()


def day_of(cell: Cell, *, order: str = "dmy") -> date | None:
    """The day that a cell says, None where it says none. ``order``: of ``DAY_ORDERS``; a year that comes first is read so.

    A year has four digits: of two nobody knows the century.
    """
    return cell if isinstance(cell, date) else _day_of_words(TIME_OF_DAY.sub("", cell.strip()), order)


@lru_cache(maxsize=20_000)
def _day_of_words(text: str, order: str) -> date | None:
    parts = re.split(r"[/.\- ]+", text)
    if len(parts) != 3:
        return None
    if re.fullmatch(r"\d{4}", parts[0]):
        year, month, day = parts
    else:
        day, month, year = (parts[1], parts[0], parts[2]) if order == "mdy" else parts
        if not month.isdigit() and not day.isdigit():
            return None
        if not day.isdigit():
            day, month = month, day
    named = month[:3].lower()
    number = MONTHS.index(named) + 1 if named in MONTHS else int(month) if re.fullmatch(r"\d{1,2}", month) else 0
    if not re.fullmatch(r"\d{4}", year) or not re.fullmatch(r"\d{1,2}", day):
        return None
    try:
        return date(int(year), number, int(day))
    except ValueError:
        return None


def _filled(lines: Iterator[Line], *, most_rows: int) -> Iterator[Line]:
    count = 0
    for line in lines:
        if line.number > most_rows * 2:
            raise RuleBroken(f"There are more than {most_rows:,} rows in this file. Bring it in parts.")
        if any(line.cells):
            count += 1
            if count > most_rows + 1:
                raise RuleBroken(f"There are more than {most_rows:,} rows in this file. Bring it in parts.")
            yield line


def _csv(file: IO[bytes], start: bytes) -> tuple[Iterator[Line], int]:
    encoding = next((name for mark, name in MARKS if start.startswith(mark)), None)
    if encoding is None and b"\x00" in start:
        raise RuleBroken("This file is not a table. Bring it as XLSX or as CSV.")
    encoding = encoding or _encoding_of(file)
    file.seek(0)
    expected = sum(block.count(b"\n") for block in iter(lambda: file.read(1 << 20), b""))
    file.seek(0)
    text = io.TextIOWrapper(_open(file), encoding=encoding, errors="replace", newline="")
    first = text.readline()
    delimiter = max(DELIMITERS, key=first.count)
    return _csv_lines(chain([first], text), delimiter), expected


def _csv_lines(text: Iterator[str], delimiter: str) -> Iterator[Line]:
    reader = csv.reader(text, delimiter=delimiter)
    begins = 1
    try:
        for cells in reader:
            if any(len(cell) > LONGEST_CELL for cell in cells):
                raise RuleBroken(
                    f"Line {begins}: a cell is far too long. Perhaps a quotation mark is opened there and never closed."
                )
            yield Line(begins, tuple(typed_cell(_plain(cell)) for cell in cells))
            begins = reader.line_num + 1
    except csv.Error as error:
        raise RuleBroken(
            f"Line {begins} cannot be read. Perhaps a quotation mark is opened there and never closed."
        ) from error


def _encoding_of(file: IO[bytes]) -> str:
    """UTF-8 where every byte of the file is that, else what Windows in Western Europe writes."""
    file.seek(0)
    try:
        for _ in io.TextIOWrapper(_open(file), encoding="utf-8", newline=""):
            pass
    except UnicodeDecodeError:
        return "cp1252"
    return "utf-8"


def _open(file: IO[bytes]) -> Any:
    return _Open(file)


class _Open(io.BufferedIOBase):
    """A file that stays open when the wrapper around it goes, whatever kind of file it is."""

    def __init__(self, file: IO[bytes]) -> None:
        self.file = file

    def readable(self) -> bool:
        """It is."""
        return True

    def read(self, size: int | None = -1, /) -> bytes:
        """So many bytes from where the file is."""
        return self.file.read(-1 if size is None else size)

    read1 = read


def _xlsx(file: IO[bytes]) -> tuple[Iterator[Line], int]:
    try:
        _check_unfolded(file)
        file.seek(0)
        book = load_workbook(file, read_only=True, data_only=True, keep_links=False)
        sheet = book.worksheets[0]
        return _xlsx_lines(sheet), int(sheet.max_row or 0)
    except BROKEN as error:
        raise RuleBroken("This spreadsheet cannot be read. Open it and save it anew as XLSX or as CSV.") from error


def _check_unfolded(file: IO[bytes]) -> None:
    """What a ZIP says of its parts is what may be read of them: a part that holds more is broken off. Raises RuleBroken."""
    file.seek(0)
    with ZipFile(file) as parts:
        sizes = {part.filename: part.file_size for part in parts.infolist()}
    words = sum(size for name, size in sizes.items() if "sharedstrings" in name.lower())
    if len(sizes) > MOST_PARTS or sum(sizes.values()) > MOST_UNFOLDED or words > MOST_WORDS:
        raise RuleBroken("This spreadsheet is too large. Bring it in parts, or as CSV.")


def _xlsx_lines(sheet: Any) -> Iterator[Line]:
    width = min(sheet.max_column or MOST_COLUMNS, MOST_COLUMNS)
    try:
        for number, cells in enumerate(sheet.iter_rows(values_only=True, max_col=width), start=1):
            found = [_cell(cell) for cell in cells]
            while found and not found[-1]:
                found.pop()
            yield Line(number, tuple(found))
    except BROKEN as error:
        raise RuleBroken("This spreadsheet cannot be read. Open it and save it anew as XLSX or as CSV.") from error


def _cell(value: object) -> Cell:
    if isinstance(value, datetime):
        return value.date()
    if isinstance(value, date):
        return value
    if isinstance(value, float) and value.is_integer():
        return str(int(value))
    return "" if value is None else typed_cell(_plain(str(value))[:LONGEST_CELL])


def _plain(text: str) -> str:
    return CONTROL.sub("", text).strip()
