"""Several workers with the same mail at once: one sends. With the claim taken away, all do."""

import threading
from datetime import UTC, date, datetime
from uuid import UUID

import pytest
from django.core import mail
from django.db import connections

from notifications import services
from notifications.models import MailQuerySet, Notice
from notifications.services import mails
from staff.models import Account, StaffMember

NOON = datetime(2026, 11, 9, 12, tzinfo=UTC)
SENDERS = 4

pytestmark = pytest.mark.slow


@pytest.fixture
def notice(committed_db: str) -> Notice:
    person = StaffMember.objects.create(name="Amara Obi", employed_from=date(2020, 1, 1))
    Account.objects.create_user("amara@example.org", person=person, invited_at=NOON)
    return Notice.objects.create(person=person, kind="line_to_confirm", key="1", path="/", created_at=NOON)


def send_at_once(notice: Notice, monkeypatch: pytest.MonkeyPatch) -> int:
    """Let all senders have read the notice before any of them claims it; how many say that they sent it."""
    ready = threading.Barrier(SENDERS, timeout=60)
    real, sent = mails.get_connection, []

    def wait_for_the_others() -> object:
        ready.wait()
        return real()

    def run() -> None:
        try:
            sent.append(services.send_mail(notice_id=notice.pk, at=NOON))
        finally:
            connections.close_all()

    monkeypatch.setattr(mails, "get_connection", wait_for_the_others)
    threads = [threading.Thread(target=run) for _ in range(SENDERS)]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()
    return sum(sent)


def test_of_four_at_once_one_sends(notice: Notice, monkeypatch: pytest.MonkeyPatch) -> None:
    assert send_at_once(notice, monkeypatch) == 1
    assert len(mail.outbox) == 1


def test_control_without_the_claim_all_send(notice: Notice, monkeypatch: pytest.MonkeyPatch) -> None:
    def claim_without_looking(self: MailQuerySet, mail_id: UUID, *, at: datetime) -> bool:
        return self.filter(pk=mail_id).update(claimed_at=at) == 1

    monkeypatch.setattr(MailQuerySet, "claim", claim_without_looking)

    assert send_at_once(notice, monkeypatch) == SENDERS
    assert len(mail.outbox) == SENDERS
