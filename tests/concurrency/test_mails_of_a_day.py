"""Two mails at the same moment when there is room for one: one goes. With the lock taken away, both do."""

import threading
from contextlib import suppress
from datetime import UTC, date, datetime, time

import pytest
from django.core import mail
from django.db import connections

from notifications import services
from notifications.models import MailQuerySet, Notice, NoticeSettings
from notifications.services import mails
from staff.models import Account, StaffMember

NOON = datetime(2026, 11, 9, 12, tzinfo=UTC)

pytestmark = pytest.mark.slow


@pytest.fixture
def notices(committed_db: str) -> list[Notice]:
    person = StaffMember.objects.create(name="Amara Obi", employed_from=date(2020, 1, 1))
    Account.objects.create_user("amara@example.org", person=person, invited_at=NOON)
    NoticeSettings.objects.create(person=person, most_mails=1, quiet_from=time(), quiet_until=time())
    return [
        Notice.objects.create(person=person, kind="line_to_confirm", key=key, path="/", created_at=NOON) for key in "12"
    ]


def send_both_at_once(notices: list[Notice], monkeypatch: pytest.MonkeyPatch) -> int:
    """Let both have counted before one claims, as far as the lock lets them; how many went."""
    both_have_counted, sent = threading.Barrier(2), []
    claim = MailQuerySet.claim

    def claim_together(self: MailQuerySet, mail_id: object, *, at: datetime) -> bool:
        with suppress(threading.BrokenBarrierError):  # the other one waits for the lock
            both_have_counted.wait(1)
        return claim(self, mail_id, at=at)  # type: ignore[arg-type]

    def run(notice: Notice) -> None:
        try:
            sent.append(services.send_mail(notice_id=notice.pk, at=NOON))
        finally:
            connections.close_all()

    monkeypatch.setattr(MailQuerySet, "claim", claim_together)
    threads = [threading.Thread(target=run, args=[notice]) for notice in notices]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()
    return sum(sent)


def test_of_two_at_once_the_one_for_which_there_is_room_goes(
    notices: list[Notice], monkeypatch: pytest.MonkeyPatch
) -> None:
    assert send_both_at_once(notices, monkeypatch) == 1
    assert len(mail.outbox) == 1


def test_control_without_the_lock_both_go(notices: list[Notice], monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(mails, "lock_settings", lambda person_id: NoticeSettings.objects.get(person_id=person_id))

    assert send_both_at_once(notices, monkeypatch) == 2
