"""Who may say when somebody was last supervised, or a child last discussed, before this product was there."""

from core.actor import Actor, Role
from core.errors import NotAllowed


def check_can_import(actor: Actor) -> None:
    """Files of opening dates: the system administrator, with that hat on (sight: imports). Raises NotAllowed."""
    if actor.hat is not Role.SYSTEM_ADMINISTRATOR:
        raise NotAllowed("Only a system administrator brings opening dates in. Put that hat on first, if it is yours.")
