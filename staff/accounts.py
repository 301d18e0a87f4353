"""The account of somebody whose file went to the archive: out of use for good, and its address free for a new one."""

from datetime import datetime

from allauth.mfa.models import Authenticator

from staff.models import Account, StaffMember
from trail import services as trail


def release_account(*, person: StaffMember, at: datetime) -> None:
    """Put an account out of use, take its second factors away, and let go of its e-mail address.

    Whoever comes back is invited anew, with the same address if they like: a new person, a new file, a new account.
    Runs within the caller's transaction.
    """
    for account in Account.objects.filter(person=person).select_for_update(of=("self",), no_key=True):
        Authenticator.objects.filter(user=account).delete()
        account.email, account.is_active = f"{person.pk}@left.invalid", False
        account.set_unusable_password()
        account.save(update_fields=["email", "is_active", "password"])
        trail.record(actor=None, verb="account.released", target=account, about=person.pk, at=at)
