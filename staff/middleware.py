"""Who asks, when, on which day, from where: once for each request."""

from collections.abc import Callable

from allauth.account.adapter import get_adapter
from django.contrib.auth import logout
from django.core.exceptions import PermissionDenied
from django.http import HttpResponse

from core.actor import Role
from core.clock import date_of, now
from core.http import Request
from staff.selectors import actor_for

HAT_SESSION_KEY = "hat"


class ActorMiddleware:
    """Sets ``request.at`` (UTC), ``request.today`` (London), ``request.actor`` (None when signed out), ``request.address``.

    The address counts only the proxies that the settings name, so nobody can write another one into the trail.
    """

    def __init__(self, get_response: Callable[[Request], HttpResponse]) -> None:
        self.get_response = get_response

    def __call__(self, request: Request) -> HttpResponse:
        request.at = now()
        request.today = date_of(request.at)
        request.address = address_of(request)
        request.actor = None  # type: ignore[assignment]  # nobody, until the session says who
        if request.user.is_authenticated:
            person = request.user.person
            if person.left_on and person.left_on <= request.today:
                logout(request)
            else:
                hat = request.session.get(HAT_SESSION_KEY)
                request.actor = actor_for(person, on=request.today, hat=Role(hat) if hat else None)
        response = self.get_response(request)
        if request.actor:
            response.headers.setdefault("Cache-Control", "no-store")
        return response


def address_of(request: Request) -> str | None:
    """Where a request comes from, behind as many proxies as the settings name; None when that cannot be told."""
    try:
        address: str = get_adapter(request).get_client_ip(request)
    except PermissionDenied:
        return None
    return address
