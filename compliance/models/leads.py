"""That senior leads were told, in one step and beforehand, that a team cannot be supervised as often as it must be."""

from uuid import UUID

from django.db import models
from django.db.models import Prefetch, Q

from core.actor import Actor
from core.fields import ContentField
from core.models import AppendOnly
from staff.models import StaffMember


def _in_line_of(actor: Actor) -> frozenset[UUID]:
    """Whose names and dates the actor reads on this day (sight: due dates)."""
    return actor.supervises | actor.manages | actor.next_up_for | actor.above_for


class ShortfallQuerySet(models.QuerySet["Shortfall"]):
    def visible_to(self, actor: Actor) -> "ShortfallQuerySet":
        """What one told, and what one was told, as long as anybody whom it names is in one's line."""
        told = ShortfallLead.objects.filter(lead=actor.staff_id).values("shortfall")
        names = ShortfallDate.objects.filter(person__in=_in_line_of(actor)).values("shortfall")
        return self.filter(Q(told_by=actor.staff_id) | Q(pk__in=told), pk__in=names)

    def with_people(self, actor: Actor) -> "ShortfallQuerySet":
        """With whom each names of the actor's line, who was told, and what was answered."""
        dates = ShortfallDate.objects.filter(person__in=_in_line_of(actor)).select_related("person")
        return self.select_related("told_by").prefetch_related(
            Prefetch("dates", dates.order_by("due_on", "person__name")),
            Prefetch("leads", ShortfallLead.objects.select_related("lead").order_by("lead__name")),
            Prefetch("answers", ShortfallAnswer.objects.select_related("answered_by").order_by("answered_at")),
        )


class Shortfall(AppendOnly):
    """One notice of a manager to the senior leads: whose dates cannot be kept, why, and what is planned.

    The reason is one of a few, none of them about anybody's health.
    """

    class Reason(models.TextChoices):
        POSTS = "posts", "Posts in the team are not filled"
        COVER = "cover", "There is nobody to cover a supervisor"
        WORKLOAD = "workload", "There is more work than time"
        DUTIES = "duties", "Courts or other duties take the dates"
        PLACES = "places", "Rooms, travel or systems"
        OTHER = "other", "Something else"

    told_by = models.ForeignKey(StaffMember, models.RESTRICT, related_name="+")
    told_at = models.DateTimeField()
    on = models.DateField()
    reason = models.CharField(max_length=20, choices=Reason)
    plan = ContentField()

    objects = ShortfallQuerySet.as_manager()

    class Meta(AppendOnly.Meta):
        abstract = False
        constraints = [models.CheckConstraint(name="shortfall_has_a_plan", condition=~Q(plan=""))]

    def __str__(self) -> str:
        return f"told on {self.on:%d %B %Y}"


class ShortfallDate(AppendOnly):
    """One of the people in it: by when supervision is due, and the next date booked after that, if any."""

    shortfall = models.ForeignKey(Shortfall, models.RESTRICT, related_name="dates")
    person = models.ForeignKey(StaffMember, models.RESTRICT, related_name="+")
    due_on = models.DateField()
    next_on = models.DateField(null=True)

    class Meta(AppendOnly.Meta):
        abstract = False
        constraints = [models.UniqueConstraint(fields=["shortfall", "person"], name="shortfall_names_each_once")]

    def __str__(self) -> str:
        return f"due {self.due_on:%d %B %Y}"


class ShortfallLead(AppendOnly):
    """One of the senior leads who were told."""

    shortfall = models.ForeignKey(Shortfall, models.RESTRICT, related_name="leads")
    lead = models.ForeignKey(StaffMember, models.RESTRICT, related_name="+")

    class Meta(AppendOnly.Meta):
        abstract = False
        constraints = [models.UniqueConstraint(fields=["shortfall", "lead"], name="shortfall_told_each_once")]

    def __str__(self) -> str:
        return f"told {self.lead_id}"


class ShortfallAnswer(AppendOnly):
    """What a lead answered; several may, and one may answer again."""

    shortfall = models.ForeignKey(Shortfall, models.RESTRICT, related_name="answers")
    answered_by = models.ForeignKey(StaffMember, models.RESTRICT, related_name="+")
    answered_at = models.DateTimeField()
    answer = ContentField()

    class Meta(AppendOnly.Meta):
        abstract = False
        constraints = [models.CheckConstraint(name="shortfall_answer_says_something", condition=~Q(answer=""))]

    def __str__(self) -> str:
        return f"answered {self.answered_at:%d %B %Y}"
