"""A second judgement that is sent twice at the same moment: one is kept, the other is told so."""

import threading
from contextlib import suppress
from datetime import date
from uuid import UUID

import pytest
from django.db import connection, transaction

from audits.models import Moderation
from audits.moderating import selectors, services
from core.errors import RuleBroken
from policies import services as policies
from tests.audits_kit import acting
from tests.moderating_kit import signed_audit
from tests.org import RECORDED, make_org
from tests.records_kit import NOON

pytestmark = pytest.mark.slow


def both_at_once(monkeypatch: pytest.MonkeyPatch) -> list[str]:
    """The same moderator gives two judgements at the same moment; what was refused."""
    org = make_org()
    policies.adopt(slug="shropshire-2017", starts_on=date(2017, 6, 1), at=RECORDED)
    with transaction.atomic():
        audit = signed_audit(
            auditor=org.team_manager, file_of=org.worker, supervisor=org.supervisor, on=date(2026, 11, 2)
        )
    asked = services.ask_for_moderation(
        audit_id=audit.pk, to_id=org.outsider.pk, due_on=date(2026, 11, 20), actor=acting(org.head), at=NOON
    )
    moderator = acting(org.outsider)
    both_have_looked = threading.Barrier(2)
    look = selectors.judgements_on

    def look_together(on: date) -> object:
        with suppress(threading.BrokenBarrierError):  # the other one waits for the lock
            both_have_looked.wait(1)
        return look(on)

    monkeypatch.setattr(selectors, "judgements_on", look_together)
    refused: list[str] = []

    def judge(judgement: str) -> None:
        try:
            services.judge(moderation_id=asked.pk, judgement=judgement, words="Seen.", actor=moderator, at=NOON)
        except RuleBroken as refusal:
            refused.append(str(refusal))
        finally:
            connection.close()

    threads = [threading.Thread(target=judge, args=(one,)) for one in ("Good", "Inadequate")]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()
    return refused


@pytest.mark.usefixtures("committed_db")
def test_one_judgement_is_kept(monkeypatch: pytest.MonkeyPatch) -> None:
    refused = both_at_once(monkeypatch)

    assert refused == ["This second judgement was given already. It cannot be changed."]
    assert Moderation.objects.get().judgement in ("Good", "Inadequate")


@pytest.mark.usefixtures("committed_db")
def test_control_without_the_lock_both_are_taken(monkeypatch: pytest.MonkeyPatch) -> None:
    def unlocked(moderation_id: UUID, actor: object) -> Moderation:
        return Moderation.objects.select_related("audit", "moderator").get(pk=moderation_id)

    monkeypatch.setattr(services, "_lock", unlocked)

    assert both_at_once(monkeypatch) == []
