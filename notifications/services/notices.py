"""Telling a person that something waits, and the mail that says so, for the kinds that have one of their own."""

from datetime import datetime
from uuid import UUID

from django.db import transaction

from core.actor import Actor
from core.errors import RuleBroken
from notifications import rules
from notifications.models import Mail, Notice
from notifications.rules import When
from notifications.selectors import settings_of
from notifications.services.mails import Fate, post, site
from outbox.services import enqueue
from staff.models import Account
from staff.services import invitation_path


@transaction.atomic
def notify(*, person_id: UUID, kind: str, key: str, path: str, at: datetime) -> Notice:
    """Tell a person that something waits at ``path``; told twice of the same ``key``, it stays one notice.

    Whether a mail goes at once, the table of kinds says, and for some of them the person. Raises RuleBroken when the
    path leads out of this service.
    """
    if not rules.is_local(path):
        raise RuleBroken("A notice leads to a page of this service.")
    notice, is_new = Notice.objects.get_or_create(
        person_id=person_id, kind=Notice.Kind(kind), key=key, defaults={"path": path, "created_at": at}
    )
    if is_new and notice.handling_when.has_mail_of_its_own:
        enqueue("notifications.tasks.send_mail", notice_id=notice.pk)
    return notice


def send_mail(*, notice_id: UUID, at: datetime) -> bool:
    """Mail a notice by itself, where its kind and its person want that; whether this call did it.

    What quiet hours or the day's number keep back is left to the next digest. Raises MailOutOfReach.
    """
    notice = Notice.objects.get(pk=notice_id)
    if notice.mail_id or notice.read_at or not _has_own_mail(notice):
        return False
    is_security = notice.handling_when is When.SECURITY
    fate, mail = post(
        person_id=notice.person_id,
        kind=Mail.Kind.SECURITY if is_security else Mail.Kind.AT_ONCE,
        key=f"notice {notice.pk}",
        wording=rules.security_wording(site=site()) if is_security else rules.notice_wording(site=site()),
        asked_at=notice.created_at,
        at=at,
    )
    _told(notice, fate, mail)
    return fate is Fate.SENT


def send_invitation(*, account_id: int, at: datetime) -> bool:
    """Mail the link to choose a password with, once for each time that the account was invited; whether this call did.

    Raises MailOutOfReach.
    """
    account = Account.objects.get(pk=account_id)
    notice, _ = Notice.objects.get_or_create(
        person_id=account.person_id,
        kind=Notice.Kind.INVITATION,
        key=account.invited_at.isoformat(),
        defaults={"path": "/", "created_at": at},
    )
    fate, mail = post(
        person_id=account.person_id,
        kind=Mail.Kind.SECURITY,
        key=f"invitation {notice.key}",
        wording=rules.invitation_wording(site=site(), path=invitation_path(account_id=account_id)),
        asked_at=notice.created_at,
        at=at,
    )
    _told(notice, fate, mail)
    return fate is Fate.SENT


def send_password_link(*, account_id: int, at: datetime) -> bool:
    """Mail the link to choose a new password with, once for each reset; whether this call did. Raises MailOutOfReach."""
    account = Account.objects.get(pk=account_id)
    if account.credential_reset_at is None or account.has_usable_password():
        return False
    fate, _ = post(
        person_id=account.person_id,
        kind=Mail.Kind.SECURITY,
        key=f"password link {account.credential_reset_at.isoformat()}",
        wording=rules.password_wording(site=site(), path=invitation_path(account_id=account_id)),
        asked_at=account.credential_reset_at,
        at=at,
    )
    return fate is Fate.SENT


def open_notice(*, notice_id: UUID, actor: Actor, at: datetime) -> Notice:
    """Note that a person has opened a notice; the first time counts."""
    notice = Notice.objects.visible_to(actor).get(pk=notice_id)
    Notice.objects.filter(pk=notice.pk, read_at=None).update(read_at=at)
    return notice


def mark_all_read(*, actor: Actor, until: datetime, at: datetime) -> int:
    """Note that a person has seen every notice that there was when the page was shown; how many were unread."""
    return Notice.objects.visible_to(actor).unread().filter(created_at__lte=until).update(read_at=at)


def _has_own_mail(notice: Notice) -> bool:
    if notice.handling_when is When.IF_CHOSEN:
        return settings_of(notice.person_id).at_once
    return notice.handling_when.has_mail_of_its_own


def _told(notice: Notice, fate: Fate, mail: Mail | None) -> None:
    if fate in (Fate.SENT, Fate.SENT_BEFORE):
        Notice.objects.filter(pk=notice.pk, mail=None).update(mail=mail)
