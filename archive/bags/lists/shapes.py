"""A list of a bag: a table that reads as a page, opens in a spreadsheet, and is read by programs."""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import date, datetime, time
from decimal import Decimal
from functools import singledispatch
from typing import Any

from core.clock import LONDON

Cell = str | int | None


@dataclass(frozen=True, slots=True)
class Listed:
    """A table by name, with what it is called, its headers and its rows."""

    name: str
    title: str
    headers: Sequence[str]
    rows: Sequence[Sequence[Cell]]


def listed(name: str, title: str, headers: Sequence[str], rows: Sequence[Sequence[Any]]) -> Listed:
    """A list with its cells as text: days as ISO dates, moments in local time, nobody and nothing as an empty cell."""
    return Listed(name, title, headers, [[_cell(value) for value in row] for row in rows])


def named(person: Any) -> str:
    """Somebody by name; nobody is an empty cell."""
    return person.name if person else ""


@singledispatch
def _cell(value: Any) -> Cell:
    return str(value)


@_cell.register
def _(value: None) -> Cell:
    return ""


@_cell.register
def _(value: int) -> Cell:
    return value


@_cell.register
def _(value: bool) -> Cell:  # noqa: FBT001  dispatched by its type
    return "Yes" if value else "No"


@_cell.register
def _(value: datetime) -> Cell:
    return value.astimezone(LONDON).strftime("%Y-%m-%d %H:%M")


@_cell.register
def _(value: date) -> Cell:
    return value.isoformat()


@_cell.register
def _(value: time) -> Cell:
    return value.strftime("%H:%M")


@_cell.register
def _(value: Decimal) -> Cell:
    return f"{value.normalize():f}"


@_cell.register
def _(value: list) -> Cell:
    return ", ".join(map(str, value))
