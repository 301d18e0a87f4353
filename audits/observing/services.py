"""Writes to observations before their feedback is signed: planned, answered, moved, given up; read, noted first."""

from collections.abc import Iterable
from datetime import date, datetime
from typing import Any
from uuid import UUID

from django.db import transaction
from django.urls import reverse

from audits.models import Observation, ObservationConsent, ObservationMove
from audits.observing import access, rules, selectors
from audits.observing.duties import counts_for
from audits.observing.selectors import ObservationPage
from core.actor import Actor
from core.errors import RuleBroken
from outbox.services import enqueue
from staff.models import StaffMember
from trail import services as trail

NO_SUCH_SESSION = "This session is no longer booked, or not yours to observe. Choose another."


@transaction.atomic
def plan_supervision(*, observed_id: UUID, session_id: UUID, actor: Actor, at: datetime) -> Observation:
    """Plan to observe somebody's supervision in a booked session; both of them are asked whether they agree.

    Raises NotAllowed, or RuleBroken where the session is not booked any more, or is planned to be observed already.
    """
    person = _lock_person(observed_id, actor)
    access.check_can_observe(actor, person)
    sessions = selectors.sessions_to_observe(person_id=person.pk, actor=actor)
    session = next((one for one in sessions if one.pk == session_id), None)
    if session is None:
        raise RuleBroken(NO_SUCH_SESSION, field="session_id")
    if Observation.objects.standing().filter(session=session, kind=Observation.Kind.SUPERVISION).exists():
        raise RuleBroken("An observation of this session is planned already. Choose another.", field="session_id")
    return _plan(
        Observation.Kind.SUPERVISION,
        person,
        session.on,
        actor=actor,
        at=at,
        session=session,
        practitioner=session.supervisee,
    )


@transaction.atomic
def plan_practice(
    *, observed_id: UUID, activity: str, on: date, child_id: UUID | None, actor: Actor, at: datetime
) -> Observation:
    """Plan to observe somebody's direct work; the worker is asked, and asks the family where a child is named.

    Raises NotAllowed, or RuleBroken with the field.
    """
    person = _lock_person(observed_id, actor)
    access.check_can_observe(actor, person)
    if not activity:
        raise RuleBroken("Say what will be observed.", field="activity")
    rules.check_planned_on(on, today=actor.on)
    children = {child.pk for child in selectors.children_to_name(person_id=person.pk, actor=actor)}
    if child_id is not None and child_id not in children:
        raise RuleBroken(f"{person.name} does not work with this child any more. Choose another.", field="child_id")
    return _plan(Observation.Kind.PRACTICE, person, on, actor=actor, at=at, activity=activity, child_id=child_id)


def _plan(kind: str, person: StaffMember, on: date, *, actor: Actor, at: datetime, **about: Any) -> Observation:
    counts = counts_for(kind=kind, observer_id=actor.staff_id, observed_id=person.pk, on=on)
    made = Observation.objects.create(
        kind=kind,
        observer_id=actor.staff_id,
        observed=person,
        planned_on=on,
        planned_by_id=actor.staff_id,
        planned_at=at,
        duty=counts.duty,
        starts_on=counts.starts_on,
        ends_on=counts.ends_on,
        **about,
    )
    trail.record(
        actor=actor, verb="observation.planned", target=made, about=person.pk, at=at, kind=kind, on=on.isoformat()
    )
    for person_id in selectors.asked_for(made).people:
        _tell(made, person_id, kind="answer_wanted", key=f"{made.pk}/asked")
    return made


@transaction.atomic
def answer(*, observation_id: UUID, agreed: bool, words: str, actor: Actor, at: datetime) -> ObservationConsent:
    """Say whether one agrees to be observed; the last answer counts, until it is held. The observer is told.

    Raises NotAllowed, or RuleBroken once it is held or given up.
    """
    observation = lock(observation_id, actor)
    access.check_is_asked(actor, observation)
    return _consent(observation, actor.staff_id, agreed=agreed, words=words, actor=actor, at=at)


@transaction.atomic
def note_family(*, observation_id: UUID, agreed: bool, words: str, actor: Actor, at: datetime) -> ObservationConsent:
    """Note what the family said to the worker who asked them. Raises as above."""
    observation = lock(observation_id, actor)
    access.check_speaks_with_family(actor, observation)
    return _consent(observation, None, agreed=agreed, words=words, actor=actor, at=at)


def _consent(
    observation: Observation, person_id: UUID | None, *, agreed: bool, words: str, actor: Actor, at: datetime
) -> ObservationConsent:
    _check_open(observation)
    made = ObservationConsent.objects.create(
        observation=observation,
        person_id=person_id,
        agreed=agreed,
        words=words,
        said_by_id=actor.staff_id,
        said_at=at,
    )
    trail.record(
        actor=actor,
        verb="observation.answered",
        target=observation,
        about=observation.observed_id,
        at=at,
        agreed=agreed,
        family=person_id is None,
    )
    _tell(observation, observation.observer_id, kind="matter_answered", key=str(made.pk))
    return made


