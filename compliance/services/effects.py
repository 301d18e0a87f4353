"""What a draft of the policy would change, reckoned in the background over real facts, and kept."""

from collections import Counter
from collections.abc import Sequence
from datetime import date, datetime, timedelta
from uuid import UUID

from django.db import transaction
from django.urls import reverse

from cases.models import Child
from compliance import selectors
from compliance.models import PolicyEffect
from compliance.rules.effects import GROUPS, effect_on
from core.actor import Actor
from core.clock import date_of
from notifications import services as notifications
from outbox.services import enqueue
from policies import access as policy_access
from policies.models import MAY_PUBLISH, PolicyDraft
from policies.selectors import policy_of_draft
from staff.selectors import people_with_role
from supervision.selectors.supposed import children_if, workers_if

CHUNK = 500
TAKES_AT_MOST = timedelta(hours=1)


@transaction.atomic
def foresee_policy(*, draft_id: UUID, on: date, at: datetime) -> PolicyEffect:
    """Ask for what a draft would change if it began on a day; asked twice while it is reckoned, it is reckoned once.

    One that is not done after an hour was given up, and can be asked for again.
    """
    draft = PolicyDraft.objects.select_for_update().get(pk=draft_id)
    waiting = PolicyEffect.objects.filter(draft=draft, on=on, finished_at=None, asked_at__gt=at - TAKES_AT_MOST)
    unfinished = waiting.order_by("-asked_at").first()
    if unfinished:
        return unfinished
    effect = PolicyEffect.objects.create(draft=draft, on=on, asked_at=at)
    enqueue("compliance.tasks.work_out_effect", effect_id=effect.pk)
    return effect


def ask_for_effect(*, draft_id: UUID, today: bool, actor: Actor, at: datetime) -> PolicyEffect:
    """The same for somebody who looks at the draft: if it began ``today``, or on its own day. Raises NotAllowed."""
    policy_access.check_can_read_drafts(actor)
    draft = PolicyDraft.objects.visible_to(actor).get(pk=draft_id)
    return foresee_policy(draft_id=draft.pk, on=actor.on if today else max(draft.starts_on, actor.on), at=at)


def work_out_effect(*, effect_id: UUID, at: datetime) -> None:
    """Reckon it, some people and children at a time, so that a page can say how far it is; once."""
    effect = PolicyEffect.objects.select_related("draft__parent").get(pk=effect_id)
    if effect.finished_at:
        return
    policy = policy_of_draft(effect.draft)
    people = selectors.people_to_assess(on=effect.on)
    children = list(Child.objects.order_by("pk").values_list("pk", flat=True))
    _save(effect, total=len(people) + len(children), done=0)
    workers: list[list[str | None]] = []
    for some in _chunks(people):
        for person_id, before, after in workers_if(people=some, on=effect.on, policy=policy):
            if group := effect_on(before, after):
                workers.append([str(person_id), group, _iso(before.due_on if before else None), _iso(after.due_on)])
        _save(effect, done=effect.done + len(some))
    figures: Counter[str] = Counter()
    for some in _chunks(children):
        figures.update(effect_on(*pair) for pair in children_if(children=some, on=effect.on, policy=policy))
        _save(effect, done=effect.done + len(some))
    _save(effect, workers=workers, children={group: figures[group] for group in GROUPS}, finished_at=at)


def tell_of_draft(*, draft_id: UUID, at: datetime) -> None:
    """Tell those who may publish a draft, whoever drafted it excepted, that it waits for them."""
    draft = PolicyDraft.objects.get(pk=draft_id)
    if not draft.is_open:
        return
    able = {person_id for role in MAY_PUBLISH for person_id in people_with_role(role, on=date_of(at))}
    for person_id in able - {draft.drafted_by_id}:
        _tell(person_id, "answer_wanted", draft, at=at)


def tell_of_publication(*, draft_id: UUID, at: datetime) -> None:
    """Tell the two who drafted and published a version that it is published."""
    draft = PolicyDraft.objects.get(pk=draft_id)
    for person_id in {draft.drafted_by_id, draft.closed_by_id or draft.drafted_by_id}:
        _tell(person_id, "policy_published", draft, at=at)


def _tell(person_id: UUID, kind: str, draft: PolicyDraft, *, at: datetime) -> None:
    path = (
        reverse("policies:draft-detail", args=[draft.pk]) if kind == "answer_wanted" else reverse("policies:versions")
    )
    notifications.notify(person_id=person_id, kind=kind, key=f"policy draft {draft.pk}", path=path, at=at)


def _chunks(keys: Sequence[UUID]) -> list[Sequence[UUID]]:
    return [keys[start : start + CHUNK] for start in range(0, len(keys), CHUNK)]


def _save(effect: PolicyEffect, **values: object) -> None:
    for name, value in values.items():
        setattr(effect, name, value)
    effect.save(update_fields=list(values))


def _iso(day: date | None) -> str | None:
    return day.isoformat() if day else None
