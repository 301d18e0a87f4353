"""After what a decision about a child is wanted, until one of that day or later is signed."""

from collections import defaultdict
from datetime import date
from typing import Any
from uuid import UUID

from django.db.models import CharField, Exists, F, OuterRef, Q, QuerySet, Subquery, Value

from cases.models import Allocation, Child, Episode
from core.actor import Actor
from policies.selectors import timeline_on
from supervision.models import ChildEvent, Discussion
from supervision.oversight.rules import Triggers, Wanted, wanted_after


def triggers_on(on: date) -> Triggers | None:
    """What demands a decision on a day; None where the policy names nothing. One query."""
    return Triggers.of(timeline_on(on), on)


def wanted_of_actor(*, actor: Actor, asked: Triggers | None) -> list[Wanted]:
    """What the actor is to decide about: the children of supervisees, and those that the actor holds without a worker."""
    if asked is None or not (actor.supervises or actor.manages):
        return []
    holders = Q(holder__in=actor.supervises) | Q(holder=actor.staff_id, without_worker=True)
    held = Allocation.objects.live(actor.on).filter(holders, child=OuterRef("pk"))
    return _wanted(Child.objects.filter(Exists(held)), asked, actor.on)


def _wanted(children: QuerySet[Child], asked: Triggers, on: date) -> list[Wanted]:
    by_child: dict[tuple[UUID, str], list[tuple[str, date]]] = defaultdict(list)
    for child_id, reference, trigger_id, day in happened(children, asked, on):
        by_child[child_id, reference].append((trigger_id, day))
    found = [
        wanted
        for (child_id, reference), each in by_child.items()
        for wanted in wanted_after(asked, each, decided=(), child_id=child_id, reference=reference, on=on)
    ]
    return sorted(found, key=lambda each: (each.due_on or each.on, each.reference))


def happened(children: QuerySet[Child], asked: Triggers, on: date) -> list[tuple[UUID, str, str, date]]:
    """What happened to some children and no decision followed, the first first: child, reference, trigger, day. One query.

    What was before a case was closed is over, though it be opened anew.
    """
    of_child = Episode.objects.filter(child=OuterRef("child"))
    is_open = Exists(of_child.live(on))
    closed = of_child.filter(closed_in_error=False, ends_on__lte=on)
    decided = Discussion.objects.filter(child=OuterRef("child"), format=Discussion.Format.MANAGEMENT_OVERSIGHT)
    columns = ("child_id", "child__reference", "what", "day")
    within = Q(child__in=children.order_by().values("pk"))
    entered = (
        ChildEvent.objects.standing()
        .annotate(what=F("trigger"), day=F("on"))
        .filter(
            within, is_open, ~Exists(decided.filter(on__gte=OuterRef("on"))), ~Exists(closed.filter(ends_on__gt=OuterRef("on"))),
            trigger__in=[each.id for each in asked.entered], on__range=(asked.since, on),
        )
        .order_by()
        .values_list(*columns)
    )  # fmt: skip
    if asked.transfer is None:
        return list(entered.order_by("day"))
    moved = (
        transfers()
        .annotate(what=Value(asked.transfer.id, output_field=CharField()), day=F("starts_on"))
        .filter(
            within, is_open, ~Exists(decided.filter(on__gte=OuterRef("starts_on"))),
            ~Exists(closed.filter(ends_on__gt=OuterRef("starts_on"))), day__range=(asked.since, on),
        )
        .order_by()
        .values_list(*columns)
    )  # fmt: skip
    rows: list[Any] = list(entered.union(moved, all=True).order_by("day"))
    return rows


def transfers() -> QuerySet[Allocation]:
    """Allocations by which a child came from one worker to another within one episode; joint work is none."""
    opened = Episode.objects.filter(child=OuterRef("child"), starts_on__lte=OuterRef("starts_on")).order_by(
        "-starts_on"
    )
    before = Allocation.objects.filter(
        child=OuterRef("child"),
        ends_on__lte=OuterRef("starts_on"),
        ends_on__gt=OuterRef("opened_on"),
        without_worker=False,
    ).exclude(holder=OuterRef("holder"))
    found = Allocation.objects.filter(without_worker=False).annotate(opened_on=Subquery(opened.values("starts_on")[:1]))
    return found.filter(Exists(before))


def events_of(*, child: Child, actor: Actor) -> list[ChildEvent]:
    """What was entered of a child that demands a decision, withdrawn or not, the latest first."""
    return list(ChildEvent.objects.visible_to(actor).filter(child=child).select_related("recorded_by").order_by("-on"))
