"""Decisions about a child between sessions: typed, and signed at once."""

from collections.abc import Mapping
from datetime import date, datetime
from typing import Any
from uuid import UUID

from django.db import transaction

from cases.selectors import holders_of
from core.actor import Actor
from core.errors import NotAllowed, RuleBroken, Stale
from records import services as records
from records.canonical import canonical
from records.models import Part, Record
from records.rules import Relation
from records.selectors import AtOnce
from records.services import Evidence
from staff.challenge import Challenge
from supervision import selectors
from supervision.models import DecisionDraft, Discussion
from supervision.selectors import DecisionToSign
from trail import services as trail

CHANGED = "This was saved from another window after you opened it. Nothing was overwritten: open it again, or save it once more to replace that."


@transaction.atomic
def save_decision(
    *, draft_id: UUID, typed: Mapping[str, Any], version: int, actor: Actor, at: datetime
) -> DecisionDraft:
    """Keep what was typed of a decision so far, over the version that was read; 0 for one that is new.

    Raises NotAllowed, RuleBroken (it is signed already) or Stale (another window saved it since).
    """
    selectors.check_may_decide(actor=actor)
    content = canonical(dict(typed)).decode()
    new = DecisionDraft(id=draft_id, author_id=actor.staff_id, version=0, content="{}", updated_at=at)
    # The same page sent twice at once: one begins it, the other finds it
    DecisionDraft.objects.bulk_create([new], ignore_conflicts=True)
    draft = DecisionDraft.objects.visible_to(actor).select_for_update().filter(pk=draft_id).first()
    if draft is None:
        raise NotAllowed("Only who began this decision can go on with it.")
    if Record.objects.filter(pk=draft_id).exists():
        raise RuleBroken("You have signed this already. Nothing was added.")
    if draft.content == content:
        return draft
    if draft.version != version:
        raise Stale(CHANGED)
    draft.version += 1
    draft.content, draft.updated_at = content, at
    draft.save()
    return draft


@transaction.atomic
def drop_decision(*, draft_id: UUID, actor: Actor) -> None:
    """Throw away what was typed and not signed."""
    DecisionDraft.objects.visible_to(actor).filter(pk=draft_id).delete()


def look_at_decision(*, draft: DecisionDraft, actor: Actor, at: datetime) -> DecisionToSign:
    """What would be signed, for the page before the signature. That the reference was looked up is noted in the trail."""
    to_sign = selectors.decision_to_sign(draft=draft, actor=actor)
    child_id = to_sign.made.child_id if to_sign.made else None
    trail.record(actor=actor, verb="decision.checked", target=draft, at=at, via="who decides", child=child_id)
    return to_sign


@transaction.atomic
def sign_decision(
    *, draft_id: UUID, shown: str, challenge: Challenge | None, evidence: Evidence, actor: Actor, at: datetime
) -> Part:
    """Sign a decision: it is a record about the child from now on, complete and sealed.

    The worker's clock never moves by it; the child's where the policy counts management oversight (scenario 15), unless
    it is a note of the child's own worker or of somebody consulted: they do not oversee themselves. Raises DoesNotExist (signed already), NotAllowed, ChallengeStale, RuleBroken with what is missing, or Stale.
    """
    draft = DecisionDraft.objects.visible_to(actor).select_for_update().get(pk=draft_id)
    to_sign = selectors.decision_to_sign(draft=draft, actor=actor)
    if to_sign.made is None:
        raise RuleBroken(to_sign.problems[0][1], field=to_sign.problems[0][0])
    made = to_sign.made
    part = records.sign_at_once(made=made, shown=shown, challenge=challenge, evidence=evidence, actor=actor, at=at)
    if made.relation == Relation.SUPERVISOR:
        _oversees(made, actor=actor, at=at)
    draft.delete()
    return part


def _oversees(made: AtOnce, *, actor: Actor, at: datetime) -> None:
    """Note that management looked at the child: what clocks count, and what triggers wait for."""
    holders = holders_of(children=[made.child_id], on=actor.on).get(made.child_id, ())
    Discussion.objects.create(
        child_id=made.child_id,
        worker_id=holders[0].person_id if holders else made.asked_by_id or actor.staff_id,
        on=date.fromisoformat(made.facts["held_on"]),
        depth=Discussion.Depth.BRIEF,
        format=Discussion.Format.MANAGEMENT_OVERSIGHT,
        recorded_at=at,
    )
