"""What the engine answers: a row for each condition, and the worst of them."""

from collections.abc import Iterable
from dataclasses import dataclass
from datetime import date
from enum import StrEnum

from policies.rules.policy import Severity


class Status(StrEnum):
    """Where one condition stands on a day, most pressing first."""

    OVERDUE = "overdue"
    MISSED = "missed"
    TARGET_PASSED = "target_passed"
    DUE_TODAY = "due_today"
    DUE_SOON = "due_soon"
    NOT_DUE = "not_due"
    MET = "met"
    SUSPENDED = "suspended"
    EXEMPT = "exempt"
    NOT_REQUIRED = "not_required"
    NO_MINIMUM_SET = "no_minimum_set"


URGENCY = {status: place for place, status in enumerate(Status)}
_SEVERITIES = tuple(Severity)
_SETTLED = frozenset({Status.MET, Status.MISSED, Status.EXEMPT, Status.SUSPENDED})
_LATE = frozenset({Status.OVERDUE, Status.MISSED})
_PRESSING = frozenset({Status.DUE_TODAY, Status.DUE_SOON, Status.TARGET_PASSED})
_ASKS_NOTHING = frozenset({Status.SUSPENDED, Status.EXEMPT, Status.NOT_REQUIRED, Status.NO_MINIMUM_SET})


@dataclass(frozen=True, slots=True)
class Row:
    """One atom of one rule. ``why`` is a sentence for the worker and the supervisor alike.

    ``standing`` is what a page shows: the status, save that a window not yet met whose last day is near
    (or today) says so; ``status`` keeps such a window at ``not_due``.
    """

    rule: str
    atom: str
    severity: Severity
    status: Status
    why: str
    due_on: date | None = None
    limit_on: date | None = None
    book_by: date | None = None
    overdue_days: int = 0
    counted: int | None = None
    required: int | None = None
    booked_on: date | None = None
    forecast: str | None = None
    standing: Status = Status.NOT_DUE

    @property
    def is_late(self) -> bool:
        """Overdue, or missed for good."""
        return self.status in _LATE

    @property
    def still_asks(self) -> bool:
        """Late, and a session would mend it: a date that passed, or a run of missed windows that goes on.

        A window that ended without its sessions is late for good: it is flagged, and nothing can be done about it.
        """
        in_a_run = self.counted is not None and self.required is not None and self.counted > self.required
        return self.status == Status.OVERDUE or (self.status == Status.MISSED and in_a_run)

    @property
    def shown(self) -> Status:
        """What a page's tag says: overdue for whatever a session would mend."""
        return Status.OVERDUE if self.still_asks else self.standing


class Answer:
    """What can be asked of the rows of an answer, a worker's or a child's alike."""

    __slots__ = ()

    rules: tuple[Row, ...]

    def overdue(self) -> tuple[Row, ...]:
        """The rows that are breaches today: what the night flags, once for each (rule, atom, due date)."""
        return tuple(row for row in self.rules if row.severity == Severity.BREACH and row.is_late)

    def headline(self) -> Row | None:
        """The row that a page shows when it has room for one: the worst, then the earliest due."""
        return next(iter(by_urgency(_weightiest(self.rules))), None)

    def longest_overdue(self) -> Row | None:
        """The breach that has stood longest and that a session would mend, if any."""
        rows = [row for row in self.overdue() if row.still_asks]
        return min(rows, key=lambda row: row.due_on or date.min, default=None)

    def pressing(self) -> Row | None:
        """What falls due within days, breach or warning, the most pressing first; None when there is time."""
        rows = [row for row in self.rules if row.standing in _PRESSING and row.severity != Severity.INFO]
        return next(iter(by_urgency(rows)), None)

    def asks_first(self) -> Row | None:
        """The row for a page with room for one date: overdue, or pressing, or the earliest date still to come."""
        dated = [row for row in self.rules if row.due_on and not row.is_late and row.severity != Severity.INFO]
        nearest = min(dated, key=lambda row: row.due_on or date.max, default=None)
        return self.longest_overdue() or self.pressing() or nearest or self.headline()

    @property
    def asks_anything(self) -> bool:
        """Whether any condition that is more than information binds today; a long absence suspends all."""
        statuses = {row.status for row in self.rules if row.severity != Severity.INFO}
        return Status.SUSPENDED not in statuses and not statuses <= _ASKS_NOTHING


@dataclass(frozen=True, slots=True)
class Assessment(Answer):
    """How a worker stands on a day under a policy. ``worst`` and ``due_on`` as in policy-model 2.5."""

    on: date
    policy: str
    policy_version: str
    rules: tuple[Row, ...]
    worst: Status
    standing: Status
    due_on: date | None
    phase: str | None = None
    phase_ends_on: date | None = None
    messages: tuple[str, ...] = ()

    @property
    def why(self) -> str:
        """The sentence of the headline row."""
        row = self.headline()
        return row.why if row else "The policy sets no minimum for this worker."


@dataclass(frozen=True, slots=True)
class ChildAssessment(Answer):
    """How a child stands on a day under a policy. ``worst`` and ``due_on`` as in policy-model 2.5."""

    reference: str
    on: date
    policy: str
    policy_version: str
    rules: tuple[Row, ...]
    worst: Status
    standing: Status
    due_on: date | None
    messages: tuple[str, ...] = ()

    @property
    def why(self) -> str:
        """The sentence of the headline row; where nothing is asked, why not."""
        row = self.headline()
        return row.why if row else next(iter(self.messages), "The policy sets no minimum for this child.")


def by_urgency(rows: Iterable[Row]) -> list[Row]:
    """Most pressing first, then the earliest due."""
    return sorted(rows, key=lambda row: (URGENCY[row.standing], row.due_on or date.max))


def standing_of(status: Status, due_on: date | None, on: date, due_soon_days: int) -> Status:
    """How a page shows a window that is not met yet: its last day near, or today, says so."""
    if status != Status.NOT_DUE or due_on is None:
        return status
    days = (due_on - on).days
    if days == 0:
        return Status.DUE_TODAY
    return Status.DUE_SOON if 0 < days <= due_soon_days else status


def worst_of(rows: Iterable[Row], *, standing: bool = False) -> Status:
    """The most pressing status among the weightiest rows, as statuses or as a page shows them."""
    statuses = [row.standing if standing else row.status for row in _weightiest(rows)]
    return min(statuses, key=URGENCY.__getitem__, default=Status.NO_MINIMUM_SET)


def earliest_due(rows: Iterable[Row]) -> date | None:
    """The earliest due date over the breach rows that are still open."""
    return min(
        (row.due_on for row in rows if row.severity == Severity.BREACH and row.due_on and row.status not in _SETTLED),
        default=None,
    )


def _weightiest(rows: Iterable[Row]) -> list[Row]:
    """The rows with a figure that are breaches; where there are none, warnings; where there are none, information."""
    with_figure = [row for row in rows if row.status != Status.NO_MINIMUM_SET]
    for severity in _SEVERITIES:
        if chosen := [row for row in with_figure if row.severity == severity]:
            return chosen
    return []
