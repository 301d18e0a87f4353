"""What every page may say: how the authority calls things."""

from typing import Any

from django.http import HttpRequest
from django.utils.functional import SimpleLazyObject

from policies import selectors
from policies.rules.terms import terms_of


def terms(request: HttpRequest) -> dict[str, Any]:
    """``terms``: the words of the policy in force, read when a page first uses one; none for the signed-out."""
    if getattr(request, "actor", None) is None:
        return {}
    on = request.today  # type: ignore[attr-defined]
    return {"terms": SimpleLazyObject(lambda: terms_of(selectors.policy_in_force(on)))}
