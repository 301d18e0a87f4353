"""What is known about one worker. Periods are half-open; None is open."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from datetime import date

from policies.rules.durations import Duration
from policies.rules.policy import Atom, AtomType


@dataclass(frozen=True, slots=True)
class CategoryHeld:
    """The worker is of this category from ``starts_on`` up to, not including, ``ends_on``."""

    category: str
    starts_on: date | None = None
    ends_on: date | None = None


@dataclass(frozen=True, slots=True)
class ServiceHeld:
    """The worker belongs to this service from ``starts_on`` up to, not including, ``ends_on``."""

    service: str
    starts_on: date | None = None
    ends_on: date | None = None


@dataclass(frozen=True, slots=True)
class Absence:
    """Away from ``starts_on``; ``ends_on`` is the first day back, ``expected_to`` a guess at it while it is open."""

    starts_on: date
    ends_on: date | None = None
    expected_to: date | None = None
    kind: str = ""


@dataclass(frozen=True, slots=True)
class Session:
    """One meeting in the diary: ``status`` booked, held, cut_short, cancelled or did_not_attend.

    Pass only sessions whose supervisor had a live relationship to the worker on the day (cover included).
    """

    on: date
    status: str = "held"
    format: str = "individual"
    kind: str = "combined"
    minutes: int | None = None
    present: bool = True


@dataclass(frozen=True, slots=True)
class Event:
    """Something recorded that may end a phase, such as a review held."""

    event: str
    on: date


@dataclass(frozen=True, slots=True)
class Agreed:
    """An interval agreed with the worker (in the contract, say) from a day on. It can only tighten."""

    atoms: tuple[Atom, ...]
    starts_on: date

    @classmethod
    def rolling(cls, every: Duration, *, starts_on: date) -> "Agreed":
        """The plain case: a session every so often."""
        return cls((Atom(id="agreed", type=AtomType.ROLLING, every=every),), starts_on)


@dataclass(frozen=True, slots=True)
class Facts:
    """Everything that the worker clock reads, in any order. ``anchors``: employment_start, role_start, asye_start…

    ``opened_on``: when the worker was last supervised before this product was there; nothing before it is asked for.
    ``working_weekdays``: the days that the worker works, Monday being 0; None where they are not known.
    """

    categories: Sequence[CategoryHeld] = ()
    services: Sequence[ServiceHeld] = ()
    anchors: Mapping[str, date] = field(default_factory=dict)
    events: Sequence[Event] = ()
    absences: Sequence[Absence] = ()
    sessions: Sequence[Session] = ()
    agreed: Agreed | None = None
    opened_on: date | None = None
    working_weekdays: frozenset[int] | None = None
