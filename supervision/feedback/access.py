"""Who may give feedback, and who reads of it."""

from core.actor import Actor, Role
from core.errors import NotAllowed
from supervision.models import SupervisionSession


def check_can_answer(actor: Actor, session: SupervisionSession) -> None:
    """Only whoever was supervised says how it was. Raises NotAllowed."""
    if session.supervisee_id != actor.staff_id:
        raise NotAllowed("Only the person who was supervised says how it was.")


def check_can_read_trend(actor: Actor) -> None:
    """The trend is the principal social worker's, with that hat on. Raises NotAllowed."""
    if actor.hat is not Role.PRINCIPAL_SOCIAL_WORKER:
        raise NotAllowed("Only the principal social worker, with that hat on, sees how this goes over time.")
