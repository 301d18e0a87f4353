"""Entering what happened to a child and demands a decision, and taking back what was entered by mistake."""

from datetime import date, datetime
from uuid import UUID

from django.db import transaction

from cases.access import check_can_change_child
from cases.models import Child
from cases.selectors import holding_of
from core.actor import Actor
from core.errors import NotAllowed, RuleBroken
from core.shortcuts import may
from supervision.models import ChildEvent
from supervision.oversight.selectors import triggers_on
from trail import services as trail


def check_can_enter_event(*, actor: Actor, child_id: UUID) -> None:
    """Enter what happened to a child: its worker, and who answers for it. Raises NotAllowed."""
    held = holding_of(child_id=child_id, on=actor.on)
    if any(each.holder_id == actor.staff_id for each in held.holdings):
        return
    if not may(check_can_change_child, actor, held.holdings, held=held.without_worker):
        raise NotAllowed("Only the child’s worker and the worker’s supervisor enter this.")


@transaction.atomic
def enter_event(*, child_id: UUID, trigger: str, on: date, actor: Actor, at: datetime) -> ChildEvent:
    """Enter that something happened to a child after which the policy wants a decision. Twice the same is one.

    Raises DoesNotExist, NotAllowed or RuleBroken.
    """
    child = Child.objects.visible_to(actor).select_for_update(of=("self",), no_key=True).get(pk=child_id)
    check_can_enter_event(actor=actor, child_id=child.pk)
    asked = triggers_on(actor.on)
    known = next((each for each in asked.entered if each.id == trigger), None) if asked else None
    if known is None:
        raise RuleBroken("Choose what happened.", field="trigger")
    if on > actor.on:
        raise RuleBroken("This day lies ahead. Enter it when the day has come.", field="on")
    if not child.episodes.live(on).exists() or child.episodes.filter(
        closed_in_error=False, ends_on__gt=on, ends_on__lte=actor.on
    ):
        raise RuleBroken("The child’s case was not open on this day.", field="on")
    if same := ChildEvent.objects.standing().filter(child=child, trigger=trigger, on=on).first():
        return same
    event = ChildEvent.objects.create(
        child=child, trigger=trigger, label=known.label, on=on, recorded_by_id=actor.staff_id, recorded_at=at
    )
    trail.record(actor=actor, verb="child.event_entered", target=child, at=at, event=trigger, on=on.isoformat())
    return event


@transaction.atomic
def withdraw_event(*, event_id: UUID, actor: Actor, at: datetime) -> ChildEvent:
    """Take back what was entered by mistake: it stays, and is shown as withdrawn. Raises DoesNotExist or NotAllowed."""
    event = ChildEvent.objects.visible_to(actor).select_for_update(of=("self",), no_key=True).get(pk=event_id)
    check_can_enter_event(actor=actor, child_id=event.child_id)
    if event.withdrawn_at is None:
        event.withdrawn_at, event.withdrawn_by_id = at, actor.staff_id
        event.save(update_fields=["withdrawn_at", "withdrawn_by"])
        trail.record(actor=actor, verb="child.event_withdrawn", target=event.child, at=at, event=event.trigger)
    return event
