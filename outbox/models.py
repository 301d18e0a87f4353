"""Jobs asked for, kept until they are done."""

from datetime import datetime, timedelta

from django.conf import settings
from django.db import models
from django.db.models import Q

from core.models import Identified


class JobQuerySet(models.QuerySet["Job"]):
    def lost(self, *, at: datetime) -> "JobQuerySet":
        """Asked for, open, and not handed to the broker lately: waits longer after each try, up to twenty times as long."""
        never_sent = Q(sent_at__isnull=True)
        overdue = [
            Q(attempts=n, sent_at__lte=at - timedelta(seconds=settings.OUTBOX_PATIENCE * 2**n)) for n in range(5)
        ]
        overdue.append(Q(attempts__gte=5, sent_at__lte=at - timedelta(seconds=settings.OUTBOX_PATIENCE * 20)))
        for condition in overdue:
            never_sent |= condition
        return self.filter(never_sent, done_at__isnull=True, gave_up_at__isnull=True)

    def given_up(self) -> "JobQuerySet":
        """Jobs that nobody tries again: somebody has to look."""
        return self.filter(gave_up_at__isnull=False)


class Job(Identified):
    """One piece of background work. ``arguments`` holds ids and ISO dates only, never content.

    ``attempts``: how often it was handed to the broker. ``failures``: how often it ran into a fault.
    """

    task = models.CharField(max_length=200)
    arguments = models.JSONField(default=dict)
    created_at = models.DateTimeField(db_default=models.functions.Now())
    sent_at = models.DateTimeField(null=True)
    done_at = models.DateTimeField(null=True)
    gave_up_at = models.DateTimeField(null=True)
    attempts = models.PositiveIntegerField(default=0)
    failures = models.PositiveIntegerField(default=0)

    objects = JobQuerySet.as_manager()

    class Meta:
        indexes = [
            models.Index(fields=["created_at"], condition=Q(done_at=None), name="job_open"),
            models.Index(fields=["gave_up_at"], condition=Q(gave_up_at__isnull=False), name="job_given_up"),
        ]

    def __str__(self) -> str:
        return f"{self.task} {self.pk}"
