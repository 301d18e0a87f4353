"""Who may change children's facts: the supervisor of a holder, and the manager who holds a child without a worker."""

from collections.abc import Collection
from uuid import UUID

from cases.rules import Held, Holding
from core.actor import Actor
from core.errors import NotAllowed


def check_can_open(actor: Actor) -> None:
    """Open a case: whoever supervises somebody, or leads (sight: supervisor of the holder). Raises NotAllowed."""
    if not actor.supervises and not actor.manages:
        raise NotAllowed("Only supervisors and managers add children and say who works with them.")


def check_can_change_child(actor: Actor, holdings: Collection[Holding], *, held: Held | None = None) -> None:
    """Plan types, allocation, interval, closing: a holder's supervisor, or against whom it stands. Raises NotAllowed.

    ``held``: what holds while nobody works with the child. Nobody does it for a child of one's own as a worker.
    """
    supervised = any(each.holder_id in actor.supervises for each in holdings)
    if not supervised and not (held and actor.staff_id in held.against):
        raise NotAllowed("Only the supervisor of the worker, or the manager who holds the child, can change this.")


def check_can_give_to(actor: Actor, holder_id: UUID, *, to_hold: bool = True) -> None:
    """A child goes to somebody whom one supervises or is above; or a manager holds it for want of one. Raises NotAllowed.

    ``to_hold``: whether it may go to oneself.
    """
    if to_hold and holder_id == actor.staff_id:
        check_can_hold(actor)
        return
    if holder_id not in actor.supervises | actor.manages | actor.next_up_for:
        raise NotAllowed("Choose somebody whom you supervise or manage.")


def check_can_hold(actor: Actor) -> None:
    """Hold a child for want of a worker: whoever manages somebody. Raises NotAllowed."""
    if not actor.manages:
        raise NotAllowed("Only a manager holds a child without a worker.")


def stands_as(actor: Actor, holders: Collection[UUID]) -> str:
    """By which relation to its holders the actor reads or changes what is of a child, for the trail."""
    if actor.staff_id in holders:
        return "holds what nobody works with"
    known = [relation for each in sorted(holders) if (relation := actor.relation_to(each)) != "colleague"]
    return known[0] if known else "colleague"
