"""The sessions that a tracker counts, and in which of them a child may still be ticked."""

from collections.abc import Collection
from datetime import date
from typing import Any, NamedTuple
from uuid import UUID

from core.actor import Actor
from supervision.models import SupervisionSession
from supervision.rules.discussions import discussions_settled


class HeldSession(NamedTuple):
    """A session that was held. ``may_tick``: the actor held it and says what was discussed until its record is signed."""

    session_id: UUID
    worker_id: UUID
    on: date
    may_tick: bool


def held_sessions(people: Collection[UUID], *, actor: Actor) -> list[HeldSession]:
    """The sessions of people that were held up to the actor's day, but those that are personal alone; in one query."""
    sessions: Any = (
        SupervisionSession.objects.held()
        .exclude(kind=SupervisionSession.Kind.PERSONAL)
        .filter(supervisee__in=people, on__lte=actor.on)
        .with_record_state()
        .order_by("on", "starts")
    )
    rows = sessions.values_list("pk", "supervisee_id", "on", "supervisor_id", "record_state")
    return [
        HeldSession(
            key,
            worker,
            on,
            supervisor == actor.staff_id and worker in actor.supervises and not discussions_settled(state),
        )
        for key, worker, on, supervisor, state in rows
    ]
