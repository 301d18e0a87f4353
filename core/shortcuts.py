"""Short ways that views and selectors use."""

from collections.abc import Callable, Iterable
from typing import Any
from uuid import UUID

from django.forms import BaseForm
from django.http import Http404

from core.actor import Actor
from core.errors import NotAllowed, RuleBroken


def get_visible_or_404(manager: Any, actor: Actor, **lookup: Any) -> Any:
    """The one door from a URL to a row: what the actor cannot see does not exist."""
    try:
        return manager.visible_to(actor).get(**lookup)
    except manager.model.DoesNotExist as error:
        raise Http404 from error


def add_refusal(form: BaseForm, refusal: RuleBroken) -> None:
    """Show a refusal on the form: beside its field where the form has it, at the top where not."""
    form.add_error(refusal.field if refusal.field in form.fields else None, str(refusal))


def saved(form: BaseForm, service: Callable[..., Any], **arguments: Any) -> Any:
    """Call a service with what the form holds; a refusal goes beside its field, and None is given back."""
    if not form.is_valid():
        return None
    try:
        return service(**form.cleaned_data, **arguments)
    except RuleBroken as refusal:
        add_refusal(form, refusal)
        return None


def uuid_or_none(value: object) -> UUID | None:
    """A key as somebody's browser sent it, or one already; None for what is none."""
    try:
        return value if isinstance(value, UUID) else UUID(str(value))
    except ValueError:
        return None


def may(check: Callable[..., None], *args: Any, **options: Any) -> bool:
    """Whether a check of a room's access would let the actor pass, for buttons."""
    try:
        check(*args, **options)
    except NotAllowed:
        return False
    return True


def keys_in_one(keys: Iterable[UUID]) -> str:
    """Many keys as one value, for ``= ANY(%(keys)s::uuid[])``: the database reads that sooner than as many values."""
    return f"{{{','.join(map(str, keys))}}}"
