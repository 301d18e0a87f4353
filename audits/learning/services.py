"""Reading what can be learned, noted first: it is counted from what was typed about many."""

from datetime import date, datetime

from django.db import transaction

from audits.learning import access, selectors
from audits.learning.selectors import LearningPage
from core.actor import Actor
from trail import services as trail


@transaction.atomic
def read_learning(*, actor: Actor, year: date, service: str, at: datetime) -> LearningPage:
    """The page of a year. Raises NotAllowed."""
    access.check_can_learn(actor)
    trail.record(
        actor=actor, verb="learning.read", at=at, via="line" if actor.hat is None else actor.hat.value, year=year.year
    )
    return selectors.learning_page(actor=actor, year=year, service=service)
