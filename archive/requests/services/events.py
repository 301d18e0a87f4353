"""The entries from which a request's clock and story are read, and who is told."""

from collections.abc import Iterable
from datetime import date, datetime
from uuid import UUID

from django.urls import reverse

from archive.models import DataRequest, RequestEvent
from cases.models import Allocation
from core.actor import Actor, Role
from outbox.services import enqueue
from staff.models import ManagementLine, RoleHeld
from trail import services as trail

NOTICE = "data_request"


def add_event(
    request: DataRequest,
    kind: RequestEvent.Kind,
    *,
    on: date,
    actor: Actor | None,
    at: datetime,
    words: str = "",
    months: int = 0,
) -> RequestEvent:
    """Add an entry, and say so in the trail; never its words."""
    event = RequestEvent.objects.create(
        request=request, kind=kind, on=on, words=words, months=months, by_id=actor.staff_id if actor else None, at=at
    )
    trail.record(
        actor=actor,
        verb=f"data_request.{kind.value}",
        target=request,
        about=request.person_id,
        at=at,
        on=on.isoformat(),
        months=months,
    )
    return event


def tell(request: DataRequest, people: Iterable[UUID], *, about: str) -> None:
    """Tell people that there is something about a request, once for each occasion; never whose data it is about."""
    for person_id in people:
        enqueue(
            "notifications.tasks.notify",
            person_id=person_id,
            kind=NOTICE,
            key=f"{request.pk} {about}",
            path=reverse("archive:data-request", args=[request.pk]),
        )


def approvers(request: DataRequest, *, on: date) -> list[UUID]:
    """Who is told that a request waits to be approved: HR for a worker’s; for a child’s the line managers of its workers,
    and where there are none the assistant directors and the director. Never who noted it, nor whose data it is.
    """
    if request.person_id:
        people = set(RoleHeld.objects.live(on).filter(role=Role.HR).values_list("person_id", flat=True))
    else:
        holders = Allocation.objects.live(on).filter(child=request.child_id).values("holder")
        leading = RoleHeld.objects.leading(on).values("person")
        lines = ManagementLine.objects.live(on).filter(person__in=holders, manager__in=leading)
        people = set(lines.values_list("manager_id", flat=True)) - {request.registered_by_id}
        above = RoleHeld.objects.live(on).filter(role__in=(Role.ASSISTANT_DIRECTOR, Role.DIRECTOR))
        people = people or set(above.values_list("person_id", flat=True))
    return sorted(people - {request.registered_by_id, request.person_id})
