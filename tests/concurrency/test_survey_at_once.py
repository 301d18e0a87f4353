"""Two answers to the survey at once: one of each person, and none is lost from the counts."""

import threading
from contextlib import suppress
from datetime import timedelta
from typing import Any

import pytest

from compliance.healthcheck import selectors, services
from compliance.healthcheck.rules import standards_of
from compliance.models import Survey, SurveyTaken, SurveyTally
from compliance.models.surveys import SurveyQuerySet
from core.actor import Actor, Role
from tests.concurrency.test_two_sign_at_once import at_once
from tests.meeting import LONGEST_WAIT
from tests.org import RECORDED, Org, make_org

pytestmark = pytest.mark.slow

KEYS = [key for standard in standards_of(selectors.standards_document()) for key in standard.keys]


@pytest.fixture
def asked(committed_db: str) -> tuple[Org, Survey]:
    """An open survey."""
    org = make_org()
    lead = org.actor(org.psw, hat=Role.PRINCIPAL_SOCIAL_WORKER)
    return org, services.open_survey(last_day=lead.on + timedelta(days=9), actor=lead, at=RECORDED)


@pytest.fixture
def meeting(monkeypatch: pytest.MonkeyPatch) -> None:
    """Let each wait, after all that is checked and before anything is counted, until the other has come as far."""
    barrier = threading.Barrier(2)
    original = services.with_answers

    def wait_then_count(*args: Any) -> Any:
        with suppress(threading.BrokenBarrierError):
            barrier.wait(timeout=LONGEST_WAIT)
        return original(*args)

    monkeypatch.setattr(services, "with_answers", wait_then_count)


def give(survey: Survey, actor: Actor) -> str:
    services.answer_survey(survey_id=survey.pk, answers=dict.fromkeys(KEYS, 4), actor=actor)
    return "counted"


@pytest.mark.usefixtures("meeting")
def test_two_people_of_one_service_are_both_counted(asked: tuple[Org, Survey]) -> None:
    org, survey = asked

    results = at_once(lambda: give(survey, org.actor(org.worker)), lambda: give(survey, org.actor(org.supervisor)))

    assert results == ["counted", "counted"]
    tally = SurveyTally.objects.get(people__gt=0)
    assert tally.people == 2
    assert all(counts[4] == 2 for counts in tally.counts.values())


@pytest.mark.usefixtures("meeting")
def test_one_person_in_two_windows_is_counted_once(asked: tuple[Org, Survey]) -> None:
    org, survey = asked

    results = at_once(lambda: give(survey, org.actor(org.worker)), lambda: give(survey, org.actor(org.worker)))

    assert sorted(type(result).__name__ for result in results) == ["RuleBroken", "str"], results
    assert SurveyTaken.objects.count() == 1
    assert SurveyTally.objects.get(people__gt=0).people == 1


@pytest.mark.usefixtures("meeting")
def test_control_without_the_lock_one_answer_is_lost(
    asked: tuple[Org, Survey], monkeypatch: pytest.MonkeyPatch
) -> None:
    org, survey = asked
    monkeypatch.setattr(f"{__name__}.LONGEST_WAIT", 5)
    # Locking is all that select_for_update does to a queryset
    monkeypatch.setattr(SurveyQuerySet, "select_for_update", lambda self, **_: self)

    at_once(lambda: give(survey, org.actor(org.worker)), lambda: give(survey, org.actor(org.supervisor)))

    assert SurveyTaken.objects.count() == 2
    assert SurveyTally.objects.get(people__gt=0).people == 1
