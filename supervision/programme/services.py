"""Writes to programmes: a review recorded, an agreement joined, an entry corrected. The person is told."""

from datetime import date, datetime
from uuid import UUID

from django.db import transaction
from django.urls import reverse

from core.actor import Actor
from core.errors import NotAllowed, RuleBroken
from outbox.services import enqueue
from policies.rules.programme import needs_both
from staff.access import check_not_frozen
from staff.models import StaffMember
from supervision import access
from supervision.models import RecordedEvent
from supervision.programme import rules
from supervision.programme.selectors import standing_events
from supervision.selectors.programmes import steps_of
from trail import services as trail


@transaction.atomic
def record_event(*, person_id: UUID, what: str, on: date, actor: Actor, at: datetime) -> RecordedEvent:
    """Record what a phase of the person's programme waits for, or that progress was reviewed; the person is told.

    Raises NotAllowed for anybody who does not supervise the person, or RuleBroken where no phase waits for it, or the
    same is recorded of that day.
    """
    person = _lock(person_id, actor)
    access.check_is_supervisor(actor, person.pk)
    wanted = {each.key: each for each in rules.recordable(steps_of(person_id=person.pk, on=actor.on))}
    if what not in wanted:
        raise RuleBroken("No phase waits for this now. Choose again.", field="what")
    one = wanted[what]
    rules.check_day(on, today=actor.on, since=one.since)
    if any(each.on == on or needs_both(one.event) for each in standing_events(person_id=person.pk, event=one.event)):
        raise RuleBroken("This is recorded already. Correct that entry instead.", field="on")
    made = RecordedEvent.objects.create(
        person=person,
        event=one.event,
        on=on,
        ends_phase=one.ends_phase,
        recorded_by_id=actor.staff_id,
        recorded_at=at,
    )
    _note("programme.recorded", made, actor, at)
    _tell(made, actor, to=person.pk)
    return made


@transaction.atomic
def agree_event(*, event_id: UUID, actor: Actor, at: datetime) -> RecordedEvent:
    """The person records the same day as the supervisor did; from then on the agreement counts (R325).

    Raises NotAllowed for anybody else, or RuleBroken where there is nothing to agree to.
    """
    event = RecordedEvent.objects.visible_to(actor).get(pk=event_id)
    _lock(event.person_id, actor)
    if event.person_id != actor.staff_id:
        raise NotAllowed("Only the person whose programme this is agrees to it.")
    standing = standing_events(person_id=event.person_id, event=event.event)
    others = [each for each in standing if each.pk == event.pk and each.recorded_by_id != actor.staff_id]
    if not others or not needs_both(event.event):
        raise RuleBroken("There is nothing to agree to here any more.")
    if any(each.on == event.on and each.recorded_by_id == actor.staff_id for each in standing):
        raise RuleBroken("You have agreed to this already.")
    made = RecordedEvent.objects.create(
        person_id=event.person_id, event=event.event, on=event.on, recorded_by_id=actor.staff_id, recorded_at=at
    )
    _note("programme.agreed", made, actor, at)
    _tell(made, actor, to=event.recorded_by_id)
    return made


@transaction.atomic
def correct_event(*, event_id: UUID, on: date | None, actor: Actor, at: datetime) -> RecordedEvent:
    """Put another day in the place of the one recorded; None: it was not so. What stood there stays in the database.

    Raises NotAllowed, or RuleBroken for a day to come, or where it was corrected already.
    """
    event = RecordedEvent.objects.visible_to(actor).get(pk=event_id)
    _lock(event.person_id, actor)
    access.check_is_supervisor(actor, event.person_id)
    if on:
        rules.check_day(on, today=actor.on, since=None)
    if RecordedEvent.objects.filter(corrects=event).exists():
        raise RuleBroken("This was corrected already. Look at what stands there now.")
    made = RecordedEvent.objects.create(
        person_id=event.person_id,
        event=event.event,
        on=on,
        ends_phase=event.ends_phase,
        corrects=event,
        recorded_by_id=actor.staff_id,
        recorded_at=at,
    )
    _note("programme.corrected", made, actor, at)
    _tell(made, actor, to=event.person_id)
    return made


def _lock(person_id: UUID, actor: Actor) -> StaffMember:
    people = StaffMember.objects.visible_to(actor).select_for_update(of=("self",), no_key=True)
    person = people.get(pk=person_id)
    check_not_frozen(person.pk)
    return person


def _note(verb: str, made: RecordedEvent, actor: Actor, at: datetime) -> None:
    trail.record(
        actor=actor,
        verb=verb,
        target=made,
        about=made.person_id,
        at=at,
        event=made.event,
        on=made.on.isoformat() if made.on else "",
        ends_phase=made.ends_phase,
    )


def _tell(made: RecordedEvent, actor: Actor, *, to: UUID) -> None:
    """Tell who did not do it; an agreement asks the person for an answer."""
    if to == actor.staff_id:
        return
    asks = needs_both(made.event) and to == made.person_id and made.on is not None
    path = reverse("supervision:programme", kwargs={"person_id": made.person_id})
    kind = "answer_wanted" if asks else "relations_changed"
    enqueue("notifications.tasks.notify", person_id=to, kind=kind, key=str(made.pk), path=path)
