"""Writes of feedback: an observation entered as held, which opens its draft; the observer's signature."""

from datetime import date, datetime
from uuid import UUID

from django.db import transaction

from audits.models import Observation
from audits.observing import access, rules, selectors, services
from audits.observing.duties import counts_for
from audits.observing.feedback.selectors import PURPOSES, feedback_context
from core.actor import Actor
from core.clock import date_of
from core.errors import RuleBroken
from policies.selectors import form_for, policy_to_write_by
from records import services as records
from records.models import Part, Record
from records.rules import Kind
from records.services import Evidence
from staff.challenge import Challenge
from supervision.models import SupervisionSession
from trail import services as trail


@transaction.atomic
def hold(*, observation_id: UUID, on: date, actor: Actor, at: datetime) -> Observation:
    """Enter that an observation was held, and open the draft of its feedback on the policy's form.

    Raises NotAllowed, or RuleBroken: not everybody agreed, the day has not come, the session was called off, or it was
    entered already.
    """
    observation = services.lock(observation_id, actor)
    access.check_observes(actor, observation)
    rules.check_open(held=observation.held_on is not None, given_up=observation.given_up_at is not None)
    said = selectors.said_of(observation.consents.order_by("said_at", "pk"))
    rules.check_agreed(selectors.asked_for(observation), said, selectors.names_of(observation))
    rules.check_held_on(on, asked_on=date_of(observation.planned_at), today=actor.on)
    _check_session(observation, on)
    counts = counts_for(
        kind=observation.kind,
        observer_id=observation.observer_id,
        observed_id=observation.observed_id,
        on=on,
        observation_id=observation.pk,
    )
    observation.held_on, observation.record = on, _open_draft(observation, on, actor=actor, at=at)
    observation.duty, observation.starts_on, observation.ends_on = counts.duty, counts.starts_on, counts.ends_on
    observation.save(update_fields=["held_on", "record", "duty", "starts_on", "ends_on"])
    trail.record(
        actor=actor,
        verb="observation.held",
        target=observation,
        about=observation.observed_id,
        at=at,
        on=on.isoformat(),
    )
    return observation


def _check_session(observation: Observation, on: date) -> None:
    """A session that did not take place was not observed; one that did was on its day. Raises RuleBroken."""
    session = observation.session if observation.kind == Observation.Kind.SUPERVISION else None
    if session is None:
        return
    if session.status in (SupervisionSession.Status.CANCELLED, SupervisionSession.Status.DID_NOT_ATTEND):
        raise RuleBroken("That session did not take place. Move this to another session, or give it up.", field="on")
    if session.on != on:
        raise RuleBroken(f"The session is in the diary for {session.on:%-d %B %Y}. Check the date.", field="on")


def _open_draft(observation: Observation, on: date, *, actor: Actor, at: datetime) -> Record:
    policy = policy_to_write_by(actor.on)
    template = form_for(policy, PURPOSES[Observation.Kind(observation.kind)], categories=())
    begun = {
        section.id: {field.id: observation.activity}
        for section in template.sections
        for field in section.fields
        if field.id == "activity" and observation.activity
    }
    return records.open_examination(
        kind=Kind.OBSERVATION,
        subject_id=observation.observed_id,
        template=template,
        policy_slug=policy.id,
        policy_version=policy.version,
        title=f"{observation.get_kind_display()}, {on:%-d %B %Y}",
        values=begun,
        actor=actor,
        at=at,
    )


@transaction.atomic
def sign_feedback(
    *, observation_id: UUID, shown: str, challenge: Challenge | None, evidence: Evidence, actor: Actor, at: datetime
) -> Part:
    """Sign the feedback as its observer; the observed reads it from then on, and signs or sends it back.

    Raises what ``records.services.sign_text`` raises, and RuleBroken before the observation is held.
    """
    observation = services.lock(observation_id, actor)
    if observation.record_id is None:
        raise RuleBroken("This observation was not held yet.")
    record = Record.objects.visible_to(actor).with_parts().get(pk=observation.record_id)
    context = feedback_context(observation=observation, record=record, on=actor.on)
    return records.sign_text(
        record_id=record.pk,
        shown=shown,
        facts=context.facts,
        late=context.late,
        given=context.given,
        also=context.also,
        challenge=challenge,
        evidence=evidence,
        actor=actor,
        at=at,
    )
