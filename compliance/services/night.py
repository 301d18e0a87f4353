"""The night's work: everybody assessed, in chunks."""

import logging
from collections.abc import Sequence
from datetime import date, datetime
from uuid import UUID

from django.db import transaction

from compliance import rules, selectors
from compliance.models import Night
from compliance.services.flags import raise_flags
from outbox.services import enqueue

logger = logging.getLogger(__name__)


@transaction.atomic
def start_night(*, on: date, at: datetime) -> int:
    """Ask for everybody to be assessed on a day, in chunks of people; the number of chunks, 0 for a night begun before."""
    people = selectors.people_to_assess(on=on)
    _, is_new = Night.objects.get_or_create(on=on, defaults={"started_at": at, "people": len(people)})
    if not is_new:
        return 0
    chunks = list(rules.chunks(people))
    for chunk in chunks:
        ask_for_chunk(chunk, on=on)
    return len(chunks)


@transaction.atomic
def ask_for_chunk(people: Sequence[UUID], *, on: date) -> None:
    """Ask for some people to be assessed on a day."""
    enqueue("compliance.tasks.assess_chunk", workers=[str(person) for person in people], on=on.isoformat())


def assess_chunk(*, workers: Sequence[UUID], on: date, at: datetime) -> int:
    """Flag what was overdue among some people; the number of new flags.

    Where that fails, each half is asked for by itself: one person whom the engine cannot answer for keeps nobody else
    from being flagged. Raises what it ran into for one person alone.
    """
    try:
        return raise_flags(workers=workers, on=on, at=at)
    except Exception:
        if len(workers) == 1:
            raise
        logger.exception("a chunk of %s people is assessed in halves", len(workers))
    middle = len(workers) // 2
    ask_for_chunk(workers[:middle], on=on)
    ask_for_chunk(workers[middle:], on=on)
    return 0
