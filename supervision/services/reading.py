"""Reads of what was typed about somebody: noted in the trail before anything leaves."""

from datetime import datetime

from django.db import transaction

from core.actor import Actor
from core.clock import date_of
from staff.models import StaffMember
from supervision import selectors
from supervision.models import FrequencyException, SupervisionSession
from supervision.selectors import PersonPage, PreparationPage, SessionPage, ToDiscuss
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


@transaction.atomic
def read_preparation(*, session: SupervisionSession, actor: Actor, at: datetime) -> PreparationPage:
    """What one of the two prepares a session with: what the other has typed and shared is among it."""
    if session.supervisee_id != actor.staff_id:
        trail.record(actor=actor, verb="preparation.read", target=session, about=session.supervisee_id, at=at)
    return selectors.preparation_page(session=session, actor=actor)


@transaction.atomic
def read_agenda_of_children(*, session: SupervisionSession, actor: Actor, at: datetime) -> list[ToDiscuss]:
    """The children whom a session is to speak of, before it: what the worker typed of them may be among it."""
    return _noted(selectors.children_on_agenda(session, actor=actor), session, actor=actor, at=at)


@transaction.atomic
def read_children_to_discuss(*, session: SupervisionSession, actor: Actor, at: datetime) -> list[ToDiscuss]:
    """The children whom a session that was held spoke of, with what was prepared of each."""
    return _noted(selectors.children_to_discuss(session, actor=actor), session, actor=actor, at=at)


def _noted(children: list[ToDiscuss], session: SupervisionSession, *, actor: Actor, at: datetime) -> list[ToDiscuss]:
    if session.supervisee_id != actor.staff_id and any(each.worry.version for each in children):
        trail.record(actor=actor, verb="worries.read", target=session, about=session.supervisee_id, at=at)
    return children


@transaction.atomic
def read_exception(*, asked: FrequencyException, actor: Actor, at: datetime) -> None:
    """Note in the trail that somebody is about to read why an exception was asked for."""
    if asked.supervisee_id != actor.staff_id:
        trail.record(actor=actor, verb="exception.read", target=asked, about=asked.supervisee_id, at=at)
