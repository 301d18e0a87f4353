"""Short ways that views use."""

from typing import Any

from django.http import Http404

from core.actor import Actor


def get_visible_or_404(manager: Any, actor: Actor, **lookup: Any) -> Any:
    """The one door from a URL to a row: what the actor cannot see does not exist."""
    try:
        return manager.visible_to(actor).get(**lookup)
    except manager.model.DoesNotExist as error:
        raise Http404 from error
