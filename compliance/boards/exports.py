"""Boards and lists as rows of a file."""

from collections.abc import Iterable, Iterator, Sequence
from datetime import date

from cases.rules import plan_type_words
from compliance.boards.lists import Listed, ListRow
from compliance.boards.rules import LABELS, Tally
from compliance.boards.selectors import HEADINGS, Board
from compliance.models import Kind
from core.sheets import Value
from core.templatetags.countersign import status_words, time_of

Sheet = tuple[str, Sequence[str], Iterable[Sequence[Value]]]
FIGURES = [f"{HEADINGS[kind]}: {label[:1].lower()}{label[1:]}" for kind in Kind for label in LABELS[kind].values()]

SUMS = [f"{HEADINGS[kind]}: {what}" for kind in Kind for what in ("all", "share, of 100")]
BY = ["Known at", "Judged by"]


def board_sheets(board: Board) -> list[Sheet]:
    """Teams first, their sum as the last, then plan types, then months; each row with its night and its policies."""
    on = board.night.on if board.night else board.day
    of_child = HEADINGS[Kind.CHILD]
    of_plans = [label for label in (*FIGURES, *SUMS) if label.startswith(of_child)]
    return [
        ("Teams", ["As at", "Service", "Team", *FIGURES, *SUMS, *BY], list(_teams(board, on))),
        ("Plans", ["As at", "Plan or status", *of_plans, *BY], list(_plans(board, on))),
        ("Months", ["Month", *FIGURES, *SUMS], list(_months(board))),
    ]


def _sums(tally: Tally, *, kinds: Iterable[Kind] = Kind) -> list[Value]:
    return [value for kind in kinds for value in (tally.total(kind), tally.share(kind))]


def _by(board: Board) -> list[Value]:
    """The hour of the night, and every version that judged a day of it."""
    versions = [f"{each.in_words} (from {each.starts_on.isoformat()})" for each in board.policies]
    return [time_of(board.night.known_at) if board.night else "", "; ".join(versions)]


def list_sheet(found: Listed, rows: Iterable[ListRow]) -> Sheet:
    """The list behind a figure."""
    on = found.night.on if found.night else found.day
    about = ["Reference", "Worker"] if found.of_children else ["Name"]
    more = ["Plan or status", "Inherited since"] if found.of_children else []
    headers = ["As at", *about, "Team", "Status", "Due", "Days overdue", *more, "Why"]
    return ("List", headers, (_list_row(on, row, of_children=found.of_children) for row in rows))


def _list_row(on: date, row: ListRow, *, of_children: bool) -> list[Value]:
    about: list[Value] = [row.name, row.holder] if of_children else [row.name]
    more: list[Value] = [", ".join(row.plan_types), row.inherited_on] if of_children else []
    return [on, *about, row.team, status_words(row.status), row.due_on, row.days or None, *more, row.why]


def _teams(board: Board, on: date) -> Iterator[list[Value]]:
    teams = board.teams or {}
    for each in sorted(board.counted, key=lambda each: (teams[each.key].service.name, teams[each.key].name)):
        team = teams[each.key]
        yield [on, team.service.name, team.name, *each.tally.numbers.values(), *_sums(each.tally), *_by(board)]
    if board.totals:
        whole = board.totals[0][1]
        numbers = [whole.of(kind, standing) for kind in Kind for standing in LABELS[kind]]
        yield [on, "All", "All", *numbers, *_sums(whole), *_by(board)]


def _plans(board: Board, on: date) -> Iterator[list[Value]]:
    for each in board.plans:
        plan = plan_type_words(each.key) if each.key else "None entered"
        yield [on, plan, *each.tally.numbers.values(), *_sums(each.tally, kinds=[Kind.CHILD]), *_by(board)]


def _months(board: Board) -> Iterator[list[Value]]:
    for month in board.months:
        numbers = [month.tally.of(kind, standing) for kind in Kind for standing in LABELS[kind]]
        yield [month.on, *numbers, *_sums(month.tally)]
