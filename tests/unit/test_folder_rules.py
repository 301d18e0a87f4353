"""When something of a folder is due, and in which words."""

from datetime import date
from decimal import Decimal

import pytest

from staff.folder.rules import (
    NOTES,
    Covered,
    Paper,
    Stage,
    Stands,
    Year,
    asked_from,
    covered,
    sensitivity_of,
    stage_of,
    standing_of,
    year_before,
    years_of,
)

SWE = "Social Work England"


@pytest.mark.req("R288")
@pytest.mark.parametrize(
    ("valid_to", "opens"),
    [
        (date(2026, 11, 30), date(2026, 9, 1)),
        (date(2026, 9, 1), date(2026, 9, 1)),
        (date(2026, 8, 31), date(2025, 9, 1)),
    ],
)
def test_a_registration_is_asked_for_from_the_opening_of_the_window(valid_to: date, opens: date) -> None:
    assert asked_from(valid_to, issuer=SWE) == opens


def test_anything_else_is_asked_for_eight_weeks_before() -> None:
    assert asked_from(date(2026, 11, 30), issuer="Another regulator") == date(2026, 10, 5)


@pytest.mark.req("R288", "R292")
@pytest.mark.parametrize(
    ("on", "stage"),
    [
        (date(2026, 8, 31), None),
        (date(2026, 9, 1), Stage.BEFORE),
        (date(2026, 11, 29), Stage.BEFORE),
        (date(2026, 11, 30), Stage.ON),
        (date(2026, 12, 1), Stage.AFTER),
        (date(2027, 6, 1), Stage.AFTER),
    ],
)
def test_people_are_told_before_on_and_after_the_last_day(on: date, stage: Stage | None) -> None:
    assert stage_of(date(2026, 11, 30), on=on, issuer=SWE) is stage


def paper(kind: str, valid_to: date | None = None, outcome: str = "", issuer: str = "") -> Paper:
    return Paper(kind, issuer, outcome, date(2026, 1, 5), valid_to)


@pytest.mark.parametrize(
    ("kind", "found", "stands", "words"),
    [
        ("registration", None, Stands.MISSING, "no registration is entered"),
        ("insurance", None, Stands.MISSING, "does not drive for work"),
        ("dbs", None, Stands.MISSING, "No DBS check"),
        (
            "registration",
            paper("registration", date(2026, 11, 30), issuer=SWE),
            Stands.DUE,
            "1 September to 30 November",
        ),
        ("registration", paper("registration", date(2027, 11, 30), issuer=SWE), Stands.CURRENT, "30 November 2027"),
        ("registration", paper("registration", date(2026, 11, 8)), Stands.EXPIRED, "It ended on 8 November 2026."),
        ("registration", paper("registration"), Stands.NO_DATE, "nobody is reminded"),
        ("registration", paper("registration", outcome="not_registered"), Stands.AGAINST, "5 January 2026"),
        ("registration", paper("registration", outcome="suspended"), Stands.AGAINST, "suspended"),
        ("insurance", paper("insurance", outcome="no_driving"), Stands.NOT_NEEDED, "does not drive"),
        ("insurance", paper("insurance", date(2026, 11, 9)), Stands.DUE, "Its last day is 9 November 2026."),
        ("dbs", paper("dbs"), Stands.CURRENT, "no end"),
        ("appraisal", paper("appraisal", date(2026, 11, 8)), Stands.EXPIRED, "The next was due on 8 November 2026."),
        ("appraisal", paper("appraisal", date(2026, 11, 10)), Stands.DUE, "The next is due on 10 November 2026."),
        ("appraisal", paper("appraisal", date(2027, 11, 10)), Stands.CURRENT, "The next is due on 10 November 2027."),
    ],
)
def test_each_thing_stands_somehow_and_says_why(kind: str, found: Paper | None, stands: Stands, words: str) -> None:
    standing = standing_of(kind, found, on=date(2026, 11, 9), is_registered=True)

    assert standing.stands is stands
    assert words in standing.why


@pytest.mark.parametrize(("is_registered", "words"), [(False, "asks for none"), (None, "does not say")])
def test_registration_is_wanted_where_the_policy_says_so_alone(is_registered: bool | None, words: str) -> None:
    standing = standing_of("registration", None, on=date(2026, 11, 9), is_registered=is_registered)

    assert standing.stands is Stands.NOT_NEEDED
    assert words in standing.why


@pytest.mark.parametrize(
    ("on", "first"),
    [
        (date(2026, 11, 9), date(2025, 11, 10)),
        (date(2028, 2, 28), date(2027, 2, 28)),
        (date(2028, 2, 29), date(2027, 3, 1)),
    ],
)
def test_twelve_months_begin_the_day_after_that_day_a_year_before(on: date, first: date) -> None:
    assert year_before(on) == first


@pytest.mark.req("R197")
def test_learning_is_summed_by_years_of_registration() -> None:
    rows = [
        (date(2025, 11, 30), Decimal("1.5"), False),
        (date(2025, 12, 1), Decimal(2), True),
        (date(2026, 11, 30), Decimal(3), False),
    ]

    assert years_of(rows) == [Year(2026, 2, Decimal(5), 1), Year(2025, 1, Decimal("1.5"), 0)]


@pytest.mark.req("R218")
@pytest.mark.req("R219")
def test_each_domain_says_what_bears_on_it_and_which_have_nothing() -> None:
    found = covered({"a": "Knowledge", "b": "Values"}, learning=[["a", "a"], ["a", "old_one"]], evidence=[["a"], []])

    assert found == [Covered("Knowledge", 2, 1), Covered("Values", 0, 0), Covered("Old one", 1, 0)]
    assert [each.is_empty for each in found] == [False, True, False]


def test_every_kind_of_note_has_its_section_and_whose_eyes_it_is_for() -> None:
    assert {sensitivity_of(kind) for kind in NOTES[7]} == {"health"}
    assert {sensitivity_of(kind) for kind in NOTES[8]} == {"conduct", "shared"}
