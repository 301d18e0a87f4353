"""Writes to the diary: book, move, cancel, hold."""

from datetime import date, datetime
from uuid import UUID

from django.db import transaction

from core.actor import Actor
from core.clock import LONDON, date_of
from core.errors import RuleBroken
from staff.models import StaffMember, SupervisionRelationship
from supervision import access, rules
from supervision.models import SessionMove, SupervisionSession
from supervision.rules import Times
from trail import services as trail


@transaction.atomic
def book_session(
    *, supervisee_id: UUID, times: Times, mode: str, place: str, actor: Actor, at: datetime
) -> SupervisionSession:
    """Put a session in the diary of both.

    Raises NotAllowed, or RuleBroken when the day has passed, lies outside the relationship, or is taken already.
    """
    supervisee = _lock_supervisee(supervisee_id, actor)
    rules.check_may_be_booked(
        times, today=date_of(at), relationship_from=_relationship_from(supervisee_id, actor), name=supervisee.name
    )
    _check_not_booked_twice(supervisee_id, times)
    session = _create(supervisee, times, mode, place, actor, at)
    trail.record(actor=actor, verb="session.booked", target=session, about=supervisee_id, at=at)
    return session


@transaction.atomic
def move_session(*, session_id: UUID, times: Times, actor: Actor, at: datetime) -> SupervisionSession:
    """Move a booked session; the old and the new time are kept. The due date stays where it is.

    Whoever moves it supervises it: a successor takes over what was booked before.

    Raises NotAllowed or RuleBroken (no longer planned; a day that has passed; taken already).
    """
    session = _lock_planned(session_id, actor)
    rules.check_may_be_booked(
        times,
        today=date_of(at),
        relationship_from=_relationship_from(session.supervisee_id, actor),
        name=session.supervisee.name,
    )
    _check_not_booked_twice(session.supervisee_id, times, besides=session)
    SessionMove.objects.create(
        session=session,
        from_on=session.on,
        from_starts=session.starts,
        to_on=times.on,
        to_starts=times.starts,
        moved_by_id=actor.staff_id,
        moved_at=at,
    )
    session.on, session.starts, session.ends = times.on, times.starts, times.ends
    session.supervisor_id = actor.staff_id
    session.save(update_fields=["on", "starts", "ends", "supervisor"])
    trail.record(actor=actor, verb="session.moved", target=session, about=session.supervisee_id, at=at)
    return session


@transaction.atomic
def cancel_session(
    *, session_id: UUID, cancelled_by_id: UUID, reason: str, actor: Actor, at: datetime
) -> SupervisionSession:
    """Cancel a booked session, with who cancelled and why. The due date stays where it is (R157).

    Raises NotAllowed or RuleBroken (no longer planned; cancelled by somebody else than the two; no reason).
    """
    session = _lock_planned(session_id, actor)
    if cancelled_by_id not in (session.supervisee_id, session.supervisor_id):
        raise RuleBroken("Choose which of the two of you cancelled.", field="cancelled_by")
    if not reason.strip():
        raise RuleBroken("Say why the session is cancelled.", field="reason")
    session.status = SupervisionSession.Status.CANCELLED
    session.closed_at, session.cancelled_by_id, session.cancel_reason = at, cancelled_by_id, reason
    session.save(update_fields=["status", "closed_at", "cancelled_by", "cancel_reason"])
    trail.record(actor=actor, verb="session.cancelled", target=session, about=session.supervisee_id, at=at)
    return session


def lock_held(
    *, supervisee_id: UUID, session_id: UUID | None, times: Times, mode: str, place: str, actor: Actor, at: datetime
) -> SupervisionSession:
    """The session as held at these times: the booked one, or a new one that nobody had booked.

    Whoever enters it is who supervised, whoever had booked it: the record names the supervisor who signs it (R177).

    Runs within the caller's transaction. Raises NotAllowed, or RuleBroken when the time has not come, lies outside
    the relationship, or the session is closed already.
    """
    if session_id:
        session = _lock_planned(session_id, actor)
    supervisee = _lock_supervisee(supervisee_id, actor)
    rules.check_may_be_held(
        times,
        today=date_of(at),
        now=at.astimezone(LONDON).time(),
        relationship_from=_relationship_from(supervisee_id, actor),
        name=supervisee.name,
    )
    _check_not_booked_twice(supervisee_id, times, besides=session if session_id else None)
    if not session_id:
        session = _create(supervisee, times, mode, place, actor, at)
    session.on, session.starts, session.ends = times.on, times.starts, times.ends
    session.mode, session.place, session.supervisor_id = mode, place, actor.staff_id
    session.status, session.closed_at = SupervisionSession.Status.HELD, at
    return session


def note_held(session: SupervisionSession, *, actor: Actor, at: datetime) -> None:
    """Write to the trail that a session was entered as held."""
    trail.record(actor=actor, verb="session.held", target=session, about=session.supervisee_id, at=at)


def _create(
    supervisee: StaffMember, times: Times, mode: str, place: str, actor: Actor, at: datetime
) -> SupervisionSession:
    return SupervisionSession.objects.create(
        supervisee=supervisee,
        supervisor_id=actor.staff_id,
        on=times.on,
        starts=times.starts,
        ends=times.ends,
        mode=mode,
        place=place,
        booked_at=at,
    )


def _lock_planned(session_id: UUID, actor: Actor) -> SupervisionSession:
    """A booked session under lock, after its supervisee's row: always in this order, as bookings lock."""
    sessions = SupervisionSession.objects.visible_to(actor).select_related("supervisee")
    session = sessions.get(pk=session_id)
    access.check_can_change_session(actor, session)
    _lock_supervisee(session.supervisee_id, actor)
    session = sessions.select_for_update(of=("self",)).get(pk=session_id)
    if not session.is_planned:
        raise RuleBroken(f"This session is no longer booked: {session.get_status_display().lower()}.")
    return session


def _lock_supervisee(person_id: UUID, actor: Actor) -> StaffMember:
    """The supervisee's row, so that two bookings of the same person wait for each other."""
    person = StaffMember.objects.visible_to(actor).select_for_update(of=("self",)).get(pk=person_id)
    access.check_can_supervise(actor, person)
    return person


def _relationship_from(supervisee_id: UUID, actor: Actor) -> date | None:
    """When the actor's present supervision of a person began."""
    relationships = SupervisionRelationship.objects.filter(supervisee_id=supervisee_id, supervisor_id=actor.staff_id)
    return relationships.live(actor.on).order_by("starts_on").values_list("starts_on", flat=True).first()


def _check_not_booked_twice(supervisee_id: UUID, times: Times, *, besides: SupervisionSession | None = None) -> None:
    others = SupervisionSession.objects.filter(supervisee_id=supervisee_id, on=times.on).exclude(
        status=SupervisionSession.Status.CANCELLED
    )
    if besides:
        others = others.exclude(pk=besides.pk)
    if others.filter(starts__lt=times.ends, ends__gt=times.starts).exists():
        raise RuleBroken("There is another session with this person at that time. Nothing was added.", field="starts")
