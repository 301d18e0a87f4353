"""Days on which the whole authority does not work, added after the policy was written."""

from datetime import date, datetime
from uuid import UUID

from django.db import IntegrityError, transaction

from core.actor import Actor
from core.errors import RuleBroken
from policies import access
from policies.models import DayOff
from policies.rules import words
from policies.selectors import policy_in_force
from trail import services as trail


@transaction.atomic
def add_day_off(*, on: date, kind: str, reason: str, actor: Actor, at: datetime) -> DayOff:
    """Add a one-off bank holiday or a closure day, today or later. Every calendar goes by it from the next page on.

    Raises NotAllowed, or RuleBroken for a day that has passed or is off already.
    """
    access.check_can_change_days_off(actor)
    if on < actor.on:
        raise RuleBroken("This day has passed: what was due before stays due. Choose today or a later day.", field="on")
    policy = policy_in_force(actor.on)
    if policy and on in policy.calendar.days_off:
        raise RuleBroken(f"{words.day(on)} is a day off already.", field="on")
    try:
        with transaction.atomic():
            day = DayOff.objects.create(
                on=on, kind=kind, reason=reason, added_at=at, added_by_id=actor.staff_id, added_by_name=actor.name
            )
    except IntegrityError as error:
        raise RuleBroken(f"{words.day(on)} is a day off already.", field="on") from error
    trail.record(actor=actor, verb="day_off.added", target=day, at=at, on=str(on), kind=kind)
    return day


@transaction.atomic
def remove_day_off(*, day_id: UUID, actor: Actor, at: datetime) -> DayOff:
    """Take an added day back before it has come. Raises NotAllowed, or RuleBroken from the day itself on."""
    access.check_can_change_days_off(actor)
    day = DayOff.objects.select_for_update().get(pk=day_id)
    if day.removed_at:
        raise RuleBroken(f"{words.day(day.on)} was taken back already.")
    if not day.can_be_removed(actor.on):
        raise RuleBroken(f"{words.day(day.on)} has come: it stays as it was reckoned with.")
    day.removed_at, day.removed_by_id, day.removed_by_name = at, actor.staff_id, actor.name
    day.save(update_fields=["removed_at", "removed_by_id", "removed_by_name"])
    trail.record(actor=actor, verb="day_off.removed", target=day, at=at, on=str(day.on))
    return day
