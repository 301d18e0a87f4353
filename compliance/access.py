"""Who may read what about due dates."""

from collections.abc import Collection
from uuid import UUID

from core.actor import Actor, Role
from core.errors import NotAllowed


def check_can_read_why(actor: Actor, person_id: UUID) -> None:
    """More than a name and a date: oneself, who supervises or manages, and next up (sight: due dates, status, why).

    Higher in the line, and for the principal social worker, it is names and dates. Raises NotAllowed.
    """
    if person_id != actor.staff_id and person_id not in actor.supervises | actor.manages | actor.next_up_for:
        raise NotAllowed("You see who is overdue and since when. The reason is for this person's own line.")


def check_can_see_invited(actor: Actor) -> None:
    """Who was invited and has not signed in is the system administrator's, with that hat on. Raises NotAllowed."""
    if actor.hat is not Role.SYSTEM_ADMINISTRATOR:
        raise NotAllowed(
            "Only a system administrator sees who has not signed in. Put that hat on first, if it is yours."
        )


def check_can_answer(actor: Actor, *, told: Collection[UUID]) -> None:
    """A notice of dates that cannot be kept is answered by those who were told. Raises NotAllowed."""
    if actor.staff_id not in told:
        raise NotAllowed("Those who were told answer it. You told them.")
