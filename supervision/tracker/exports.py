"""A tracker, and the report of discussions in depth, as tables of a file."""

from collections.abc import Iterable, Iterator

from core.sheets import Table, Value
from core.templatetags.countersign import status_words
from supervision.tracker.in_depth import InDepthRow
from supervision.tracker.markup import month_words
from supervision.tracker.rules import Cell
from supervision.tracker.selectors import Tracker, TrackerRow
from supervision.tracker.standing import Standing


def tracker_table(found: Tracker) -> Table:
    """Every child of the tracker, whatever the page; what stands in cells in words."""
    months = [month_words(month) for month in found.period.months]
    headers = [
        found.label, "Worker", "Plan or status", "Due", "Status", "Rules", "Last in depth", "Sessions since in depth",
        "On this list until", "Because", *months,
    ]  # fmt: skip
    return ("Tracker", headers, map(_row, found.rows))


def _row(row: TrackerRow) -> list[Value]:
    because = "" if row.gone is None else "closed" if row.gone.closed else "with another worker"
    return [
        row.child.reference,
        row.worker,
        *(_stands(row.stands) if row.stands else ["", None, "", "", None]),
        row.since_in_depth,
        row.gone.on if row.gone else None,
        because,
        *(_cell(cell) for cell in row.cells),
    ]


def _stands(stands: Standing) -> list[Value]:
    status = stands.first.shown if stands.first else stands.assessment.standing
    rules = "; ".join(f"{each.words}: {each.met}" for each in stands.asked)
    return [", ".join(stands.plan_types), stands.due_on, status_words(status), rules, stands.last_in_depth]


def _cell(cell: Cell) -> str:
    if not cell.on_list and not cell.marks:
        return "not on this list"
    return "; ".join(f"{mark.on.day}: {mark.words}" for mark in cell.marks)


def in_depth_table(rows: Iterable[InDepthRow], *, label: str) -> Table:
    """The report of discussions in depth."""
    headers = [label, "Worker", "Plan or status", "Last in depth", "Sessions since", "Last discussed"]
    return ("In depth", headers, _in_depth(rows))


def _in_depth(rows: Iterable[InDepthRow]) -> Iterator[list[Value]]:
    for row in rows:
        yield [row.reference, row.worker, ", ".join(row.plan_types), row.last_in_depth, row.since, row.last]
