"""Refusals go to the log after the refused transaction is rolled back."""

from collections.abc import Callable

from django.http import HttpRequest, HttpResponse

from trail import services


class RefusalMiddleware:
    """Logs each 403, and each 404 on an address that names a thing, that a signed-in person met."""

    def __init__(self, get_response: Callable[[HttpRequest], HttpResponse]) -> None:
        self.get_response = get_response

    def __call__(self, request: HttpRequest) -> HttpResponse:
        response = self.get_response(request)
        match = request.resolver_match
        if match and request.actor and (response.status_code == 403 or (response.status_code == 404 and match.kwargs)):
            services.record(
                actor=request.actor,
                verb="refused",
                at=request.at,
                address=request.META.get("REMOTE_ADDR"),
                page=match.view_name,
                method=request.method,
                status=response.status_code,
                **{name: str(value) for name, value in match.kwargs.items()},
            )
        return response
