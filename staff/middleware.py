"""Who asks, when, on which day: once for each request."""

from collections.abc import Callable

from django.contrib.auth import logout
from django.http import HttpRequest, HttpResponse

from core.actor import Role
from core.clock import date_of, now
from staff.selectors import actor_for

HAT_SESSION_KEY = "hat"


class ActorMiddleware:
    """Sets ``request.at`` (UTC), ``request.today`` (London) and ``request.actor`` (None when signed out)."""

    def __init__(self, get_response: Callable[[HttpRequest], HttpResponse]) -> None:
        self.get_response = get_response

    def __call__(self, request: HttpRequest) -> HttpResponse:
        request.at = now()
        request.today = date_of(request.at)
        request.actor = None
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
