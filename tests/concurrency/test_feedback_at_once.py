"""Somebody sends the same three answers from two windows at once: one answer is kept, and neither window fails."""

import threading
from contextlib import suppress
from datetime import timedelta
from typing import Any

import pytest

from core.actor import Actor
from supervision.feedback import selectors, services
from supervision.models import SessionFeedback, SupervisionSession
from tests.concurrency.test_two_sign_at_once import at_once
from tests.diary_kit import held
from tests.meeting import LONGEST_WAIT
from tests.org import make_org

pytestmark = pytest.mark.slow


@pytest.fixture
def session(committed_db: str) -> tuple[SupervisionSession, Actor]:
    """A session of yesterday, and who was supervised in it."""
    org = make_org()
    actor = org.actor(org.worker)
    return held(org.worker, org.supervisor, on=actor.on - timedelta(days=1)), actor


@pytest.fixture
def meeting(monkeypatch: pytest.MonkeyPatch) -> None:
    """Let each wait, after it found that there is no answer yet and before it writes, until the other has come as far."""
    barrier = threading.Barrier(2)
    original = selectors.own_feedback

    def find_then_wait(**options: Any) -> Any:
        found = original(**options)
        with suppress(threading.BrokenBarrierError):
            barrier.wait(timeout=LONGEST_WAIT)
        return found

    monkeypatch.setattr(selectors, "own_feedback", find_then_wait)


def give(session: SupervisionSession, actor: Actor, score: int) -> str:
    services.give_feedback(session_id=session.pk, space=score, challenge=score, useful=score, actor=actor)
    return "kept"


@pytest.mark.usefixtures("meeting")
def test_two_windows_keep_one_answer(session: tuple[SupervisionSession, Actor]) -> None:
    meant, actor = session

    results = at_once(lambda: give(meant, actor, 2), lambda: give(meant, actor, 5))

    assert results == ["kept", "kept"]
    kept = SessionFeedback.objects.get()
    assert (kept.space, kept.challenge, kept.useful) in {(2, 2, 2), (5, 5, 5)}, "one of the two, whole"


@pytest.mark.usefixtures("meeting")
def test_control_a_plain_insert_fails_for_one_of_the_two(
    session: tuple[SupervisionSession, Actor], monkeypatch: pytest.MonkeyPatch
) -> None:
    meant, actor = session
    plain = type(SessionFeedback.objects).bulk_create
    monkeypatch.setattr(SessionFeedback.objects, "bulk_create", lambda rows, **_: plain(SessionFeedback.objects, rows))

    results = at_once(lambda: give(meant, actor, 2), lambda: give(meant, actor, 5))

    assert sorted(type(result).__name__ for result in results) == ["IntegrityError", "str"]
