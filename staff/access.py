"""Who may change people, line and supervision."""

from collections.abc import Callable

from core.actor import Actor, Role
from core.errors import NotAllowed
from staff.models import ManagementLine, StaffMember


def may(check: Callable[..., None], *args: object) -> bool:
    """Whether a check would pass: for buttons."""
    try:
        check(*args)
    except NotAllowed:
        return False
    return True


def check_can_invite(actor: Actor) -> None:
    """Only a system administrator, with that hat on, invites. Raises NotAllowed."""
    if actor.hat is not Role.SYSTEM_ADMINISTRATOR:
        raise NotAllowed("Only a system administrator invites people. Put that hat on first, if it is yours.")


def check_can_confirm_line(actor: Actor, line: ManagementLine) -> None:
    """Only the manager who was named confirms. Raises NotAllowed."""
    if line.manager_id != actor.staff_id:
        raise NotAllowed("Only the manager who was named can confirm this.")


def check_can_change_supervisor(actor: Actor, person: StaffMember) -> None:
    """The line manager, the supervisor's line manager and those above set who supervises. Raises NotAllowed."""
    if person.pk == actor.staff_id:
        raise NotAllowed("You cannot choose your own supervisor. Your line manager does that.")
    if person.pk not in actor.manages | actor.next_up_for | actor.above_for:
        raise NotAllowed("Only this person's line manager, or someone above in the line, can change the supervisor.")


def check_can_read_relations(actor: Actor, person: StaffMember) -> None:
    """Line and relationships: oneself, one's own line, and the hats that the table names. Raises NotAllowed."""
    near = actor.supervises | actor.manages | actor.next_up_for | actor.above_for
    if person.pk != actor.staff_id and person.pk not in near and actor.hat is None:
        raise NotAllowed("Only this person and their own line see this.")
