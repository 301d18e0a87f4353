"""The draw: always the same from one seed, fair over seeds, by group in turn, whatever order the pool is in."""

import random
import subprocess
import sys
from datetime import date

import pytest
from hypothesis import given
from hypothesis import strategies as st

from audits.drawing import rules
from audits.drawing.rules import Item
from core.errors import RuleBroken
from policies.rules.durations import Duration

keys = st.text(st.characters(categories=("L", "N"), max_codepoint=0x24F), min_size=1, max_size=8)
pools = st.lists(st.builds(Item, keys, st.sampled_from(["Ash", "Rowan", "Yew"])), max_size=30, unique_by=lambda i: i.id)
seeds = st.text(min_size=1, max_size=20)

# 0.1 per cent of fair draws give more than so much, by degrees of freedom
CHI_SQUARE_AT_ONE_IN_A_THOUSAND = {3: 16.27, 11: 31.26}


@given(seeds, pools, st.integers(0, 10), st.randoms())
def test_the_same_seed_gives_the_same_whatever_the_order_of_the_pool(
    seed: str, pool: list[Item], size: int, shuffler: random.Random
) -> None:
    shuffled = list(pool)
    shuffler.shuffle(shuffled)

    assert rules.draw(seed, pool, size) == rules.draw(seed, shuffled + shuffled, size)
    assert rules.agrees(seed, rules.stored(shuffled), rules.draw(seed, pool, size))


@given(seeds, pools, st.integers(0, 40))
def test_takes_so_many_or_all_of_a_smaller_pool_and_nobody_twice(seed: str, pool: list[Item], size: int) -> None:
    drawn = rules.draw(seed, pool, size)

    assert len(drawn) == len(set(drawn)) == min(size, len(pool))
    assert set(drawn) <= {item.id for item in pool}


@given(seeds, pools, st.integers(0, 30))
def test_takes_one_from_each_group_in_turn(seed: str, pool: list[Item], size: int) -> None:
    stratum = {item.id: item.stratum for item in pool}
    drawn = [stratum[key] for key in rules.draw(seed, pool, size)]

    sizes = {name: sum(item.stratum == name for item in pool) for name in set(stratum.values())}
    for name, there in sizes.items():
        for other in sizes:
            # A group is never two ahead of another that still has somebody
            assert (
                drawn.count(name) <= max(drawn.count(other) + 1, 1) or drawn.count(other) == sizes[other] or there == 0
            )


@given(seeds, pools, keys)
def test_one_more_in_the_pool_never_reorders_the_others(seed: str, pool: list[Item], key: str) -> None:
    apart = [item for item in pool if item.id != key]
    with_it = rules.draw(seed, [*(Item(item.id) for item in apart), Item(key)], len(apart) + 1)

    assert [each for each in with_it if each != key] == rules.draw(seed, [Item(item.id) for item in apart], len(apart))


def chi_square(counts: list[int]) -> float:
    expected = sum(counts) / len(counts)
    return sum((count - expected) ** 2 / expected for count in counts)


@pytest.mark.req("R255")
def test_over_seeds_everybody_of_a_group_and_every_group_comes_first_about_as_often() -> None:
    pool = [Item(f"{team}{number}", team) for team in ("a", "b", "c", "d") for number in range(3)]
    first = [rules.draw(f"seed {number}", pool, 1)[0] for number in range(6_000)]

    by_item = [first.count(item.id) for item in pool]
    by_group = [sum(each.startswith(team) for each in first) for team in "abcd"]

    assert chi_square(by_item) < CHI_SQUARE_AT_ONE_IN_A_THOUSAND[11]
    assert chi_square(by_group) < CHI_SQUARE_AT_ONE_IN_A_THOUSAND[3]


def test_control_the_bound_finds_a_draw_that_is_not_fair() -> None:
    skewed = [random.Random(number).choice("aabc") for number in range(6_000)]

    assert chi_square([skewed.count(each) for each in "abcd"]) > CHI_SQUARE_AT_ONE_IN_A_THOUSAND[3]


def test_a_team_of_two_is_drawn_from_as_often_as_a_team_of_twenty() -> None:
    pool = [Item(f"big {number}", "big") for number in range(20)] + [Item("small 1", "small"), Item("small 2", "small")]
    first = [rules.draw(f"seed {number}", pool, 1)[0] for number in range(2_000)]

    assert 900 < sum(each.startswith("small") for each in first) < 1_100


def test_a_draw_that_was_tampered_with_does_not_agree() -> None:
    pool = rules.stored([Item("1", "Ash"), Item("2", "Ash"), Item("3", "Rowan")])
    drawn = rules.draw("seed", rules.items_of(pool), 1)

    assert rules.agrees("seed", pool, drawn)
    assert not rules.agrees("another", pool, [next(each["id"] for each in pool if each["id"] not in drawn)])
    assert not rules.agrees("seed", pool, [next(each["id"] for each in pool if each["id"] not in drawn)])


def test_a_known_draw_stays_as_it_is_for_ever() -> None:
    pool = [Item(f"file {number}", team) for number, team in enumerate(["Ash", "Ash", "Rowan", "Rowan", "Yew"])]

    assert rules.draw("0123456789abcdef", pool, 3) == ["file 1", "file 3", "file 4"]


def test_draws_no_fewer_than_none() -> None:
    with pytest.raises(ValueError, match="fewer than none"):
        rules.draw("seed", [], -1)


def test_a_file_audited_within_a_year_is_left_out_while_there_are_others() -> None:
    pool = [Item("lately"), Item("long ago"), Item("never")]
    audited = {"lately": date(2025, 11, 10), "long ago": date(2025, 11, 9)}

    assert rules.not_lately(pool, audited, on=date(2026, 11, 9)) == [Item("long ago"), Item("never")]
    assert rules.not_lately(pool[:1], audited, on=date(2026, 11, 9)) == [Item("lately")]


@pytest.mark.scenario(20, "d")
def test_children_are_looked_for_from_20_may_for_an_audit_on_20_november() -> None:
    assert rules.lookback_from(date(2026, 11, 20), Duration.parse("P6M")) == date(2026, 5, 20)
    assert rules.lookback_from(date(2026, 11, 20), Duration.parse("P28D")) == date(2026, 10, 23)
    assert rules.lookback_from(date(2026, 11, 20), None) is None


@pytest.mark.scenario(20, "e")
def test_drawing_again_asks_for_a_reason() -> None:
    rules.check_reason("She is on sick leave.")
    with pytest.raises(RuleBroken, match="Say why you draw again"):
        rules.check_reason("  ")


def test_the_pocket_program_of_the_decision_makes_the_same_draw() -> None:
    pool = [Item(f"file {number}", team) for number, team in enumerate(["Ash", "Ash", "Rowan", "Rowan", "Yew"])]
    program = rules.program("0123456789abcdef", rules.stored(pool), ["file 1", "file 3", "file 4"])

    told = subprocess.run([sys.executable, "-c", program], capture_output=True, text=True, check=True).stdout

    assert told == "['file 1', 'file 3', 'file 4']\nThe same as was drawn.\n"
