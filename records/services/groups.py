"""The record of a group: opened by whoever writes it, about those who were there."""

from collections.abc import Collection
from datetime import datetime
from uuid import UUID

from django.db import transaction

from core.actor import Actor
from policies.templates import Template
from records import selectors
from records.models import Attendee, Record
from records.rules import Kind
from trail import services as trail


@transaction.atomic
def open_group_record(
    *,
    group: str,
    led_by: UUID,
    attendees: Collection[UUID],
    template: Template,
    policy_slug: str,
    policy_version: str,
    actor: Actor,
    at: datetime,
) -> Record:
    """A new draft of the record of a group, in the actor's own name. The room above decides who may.

    ``group``: its title; ``led_by``: its facilitator, who reads the draft; ``attendees``: the members who were there.
    """
    record = Record.objects.create(
        kind=Kind.GROUP_RECORD,
        group=group,
        author_id=actor.staff_id,
        template_slug=template.id,
        template_version=template.version,
        policy_slug=policy_slug,
        policy_version=policy_version,
        title=template.title,
        created_at=at,
    )
    Attendee.objects.create(record=record, person_id=led_by, led=True)
    _seat(record, attendees)
    trail.record(
        actor=actor,
        verb="record.opened",
        target=record,
        via=selectors.via_of_group(record, actor=actor),
        at=at,
        kind=str(Kind.GROUP_RECORD),
    )
    return record


@transaction.atomic
def set_attendees(*, record_id: UUID, attendees: Collection[UUID], actor: Actor, at: datetime) -> bool:
    """Whom the record of a group is about, after it was said anew who was there; whether anything changed by it.

    Of a draft its text follows. What is signed stays as it was signed, and is read by those whom it names: that
    somebody else was there is said in an addendum.
    """
    record = Record.objects.select_for_update(of=("self",), no_key=True).get(pk=record_id)
    if record.get_heads():
        return False
    seated = record.attendees.filter(led=False)
    before = set(seated.values_list("person_id", flat=True))
    if before == set(attendees):
        return False
    seated.exclude(person_id__in=attendees).delete()
    _seat(record, set(attendees) - before)
    trail.record(
        actor=actor,
        verb="record.attendees_changed",
        target=record,
        at=at,
        added=sorted(str(each) for each in set(attendees) - before),
        removed=sorted(str(each) for each in before - set(attendees)),
    )
    return True


def _seat(record: Record, people: Collection[UUID]) -> None:
    Attendee.objects.bulk_create(Attendee(record=record, person_id=person_id) for person_id in sorted(people))
