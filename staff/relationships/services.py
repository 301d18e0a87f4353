"""Writes to further supervisors: added beside the one by line management, changed in what they are for, ended."""

from collections.abc import Collection
from datetime import date, datetime, timedelta
from uuid import UUID

from django.db import transaction

from core.actor import Actor
from core.errors import NotAllowed, RuleBroken
from staff import access
from staff import rules as staff_rules
from staff.changing import check_may_be_given_to, end_present, lock_relations, tell
from staff.models import StaffMember, SupervisionRelationship
from staff.relationships import rules
from trail import services as trail

FURTHER = (SupervisionRelationship.Kind.PROFESSIONAL, SupervisionRelationship.Kind.PRACTICE_EDUCATION)


@transaction.atomic
def add_supervisor(
    *,
    person_id: UUID,
    kind: str,
    to_id: UUID,
    starts_on: date,
    elements: Collection[str],
    actor: Actor,
    at: datetime,
) -> SupervisionRelationship:
    """Add a professional supervisor or a practice educator beside the supervisor by line management (R275).

    One of the same kind that there is ends on that day. Raises NotAllowed, or RuleBroken.
    """
    lock_relations()
    person = StaffMember.objects.visible_to(actor).select_for_update(of=("self",), no_key=True).get(pk=person_id)
    access.check_can_change_supervisor(actor, person)
    if kind not in FURTHER:
        raise RuleBroken("Choose the kind of supervision.", field="kind")
    rules.check_elements(elements)
    staff_rules.check_gives_not_to_oneself(
        to_id=to_id, actor_id=actor.staff_id, is_line_manager=person.pk in actor.manages, field="to_id"
    )
    staff_rules.check_begins_no_earlier(starts_on=starts_on, today=actor.on, is_first=False)
    check_may_be_given_to(person=person, to_id=to_id, starts_on=starts_on)
    former = end_present(person.supervision_received.filter(kind=kind), on=starts_on, what="supervision of this kind")
    added = SupervisionRelationship.objects.create(
        supervisee=person,
        supervisor_id=to_id,
        kind=kind,
        elements=sorted(elements),
        starts_on=starts_on,
        recorded_at=at,
    )
    trail.record(actor=actor, verb="supervisor.added", target=added, about=person.pk, at=at, to=to_id)
    tell(added, person=person, concerned={*(row.supervisor_id for row in former), to_id}, actor=actor)
    return added


def hold_supervision(person_id: UUID, actor: Actor) -> None:
    """Hold the actor's supervision of somebody until the transaction ends: a change at the same moment waits, or was before.

    Raises NotAllowed where they supervise no more by now, whatever was known of them when the page was asked for.
    """
    own = SupervisionRelationship.objects.live(actor.on).filter(supervisee=person_id, supervisor=actor.staff_id)
    if not own.select_for_update(of=("self",), no_key=True).values_list("pk").order_by("pk"):
        raise NotAllowed("You do not supervise this person any more. Nothing was signed.")


@transaction.atomic
def change_relationship(
    *, relationship_id: UUID, elements: Collection[str], last_day: date | None = None, actor: Actor, at: datetime
) -> SupervisionRelationship:
    """Say what a relationship is for, or end one that is beside line management; the trail keeps what stood there.

    Raises NotAllowed, or RuleBroken.
    """
    lock_relations()
    rows = SupervisionRelationship.objects.visible_to(actor).in_own_right().select_related("supervisee", "supervisor")
    row: SupervisionRelationship = rows.select_for_update(of=("self",)).get(pk=relationship_id)
    access.check_can_change_supervisor(actor, row.supervisee)
    rules.check_elements(elements)
    if last_day and row.kind not in FURTHER:
        raise RuleBroken(
            "This ends when somebody else becomes the supervisor. Change the supervisor.", field="last_day"
        )
    if row.ends_on and row.ends_on <= actor.on:
        raise RuleBroken("This supervision is over.")
    rules.check_last_day(last_day=last_day, starts_on=row.starts_on, today=actor.on)
    stood = {"elements": row.elements, "ends_on": row.ends_on.isoformat() if row.ends_on else ""}
    row.elements = sorted(elements)
    if last_day:
        row.ends_on = last_day + timedelta(days=1)
    row.save(update_fields=["elements", "ends_on"])
    trail.record(actor=actor, verb="relationship.changed", target=row, about=row.supervisee_id, at=at, stood=stood)
    tell(row, person=row.supervisee, concerned={row.supervisor_id}, actor=actor)
    return row
