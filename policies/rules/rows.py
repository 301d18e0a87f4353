"""One row of an answer, with the sentence that says why."""

from datetime import date

from policies.rules import words
from policies.rules.answers import Row, Status
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
        why=f"{why} ({_basis(rule, atom, stretch)}).",
        due_on=due_on,
        limit_on=limit_on,
        book_by=book_by,
        overdue_days=overdue_days,
        counted=counted,
        required=required,
        booked_on=bookings[0] if bookings else None,
        forecast=forecast,
        standing=_standing(worker, status, due_on),
    )


def _standing(worker: Worker, status: Status, due_on: date | None) -> Status:
    if status != Status.NOT_DUE or due_on is None:
        return status
    days = (due_on - worker.on).days
    if days == 0:
        return Status.DUE_TODAY
    return Status.DUE_SOON if 0 < days <= worker.calendar.due_soon_days else status


def _basis(rule: Rule, atom: Atom, stretch: Stretch) -> str:
    """The rule, the phase and its end, the condition, and the policy version that they stand in."""
    parts = [rule.id]
    if stretch.phase.id:
        parts.append(stretch.phase.id)
    if atom.id != parts[-1]:
        parts.append(atom.id)
    if stretch.ends_on != date.max:
        parts.append(f"until {words.day(stretch.ends_on)}")
    return f"{', '.join(parts)}; {rule.source}"
