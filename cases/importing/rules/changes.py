"""What a file changes of a child: the difference between what it says and what is known. Pure."""

from collections import Counter
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass, field
from datetime import date, timedelta
from enum import StrEnum
from uuid import UUID

from cases.importing.rules.rows import Fault, Person, Row

# A file that would close more of the open cases than one in so many is asked about first
ONE_IN = 10


class Outcome(StrEnum):
    """What becomes of a child; a child may be moved and have another plan at once."""

    NEW = "new"
    REOPENED = "reopened"
    MOVED = "moved"
    PLAN = "plan"
    FAMILY = "family"
    WEIGHT = "weight"
    CLOSED = "closed"
    UNCHANGED = "unchanged"
    FAULTY = "faulty"

    @property
    def words(self) -> str:
        """As pages say it."""
        return {
            Outcome.NEW: "New",
            Outcome.REOPENED: "Opened again",
            Outcome.MOVED: "Moved to another worker",
            Outcome.PLAN: "Another plan or status",
            Outcome.FAMILY: "Another family number",
            Outcome.WEIGHT: "Another weight",
            Outcome.CLOSED: "Closed",
            Outcome.UNCHANGED: "Unchanged",
            Outcome.FAULTY: "Rows that have to be mended",
        }[self]


class Table(StrEnum):
    """The facts over time of a child."""

    EPISODE = "episode"
    ALLOCATION = "allocation"
    PLAN_TYPE = "plan_type"
    OVERRIDE = "override"
    SIBLING = "sibling"
    WEIGHT = "weight"


Holding = tuple[UUID, bool]
What = Holding | str | None


@dataclass(frozen=True, slots=True)
class Held:
    """A fact that is open. ``what``: the holder and whether for want of a worker, the plan type, the family's number (None
    where people put brothers and sisters together), or the weight (None where a supervisor set it).

    What was entered on an earlier day than today stands: it has been relied on, and is never taken back.
    """

    key: UUID
    table: Table
    starts_on: date
    entered_on: date
    what: What = None


@dataclass(slots=True)
class Known:
    """A child as it is known. ``last``: its latest episode's days, with its key. ``last_change``: of each kind of fact."""

    key: UUID
    initials: str = ""
    last: tuple[date, date | None, UUID] | None = None
    held: list[Held] = field(default_factory=list)
    last_change: dict[Table, date] = field(default_factory=dict)

    def of(self, table: Table) -> list[Held]:
        """The open facts of a kind."""
        return [each for each in self.held if each.table is table]


@dataclass(frozen=True, slots=True)
class Begins:
    """A fact that begins. ``because``: why an episode that was closed in error goes on."""

    table: Table
    starts_on: date
    what: What = None
    because: str = ""


@dataclass(slots=True)
class Change:
    """What is to be written of one child. ``in_error``: the episode whose closing was a mistake."""

    outcomes: list[Outcome] = field(default_factory=list)
    begins: list[Begins] = field(default_factory=list)
    ends: list[tuple[Held, date]] = field(default_factory=list)
    removes: list[Held] = field(default_factory=list)
    in_error: UUID | None = None
    initials: str = ""

    @property
    def words(self) -> str:
        """The outcomes as they are kept."""
        return " ".join(self.outcomes or [Outcome.UNCHANGED])


NAMED_AGAIN = "The case system names the case as open since before that day."


def difference(rows: Sequence[Row], known: Known | None, *, today: date) -> Change | Fault:
    """What the rows about one child, which agree, change of it; or why they cannot."""
    first = rows[0]
    last = known.last if known else None
    if known is None or last is None:
        return Change() if first.closed_on else _opened(rows, known, first.opened_on, Outcome.NEW)
    opened_on, closed_on, _ = last
    if closed_on is not None:
        return Change() if first.closed_on else _opened_again(rows, known, last)
    if first.opened_on < opened_on:
        return Fault(
            "opened_on",
            f"The case is open here since {opened_on:%-d %B %Y} only. Enter that day, or mend the day here first.",
        )
    if first.closed_on:
        return closing(known, on=first.closed_on, today=today)
    if first.opened_on > opened_on:
        ended = closing(known, on=first.opened_on, today=today)
        if isinstance(ended, Fault):
            return ended
        begun = _opened(rows, known, first.opened_on, Outcome.REOPENED)
        return Change(begun.outcomes, begun.begins, ended.ends, ended.removes, initials=begun.initials)
    return _changed(rows, known, today=today)


def closing(known: Known, *, on: date, today: date) -> Change | Fault:
    """The case closed on a day: with it ends who holds the child, its plan types and its own interval."""
    change = Change([Outcome.CLOSED])
    for held in known.held:
        if held.table is Table.SIBLING:
            continue
        if held.starts_on > on or (held.starts_on == on and held.entered_on < today):
            return Fault(
                "closed_on", f"Something from {held.starts_on:%-d %B %Y} on is entered here of this child already."
            )
        _end(change, held, on)
    return change


def closes_too_many(number: int, *, of: int) -> bool:
    """Whether a file would close more than a tenth of the open cases."""
    return number * ONE_IN > of


def counted(outcomes: Iterable[str]) -> dict[str, int]:
    """How many children of each outcome."""
    found = Counter(one for each in outcomes for one in each.split())
    return {outcome.value: found[outcome.value] for outcome in Outcome if found[outcome.value]}


