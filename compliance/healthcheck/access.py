"""Who opens a survey, and who reads what came of it when."""

from datetime import date

from compliance.models import Survey
from core.actor import Actor, Role
from core.errors import NotAllowed


def check_can_lead(actor: Actor) -> None:
    """A survey is opened and published by the principal social worker, with that hat on. Raises NotAllowed."""
    if actor.hat is not Role.PRINCIPAL_SOCIAL_WORKER:
        raise NotAllowed("Only the principal social worker, with that hat on, opens and publishes this survey.")


def check_can_read_results(actor: Actor, survey: Survey, *, on: date) -> None:
    """Once it is over, whoever leads it; once it is published, everybody; while it is open, nobody. Raises NotAllowed."""
    if on < survey.ends_on:
        raise NotAllowed("Nobody reads results while the survey is open.")
    if survey.published_at is None:
        check_can_lead(actor)
