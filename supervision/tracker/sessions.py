"""The sessions that a tracker counts, and in which of them a child may still be ticked."""

from collections.abc import Collection
from datetime import date
from typing import Any, NamedTuple
from uuid import UUID

from django.db.models import QuerySet, TextField
from django.db.models.functions import Cast

from core.actor import Actor
from core.prepared import prepared
from supervision.models import SupervisionSession
from supervision.rules.discussions import discussions_settled


class HeldSession(NamedTuple):
    """A session that was held. ``may_tick``: the actor held it and says what was discussed until its record is signed."""

    key: str
    worker: str
    on: date
    may_tick: bool


def held_sessions(people: Collection[UUID], *, actor: Actor) -> list[HeldSession]:
    """The sessions of people that were held up to the actor's day, but those that are personal alone; in one query."""
    me, supervised = str(actor.staff_id), {str(each) for each in actor.supervises}
    return [
        HeldSession(key, worker, on, held_by == me and worker in supervised and not discussions_settled(state))
        for key, worker, on, held_by, state in _rows(people=list(people), on=actor.on)
    ]


@prepared
def _rows(*, people: list[UUID], on: date) -> QuerySet[Any, tuple[Any, ...]]:
    sessions: Any = (
        SupervisionSession.objects.held()
        .exclude(kind=SupervisionSession.Kind.PERSONAL)
        .filter(supervisee__in=people, on__lte=on)
        .with_record_state()
        .order_by("on", "starts")
    )
    keys = [Cast(each, TextField()) for each in ("pk", "supervisee_id", "supervisor_id")]
    rows: QuerySet[Any, tuple[Any, ...]] = sessions.values_list(keys[0], keys[1], "on", keys[2], "record_state")
    return rows
