"""The invitation: a link that works, nothing about the person, once for each time that somebody was invited."""

import re
from datetime import UTC, datetime, timedelta

import pytest
from django.core import mail
from django.test import Client
from pytest_django import Settings

from notifications import services, tasks
from staff.models import Account
from tests.org import Org

NOON = datetime(2026, 11, 9, 12, tzinfo=UTC)


@pytest.fixture
def account(org: Org, settings: Settings) -> Account:
    settings.SITE_URL = "https://countersign.example/"
    account = Account.objects.get(person=org.worker)
    account.set_unusable_password()
    account.save()
    return account


def link_in(message: mail.EmailMessage) -> str:
    found = re.search(r"https://countersign\.example(/\S+)", str(message.body))
    assert found
    return found[1]


def test_the_mail_leads_to_where_a_password_is_chosen_and_names_nobody(account: Account, client: Client) -> None:
    assert services.send_invitation(account_id=account.pk, at=NOON)

    (sent,) = mail.outbox
    page = client.get(link_in(sent), follow=True)
    assert sent.to == [account.email]
    assert sent.subject == "You are invited to Countersign"
    assert page.status_code == 200
    assert "password" in page.content.decode().lower()
    for word in ("Amara", "Obi", "Priya", "Social worker", "Ash team", "2026"):
        assert word not in f"{sent.subject} {sent.body}"


def test_goes_once_and_again_when_invited_again(account: Account) -> None:
    tasks.send_invitation(account_id=account.pk)
    tasks.send_invitation(account_id=account.pk)
    assert len(mail.outbox) == 1

    account.invited_at += timedelta(days=4)
    account.save()
    tasks.send_invitation(account_id=account.pk)

    assert len(mail.outbox) == 2


def test_an_account_that_was_closed_meanwhile_gets_nothing(account: Account) -> None:
    account.is_active = False
    account.save()

    assert not services.send_invitation(account_id=account.pk, at=NOON)

    assert not mail.outbox
