"""Sending a mail: once at most, never in quiet hours, and so many a day; but about security at any time."""

import smtplib
from collections.abc import Sequence
from datetime import datetime
from email.mime.base import MIMEBase
from enum import StrEnum
from uuid import UUID

from django.conf import settings
from django.core.mail import EmailMessage, get_connection
from django.db import transaction

from core.clock import date_of
from core.errors import NotNow
from notifications import rules
from notifications.models import Mail, NoticeSettings
from notifications.selectors import settings_of
from staff.models import Account
from staff.selectors import account_of


class MailOutOfReach(NotNow):
    """The mail server did not take it, and nothing was sent. Holds no address: it reaches the log."""


class Fate(StrEnum):
    """What became of a mail that was to go now."""

    SENT = "sent"
    SENT_BEFORE = "sent before"
    NOT_NOW = "not now"
    NEVER = "never"


def post(
    *,
    person_id: UUID,
    kind: Mail.Kind,
    key: str,
    wording: rules.Wording,
    asked_at: datetime,
    at: datetime,
    attachments: Sequence[MIMEBase] = (),
) -> tuple[Fate, Mail | None]:
    """Mail a person, once for each key; what became of it, and its row in the log where there is one.

    ``asked_at``: when it was first to be sent; a week later it is given up, as it is for somebody who left or has no
    account. NOT_NOW: quiet hours, or enough mails for a day. Not in a transaction: a claim must stand before the mail
    goes, or two senders send it twice. Raises MailOutOfReach when the server did not take it: it may be tried again.
    """
    account = account_of(person_id, on=date_of(at))
    if account is None or not rules.is_worth_sending(created_at=asked_at, at=at):
        return Fate.NEVER, None
    if kind != Mail.Kind.SECURITY and settings_of(person_id).quiet.hold(at):
        return Fate.NOT_NOW, None
    mail, _ = Mail.objects.get_or_create(person_id=person_id, key=key, defaults={"kind": kind, "created_at": at})
    if mail.claimed_at:
        return Fate.SENT_BEFORE, mail
    fate = _send(mail, account, wording, attachments, at=at)
    return fate, mail


def _send(
    mail: Mail, account: Account, wording: rules.Wording, attachments: Sequence[MIMEBase], *, at: datetime
) -> Fate:
    """Open the way to the mail server, then claim, then send: while it is down nothing is claimed."""
    connection = get_connection()
    try:
        connection.open()
    except (OSError, smtplib.SMTPException) as error:
        raise MailOutOfReach(type(error).__name__) from None
    try:
        fate = _claim(mail, at=at)
        if fate is not Fate.SENT:
            return fate
        message = EmailMessage(
            wording.subject,
            wording.body,
            to=[account.email],
            connection=connection,
            headers={"Auto-Submitted": "auto-generated"},
            attachments=attachments,
        )
        try:
            message.send()
        except (smtplib.SMTPResponseException, smtplib.SMTPRecipientsRefused, ConnectionRefusedError) as error:
            # A plain refusal: nothing went, so the next try may. After any other fault nobody knows, so none may.
            Mail.objects.filter(pk=mail.pk).update(claimed_at=None)
            raise MailOutOfReach(type(error).__name__) from None
    finally:
        connection.close()
    Mail.objects.filter(pk=mail.pk).update(sent_at=at)
    return Fate.SENT


@transaction.atomic
def _claim(mail: Mail, *, at: datetime) -> Fate:
    """Claim a mail unless the day's number is reached; under a lock, so that two at once do not both take the last."""
    if mail.kind != Mail.Kind.SECURITY:
        own = lock_settings(mail.person_id)
        if Mail.objects.filter(person_id=mail.person_id).counted(at=at).count() >= own.most_mails:
            return Fate.NOT_NOW
    return Fate.SENT if Mail.objects.claim(mail.pk, at=at) else Fate.SENT_BEFORE


def lock_settings(person_id: UUID) -> NoticeSettings:
    """A person's settings under lock, made with the usual values where there are none; within a transaction."""
    NoticeSettings.objects.get_or_create(person_id=person_id)
    return NoticeSettings.objects.select_for_update().get(person_id=person_id)


def site() -> str:
    """The address of this service, as mails give it."""
    return str(settings.SITE_URL)
