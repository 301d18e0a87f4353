"""Scenario 8 in the product: a newly qualified worker in 003, the review that is asked for, and what it changes."""

from datetime import UTC, date, datetime

import pytest
import time_machine
from django.urls import reverse

from core.errors import NotAllowed, RuleBroken
from outbox.models import Job
from policies import services as policies
from staff.models import CategoryHeld, KeyDate
from supervision.models import RecordedEvent
from supervision.programme import services
from supervision.programme.selectors import programme_page
from supervision.selectors import statuses
from tests.org import RECORDED

pytestmark = pytest.mark.django_db
ASYE, SINCE, ASKED_ON, REVIEW = date(2026, 9, 7), date(2027, 3, 7), date(2027, 3, 21), date(2027, 3, 22)


def noon_of(day):
    return datetime(day.year, day.month, day.day, 12, tzinfo=UTC)


def of_policy(org, slug, category, **key_dates):
    policies.adopt(slug=slug, starts_on=date(2017, 6, 1), at=RECORDED)
    CategoryHeld.objects.filter(person=org.worker).update(category=category)
    for kind, on in key_dates.items():
        KeyDate.objects.create(person=org.worker, kind=kind, on=on, recorded_at=RECORDED)
    return org


@pytest.fixture
def newly_qualified(org):
    return of_policy(org, "family-safeguarding-003", "nqsw", asye_start=ASYE)


def phase(org, on):
    return {row.atom for row in statuses(people=[org.worker.pk], on=on)[org.worker.pk].rules}


def record(org, what, on, *, by=None, today=None):
    actor = org.actor(by or org.supervisor, on=today or on)
    return services.record_event(person_id=org.worker.pk, what=what, on=on, actor=actor, at=noon_of(today or on))


@pytest.mark.scenario(8)
@pytest.mark.req("R327")
def test_fortnightly_until_the_review_is_recorded_and_monthly_from_its_day(newly_qualified, sign_in):
    org = newly_qualified
    assert "fortnightly" in phase(org, ASKED_ON)
    with time_machine.travel(noon_of(ASKED_ON), tick=False):
        client = sign_in(org.supervisor)
        home = client.get(reverse("compliance:home")).content.decode()
        page = client.get(reverse("supervision:programme", args=[org.worker.pk])).content.decode()
    assert "ASYE six month review held" in home
    assert "asked for since Sunday 7 March 2027" in page or "asked for since 7 March 2027" in page

    with time_machine.travel(noon_of(REVIEW), tick=False):
        client = sign_in(org.supervisor)
        address = reverse("supervision:programme", args=[org.worker.pk])
        typed = {"what": "asye_six_month_review_held:ends", "on_0": "22", "on_1": "3", "on_2": "2027"}
        assert client.post(address, {**typed, "on_0": "23"}).status_code == 200
        assert client.post(address, typed).url == address
        assert "ASYE six month review held" not in client.get(reverse("compliance:home")).content.decode()
    assert "fortnightly" in phase(org, ASKED_ON)
    assert "monthly" in phase(org, REVIEW)
    assert Job.objects.filter(arguments__person_id=str(org.worker.pk), task__contains="notify").exists()


@pytest.mark.scenario(8)
def test_what_was_recorded_wrongly_is_corrected_and_taken_back(newly_qualified):
    org = newly_qualified
    made = record(org, "asye_six_month_review_held:ends", REVIEW)

    def correct(event, on):
        actor = org.actor(org.supervisor, on=date(2027, 4, 12))
        return services.correct_event(event_id=event.pk, on=on, actor=actor, at=noon_of(date(2027, 4, 12)))

    again = correct(made, date(2027, 4, 5))
    assert "fortnightly" in phase(org, date(2027, 4, 1))
    assert "monthly" in phase(org, date(2027, 4, 5))
    with pytest.raises(RuleBroken):
        correct(made, None)
    correct(again, None)
    assert "fortnightly" in phase(org, date(2027, 4, 12))
    assert RecordedEvent.objects.count() == 3


@pytest.mark.scenario(8)
@pytest.mark.req("R340")
def test_in_camden_a_review_may_end_a_phase_early_or_leave_it_as_it_is(org):
    of_policy(org, "camden-short-guide", "nqsw", asye_start=ASYE)
    record(org, "recorded_review_of_progress:stays", date(2026, 9, 28))
    assert "weekly" in phase(org, date(2026, 9, 29))

    record(org, "recorded_review_of_progress:ends", date(2026, 10, 5))

    assert "fortnightly" in phase(org, date(2026, 10, 5))
    assert "weekly" in phase(org, date(2026, 10, 4))


@pytest.mark.req("R325")
def test_a_students_change_counts_once_both_have_recorded_its_day(org):
    of_policy(org, "family-safeguarding-003", "student", placement_start=ASYE)
    made = record(org, "student_frequency_change_agreed:ends", date(2026, 11, 2))
    assert "weekly" in phase(org, date(2026, 11, 3))
    student = org.actor(org.worker, on=date(2026, 11, 3))
    assert [row.can_agree for row in programme_page(person_id=org.worker.pk, actor=student).events] == [True]
    with pytest.raises(NotAllowed):
        services.agree_event(event_id=made.pk, actor=org.actor(org.supervisor), at=noon_of(date(2026, 11, 3)))

    services.agree_event(event_id=made.pk, actor=student, at=noon_of(date(2026, 11, 3)))

    assert "fortnightly" in phase(org, date(2026, 11, 3))
    with pytest.raises(RuleBroken):
        services.agree_event(event_id=made.pk, actor=student, at=noon_of(date(2026, 11, 3)))


def test_nobody_records_it_of_themselves_or_of_others_people_or_before_the_phase(newly_qualified):
    org = newly_qualified
    for by in (org.worker, org.outsider, org.head):
        with pytest.raises(NotAllowed):
            record(org, "asye_six_month_review_held:ends", REVIEW, by=by)
    for what, on in (("student_frequency_change_agreed:ends", REVIEW), ("asye_six_month_review_held:ends", ASYE)):
        with pytest.raises(RuleBroken):
            record(org, what, on, today=REVIEW)


def test_a_programmes_page_asks_few_questions(newly_qualified, sign_in, django_assert_max_num_queries):
    with time_machine.travel(noon_of(ASKED_ON), tick=False):
        client = sign_in(newly_qualified.supervisor)
        with django_assert_max_num_queries(12):
            assert client.get(reverse("supervision:programme", args=[newly_qualified.worker.pk])).status_code == 200
