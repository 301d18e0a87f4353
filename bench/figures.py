"""What a measurement says: figures, how they are taken, how they are printed."""

import gc
import json
import statistics
import sys
import time
from collections.abc import Callable, Iterable, Mapping, Sequence
from dataclasses import dataclass, field
from pathlib import Path

COMPARISONS: Mapping[str, Callable[[float, float], bool]] = {
    "<=": lambda value, limit: value <= limit,
    ">=": lambda value, limit: value >= limit,
    "==": lambda value, limit: value == limit,
}


@dataclass(frozen=True)
class Figure:
    """One measured value with what was wanted of it, such as ``<= 5``."""

    group: str
    name: str
    figure: str
    value: float
    wanted: str
    runs: int = 1
    spread: tuple[float, float] | None = None
    against: str = ""
    at: Mapping[str, int] = field(default_factory=dict)

    @property
    def holds(self) -> bool:
        """Whether the value is as wanted."""
        comparison, limit = self.wanted.split()
        return COMPARISONS[comparison](self.value, float(limit))

    def as_json(self) -> dict[str, object]:
        """The object of the JSON list."""
        return {
            "group": self.group,
            "name": self.name,
            "figure": self.figure,
            "value": self.value,
            "wanted": self.wanted,
            "holds": self.holds,
            "runs": self.runs,
            "spread": list(self.spread or (self.value, self.value)),
            "against": self.against,
            "at": dict(self.at),
        }


@dataclass(frozen=True)
class Ratio:
    """The time of A over the time of B: the median, and the quartiles, over interleaved pairs."""

    median: float
    spread: tuple[float, float]
    runs: int


def say(sentence: str) -> None:
    """Progress, on standard error."""
    print(sentence, file=sys.stderr, flush=True)


def time_ratio(of: Callable[[], object], against: Callable[[], object], *, runs: int = 30, warm_up: int = 3) -> Ratio:
    """Time two things turn by turn, so that whatever else the machine does falls on both."""
    for _ in range(warm_up):
        of()
        against()
    gc.collect()
    pairs = [(seconds(of), seconds(against)) for _ in range(runs)]
    ratios = [a / b for a, b in pairs]
    first, _, third = statistics.quantiles(ratios, n=4)
    median = statistics.median(a for a, _ in pairs) / statistics.median(b for _, b in pairs)
    return Ratio(round(median, 3), (round(first, 3), round(third, 3)), runs)


def seconds(of: Callable[[], object]) -> float:
    """How long one call takes."""
    began = time.perf_counter()
    of()
    return time.perf_counter() - began


def write_json(figures: Sequence[Figure], to: str) -> None:
    """The list as JSON, to a file, or with ``-`` to standard output."""
    text = json.dumps([figure.as_json() for figure in figures], indent=1, ensure_ascii=False) + "\n"
    if to == "-":
        sys.stdout.write(text)
    else:
        Path(to).write_text(text)


def write_table(figures: Iterable[Figure]) -> None:
    """The list for people."""
    rows = [("", "group", "name", "figure", "value", "wanted", "spread")]
    for figure in figures:
        spread = f"{figure.spread[0]:g} to {figure.spread[1]:g}" if figure.spread else ""
        verdict = "holds" if figure.holds else "FAILS"
        rows.append(
            (verdict, figure.group, figure.name, figure.figure, f"{figure.value:g}", figure.wanted, spread),
        )
    widths = [max(len(row[column]) for row in rows) for column in range(len(rows[0]))]
    for row in rows:
        print("  ".join(cell.ljust(width) for cell, width in zip(row, widths, strict=True)).rstrip())
