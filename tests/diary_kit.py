"""Sessions for tests, put into the database as the services would leave them."""

from datetime import UTC, date, datetime, time

from staff.models import StaffMember
from supervision.models import SupervisionSession

LOADED = datetime(2025, 4, 1, 9, tzinfo=UTC)


def held(
    supervisee: StaffMember, supervisor: StaffMember, *, on: date, minutes: int = 90, entered_at: datetime | None = None
) -> SupervisionSession:
    """A session that was held, without a record; entered at noon of its day unless told otherwise."""
    entered_at = entered_at or datetime(on.year, on.month, on.day, 12, tzinfo=UTC)
    return SupervisionSession.objects.create(
        supervisee=supervisee,
        supervisor=supervisor,
        on=on,
        starts=time(9),
        ends=time(9 + minutes // 60, minutes % 60),
        status="held",
        booked_at=entered_at,
        closed_at=entered_at,
    )


def booked(
    supervisee: StaffMember, supervisor: StaffMember, *, on: date, booked_at: datetime = LOADED
) -> SupervisionSession:
    """A session in the diary."""
    return SupervisionSession.objects.create(
        supervisee=supervisee, supervisor=supervisor, on=on, starts=time(9), ends=time(10, 30), booked_at=booked_at
    )
