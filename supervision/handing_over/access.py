"""Who sees a change of supervisor, and who writes its brief."""

from core.actor import Actor
from core.errors import NotAllowed
from supervision.handing_over.selectors import Change


def check_can_see(actor: Actor, change: Change) -> None:
    """What goes over: the supervisee, who supervises today, and next up. Raises NotAllowed.

    The new supervisor from the first day on, the former one until the last.
    """
    if change.person_id != actor.staff_id and change.person_id not in actor.supervises | actor.next_up_for:
        raise NotAllowed("Only the supervisee, their supervisor and the next manager up see what goes over.")


def check_can_write(actor: Actor, change: Change) -> None:
    """Write and sign the brief: who supervises until the change, and still does. Raises NotAllowed."""
    if change.former_id != actor.staff_id or change.person_id not in actor.supervises:
        raise NotAllowed("Only the supervisor until the change can write the hand-over brief.")
    if change.starts_on <= actor.on:
        raise NotAllowed("The change has taken place. The hand-over brief could be signed until the day before.")
