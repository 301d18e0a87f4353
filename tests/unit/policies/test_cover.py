"""From which day a supervisor who is away needs cover: as the policies say, without a database."""

from copy import deepcopy
from datetime import date

import pytest

from policies.faults import Faulty
from policies.files import read_document
from policies.rules.cover import SupervisorCover
from tests.policies_kit import pack, shipped

MONDAY = date(2026, 10, 5)


def due(**away: date | None) -> date | None:
    said = {"starts_on": MONDAY, "ends_on": None, "expected_to": None, "entered_on": MONDAY}
    return pack("shropshire-2017").supervisor_cover.due_on(**(said | away))


@pytest.mark.scenario(10, "a")
@pytest.mark.req("R046")
def test_without_a_known_end_cover_is_owed_on_the_day_after_the_limit() -> None:
    assert due() == date(2026, 11, 6)


@pytest.mark.scenario(10, "b")
def test_a_longer_absence_that_is_known_or_expected_asks_for_cover_at_once() -> None:
    assert due(ends_on=date(2026, 12, 28)) == MONDAY
    assert due(expected_to=date(2026, 12, 28)) == MONDAY
    assert due(starts_on=date(2027, 1, 4), ends_on=date(2027, 6, 1)) == MONDAY
    assert due(ends_on=date(2026, 12, 28), entered_on=date(2026, 10, 20)) == date(2026, 10, 20)


def test_its_length_entered_after_the_limit_makes_it_owed_no_later() -> None:
    assert due(expected_to=date(2026, 12, 28), entered_on=date(2026, 11, 20)) == date(2026, 11, 6)


def test_a_shorter_absence_asks_for_nothing_once_its_end_is_known() -> None:
    assert due(ends_on=date(2026, 11, 5)) is None
    assert due(ends_on=date(2026, 11, 6)) == MONDAY
    assert due(expected_to=date(2026, 10, 20)) == date(2026, 11, 6)


def test_a_policy_that_is_silent_has_our_figure_and_one_that_says_another_has_its_own() -> None:
    assert pack("st-helens").supervisor_cover == SupervisorCover()
    data = deepcopy(shipped("camden-short-guide").document)
    data["absence"] = {"supervisor_cover": {"after": "P2W"}}

    policy = read_document(data, file="draft.yaml")

    assert policy.supervisor_cover.after.days == 14
    assert not any("needs cover" in sentence for sentence in policy.product_defaults)


def test_what_is_wrong_with_it_is_said_with_its_path() -> None:
    data = deepcopy(shipped("camden-short-guide").document)
    data["absence"] = {"supervisor_cover": {"after": "a month", "whoever": "hr"}}

    with pytest.raises(Faulty) as refused:
        read_document(data, file="draft.yaml")

    assert "absence.supervisor_cover.after" in str(refused.value)
    assert "absence.supervisor_cover.whoever" in str(refused.value)
