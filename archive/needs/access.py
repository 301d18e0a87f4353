"""Who may ask for sight for somebody, answer, end it, and let people from outside in."""

from archive.models import NeedToKnow
from archive.models.needs import ANSWERING_ROLES
from cases.models import Child
from core.actor import LEADING_ROLES, Actor, Role
from core.errors import NotAllowed
from staff.access import may_ask_for_sight


def check_can_ask(actor: Actor) -> None:
    """Who leads, HR and the principal social worker ask. Raises NotAllowed."""
    if not may_ask_for_sight(actor):
        raise NotAllowed(
            "Only somebody who leads a team or a service, HR and the principal social worker ask for this."
        )


def sees_titles(actor: Actor) -> bool:
    """Whether records are named with their titles: to those in the line; HR and others see kinds and days alone."""
    return actor.hat is None


def check_can_ask_about_child(actor: Actor, child: Child) -> None:
    """Of what there is of a child within one's sight, by somebody who leads. Raises NotAllowed."""
    if actor.hat is not None or not actor.roles & LEADING_ROLES:
        raise NotAllowed("Only somebody who leads a team or a service, and sees this child, asks for this.")


def check_can_answer(actor: Actor, need: NeedToKnow) -> None:
    """A second person: HR, or an assistant director or director above; who else, ``to_answer`` says. Raises NotAllowed."""
    if actor.staff_id in (need.asked_by_id, need.grantee_id):
        raise NotAllowed("Somebody else answers this: nobody approves what they asked for, or what they are to read.")
    if actor.hat is not Role.HR and not actor.roles & ANSWERING_ROLES:
        raise NotAllowed("Only HR, or an assistant director or director above this person, answers this.")


def check_can_let_in(actor: Actor) -> None:
    """Only a system administrator makes accounts for people from outside. Raises NotAllowed."""
    if actor.hat is not Role.SYSTEM_ADMINISTRATOR:
        raise NotAllowed(
            "Only a system administrator lets people from outside in. Put that hat on first, if it is yours."
        )
