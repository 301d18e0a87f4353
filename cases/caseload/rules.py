"""What somebody holds, what it weighs, and since when it has been above the guide. Pure."""

import re
from collections import Counter
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass, field
from datetime import date, timedelta
from decimal import Decimal
from uuid import UUID

from core.errors import RuleBroken
from policies.rules.workload import Workload, figure_in_words

HEAVIEST = Decimal(10)
QUARTER = Decimal("0.25")
NOTHING = Decimal(0)
WEIGHT = re.compile(r"[0-9]{1,2}(\.[0-9]{1,2})?")
# How far back it is looked since when somebody is above the guide
LOOKS_BACK = timedelta(days=366)


@dataclass(frozen=True, slots=True)
class Span:
    """Something that holds over time: a holder, a plan type, a weight, a category. Half-open."""

    what: object
    starts_on: date
    ends_on: date | None = None

    def holds(self, on: date) -> bool:
        """Whether it holds on a day."""
        return self.starts_on <= on and (self.ends_on is None or on < self.ends_on)


@dataclass(slots=True)
class ChildFacts:
    """What is known of one child over time. ``held``: by workers alone, not by a manager for want of one."""

    held: list[Span] = field(default_factory=list)
    plan_types: list[Span] = field(default_factory=list)
    weights: list[Span] = field(default_factory=list)

    def plan_types_on(self, on: date) -> list[str]:
        """The plan types of a day."""
        return sorted(str(each.what) for each in self.plan_types if each.holds(on))

    def weight_on(self, on: date, workload: Workload) -> Decimal:
        """What the child counts: its own weight where it has one, else by its plan types."""
        own = next((Decimal(str(each.what)) for each in self.weights if each.holds(on)), None)
        return workload.weight_of(self.plan_types_on(on)) if own is None else own

    def days(self) -> Iterable[date]:
        """The days on which something changes."""
        for span in (*self.held, *self.plan_types, *self.weights):
            yield span.starts_on
            if span.ends_on:
                yield span.ends_on


@dataclass(frozen=True, slots=True)
class WorkerFacts:
    """What a guide is read by, over time."""

    categories: Sequence[Span] = ()
    anchors: Mapping[str, date] = field(default_factory=dict)

    def guide_on(self, on: date, workload: Workload) -> int | None:
        """The worker's guide on a day."""
        held = [str(each.what) for each in self.categories if each.holds(on)]
        return workload.guide_for(categories=held, anchors=self.anchors, on=on)


@dataclass(frozen=True, slots=True)
class Load:
    """What one worker holds on a day. ``by_plan``: children by plan type, a child with two of them in both.

    ``above_since``: the first day on end above the guide; ``is_longer``: it was so before what was looked at, too.
    """

    children: int = 0
    load: Decimal = NOTHING
    guide: int | None = None
    by_plan: Mapping[str, int] = field(default_factory=dict)
    jointly: int = 0
    above_since: date | None = None
    is_longer: bool = False

    @property
    def is_above(self) -> bool:
        """Whether it is more than the guide, where there is one."""
        return self.guide is not None and self.load > self.guide

    @property
    def above_by(self) -> Decimal:
        """By how much."""
        return self.load - self.guide if self.guide is not None and self.is_above else NOTHING

    @property
    def words(self) -> str:
        """The figure as people write it, beside the guide where there is one: "25.5 of 24"."""
        figure = figure_in_words(self.load)
        return figure if self.guide is None else f"{figure} of {self.guide}"

    @property
    def standing(self) -> str:
        """How it stands to the guide, in words; empty where there is none."""
        if self.guide is None:
            return ""
        if self.is_above:
            return f"{figure_in_words(self.above_by)} above the guide"
        return (
            "At the guide" if self.load == self.guide else f"{figure_in_words(self.guide - self.load)} below the guide"
        )


def load_of(person: UUID, *, worker: WorkerFacts, children: Iterable[ChildFacts], workload: Workload, on: date) -> Load:
    """What a worker holds on a day, and since when that has been more than the guide (R372, R374).

    All days are measured by one policy, that of the day asked about.
    """
    known = [child for child in children if any(span.what == person for span in child.held)]
    today = [child for child in known if _holds(person, child, on)]
    load, guide = _sum(person, known, workload, on), worker.guide_on(on, workload)
    plans = Counter(plan_type for child in today for plan_type in child.plan_types_on(on) or ("",))
    since, is_longer = None, False
    if guide is not None and load > guide:
        since, is_longer = _above_since(person, worker=worker, children=known, workload=workload, on=on)
    return Load(
        children=len(today),
        load=load,
        guide=guide,
        by_plan=dict(sorted(plans.items())),
        jointly=sum(1 for child in today if _holders(child, on) > 1),
        above_since=since,
        is_longer=is_longer,
    )


def _above_since(
    person: UUID, *, worker: WorkerFacts, children: Sequence[ChildFacts], workload: Workload, on: date
) -> tuple[date, bool]:
    """The first day of the stretch above the guide that a day lies in, and whether it began before what is looked at."""
    earliest = on - LOOKS_BACK
    changes = {day for child in children for day in child.days()}
    changes |= {day for span in worker.categories for day in (span.starts_on, span.ends_on) if day}
    changes |= workload.boundaries(worker.anchors)
    since = on
    for day in sorted((day for day in changes if earliest < day <= on), reverse=True):
        since = day
        before = day - timedelta(days=1)
        guide = worker.guide_on(before, workload)
        if guide is None or _sum(person, children, workload, before) <= guide:
            return day, False
    guide = worker.guide_on(earliest, workload)
    was = guide is not None and _sum(person, children, workload, earliest) > guide
    return (earliest, True) if was else (since, False)


def _sum(person: UUID, children: Iterable[ChildFacts], workload: Workload, on: date) -> Decimal:
    parts = (
        workload.part_of(child.weight_on(on, workload), holders=_holders(child, on))
        for child in children
        if _holds(person, child, on)
    )
    return sum(parts, NOTHING).quantize(Decimal("0.01"))


def _holds(person: UUID, child: ChildFacts, on: date) -> bool:
    return any(span.what == person and span.holds(on) for span in child.held)


def _holders(child: ChildFacts, on: date) -> int:
    return len({span.what for span in child.held if span.holds(on)})


def weight_typed(text: str) -> Decimal:
    """A weight as people and case systems write it, in quarters. Raises RuleBroken."""
    plain = text.strip().replace(",", ".")
    weight = Decimal(plain) if WEIGHT.fullmatch(plain) else NOTHING
    if not (QUARTER <= weight <= HEAVIEST) or weight % QUARTER:
        raise RuleBroken("A weight is written in quarters from 0.25 to 10, such as 1.5.", field="weight")
    return weight.quantize(Decimal("0.01"))


def check_review(review_on: date, *, today: date) -> None:
    """A caseload above the guide is looked at again, within half a year. Raises RuleBroken."""
    if not today < review_on <= today + timedelta(days=183):
        raise RuleBroken("Choose a day within the next six months on which to look at this again.", field="review_on")


def check_said(reason: str, plan: str) -> None:
    """Why, and what is done about it. Raises RuleBroken."""
    if not reason.strip():
        raise RuleBroken("Say why this caseload is above the guide.", field="reason")
    if not plan.strip():
        raise RuleBroken("Say what is planned, even if it is to leave it so for a time.", field="plan")
