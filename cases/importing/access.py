"""Who brings children from the case system."""

from core.actor import Actor, Role
from core.errors import NotAllowed


def check_can_import(actor: Actor) -> None:
    """Only a system administrator, with that hat on, imports (sight: imports). Raises NotAllowed."""
    if actor.hat is not Role.SYSTEM_ADMINISTRATOR:
        raise NotAllowed("Only a system administrator imports children. Put that hat on first, if it is yours.")
