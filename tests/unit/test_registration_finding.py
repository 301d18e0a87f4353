"""Question 1.3 where a policy says that a post needs no registration."""

from datetime import date

import pytest

from audits.findings.rules.folder import registration


@pytest.mark.req("R238")
@pytest.mark.parametrize(("needed", "answer"), [(False, "not_applicable"), (None, "unknown"), (True, "no")])
def test_what_the_policy_says_decides_whether_a_missing_registration_matters(needed: bool | None, answer: str) -> None:
    assert registration(None, needed=needed, on=date(2026, 11, 20)).answer == answer
