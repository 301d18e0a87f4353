"""Facts over time: bases for dated rows, and the constraints that keep them honest."""

from datetime import date, timedelta
from typing import Any, Self

from django.contrib.postgres.constraints import ExclusionConstraint
from django.contrib.postgres.fields import DateRangeField, RangeBoundary, RangeOperators
from django.db import models
from django.db.models import F, Func, Q

from core.models import Identified


class DateRange(Func):
    """The half-open days of a dated row, as PostgreSQL compares them."""

    function = "DATERANGE"
    output_field = DateRangeField()


def no_overlap(name: str, *fields: str, condition: Q | None = None) -> ExclusionConstraint:
    """No two rows that agree in ``fields`` share a day."""
    return ExclusionConstraint(
        name=name,
        expressions=[
            *((field, RangeOperators.EQUAL) for field in fields),
            (DateRange("starts_on", "ends_on", RangeBoundary()), RangeOperators.OVERLAPS),
        ],
        condition=condition,
    )


def ends_after_it_starts(name: str) -> models.CheckConstraint:
    """An end, where there is one, comes after the start; an equal one would hold no day."""
    return models.CheckConstraint(name=name, condition=Q(ends_on=None) | Q(ends_on__gt=F("starts_on")))


class DatedQuerySet(models.QuerySet[Any]):
    """Rows that hold from ``starts_on`` up to, not including, ``ends_on`` (null: open)."""

    def live(self, on: date) -> Self:
        """Rows that hold on a day."""
        return self.open(on).filter(starts_on__lte=on)

    def open(self, on: date) -> Self:
        """Rows that hold on a day or later."""
        return self.filter(Q(ends_on=None) | Q(ends_on__gt=on))


class Dated(Identified):
    """A fact over time, and when we came to know it."""

    starts_on = models.DateField()
    ends_on = models.DateField(null=True, blank=True)
    recorded_at = models.DateTimeField()

    class Meta:
        abstract = True

    def holds(self, day: date) -> bool:
        """Whether it is so on a day."""
        return self.starts_on <= day and (self.ends_on is None or self.ends_on > day)

    @property
    def last_day(self) -> date | None:
        """The day before the end, as people say it; None while it is open."""
        return self.ends_on - timedelta(days=1) if self.ends_on else None
