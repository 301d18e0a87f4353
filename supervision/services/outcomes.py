"""What became of a booked session that was not held: cancelled, somebody did not come; and putting right a wrong entry."""

from datetime import datetime
from uuid import UUID

from django.db import transaction

from core.actor import Actor
from core.clock import LONDON, date_of
from core.errors import RuleBroken
from policies import selectors as policies
from policies.rules.cancellation import Cancellation
from supervision import rules
from supervision.models import SessionUndo, SupervisionSession
from supervision.rules import Cancelling, Times
from supervision.services import diary
from trail import services as trail

Status = SupervisionSession.Status


@transaction.atomic
def cancel_session(
    *, session_id: UUID, cancelling: Cancelling, rebook: Times | None = None, actor: Actor, at: datetime
) -> SupervisionSession:
    """Cancel a booked session, with who, why, and what else the policy asks; ``rebook``: another date at once.

    The due date stays where it is. Without another date the session waits for one (R082, R157).

    Raises NotAllowed or RuleBroken (no longer planned; something is missing; the new date does not do).
    """
    session = diary.lock_planned(session_id, actor)
    rules.check_cancelling(
        cancelling,
        terms=cancellation_terms(actor),
        parties=_parties(session),
        booked_on=date_of(session.booked_at),
        today=date_of(at),
    )
    session.status, session.closed_at = Status.CANCELLED, at
    session.cancelled_by_id, session.cancel_reason = cancelling.by_id, cancelling.reason
    session.exceptional, session.direct_contact = cancelling.exceptional, cancelling.direct_contact
    if cancelling.direct_contact:
        session.contact_on, session.contact_by_id = cancelling.contact_on, cancelling.contact_by_id
    session.urgent_issues = cancelling.urgent_issues
    session.save()
    trail.record(actor=actor, verb="session.cancelled", target=session, about=session.supervisee_id, at=at)
    _rebook(session, rebook, actor, at)
    return session


@transaction.atomic
def note_not_attended(
    *, session_id: UUID, missed_by_id: UUID, reason: str, rebook: Times | None = None, actor: Actor, at: datetime
) -> SupervisionSession:
    """Enter that one of the two did not come to a booked session; it counts for nothing, and waits for another date.

    Counted apart from what was cancelled (R094). Raises NotAllowed or RuleBroken (no longer planned; not begun yet;
    something is missing; the new date does not do).
    """
    session = diary.lock_planned(session_id, actor)
    times = Times(session.on, session.starts, session.ends)
    rules.check_has_begun(times, today=date_of(at), now=at.astimezone(LONDON).time())
    rules.check_not_attended(missed_by_id=missed_by_id, reason=reason, parties=_parties(session))
    session.status, session.closed_at = Status.DID_NOT_ATTEND, at
    session.missed_by_id, session.missed_reason = missed_by_id, reason
    session.save()
    trail.record(actor=actor, verb="session.not_attended", target=session, about=session.supervisee_id, at=at)
    _rebook(session, rebook, actor, at)
    return session


@transaction.atomic
def undo_outcome(*, session_id: UUID, actor: Actor, at: datetime) -> SupervisionSession:
    """Put right, on the same day, that a session was cancelled or missed: it is booked again, and what stood is kept.

    Raises NotAllowed or RuleBroken (it stands since an earlier day; one of the two is in another session by now).
    """
    session = diary.lock_session(session_id, actor)
    said_by = session.cancelled_by_id if session.status == Status.CANCELLED else session.missed_by_id
    if said_by is None or session.closed_at is None:
        raise RuleBroken("Only a cancellation, or that somebody did not come, can be put right here.")
    rules.check_may_be_undone(closed_on=date_of(session.closed_at), today=date_of(at))
    diary.check_is_free(session.supervisee, Times(session.on, session.starts, session.ends), actor, session.pk)
    SessionUndo.objects.create(
        session=session,
        status=session.status,
        said_by_id=said_by,
        reason=session.cancel_reason or session.missed_reason,
        urgent_issues=session.urgent_issues,
        entered_at=session.closed_at,
        undone_by_id=actor.staff_id,
        undone_at=at,
    )
    session.status, session.closed_at = Status.PLANNED, None
    session.cancelled_by = session.missed_by = session.contact_by = session.contact_on = None
    session.exceptional = session.direct_contact = None
    session.cancel_reason = session.missed_reason = session.urgent_issues = ""
    session.save()
    trail.record(actor=actor, verb="session.outcome_undone", target=session, about=session.supervisee_id, at=at)
    diary.tell_calendars([session.pk])
    return session


def cancellation_terms(actor: Actor) -> Cancellation:
    """What the policy in force asks of a cancellation; nothing where none is in force."""
    policy = policies.policy_in_force(actor.on)
    return policy.cancellation if policy else Cancellation()


def _parties(session: SupervisionSession) -> tuple[UUID, UUID]:
    return session.supervisee_id, session.supervisor_id


def _rebook(session: SupervisionSession, rebook: Times | None, actor: Actor, at: datetime) -> None:
    """Another date in the same step; the calendars hear of both in one message."""
    told = [session.pk]
    if rebook:
        diary.check_may_stand(session.supervisee, rebook, actor, at)
        new = diary.create_session(
            session.supervisee, rebook, session.mode, session.place, actor, at, kind=session.kind, in_place_of=session
        )
        trail.record(actor=actor, verb="session.booked", target=new, about=session.supervisee_id, at=at)
        told.append(new.pk)
    diary.tell_calendars(told)
