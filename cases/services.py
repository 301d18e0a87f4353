"""Writes to what is known of children: cases opened and closed, who holds whom, plan types, shorter intervals."""

from collections.abc import Collection
from datetime import date, datetime
from typing import Any
from uuid import UUID

from django.db import transaction
from django.urls import reverse

from cases import access, changing, rules, selectors
from cases.models import Allocation, Child, Episode, Override, PlanTypeHeld
from cases.rules import Way
from core.actor import Actor
from core.errors import RuleBroken
from outbox.services import enqueue
from policies.selectors import policy_in_force
from staff.models import StaffMember
from staff.selectors import line_above, supervisor_of
from trail import services as trail


def open_episode(
    *,
    reference: str,
    initials: str,
    plan_types: Collection[str],
    holder_id: UUID,
    starts_on: date,
    in_error: bool,
    reason: str,
    actor: Actor,
    at: datetime,
) -> Child:
    """Open a child's case from a day on, for the first time or again, and give it to a worker, or to oneself to hold.

    ``in_error``: it was closed by mistake, because of ``reason``, and the clock goes on (policy-model 2.4, re-opened).
    Where the case is not the actor's to know of, the refusal says neither that it is open nor that it was, and is logged;
    opened anew, those above whoever last held it are told. Raises NotAllowed, or RuleBroken.
    """
    access.check_can_open(actor)
    access.check_can_give_to(actor, holder_id)
    rules.check_reference(reference, pattern=rules.reference_format(policy_in_force(actor.on)))
    rules.check_initials(initials)
    rules.check_not_ahead(starts_on, today=actor.on)
    _check_employed(holder_id, on=starts_on, field="holder_id")
    try:
        return _open(
            reference, initials, plan_types, holder_id, starts_on, reason, in_error=in_error, actor=actor, at=at
        )
    except rules.NotHere:
        child = Child.objects.get(reference__iexact=reference)
        trail.record(actor=actor, verb="child.opening_refused", target=child, via="out of sight", at=at)
        raise


@transaction.atomic
def _open(
    reference: str,
    initials: str,
    plan_types: Collection[str],
    holder_id: UUID,
    starts_on: date,
    reason: str,
    *,
    in_error: bool,
    actor: Actor,
    at: datetime,
) -> Child:
    child = _lock_reference(reference, initials)
    last = child.episodes.order_by("-starts_on").first()
    knows = last is None or selectors.knows_of(actor, child)
    days = (last.starts_on, last.ends_on) if last else None
    rules.check_may_open(starts_on, last=days, in_error=in_error, in_sight=knows)
    if not knows:
        _tell_former(child, actor, at)
    if last and in_error:
        rules.check_reason(reason, of="why it was closed by mistake", field="reason")
        last.closed_in_error = True
        last.save(update_fields=["closed_in_error"])
    because = reason if last and in_error else ""
    known: dict[str, Any] = {"child": child, "starts_on": starts_on, "recorded_at": at}
    Episode.objects.create(reopened_because=because, **known)
    Allocation.objects.create(holder_id=holder_id, without_worker=holder_id == actor.staff_id, **known)
    PlanTypeHeld.objects.bulk_create(PlanTypeHeld(plan_type=each, **known) for each in sorted(set(plan_types)))
    changing.note("child.reopened" if last else "child.opened", child, actor, at, [holder_id], starts_on=starts_on)
    return child


@transaction.atomic
def close_episode(*, child_id: UUID, ends_on: date, actor: Actor, at: datetime) -> Child:
    """Close a child's case on a day: with it ends who holds the child, its plan types, its own interval and weight.

    What was due and was not done before that day stays late. Raises NotAllowed, or RuleBroken.
    """
    child, holders = changing.lock(child_id, actor)
    rules.check_not_ahead(ends_on, today=actor.on, field="ends_on")
    rules.check_within(ends_on, opened_on=changing.opened_on(child), field="ends_on")
    of_child: list[Any] = [child.episodes, child.allocations, child.plan_types, child.overrides, child.weights]
    for facts in of_child:
        changing.end(facts.all(), on=ends_on, at=at, field="ends_on")
    changing.note("child.closed", child, actor, at, holders, ends_on=ends_on)
    return child


