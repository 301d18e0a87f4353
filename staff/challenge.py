"""How and when the person in front of the screen last proved who they are."""

from dataclasses import dataclass
from datetime import UTC, datetime
from typing import Any

from allauth.account.authentication import get_authentication_records
from django.http import HttpRequest


@dataclass(frozen=True, slots=True)
class Challenge:
    """``method``: "password", "password+totp" or "demo". ``auth_time``: when the last real challenge was answered."""

    method: str
    auth_time: datetime


def challenge_of(request: HttpRequest) -> Challenge | None:
    """The last real challenge of this session, from what sign-in and re-authentication noted; None without one.

    allauth's ``did_recently_reauthenticate`` says yes to people with neither password nor second factor, so the
    times are read here.
    """
    answered: list[dict[str, Any]] = [
        entry
        for entry in get_authentication_records(request, request.user)
        if entry.get("method") in ("password", "mfa", "demo") and "at" in entry
    ]
    if not answered:
        return None
    latest = max(answered, key=lambda entry: entry["at"])
    names = ["totp" if entry["method"] == "mfa" else entry["method"] for entry in answered]
    method = "+".join(name for name in ("password", "totp", "demo") if name in names)
    return Challenge(method=method, auth_time=datetime.fromtimestamp(latest["at"], tz=UTC))
