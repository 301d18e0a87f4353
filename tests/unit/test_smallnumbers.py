"""Figures of few in teams, services and all: nothing that is withheld comes out of anything that is shown. Tried, not argued."""

from collections.abc import Iterator, Mapping, Sequence
from fractions import Fraction
from itertools import combinations
from random import Random

import pytest

from core import smallnumbers
from core.smallnumbers import LEAST, kept_back_nested

Sizes = Mapping[tuple[str, str], int]
Line = tuple[int, ...]


def shown(sizes: Sizes) -> Iterator[set[tuple[str, str]]]:
    """The teams that each figure on a page is the sum of: of teams, of services, of all, with a service chosen or not."""
    back = smallnumbers.kept_back_nested(sizes)
    if not back.total:
        yield set(sizes)
    for service in {service for service, _ in sizes} - back.outer:
        yield {key for key in sizes if key[0] == service}
    for key in sizes:
        if key not in back.inner:
            yield {key}


def rank(lines: Sequence[Line]) -> int:
    """Of how many lines all the others can be put together."""
    left, found = [list(map(Fraction, line)) for line in lines], 0
    for column in range(len(left[0]) if left else 0):
        pivot = next((row for row in left if row[column]), None)
        if pivot is None:
            continue
        left.remove(pivot)
        found += 1
        left = [
            [one - row[column] / pivot[column] * other for one, other in zip(row, pivot, strict=True)] for row in left
        ]
    return found


def told(sizes: Sizes) -> list[set[tuple[str, str]]]:
    """Teams, alone or together, that are of fewer than five and whose figure can be put together from those shown."""
    teams = [key for key, size in sizes.items() if size]
    lines = [tuple(int(key in each) for key in teams) for each in shown(sizes)]
    lines = [line for line in lines if any(line)]
    found = []
    for number in range(1, len(teams) + 1):
        for some in combinations(teams, number):
            line = tuple(int(key in some) for key in teams)
            if sum(sizes[key] for key in some) < LEAST and rank([*lines, line]) == rank(lines):
                found.append(set(some))
    return found


def hidden_and_told(sizes: Sizes) -> list[str]:
    """Services and teams that are withheld and can be put together all the same."""
    teams = [key for key, size in sizes.items() if size]
    lines = [line for each in shown(sizes) if any(line := tuple(int(key in each) for key in teams))]
    back = kept_back_nested(sizes)
    places = [{key} for key in back.inner] + [{key for key in teams if key[0] == each} for each in back.outer]
    return [
        str(place)
        for place in places
        if rank([*lines, tuple(int(key in place) for key in teams)]) == rank(lines)
        # The one service that there is, and its one team, are the sum of all
        and sum(sizes[key] for key in place) < sum(sizes.values())
    ]


def authority(seed: int) -> Sizes:
    dice = Random(seed)
    return {
        (service, f"{service}{team}"): dice.choice((0, 1, 2, 3, 4, 5, 6, 8))
        for service in "ABC"[: dice.choice((1, 2, 3))]
        for team in range(dice.choice((1, 2, 3)))
    }


@pytest.mark.req("R277")
@pytest.mark.parametrize("seed", range(60))
def test_nothing_withheld_comes_out_of_what_is_shown(seed: int) -> None:
    sizes = authority(seed)

    assert told(sizes) == [], sizes
    assert hidden_and_told(sizes) == [], sizes


def test_a_team_does_not_come_out_of_its_service() -> None:
    sizes = {("one", "ash"): 3, ("one", "birch"): 8, ("two", "rowan"): 6}

    back = kept_back_nested(sizes)

    assert back.inner == {("one", "ash"), ("one", "birch")}
    assert (back.total, back.outer) == (False, set())


def test_teams_kept_back_against_the_sum_of_all_alone_are_told(monkeypatch: pytest.MonkeyPatch) -> None:
    """The control: services are shown whole, teams are kept back as if there were none."""

    def unnested(sizes: Sizes) -> smallnumbers.Nested[str, str]:
        return smallnumbers.Nested(False, set(), set(smallnumbers.kept_back(sizes)))

    monkeypatch.setattr(smallnumbers, "kept_back_nested", unnested)
    assert told({("one", "ash"): 3, ("one", "birch"): 8, ("two", "rowan"): 6}) == [{("one", "ash")}]


def test_of_few_in_all_nothing_is_shown() -> None:
    assert list(shown({("one", "ash"): 1, ("two", "rowan"): 3})) == []
