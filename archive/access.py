"""Who may do what in the archive. What one may know of is said by ``visible_to``."""

from uuid import UUID

from archive.models import Leaving
from core.actor import Actor, Role
from core.errors import NotAllowed
from staff.models import Custody


def check_is_archivist(actor: Actor) -> None:
    """The archive is HR's, with that hat on. Raises NotAllowed."""
    if actor.hat is not Role.HR:
        raise NotAllowed("Only HR reads the archive. Put that hat on first, if it is yours.")


def check_can_open(actor: Actor, person_id: UUID) -> None:
    """HR opens what it has in custody, and never its own file, former ones included. Raises NotAllowed."""
    check_is_archivist(actor)
    if not Custody.objects.filter(person_id=person_id, starts_on__lte=actor.on).exists():
        raise NotAllowed("The archive does not hold this person’s file.")
    own = Leaving.objects.standing().filter(person_id=person_id, returned_as_id=actor.staff_id)
    if person_id == actor.staff_id or own.exists():
        raise NotAllowed("This file is about you. Somebody else of HR opens it.")


def check_has_opened(actor: Actor, person_id: UUID) -> None:
    """Whether the actor opened this file today, for a purpose. Raises NotAllowed."""
    check_is_archivist(actor)
    if person_id not in actor.archived_people:
        raise NotAllowed("Open this file first, and say what for. It stays open for the day.")
