"""What of an answer a page shows and what asks for a session."""

from dataclasses import replace
from datetime import date

import pytest

from policies.rules.answers import Assessment, Row, Status
from policies.rules.policy import Severity

ROW = Row(rule="monthly", atom="gap", severity=Severity.BREACH, status=Status.NOT_DUE, why="Because.")
OVERDUE = replace(ROW, status=Status.OVERDUE, standing=Status.OVERDUE, due_on=date(2026, 11, 1), overdue_days=8)
IN_A_RUN = replace(ROW, status=Status.MISSED, standing=Status.MISSED, due_on=date(2026, 10, 31), counted=2, required=1)
ENDED = replace(IN_A_RUN, atom="held", due_on=date(2026, 3, 31), counted=8, required=10)
WARNED = replace(ENDED, atom="monthly", severity=Severity.WARNING)
SOON = replace(ROW, atom="monthly", severity=Severity.WARNING, standing=Status.DUE_SOON, due_on=date(2026, 11, 12))
DONE = replace(ROW, atom="monthly", severity=Severity.WARNING, status=Status.MET, due_on=date(2026, 11, 30))
LATER = replace(ROW, due_on=date(2027, 3, 31))
INFORMATION = replace(SOON, severity=Severity.INFO, standing=Status.DUE_TODAY)
AWAY = replace(ROW, status=Status.SUSPENDED, standing=Status.SUSPENDED)
UNSET = replace(ROW, status=Status.NO_MINIMUM_SET, standing=Status.NO_MINIMUM_SET)


def answer(*rows: Row) -> Assessment:
    return Assessment(
        on=date(2026, 11, 9),
        policy="p",
        policy_version="1",
        rules=rows,
        worst=Status.MET,
        standing=Status.MET,
        due_on=None,
    )


@pytest.mark.parametrize(
    ("row", "asks"),
    [(OVERDUE, True), (IN_A_RUN, True), (ENDED, False), (SOON, False), (AWAY, False)],
    ids=["overdue", "in a run", "ended", "soon", "away"],
)
def test_a_window_that_ended_asks_for_nothing_more_and_a_run_that_goes_on_does(row: Row, asks: bool) -> None:
    assert row.still_asks is asks


def test_what_a_session_would_mend_is_shown_as_overdue_and_what_it_would_not_as_it_is() -> None:
    assert IN_A_RUN.shown == Status.OVERDUE
    assert ENDED.shown == Status.MISSED
    assert SOON.shown == Status.DUE_SOON


def test_the_breach_that_has_stood_longest_is_named() -> None:
    assert answer(OVERDUE, IN_A_RUN, ENDED).longest_overdue() == IN_A_RUN
    assert answer(ENDED, WARNED, SOON).longest_overdue() is None


def test_what_falls_due_within_days_presses_whether_it_is_a_breach_or_a_warning() -> None:
    assert answer(LATER, SOON, INFORMATION).pressing() == SOON
    assert answer(LATER).pressing() is None


def test_the_one_date_to_show_is_the_overdue_one_then_the_pressing_one_then_the_nearest() -> None:
    assert answer(LATER, SOON, IN_A_RUN, ENDED).asks_first() == IN_A_RUN
    assert answer(LATER, SOON, ENDED).asks_first() == SOON
    assert answer(LATER, DONE, ENDED).asks_first() == DONE
    assert answer(AWAY).asks_first() == AWAY
    assert answer().asks_first() is None


def test_whether_anything_binds_the_worker_at_all() -> None:
    assert answer(LATER, UNSET).asks_anything
    assert not answer(AWAY, UNSET, INFORMATION).asks_anything
    assert not answer(DONE, AWAY).asks_anything
    assert not answer().asks_anything