def _opened(rows: Sequence[Row], known: Known | None, on: date, outcome: Outcome, because: str = "") -> Change:
    change = Change([outcome], [Begins(Table.EPISODE, on, because=because)], initials=_initials(rows, known))
    for what, (person, since) in _holdings(rows).items():
        change.begins.append(Begins(Table.ALLOCATION, max(on, since or on, person.employed_from), what))
    for plan_type, since in (_plan_types(rows) or {}).items():
        change.begins.append(Begins(Table.PLAN_TYPE, max(on, since or on), plan_type))
    if rows[0].weight:
        change.begins.append(Begins(Table.WEIGHT, on, rows[0].weight))
    _family(change, rows[0].family, known, since=on)
    return change


def _opened_again(rows: Sequence[Row], known: Known, last: tuple[date, date | None, UUID]) -> Change | Fault:
    _, closed_on, key = last
    if closed_on is None or rows[0].opened_on >= closed_on:
        return _opened(rows, known, rows[0].opened_on, Outcome.REOPENED)
    change = _opened(rows, known, closed_on, Outcome.REOPENED, NAMED_AGAIN)
    change.in_error = key
    return change


def _changed(rows: Sequence[Row], known: Known, *, today: date) -> Change:
    change = Change(initials=_initials(rows, known))
    wanted: dict[What, tuple[date, date | None]] = {
        what: (person.employed_from, since) for what, (person, since) in _holdings(rows).items()
    }
    if _replace(change, Table.ALLOCATION, wanted, known, today=today):
        change.outcomes.append(Outcome.MOVED)
    plan_types = _plan_types(rows)
    if plan_types is not None:
        named: dict[What, tuple[date, date | None]] = {each: (date.min, since) for each, since in plan_types.items()}
        if _replace(change, Table.PLAN_TYPE, named, known, today=today):
            change.outcomes.append(Outcome.PLAN)
    if _family(change, rows[0].family, known, since=today):
        change.outcomes.append(Outcome.FAMILY)
    if _weight(change, rows[0].weight, known, today=today):
        change.outcomes.append(Outcome.WEIGHT)
    return change


def _family(change: Change, family: str | None, known: Known | None, *, since: date) -> bool:
    """Let the child belong to the family of a number. Without one it leaves a numbered family, and no other."""
    held = next(iter(known.of(Table.SIBLING)), None) if known else None
    if family is None or (held and held.what == family) or not (family or (held and held.what)):
        return False
    last = known.last_change.get(Table.SIBLING, date.min) if known else date.min
    if held and held.entered_on < since:
        last = max(last, held.starts_on + timedelta(days=1))
    on = max(since, last)
    if held:
        _end(change, held, on)
    if family:
        change.begins.append(Begins(Table.SIBLING, on, family))
    return True


def _weight(change: Change, weight: str | None, known: Known, *, today: date) -> bool:
    """Let the child count as the file says; what a supervisor said stands."""
    held = next(iter(known.of(Table.WEIGHT)), None)
    now = held.what if held else ""
    if weight is None or (held and held.what is None) or now == weight:
        return False
    if held:
        _end(change, held, today)
    if weight:
        change.begins.append(Begins(Table.WEIGHT, max(today, known.last_change.get(Table.WEIGHT, date.min)), weight))
    return True


def _replace(
    change: Change,
    table: Table,
    wanted: Mapping[What, tuple[date, date | None]],
    known: Known,
    *,
    today: date,
) -> bool:
    """Let what is wanted hold, and nothing else; whether that changes anything. Nothing begins before the last change."""
    held = {each.what: each for each in known.of(table)}
    added = [what for what in wanted if what not in held]
    gone = [each for what, each in held.items() if what not in wanted]
    stands = [each.starts_on + timedelta(days=1) for each in gone if each.entered_on < today]
    earliest = max([known.last[0] if known.last else date.min, known.last_change.get(table, date.min), *stands])
    starts = {what: max(earliest, wanted[what][0], wanted[what][1] or today) for what in added}
    change.begins += [Begins(table, starts[what], what) for what in added]
    for each in gone:
        _end(change, each, min(starts.values(), default=today))
    return bool(added or gone)


def _end(change: Change, held: Held, on: date) -> None:
    if held.starts_on >= on:
        change.removes.append(held)
    else:
        change.ends.append((held, on))


def _holdings(rows: Sequence[Row]) -> dict[Holding, tuple[Person, date | None]]:
    """Who holds the child; a manager only where no row names a worker."""
    working = {(person.key, False): (person, row.allocated_on) for row in reversed(rows) for person in row.workers}
    if working:
        return dict(reversed(working.items()))
    return {(row.held_by.key, True): (row.held_by, row.allocated_on) for row in rows if row.held_by}


def _plan_types(rows: Sequence[Row]) -> dict[str, date | None] | None:
    if all(row.plan_types is None for row in rows):
        return None
    return {each: row.plan_since for row in reversed(rows) for each in sorted(row.plan_types or ())}


def _initials(rows: Sequence[Row], known: Known | None) -> str:
    initials = rows[0].initials
    return initials if not known or known.initials != initials else ""
