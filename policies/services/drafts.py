"""Drafts of a policy: one person proposes a version, another publishes it."""

from datetime import date, datetime
from uuid import UUID

from django.db import transaction

from core.actor import Actor
from core.errors import RuleBroken, Stale
from outbox.services import enqueue
from policies import access
from policies.digests import digest_of
from policies.models import Adoption, PolicyDraft, PolicyVersion
from policies.proposals import read_proposal
from policies.rules import words
from policies.selectors import adoption_in_force
from policies.services.adopting import hold, one_at_a_time
from trail import services as trail


@transaction.atomic
def draft_policy(
    *, text: str, starts_on: date, actor: Actor, at: datetime, replaces: UUID | None = None
) -> PolicyDraft:
    """Keep a text without a fault as a draft, to hold from a day on; ``replaces``: the draft that it is a change of.

    What it would change is reckoned in the background, and those who may publish it are told. Raises NotAllowed,
    Faulty (a RuleBroken with every fault of the text) or RuleBroken for a day that has passed.
    """
    access.check_can_draft(actor)
    _check_ahead(starts_on, today=actor.on)
    read = read_proposal(text)
    if replaces:
        _close(_lock(replaces, actor), PolicyDraft.Status.DISCARDED, actor=actor, at=at)
    follows = adoption_in_force(starts_on)
    draft = PolicyDraft.objects.create(
        slug=read.policy.id,
        version=read.policy.version,
        text=text,
        document=read.document,
        parent=read.parent,
        built_on_id=follows.policy_id if follows else None,
        starts_on=starts_on,
        drafted_at=at,
        drafted_by_id=actor.staff_id,
        drafted_by_name=actor.name,
    )
    trail.record(actor=actor, verb="policy.drafted", target=draft, at=at, policy=str(draft), starts_on=str(starts_on))
    enqueue("compliance.tasks.tell_of_draft", draft_id=draft.pk)
    enqueue("compliance.tasks.foresee_policy", draft_id=draft.pk, on=starts_on.isoformat())
    return draft


@transaction.atomic
def publish_draft(*, draft_id: UUID, starts_on: date, actor: Actor, at: datetime) -> Adoption:
    """Make a draft a version of the policy, which holds from a day on. Pressed twice, it is published once.

    Raises NotAllowed for whoever drafted it, Faulty when the text cannot be a version any more, Stale when the policy
    that it inherits from is another than was read, RuleBroken when it is published or discarded already, for a day that
    has passed, on which another version begins, or by which another version holds than it was built on.
    """
    one_at_a_time()
    draft = _lock(draft_id, actor)
    access.check_can_publish(actor, draft)
    _check_ahead(starts_on, today=actor.on)
    read = read_proposal(draft.text)
    _check_built_on(draft, starts_on, today=actor.on)
    if read.parent != draft.parent:
        raise Stale(
            "The policy that this one inherits from has a new version, so this is not what you read. Draft it again."
        )
    version = PolicyVersion.objects.create(
        slug=draft.slug,
        version=draft.version,
        document=read.document,
        digest=digest_of(read.document, parent=read.parent.digest if read.parent else None),
        parent=read.parent,
        loaded_at=at,
    )
    adoption = hold(policy=version, starts_on=starts_on, at=at, actor=actor)
    draft.published_as = version
    _close(draft, PolicyDraft.Status.PUBLISHED, actor=actor, at=at)
    enqueue("compliance.tasks.tell_of_publication", draft_id=draft.pk)
    return adoption


@transaction.atomic
def discard_draft(*, draft_id: UUID, actor: Actor, at: datetime) -> PolicyDraft:
    """Put a draft aside; it stays to be read. Raises NotAllowed, or RuleBroken when it is closed already."""
    draft = _lock(draft_id, actor)
    access.check_can_discard(actor)
    return _close(draft, PolicyDraft.Status.DISCARDED, actor=actor, at=at)


def _lock(draft_id: UUID, actor: Actor) -> PolicyDraft:
    draft = PolicyDraft.objects.visible_to(actor).select_for_update(of=("self",)).filter(pk=draft_id).first()
    if draft is None:
        raise RuleBroken("There is no such draft.")
    if not draft.is_open:
        raise RuleBroken(f"This draft was {draft.get_status_display().lower()} already by {draft.closed_by_name}.")
    return draft


def _close(draft: PolicyDraft, status: PolicyDraft.Status, *, actor: Actor, at: datetime) -> PolicyDraft:
    draft.status, draft.closed_at = status, at
    draft.closed_by_id, draft.closed_by_name = actor.staff_id, actor.name
    draft.save(update_fields=["status", "published_as", "closed_at", "closed_by_id", "closed_by_name"])
    trail.record(actor=actor, verb=f"policy.{status.value}", target=draft, at=at, policy=str(draft))
    return draft


def _check_ahead(starts_on: date, *, today: date) -> None:
    if starts_on < today:
        raise RuleBroken(
            "This day has passed: what was judged stays judged. Choose today or a later day.", field="starts_on"
        )


def _check_built_on(draft: PolicyDraft, starts_on: date, *, today: date) -> None:
    """What was published between would be taken back, and the draft was not compared with it."""
    follows = adoption_in_force(starts_on)
    if follows and follows.policy_id != draft.built_on_id and follows.starts_on != starts_on:
        version, begins = follows.policy.version, "begins" if follows.starts_on > today else "began"
        raise RuleBroken(
            f"Version {version} {begins} on {words.day(follows.starts_on)} and would be taken back: this draft was not "
            f"built on it. Change the draft, so that it has what version {version} has, then publish that one.",
            field="starts_on",
        )