@transaction.atomic
def allocate(*, child_id: UUID, to_id: UUID, way: Way, starts_on: date, actor: Actor, at: datetime) -> Child:
    """From a day on a worker holds the child: in the place of those who do, or beside them; or a manager for want of one.

    The clock is the child's and does not move by it, unless the policy says so. Raises NotAllowed, or RuleBroken.
    """
    child, _ = changing.lock(child_id, actor)
    without_worker = way is Way.WITHOUT_WORKER
    access.check_can_give_to(actor, to_id, to_hold=without_worker)
    rules.check_not_ahead(starts_on, today=actor.on)
    rules.check_within(starts_on, opened_on=changing.opened_on(child))
    _check_employed(to_id, on=starts_on)
    present = child.allocations.open(starts_on).filter(holder_id=to_id, without_worker=without_worker)
    has_already = present.exists()
    changing.check_nothing_later(child.allocations.all(), than=starts_on)
    others = child.allocations.exclude(pk__in=present.values("pk"))
    ending = others.filter(without_worker=True) if way is Way.JOINTLY else others
    if has_already and not (way is not Way.JOINTLY and ending.open(starts_on).exists()):
        who = "You hold this child without a worker" if without_worker else "This worker holds the child"
        raise RuleBroken(f"{who} already, so nothing would change.", field="to_id")
    former = set(ending.open(starts_on).values_list("holder_id", flat=True)) - {to_id}
    changing.end(ending, on=starts_on, at=at)
    if not has_already:
        Allocation.objects.create(
            child=child, holder_id=to_id, without_worker=without_worker, starts_on=starts_on, recorded_at=at
        )
    changing.note(f"child.{way.value}", child, actor, at, [to_id], starts_on=starts_on)
    changing.note("child.given_away", child, actor, at, former, starts_on=starts_on)
    return child


@transaction.atomic
def set_plan_types(
    *, child_id: UUID, plan_types: Collection[str], starts_on: date, actor: Actor, at: datetime
) -> Child:
    """From a day on these are the child's plan types; those that go on stay as they are. Raises NotAllowed, RuleBroken."""
    child, holders = changing.lock(child_id, actor)
    rules.check_not_ahead(starts_on, today=actor.on)
    rules.check_within(starts_on, opened_on=changing.opened_on(child))
    going_on = child.plan_types.live(starts_on).filter(plan_type__in=plan_types)
    stay = set(going_on.values_list("plan_type", flat=True))
    changing.end(child.plan_types.exclude(pk__in=going_on.values("pk")), on=starts_on, at=at)
    new = sorted(set(plan_types) - stay)
    PlanTypeHeld.objects.bulk_create(
        PlanTypeHeld(child=child, plan_type=each, starts_on=starts_on, recorded_at=at) for each in new
    )
    changing.note("child.plan_types", child, actor, at, holders, starts_on=starts_on, plan_types=sorted(plan_types))
    return child


@transaction.atomic
def set_override(*, child_id: UUID, every: str, reason: str, review_on: date, actor: Actor, at: datetime) -> Override:
    """From today on a shorter interval for this child, to be looked at again on a day (policy-model 2.4, complex case).

    A longer one than the policy's would be ignored by the clock, and says so. Raises NotAllowed, or RuleBroken.
    """
    child, holders = changing.lock(child_id, actor)
    rules.check_interval(every)
    rules.check_reason(reason, of="why this child needs a shorter interval", field="reason")
    rules.check_review(review_on, today=actor.on)
    rules.check_within(actor.on, opened_on=changing.opened_on(child))
    changing.end(child.overrides.all(), on=actor.on, at=at)
    override = Override.objects.create(
        child=child,
        every=every,
        reason=reason,
        review_on=review_on,
        set_by_id=actor.staff_id,
        starts_on=actor.on,
        recorded_at=at,
    )
    changing.note("child.interval_set", child, actor, at, holders, every=every, review_on=review_on)
    return override


@transaction.atomic
def end_override(*, child_id: UUID, actor: Actor, at: datetime) -> Child:
    """From today on the policy's interval is enough for this child again. Raises NotAllowed, or RuleBroken without one."""
    child, holders = changing.lock(child_id, actor)
    if not child.overrides.live(actor.on).exists():
        raise RuleBroken("This child has no interval of its own.")
    changing.end(child.overrides.all(), on=actor.on, at=at)
    changing.note("child.interval_ended", child, actor, at, holders)
    return child


def _tell_former(child: Child, actor: Actor, at: datetime) -> None:
    """Tell those above whoever last held a child that others opened its case again; the log says it of each holder."""
    for held in selectors.last_held_by(child):
        supervisor, line = supervisor_of(held.holder_id, on=actor.on), line_above(held.holder_id, on=actor.on)
        told = {*line[:1], *([supervisor.supervisor_id] if supervisor else [])}
        if held.without_worker:
            told.add(held.holder_id)
        for person_id in sorted(told):
            path, key = reverse("supervision:child-list"), f"{child.pk}/{at.isoformat()}"
            enqueue("notifications.tasks.notify", person_id=person_id, kind="child_elsewhere", key=key, path=path)
        trail.record(actor=actor, verb="child.reopened_elsewhere", target=child, about=held.holder_id, at=at)


def _lock_reference(reference: str, initials: str) -> Child:
    # Two at once with one reference: one adds it, the other finds it
    Child.objects.bulk_create([Child(reference=reference, initials=initials)], ignore_conflicts=True)
    return Child.objects.select_for_update(no_key=True).get(reference__iexact=reference)


def _check_employed(person_id: UUID, *, on: date, field: str = "to_id") -> None:
    person = StaffMember.objects.get(pk=person_id)
    is_gone = person.left_on is not None and person.left_on <= on
    if person.organisation or is_gone or on < person.employed_from:
        raise RuleBroken(f"{person.name} does not work here on that day. Choose somebody else.", field=field)
