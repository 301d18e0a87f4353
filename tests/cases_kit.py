"""Children for tests, put into the database as the services would leave them."""

from datetime import UTC, date, datetime, time
from itertools import count

from cases.models import Allocation, Child, Episode, PlanTypeHeld
from staff.models import StaffMember
from supervision.models.discussions import Discussion

OPENED = date(2026, 1, 5)
NUMBERS = count(1_000)


def at(day: date) -> datetime:
    """Nine in the morning of a day."""
    return datetime.combine(day, time(9), tzinfo=UTC)


def child_with(
    holder: StaffMember,
    *,
    reference: str = "",
    plan_type: str = "",
    opened_on: date = OPENED,
    without_worker: bool = False,
    discussed: tuple[date, ...] = (),
) -> Child:
    """An open child held by somebody since the case was opened, and discussed in depth on the days named."""
    child = Child.objects.create(reference=reference or f"P{next(NUMBERS)}")
    known = {"starts_on": opened_on, "recorded_at": at(opened_on)}
    Episode.objects.create(child=child, **known)
    Allocation.objects.create(child=child, holder=holder, without_worker=without_worker, **known)
    if plan_type:
        PlanTypeHeld.objects.create(child=child, plan_type=plan_type, **known)
    for day in discussed:
        discuss(child, holder, on=day)
    return child


def discuss(
    child: Child,
    worker: StaffMember,
    *,
    on: date,
    depth: str = "in_depth",
    recorded_at: datetime | None = None,
    reason: str = "",
    own_text: bool = True,
) -> Discussion:
    """A discussion of a child in supervision."""
    return Discussion.objects.create(
        child=child,
        worker=worker,
        on=on,
        depth=depth,
        reason=reason,
        own_text=own_text,
        recorded_at=recorded_at or at(on),
    )
