"""The four functions over the last year: counts of what was signed, and no content."""

from datetime import date

import pytest
from pytest_django import DjangoAssertNumQueries

from records import selectors
from tests.adding_kit import add
from tests.org import Org
from tests.records_kit import FACTS, Kit, fresh, values_for

TODAY = date(2026, 11, 9)


def sign(org: Org, held_on: str, *functions: str) -> None:
    """A signed session on a day, with something under these sections alone."""
    kit = Kit(org, facts={**FACTS, "held_on": held_on})
    record = kit.draft(values={name: values for name, values in values_for(org).items() if name in functions})
    kit.sign(record)


@pytest.mark.req("R007", "R010")
def test_counts_the_sessions_in_which_each_function_came_up(
    org: Org, django_assert_num_queries: DjangoAssertNumQueries
) -> None:
    sign(org, "2026-10-05", "workload")
    sign(org, "2026-11-02", "workload", "wellbeing")
    sign(org, "2026-02-02", "wellbeing")
    sign(org, "2025-11-02", "workload")

    with django_assert_num_queries(1):
        balance = selectors.function_balance(person_id=org.worker.pk, on=TODAY)

    assert (balance.half_year, balance.year) == (2, 3)
    found = {row.function: (row.in_half_year, row.in_year, row.has_place) for row in balance.rows}
    assert found == {
        "management": (2, 2, True),
        "performance_and_development": (0, 0, True),
        "support_and_motivation": (1, 2, True),
        "mediation": (0, 0, False),
    }
    assert [row.label for row in balance.untouched] == ["Performance and development"]


def test_a_corrected_record_counts_once_with_its_last_text(org: Org) -> None:
    kit = Kit(org)
    record = kit.awaiting()
    kit.send_back(fresh(record))
    kit.save(record, "wellbeing", {"discussed": "", "actions": []}, version=1, actor=kit.supervisor)
    kit.sign(fresh(record))

    balance = selectors.function_balance(person_id=org.worker.pk, on=TODAY)

    counts = {row.function: row.in_year for row in balance.rows}
    assert (balance.year, counts["management"], counts["support_and_motivation"]) == (1, 1, 0)


def test_a_session_counts_on_its_day_as_it_was_corrected(org: Org) -> None:
    kit = Kit(org, facts={**FACTS, "held_on": "2026-11-02"})
    right, wrong = kit.sealed(), kit.sealed()
    add(kit, wrong, actor=kit.supervisor, text="The year was wrong.", facts={**FACTS, "held_on": "2026-02-02"})
    late = Kit(org, facts={**FACTS, "held_on": "2025-10-20"})
    last_year = late.sealed()
    add(late, last_year, actor=late.supervisor, text="It was this year.", facts={**FACTS, "held_on": "2026-10-20"})
    assert len({right.pk, wrong.pk, last_year.pk}) == 3

    balance = selectors.function_balance(person_id=org.worker.pk, on=TODAY)

    assert (balance.half_year, balance.year) == (2, 3)


def test_drafts_do_not_count(org: Org) -> None:
    Kit(org).draft()

    balance = selectors.function_balance(person_id=org.worker.pk, on=TODAY)

    assert (balance.year, balance.untouched) == (0, [])
