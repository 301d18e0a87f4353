"""Writes about how somebody signs in: what they chose anew, and what an administrator took away so that they can."""

from datetime import datetime
from uuid import UUID

from allauth.mfa.models import Authenticator
from django.db import transaction
from django.urls import reverse

from core.actor import Actor
from core.errors import RuleBroken
from outbox.services import enqueue
from staff import access
from staff.models import Account, CredentialReset, StaffMember
from trail import services as trail


@transaction.atomic
def note_credential_change(*, account: Account, verb: str, actor: Actor, at: datetime, address: str | None) -> None:
    """Note that a password or a second factor was chosen, added or taken away, and tell its owner; ``verb``: for the trail."""
    account.credential_changed_at = at
    account.save(update_fields=["credential_changed_at"])
    trail.record(actor=actor, verb=verb, target=account, about=account.person_id, at=at, address=address)
    _tell(account, kind="credential_changed", key=f"{verb} {at.isoformat()}")


@transaction.atomic
def reset_password(*, person_id: UUID, reason: str, actor: Actor, at: datetime) -> Account:
    """Take a person's password away, sign them out everywhere, and mail them a link to choose a new one.

    The link goes to the person's own address and nowhere else; nobody is shown or sets a password. For a month the
    evidence of their signatures tells of it. Raises NotAllowed, or RuleBroken when there is no account in use, or no
    password was chosen yet.
    """
    account = _lock_account(person_id, actor=actor)
    if not account.has_usable_password():
        raise RuleBroken("This person has no password yet. Send the invitation again instead.")
    account.set_unusable_password()
    _reset(account, kind=CredentialReset.Kind.PASSWORD, reason=reason, actor=actor, at=at)
    enqueue("notifications.tasks.send_password_link", account_id=account.pk)
    return account


@transaction.atomic
def reset_factors(*, person_id: UUID, reason: str, actor: Actor, at: datetime) -> Account:
    """Take a person's passkeys, authenticator app and recovery codes away, sign them out everywhere, and tell them.

    The password stays, so whoever asked for it gains nothing alone. For a month the evidence of their signatures tells
    of it. Raises NotAllowed, or RuleBroken when there is nothing to take away.
    """
    account = _lock_account(person_id, actor=actor)
    if not Authenticator.objects.filter(user=account).delete()[0]:
        raise RuleBroken("This person has no second factor.")
    _reset(account, kind=CredentialReset.Kind.FACTORS, reason=reason, actor=actor, at=at)
    return account


def _lock_account(person_id: UUID, *, actor: Actor) -> Account:
    person = StaffMember.objects.visible_to(actor).get(pk=person_id)
    access.check_can_reset_sign_in(actor, person)
    people = StaffMember.objects.let_in(actor.on)
    accounts = Account.objects.select_for_update(of=("self",), no_key=True).filter(person__in=people, is_active=True)
    account = accounts.filter(person=person).first()
    if account is None:
        raise RuleBroken("This person has no account that is in use.")
    return account


def _reset(account: Account, *, kind: CredentialReset.Kind, reason: str, actor: Actor, at: datetime) -> None:
    account.credential_reset_at = at
    account.save(update_fields=["password", "credential_reset_at"])
    account.sign_ins.all().delete()
    reset = CredentialReset.objects.create(account=account, kind=kind, reason=reason, by_id=actor.staff_id, at=at)
    trail.record(actor=actor, verb=f"account.{kind.value}_reset", target=reset, about=account.person_id, at=at)
    _tell(account, kind="credential_reset", key=str(reset.pk))


def _tell(account: Account, *, kind: str, key: str) -> None:
    """A notice without content to the person whose account it is."""
    path = reverse("mfa_index")
    enqueue("notifications.tasks.notify", person_id=account.person_id, kind=kind, key=key, path=path)
