"""Opening dates, recorded events and dated categories: from tables to the engine's answer, as known at a moment."""

from datetime import date

import pytest

from policies import services as policies
from policies.rules.answers import Status
from staff.employment.services import set_day
from staff.models import CategoryHeld, KeyDate, StaffMember
from supervision.models import OpeningDate, RecordedEvent
from supervision.selectors import child_statuses, statuses
from tests.cases_kit import at, child_with
from tests.org import RECORDED
from tests.policies_kit import row

pytestmark = pytest.mark.django_db
KNOWN = at(date(2026, 11, 2))


def opened(org, on, *, person=None, child=None, recorded_at=KNOWN):
    return OpeningDate.objects.create(
        person=person, child=child, on=on, recorded_by=org.sysadmin, recorded_at=recorded_at
    )


def standing(org, on, *, known_at=None):
    return statuses(people=[org.worker.pk], on=on, known_at=known_at)[org.worker.pk]


@pytest.fixture
def four_weekly(org):
    """St Helens, rolling: four weeks from the last session."""
    policies.adopt(slug="st-helens", starts_on=date(2017, 6, 1), at=RECORDED)
    CategoryHeld.objects.filter(person=org.worker).update(category="social_worker")
    return org


def test_nothing_is_overdue_for_the_time_before_the_opening_date(four_weekly):
    org = four_weekly
    assert standing(org, date(2026, 11, 9)).worst == Status.OVERDUE

    opened(org, date(2026, 10, 26), person=org.worker)

    answer = row(standing(org, date(2026, 11, 9)), "four-weekly")
    assert (answer.status, answer.due_on) == (Status.NOT_DUE, date(2026, 11, 23))
    assert "opening date" in answer.why


def test_windows_begin_no_earlier_than_the_opening_date(shropshire):
    org = shropshire
    assert standing(org, date(2026, 11, 9)).worst == Status.MISSED

    opened(org, date(2026, 10, 26), person=org.worker)

    answer = standing(org, date(2026, 11, 9))
    assert not any(each.is_late for each in answer.rules)


def test_the_date_recorded_last_counts_and_what_was_known_before_stays_known(four_weekly):
    org = four_weekly
    opened(org, date(2026, 10, 5), person=org.worker)
    opened(org, date(2026, 10, 26), person=org.worker, recorded_at=at(date(2026, 11, 4)))

    def due_on(known_at):
        return row(standing(org, date(2026, 11, 9), known_at=known_at), "four-weekly").due_on

    assert due_on(None) == date(2026, 11, 23)
    assert due_on(at(date(2026, 11, 3))) == date(2026, 11, 2)

    opened(org, None, person=org.worker, recorded_at=at(date(2026, 11, 5)))
    assert standing(org, date(2026, 11, 9)).worst == Status.OVERDUE


def test_a_child_is_due_from_the_opening_date_on_in_the_same_query(shropshire, django_assert_num_queries):
    org = shropshire
    child = child_with(org.worker, plan_type="child_in_need")
    before = child_statuses(children=[child.pk], on=date(2026, 11, 9))[child.pk]
    assert before.longest_overdue()

    opened(org, date(2026, 10, 26), child=child)

    with django_assert_num_queries(1):
        answer = child_statuses(children=[child.pk], on=date(2026, 11, 9))[child.pk]
    assert not answer.longest_overdue()
    assert answer.due_on == date(2026, 12, 26)
    assert any("opening date" in each.why for each in answer.rules)
    known = child_statuses(children=[child.pk], on=date(2026, 11, 9), known_at=at(date(2026, 11, 1)))
    assert known[child.pk].longest_overdue()


@pytest.fixture
def newly_qualified(org) -> StaffMember:
    """003: newly qualified since 7 September 2026."""
    policies.adopt(slug="family-safeguarding-003", starts_on=date(2017, 6, 1), at=RECORDED)
    CategoryHeld.objects.filter(person=org.worker).update(category="nqsw")
    KeyDate.objects.create(person=org.worker, kind="asye_start", on=date(2026, 9, 7), recorded_at=RECORDED)
    return org


def atoms(org, on, **known):
    return {each.atom for each in standing(org, on, **known).rules}


@pytest.mark.scenario(8)
@pytest.mark.req("R327")
def test_the_phase_waits_for_the_review_that_is_recorded(newly_qualified):
    org = newly_qualified
    answer = standing(org, date(2027, 3, 21))
    assert "fortnightly" in {each.atom for each in answer.rules}
    assert any("asked for since 7 March 2027" in message for message in answer.messages)

    review = RecordedEvent.objects.create(
        person=org.worker,
        event="asye_six_month_review_held",
        on=date(2027, 3, 22),
        recorded_by=org.supervisor,
        recorded_at=at(date(2027, 3, 23)),
    )

    assert "monthly" in atoms(org, date(2027, 3, 24))
    assert "fortnightly" in atoms(org, date(2027, 3, 24), known_at=at(date(2027, 3, 22)))

    RecordedEvent.objects.create(
        person=org.worker,
        event=review.event,
        on=None,
        corrects=review,
        recorded_by=org.supervisor,
        recorded_at=at(date(2027, 3, 25)),
    )
    assert "fortnightly" in atoms(org, date(2027, 3, 26))
    assert "monthly" in atoms(org, date(2027, 3, 24), known_at=at(date(2027, 3, 24)))


def test_a_key_date_that_is_changed_leaves_what_was_known_before(newly_qualified):
    org = newly_qualified
    set_day(org.worker, KeyDate.Kind.ASYE_START, date(2026, 10, 26), at(date(2026, 11, 4)))

    assert "weekly" in atoms(org, date(2026, 11, 9))
    assert "fortnightly" in atoms(org, date(2026, 11, 9), known_at=at(date(2026, 11, 3)))


def test_the_end_of_a_category_entered_later_is_not_known_before(newly_qualified):
    org = newly_qualified
    held = CategoryHeld.objects.filter(person=org.worker)
    held.update(ends_on=date(2026, 11, 2), end_recorded_at=at(date(2026, 11, 8)))

    assert standing(org, date(2026, 11, 9)).rules == ()
    assert "fortnightly" in atoms(org, date(2026, 11, 9), known_at=at(date(2026, 11, 7)))
