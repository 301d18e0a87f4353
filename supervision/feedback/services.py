"""Giving feedback, and saying that one does not want to be asked. Nothing of it goes to the trail, and nobody is told."""

from uuid import UUID

from django.db import transaction

from core.actor import Actor
from core.errors import RuleBroken
from core.shortcuts import get_visible_or_404
from supervision.feedback import selectors
from supervision.feedback.keys import answer_key
from supervision.feedback.rules import Scores
from supervision.models import FeedbackWish, SessionFeedback, SupervisionSession

TOO_LATE = "The days for saying how this session was are over. Nothing was changed."


@transaction.atomic
def give_feedback(*, session_id: UUID, space: int, challenge: int, useful: int, actor: Actor) -> None:
    """Keep somebody's three answers about a session, or change them; given twice at once, there is one. Raises NotAllowed.

    The session's row is not locked, unlike everywhere else: a lock leaves the number of its transaction on the session,
    and the answer carries the same number. The statement itself is atomic. For the same reason the trail is silent.
    Raises RuleBroken when it is too early or too late.
    """
    session: SupervisionSession = get_visible_or_404(
        SupervisionSession.objects.with_record_state(), actor, pk=session_id
    )
    if selectors.own_feedback(session=session, actor=actor).last_day is None:
        raise RuleBroken(TOO_LATE)
    row = SessionFeedback(
        id=answer_key(session_id=session.pk, person_id=actor.staff_id), space=space, challenge=challenge, useful=useful
    )
    SessionFeedback.objects.bulk_create(
        [row], update_conflicts=True, unique_fields=["id"], update_fields=list(Scores._fields)
    )


@transaction.atomic
def wish_to_be_asked(*, asked: bool, actor: Actor) -> None:
    """Let the home page ask somebody how sessions were, or leave it be for good."""
    FeedbackWish.objects.update_or_create(person_id=actor.staff_id, defaults={"asked": asked})
