"""Telling a person that something waits, and sending the mail that says so: once at most."""

import smtplib
from datetime import datetime
from uuid import UUID

from django.conf import settings
from django.core.mail import EmailMessage, get_connection
from django.db import transaction

from core.clock import date_of
from core.errors import NotNow, RuleBroken
from notifications import rules
from notifications.models import Notice
from outbox.services import enqueue
from staff.models import Account
from staff.selectors import account_of
from staff.services import invitation_path


class MailOutOfReach(NotNow):
    """The mail server did not take it, and nothing was sent. Holds no address: it reaches the log."""


@transaction.atomic
def notify(*, person_id: UUID, kind: str, key: str, path: str, at: datetime) -> Notice:
    """Tell a person that something waits at ``path``; told twice of the same ``key``, it stays one notice, one mail.

    Raises RuleBroken when the path leads out of this service.
    """
    if not rules.is_local(path):
        raise RuleBroken("A notice leads to a page of this service.")
    notice, is_new = Notice.objects.get_or_create(
        person_id=person_id, kind=Notice.Kind(kind), key=key, defaults={"path": path, "created_at": at}
    )
    if is_new:
        enqueue("notifications.tasks.send_mail", notice_id=notice.pk)
    return notice


def send_mail(*, notice_id: UUID, at: datetime) -> bool:
    """Mail a notice; whether this call did it. Nothing to do for a person who left or has no account, or after a week.

    Raises MailOutOfReach when the server did not take it: the notice stays unsent, to be tried again.
    """
    notice = Notice.objects.get(pk=notice_id)
    account = account_of(notice.person_id, on=date_of(at))
    return account is not None and _send(notice, account, rules.notice_wording(site=settings.SITE_URL), at=at)


def send_invitation(*, account_id: int, at: datetime) -> bool:
    """Mail the link to choose a password with, once for each time that the account was invited; whether this call did.

    Raises MailOutOfReach.
    """
    account = account_of(Account.objects.get(pk=account_id).person_id, on=date_of(at))
    if account is None:
        return False
    notice, _ = Notice.objects.get_or_create(
        person_id=account.person_id,
        kind=Notice.Kind.INVITATION,
        key=account.invited_at.isoformat(),
        defaults={"path": "/", "created_at": at},
    )
    path = invitation_path(account_id=account_id)
    return _send(notice, account, rules.invitation_wording(site=settings.SITE_URL, path=path), at=at)


def _send(notice: Notice, account: Account, wording: rules.Wording, *, at: datetime) -> bool:
    """Open the way to the mail server, then claim, then send: while it is down nothing is claimed.

    Not in a transaction: a claim must stand before the mail goes, or two senders send it twice.
    """
    if notice.claimed_at or not rules.is_worth_sending(created_at=notice.created_at, at=at):
        return False
    connection = get_connection()
    try:
        connection.open()
    except (OSError, smtplib.SMTPException) as error:
        raise MailOutOfReach(type(error).__name__) from None
    try:
        if not Notice.objects.claim(notice.pk, at=at):
            return False
        message = EmailMessage(
            wording.subject,
            wording.body,
            to=[account.email],
            connection=connection,
            headers={"Auto-Submitted": "auto-generated"},
        )
        try:
            message.send()
        except (smtplib.SMTPResponseException, smtplib.SMTPRecipientsRefused, ConnectionRefusedError) as error:
            # A plain refusal: nothing went, so the next try may. After any other fault nobody knows, so none may.
            Notice.objects.filter(pk=notice.pk).update(claimed_at=None)
            raise MailOutOfReach(type(error).__name__) from None
    finally:
        connection.close()
    Notice.objects.filter(pk=notice.pk).update(mailed_at=at)
    return True
