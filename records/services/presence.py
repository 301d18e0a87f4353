"""Who is writing where in a draft just now. Kept for seconds, outside the database; holds no content."""

import logging
from collections.abc import Callable
from dataclasses import dataclass
from typing import Any
from uuid import UUID

from django.core.cache import cache
from redis.exceptions import RedisError

from core.actor import Actor
from records.models import Record

# A page asks every five seconds; one that does not ask any more is gone
LASTS_SECONDS = 20

logger = logging.getLogger(__name__)


@dataclass(frozen=True, slots=True)
class Presence:
    """Somebody who has the draft open, and the section in which they write; empty where they only read."""

    name: str
    section: str


def be_present(*, record: Record, section: str, actor: Actor) -> None:
    """Say that the actor has the draft open, and writes in ``section`` or nowhere."""
    _quietly(lambda: cache.set(_key(record, actor.staff_id), section, LASTS_SECONDS))


def others_present(*, record: Record, actor: Actor) -> list[Presence]:
    """The other person of the record, where they have its draft open; nobody where that cannot be asked now."""
    people = {person.pk: person.name for person in (record.subject, record.author) if person}
    keys = {_key(record, person): name for person, name in people.items() if person != actor.staff_id}
    found = _quietly(lambda: cache.get_many(keys)) or {}
    return [Presence(name, found[key]) for key, name in keys.items() if key in found]


def _key(record: Record, person_id: UUID) -> str:
    return f"draft/{record.pk}/{person_id}"


def _quietly(ask: Callable[[], Any]) -> Any:
    """Nobody is kept from writing because it cannot be said who else is."""
    try:
        return ask()
    except RedisError as error:
        logger.warning("Who else writes is not known: %s.", type(error).__name__)
        return None
