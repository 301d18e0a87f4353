"""Figures of small groups: whatever is withheld cannot be worked out from what is shown. Proved by trying every table."""

from collections.abc import Iterator, Sequence
from itertools import product
from random import Random

import pytest

from compliance.reports.withheld import LEAST, withheld

Table = tuple[tuple[int, ...], ...]


def possible(table: Table) -> Iterator[Table]:
    """Every table that a reader could take for this one: the same sums of columns, and the same figures where shown."""
    hidden = withheld(table)
    rows, columns = range(len(table)), range(len(table[0]))
    ways = [list(_columns([row[at] for row in table], [(row, at) in hidden for row in rows])) for at in columns]
    for tried in product(*ways):
        found = tuple(zip(*tried, strict=True))
        if all((at, len(columns)) in hidden or sum(found[at]) == sum(table[at]) for at in rows):
            yield found


def _columns(column: Sequence[int], hidden: Sequence[bool]) -> Iterator[tuple[int, ...]]:
    """Every column with the same sum, and the same figures where they are shown."""
    left = sum(number for number, is_hidden in zip(column, hidden, strict=True) if is_hidden)
    for values in product(range(left + 1), repeat=sum(hidden)):
        if sum(values) == left:
            given = iter(values)
            yield tuple(next(given) if is_hidden else number for number, is_hidden in zip(column, hidden, strict=True))


def told(table: Table) -> list[tuple[int, int]]:
    """Figures that are withheld, and yet could only be what they are; but for columns of which there is none at all."""
    hidden = withheld(table)
    tables = list(possible(table))
    columns = len(table[0])
    return [
        (at, column)
        for at, column in hidden
        if column < columns and any(row[column] for row in table) and len({each[at][column] for each in tables}) == 1
    ]


@pytest.mark.scenario(25, "d")
@pytest.mark.req("R277")
def test_nothing_under_five_is_shown() -> None:
    table = ((12, 3, 0), (40, 9, 7), (30, 8, 6))
    hidden = withheld(table)

    shown = [(at, column) for at in range(3) for column in range(3) if (at, column) not in hidden]
    assert all(table[at][column] >= LEAST for at, column in shown)
    assert (0, 1) in hidden
    assert len([place for place in hidden if place[1] == 1]) >= 2, "one alone comes out of the sum of all groups"


@pytest.mark.scenario(25, "d")
def test_a_small_group_loses_its_sum_and_another_group_hides_it() -> None:
    hidden = withheld(((2, 1, 0), (40, 9, 7), (30, 8, 6)))

    assert {(0, 3), (2, 3)} <= hidden, "the sum of the small group, and the smallest of the others"
    assert (1, 0) not in hidden, "no more than it takes"


def test_large_groups_are_shown_whole() -> None:
    assert withheld(((20, 9, 7), (40, 9, 7))) == frozenset()
    assert withheld(()) == frozenset()


@pytest.mark.scenario(25, "d")
@pytest.mark.req("R277")
@pytest.mark.parametrize("seed", range(60))
def test_no_withheld_figure_can_be_worked_out(seed: int) -> None:
    dice = Random(seed)
    groups = dice.choice((2, 3))
    table: Table = tuple(tuple(dice.choice((0, 1, 4, 5, 6)) for _ in range(2)) for _ in range(groups))
    if groups > 1 and sum(map(sum, table)) >= 2 * LEAST:
        assert told(table) == [], (table, sorted(withheld(table)))


def test_the_proof_finds_a_table_of_which_one_figure_alone_is_withheld(monkeypatch: pytest.MonkeyPatch) -> None:
    """The control: only what is under five is withheld, and nothing with it."""

    def alone(rows: Sequence[Sequence[int]]) -> frozenset[tuple[int, int]]:
        return frozenset(
            (at, column) for at, row in enumerate(rows) for column, number in enumerate(row) if number < LEAST
        )

    monkeypatch.setattr(f"{__name__}.withheld", alone)
    assert told(((9, 2), (9, 6), (9, 9))) == [(0, 1)]
