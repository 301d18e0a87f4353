"""What every change of a child's facts does: hold the child, look at who may, end what held, write the log."""

from collections.abc import Collection
from datetime import date, datetime
from typing import Any
from uuid import UUID

from cases import access, selectors
from cases.models import Child
from core.actor import Actor
from core.clock import date_of
from core.dated import DatedQuerySet
from core.errors import RuleBroken
from trail import services as trail


def lock(child_id: UUID, actor: Actor) -> tuple[Child, list[UUID]]:
    """The child, locked, and who holds it. Raises NotAllowed."""
    child = Child.objects.visible_to(actor).select_for_update(of=("self",), no_key=True).get(pk=child_id)
    held = selectors.holding_of(child_id=child.pk, on=actor.on)
    access.check_can_change_child(actor, held.holdings, held=held.without_worker)
    return child, [each.holder_id for each in held.holdings]


def opened_on(child: Child) -> date:
    """Since when the child's case is open. Raises RuleBroken."""
    found: date | None = child.episodes.filter(ends_on=None).values_list("starts_on", flat=True).first()
    if found is None:
        raise RuleBroken("This child’s case is closed.")
    return found


def end(facts: DatedQuerySet, *, on: date, at: datetime, field: str = "starts_on") -> None:
    """End what holds on a day; what began on that very day is taken back, and the trail keeps it.

    Only what was entered today is taken back: what stood longer has been relied on. Raises RuleBroken.
    """
    check_nothing_later(facts, than=on, field=field)
    begun = facts.filter(starts_on=on)
    if begun.exclude(recorded_at__date=date_of(at)).exists():
        raise RuleBroken(
            f"Something from {on:%-d %B %Y} on was entered on an earlier day, and stays. Choose a later day.",
            field=field,
        )
    begun.delete()
    facts.open(on).update(ends_on=on, end_recorded_at=at)


def check_nothing_later(facts: DatedQuerySet, *, than: date, field: str = "starts_on") -> None:
    """Facts are changed in the order of their days. Raises RuleBroken."""
    latest = facts.order_by("-starts_on").values_list("starts_on", flat=True).first()
    if latest and latest > than:
        raise RuleBroken(f"Something from {latest:%-d %B %Y} on is entered already. Choose a later day.", field=field)


def note(verb: str, child: Child, actor: Actor, at: datetime, people: Collection[UUID], **detail: Any) -> None:
    """A line of the log for each of the people whose child it is, or was."""
    said = {name: value.isoformat() if isinstance(value, date) else value for name, value in detail.items()}
    via = access.stands_as(actor, set(people))
    for person_id in sorted(people):
        trail.record(actor=actor, verb=verb, target=child, about=person_id, at=at, via=via, **said)
