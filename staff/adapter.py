"""How allauth behaves here: nobody signs up, leavers stay out, and the trail hears of every sign-in and new secret."""

from typing import Any

from allauth.account.adapter import DefaultAccountAdapter
from allauth.mfa.adapter import DefaultMFAAdapter
from allauth.mfa.models import Authenticator
from django.http import HttpResponse

from core.clock import now
from core.http import Request
from staff import credentials
from staff.models import Account
from staff.selectors import account_with_email, actor_for
from trail import services as trail

FACTOR_VERBS = {
    "mfa/email/totp_activated": "account.factor_added",
    "mfa/email/totp_deactivated": "account.factor_removed",
    "mfa/email/webauthn_added": "account.factor_added",
    "mfa/email/webauthn_removed": "account.factor_removed",
    "mfa/email/recovery_codes_generated": "account.codes_made",
}


# The words of the ways to confirm who one is, by allauth's names of them, in the order in which they are offered
FACTOR_WAYS = {
    "mfa_reauthenticate:webauthn": "Use a passkey",
    "mfa_reauthenticate": "Use your authenticator app, or a recovery code",
}


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

    def get_reauthentication_methods(self, user: Account) -> list[dict[str, Any]]:
        """Who has a second factor confirms by it alone, so that a password seen by others opens nothing."""
        ways = {way["id"]: way for way in super().get_reauthentication_methods(user)}
        factors = [ways[name] | {"description": words} for name, words in FACTOR_WAYS.items() if name in ways]
        return factors or list(ways.values())

    def send_password_reset_mail(self, user: Account, email: str, context: dict[str, Any]) -> None:
        """No mail to somebody who has left; the page says the same as to anybody."""
        left_on = user.person.left_on
        if not left_on or left_on > self.request.today:
            super().send_password_reset_mail(user, email, context)

    def set_password(self, user: Account, password: str) -> None:
        """The person chose a new password: by the link of a mail, or signed in."""
        super().set_password(user, password)
        self._note_change(user, "account.password_chosen")

    def send_notification_mail(
        self,
        template_prefix: str,
        user: Account,
        context: dict[str, Any] | None = None,
        email: str | None = None,
    ) -> None:
        """Called where allauth would tell of a change: of the second factor, that is where the trail hears of it."""
        if verb := FACTOR_VERBS.get(template_prefix):
            self._note_change(user, verb)
        super().send_notification_mail(template_prefix, user, context, email)

    def _note_change(self, user: Account, verb: str) -> None:
        credentials.note_credential_change(
            account=user,
            verb=verb,
            actor=actor_for(user.person, on=self.request.today),
            at=self.request.at,
            address=self.request.address,
        )

    def _record(self, request: Request, account: Account, verb: str) -> None:
        trail.record(
            actor=actor_for(account.person, on=request.today),
            verb=verb,
            at=request.at,
            target=account,
            about=account.person_id,
            address=request.address,
        )


class FactorAdapter(DefaultMFAAdapter):
    """Second factors, under our own names."""

    def generate_authenticator_name(self, user: Account, type: Authenticator.Type) -> str:  # noqa: A002  allauth names it
        """What a new passkey is called until its owner calls it otherwise."""
        number = Authenticator.objects.filter(user=user, type=type).count() + 1
        return "My passkey" if number == 1 else f"My passkey {number}"

    def get_public_key_credential_rp_entity(self) -> dict[str, str]:
        return {**super().get_public_key_credential_rp_entity(), "name": "Countersign"}
