"""Refusals: the page that says why, and the entry in the log after the refused transaction is rolled back."""

from collections.abc import Callable
from uuid import UUID

from django.core.exceptions import PermissionDenied
from django.http import HttpResponse
from django.views.defaults import permission_denied

from core.errors import NotAllowed
from core.http import Request
from trail import services


class RefusalMiddleware:
    """Answers NotAllowed with a 403 page that carries its sentence, and logs what signed-in people were refused.

    Logged are each 403, and each 404 on an address that names a thing.
    """

    def __init__(self, get_response: Callable[[Request], HttpResponse]) -> None:
        self.get_response = get_response

    def __call__(self, request: Request) -> HttpResponse:
        response = self.get_response(request)
        match = request.resolver_match
        if match and request.actor and (response.status_code == 403 or (response.status_code == 404 and match.kwargs)):
            services.record(
                actor=request.actor,
                verb="refused",
                at=request.at,
                address=request.address,
                page=match.view_name,
                method=request.method,
                status=response.status_code,
                # Keys of things, never a secret that stands in an address
                asked_for={name: str(value) for name, value in match.kwargs.items() if isinstance(value, UUID)},
            )
        return response

    def process_exception(self, request: Request, exception: Exception) -> HttpResponse | None:
        """Called by Django for what a view did not catch."""
        if isinstance(exception, NotAllowed):
            return permission_denied(request, PermissionDenied(str(exception)))
        return None
