"""The board of caseloads as a table for spreadsheets: the same people, the same figures."""

from collections.abc import Iterator

from cases.caseload.selectors import Board, BoardRow
from core.sheets import Table, Value

HEADERS = (
    "Team",
    "Worker",
    "Job",
    "Children",
    "Of them with another worker",
    "Weighted caseload",
    "Guide",
    "Above by",
    "Above since",
    "Plans and statuses",
    "Why",
    "Plan",
    "Look again on",
    "Said by",
    "Away",
)


def board_sheet(board: Board) -> Table:
    """One row for each worker, then what nobody works with."""
    return "Caseload", HEADERS, _rows(board)


def _rows(board: Board) -> Iterator[tuple[Value, ...]]:
    for row in board.rows:
        yield _row(row)
    for words, number in board.without_worker:
        yield ("", f"Children {words}", "", number, *("" for _ in HEADERS[4:]))


def _row(row: BoardRow) -> tuple[Value, ...]:
    load, note = row.load, row.note
    return (
        row.team,
        row.name,
        row.job_title,
        load.children,
        load.jointly,
        float(load.load),
        load.guide,
        float(load.above_by) if load.is_above else None,
        load.above_since,
        "; ".join(f"{words}: {number}" for words, number in row.plans),
        note.reason if note else None,
        note.plan if note else None,
        note.review_on if note else None,
        note.by.name if note else None,
        "Away" if row.is_away else None,
    )
