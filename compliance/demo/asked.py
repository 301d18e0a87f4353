"""Somebody who asked for their own data: HR let a service manager elsewhere handle it, who is half-way through it."""

from datetime import date, datetime

from archive.models import Passage
from archive.requests import services
from compliance.demo import people
from core.actor import Actor, Role
from staff.models import StaffMember
from staff.selectors import actor_for

ASKS = people.ASKED


def tell(*, at: datetime, today: date) -> int:
    """Store the request, what was found for it, and decisions about half of that; how many paragraphs were found."""
    handler = _actor(people.OTHER_SERVICE_MANAGER, today)
    asked = services.ask_for_own_data(actor=_actor(ASKS, today), at=at)
    services.approve(
        request_id=asked.pk,
        handler_id=handler.staff_id,
        scope=asked.scope,
        actor=_actor(people.HR, today, hat=Role.HR),
        at=at,
    )
    services.gather(request_id=asked.pk, at=at)
    found = Passage.objects.filter(item__request=asked).order_by("item__place", "place")
    number = found.count()
    shown = dict(found.values_list("pk", "version")[: number // 2])
    services.disclose_page(request_id=asked.pk, shown=shown, with_staff=False, actor=handler, at=at)
    return number


def _actor(name: str, today: date, *, hat: Role | None = None) -> Actor:
    return actor_for(StaffMember.objects.get(name=name), on=today, hat=hat)
