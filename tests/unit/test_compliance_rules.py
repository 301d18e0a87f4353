"""What a night may know and tells, and which answers ask for a session."""

from dataclasses import replace
from datetime import UTC, date, datetime, timedelta
from uuid import UUID

import pytest

from compliance import rules
from policies.rules.answers import Assessment, Row, Status
from policies.rules.policy import Severity

ON = date(2026, 11, 9)
WORKER = UUID(int=1)
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


def test_the_night_of_today_knows_what_is_known_by_now():
    noon = datetime(2026, 11, 9, 12, tzinfo=UTC)

    assert rules.known_at(on=ON, at=noon) == noon


@pytest.mark.parametrize(("days", "tells"), [(0, True), (6, True), (7, False)], ids=["today", "six days", "a week"])
def test_a_night_made_up_long_after_tells_nobody(days, tells):
    at = datetime(2026, 11, 9, 12, tzinfo=UTC) + timedelta(days=days)

    assert rules.tells_people(on=ON, at=at) is tells


def test_chunks_hold_everything_once_in_order():
    assert [list(chunk) for chunk in rules.chunks(range(5), 2)] == [[0, 1], [2, 3], [4]]
    assert list(rules.chunks([])) == []


def test_only_breaches_with_a_date_that_has_passed_are_flagged():
    today = replace(OVERDUE, due_on=ON)
    undated = replace(IN_A_RUN, due_on=None)

    found = rules.late_rows({WORKER: answer(OVERDUE, ENDED, WARNED, SOON, LATER, today, undated)})

    assert list(found) == [
        (WORKER, "monthly", "gap", date(2026, 11, 1)),
        (WORKER, "monthly", "held", date(2026, 3, 31)),
    ]
