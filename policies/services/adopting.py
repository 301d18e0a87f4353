"""Which policy version holds when."""

from datetime import date, datetime
from uuid import UUID

from django.db import connection, transaction

from core.actor import Actor
from core.clock import date_of
from core.errors import RuleBroken
from policies import access
from policies.faults import quoted
from policies.models import Adoption, PolicyVersion
from policies.rules import words
from trail import services as trail


@transaction.atomic
def adopt(*, slug: str, starts_on: date, at: datetime, actor: Actor | None = None) -> Adoption:
    """Go by the newest version of a policy from a day on; the one before ends with the day before.

    Adopting again what holds already changes nothing. Raises RuleBroken for a policy that is not loaded, or as ``hold``
    does.
    """
    policy = PolicyVersion.objects.filter(slug=slug).order_by("-loaded_at", "-pk").first()
    if policy is None:
        raise RuleBroken(f"There is no policy {quoted(slug)}. Load it first.")
    return hold(policy=policy, starts_on=starts_on, at=at, actor=actor)


def hold(*, policy: PolicyVersion, starts_on: date, at: datetime, actor: Actor | None = None) -> Adoption:
    """Let a version hold from a day on, which may lie ahead, up to the first day of one that was to follow already.

    One at a time, inside the caller's transaction. Raises RuleBroken for the day on which another begins, and for one
    before a version that has begun: what has been judged stays judged.
    """
    one_at_a_time()
    present = Adoption.objects.filter(starts_on__lte=starts_on).order_by("-starts_on").first()
    if present and present.policy_id == policy.pk:
        return present
    following = Adoption.objects.filter(starts_on__gt=starts_on).order_by("starts_on").first()
    begun = following if following and following.starts_on <= date_of(at) else None
    if begun or (present and present.starts_on == starts_on):
        taken = begun or present
        assert taken is not None  # noqa: S101  one of the two
        raise RuleBroken(
            f"A policy was adopted from {words.day(taken.starts_on)} on. Choose a later day.", field="starts_on"
        )
    if present:
        present.ends_on = starts_on
        present.save(update_fields=["ends_on"])
    adoption = Adoption.objects.create(
        policy=policy,
        starts_on=starts_on,
        ends_on=following.starts_on if following else None,
        recorded_at=at,
        adopted_by_id=actor.staff_id if actor else None,
        adopted_by_name=actor.name if actor else "",
    )
    trail.record(
        actor=actor, verb="policy.adopted", target=adoption, at=at, policy=str(policy), starts_on=str(starts_on)
    )
    return adoption


@transaction.atomic
def withdraw(*, version_id: UUID, actor: Actor, at: datetime) -> Adoption:
    """Take back a version that has not begun; the one before goes on in its place. It stays to be read and published anew.

    Raises NotAllowed, or RuleBroken for one that has begun, or of which nothing is to come.
    """
    access.check_can_withdraw(actor)
    one_at_a_time()
    held = Adoption.objects.select_related("policy").filter(policy_id=version_id)
    adoption: Adoption | None = held.filter(starts_on__gt=actor.on).order_by("starts_on").first()
    if adoption is None:
        begun = held.exists()
        raise RuleBroken(
            "This version has begun: what is judged by it stays judged. Publish another to follow it."
            if begun
            else "Nothing is to come of this version. Somebody may have withdrawn it already."
        )
    trail.record(
        actor=actor,
        verb="policy.withdrawn",
        target=adoption,
        at=at,
        policy=str(adoption.policy),
        starts_on=str(adoption.starts_on),
    )
    before = Adoption.objects.filter(ends_on=adoption.starts_on)
    key = adoption.pk
    adoption.delete()
    before.update(ends_on=adoption.ends_on)
    adoption.pk = key
    return adoption


def one_at_a_time() -> None:
    """Whoever changes which version holds waits until the other has done so; asked first, before any row is locked."""
    with connection.cursor() as cursor:
        cursor.execute("SELECT pg_advisory_xact_lock(hashtext('policies: adoptions'))")
