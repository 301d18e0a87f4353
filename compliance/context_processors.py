"""What every page shows about the person in front of it."""

from typing import Any

from django.conf import settings
from django.http import HttpRequest


def navigation(request: HttpRequest) -> dict[str, Any]:
    """The actor, and whether this is the demo."""
    return {"actor": getattr(request, "actor", None), "demo": settings.DEMO}
