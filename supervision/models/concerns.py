"""A supervisee's concern about how they are supervised, which the supervisor never sees."""

from django.db import models
from django.db.models import F, Q

from core.actor import Actor, Role
from core.fields import ContentField
from core.models import AppendOnly
from staff.models import StaffMember


class ConcernQuerySet(models.QuerySet["Concern"]):
    def visible_to(self, actor: Actor) -> "ConcernQuerySet":
        """My own; and those put to me or, with that hat on, to HR: never one about myself or by somebody I supervise."""
        put_to_me = Q(recipient_id=actor.staff_id)
        if actor.hat is Role.HR:
            put_to_me |= Q(route=Concern.Route.HR)
        not_about_me = ~Q(about_id=actor.staff_id) & ~Q(raised_by_id__in=actor.supervises)
        return self.filter(Q(raised_by_id=actor.staff_id) | put_to_me & not_about_me)

    def with_people(self) -> "ConcernQuerySet":
        """With everybody in it, in the same query."""
        return self.select_related("raised_by", "about", "recipient")


class Concern(AppendOnly):
    """That somebody is worried about their supervision (R098, R173). Read by whom it was put to, and by nobody else.

    No list, count, notice or trail of anybody else's knows of it; the trail names no person whom it is about.
    """

    class Route(models.TextChoices):
        LINE_MANAGER = "line_manager", "The supervisor’s line manager"
        HR = "hr", "HR"

    raised_by = models.ForeignKey(StaffMember, models.RESTRICT, related_name="+")
    about = models.ForeignKey(StaffMember, models.RESTRICT, related_name="+")
    route = models.CharField(max_length=20, choices=Route)
    recipient = models.ForeignKey(StaffMember, models.RESTRICT, null=True, related_name="+")
    raised_at = models.DateTimeField()
    text = ContentField()

    objects = ConcernQuerySet.as_manager()

    class Meta(AppendOnly.Meta):
        abstract = False
        constraints = [
            models.CheckConstraint(name="concern_says_something", condition=~Q(text="")),
            models.CheckConstraint(
                name="concern_goes_past_whom_it_is_about",
                condition=~Q(about=F("raised_by")) & (Q(recipient=None) | ~Q(recipient=F("about"))),
            ),
            models.CheckConstraint(
                name="concern_is_put_to_somebody",
                condition=Q(route="hr", recipient=None) | Q(route="line_manager", recipient__isnull=False),
            ),
        ]
        indexes = [
            models.Index(fields=["raised_by", "-raised_at"], name="concern_raised"),
            models.Index(fields=["recipient", "-raised_at"], name="concern_put_to"),
        ]

    def __str__(self) -> str:
        return f"{self.route} {self.pk}"


class ConcernEntry(AppendOnly):
    """One more thing that somebody wrote about a concern: the answer, or more of it."""

    concern = models.ForeignKey(Concern, models.RESTRICT, related_name="entries")
    author = models.ForeignKey(StaffMember, models.RESTRICT, related_name="+")
    at = models.DateTimeField()
    text = ContentField()

    class Meta(AppendOnly.Meta):
        abstract = False
        ordering = ["at", "pk"]
        constraints = [models.CheckConstraint(name="concern_entry_says_something", condition=~Q(text=""))]

    def __str__(self) -> str:
        return str(self.pk)
