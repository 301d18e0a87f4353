"""What a survey counts, and what of it is shown: pure."""

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass
from typing import Any, TypeVar

from core.smallnumbers import LEAST, coarse_share, kept_back

Key = TypeVar("Key")

ANSWERS = {1: "Not true", 2: "Mostly not true", 3: "Partly true", 4: "Mostly true", 5: "True", 0: "I cannot say"}
# Those who agree, of those who say something
AGREES = (4, 5)
# From so many people on a share is given to the whole number; below, to the nearest ten
FINE_FROM = 50
HARDLY, NEARLY = 1, 99


@dataclass(frozen=True, slots=True)
class Statement:
    """One sentence to agree with or not."""

    id: str
    words: str


@dataclass(frozen=True, slots=True)
class Standard:
    """One of the eight, with the statements that ask about it."""

    id: str
    title: str
    statements: tuple[Statement, ...]

    @property
    def keys(self) -> list[str]:
        """The names of its statements, as answers and counts use them."""
        return [f"{self.id}_{statement.id}" for statement in self.statements]


@dataclass(frozen=True, slots=True)
class Tally:
    """How many people answered, and how many gave each answer (0 to 5) to each statement. No one's answers together."""

    people: int
    counts: Mapping[str, Sequence[int]]

    def said(self, key: str) -> int:
        """How many said something about a statement."""
        return sum(self.counts.get(key, ())[1:])

    def agreed(self, key: str) -> int:
        """How many of them agreed."""
        counts = self.counts.get(key, ())
        return sum(counts[answer] for answer in AGREES) if counts else 0


def standards_of(document: Sequence[Mapping[str, Any]]) -> list[Standard]:
    """The standards as a file or a survey keeps them."""
    return [
        Standard(row["id"], row["title"], tuple(Statement(one["id"], one["words"]) for one in row["statements"]))
        for row in document
    ]


def nothing(standards: Iterable[Standard]) -> dict[str, list[int]]:
    """The counts of a survey that nobody has answered."""
    return {key: [0] * len(ANSWERS) for standard in standards for key in standard.keys}


def with_answers(counts: Mapping[str, Sequence[int]], answers: Mapping[str, int]) -> dict[str, list[int]]:
    """Counts with one person's answers among them; afterwards nobody can tell them from the others."""
    return {
        key: [number + (answers[key] == answer) for answer, number in enumerate(numbers)]
        for key, numbers in counts.items()
    }


def added(tallies: Iterable[Tally]) -> Tally:
    """Several as one."""
    people, counts = 0, dict[str, list[int]]()
    for tally in tallies:
        people += tally.people
        for key, numbers in tally.counts.items():
            before = counts.get(key, [0] * len(ANSWERS))
            counts[key] = [one + other for one, other in zip(before, numbers, strict=True)]
    return Tally(people, counts)


def answered_by(standard: Standard, tally: Tally) -> int:
    """How many people at the least say something about a standard: of its statements, the one on which the fewest do."""
    return min(tally.said(key) for key in standard.keys)


def share(tally: Tally, keys: Iterable[str]) -> int | None:
    """How many of a hundred agree with some statements; None where fewer than five people say something about one."""
    keys = list(keys)
    if min(tally.said(key) for key in keys) < LEAST:
        return None
    agreed, said = sum(map(tally.agreed, keys)), sum(map(tally.said, keys))
    if min(tally.said(key) for key in keys) < FINE_FROM:
        return coarse_share(agreed, said)
    return min(max(round(100 * agreed / said), HARDLY), NEARLY)


def hidden(standard: Standard, tallies: Mapping[Key, Tally]) -> set[Key]:
    """The services whose share of a standard is not shown: the small ones, and those that would give them away.

    A figure of everybody stands beside them, so one small service alone could be found by subtraction.
    """
    sizes = {key: answered_by(standard, tally) for key, tally in tallies.items()}
    small = [key for key, tally in tallies.items() if tally.people and sizes[key] < LEAST]
    return kept_back(sizes, unfit=[key for key in small if sizes[key]]) | set(small)
