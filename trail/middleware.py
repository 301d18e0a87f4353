"""Refusals: the page that says why, or that there is nothing; and the entry in the log after the refused transaction is rolled back."""

import logging
from collections.abc import Callable
from uuid import UUID

from django.core.exceptions import ObjectDoesNotExist, PermissionDenied
from django.http import Http404, HttpResponse
from django.views.defaults import page_not_found, permission_denied

from core.errors import NotAllowed
from core.http import Request
from trail import services

logger = logging.getLogger(__name__)


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
        if isinstance(exception, ObjectDoesNotExist):
            # What a service looks for again under its lock may be out of sight by then: for this person it does not exist
            logger.warning("%s: %s", getattr(request.resolver_match, "view_name", ""), type(exception).__qualname__)
            return page_not_found(request, Http404())
        return None
