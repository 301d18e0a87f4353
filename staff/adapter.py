"""How allauth behaves here: nobody signs up, and the trail hears of every sign-in."""

from typing import Any

from allauth.account.adapter import DefaultAccountAdapter
from django.http import HttpRequest, HttpResponse

from core.clock import now
from staff.models import Account
from staff.selectors import actor_for
from trail import services as trail


class AccountAdapter(DefaultAccountAdapter):
    """Sign-ins, sign-outs and failed attempts go to the trail."""

    def is_open_for_signup(self, request: HttpRequest) -> bool:
        return False

    def post_login(self, request: HttpRequest, user: Account, **kwargs: Any) -> HttpResponse:
        self._record(request, user, "account.signed_in")
        return super().post_login(request, user, **kwargs)

    def authentication_failed(self, request: HttpRequest, **credentials: Any) -> None:
        trail.record(actor=None, verb="account.sign_in_failed", at=now(), address=request.META.get("REMOTE_ADDR"))
        super().authentication_failed(request, **credentials)

    def logout(self, request: HttpRequest) -> None:
        if request.user.is_authenticated:
            self._record(request, request.user, "account.signed_out")
        super().logout(request)

    def _record(self, request: HttpRequest, account: Account, verb: str) -> None:
        trail.record(
            actor=actor_for(account.person, on=request.today),
            verb=verb,
            at=request.at,
            target=account,
            address=request.META.get("REMOTE_ADDR"),
        )
