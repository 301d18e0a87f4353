"""A decision is said to be entered by two people at the same moment, or signed twice: it stands once."""

import threading
from contextlib import suppress
from datetime import date
from typing import Any

import pytest
from django.db import IntegrityError

from core.errors import RuleBroken
from policies import services as policies
from records.models import Part, Record
from supervision import access
from supervision.entering import services as entering
from supervision.models import DecisionDraft, Discussion, EnteredOnChildRecord
from tests.cases_kit import child_with
from tests.concurrency.test_two_sign_at_once import at_once
from tests.decisions_kit import decide, draft_of, enter, shown, sign
from tests.meeting import LONGEST_WAIT
from tests.org import RECORDED, Org, make_org

pytestmark = pytest.mark.slow


@pytest.fixture
def org(committed_db: str) -> Org:
    found = make_org()
    policies.adopt(slug="shropshire-2017", starts_on=date(2017, 6, 1), at=RECORDED)
    return found


@pytest.fixture
def meeting(monkeypatch: pytest.MonkeyPatch) -> None:
    """Let each wait, after the check and before the write, until the other has come as far."""
    barrier = threading.Barrier(2)
    original = entering.check_entered_on

    def wait_then_check(*args: Any, **options: Any) -> Any:
        with suppress(threading.BrokenBarrierError):
            barrier.wait(timeout=LONGEST_WAIT)
        return original(*args, **options)

    monkeypatch.setattr(entering, "check_entered_on", wait_then_check)


@pytest.mark.req("R076")
@pytest.mark.usefixtures("meeting")
def test_two_say_at_once_that_it_is_entered_and_one_is_told_so(org: Org) -> None:
    record = decide(child_with(org.worker), org.supervisor)

    results = at_once(lambda: enter(record, org.supervisor), lambda: enter(record, org.worker))

    assert sorted(type(each).__name__ for each in results) == ["EnteredOnChildRecord", "RuleBroken"], results
    [refusal] = [each for each in results if isinstance(each, RuleBroken)]
    [entered] = EnteredOnChildRecord.objects.all()
    assert entered.entered_by.name in str(refusal)


@pytest.mark.usefixtures("meeting")
def test_control_without_the_lock_the_database_refuses_one(org: Org, monkeypatch: pytest.MonkeyPatch) -> None:
    record = decide(child_with(org.worker), org.supervisor)
    # Locking is all that select_for_update does to a queryset
    monkeypatch.setattr("records.models.RecordQuerySet.select_for_update", lambda self, **_: self)

    results = at_once(lambda: enter(record, org.supervisor), lambda: enter(record, org.worker))

    assert any(isinstance(each, IntegrityError) for each in results), results


def test_signed_twice_at_once_it_is_one_record(org: Org, monkeypatch: pytest.MonkeyPatch) -> None:
    draft = draft_of(child_with(org.worker), org.supervisor)
    seen = shown(draft, org.supervisor)
    barrier, original = threading.Barrier(2), access.check_can_decide

    def wait_then_check(actor: Any, **options: Any) -> None:
        with suppress(threading.BrokenBarrierError):
            barrier.wait(timeout=LONGEST_WAIT)
        original(actor, **options)

    monkeypatch.setattr(access, "check_can_decide", wait_then_check)
    results = at_once(*[lambda: sign(draft, org.supervisor, shown=seen) for _ in range(2)])

    assert sum(isinstance(each, Record) for each in results) == 1, results
    assert sum(isinstance(each, DecisionDraft.DoesNotExist) for each in results) == 1, results
    assert (Record.objects.count(), Part.objects.count(), Discussion.objects.count()) == (1, 1, 1)
