"""Children of whom nobody who holds them is there: rows to be put beside others in one query, and read again."""

from collections import defaultdict
from collections.abc import Iterable
from datetime import date
from typing import Any
from uuid import UUID

from django.db.models import Exists, OuterRef, Q, QuerySet, Subquery
from django.db.models.functions import JSONObject

from cases.models import Allocation
from cases.rules import Holding, held_without_worker
from core.actor import Actor
from policies.rules.facts import Absence as AbsenceFact
from policies.rules.policy import Policy
from staff.models import Absence


def rows_without_anybody(actor: Actor) -> QuerySet[Allocation]:
    """Of children within sight the allocations to a manager for want of a worker, to somebody away or gone, where no
    other holder is there; with ``holding``. How long an absence has to be, the policy says: ``number_without_a_worker``.
    """
    live = Allocation.objects.live(actor.on)
    away = Absence.objects.live(actor.on).filter(person=OuterRef("holder"))
    not_here = Q(without_worker=True) | Q(holder__left_on__isnull=False, holder__left_on__lte=actor.on) | Exists(away)
    here = live.filter(~not_here, child=OuterRef("child"))
    absence = away.values(
        said=JSONObject(starts_on="starts_on", ends_on="ends_on", expected_to="expected_to", kind="kind")
    )
    holding = JSONObject(
        holder="holder_id", without="without_worker", left_on="holder__left_on", absence=Subquery(absence[:1])
    )
    rows = live.filter(not_here, ~Exists(here), child__in=live.visible_to(actor).values("child"))
    return rows.annotate(holding=holding)


def number_without_a_worker(rows: Iterable[tuple[UUID, dict[str, Any]]], *, policy: Policy | None, on: date) -> int:
    """With how many children nobody works on a day; from children and their ``holding``, as they were read."""
    holdings: dict[UUID, list[Holding]] = defaultdict(list)
    for child, said in rows:
        holdings[child].append(_holding(said))
    return sum(1 for each in holdings.values() if held_without_worker(each, policy=policy, on=on))


def _holding(said: dict[str, Any]) -> Holding:
    away = said["absence"]
    absence = away and AbsenceFact(
        date.fromisoformat(away["starts_on"]), _day(away["ends_on"]), _day(away["expected_to"]), away["kind"]
    )
    return Holding(UUID(said["holder"]), said["without"], _day(said["left_on"]), absence or None)


def _day(text: str | None) -> date | None:
    return date.fromisoformat(text) if text else None
