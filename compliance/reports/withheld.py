"""Figures of small groups: withheld, and with them those from which they could be worked out. Pure."""

from collections.abc import Iterator, Sequence

from core.smallnumbers import LEAST

Place = tuple[int, int]


def withheld(rows: Sequence[Sequence[int]]) -> frozenset[Place]:
    """Which figures of a table of groups (rows) are not shown. (row, column) of each; the column after the last is the
    row's own sum.

    What stands for all groups together is known from the rest of the report, and so are the sums of the columns. A
    figure under five is withheld, none among them. A line of which the withheld figures could be told from the others,
    singly or together, loses another one, the smallest that is left; a row too small loses its sum as well.
    """
    table = [[*row, sum(row)] for row in rows]
    hidden = {(at, column) for at, row in enumerate(table) for column, number in enumerate(row) if number < LEAST}
    hidden |= {(at, column) for at, row in enumerate(table) for column in range(len(row)) if row[-1] < LEAST}
    lines = list(_lines(table))
    while True:
        more = {each for line in lines if (each := _to_hide(line, table, hidden))}
        if not more:
            return frozenset(hidden)
        hidden.add(min(more, key=lambda place: (table[place[0]][place[1]], place)))


def _lines(table: Sequence[Sequence[int]]) -> Iterator[list[Place]]:
    """Places whose figures are bound by a sum that is known: the columns, and each row with its own sum."""
    width = len(table[0]) if table else 0
    for column in range(width):
        yield [(at, column) for at in range(len(table))]
    for at in range(len(table)):
        yield [(at, column) for column in range(width)]


def _to_hide(line: Sequence[Place], table: Sequence[Sequence[int]], hidden: set[Place]) -> Place | None:
    """The figure that has to go so that nothing of a line can be told; None where nothing has to, or nothing is left."""
    gone = [place for place in line if place in hidden]
    left = [place for place in line if place not in hidden]
    if not gone or not left:
        return None
    if len(gone) > 1 and sum(table[at][column] for at, column in gone) >= LEAST:
        return None
    return min(left, key=lambda place: (table[place[0]][place[1]], place))
