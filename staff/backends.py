"""How a session finds its account."""

from allauth.account.auth_backends import AuthenticationBackend
from django.conf import settings
from django.utils.module_loading import import_string

from staff.models import Account


class AccountBackend(AuthenticationBackend):
    """allauth's, with the person and what rooms above count for every page in the same query."""

    def get_user(self, user_id: int) -> Account | None:
        counts = {name: import_string(function)() for name, function in settings.ACCOUNT_ANNOTATIONS.items()}
        account = Account.objects.select_related("person").annotate(**counts).filter(pk=user_id).first()
        return account if account and self.user_can_authenticate(account) else None
