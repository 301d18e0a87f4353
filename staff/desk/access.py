"""Who asks the register for everybody."""

from core.actor import Actor, Role
from core.errors import NotAllowed


def check_can_keep_desk(actor: Actor) -> None:
    """HR, with that hat on, who read everybody's registration (sight: folder). Raises NotAllowed."""
    if actor.hat is not Role.HR:
        raise NotAllowed("Only HR checks everybody against the register. Put that hat on first, if it is yours.")
