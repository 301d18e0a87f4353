"""The one gate for those with a need to know: what their sight opens, and the few pages for people from outside."""

from django.contrib import messages
from django.http import Http404, HttpResponse
from django.shortcuts import redirect

from core.http import Request
from staff.challenge import challenge_of, has_factor
from staff.selectors import actor_for

HOME = "compliance:home"
# Where sight for a need to know opens anything: what may be read, and each thing of it, on the page alone
READING_PAGES = frozenset({"archive:needs", "records:record-detail"})
# Beside these, what somebody from outside may open
OUTSIDE_PAGES = READING_PAGES | {
    HOME,
    "notifications:notice-open",
    "compliance:healthy",
    "compliance:help-accessibility",
    "compliance:help-privacy",
    "compliance:help-need-to-know",
    "demo-sign-in",
    "demo-confirm",
}
# Signing in and out, one's own password and second factor
ACCOUNT_PAGES = ("account_", "mfa_")


def check_gate(request: Request) -> HttpResponse | None:
    """Before any view: opens what is read on the page alone, and keeps people from outside to their pages.

    Another answer than the page's, or None. Raises Http404: what is not for people from outside does not exist for them.
    """
    name = request.resolver_match.view_name if request.resolver_match else ""
    actor = request.actor
    if actor.watermarked and name in READING_PAGES and request.user.is_authenticated:
        request.actor = actor_for(request.user.person, on=request.today, hat=actor.hat, on_the_page=True)
    if not actor.is_outside or name.startswith(ACCOUNT_PAGES):
        return None
    if name not in OUTSIDE_PAGES:
        raise Http404
    if not _is_proved(request):
        messages.info(request, "Set up a second step for signing in first: an authenticator app or a passkey.")
        return redirect("mfa_index")
    return redirect("archive:needs") if name == HOME else None


def _is_proved(request: Request) -> bool:
    """Whether somebody has a second factor, which sign-in asks for; or answered the demo's challenge, in the demo."""
    if has_factor(request.user):
        return True
    challenge = challenge_of(request)
    return challenge is not None and challenge.method == "demo"
