"""Writes to how somebody is engaged, and to what prepared a supervisor."""

from datetime import date, datetime
from uuid import UUID

from django.db import transaction

from core.actor import Actor
from core.errors import RuleBroken
from staff import access
from staff.models import KeyDate, Post, StaffMember
from trail import services as trail

PREPARED_BY = {"policy_read_on": KeyDate.Kind.POLICY_READ, "trained_on": KeyDate.Kind.SUPERVISOR_TRAINED}


@transaction.atomic
def set_employment(
    *,
    person_id: UUID,
    engagement: str,
    policy_read_on: date | None,
    trained_on: date | None,
    actor: Actor,
    at: datetime,
) -> StaffMember:
    """Say how somebody is engaged (R005), and when they read the policy and were trained as a supervisor (R156).

    The trail keeps what stood there. Raises NotAllowed, or RuleBroken for a day that has not come or without a post.
    """
    people = StaffMember.objects.visible_to(actor).select_for_update(of=("self",), no_key=True)
    person = people.get(pk=person_id)
    access.check_can_change_employment(actor, person)
    access.check_not_frozen(person.pk)
    days = {"policy_read_on": policy_read_on, "trained_on": trained_on}
    for field, day in days.items():
        if day and day > actor.on:
            raise RuleBroken("That day has not come yet. Enter it once it has happened.", field=field)
    post = Post.objects.live(actor.on).filter(person=person).first()
    if post is None:
        raise RuleBroken("This person has no post at present.", field="engagement")
    stood = {"engagement": post.engagement}
    post.engagement = Post.Engagement(engagement)
    post.save(update_fields=["engagement"])
    for field, day in days.items():
        before = set_day(person, PREPARED_BY[field], day, at)
        stood[field] = before.isoformat() if before else ""
    trail.record(actor=actor, verb="employment.set", target=post, about=person.pk, at=at, stood=stood)
    return person


def set_day(person: StaffMember, kind: KeyDate.Kind, day: date | None, at: datetime) -> date | None:
    """Store a day, or take it away, so that what was known before stays known; the day that stood there."""
    present = person.key_dates.filter(kind=kind, replaced_at=None)
    before: date | None = present.values_list("on", flat=True).first()
    if day != before:
        present.update(replaced_at=at)
        if day:
            KeyDate.objects.create(person=person, kind=kind, on=day, recorded_at=at)
    return before
