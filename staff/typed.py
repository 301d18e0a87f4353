"""What somebody sent after the sign-in had ended: given back in a page, to be sent again by that person alone."""

from dataclasses import dataclass
from typing import Any
from urllib.parse import urlencode

from django.conf import settings
from django.http import HttpRequest, HttpResponse
from django.shortcuts import render, resolve_url
from django.urls import reverse
from django.utils.cache import add_never_cache_headers

# The field of every form that says who it was shown to
TYPED_BY = "typed_by"


@dataclass(frozen=True, slots=True)
class Typed:
    """A form as it was sent: where to, by whom it was filled in, its fields in order, and names of files with it."""

    address: str
    by: str
    fields: list[tuple[str, str]]
    files: list[str]


def typed_in(request: HttpRequest) -> Typed | None:
    """What was sent with a request; None where it is no form that somebody signed in was shown.

    Nor where it is a page of signing in itself: no password is ever written into a page.
    """
    match = request.resolver_match
    if request.method != "POST" or not request.POST.get(TYPED_BY) or not match or not match.namespaces:
        return None
    return Typed(
        address=request.get_full_path(),
        by=request.POST[TYPED_BY],
        fields=[
            (name, value)
            for name, values in request.POST.lists()
            if name not in (TYPED_BY, "csrfmiddlewaretoken")
            for value in values
        ],
        files=[file.name or "" for files in request.FILES.lists() for file in files[1]],
    )


def is_by_somebody_else(request: Any) -> bool:
    """Whether a form that was shown to one person is sent while another is signed in."""
    return bool(
        request.actor and request.POST.get(TYPED_BY, str(request.actor.staff_id)) != str(request.actor.staff_id)
    )


def is_from_our_own_page(request: HttpRequest) -> bool:
    """Whether the browser vouches for it that a page of this very site sent the request."""
    origin = f"{request.scheme}://{request.get_host()}"
    return request.headers.get("Origin") == origin or request.headers.get("Sec-Fetch-Site") == "same-origin"


def give_back(request: Any, typed: Typed) -> HttpResponse:
    """The page that keeps what was typed until the right person is signed in, and sends it when a button is pressed."""
    is_other = request.actor is not None and str(request.actor.staff_id) != typed.by
    context = {"typed": typed, "typed_by": TYPED_BY, "is_other": is_other, "sign_in_url": sign_in_url()}
    response = render(request, "staff/typed_kept.html", context, status=403 if request.actor else 401)
    add_never_cache_headers(response)
    return response


def sign_in_url() -> str:
    """Where one signs in beside a page that is left open."""
    return f"{resolve_url(settings.LOGIN_URL)}?{urlencode({'next': reverse('account_signed_in')})}"
