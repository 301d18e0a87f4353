"""Nights and what they found, put into the database by hand."""

from datetime import UTC, date, datetime, time

from cases.models import Child
from compliance.models import Night, StatusInterval
from staff.models import StaffMember

ALWAYS = date(2026, 1, 1)


def two(on: date) -> datetime:
    """Two o'clock of a day, and some minutes, in winter."""
    return datetime.combine(on, time(2, 5), UTC)


def night(on: date, *, begun_on: date | None = None) -> Night:
    """A night, begun on its own day unless told otherwise."""
    return Night.objects.create(on=on, started_at=two(begun_on or on), people=1)


def stands(
    about: StaffMember | Child,
    status: str,
    *,
    kind: str = "",
    starts_on: date = ALWAYS,
    ends_on: date | None = None,
    recorded_on: date | None = None,
    end_recorded_on: date | None = None,
    due_on: date | None = None,
    why: str = "Because.",
) -> StatusInterval:
    """An interval as a night would write it; entered on its first day unless told otherwise."""
    end = end_recorded_on or ends_on
    return StatusInterval.objects.create(
        kind=kind or ("child" if isinstance(about, Child) else "worker"),
        subject=about.pk,
        person=None if isinstance(about, Child) else about,
        child=about if isinstance(about, Child) else None,
        status=status,
        starts_on=starts_on,
        ends_on=ends_on,
        recorded_at=two(recorded_on or starts_on),
        end_recorded_at=two(end) if end else None,
        due_on=due_on,
        policy="shropshire-2017, version 2017-06",
        why=why,
    )
