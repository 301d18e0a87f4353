"""Who sets a last day, who works the list off, and who completes it."""

from archive.models import Leaving
from core.actor import Actor, Role
from core.errors import NotAllowed
from staff.models import StaffMember


def check_is_hr(actor: Actor) -> None:
    """Last days, completing, and who came back: HR, with that hat on (sight: leaver dates). Raises NotAllowed."""
    if actor.hat is not Role.HR:
        raise NotAllowed("Only HR does this. Put that hat on first, if it is yours.")


def check_can_set(actor: Actor, person: StaffMember) -> None:
    """HR, of somebody of this authority, never of oneself: the list would be one's own to complete. Raises NotAllowed."""
    check_is_hr(actor)
    if person.pk == actor.staff_id:
        raise NotAllowed("Somebody else of HR sets your last day.")
    if person.organisation:
        raise NotAllowed("This person works for another organisation. What they were let in for ends by its own date.")


def check_can_confirm(actor: Actor, leaving: Leaving) -> None:
    """What came back is confirmed by whoever took it: HR, the supervisor, the manager, who finishes. Raises NotAllowed.

    Never by whoever leaves. Who sees the leaving at all, ``visible_to`` says.
    """
    if leaving.person_id == actor.staff_id:
        raise NotAllowed("Somebody else confirms what you gave back: your supervisor, your manager, or HR.")


def sees_links(actor: Actor, leaving: Leaving) -> bool:
    """Whether the rows lead to where they are mended: for all but HR, who sees that there is something, and no more."""
    return actor.hat is not Role.HR or leaving.person.finisher_id == actor.staff_id
