"""Feedback: when it may be given, and that nobody can be recognised in what is shown of it."""

import random
from collections.abc import Sequence
from datetime import date, timedelta
from itertools import product
from statistics import median_low
from uuid import UUID

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from core.smallnumbers import coarse_share, kept_back
from supervision.feedback.rules import (
    CHANGE_DAYS,
    FIRST_ANSWER_DAYS,
    Answer,
    Scores,
    batches,
    figure,
    finished_quarters,
    fit,
    is_offered,
    may_begin,
    may_change,
    settled,
)

DAY = timedelta(days=1)
HELD = date(2026, 11, 9)
PEOPLE = [UUID(int=number) for number in range(1, 9)]
ANA, BEN, CAY, DEE, EVE, *_ = PEOPLE


def said(person: UUID, *, on: date, space: int = 4, number: int = 0) -> Answer:
    return Answer(UUID(int=on.toordinal() * 100 + number), person, on, Scores(space, space, space))


def month_of(people: Sequence[UUID], *, first: date = date(2026, 1, 5), scores: Sequence[int] = ()) -> list[Answer]:
    """An answer on each of as many days as there are people."""
    return [
        said(person, on=first + number * DAY, space=scores[number] if scores else 4)
        for number, person in enumerate(people)
    ]


# When


@pytest.mark.req("R279")
@pytest.mark.parametrize(
    ("on", "signed", "begins"),
    [
        (HELD, False, False),
        (HELD, True, True),
        (HELD + DAY, False, True),
        (HELD + FIRST_ANSWER_DAYS - DAY, False, True),
        (HELD + FIRST_ANSWER_DAYS, True, False),
    ],
)
def test_a_first_answer_is_taken_once_the_record_is_signed_or_from_the_next_day(
    on: date, signed: bool, begins: bool
) -> None:
    assert may_begin(held_on=HELD, closed_on=HELD, signed=signed, on=on) is begins


def test_an_answer_of_the_last_day_can_still_be_changed_for_seven_days() -> None:
    last = HELD + FIRST_ANSWER_DAYS - DAY

    assert may_change(closed_on=HELD, on=last + 7 * DAY)
    assert not may_change(closed_on=HELD, on=last + 8 * DAY)
    assert is_offered(held_on=HELD, closed_on=HELD, signed=False, on=last + 7 * DAY)


def test_nothing_counts_while_it_can_change_nor_before_the_next_month_begins() -> None:
    final_on = HELD + CHANGE_DAYS

    assert final_on == date(2026, 11, 30)
    assert not settled(HELD, on=final_on)
    assert settled(HELD, on=date(2026, 12, 1))


# What a supervisor sees


@pytest.mark.parametrize(
    ("people", "shown"),
    [
        ([ANA, BEN, CAY, DEE, EVE], True),
        ([ANA, BEN, CAY, ANA, BEN], True),
        ([ANA, BEN, CAY, DEE], False),
        ([ANA, BEN, ANA, BEN, ANA, BEN], False),
        ([ANA] * 12, False),
        ([ANA, ANA, ANA, BEN, CAY], False),
        ([ANA, ANA, ANA, BEN, CAY, DEE], False),
        ([ANA, ANA, ANA, BEN, CAY, DEE, EVE], True),
    ],
)
def test_a_group_is_five_answers_of_three_people_and_none_with_half_of_them(people: list[UUID], shown: bool) -> None:
    assert fit(people) is shown
    assert bool(batches(month_of(people), on=date(2027, 1, 1))) is shown


@settings(deadline=None)
@given(st.lists(st.sampled_from(PEOPLE[:5]), min_size=5, max_size=9).filter(fit), st.data())
def test_whatever_is_shown_of_a_group_each_one_in_it_could_have_said_anything(
    people: list[UUID], data: st.DataObject
) -> None:
    """For each person and each set of answers that this person could have given, the others can make the same middle."""
    scores = data.draw(st.lists(st.integers(1, 5), min_size=len(people), max_size=len(people)))
    [batch] = batches(month_of(people, scores=scores), on=date(2027, 1, 1))[:1]
    inside = people[: batch.answers]
    middle = batch.middle["space"]

    for person in set(inside):
        own, others = inside.count(person), len(inside) - inside.count(person)
        for claimed in product(range(1, 6), repeat=own):
            assert median_low([*claimed, *[middle] * others]) == middle


def watched(answers: Sequence[Answer], *, first: date, days: int) -> list[tuple[date, list[object]]]:
    """What a supervisor reads who opens the page every day."""
    return [(day, list(batches(answers, on=day))) for day in (first + number * DAY for number in range(days))]