@transaction.atomic
def move(*, observation_id: UUID, on: date, reason: str, actor: Actor, at: datetime) -> Observation:
    """Move an observation of practice to another day, with the reason; who agreed has agreed still. All are told.

    Raises NotAllowed or RuleBroken with the field.
    """
    observation = lock(observation_id, actor)
    access.check_observes(actor, observation)
    if observation.kind != Observation.Kind.PRACTICE:
        raise RuleBroken("This observation moves with its session: choose another session.")
    rules.check_planned_on(on, today=actor.on)
    return _move(observation, on, reason, actor=actor, at=at)


@transaction.atomic
def move_to_session(*, observation_id: UUID, session_id: UUID, reason: str, actor: Actor, at: datetime) -> Observation:
    """Observe another booked session of the same two people, with the reason. Raises as above."""
    observation = lock(observation_id, actor)
    access.check_observes(actor, observation)
    sessions = selectors.sessions_to_move_to(observation=observation, actor=actor)
    session = next((one for one in sessions if one.pk == session_id), None)
    if session is None:
        raise RuleBroken(NO_SUCH_SESSION, field="session_id")
    observation.session = session
    return _move(observation, session.on, reason, actor=actor, at=at)


def _move(observation: Observation, on: date, reason: str, *, actor: Actor, at: datetime) -> Observation:
    _check_open(observation)
    if on == observation.planned_on:
        raise RuleBroken("That is the day that it has already.", field="on")
    rules.check_reason(reason, "Say why it moves.")
    moved = ObservationMove.objects.create(
        observation=observation,
        from_on=observation.planned_on,
        to_on=on,
        reason=reason,
        moved_by_id=actor.staff_id,
        moved_at=at,
    )
    counts = counts_for(
        kind=observation.kind,
        observer_id=observation.observer_id,
        observed_id=observation.observed_id,
        on=on,
        observation_id=observation.pk,
    )
    observation.planned_on = on
    observation.duty, observation.starts_on, observation.ends_on = counts.duty, counts.starts_on, counts.ends_on
    observation.save(update_fields=["planned_on", "session", "duty", "starts_on", "ends_on"])
    trail.record(
        actor=actor,
        verb="observation.moved",
        target=observation,
        about=observation.observed_id,
        at=at,
        was=moved.from_on.isoformat(),
        on=on.isoformat(),
    )
    _tell_others(observation, actor, key=str(moved.pk))
    return observation


@transaction.atomic
def give_up(*, observation_id: UUID, reason: str, actor: Actor, at: datetime) -> Observation:
    """Give up an observation that was not held, with the reason. All are told. Raises NotAllowed or RuleBroken."""
    observation = lock(observation_id, actor)
    access.check_observes(actor, observation)
    _check_open(observation)
    rules.check_reason(reason, "Say why it is given up.")
    observation.given_up_at, observation.given_up_because = at, reason
    observation.save(update_fields=["given_up_at", "given_up_because"])
    trail.record(actor=actor, verb="observation.given_up", target=observation, about=observation.observed_id, at=at)
    _tell_others(observation, actor, key=f"{observation.pk}/given-up")
    return observation


@transaction.atomic
def speak_in(*, observation_id: UUID, session_id: UUID | None, actor: Actor, at: datetime) -> Observation:
    """Say in which session an observation of practice is spoken of; None: in none yet. Raises NotAllowed or RuleBroken."""
    observation = lock(observation_id, actor)
    access.check_can_link_session(actor, observation)
    sessions = {one.pk for one in selectors.sessions_to_speak_in(observation=observation, actor=actor)}
    if session_id is not None and session_id not in sessions:
        raise RuleBroken("Choose one of these sessions.", field="session_id")
    observation.session_id = session_id
    observation.save(update_fields=["session"])
    trail.record(
        actor=actor,
        verb="observation.linked",
        target=observation,
        about=observation.observed_id,
        at=at,
        session=session_id,
    )
    return observation


@transaction.atomic
def read_observation(*, observation: Observation, actor: Actor, at: datetime) -> ObservationPage:
    """One observation with what those concerned said, its reading noted."""
    if actor.staff_id not in (observation.observed_id, observation.practitioner_id):
        trail.record(actor=actor, verb="observation.read", target=observation, about=observation.observed_id, at=at)
    return selectors.observation_page(observation=observation, actor=actor)


def lock(observation_id: UUID, actor: Actor) -> Observation:
    """The visible observation with its row locked: whoever answers, moves or holds it waits here for the other."""
    rows = Observation.objects.visible_to(actor).with_people()
    return rows.select_for_update(of=("self",), no_key=True).get(pk=observation_id)


def _lock_person(person_id: UUID, actor: Actor) -> StaffMember:
    people = StaffMember.objects.visible_to(actor).select_for_update(of=("self",), no_key=True)
    return people.get(pk=person_id)


def _check_open(observation: Observation) -> None:
    rules.check_open(held=observation.held_on is not None, given_up=observation.given_up_at is not None)


def _tell_others(observation: Observation, actor: Actor, *, key: str) -> None:
    people: Iterable[UUID | None] = (observation.observed_id, observation.practitioner_id)
    for person_id in people:
        if person_id and person_id != actor.staff_id:
            _tell(observation, person_id, kind="observation_changed", key=key)


def _tell(observation: Observation, person_id: UUID, *, kind: str, key: str) -> None:
    path = reverse("audits:observation-detail", kwargs={"observation_id": observation.pk})
    enqueue("notifications.tasks.notify", person_id=person_id, kind=kind, key=key, path=path)
