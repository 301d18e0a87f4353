"""One row of an answer, with the sentence that says why."""

from datetime import date
from functools import lru_cache

from policies.rules import words
from policies.rules.answers import Row, Status, standing_of
from policies.rules.policy import Atom, Rule
from policies.rules.worker import Stretch, Worker


def row_for(
    worker: Worker,
    rule: Rule,
    atom: Atom,
    stretch: Stretch,
    status: Status,
    why: str,
    *,
    due_on: date | None = None,
    limit_on: date | None = None,
    book_by: date | None = None,
    overdue_days: int = 0,
    counted: int | None = None,
    required: int | None = None,
    forecast: str | None = None,
    is_present: bool = True,
) -> Row:
    """A row; ``is_present`` False is one of the past, which nothing in the diary can help."""
    bookings = worker.bookings(stretch.phase.terms) if is_present else []
    return Row(
        rule=rule.id,
        atom=atom.id,
        severity=atom.severity,
        status=status,
        why=f"{why} ({_basis(rule.id, stretch.phase.id, atom.id, stretch.ends_on, rule.source)}).",
        due_on=due_on,
        limit_on=limit_on,
        book_by=book_by,
        overdue_days=overdue_days,
        counted=counted,
        required=required,
        booked_on=bookings[0] if bookings else None,
        forecast=forecast,
        standing=standing_of(status, due_on, worker.on, worker.calendar.due_soon_days),
    )


@lru_cache(maxsize=20_000)
def _basis(rule: str, phase: str | None, atom: str, ends_on: date, source: str) -> str:
    """The rule, the phase and its end, the condition, and the policy version that they stand in."""
    parts = [rule]
    if phase:
        parts.append(phase)
    if atom != parts[-1]:
        parts.append(atom)
    if ends_on != date.max:
        parts.append(f"until {words.day(ends_on)}")
    return f"{', '.join(parts)}; {source}"
