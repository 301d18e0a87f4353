"""Writes to categories over time and key dates. The trail keeps what stood there."""

from collections.abc import Collection, Mapping
from datetime import date, datetime, timedelta
from uuid import UUID

from django.db import transaction

from core.actor import Actor
from core.errors import RuleBroken
from policies.selectors import policy_in_force
from staff import access
from staff.changing import check_employed, tell
from staff.employment.services import set_day
from staff.models import CategoryHeld, StaffMember
from staff.standing.selectors import COUNTED
from trail import services as trail

FURTHEST = timedelta(days=366)


@transaction.atomic
def give_categories(
    *, person_id: UUID, categories: Collection[str], starts_on: date, actor: Actor, at: datetime
) -> list[CategoryHeld]:
    """Put a person into worker categories of the policy from a day on, beside those that are held.

    A day in the past is a late entry: what was known before stays known. Raises NotAllowed, or RuleBroken where the
    policy of that day knows no such category, or the person is, or will be, in it already.
    """
    person = _lock(person_id, actor)
    check_employed(person, on=starts_on, field="starts_on")
    _check_near(starts_on, actor, field="starts_on")
    policy = policy_in_force(starts_on)
    for category in categories:
        if policy is None or policy.category(category) is None:
            raise RuleBroken("The policy of that day knows no such category. Choose another.", field="categories")
        if CategoryHeld.objects.open(starts_on).filter(person=person, category=category).exists():
            raise RuleBroken("This person is in one of these from that day on, or later, already.", field="categories")
    given = [
        CategoryHeld.objects.create(person=person, category=category, starts_on=starts_on, recorded_at=at)
        for category in sorted(categories)
    ]
    for held in given:
        _note("category.given", held, actor, at)
        tell(held, person=person, concerned=set(), actor=actor)
    return given


@transaction.atomic
def end_category(*, held_id: UUID, last_day: date, actor: Actor, at: datetime) -> CategoryHeld:
    """Say on which day a person is in a category for the last time. Raises NotAllowed or RuleBroken."""
    held = _lock_held(held_id, actor)
    if last_day < held.starts_on:
        raise RuleBroken("It cannot end before it began.", field="last_day")
    _check_near(last_day, actor, field="last_day")
    later = CategoryHeld.objects.filter(person=held.person, category=held.category, starts_on__gt=held.starts_on)
    if later.filter(starts_on__lte=last_day).exists():
        raise RuleBroken("This person is in the same category from a day before that on again.", field="last_day")
    stood = held.ends_on.isoformat() if held.ends_on else ""
    held.ends_on, held.end_recorded_at = last_day + timedelta(days=1), at
    held.save(update_fields=["ends_on", "end_recorded_at"])
    _note("category.ended", held, actor, at, stood=stood)
    tell(held, person=held.person, concerned=set(), actor=actor)
    return held


@transaction.atomic
def set_key_dates(*, person_id: UUID, days: Mapping[str, date | None], actor: Actor, at: datetime) -> StaffMember:
    """Set the dates that the policy's phases are counted from; None takes one away.

    Raises NotAllowed, or RuleBroken for a day that lies far ahead.
    """
    person = _lock(person_id, actor)
    stood = {}
    for kind in COUNTED:
        day = days.get(kind.value)
        if day:
            _check_near(day, actor, field=kind.value)
        before = set_day(person, kind, day, at)
        if before != day:
            stood[kind.value] = before.isoformat() if before else ""
    if stood:
        now = {kind: day.isoformat() if (day := days.get(kind)) else "" for kind in stood}
        trail.record(actor=actor, verb="key_dates.set", target=person, about=person.pk, at=at, stood=stood, now=now)
    return person


def _lock(person_id: UUID, actor: Actor) -> StaffMember:
    people = StaffMember.objects.visible_to(actor).select_for_update(of=("self",), no_key=True)
    person = people.get(pk=person_id)
    access.check_can_set_standing(actor, person)
    access.check_not_frozen(person.pk)
    return person


def _lock_held(held_id: UUID, actor: Actor) -> CategoryHeld:
    held: CategoryHeld = CategoryHeld.objects.visible_to(actor).select_related("person").get(pk=held_id)
    _lock(held.person_id, actor)
    held.refresh_from_db(fields=["starts_on", "ends_on"])
    return held


def _check_near(day: date, actor: Actor, *, field: str) -> None:
    if day > actor.on + FURTHEST:
        raise RuleBroken("That is more than a year ahead. Check the year.", field=field)


def _note(verb: str, held: CategoryHeld, actor: Actor, at: datetime, **detail: str) -> None:
    days = {"starts_on": held.starts_on.isoformat(), "ends_on": held.ends_on.isoformat() if held.ends_on else ""}
    trail.record(
        actor=actor, verb=verb, target=held, about=held.person_id, at=at, category=held.category, **days, **detail
    )
