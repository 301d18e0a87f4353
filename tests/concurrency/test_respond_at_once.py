"""The response to an audit pressed twice at the same moment, from two windows: it stands once."""

from typing import Any
from uuid import UUID

import pytest
from django.db import IntegrityError

from core.actor import Actor
from core.errors import DomainError
from records import services
from records.models import Part, Record
from records.rules import Meaning, PartKind
from records.services import examining as examining_service
from tests.concurrency.test_two_sign_at_once import at_once
from tests.examining_kit import Examining
from tests.org import make_org
from tests.records_kit import fresh

pytestmark = pytest.mark.slow


@pytest.fixture
def examining(committed_db: str) -> Examining:
    return Examining(make_org())


@pytest.fixture
def without_the_lock(monkeypatch: pytest.MonkeyPatch) -> None:
    """The control: the same service, and nobody waits for anybody."""

    def not_locked(record_id: UUID, actor: Actor) -> Record:
        return Record.objects.visible_to(actor).select_related("subject", "author").get(pk=record_id)

    monkeypatch.setattr(examining_service, "locked", not_locked)
    # Here the other always comes, on a slow machine later
    monkeypatch.setattr("tests.meeting.LONGEST_WAIT", 5)


def respond_twice(examining: Examining, record: Record) -> list[Any]:
    shown = examining.say(record, "The gap had a cover.")
    both = (Meaning.AGREE, Meaning.SEEN_NOT_AGREED)
    return at_once(
        *[lambda meaning=meaning: examining.respond(record, shown=shown, meaning=meaning) for meaning in both]
    )


@pytest.mark.usefixtures("meeting")
def test_one_response_stands_and_the_other_is_told(examining: Examining) -> None:
    record = examining.signed()

    results = respond_twice(examining, record)

    assert sum(isinstance(result, Part) for result in results) == 1, results
    assert sum(isinstance(result, DomainError) for result in results) == 1, results
    assert Part.objects.filter(record=record, kind=PartKind.RESPONSE).count() == 1
    assert services.verify(fresh(record)).intact


@pytest.mark.usefixtures("meeting", "without_the_lock")
def test_control_without_the_lock_both_come_as_far_and_only_the_database_refuses_one(examining: Examining) -> None:
    results = respond_twice(examining, examining.signed())

    assert any(isinstance(result, IntegrityError) for result in results), results
