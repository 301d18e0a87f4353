"""What a request tells about the circumstances of a signature."""

from django.contrib import messages

from core.http import Request
from records import rules
from records.services import Evidence
from staff.challenge import CONFIRMED, challenge_of


def evidence_of(request: Request) -> Evidence:
    """The address and the browser that a signature came from. Kept salted, and withheld by default."""
    return Evidence(address=request.address or "", browser=request.headers.get("User-Agent", "")[:300])


def say_not_signed_yet(request: Request) -> None:
    """Say at the top to somebody who just proved who they are that this alone has signed nothing."""
    if request.method != "GET" or CONFIRMED not in request.GET:
        return
    challenge = challenge_of(request)
    if challenge and rules.is_challenge_fresh(challenge.auth_time, at=request.at):
        words = "You have confirmed that it is you. Nothing is signed yet: sign now."
        messages.info(request, words, extra_tags="takes-focus")
