"""How allauth behaves here: nobody signs up, leavers stay out, and the trail hears of every sign-in."""

from typing import Any

from allauth.account.adapter import DefaultAccountAdapter
from django.http import HttpResponse

from core.clock import now
from core.http import Request
from staff.models import Account
from staff.selectors import account_with_email, actor_for
from trail import services as trail


class AccountAdapter(DefaultAccountAdapter):
    """Sign-ins, sign-outs, failed attempts and new passwords go to the trail."""

    def is_open_for_signup(self, request: Request) -> bool:
        return False

    def pre_login(self, request: Request, user: Account, **kwargs: Any) -> HttpResponse | None:
        left_on = user.person.left_on
        if left_on and left_on <= request.today:
            return self.respond_user_inactive(request, user)
        return super().pre_login(request, user, **kwargs)

    def post_login(self, request: Request, user: Account, **kwargs: Any) -> HttpResponse:
        self._record(request, user, "account.signed_in")
        return super().post_login(request, user, **kwargs)

    def authentication_failed(self, request: Request, **credentials: Any) -> None:
        """Also called where somebody signed in types a wrong password to confirm who they are."""
        account = account_with_email(credentials.get("email", ""))
        trail.record(
            actor=request.actor,
            verb="account.sign_in_failed",
            at=now(),
            target=account,
            about=account.person_id if account else None,
            address=request.address,
        )
        super().authentication_failed(request, **credentials)

    def logout(self, request: Request) -> None:
        if request.user.is_authenticated:
            self._record(request, request.user, "account.signed_out")
        super().logout(request)

    def set_password(self, user: Account, password: str) -> None:
        """The person chose a new password: by the link of a mail, or signed in."""
        super().set_password(user, password)
        self._record(self.request, user, "account.password_chosen")

    def _record(self, request: Request, account: Account, verb: str) -> None:
        trail.record(
            actor=actor_for(account.person, on=request.today),
            verb=verb,
            at=request.at,
            target=account,
            about=account.person_id,
            address=request.address,
        )
