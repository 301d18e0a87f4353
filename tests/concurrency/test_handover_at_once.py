"""A change of supervisor while the former one signs at the same moment: one of the two is first, and the other knows."""

import threading
from datetime import UTC, date, datetime
from typing import Any

import pytest
from django.db import connection, transaction

from core.errors import NotAllowed
from policies import services as policies
from records.models import Part, Record
from staff import services as staff
from supervision.services import writing
from tests.integration.scenarios import kit
from tests.org import RECORDED, Org, make_org

pytestmark = pytest.mark.slow

TODAY = date(2026, 11, 9)
NOW = datetime(2026, 11, 9, 15, tzinfo=UTC)
WAITS = 2


@pytest.fixture
def written(committed_db: str) -> tuple[Org, Record]:
    """A record that the supervisor is about to sign."""
    org = make_org()
    policies.adopt(slug="shropshire-2017", starts_on=date(2017, 6, 1), at=RECORDED)
    record = kit.hold(org, on=TODAY, at=NOW)
    kit.write(org, record, "workload", by=org.supervisor, at=NOW, discussed="Eleven children.")
    return org, record


def sign_while_it_changes(org: Org, record: Record) -> Any:
    """What the signature gave that was asked for while a change of today was under way, and not yet committed."""
    is_changed, is_asked = threading.Event(), threading.Event()
    actor = org.actor(org.supervisor, on=TODAY)
    result: list[Any] = []

    def change() -> None:
        with transaction.atomic():
            staff.change_supervisor(
                supervisee_id=org.worker.pk,
                to_id=org.outsider.pk,
                starts_on=TODAY,
                actor=org.actor(org.team_manager, on=TODAY),
                at=NOW,
            )
            is_changed.set()
            is_asked.wait(60)
            # Time for the signature to come to the lock, or without one to go through
            signing.join(WAITS)
        connection.close()

    def sign() -> None:
        is_changed.wait(60)
        is_asked.set()
        try:
            result.append(kit.sign(org, record, at=NOW))
        except NotAllowed as refusal:
            result.append(refusal)
        finally:
            connection.close()

    assert org.worker.pk in actor.supervises
    changing, signing = threading.Thread(target=change), threading.Thread(target=sign)
    changing.start()
    signing.start()
    changing.join(60)
    signing.join(60)
    [found] = result
    return found


@pytest.mark.req("R105")
def test_who_signs_while_it_changes_waits_and_is_refused(written: tuple[Org, Record]) -> None:
    org, record = written

    refusal = sign_while_it_changes(org, record)

    assert isinstance(refusal, NotAllowed)
    assert not Part.objects.filter(record=record).exists()


def test_control_without_holding_the_supervision_it_is_signed(
    written: tuple[Org, Record], monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(writing, "hold_supervision", lambda person_id, actor: None)

    signed = sign_while_it_changes(*written)

    assert isinstance(signed, Part)
