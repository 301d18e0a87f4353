"""A trend as lines: where everything stands in the drawing. Pure."""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import date

from core.templatetags.countersign import MONTHS, medium_date

WIDTH, HEIGHT = 560, 270
LEFT, RIGHT, TOP, BOTTOM = 46, 96, 14, 36
CLOSEST = 20


@dataclass(frozen=True, slots=True)
class Mark:
    """Words at a place of the drawing."""

    x: float
    y: float
    words: str


@dataclass(frozen=True, slots=True)
class Line:
    """One thing over time: straight pieces as SVG points, a dot for each value, its name beside the last one."""

    name: str
    style: str
    pieces: tuple[str, ...]
    dots: tuple[tuple[float, float], ...]
    label: Mark | None


@dataclass(frozen=True, slots=True)
class Chart:
    """Lines over months, from 0 to 100 of a hundred; and the same in a sentence."""

    lines: tuple[Line, ...]
    grid: tuple[Mark, ...]
    months: tuple[Mark, ...]
    words: str
    width: int = WIDTH
    height: int = HEIGHT
    left: int = LEFT
    end: int = WIDTH - RIGHT


def chart(
    days: Sequence[date], series: Sequence[tuple[str, str, Sequence[int | None]]], *, said: str = " in time"
) -> Chart:
    """``series``: name, style and value for each of the days. ``said``: of what they are hundredths."""
    lines = [_line(name, style, values, len(days)) for name, style, values in series]
    return Chart(
        lines=tuple(_apart(lines)),
        grid=tuple(Mark(LEFT - 8, _y(value), f"{value}%") for value in (0, 25, 50, 75, 100)),
        months=tuple(Mark(_x(at, len(days)), HEIGHT - 10, MONTHS[day.month - 1][:3]) for at, day in enumerate(days)),
        words=" ".join(_words(days, name, values, said) for name, _, values in series),
    )


def _x(at: int, number: int) -> float:
    room = WIDTH - RIGHT - LEFT - 24
    return round(LEFT + 12 + room * at / max(number - 1, 1), 1)


def _y(value: int) -> float:
    return round(TOP + (HEIGHT - BOTTOM - TOP) * (100 - value) / 100, 1)


def _line(name: str, style: str, values: Sequence[int | None], number: int) -> Line:
    places = [None if value is None else (_x(at, number), _y(value)) for at, value in enumerate(values)]
    dots = tuple(place for place in places if place)
    label = Mark(dots[-1][0] + 12, dots[-1][1] + 5, name) if dots else None
    return Line(name, style, tuple(_pieces(places)), dots, label)


def _pieces(places: Sequence[tuple[float, float] | None]) -> list[str]:
    """A gap where nothing is known."""
    pieces: list[list[str]] = [[]]
    for place in places:
        if place is None:
            pieces.append([])
        else:
            pieces[-1].append(f"{place[0]},{place[1]}")
    return [" ".join(piece) for piece in pieces if len(piece) > 1]


def _apart(lines: Sequence[Line]) -> list[Line]:
    """Names that would lie on one another are moved apart."""
    found: list[Line] = []
    lowest = float("-inf")
    for line in sorted(lines, key=lambda each: each.label.y if each.label else 0):
        label = line.label
        if label:
            lowest = max(label.y, lowest + CLOSEST)
            label = Mark(label.x, lowest, label.words)
        found.append(Line(line.name, line.style, line.pieces, line.dots, label))
    return found


def _words(days: Sequence[date], name: str, values: Sequence[int | None], said: str) -> str:
    known = [(day, value) for day, value in zip(days, values, strict=True) if value is not None]
    if not known:
        return f"{name}: nothing is known."
    (first, then), (last, now) = known[0], known[-1]
    low = min(value for _, value in known)
    if len(known) == 1:
        return f"{name}: {now}%{said} on {medium_date(last)}."
    return f"{name}: {then}%{said} on {medium_date(first)}, {now}% on {medium_date(last)}, never under {low}%."
