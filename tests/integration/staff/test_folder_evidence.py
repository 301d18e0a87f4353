"""What a folder shows on a day to whoever examines it."""

from datetime import date
from decimal import Decimal
from typing import Any

import pytest
from pytest_django import DjangoAssertNumQueries

from staff.folder.evidence import AppraisalRow, CoverRow, Entered, RegistrationRow, SheetRow
from staff.folder.selectors import folder_evidence
from tests.folder_kit import ENTERED, learned, paper, sheet
from tests.org import Org

ON = date(2026, 11, 9)
UNSEEN = Entered(date(2026, 10, 1))


def test_an_empty_folder_has_nothing_and_says_since_when_learning_counts(org: Org) -> None:
    found = folder_evidence(person_ids=[org.worker.pk], on=ON)[org.worker.pk]

    assert (found.registration, found.insurance, found.personal_sheet, found.appraisal) == (None, None, None, None)
    assert (found.learning.entries, found.learning.hours, found.learning.since) == (0, Decimal(0), date(2025, 11, 10))


@pytest.mark.req("R131", "R135", "R229", "R231", "R290")
def test_the_latest_of_each_kind_stands_and_what_came_before_is_history(org: Org) -> None:
    paper(org.worker, "registration", date(2025, 1, 6), date(2025, 11, 30), reference="SW000123")
    paper(org.worker, "registration", date(2026, 1, 5), date(2026, 11, 30), reference="SW000123")
    paper(org.worker, "insurance", date(2026, 3, 2), date(2027, 3, 1), seen_by=org.supervisor, seen_at=ENTERED)
    paper(org.worker, "appraisal", date(2026, 5, 6), date(2027, 5, 6))
    sheet(org.worker, date(2025, 5, 1), date(2026, 9, 1))

    found = folder_evidence(person_ids=[org.worker.pk], on=ON)[org.worker.pk]

    assert found.registration == RegistrationRow(
        "Social Work England", "SW000123", "Registered", date(2026, 1, 5), date(2026, 11, 30), UNSEEN
    )
    assert found.insurance == CoverRow(
        date(2026, 3, 2),
        date(2027, 3, 1),
        drives_for_work=True,
        seen_as="certificate",
        entered=Entered(date(2026, 10, 1), date(2026, 10, 1), "Priya Nair"),
    )
    assert found.appraisal == AppraisalRow(date(2026, 5, 6), date(2027, 5, 6))
    assert found.personal_sheet == SheetRow(date(2025, 5, 1), date(2026, 9, 1))


def test_what_is_dated_later_or_was_withdrawn_is_left_out(org: Org) -> None:
    paper(org.worker, "insurance", date(2026, 1, 2), outcome="verified")
    paper(org.worker, "insurance", date(2026, 11, 10))
    wrong: dict[str, Any] = {
        "withdrawn_by": org.worker,
        "withdrawn_at": ENTERED,
        "withdrawn_because": "Somebody else's.",
    }
    paper(org.worker, "insurance", date(2026, 8, 1), **wrong)
    learned(org.worker, date(2026, 11, 10))
    learned(org.worker, date(2026, 8, 1), **wrong)
    sheet(org.worker, date(2026, 11, 10), date(2026, 11, 10))

    found = folder_evidence(person_ids=[org.worker.pk], on=ON)[org.worker.pk]

    assert found.insurance == CoverRow(date(2026, 1, 2), None, drives_for_work=True, seen_as="verified", entered=UNSEEN)
    assert found.learning.entries == 0
    assert found.personal_sheet is None


def test_who_does_not_drive_for_work_needs_no_insurance(org: Org) -> None:
    paper(org.worker, "insurance", date(2026, 1, 2), outcome="no_driving")

    found = folder_evidence(person_ids=[org.worker.pk], on=ON)[org.worker.pk]

    assert found.insurance == CoverRow(date(2026, 1, 2), None, drives_for_work=False, seen_as="", entered=UNSEEN)


@pytest.mark.req("R194", "R195", "R197")
def test_learning_is_summed_over_twelve_months(org: Org) -> None:
    learned(org.worker, date(2025, 11, 9), "4")
    learned(org.worker, date(2025, 11, 10), "1.5")
    learned(org.worker, ON, "0.25")

    learning = folder_evidence(person_ids=[org.worker.pk], on=ON)[org.worker.pk].learning

    assert (learning.entries, learning.hours, learning.last_on) == (2, Decimal("1.75"), ON)


def test_many_people_cost_three_queries(org: Org, django_assert_num_queries: DjangoAssertNumQueries) -> None:
    people = [org.worker, org.supervisor, org.team_manager]
    for person in people:
        paper(person, "registration", date(2026, 1, 5))
        learned(person, date(2026, 5, 5))

    with django_assert_num_queries(3):
        found = folder_evidence(person_ids={person.pk for person in people}, on=ON)

    assert all(found[person.pk].registration and found[person.pk].learning.entries for person in people)
