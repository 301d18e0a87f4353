"""What supervisees answer about a session, apart from their names; and who does not want to be asked."""

from typing import ClassVar

from django.db import models
from django.db.models import Q

from core.actor import Actor
from staff.models import StaffMember

ANSWER = Q()
for _question in ("space", "challenge", "useful"):
    ANSWER &= Q(**{f"{_question}__gte": 1, f"{_question}__lte": 5})


class SessionFeedback(models.Model):
    """One supervisee's answers about one session: a key and three numbers, with no person, session or time beside them.

    ``id``: worked out from session and person with a secret of the server (``supervision.feedback.keys``), so that only
    the program finds the answer of a session, and there is one for each. Not a time-ordered key: that would be a time.
    No foreign key and no trail entry leads here; there is no ``visible_to``, since no row is ever shown to anybody but
    the one who gave it.
    """

    updatable_columns: ClassVar[tuple[str, ...]] = ("space", "challenge", "useful")

    id = models.UUIDField(primary_key=True, editable=False)
    space = models.PositiveSmallIntegerField()
    challenge = models.PositiveSmallIntegerField()
    useful = models.PositiveSmallIntegerField()

    class Meta:
        constraints = [models.CheckConstraint(name="feedback_answers_are_one_to_five", condition=ANSWER)]

    def __str__(self) -> str:
        return "feedback"


class FeedbackWishQuerySet(models.QuerySet["FeedbackWish"]):
    def visible_to(self, actor: Actor) -> "FeedbackWishQuerySet":
        """One's own."""
        return self.filter(person_id=actor.staff_id)


class FeedbackWish(models.Model):
    """Whether the home page asks somebody about sessions: only of those who once said that it should not."""

    updatable_columns: ClassVar[tuple[str, ...]] = ("asked",)

    person = models.OneToOneField(StaffMember, models.PROTECT, primary_key=True, related_name="feedback_wish")
    asked = models.BooleanField()

    objects = FeedbackWishQuerySet.as_manager()

    def __str__(self) -> str:
        return "asked" if self.asked else "not asked"
