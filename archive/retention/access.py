"""Who decides on what is kept: HR, and always a second person, who is another of HR, or above."""

from uuid import UUID

from archive.models.retention import sees_retention
from core.actor import Actor, Role
from core.errors import NotAllowed


def check_can_see(actor: Actor) -> None:
    """Rules, holds, lists and certificates: HR with that hat on, and those who may be the second person."""
    if not sees_retention(actor):
        raise NotAllowed("HR decides on what is kept. Put that hat on if it is yours.")


def check_can_decide(actor: Actor, *, about: UUID | None = None) -> None:
    """Setting a rule, placing a hold, reviewing: HR, and of one's own file nobody."""
    if actor.hat is not Role.HR:
        raise NotAllowed("HR decides on what is kept. Put that hat on if it is yours.")
    if about == actor.staff_id:
        raise NotAllowed("Nobody decides on their own file.")


def check_can_hold(actor: Actor) -> None:
    """Placing a hold: HR or the director’s office, since it only ever keeps."""
    check_can_see(actor)


def check_is_second(actor: Actor, *, first: UUID, about: UUID | None = None) -> None:
    """Confirming a rule, lifting a hold, approving a destruction: somebody else of HR, an assistant director, the director.

    Never who said it first, and never whom it is about.
    """
    check_can_see(actor)
    if actor.staff_id in (first, about):
        raise NotAllowed("It takes a second person: somebody who neither asked for this nor is in the file.")
