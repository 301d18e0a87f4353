"""Sessions and policies for tests, put into the database as the services would leave them."""

from datetime import UTC, date, datetime, time
from functools import cache
from pathlib import Path

from policies.digests import digest_of
from policies.files import PACKS, PolicyFile, read_policy
from policies.models import Adoption, PolicyVersion
from staff.models import StaffMember
from supervision.models import SupervisionSession

LOADED = datetime(2025, 4, 1, 9, tzinfo=UTC)


@cache
def shipped_policy(slug: str) -> PolicyFile:
    """A policy of the packs, read once."""
    files = (read_policy(path) for path in sorted(Path(PACKS).glob("*.yaml")))
    return next(read for read in files if read.policy.id == slug)


def go_by(slug: str = "shropshire-2017", *, starts_on: date = date(2017, 6, 1)) -> None:
    """Let the authority go by a shipped policy."""
    read = shipped_policy(slug)
    parent = _row(read.parent) if read.parent else None
    Adoption.objects.create(policy=_row(read, parent), starts_on=starts_on, recorded_at=LOADED)


def _row(read: PolicyFile, parent: PolicyVersion | None = None) -> PolicyVersion:
    return PolicyVersion.objects.create(
        slug=read.policy.id,
        version=read.policy.version,
        document=read.document,
        digest=digest_of(read.document, parent=parent.digest if parent else None),
        parent=parent,
        loaded_at=LOADED,
    )


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
