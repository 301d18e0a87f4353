"""Accounts for people of other organisations: until a day, with no post, no line and no role."""

from datetime import date, datetime

from django.db import transaction

from core.actor import Actor
from core.errors import RuleBroken
from outbox.services import enqueue
from staff import access
from staff.changing import lock_relations
from staff.models import Account, StaffMember
from trail import services as trail


@transaction.atomic
def let_in(*, name: str, organisation: str, email: str, until: date, actor: Actor, at: datetime) -> StaffMember:
    """An account for somebody of another organisation, or the one there is, for longer; ``until``: the first day without.

    Raises NotAllowed, or RuleBroken where the address is a colleague's, or another organisation's.
    """
    lock_relations()
    access.check_can_invite(actor)
    account = Account.objects.filter(email__iexact=email).select_related("person").first()
    if account is None:
        person = StaffMember.objects.create(name=name, organisation=organisation, employed_from=actor.on, left_on=until)
        account = Account.objects.create_user(email, person=person, invited_at=at, invited_by_id=actor.staff_id)
        trail.record(actor=actor, verb="person.let_in", target=person, about=person.pk, at=at, until=until.isoformat())
        enqueue("notifications.tasks.send_invitation", account_id=account.pk)
        return person
    person = account.person
    if person.organisation != organisation or not account.is_active:
        raise RuleBroken(
            "This address belongs to somebody else who has, or had, an account: a colleague, or another organisation’s."
        )
    if person.left_on and person.left_on < until:
        person.left_on = until
        person.save(update_fields=["left_on"])
    trail.record(
        actor=actor, verb="person.let_in_again", target=person, about=person.pk, at=at, until=until.isoformat()
    )
    return person
