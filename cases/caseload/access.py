"""Who says why somebody holds more than the guide."""

from uuid import UUID

from core.actor import Actor
from core.errors import NotAllowed


def check_can_see_load(actor: Actor, person_id: UUID) -> None:
    """What somebody holds: oneself, whoever supervises that person, and the next up. Raises NotAllowed."""
    if person_id != actor.staff_id and person_id not in actor.supervises | actor.next_up_for:
        raise NotAllowed("Only the worker, the supervisor and the manager above see what a worker holds.")


def check_can_say_why(actor: Actor, person_id: UUID) -> None:
    """Whoever supervises somebody, and the next up; nobody for oneself. Raises NotAllowed."""
    if person_id == actor.staff_id or person_id not in actor.supervises | actor.next_up_for:
        raise NotAllowed("Only the supervisor, or the manager above, says why a caseload is above the guide.")
