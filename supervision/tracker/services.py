"""Ticking a child on a tracker, and what leaves it as a file."""

from collections.abc import Iterable
from datetime import datetime
from uuid import UUID

from django.db import transaction

from core.actor import Actor
from supervision import access
from supervision.rules.discussions import BRIEF, Mark
from supervision.selectors import held_on_the_day
from supervision.services.diary import lock_session
from supervision.services.discussions import mark_discussions
from trail import services as trail


@transaction.atomic
def tick(*, session_id: UUID, child_id: UUID, actor: Actor, at: datetime) -> bool:
    """Say of one child that it was discussed briefly in a session that was held; whether that is new.

    A child that is marked already keeps its mark, and so do the others. Raises NotAllowed, or RuleBroken once the
    session's record is signed, and where the child was not with the worker.
    """
    session = lock_session(session_id, actor)
    access.check_can_record(actor, session)
    offered = held_on_the_day(session)
    stood = {each.child_id: Mark(each.depth, each.reason) for each in session.discussions.all()}
    if child_id in stood:
        return False
    kept = {child: mark for child, mark in stood.items() if child in offered}
    mark_discussions(session_id=session_id, marks=kept | {child_id: Mark(BRIEF)}, actor=actor, at=at)
    return True


@transaction.atomic
def note_file(*, what: str, people: Iterable[UUID], number: int, actor: Actor, at: datetime) -> None:
    """Write that somebody takes a list of children away as a file, for each whose children are in it, before it leaves."""
    trail.record(actor=actor, verb=f"{what}.exported", at=at, number=number)
    others = sorted(set(people) - {actor.staff_id})
    trail.record_for_each(actor=actor, verb="due_dates.downloaded", people=others, at=at)
