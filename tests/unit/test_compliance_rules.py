"""What a night may know and tells, and which answers ask for a session."""

from dataclasses import replace
from datetime import UTC, date, datetime, timedelta
from uuid import UUID

import pytest

from compliance import rules
from policies.rules.answers import Assessment, Row, Status
from policies.rules.policy import Severity

ON = date(2026, 11, 9)
ROW = Row(rule="monthly", atom="gap", severity=Severity.BREACH, status=Status.NOT_DUE, why="Because.")
OVERDUE = replace(ROW, status=Status.OVERDUE, standing=Status.OVERDUE, due_on=date(2026, 11, 1), overdue_days=8)
IN_A_RUN = replace(ROW, status=Status.MISSED, standing=Status.MISSED, due_on=date(2026, 10, 31), counted=2, required=1)
ENDED = replace(
    ROW, atom="held", status=Status.MISSED, standing=Status.MISSED, due_on=date(2026, 3, 31), counted=8, required=10
)
WARNED = replace(ENDED, atom="monthly", severity=Severity.WARNING)
SOON = replace(ROW, atom="monthly", severity=Severity.WARNING, standing=Status.DUE_SOON, due_on=date(2026, 11, 12))
LATER = replace(ROW, standing=Status.NOT_DUE, due_on=date(2026, 12, 31))


def answer(*rows: Row) -> Assessment:
    return Assessment(
        on=ON, policy="p", policy_version="1", rules=rows, worst=Status.MET, standing=Status.MET, due_on=None
    )


def test_a_night_done_again_knows_what_was_known_at_two_in_the_morning_of_that_day():
    later = datetime(2026, 11, 20, 12, tzinfo=UTC)

    assert rules.known_at(on=ON, at=later) == datetime(2026, 11, 9, 2, tzinfo=UTC)
    assert rules.known_at(on=date(2026, 7, 1), at=later) == datetime(2026, 7, 1, 1, tzinfo=UTC), "summer time"


def test_the_night_of_today_knows_no_more_however_late_it_is_done():
    noon = datetime(2026, 11, 9, 12, tzinfo=UTC)
    one = datetime(2026, 11, 9, 1, tzinfo=UTC)

    assert rules.known_at(on=ON, at=noon) == datetime(2026, 11, 9, 2, tzinfo=UTC)
    assert rules.known_at(on=ON, at=one) == one


@pytest.mark.parametrize(("days", "tells"), [(0, True), (6, True), (7, False)], ids=["today", "six days", "a week"])
def test_a_night_made_up_long_after_tells_nobody(days, tells):
    at = datetime(2026, 11, 9, 12, tzinfo=UTC) + timedelta(days=days)

    assert rules.tells_people(on=ON, at=at) is tells


def test_chunks_hold_everything_once_in_order():
    assert [list(chunk) for chunk in rules.chunks(range(5), 2)] == [[0, 1], [2, 3], [4]]
    assert list(rules.chunks([], 2)) == []


def test_only_breaches_with_a_date_that_has_passed_are_flagged():
    today = replace(OVERDUE, due_on=ON)
    undated = replace(IN_A_RUN, due_on=None)

    found = rules.late_rows_of(answer(OVERDUE, ENDED, WARNED, SOON, LATER, today, undated))

    assert [(row.rule, row.atom, row.due_on) for row in found] == [
        ("monthly", "gap", date(2026, 11, 1)),
        ("monthly", "held", date(2026, 3, 31)),
    ]


def test_nights_that_were_missed_are_made_up_for_a_month():
    assert rules.nights_to_do(last=None, on=ON) == [ON]
    assert rules.nights_to_do(last=date(2026, 11, 6), on=ON) == [date(2026, 11, day) for day in (7, 8, 9)]
    assert rules.nights_to_do(last=date(2026, 1, 1), on=ON)[0] == date(2026, 10, 9)


def test_bounds_leave_no_key_out():
    found = rules.bounds_between(rules.PEOPLE, [UUID(int=5), UUID(int=9)])

    assert [(each.after.int, each.until.int) for each in found] == [(0, 5), (5, 9), (9, 2**128 - 1)]
