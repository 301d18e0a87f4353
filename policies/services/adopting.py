"""Which policy version holds when."""

from datetime import date, datetime

from django.db import transaction

from core.actor import Actor
from core.errors import RuleBroken
from policies.faults import quoted
from policies.models import Adoption, PolicyVersion
from policies.rules import words
from trail import services as trail


@transaction.atomic
def adopt(*, slug: str, starts_on: date, at: datetime, actor: Actor | None = None) -> Adoption:
    """Go by the newest version of a policy from a day on; the one before ends with the day before.

    Adopting again what holds already changes nothing. Raises RuleBroken for a policy that is not loaded, or a day
    that is not after the present one's first.
    """
    policy = PolicyVersion.objects.filter(slug=slug).order_by("-loaded_at", "-pk").first()
    if policy is None:
        raise RuleBroken(f"There is no policy {quoted(slug)}. Load it first.")
    present = Adoption.objects.select_for_update().order_by("-starts_on").first()
    if present and present.policy_id == policy.pk:
        return present
    if present and present.starts_on >= starts_on:
        raise RuleBroken(
            f"A policy was adopted from {words.day(present.starts_on)} on. Choose a later day.", field="starts_on"
        )
    if present:
        present.ends_on = starts_on
        present.save(update_fields=["ends_on"])
    adoption = Adoption.objects.create(policy=policy, starts_on=starts_on, recorded_at=at)
    trail.record(
        actor=actor, verb="policy.adopted", target=adoption, at=at, policy=str(policy), starts_on=str(starts_on)
    )
    return adoption
