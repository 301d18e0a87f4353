"""Reads of what was typed about somebody: noted in the trail before anything leaves."""

from datetime import datetime

from django.db import transaction

from core.actor import Actor
from core.clock import date_of
from staff.models import StaffMember
from supervision import selectors
from supervision.models import SupervisionSession
from supervision.selectors import PersonPage, SessionPage
from trail import services as trail


@transaction.atomic
def read_person(*, person: StaffMember, actor: Actor, number: str, at: datetime) -> PersonPage:
    """One person's supervision with its actions, as the actor may see it; ``number``: the page of past sessions."""
    if person.pk != actor.staff_id:
        trail.record(actor=actor, verb="supervision.read", target=person, about=person.pk, at=at)
    return selectors.person_page(person=person, actor=actor, on=date_of(at), number=number)


@transaction.atomic
def read_session(*, session: SupervisionSession, actor: Actor, at: datetime) -> SessionPage:
    """One session with its place and the reason of its cancellation, as the actor may see it."""
    if session.supervisee_id != actor.staff_id:
        trail.record(actor=actor, verb="session.read", target=session, about=session.supervisee_id, at=at)
    return selectors.session_page(session=session, actor=actor)
