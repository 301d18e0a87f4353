"""A request as the middleware leaves it: for the types of views."""

from datetime import date, datetime
from typing import Protocol

from django.http import HttpRequest

from core.actor import Actor


class SignInLife(Protocol):
    """How long a sign-in lasts: ``staff.sign_ins.Life``."""

    @property
    def ends_in(self) -> int: ...

    @property
    def is_last(self) -> bool: ...


class Request(HttpRequest):
    """What a view gets: who asks (views are for the signed-in unless they say otherwise), when, which day, from where."""

    actor: Actor
    at: datetime
    today: date
    address: str | None
    sign_in: SignInLife | None