@pytest.mark.req("R279")
@pytest.mark.parametrize("seed", range(20))
def test_a_supervisor_who_looks_every_day_and_subtracts_learns_of_no_single_answer(seed: int) -> None:
    chance = random.Random(seed)  # noqa: S311
    days = sorted(date(2026, 1, 5) + chance.randrange(300) * DAY for _ in range(40))
    answers = [
        said(chance.choice(PEOPLE[:4]), on=day, space=chance.randint(1, 5), number=number)
        for number, day in enumerate(days)
    ]
    seen = watched(answers, first=date(2026, 1, 1), days=400)

    for (_, before), (day, after) in zip(seen, seen[1:], strict=False):
        assert after[: len(before)] == before, "what was shown stays as it was"
        assert after == before or day.day == 1, "something new comes at the beginning of a month alone"
        for new in after[len(before) :]:
            assert new.answers >= 5  # type: ignore[attr-defined]
    assert len(seen[-1][1]) >= 3


@pytest.mark.parametrize("claimed", [1, 2, 3, 4, 5])
def test_two_worlds_that_differ_in_the_newest_answer_alone_look_the_same(claimed: int) -> None:
    """The attack that a running average invites: read before and after one session, and subtract."""
    before = month_of([ANA, BEN, CAY, DEE, EVE])
    newest = said(ANA, on=before[-1].closed_on + DAY, space=claimed)
    for day, seen in watched([*before, newest], first=date(2026, 1, 1), days=90):
        assert seen == batches(before, on=day)

    # Control: a running average gives the newest answer away
    old = [each.scores.space for each in before]
    average = sum([*old, claimed]) / 6
    assert round(average * 6 - sum(old)) == claimed


def test_an_answer_about_a_session_that_was_entered_late_falls_into_no_group_that_was_shown() -> None:
    early = month_of([ANA, BEN, CAY, DEE, EVE])
    shown = batches(early, on=date(2026, 3, 1))
    # Held in January, entered and so closed in March
    late = said(BEN, on=date(2026, 3, 2), space=1)

    assert batches([late, *early], on=date(2026, 6, 1)) == shown


# The trend


def test_shares_are_coarse_so_that_they_never_say_what_everybody_answered() -> None:
    everybody = figure(month_of([ANA, BEN, CAY, DEE, EVE], scores=[5, 5, 5, 5, 5]))
    nobody = figure(month_of([ANA, BEN, CAY, DEE, EVE], scores=[1, 1, 1, 1, 3]))

    assert everybody
    assert nobody
    assert everybody.shares == {"space": 90, "challenge": 90, "useful": 90}
    assert nobody.shares["space"] == 10
    assert figure(month_of([ANA, BEN, CAY, DEE])) is None
    assert [coarse_share(part, 7) for part in range(8)] == [10, 10, 30, 40, 60, 70, 90, 90]


def test_quarters_are_those_whose_answers_are_all_settled() -> None:
    assert list(finished_quarters(until=date(2026, 11, 9), number=2)) == [
        (date(2026, 4, 1), date(2026, 7, 1)),
        (date(2026, 7, 1), date(2026, 10, 1)),
    ]
    # Sessions of the last days of September can be answered about until the twenty-first of October
    assert list(finished_quarters(until=date(2026, 10, 31), number=1)) == [(date(2026, 4, 1), date(2026, 7, 1))]
    assert list(finished_quarters(until=date(2027, 1, 31), number=1)) == [(date(2026, 7, 1), date(2026, 10, 1))]


# Small numbers


@pytest.mark.req("R277")
@pytest.mark.parametrize(
    ("sizes", "back"),
    [
        ({"a": 20, "b": 30}, set()),
        ({"a": 20, "b": 4}, {"a", "b"}),
        ({"a": 20, "b": 4, "c": 30}, {"a", "b"}),
        ({"a": 20, "b": 2, "c": 2, "d": 30}, {"a", "b", "c"}),
        ({"a": 20, "b": 4, "c": 4, "d": 30}, {"b", "c"}),
        ({"a": 20, "b": 0}, set()),
        ({"a": 3}, {"a"}),
    ],
)
def test_a_small_group_takes_others_with_it_until_nothing_comes_out_by_subtraction(
    sizes: dict[str, int], back: set[str]
) -> None:
    assert kept_back(sizes) == back


def test_without_a_total_beside_them_only_small_groups_are_kept_back() -> None:
    assert kept_back({"a": 20, "b": 4}, with_total=False) == {"b"}
    assert kept_back({"a": 20, "b": 9, "c": 30}, unfit=["b"]) == {"a", "b"}


@settings(deadline=None)
@given(st.dictionaries(st.sampled_from("abcdefgh"), st.integers(0, 40)))
def test_what_is_kept_back_together_is_never_fewer_than_five_unless_that_is_everybody(sizes: dict[str, int]) -> None:
    back = kept_back(sizes)
    hidden = sum(sizes[key] for key in back)

    assert not back or (hidden >= 5 and len(back) > 1) or back == {key for key, size in sizes.items() if size}
    assert all(sizes[key] >= 5 or not sizes[key] for key in sizes.keys() - back)
