"""Sessions that a former supervisor booked: taken over by whoever supervises now."""

from collections.abc import Collection, Sequence
from datetime import datetime
from uuid import UUID

from django.db import transaction

from core.actor import Actor
from core.errors import RuleBroken
from core.templatetags.countersign import long_date
from supervision import selectors
from supervision.models import SupervisionSession
from supervision.rules import Times
from supervision.services import diary
from trail import services as trail


@transaction.atomic
def take_over_sessions(
    *, supervisee_id: UUID, sessions: Collection[UUID], actor: Actor, at: datetime
) -> Sequence[SupervisionSession]:
    """Put sessions that a former supervisor booked in one's own diary, at the same times; both calendars are told.

    Raises NotAllowed, or RuleBroken when none is left, or the new supervisor is elsewhere at one of the times: that one
    is to be moved.
    """
    supervisee = diary.lock_supervisee(supervisee_id, actor)
    waiting = selectors.sessions_to_take_over(person_id=supervisee_id, actor=actor)
    found = list(waiting.filter(pk__in=sessions).select_for_update(of=("self",)))
    if not found:
        raise RuleBroken("None of these is still to be taken over. Look at the list again.", field="sessions")
    for session in found:
        times = Times(on=session.on, starts=session.starts, ends=session.ends)
        try:
            diary.check_is_free(supervisee, times, actor, session.pk)
        except RuleBroken as refusal:
            raise RuleBroken(
                f"{long_date(session.on)}: {refusal} Leave it out and move it.", field="sessions"
            ) from None
        trail.record(
            actor=actor,
            verb="session.taken_over",
            target=session,
            about=supervisee_id,
            at=at,
            former=str(session.supervisor_id),
        )
        session.supervisor_id = actor.staff_id
        session.save(update_fields=["supervisor"])
    diary.tell_calendars([session.pk for session in found])
    return found
