"""Writes to the diary of one session: book, move, hold; and what every write to it shares."""

from collections.abc import Collection
from datetime import date, datetime
from typing import Any
from uuid import UUID

from django.db import transaction

from core.actor import Actor
from core.clock import LONDON, date_of
from core.errors import RuleBroken
from outbox.services import enqueue
from staff.access import check_not_frozen
from staff.models import StaffMember, SupervisionRelationship
from supervision import access, rules, selectors
from supervision.models import SessionMove, SupervisionSession
from supervision.rules import Course, Times
from trail import services as trail


@transaction.atomic
def book_session(
    *, supervisee_id: UUID, times: Times, mode: str, place: str, kind: str = "", actor: Actor, at: datetime
) -> SupervisionSession:
    """Put a session in the diary of both; of the kind that the policy usually wants where none is named.

    Raises NotAllowed, or RuleBroken when the day has passed, lies outside the relationship, or one of the two is in
    another session then.
    """
    supervisee = lock_supervisee(supervisee_id, actor)
    check_may_stand(supervisee, times, actor, at)
    session = create_session(supervisee, times, mode, place, actor, at, kind=kind)
    trail.record(actor=actor, verb="session.booked", target=session, about=supervisee_id, at=at)
    tell_calendars([session.pk])
    return session


@transaction.atomic
def move_session(*, session_id: UUID, times: Times, actor: Actor, at: datetime) -> SupervisionSession:
    """Move a booked session; the old and the new time are kept. The due date stays where it is.

    Whoever moves it supervises it: a successor takes over what was booked before.

    Raises NotAllowed or RuleBroken (no longer planned; a day that has passed; one of the two is in another session).
    """
    session = lock_planned(session_id, actor)
    check_may_stand(session.supervisee, times, actor, at, besides=[session.pk])
    note_move(session, times, actor, at)
    trail.record(actor=actor, verb="session.moved", target=session, about=session.supervisee_id, at=at)
    tell_calendars([session.pk])
    return session


def lock_held(
    *,
    supervisee_id: UUID,
    session_id: UUID | None,
    times: Times,
    mode: str,
    place: str,
    kind: str,
    course: Course,
    actor: Actor,
    at: datetime,
) -> SupervisionSession:
    """The session as held at these times: the booked one, or a new one that nobody had booked.

    Whoever enters it is who supervised, whoever had booked it: the record names the supervisor who signs it (R177).

    Runs within the caller's transaction. Raises NotAllowed, or RuleBroken when the time has not come, lies outside
    the relationship, or the session is closed already.
    """
    if session_id:
        session = lock_planned(session_id, actor)
    supervisee = lock_supervisee(supervisee_id, actor)
    rules.check_may_be_held(
        times,
        today=date_of(at),
        now=at.astimezone(LONDON).time(),
        relationship_from=relationship_from(supervisee_id, actor),
        name=supervisee.name,
    )
    rules.check_course(course, times)
    _check_could_be_held(supervisee, times, actor, besides=[session.pk] if session_id else [])
    if not session_id:
        session = create_session(supervisee, times, mode, place, actor, at, kind=kind)
    elif kind or session.kind not in (kinds := selectors.kinds_of(person_id=supervisee_id, on=times.on)).choices:
        session.kind = kind or kinds.usual
    session.on, session.starts, session.ends = times.on, times.starts, times.ends
    session.mode, session.place, session.supervisor_id = mode, place, actor.staff_id
    session.interrupted, session.minutes_lost = course.interrupted, course.minutes_lost
    session.private_place = course.private_place
    session.cut_short_reason, session.left_over = course.cut_short_reason, course.left_over
    session.status, session.closed_at = SupervisionSession.Status.HELD, at
    return session


def note_held(session: SupervisionSession, *, actor: Actor, at: datetime) -> None:
    """Write to the trail that a session was entered as held."""
    trail.record(actor=actor, verb="session.held", target=session, about=session.supervisee_id, at=at)


# What every write to the diary shares


