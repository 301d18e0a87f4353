"""The one way in which a file that somebody brought leaves the service."""

from django.http import HttpResponse
from django.utils.http import content_disposition_header

# Should a browser show it after all: a page of its own that can do nothing
POLICY = "default-src 'none'; frame-ancestors 'none'; sandbox"


def download(name: str, media_type: str, data: bytes) -> HttpResponse:
    """A file to take away, never shown in the page: its type fixed, and nothing in it allowed to run."""
    return HttpResponse(
        data,
        content_type=media_type,
        headers={
            "Content-Disposition": content_disposition_header(as_attachment=True, filename=name) or "attachment",
            "Content-Security-Policy": POLICY,
            "X-Content-Type-Options": "nosniff",
        },
    )
