"""The regulator's register: numbers as people write them, its words, its names."""

from datetime import date

import pytest

from core.errors import RuleBroken
from staff.desk.rules import (
    AT_ONCE,
    Answer,
    Asked,
    answers_of,
    batches,
    is_same_name,
    outcome_of,
    plain_number,
    read_against,
)

AMARA = Asked("a", "Amara Obi", "SW000123")
BEN = Asked("b", "Ben Fox", "SW77")


@pytest.mark.req("R229")
@pytest.mark.parametrize(
    ("written", "plain"),
    [
        ("SW000123", "SW123"),
        ("sw 123", "SW123"),
        ("SW-00123", "SW123"),
        ("ＳＷ１２３", "SW123"),
        ("SW100", "SW100"),
        ("0123", "123"),
        ("A/12/B", "A12B"),
        ("", ""),
    ],
)
def test_a_number_is_the_same_however_it_is_written(written: str, plain: str) -> None:
    assert plain_number(written) == plain


def test_zeros_within_a_number_count() -> None:
    assert plain_number("SW1001") != plain_number("SW11")


@pytest.mark.parametrize(
    ("status", "outcome"),
    [
        ("Registered", "registered"),
        ("REGISTERED  with conditions of practice", "conditions"),
        ("Registered - suspended", "suspended"),
        ("Not registered", "not_registered"),
        ("Unregistered", "not_registered"),
        ("De-registered", "not_registered"),
        ("Deregistered", "not_registered"),
        ("No longer registered", "not_registered"),
        ("Removed by order", "not_registered"),
        ("Lapsed", "not_registered"),
        ("Inactive", "not_registered"),
        ("Warning order", "unclear"),
        ("", "unclear"),
    ],
)
def test_what_is_not_known_is_never_registered(status: str, outcome: str) -> None:
    assert outcome_of(status) == outcome


@pytest.mark.parametrize(
    ("one", "other", "same"),
    [
        ("Amara Obi", "OBI, Amara", True),
        ("Amara Obi", "Ms Amara Grace Obi", True),
        ("Zoë Núñez", "Zoe Nunez", True),
        ("Amara Obi", "A. Obi", True),
        ("Amara Obi", "Ben Obi", False),
        ("Amara Obi", "Amara Jones", False),
        ("Amara Obi", "", False),
    ],
)
def test_names_that_may_be_one_persons(one: str, other: str, same: bool) -> None:
    assert is_same_name(one, other) is same


def test_lapsed_come_first_then_unmatched_and_those_who_are_well_last() -> None:
    others = [Asked(str(n), f"Person {n}", f"SW{n}") for n in (1, 2, 3)]
    answers = [
        Answer(2, "SW123", "Amara Obi", "Registered", date(2026, 11, 30)),
        Answer(3, "SW1", "Person 1", "Lapsed", None),
        Answer(4, "SW2", "Somebody Else", "Registered", None),
        Answer(5, "SW999", "Stranger", "Registered", None),
    ]

    found, strangers = read_against([AMARA, *others], answers)

    assert [(row.name, row.outcome) for row in found] == [
        ("Person 1", "not_registered"),
        ("Person 3", "unmatched"),
        ("Person 2", "other_name"),
        ("Amara Obi", "registered"),
    ]
    assert found[-1].until == "2026-11-30"
    assert strangers == 1


def test_a_number_with_two_statuses_is_unclear() -> None:
    answers = [Answer(2, "SW77", "Ben Fox", "Registered", None), Answer(3, "SW0077", "Ben Fox", "Lapsed", None)]

    (row,), _ = read_against([BEN], answers)

    assert (row.outcome, row.said) == ("unclear", "Registered; Lapsed")


def test_an_answer_is_read_by_its_headings_wherever_they_stand() -> None:
    headers = ("Status", "Town", "Registered until", "Name", "Registration Number")
    (row,) = answers_of(
        headers, [(2, ("Registered", "Telford", "30/11/2026", "Amara Obi", "SW123")), (3, ("", "", ""))]
    )

    assert row == Answer(2, "SW123", "Amara Obi", "Registered", date(2026, 11, 30))


def test_a_file_without_the_numbers_or_the_status_is_refused_with_its_headings() -> None:
    with pytest.raises(RuleBroken, match="No column holds the status.*“Name”, “Number”"):
        answers_of(("Name", "Number"), [])
    with pytest.raises(RuleBroken, match="No column holds the registration number"):
        answers_of(("Name", "Status"), [])


def test_at_most_a_hundred_numbers_are_asked_at_once() -> None:
    asked = [Asked(str(n), f"Person {n}", f"SW{n}") for n in range(AT_ONCE * 2 + 1)]

    assert [len(batch) for batch in batches(asked)] == [100, 100, 1]
    assert [one for batch in batches(asked) for one in batch] == asked
