"""Files of a case system, and the way from one to what becomes of it."""

from collections.abc import Iterable
from datetime import datetime
from io import BytesIO

from cases.importing import services
from cases.importing.models import ImportRun
from core.actor import Actor, Role
from tests.org import Org

HEADERS = (
    "Mosaic ID",
    "Name of child",
    "Case opened",
    "Case closed",
    "Worker email",
    "Team",
    "Plan type",
    "Plan start",
)
MAPPED = {
    "reference": "Mosaic ID",
    "opened_on": "Case opened",
    "closed_on": "Case closed",
    "worker": "Worker email",
    "held_by": "Team",
    "plan_types": "Plan type",
    "plan_since": "Plan start",
}
AMARA, OSCAR = "amara.obi@example.org", "oscar.reed@example.org"


def row(
    reference: str,
    *,
    opened: str = "05/01/2026",
    closed: str = "",
    worker: str = AMARA,
    team: str = "",
    plan: str = "CIN",
    since: str = "",
) -> tuple[str, ...]:
    """A row, with a column that nobody may keep."""
    return (reference, "Jamie Canary", opened, closed, worker, team, plan, since)


def csv_of(rows: Iterable[tuple[str, ...]], headers: tuple[str, ...] = HEADERS) -> BytesIO:
    """The rows as a file."""
    lines = [",".join(f'"{cell}"' for cell in each) for each in (headers, *rows)]
    return BytesIO("\r\n".join(lines).encode())


def administrator(org: Org) -> Actor:
    """The system administrator, with that hat on."""
    return org.actor(org.sysadmin, hat=Role.SYSTEM_ADMINISTRATOR)


def compared(
    file: BytesIO, *, org: Org, at: datetime, is_complete: bool = False, mapped: dict[str, str] | None = None
) -> ImportRun:
    """A file brought, mapped, read and compared."""
    actor = administrator(org)
    run = services.bring(file=file, file_name="children.csv", actor=actor, at=at)
    services.map_columns(
        run_id=run.pk,
        mapped=mapped or MAPPED,
        plan_words={},
        day_order="dmy",
        is_complete=is_complete,
        actor=actor,
        at=at,
    )
    return services.do_read(run_id=run.pk, at=at)


def applied(
    file: BytesIO,
    *,
    org: Org,
    at: datetime,
    is_complete: bool = False,
    many_closed: bool = False,
    mapped: dict[str, str] | None = None,
) -> ImportRun:
    """The same, and its good rows applied."""
    run = compared(file, org=org, at=at, is_complete=is_complete, mapped=mapped)
    services.ask_to_apply(run_id=run.pk, only_good=True, many_closed=many_closed, actor=administrator(org), at=at)
    return services.do_apply(run_id=run.pk, at=at)
