"""Phases of a programme for one worker: what ends each, what may end it early, and what has been asked for."""

from datetime import date

import pytest

from policies.rules import Event, Status, assess
from policies.rules.programme import agreed_by_both, programme
from tests.policies_kit import held, pack, row, worker

CAMDEN = pack("camden-short-guide")
FAMILY_SAFEGUARDING = pack("family-safeguarding-003")
ASYE_START = date(2026, 9, 7)
REVIEW = "recorded_review_of_progress"


def asye(category="nqsw", *sessions, **facts):
    """A newly qualified worker who started on Monday 7 September 2026."""
    anchors = {"employment_start": ASYE_START, "asye_start": ASYE_START}
    return worker(category, *sessions, **{"anchors": anchors, **facts})


def spans(policy, facts, on):
    return [(step.phase.id, step.starts_on, step.ends_on) for step in programme(policy, facts, on)]


@pytest.mark.scenario(8)
@pytest.mark.req("R340")
def test_a_recorded_review_ends_a_phase_that_may_be_reduced_and_that_one_alone():
    facts = asye(events=[Event(REVIEW, date(2026, 10, 5))])

    assert spans(CAMDEN, facts, date(2026, 10, 12)) == [
        ("weekly", ASYE_START, date(2026, 10, 5)),
        ("fortnightly", date(2026, 10, 5), date(2027, 4, 19)),
        ("monthly", date(2027, 4, 19), None),
    ]
    assert spans(CAMDEN, asye(), date(2026, 10, 12))[0] == ("weekly", ASYE_START, date(2026, 10, 19))


@pytest.mark.scenario(8)
def test_a_second_review_ends_the_next_phase_and_a_late_one_ends_nothing():
    both = asye(events=[Event(REVIEW, date(2027, 1, 11)), Event(REVIEW, date(2026, 10, 5))])
    late = asye(events=[Event(REVIEW, date(2027, 5, 3))])

    assert spans(CAMDEN, both, date(2027, 2, 1))[1:] == [
        ("fortnightly", date(2026, 10, 5), date(2027, 1, 11)),
        ("monthly", date(2027, 1, 11), None),
    ]
    assert spans(CAMDEN, late, date(2027, 6, 1)) == spans(CAMDEN, asye(), date(2027, 6, 1))


@pytest.mark.scenario(8)
def test_a_reduced_frequency_counts_from_the_review_and_not_before():
    facts = asye("nqsw", held("2026-10-05", kind="personal"), events=[Event(REVIEW, date(2026, 10, 7))])

    before = row(assess(CAMDEN, facts, date(2026, 10, 6)), "weekly")
    after = row(assess(CAMDEN, facts, date(2026, 10, 8)), "fortnightly")

    assert before.due_on == date(2026, 10, 12)
    assert (after.due_on, after.status) == (date(2026, 10, 19), Status.NOT_DUE)


@pytest.mark.scenario(8)
@pytest.mark.req("R327")
def test_the_six_month_review_is_asked_for_from_its_day_on_until_it_is_recorded():
    prompt = date(2027, 3, 7)

    waiting = programme(FAMILY_SAFEGUARDING, asye(), date(2027, 3, 21))
    fortnightly = next(step for step in waiting if step.is_now)
    assert (fortnightly.phase.id, fortnightly.prompt_on, fortnightly.ends_on) == ("fortnightly", prompt, None)
    assert fortnightly.records == ("asye_six_month_review_held",)
    assert fortnightly.is_asked(date(2027, 3, 21))
    assert not next(s for s in programme(FAMILY_SAFEGUARDING, asye(), date(2027, 3, 6)) if s.is_now).is_asked(
        date(2027, 3, 6)
    )

    reviewed = asye(events=[Event("asye_six_month_review_held", date(2027, 3, 22))])
    now = next(step for step in programme(FAMILY_SAFEGUARDING, reviewed, date(2027, 3, 22)) if step.is_now)
    assert (now.phase.id, now.starts_on, now.records) == ("monthly", date(2027, 3, 22), ())


@pytest.mark.req("R325")
def test_an_agreement_counts_once_both_have_recorded_its_day():
    agreed = Event("student_frequency_change_agreed", date(2026, 11, 2))
    other_day = Event("student_frequency_change_agreed", date(2026, 11, 9))
    review = Event("asye_six_month_review_held", date(2026, 11, 2))

    assert agreed_by_both([(agreed, False)]) == ()
    assert agreed_by_both([(agreed, False), (other_day, True)]) == ()
    assert agreed_by_both([(agreed, False), (agreed, True)]) == (agreed,)
    assert agreed_by_both([(review, False)]) == (review,)
