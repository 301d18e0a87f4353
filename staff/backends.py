"""How a session finds its account."""

from allauth.account.auth_backends import AuthenticationBackend

from staff.models import Account


class AccountBackend(AuthenticationBackend):
    """allauth's, with the person in the same query, since every page asks for both."""

    def get_user(self, user_id: int) -> Account | None:
        account = Account.objects.select_related("person").filter(pk=user_id).first()
        return account if account and self.user_can_authenticate(account) else None
