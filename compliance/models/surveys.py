"""The yearly survey: what it asks, who has answered, and how many said what. The last two never meet."""

from datetime import date, timedelta
from typing import ClassVar
from uuid import uuid4

from django.db import models
from django.db.models import F, Q

from core.actor import Actor
from core.dated import no_overlap
from core.fields import ContentField
from core.models import AppendOnly, Identified
from staff.models import Service, StaffMember


class SurveyQuerySet(models.QuerySet["Survey"]):
    def visible_to(self, actor: Actor) -> "SurveyQuerySet":
        """Everybody is asked, so everybody sees that there is one; what came of it, once it is published."""
        return self

    def published(self) -> "SurveyQuerySet":
        """Those whose results everybody reads."""
        return self.filter(published_at__isnull=False)


class Survey(Identified):
    """One survey of all staff, from a day up to, not including, another, and the plan that was made of it.

    ``standards``: what it asked, as the file said when it was opened.
    """

    updatable_columns: ClassVar[tuple[str, ...]] = ("plan", "published_by_id", "published_at")

    starts_on = models.DateField()
    ends_on = models.DateField()
    standards = models.JSONField()
    opened_by = models.ForeignKey(StaffMember, models.PROTECT, related_name="+")
    opened_at = models.DateTimeField()
    plan = ContentField(blank=True)
    published_by = models.ForeignKey(StaffMember, models.PROTECT, null=True, related_name="+")
    published_at = models.DateTimeField(null=True)

    objects = SurveyQuerySet.as_manager()

    class Meta:
        constraints = [
            models.CheckConstraint(name="survey_ends_after_it_starts", condition=Q(ends_on__gt=F("starts_on"))),
            models.CheckConstraint(
                name="survey_published_with_a_plan",
                condition=Q(published_at=None, published_by=None)
                | Q(published_at__isnull=False, published_by__isnull=False) & ~Q(plan=""),
            ),
            no_overlap("survey_one_at_a_time"),
        ]

    @property
    def last_day(self) -> date:
        """The last day on which it can be answered."""
        return self.ends_on - timedelta(days=1)

    def __str__(self) -> str:
        return f"survey of {self.starts_on:%B %Y}"


class SurveyTaken(AppendOnly):
    """That somebody has answered a survey: no answer, no moment, and a key without an order."""

    id = models.UUIDField(primary_key=True, default=uuid4, editable=False)
    survey = models.ForeignKey(Survey, models.RESTRICT, related_name="taken")
    person = models.ForeignKey(StaffMember, models.RESTRICT, related_name="+")

    class Meta(AppendOnly.Meta):
        abstract = False
        constraints = [models.UniqueConstraint(fields=["survey", "person"], name="survey_answered_once")]

    def __str__(self) -> str:
        return "answered"


class SurveyTally(models.Model):
    """How many of a service gave each answer to each statement of a survey. Nobody's answers stand anywhere by themselves."""

    updatable_columns: ClassVar[tuple[str, ...]] = ("people", "counts")

    id = models.UUIDField(primary_key=True, default=uuid4, editable=False)
    survey = models.ForeignKey(Survey, models.PROTECT, related_name="tallies")
    service = models.ForeignKey(Service, models.PROTECT, null=True, related_name="+")
    people = models.PositiveIntegerField(default=0)
    counts = models.JSONField()

    class Meta:
        constraints = [
            models.UniqueConstraint(
                fields=["survey", "service"], name="survey_tally_once_a_service", nulls_distinct=False
            )
        ]

    def __str__(self) -> str:
        return f"{self.people} people"
