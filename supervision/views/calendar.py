"""One's calendar: the private address at which it fetches dates, and what it finds there."""

from django.conf import settings
from django.contrib import messages
from django.contrib.auth.decorators import login_not_required
from django.http import HttpResponse
from django.shortcuts import redirect, render
from django.urls import reverse
from django.views.decorators.cache import never_cache
from django.views.decorators.csrf import csrf_exempt
from django.views.decorators.http import require_POST

from core.errors import RuleBroken
from core.http import Request
from core.limits import is_within_limit
from notifications import services as notifications
from notifications.selectors import feed_owner, settings_of
from staff.selectors import actor_for
from supervision import calendars, selectors

HOUR = 3_600
FETCHES_AN_HOUR = 60
MISSES_AN_HOUR = 300


@require_POST
def calendar_make(request: Request) -> HttpResponse:
    """The address is in this answer and nowhere else."""
    secret = notifications.make_feed(actor=request.actor, at=request.at)
    address = f"{settings.SITE_URL.rstrip('/')}{reverse('supervision:calendar-feed', args=[secret])}"
    return render(request, "supervision/calendar_address.html", {"address": address})


@require_POST
def calendar_stop(request: Request) -> HttpResponse:
    try:
        notifications.stop_feed(actor=request.actor, at=request.at)
    except RuleBroken as refusal:
        messages.error(request, str(refusal))
    else:
        messages.success(request, "The address works no more. What calendars have fetched, they may keep.")
    return redirect("notifications:settings")


@never_cache
@csrf_exempt
@login_not_required
def calendar_feed(request: Request, secret: str) -> HttpResponse:
    """Calendars cannot sign in, so the secret in the address says whose it is; each and each guesser, so often an hour.

    Only reads. Some calendars ask in other ways first: Django's own refusals would log the address with the secret.
    """
    if request.method not in ("GET", "HEAD"):
        return _plain("Only reading is possible here.\n", status=405)
    account = feed_owner(secret=secret, on=request.today)
    if account is None:
        if not is_within_limit(f"calendar misses {request.address}", most=MISSES_AN_HOUR, seconds=HOUR):
            return _too_often()
        return _plain("There is no such calendar.\n", status=404)
    if not is_within_limit(f"calendar {account.person_id}", most=FETCHES_AN_HOUR, seconds=HOUR):
        return _too_often()
    actor = actor_for(account.person, on=request.today)
    with_place = settings_of(actor.staff_id).calendar_place
    entries = selectors.own_entries(actor=actor, on=request.today, with_place=with_place)
    return HttpResponse(
        calendars.feed(entries),
        content_type="text/calendar; charset=utf-8",
        headers={"Content-Disposition": 'inline; filename="supervision.ics"'},
    )


def _too_often() -> HttpResponse:
    response = _plain("Too many requests. Try again in an hour.\n", status=429)
    response.headers["Retry-After"] = str(HOUR)
    return response


def _plain(words: str, *, status: int) -> HttpResponse:
    """A refusal that Django does not write into the log, where the secret in the address would stand with it."""
    response = HttpResponse(words, content_type="text/plain; charset=utf-8", status=status)
    response._has_been_logged = True  # type: ignore[attr-defined]
    return response
