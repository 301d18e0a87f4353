"""Who decides about the scanning of files."""

from core.actor import Actor, Role
from core.errors import NotAllowed


def check_can_choose_about_scans(actor: Actor) -> None:
    """Only a system administrator, with that hat on; sees figures alone, no file and no name of one. Raises NotAllowed."""
    if actor.hat is not Role.SYSTEM_ADMINISTRATOR:
        raise NotAllowed(
            "Only a system administrator decides how files are scanned. Put that hat on first, if it is yours."
        )
