"""Reports of a month, as they were asked for and built; and the groups that HR supplies for views on equality."""

import json
from hashlib import sha256
from typing import ClassVar
from uuid import UUID

from django.db import models
from django.db.models import Q

from core.actor import Actor, Role
from core.models import Identified
from documents.models import StoredFile
from staff.models import StaffMember


def line_key(people: list[UUID] | None) -> str:
    """Of whom a report is: nothing for everybody, else a digest of the people of a line."""
    return "" if people is None else sha256(",".join(sorted(map(str, people))).encode()).hexdigest()


class MonthlyReportQuerySet(models.QuerySet["MonthlyReport"]):
    def visible_to(self, actor: Actor) -> "MonthlyReportQuerySet":
        """Of everybody, for the principal social worker with that hat on; else those that one asked for.

        One asked for a line that has changed since is found by nobody: whoever looks asks for the key of today's line.
        """
        if actor.hat is Role.PRINCIPAL_SOCIAL_WORKER:
            return self.filter(whose="")
        return self.filter(asked_by_id=actor.staff_id).exclude(whose="") if actor.hat is None else self.none()


class MonthlyReport(Identified):
    """How supervision stood in a month, as was known at the end of a day: asked for, worked out once, kept.

    ``people``: the keys of a line, ``whose`` their digest; none, and empty: everybody. ``figures``: keys and numbers by
    team, no names and no content; ``digest``: of them, printed wherever they stand. ``stored``: the PDF, once printed.
    """

    month = models.DateField(help_text="its first day")
    known_on = models.DateField()
    whose = models.CharField(max_length=64, blank=True)
    people = models.JSONField(null=True)
    asked_by = models.ForeignKey(StaffMember, models.PROTECT, related_name="+")
    asked_at = models.DateTimeField()
    done = models.PositiveIntegerField(default=0)
    total = models.PositiveIntegerField(default=0)
    figures = models.JSONField(null=True)
    digest = models.CharField(max_length=71, blank=True)
    built_at = models.DateTimeField(null=True)
    stored = models.ForeignKey(StoredFile, models.PROTECT, null=True, related_name="+")

    objects = MonthlyReportQuerySet.as_manager()
    updatable_columns: ClassVar[tuple[str, ...]] = (
        *("asked_at", "asked_by_id", "done", "total", "figures", "digest", "built_at", "stored_id"),
    )

    class Meta:
        constraints = [
            models.UniqueConstraint(
                fields=["month", "known_on", "whose", "asked_by"], name="monthly_report_once", condition=~Q(whose="")
            ),
            models.UniqueConstraint(
                fields=["month", "known_on"], name="monthly_report_of_everybody_once", condition=Q(whose="")
            ),
            models.CheckConstraint(
                name="monthly_report_of_a_whole_month", condition=Q(month__day=1) & Q(known_on__gt=models.F("month"))
            ),
            models.CheckConstraint(
                name="monthly_report_built_with_figures",
                condition=Q(built_at=None, figures__isnull=True, digest="")
                | Q(built_at__isnull=False, figures__isnull=False),
            ),
        ]

    def __str__(self) -> str:
        return f"{self.month:%Y-%m} as known on {self.known_on:%Y-%m-%d}"


def figures_digest(figures: object) -> str:
    """The digest of a report's figures: the same figures always give the same."""
    text = json.dumps(figures, sort_keys=True, separators=(",", ":"), ensure_ascii=False)
    return f"sha256:{sha256(text.encode()).hexdigest()}"


class EqualityGroupQuerySet(models.QuerySet["EqualityGroup"]):
    def visible_to(self, actor: Actor) -> "EqualityGroupQuerySet":  # noqa: ARG002  nobody, whoever asks
        """Nobody's to read: the rows are counted, and shown to nobody."""
        return self.none()


class EqualityGroup(Identified):
    """That HR counts somebody to a group of some measure, from when it was brought until another file replaced it."""

    person = models.ForeignKey(StaffMember, models.PROTECT, related_name="+")
    measure = models.CharField(max_length=60)
    group = models.CharField(max_length=60)
    recorded_at = models.DateTimeField()
    replaced_at = models.DateTimeField(null=True)

    objects = EqualityGroupQuerySet.as_manager()
    updatable_columns: ClassVar[tuple[str, ...]] = ("replaced_at",)

    class Meta:
        constraints = [
            models.UniqueConstraint(
                fields=["person", "measure"], condition=Q(replaced_at=None), name="equality_group_one_of_a_measure"
            )
        ]

    def __str__(self) -> str:
        return self.measure
