"""How the council reads what its policy leaves open to two readings."""

from datetime import datetime
from uuid import UUID

from django.db import transaction

from core.actor import Actor
from core.errors import RuleBroken
from policies import access
from policies.models import PolicyVersion, ReadingDecision
from policies.selectors import policy_version
from trail import services as trail


@transaction.atomic
def decide_reading(*, version_id: UUID, ambiguity: str, chosen: str, actor: Actor, at: datetime) -> ReadingDecision:
    """Say how a passage of a version is read; a later decision takes the place of an earlier, and both stay.

    It changes no due date: another reading needs other rules, and so a version of its own. Raises NotAllowed, or
    RuleBroken for a passage that the version does not have.
    """
    access.check_can_decide_readings(actor)
    policy = policy_version(version_id)
    passage = next((each for each in policy.ambiguities if each.id == ambiguity), None)
    if passage is None:
        raise RuleBroken("This version of the policy has no such passage.")
    decision = ReadingDecision.objects.create(
        policy=PolicyVersion.objects.get(pk=version_id),
        ambiguity=passage.id,
        passage=passage.text,
        chosen=chosen,
        decided_at=at,
        decided_by_id=actor.staff_id,
        decided_by_name=actor.name,
    )
    trail.record(
        actor=actor,
        verb="policy.reading_decided",
        target=decision,
        at=at,
        ambiguity=passage.id,
        as_it_is=chosen == passage.chosen,
    )
    return decision
