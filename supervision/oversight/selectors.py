"""After what a decision about a child is wanted, until one of that day or later is signed."""

from collections import defaultdict
from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from datetime import date
from typing import Any
from uuid import UUID

from django.db.models import (
    CharField,
    DateField,
    DateTimeField,
    Exists,
    F,
    JSONField,
    OuterRef,
    Q,
    QuerySet,
    Subquery,
    Value,
)
from django.db.models.functions import Cast

from cases.models import Allocation, Child, Episode
from cases.selectors.nobody import rows_without_anybody
from core.actor import Actor
from core.prepared import prepared
from policies.selectors import timeline_on
from supervision.models import ChildEvent, Discussion
from supervision.oversight.rules import Triggers, Wanted, wanted_after
from supervision.selectors.matters import PUT, PutToMe, put_rows


def triggers_on(on: date) -> Triggers | None:
    """What demands a decision on a day; None where the policy names nothing. One query."""
    return Triggers.of(timeline_on(on), on)


def wanted_of_actor(*, actor: Actor, asked: Triggers | None) -> list[Wanted]:
    """What the actor is to decide about: the children of supervisees, and those that the actor holds without a worker."""
    if asked is None or not (actor.supervises or actor.manages):
        return []
    return _wanted(happened(_children_of(actor), asked, actor.on), asked, actor.on)


@dataclass(frozen=True, slots=True)
class Waiting:
    """What waits for somebody: decisions that are wanted, what was put to them to answer, and children without anybody.

    ``nobody``: each child within sight of whom no holder is there, with each holder, for ``number_without_a_worker``.
    """

    wanted: list[Wanted]
    put_to_me: list[PutToMe]
    nobody: list[tuple[UUID, dict[str, Any]]]


def waiting_for(*, actor: Actor, asked: Triggers | None) -> Waiting:
    """What waits for the actor; in one query."""
    if asked is None or not (actor.supervises or actor.manages):
        found: list[Any] = _waiting(actor=actor)
    else:
        found = list(_together(actor, _happened(_children_of(actor), asked, actor.on)))
    wanted = [(key, name, what, day) for key, _, name, _, what, day, _ in found if day]
    return Waiting(
        _wanted(wanted, asked, actor.on) if asked else [],
        [PutToMe(*row[: len(PUT)]) for row in found if not row[-1] and not row[-2]],
        [(row[0], row[-1]) for row in found if row[-1]],
    )


@prepared
def _waiting(*, actor: Actor) -> QuerySet[Any, Any]:
    return _together(actor, [])


def _together(actor: Actor, happenings: Sequence[QuerySet[Any]]) -> QuerySet[Any, Any]:
    no_day, no_moment = Cast(Value(None), DateField()), Cast(Value(None), DateTimeField())
    nobody = Cast(Value(None), JSONField())
    rows = [
        each.annotate(what=Value(""), day=no_day, holding=nobody).values_list(*PUT, "what", "day", "holding")
        for each in put_rows(actor)
    ]
    rows += [
        each.annotate(raised_at=no_moment).values_list(
            "child_id", Value(value=False), "child__reference", "raised_at", "what", "day", nobody
        )
        for each in happenings
    ]
    rows.append(
        rows_without_anybody(actor).values_list(
            "child_id", Value(value=False), Value(""), "recorded_at", Value(""), no_day, "holding"
        )
    )
    return rows[0].union(*rows[1:], all=True).order_by("raised_at", "day")


def _children_of(actor: Actor) -> QuerySet[Child]:
    holders = Q(holder__in=actor.supervises) | Q(holder=actor.staff_id, without_worker=True)
    held = Allocation.objects.live(actor.on).filter(holders, child=OuterRef("pk"))
    return Child.objects.filter(Exists(held))


def _wanted(happened: Iterable[tuple[UUID, str, str, date]], asked: Triggers, on: date) -> list[Wanted]:
    by_child: dict[tuple[UUID, str], list[tuple[str, date]]] = defaultdict(list)
    for child_id, reference, trigger_id, day in happened:
        by_child[child_id, reference].append((trigger_id, day))
    found = [
        wanted
        for (child_id, reference), each in by_child.items()
        for wanted in wanted_after(asked, each, decided=(), child_id=child_id, reference=reference, on=on)
    ]
    return sorted(found, key=lambda each: (each.due_on or each.on, each.reference))


def happened(children: QuerySet[Child], asked: Triggers, on: date) -> list[tuple[UUID, str, str, date]]:
    """What happened to some children and no decision followed, the first first: child, reference, trigger, day. One query."""
    rows = [each.values_list("child_id", "child__reference", "what", "day") for each in _happened(children, asked, on)]
    found: list[Any] = list(rows[0].union(*rows[1:], all=True).order_by("day") if rows[1:] else rows[0].order_by("day"))
    return found


def _happened(children: QuerySet[Child], asked: Triggers, on: date) -> list[QuerySet[Any]]:
    """The same as rows: of what was entered, and of transfers where they want a decision.

    What was before a case was closed is over, though it be opened anew.
    """
    of_child = Episode.objects.filter(child=OuterRef("child"))
    is_open = Exists(of_child.live(on))
    closed = of_child.filter(closed_in_error=False, ends_on__lte=on)
    decided = Discussion.objects.filter(child=OuterRef("child"), format=Discussion.Format.MANAGEMENT_OVERSIGHT)
    within = Q(child__in=children.order_by().values("pk"))
    entered = (
        ChildEvent.objects.standing()
        .annotate(what=F("trigger"), day=F("on"))
        .filter(
            within, is_open, ~Exists(decided.filter(on__gte=OuterRef("on"))), ~Exists(closed.filter(ends_on__gt=OuterRef("on"))),
            trigger__in=[each.id for each in asked.entered], on__range=(asked.since, on),
        )
        .order_by()
    )  # fmt: skip
    if asked.transfer is None:
        return [entered]
    moved = (
        transfers()
        .annotate(what=Value(asked.transfer.id, output_field=CharField()), day=F("starts_on"))
        .filter(
            within, is_open, ~Exists(decided.filter(on__gte=OuterRef("starts_on"))),
            ~Exists(closed.filter(ends_on__gt=OuterRef("starts_on"))), day__range=(asked.since, on),
        )
        .order_by()
    )  # fmt: skip
    return [entered, moved]


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
