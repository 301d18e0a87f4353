"""The key of an answer, which only this program can work out."""

import hmac
from uuid import UUID

from django.conf import settings

PURPOSE = b"supervision feedback, key of an answer"


def answer_key(*, session_id: UUID, person_id: UUID) -> UUID:
    """The key under which somebody's answers about a session are kept.

    Half of an HMAC-SHA-256 of both keys. The secret is ``FEEDBACK_KEY``, or else ``SECRET_KEY``: without it, a copy of
    the database does not say which answer is whose.
    """
    secret = hmac.digest((settings.FEEDBACK_KEY or settings.SECRET_KEY).encode(), PURPOSE, "sha256")
    return UUID(bytes=hmac.digest(secret, session_id.bytes + person_id.bytes, "sha256")[:16])
