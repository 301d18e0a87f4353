"""Writes to which children belong together."""

from datetime import date, datetime
from uuid import UUID

from django.db import transaction

from cases import changing, rules, selectors
from cases.models import Child, Sibling, SiblingGroup
from core.actor import Actor
from core.errors import RuleBroken

NOT_HERE = "None of the children whom you can see has this reference. Check how it is written."


@transaction.atomic
def add_sibling(*, child_id: UUID, reference: str, starts_on: date, actor: Actor, at: datetime) -> Child:
    """From a day on a child within sight, by its exact reference, belongs together with this one.

    Where both have brothers and sisters already, all of them belong together from then on: who is the sister of one is
    the sister of all. Raises NotAllowed, or RuleBroken.
    """
    rules.check_not_ahead(starts_on, today=actor.on)
    other = selectors.child_by_reference(actor=actor, reference=reference)
    if other is None:
        raise RuleBroken(NOT_HERE, field="reference")
    if other.pk == child_id:
        raise RuleBroken("This is the child itself. Enter the reference of a brother or sister.", field="reference")
    # Both in one order, so that two who add each other do not wait for ever
    list(Child.objects.filter(pk__in=(child_id, other.pk)).order_by("pk").select_for_update(no_key=True))
    child, holders = changing.lock(child_id, actor)
    groups = _lock_groups([child, other])
    mine, theirs = groups.get(child.pk), groups.get(other.pk)
    if mine and mine == theirs:
        raise RuleBroken("They belong together already, so nothing would change.", field="reference")
    group_id = mine or theirs or SiblingGroup.objects.create().pk
    if not mine:
        _belongs(child, group_id, starts_on=starts_on, at=at)
    if mine and theirs:
        _move(theirs, to=mine, on=starts_on, at=at)
    elif not theirs:
        _belongs(other, group_id, starts_on=starts_on, at=at)
    changing.note("child.sibling_added", child, actor, at, holders, other=str(other.pk), starts_on=starts_on)
    return child


@transaction.atomic
def leave_siblings(*, child_id: UUID, ends_on: date, actor: Actor, at: datetime) -> Child:
    """From a day on a child belongs to its brothers and sisters no more; what was before stays known.

    Raises NotAllowed, or RuleBroken.
    """
    child, holders = changing.lock(child_id, actor)
    rules.check_not_ahead(ends_on, today=actor.on, field="ends_on")
    if not _lock_groups([child]):
        raise RuleBroken("No brothers or sisters of this child are entered.")
    changing.end(child.sibling_groups.all(), on=ends_on, at=at, field="ends_on")
    changing.note("child.sibling_ended", child, actor, at, holders, ends_on=ends_on)
    return child


def _lock_groups(children: list[Child]) -> dict[UUID, UUID]:
    """The group that each of the children belongs to now, held until the end of the transaction."""
    held = Sibling.objects.filter(child__in=children, ends_on=None)
    groups, locked = dict(held.values_list("child_id", "group_id")), frozenset[UUID]()
    # Until those that are held are those of now: while one waits, another may have moved a child to a further group
    while not locked.issuperset(groups.values()):
        found = SiblingGroup.objects.filter(pk__in=groups.values()).order_by("pk").select_for_update(no_key=True)
        locked |= {group.pk for group in found}
        groups = dict(held.values_list("child_id", "group_id"))
    return groups


def _belongs(child: Child, group_id: UUID, *, starts_on: date, at: datetime) -> None:
    before = child.sibling_groups.order_by("-starts_on").first()
    if before and before.ends_on and before.ends_on > starts_on:
        raise RuleBroken(
            f"Until {before.last_day:%-d %B %Y} one of them belonged to others. Choose a later day.", field="starts_on"
        )
    Sibling.objects.create(child=child, group_id=group_id, starts_on=starts_on, recorded_at=at)


def _move(group_id: UUID, *, to: UUID, on: date, at: datetime) -> None:
    members = Sibling.objects.filter(group=group_id, ends_on=None)
    children = list(members.values_list("child_id", flat=True))
    changing.end(members, on=on, at=at)
    Sibling.objects.bulk_create(
        Sibling(child_id=child_id, group_id=to, starts_on=on, recorded_at=at) for child_id in children
    )
