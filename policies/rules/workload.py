"""How many children somebody is meant to hold: a guide, never a limit, and what each child counts."""

from collections.abc import Collection, Mapping
from dataclasses import dataclass, field
from datetime import date
from decimal import Decimal
from typing import Any

from policies.rules.durations import Duration

ONE = Decimal(1)
EMPLOYMENT_START = "employment_start"


@dataclass(frozen=True, slots=True)
class Guide:
    """A figure for some kinds of worker; ``anchor`` and ``plus``: only up to that day, where they are given."""

    figure: int
    categories: frozenset[str]
    anchor: str = ""
    plus: tuple[Duration, ...] = ()

    def fits(self, categories: Collection[str], anchors: Mapping[str, date], on: date) -> bool:
        """Whether it is a worker's on a day; a date that is not known is counted from the start of employment."""
        if not self.categories.intersection(categories):
            return False
        until = self.until(anchors)
        return until is None or on < until

    def until(self, anchors: Mapping[str, date]) -> date | None:
        """The first day on which it is a worker's no more; None where it has no end."""
        day = anchors.get(self.anchor) or anchors.get(EMPLOYMENT_START)
        if not self.anchor or day is None:
            return None
        for duration in self.plus:
            day = day + duration
        return day


@dataclass(frozen=True, slots=True)
class Workload:
    """Read from ``workload`` of a policy. ``guide``: for everybody of whom ``guides`` says nothing; None where there is none.

    ``weights``: what a child counts by plan type, one where nothing is said. ``is_shared``: whether a child whom several
    workers hold together is parted between them, or counts whole with each.
    """

    guide: int | None = None
    guides: tuple[Guide, ...] = ()
    weights: Mapping[str, Decimal] = field(default_factory=dict)
    is_shared: bool = True
    review_by: str = ""

    @classmethod
    def from_block(cls, workload: Mapping[str, Any] | None) -> "Workload":
        """The terms as values, of a policy's block ``workload``."""
        block = workload or {}
        return cls(
            guide=block.get("caseload_guide"),
            guides=tuple(_guide(each) for each in block.get("guides", ())),
            weights={
                plan_type: Decimal(str(each["weight"]))
                for each in block.get("weights", ())
                for plan_type in each["plan_types"]
            },
            is_shared=block.get("joint", "shared") == "shared",
            review_by=block.get("review_by", ""),
        )

    def guide_for(self, *, categories: Collection[str], anchors: Mapping[str, date], on: date) -> int | None:
        """A worker's figure on a day: the lowest of those for the worker's kinds, else everybody's (R373)."""
        own = [each.figure for each in self.guides if each.fits(categories, anchors, on)]
        return min(own, default=self.guide)

    def boundaries(self, anchors: Mapping[str, date]) -> set[date]:
        """The days on which a worker's figure changes with time alone."""
        return {day for each in self.guides if (day := each.until(anchors))}

    def weight_of(self, plan_types: Collection[str]) -> Decimal:
        """What a child counts by its plan types: the heaviest of them."""
        return max((self.weights[each] for each in plan_types if each in self.weights), default=ONE)

    def part_of(self, weight: Decimal, *, holders: int) -> Decimal:
        """What of a child falls to each of those who hold it together."""
        return weight / holders if self.is_shared and holders > 1 else weight


def figure_in_words(figure: Decimal) -> str:
    """A figure without noughts behind the point."""
    text = f"{figure:.2f}".rstrip("0").rstrip(".")
    return text or "0"


def _guide(block: Mapping[str, Any]) -> Guide:
    until = block.get("until") or {}
    return Guide(
        block["guide"],
        frozenset(block["categories"]),
        until.get("anchor", ""),
        tuple(Duration.parse(each) for each in until.get("plus", ())),
    )
