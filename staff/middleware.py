"""Who asks, when, on which day, from where: once for each request."""

from collections.abc import Callable
from typing import Any

from allauth.account.adapter import get_adapter
from django.contrib.auth import logout
from django.contrib.auth.middleware import LoginRequiredMiddleware
from django.core.exceptions import PermissionDenied
from django.http import HttpResponse, HttpResponseBase

from core.actor import Role
from core.clock import date_of, now
from core.http import Request
from staff import sign_ins, typed
from staff.gate import check_gate
from staff.models import StaffMember
from staff.selectors import actor_for
from trail import services as trail

HAT_SESSION_KEY = "hat"


class ActorMiddleware:
    """Sets ``request.at`` (UTC), ``request.today`` (London), ``request.actor`` (None when signed out), ``request.address``.

    The address counts only the proxies that the settings name, so nobody can write another one into the trail.
    ``request.sign_in``: how long this sign-in lasts, while somebody is signed in. Who left, did nothing for too long,
    or signed in twelve hours ago, is signed out here, before any page.
    """

    def __init__(self, get_response: Callable[[Request], HttpResponse]) -> None:
        self.get_response = get_response

    def __call__(self, request: Request) -> HttpResponse:
        request.at = now()
        request.today = date_of(request.at)
        request.address = address_of(request)
        request.actor = None  # type: ignore[assignment]  # nobody, until the session says who
        request.sign_in = None
        if request.user.is_authenticated:
            self.welcome(request, request.user.person)
        was_signed_in = request.actor is not None
        response = self.get_response(request)
        if was_signed_in:
            response.headers.setdefault("Cache-Control", "no-store")
            if not request.user.is_authenticated:
                response.headers["Clear-Site-Data"] = '"cache", "storage"'
        return response

    def process_view(
        self, request: Request, view_func: Callable[..., HttpResponse], view_args: Any, view_kwargs: Any
    ) -> HttpResponse | None:
        """Called by Django before each view."""
        return check_gate(request) if request.actor else None

    def welcome(self, request: Request, person: StaffMember) -> None:
        """Let somebody with a session in, or end it."""
        has_left = person.left_on is not None and person.left_on <= request.today
        if has_left or not sign_ins.life_of(request, at=request.at):
            actor = actor_for(person, on=request.today)
            trail.record(
                actor=actor, verb="account.sign_in_ended", at=request.at, about=person.pk, address=request.address
            )
            logout(request)
            return
        sign_ins.note_activity(request, at=request.at)
        request.sign_in = sign_ins.life_of(request, at=request.at)
        hat = request.session.get(HAT_SESSION_KEY)
        request.actor = actor_for(person, on=request.today, hat=Role(hat) if hat else None)


class SignInRequiredMiddleware(LoginRequiredMiddleware):
    """Every page is for the signed-in unless it says otherwise; what was typed before one was signed out is not lost.

    A form that was shown to one person is never taken from another who signed in meanwhile.
    """

    def process_view(
        self, request: Any, view_func: Callable[..., HttpResponseBase], view_args: Any, view_kwargs: Any
    ) -> HttpResponseBase | None:
        if request.method == "POST" and typed.is_by_somebody_else(request) and (sent := typed.typed_in(request)):
            return typed.give_back(request, sent)
        return super().process_view(request, view_func, view_args, view_kwargs)

    def handle_no_permission(  # type: ignore[override]  # any response will do for Django
        self, request: Any, view_func: Callable[..., HttpResponseBase]
    ) -> HttpResponseBase:
        if sent := typed.typed_in(request):
            return typed.give_back(request, sent)
        return super().handle_no_permission(request, view_func)


def address_of(request: Request) -> str | None:
    """Where a request comes from, behind as many proxies as the settings name; None when that cannot be told."""
    try:
        address: str = get_adapter(request).get_client_ip(request)
    except PermissionDenied:
        return None
    return address
