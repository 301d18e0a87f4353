"""Who reads what can be learned, and of whom."""

from uuid import UUID

from core.actor import Actor, Role
from core.errors import NotAllowed


def sees_everybody(actor: Actor) -> bool:
    """The principal social worker, with that hat on."""
    return actor.hat is Role.PRINCIPAL_SOCIAL_WORKER


def check_can_learn(actor: Actor) -> None:
    """The principal social worker, and managers above supervisors, without another hat. Raises NotAllowed."""
    if not sees_everybody(actor) and (actor.hat or not actor.next_up_for | actor.above_for):
        raise NotAllowed(
            "What is learned from audits is for managers above supervisors, and the principal social worker."
        )


def people_of(actor: Actor) -> frozenset[UUID] | None:
    """Of whose supervision the figures are: of the people of the actor's line, the actor never; None: of everybody."""
    if sees_everybody(actor):
        return None
    return (actor.supervises | actor.manages | actor.next_up_for | actor.above_for) - {actor.staff_id}
