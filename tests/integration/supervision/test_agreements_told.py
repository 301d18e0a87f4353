"""Who is told of an earlier review and of an exception: without a word of what it is about."""

import pytest

from outbox.models import Job
from supervision import services
from tests.integration.supervision.test_agreements import NOON, actor, ask_exception, decide, in_force
from tests.org import Org


def notices() -> set[tuple[str, str]]:
    jobs = Job.objects.filter(task="notifications.tasks.notify")
    return {(job.arguments["person_id"], job.arguments["kind"]) for job in jobs}


@pytest.mark.req("R125")
@pytest.mark.parametrize(("asks", "hears"), [("worker", "supervisor"), ("supervisor", "worker")])
def test_the_other_one_is_told_that_an_earlier_review_was_asked_for(shropshire: Org, asks: str, hears: str) -> None:
    in_force(shropshire)
    Job.objects.all().delete()

    services.ask_for_review(
        supervisee_id=shropshire.worker.pk,
        reason="The caseload has doubled",
        actor=actor(shropshire, getattr(shropshire, asks)),
        at=NOON,
    )

    assert notices() == {(str(getattr(shropshire, hears).pk), "review_asked")}
    assert not Job.objects.filter(arguments__icontains="caseload").exists()


@pytest.mark.req("R047")
def test_the_manager_is_told_of_an_exception_and_both_are_told_what_was_decided(shropshire: Org) -> None:
    asked = ask_exception(shropshire, shropshire.worker)
    before = notices()
    Job.objects.all().delete()

    decide(shropshire, asked, shropshire.team_manager)

    assert before == {(str(shropshire.team_manager.pk), "answer_wanted")}
    assert notices() == {
        (str(shropshire.worker.pk), "exception_decided"),
        (str(shropshire.supervisor.pk), "exception_decided"),
    }
