"""How and when the person in front of the screen last proved who they are."""

from dataclasses import dataclass
from datetime import UTC, date, datetime
from typing import Any
from urllib.parse import urlencode

from allauth.account.authentication import get_authentication_records
from allauth.account.internal.flows.login import record_authentication
from allauth.mfa.models import Authenticator
from allauth.mfa.utils import is_mfa_enabled
from django.conf import settings
from django.http import HttpRequest
from django.urls import reverse

from core.clock import date_of

DEMO_METHOD = "demo"
NAMES = ("password", "totp", "recovery_code", "passkey", DEMO_METHOD)
# What a person who has a second factor must have answered
FACTORS = frozenset({"totp", "recovery_code", "passkey"})
# What a second factor's notes are called in the evidence
FACTOR_NAMES = {
    Authenticator.Type.TOTP: "totp",
    Authenticator.Type.RECOVERY_CODES: "recovery_code",
    Authenticator.Type.WEBAUTHN: "passkey",
}
# A second factor that was asked for belongs to the password before it when no more than this many seconds lie between
TOGETHER = 300
# Days for which an administrator's reset is told with every signature (sight: rules that cut across)
RESET_TOLD_FOR = 30


@dataclass(frozen=True, slots=True)
class Challenge:
    """``method``: "password", "totp", "recovery_code", "passkey", several of these joined by "+", or "demo".

    ``auth_time``: when the last of them was answered. ``changed_within_days``: whole days, on the day of the
    challenge, since an administrator last took the person's password or second factor away, so that they could choose
    anew; None when it is longer ago than thirty days, or never was.
    """

    method: str
    auth_time: datetime
    changed_within_days: int | None = None


def challenge_of(request: HttpRequest) -> Challenge | None:
    """The last real challenge of this session, from what sign-in and re-authentication noted; None without one.

    allauth's ``did_recently_reauthenticate`` says yes to people with neither password nor second factor, so the
    times are read here. What was answered long before the last challenge is not claimed for it. Who has a second factor
    has answered nothing until that one was answered, too.
    """
    answered = [
        (entry["at"], name)
        for entry in get_authentication_records(request, request.user)
        if (name := _name_of(entry)) and "at" in entry
    ]
    if not answered:
        return None
    latest, _ = max(answered)
    names = {name for at, name in answered if latest - at <= TOGETHER}
    if not names & FACTORS and has_factor(request.user):
        return None
    method = "+".join(name for name in NAMES if name in names)
    auth_time = datetime.fromtimestamp(latest, tz=UTC)
    return Challenge(method, auth_time, changed_within_days=days_since_reset(request.user, on=date_of(auth_time)))


def has_factor(account: Any) -> bool:
    """Whether somebody set up an authenticator app or a passkey."""
    return bool(is_mfa_enabled(account, [Authenticator.Type.TOTP, Authenticator.Type.WEBAUTHN]))


def days_since_reset(account: Any, *, on: date) -> int | None:
    """Whole days since an administrator's last reset of an account, as far as it is told of with a signature."""
    if account.credential_reset_at is None:
        return None
    days = (on - date_of(account.credential_reset_at)).days
    return days if 0 <= days <= RESET_TOLD_FOR else None


def _name_of(entry: dict[str, Any]) -> str | None:
    """What a note of allauth's stands for; None for what proves nothing, and for the demo's outside the demo."""
    method = entry.get("method")
    if method == "mfa":
        return FACTOR_NAMES.get(entry.get("type", ""))
    return method if method == "password" or (method == DEMO_METHOD and settings.DEMO) else None


def note_demo_challenge(request: HttpRequest, account: Any) -> None:
    """Write down that somebody answered the demo's challenge: the press of a button, in place of a password."""
    record_authentication(request, account, method=DEMO_METHOD, reauthenticated=True)


def reauthenticate_url(next_path: str) -> str:
    """The page where a signed-in person proves again who they are, and comes back to ``next_path`` afterwards."""
    page = reverse("demo-confirm" if settings.DEMO else "account_reauthenticate")
    return f"{page}?{urlencode({'next': next_path})}"


# What the address of a page to sign on says to somebody who comes back to it from proving who they are
CONFIRMED = "confirmed"


def confirm_to_sign_url(path: str, **chosen: str) -> str:
    """Where one proves who one is before signing at ``path``, and comes back to it with what was chosen there."""
    return reauthenticate_url(f"{path}?{urlencode({**chosen, CONFIRMED: 1})}")
