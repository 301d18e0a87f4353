"""How long somebody stays signed in, and where that is kept: Django's session in a table that knows whose it is.

The server alone decides the end. What a person does is noted in a column of its own, never by writing the whole session
again, so that two requests at once cannot undo each other's changes.
"""

from dataclasses import dataclass
from datetime import datetime, timedelta
from typing import Any

from django.conf import settings
from django.contrib.auth import SESSION_KEY
from django.contrib.sessions.backends.db import SessionStore as DatabaseStore
from django.http import HttpRequest
from django.utils import timezone

from staff import rules
from staff.models import SignIn

# A script's request that nobody's doing brought about: it never keeps anybody signed in. Where a script loads a whole
# page, which takes no header, the address says it
AUTOMATIC = "X-Countersign-Automatic"
FOLLOWED = "followed"
# Often enough to be just, seldom enough that most requests write nothing
NOTED_EVERY = timedelta(seconds=20)


class SessionStore(DatabaseStore):
    """Sessions in ``SignIn``: a sign-in begins when the account changes, and is active from then on."""

    def __init__(self, session_key: str | None = None) -> None:
        super().__init__(session_key)
        self.row: SignIn | None = None

    @classmethod
    def get_model_class(cls) -> type[SignIn]:
        return SignIn

    def _get_session_from_db(self) -> SignIn | None:
        self.row = super()._get_session_from_db()  # type: ignore[misc]  # not in the stubs
        return self.row

    def create_model_instance(self, data: dict[str, Any]) -> SignIn:
        row: SignIn = super().create_model_instance(data)  # type: ignore[assignment]
        row.account_id = int(data[SESSION_KEY]) if SESSION_KEY in data else None
        if self.row and self.row.account_id == row.account_id:
            row.began_at, row.active_at = self.row.began_at, self.row.active_at
        else:
            row.began_at = row.active_at = timezone.now()  # noqa: TID251  Django's own call, which takes no moment
        self.row = row
        return row

    def flush(self) -> None:
        super().flush()
        self.row = None


@dataclass(frozen=True, slots=True)
class Life:
    """``ends_in``: whole seconds until the server ends the sign-in. ``is_last``: doing something puts it off no more."""

    ends_in: int
    is_last: bool


def life_of(request: HttpRequest, *, at: datetime) -> Life | None:
    """How long the present sign-in still lasts; None once it is over."""
    row: SignIn | None = request.session.row  # type: ignore[attr-defined]
    if row is None:
        return None
    idle = timedelta(minutes=settings.SESSION_IDLE_MINUTES)
    ends_at = rules.sign_in_ends_at(began_at=row.began_at, active_at=row.active_at, idle=idle)
    if at >= ends_at:
        return None
    is_last = ends_at == row.began_at + rules.LONGEST_SIGN_IN
    return Life(ends_in=int((ends_at - at).total_seconds()), is_last=is_last)


def forget_ended(*, at: datetime) -> int:
    """Remove what is kept of sign-ins that are over, so that nobody's coming and going can be read off it; how many."""
    return SignIn.objects.filter(expire_date__lte=at).delete()[0]


def is_automatic(request: HttpRequest) -> bool:
    """Whether a script sent this by itself, or loaded the page by itself."""
    return AUTOMATIC in request.headers or (request.method == "GET" and FOLLOWED in request.GET)


def note_activity(request: HttpRequest, *, at: datetime) -> None:
    """Remember that the person did something now, unless the request says that a script sent it by itself."""
    row: SignIn | None = request.session.row  # type: ignore[attr-defined]
    if row and not is_automatic(request) and at - row.active_at >= NOTED_EVERY:
        SignIn.objects.filter(pk=row.pk, active_at__lt=at).update(active_at=at)
        row.active_at = at
