"""What is known about one child. Periods are half-open; None is open."""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import date

from policies.rules.facts import Agreed


@dataclass(frozen=True, slots=True)
class Episode:
    """The case is open from ``starts_on`` up to, not including, ``ends_on``.

    ``closed_in_error``: whether its closing was a mistake; None where nobody said.
    """

    starts_on: date
    ends_on: date | None = None
    closed_in_error: bool | None = None


@dataclass(frozen=True, slots=True)
class PlanTypeHeld:
    """The child has this plan type from ``starts_on`` up to, not including, ``ends_on``."""

    plan_type: str
    starts_on: date | None = None
    ends_on: date | None = None


@dataclass(frozen=True, slots=True)
class Discussion:
    """The child was discussed: ``depth`` brief or in_depth, ``format`` individual, group or management_oversight.

    ``own_text`` False: mentioned in text shared with others alone, which does not count for this child.
    """

    on: date
    depth: str = "brief"
    format: str = "individual"
    own_text: bool = True


@dataclass(frozen=True, slots=True)
class AllocationHeld:
    """The worker, by any name that tells workers apart, holds the child in this period."""

    worker: str
    starts_on: date
    ends_on: date | None = None


@dataclass(frozen=True, slots=True)
class Child:
    """Everything that the child clock reads, in any order.

    ``override``: an interval set for this child alone. ``opened_on``: when the child was last discussed before this
    product was there; nothing before it is asked for. ``left_out``: days of sessions that said of it "not discussed".
    """

    reference: str = ""
    episodes: Sequence[Episode] = ()
    plan_types: Sequence[PlanTypeHeld] = ()
    discussions: Sequence[Discussion] = ()
    allocations: Sequence[AllocationHeld] = ()
    override: Agreed | None = None
    opened_on: date | None = None
    left_out: Sequence[date] = ()
