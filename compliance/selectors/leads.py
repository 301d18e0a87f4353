"""Who falls due before the next booked date, and what senior leads were told of it."""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import date
from uuid import UUID

from compliance.models import Shortfall
from compliance.rules.shortfall import is_near
from core.actor import Actor
from policies.selectors import policy_in_force
from staff.models import StaffMember
from staff.selectors import line_above
from supervision.rules import tells_leads
from supervision.selectors import forecasts


@dataclass(frozen=True, slots=True)
class Coming:
    """Somebody whose supervision falls due before the next booked date (``next_on`` None: nothing is booked)."""

    person_id: UUID
    name: str
    due_on: date
    next_on: date | None
    why: str


@dataclass(frozen=True, slots=True)
class ForecastPage:
    """Who of one's team falls due, the earliest first; whether leads can be told in one step, and when they were.

    ``leads``: the names of those who would be told.
    """

    coming: Sequence[Coming]
    team: int
    leads: Sequence[str]
    told: Sequence[Shortfall]

    @property
    def can_tell(self) -> bool:
        """Whether the form stands on the page."""
        return bool(self.coming and self.leads)


def coming_up(*, actor: Actor, on: date) -> list[Coming]:
    """Those whom the actor supervises and whose bookings miss a deadline of the next weeks, the earliest first."""
    found = forecasts(people=actor.supervises, on=on) if actor.supervises else {}
    near = {key: each for key, each in found.items() if each and is_near(each.due_on, on=on)}
    names = dict(StaffMember.objects.filter(pk__in=near).values_list("pk", "name"))
    rows = [Coming(key, names[key], each.due_on, each.next_on, each.why) for key, each in near.items()]
    return sorted(rows, key=lambda row: (row.due_on, row.name))


def forecast_page(*, actor: Actor, on: date) -> ForecastPage:
    """The page of what is coming."""
    told = list(Shortfall.objects.with_people(actor).visible_to(actor).order_by("-told_at")[:10])
    return ForecastPage(
        coming=coming_up(actor=actor, on=on),
        team=len(actor.supervises),
        leads=list(StaffMember.objects.filter(pk__in=leads_to_tell(actor, on=on)).values_list("name", flat=True)),
        told=told,
    )


def leads_to_tell(actor: Actor, *, on: date) -> list[UUID]:
    """Everybody above the actor in the line, where the policy wants senior leads told; else nobody."""
    policy = policy_in_force(on)
    if policy is None or not tells_leads(policy.blocks) or not actor.supervises:
        return []
    return line_above(actor.staff_id, on=on)