def create_session(
    supervisee: StaffMember, times: Times, mode: str, place: str, actor: Actor, at: datetime, *, kind: str, **more: Any
) -> SupervisionSession:
    """A booked session, stored; ``more``: the ``series`` that it is part of, or what it is ``in_place_of``."""
    kind = kind or selectors.kinds_of(person_id=supervisee.pk, on=actor.on).usual
    return SupervisionSession.objects.create(
        supervisee=supervisee,
        supervisor_id=actor.staff_id,
        on=times.on,
        starts=times.starts,
        ends=times.ends,
        mode=mode,
        place=place,
        kind=kind,
        booked_at=at,
        **more,
    )


def note_move(session: SupervisionSession, times: Times, actor: Actor, at: datetime) -> None:
    """Put a booked session elsewhere, and keep where it was."""
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


def lock_planned(session_id: UUID, actor: Actor) -> SupervisionSession:
    """A booked session under lock, after both people's rows. Raises NotAllowed, or RuleBroken when it is closed."""
    session = lock_session(session_id, actor)
    if not session.is_planned:
        raise RuleBroken(f"This session is no longer booked: {session.get_status_display().lower()}.")
    return session


def lock_session(session_id: UUID, actor: Actor) -> SupervisionSession:
    """A session under lock, after both people's rows: always in this order, as bookings lock. Raises NotAllowed."""
    sessions = SupervisionSession.objects.visible_to(actor).select_related("supervisee")
    session = sessions.get(pk=session_id)
    access.check_can_change_session(actor, session)
    lock_supervisee(session.supervisee_id, actor)
    return sessions.select_for_update(of=("self",)).get(pk=session_id)


def lock_supervisee(person_id: UUID, actor: Actor) -> StaffMember:
    """The supervisee, both people's rows locked: bookings with either wait for each other. Raises NotAllowed.

    In the order of the keys, so that two who book at once never wait for each other for ever.
    """
    both = StaffMember.objects.visible_to(actor).filter(pk__in={person_id, actor.staff_id}).order_by("pk")
    locked = {person.pk: person for person in both.select_for_update(of=("self",), no_key=True)}
    if person_id not in locked:
        raise StaffMember.DoesNotExist
    access.check_can_supervise(actor, locked[person_id])
    check_not_frozen(person_id)
    return locked[person_id]


def relationship_from(supervisee_id: UUID, actor: Actor) -> date | None:
    """When the actor's present supervision of a person began."""
    relationships = SupervisionRelationship.objects.filter(supervisee_id=supervisee_id, supervisor_id=actor.staff_id)
    return relationships.live(actor.on).order_by("starts_on").values_list("starts_on", flat=True).first()


def check_may_stand(
    supervisee: StaffMember, times: Times, actor: Actor, at: datetime, *, besides: Collection[UUID] = ()
) -> None:
    """A booking is for a day to come, within the relationship, when both are free. Raises RuleBroken."""
    rules.check_may_be_booked(
        times,
        today=date_of(at),
        relationship_from=relationship_from(supervisee.pk, actor),
        name=supervisee.name,
    )
    check_is_free(supervisee, times, actor, *besides)


def check_is_free(supervisee: StaffMember, times: Times, actor: Actor, *besides: UUID) -> None:
    """Neither of the two is in another session then, these aside. Raises RuleBroken."""
    for other in selectors.taken_on(times.on, person=supervisee, actor=actor, besides=besides):
        if rules.overlap(other.times, times):
            raise RuleBroken(other.refusal, field="starts")


def _check_could_be_held(supervisee: StaffMember, times: Times, actor: Actor, *, besides: Collection[UUID]) -> None:
    """Nobody was in two sessions at once; what was merely booked then with somebody else stands in no one's way."""
    for other in selectors.taken_on(times.on, person=supervisee, actor=actor, besides=besides):
        if rules.overlap(other.times, times) and (other.held or other.of_supervisee):
            raise RuleBroken(other.refusal, field="starts")


def tell_calendars(session_ids: Collection[UUID]) -> None:
    """Have both people's calendars told how sessions stand now: one message, however many they are."""
    enqueue("supervision.tasks.invite_to_sessions", session_ids=[str(session_id) for session_id in session_ids])
