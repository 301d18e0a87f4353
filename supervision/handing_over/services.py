"""Writes of a change of supervisor: its brief is opened and signed, and what the former one was to do goes on."""

from collections.abc import Collection
from datetime import datetime
from uuid import UUID

from django.db import transaction

from core.actor import Actor
from core.errors import NotAllowed, RuleBroken
from core.templatetags.countersign import long_date
from policies.selectors import form_for, policy_to_write_by
from records import services as records
from records.models import Part, Record
from records.rules import Kind, LateEntry
from records.services import Evidence
from staff.access import check_not_frozen
from staff.challenge import Challenge
from staff.models import StaffMember, SupervisionRelationship
from supervision.handing_over import access, selectors
from supervision.handing_over.selectors import Change, GoesOver
from supervision.models import HandoverBrief
from supervision.selectors.handover import BY_LINE
from trail import services as trail

NOT_PLANNED = "No change of this supervisor is planned. The hand-over brief belongs to a change with a day."


@transaction.atomic
def read_change(*, person: StaffMember, change: Change, actor: Actor, at: datetime) -> GoesOver:
    """What goes over with a change, and the note in the trail that somebody else read of it. Raises NotAllowed."""
    access.check_can_see(actor, change)
    if actor.staff_id != person.pk:
        trail.record(actor=actor, verb="handover.read", target=person, about=person.pk, at=at)
    return selectors.goes_over(change=change, actor=actor)


@transaction.atomic
def open_brief(*, person_id: UUID, actor: Actor, at: datetime) -> Record:
    """Begin the brief of a planned change, on the policy's form; where it is begun already, that one.

    Raises NotAllowed for anybody but the supervisor who ends, and RuleBroken where no change is planned.
    """
    change = _locked_change(person_id, actor)
    check_not_frozen(person_id)
    if change.record_id:
        found: Record = Record.objects.visible_to(actor).get(pk=change.record_id)
        return found
    policy = policy_to_write_by(actor.on)
    template = form_for(policy, "handover")
    record = records.open_record(
        kind=Kind.HANDOVER,
        subject_id=person_id,
        template=template,
        policy_slug=policy.id,
        policy_version=policy.version,
        title=template.title,
        actor=actor,
        at=at,
    )
    HandoverBrief.objects.create(relationship_id=change.relationship_id, record=record)
    return record


@transaction.atomic
def sign_brief(
    *, record_id: UUID, shown: str, challenge: Challenge | None, evidence: Evidence, actor: Actor, at: datetime
) -> Part:
    """Sign a brief as the supervisor who ends, with what the file says now. Whoever comes after reads it from their first day.

    The relationship is held meanwhile, so that nobody signs what a change has just taken from them. Raises what
    ``records.services.sign_text`` raises, and NotAllowed from the day of the change on.
    """
    record = Record.objects.visible_to(actor).with_parts().get(pk=record_id)
    change = _locked_change(record.worker_id, actor)
    if change.record_id != record.pk:
        raise RuleBroken("This brief belongs to another change. Nothing was signed.")
    context = selectors.brief_context(record=record, change=change, on=actor.on)
    return records.sign_text(
        record_id=record_id,
        shown=shown,
        facts=context.facts,
        late=LateEntry(),
        given=context.given,
        challenge=challenge,
        evidence=evidence,
        actor=actor,
        at=at,
    )


def _locked_change(person_id: UUID, actor: Actor) -> Change:
    """The change that takes somebody from the actor, with the relationship that ends held until the transaction ends.

    Read behind the lock: whoever changes the day or the supervisor waits, or was before, and then this says so.
    """
    own = SupervisionRelationship.objects.visible_to(actor).filter(kind=BY_LINE, supervisee=person_id)
    held = own.filter(supervisor=actor.staff_id, starts_on__lte=actor.on).order_by("-starts_on")
    ending = held.select_for_update(of=("self",), no_key=True).first()
    if ending is None or not ending.holds(actor.on):
        raise NotAllowed("Only the supervisor until the change can write the hand-over brief.")
    change = selectors.change_that_ends(ending.pk)
    if change is None:
        raise RuleBroken(NOT_PLANNED)
    access.check_can_write(actor, change)
    return change


@transaction.atomic
def give_on(
    *, person_id: UUID, change: Change, actions: Collection[UUID], owner_id: UUID, actor: Actor, at: datetime
) -> int:
    """Give on several of the actions that the former supervisor was to do, all or none; gives how many.

    Raises NotAllowed, or RuleBroken: one was closed or given on meanwhile.
    """
    reason = f"Change of supervisor on {long_date(change.starts_on)}."
    for action_id in sorted(actions):
        records.reassign_action(
            action_id=action_id, owner_id=owner_id, owner_name="", reason=reason, actor=actor, at=at
        )
    return len(actions)
