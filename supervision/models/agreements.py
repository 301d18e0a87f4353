"""What two people agree beside a contract: an earlier review of it, and supervision less often than the policy asks."""

from datetime import date, timedelta

from django.db import models
from django.db.models import F, Q

from core.actor import Actor
from core.fields import ContentField
from core.models import Identified
from policies.rules.durations import Duration
from records.models import Record
from staff.models import StaffMember, of_those_supervised

DAY = timedelta(days=1)


class ReviewRequestQuerySet(models.QuerySet["ReviewRequest"]):
    def visible_to(self, actor: Actor) -> "ReviewRequestQuerySet":
        """Those of contracts about me, and about people whom I supervise; as cover, those asked in its days."""
        supervised = of_those_supervised(actor, person="contract__subject_id", day="asked_at__date")
        return self.filter(Q(contract__subject_id=actor.staff_id) | supervised)

    def live(self) -> "ReviewRequestQuerySet":
        """Not met yet by a new version of the contract."""
        return self.filter(closed_at=None)


class ReviewRequest(Identified):
    """Either of the two asks for a contract to be reviewed before its date. Met when a new version is begun."""

    contract = models.ForeignKey(Record, models.RESTRICT, related_name="review_requests")
    asked_by = models.ForeignKey(StaffMember, models.PROTECT, related_name="+")
    reason = ContentField()
    asked_at = models.DateTimeField()
    closed_at = models.DateTimeField(null=True)

    objects = ReviewRequestQuerySet.as_manager()

    class Meta:
        constraints = [
            models.UniqueConstraint(
                fields=["contract"], name="review_request_one_at_a_time", condition=Q(closed_at=None)
            ),
            models.CheckConstraint(name="review_request_says_why", condition=~Q(reason="")),
        ]

    def __str__(self) -> str:
        return f"asked {self.asked_at:%d %B %Y}"


class FrequencyExceptionQuerySet(models.QuerySet["FrequencyException"]):
    def visible_to(self, actor: Actor) -> "FrequencyExceptionQuerySet":
        """About me, about people whom I supervise, and about those for whom I am the supervisor's manager.

        As cover, those asked in its days.
        """
        supervised = of_those_supervised(actor, person="supervisee_id", day="asked_at__date")
        return self.filter(Q(supervisee_id__in=actor.next_up_for | {actor.staff_id}) | supervised)

    def with_people(self) -> "FrequencyExceptionQuerySet":
        """With everybody who is named in it at hand."""
        return self.select_related("supervisee", "asked_by", "decided_by")

    def approved(self) -> "FrequencyExceptionQuerySet":
        """Those that the supervisor's manager approved."""
        return self.filter(decision=FrequencyException.Decision.APPROVED)

    def live(self, on: date) -> "FrequencyExceptionQuerySet":
        """Approved, and in force on a day."""
        return self.approved().filter(starts_on__lte=on, ends_on__gt=on)

    def waiting(self) -> "FrequencyExceptionQuerySet":
        """Asked for, and not decided."""
        return self.filter(decision="")


class FrequencyException(Identified):
    """Supervision less often, or shorter, than the policy asks: for a reason, for a time, with somebody's name to it.

    It never counts as what the policy asks. ``ends_on``: the first day without.
    """

    class Decision(models.TextChoices):
        APPROVED = "approved", "Approved"
        REFUSED = "refused", "Refused"

    supervisee = models.ForeignKey(StaffMember, models.PROTECT, related_name="frequency_exceptions")
    every = models.CharField(max_length=10)
    minutes = models.PositiveSmallIntegerField(null=True)
    reason = ContentField()
    starts_on = models.DateField()
    ends_on = models.DateField()
    asked_by = models.ForeignKey(StaffMember, models.PROTECT, related_name="+")
    asked_at = models.DateTimeField()
    decision = models.CharField(max_length=10, choices=Decision, blank=True)
    decided_by = models.ForeignKey(StaffMember, models.PROTECT, null=True, related_name="+")
    decided_at = models.DateTimeField(null=True)
    decision_reason = ContentField(blank=True)

    objects = FrequencyExceptionQuerySet.as_manager()

    class Meta:
        constraints = [
            models.CheckConstraint(name="exception_ends_after_it_starts", condition=Q(ends_on__gt=F("starts_on"))),
            models.CheckConstraint(name="exception_says_why", condition=~Q(reason="")),
            models.CheckConstraint(
                name="exception_decided_by_somebody_else",
                condition=Q(decision="", decided_by=None, decided_at=None)
                | (
                    ~Q(decision="")
                    & Q(decided_by__isnull=False, decided_at__isnull=False)
                    & ~Q(decided_by=F("asked_by"))
                    & ~Q(decided_by=F("supervisee"))
                ),
            ),
            models.UniqueConstraint(
                fields=["supervisee"], name="exception_one_waits_at_a_time", condition=Q(decision="")
            ),
        ]
        indexes = [models.Index(fields=["supervisee", "-starts_on"], name="exception_of_supervisee")]

    def __str__(self) -> str:
        return f"{self.every} from {self.starts_on:%d %B %Y}"

    @property
    def interval(self) -> Duration:
        """How often instead."""
        return Duration.parse(self.every)

    @property
    def last_on(self) -> date:
        """The last day of it."""
        return self.ends_on - DAY
