"""A child that a session left out, where each open case is to be discussed in every session (scenario 11)."""

from datetime import date
from typing import Any

import pytest

from policies.rules import Status, assess_child
from policies.rules.answers import Row
from tests.children_kit import child, day, discussed
from tests.policies_kit import pack

EACH = "family-safeguarding-003"
LEFT_OUT = (day("2026-11-09"),)


def row(on: str, *, policy: str = EACH, **facts: Any) -> Row | None:
    said = facts.pop("said", discussed("2026-10-12"))
    facts = {"left_out": LEFT_OUT, **facts}
    found = assess_child(pack(policy), child("child_in_need", said, **facts), date.fromisoformat(on))
    return next((each for each in found.rules if each.atom == "each_session"), None)


@pytest.mark.scenario(11, "b")
def test_it_is_due_on_that_day_and_overdue_from_the_next() -> None:
    same_day, next_day = row("2026-11-09"), row("2026-11-10")

    assert same_day is not None
    assert (same_day.status, same_day.due_on) == (Status.DUE_TODAY, day("2026-11-09"))
    assert next_day is not None
    assert (next_day.status, next_day.overdue_days, next_day.is_late) == (Status.OVERDUE, 1, True)
    assert "Left out of the session on 9 November 2026, where every open case is to be discussed" in next_day.why


def test_before_that_day_nothing_is_known_of_it() -> None:
    assert row("2026-11-08") is None


@pytest.mark.parametrize("when", ["2026-11-09", "2026-11-12"])
def test_a_discussion_mends_it(when: str) -> None:
    assert row("2026-11-20", said=discussed("2026-10-12", when)) is None


def test_text_shared_with_siblings_alone_does_not() -> None:
    assert row("2026-11-20", said=discussed("2026-11-12", own_text=False)) is not None


def test_left_out_twice_it_has_been_due_since_the_first_time() -> None:
    found = row("2026-12-10", left_out=(day("2026-12-07"), day("2026-11-09")))

    assert found is not None
    assert found.due_on == day("2026-11-09")


def test_what_an_earlier_case_was_left_out_of_is_not_asked_of_this_one() -> None:
    assert row("2026-11-20", opened="2026-11-16") is None


def test_where_the_policy_does_not_want_each_it_changes_nothing() -> None:
    assert row("2026-11-20", policy="camden-short-guide") is None
