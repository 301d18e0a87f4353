"""Agreed actions: rows for what signed parts hold, and telling those who are given one."""

from collections import defaultdict
from collections.abc import Collection, Sequence
from datetime import date, datetime
from uuid import UUID

from django.db import transaction
from django.urls import reverse

from core.actor import Actor
from core.clock import date_of
from outbox.services import enqueue
from records import canonical, selectors, values
from records.action_rules import Step
from records.models import Action, ActionEvent, Part, Record
from trail import services as trail

LEFT_OUT = "Left out when the record was corrected."


def add_actions(
    record: Record, part: Part, sections: Sequence[canonical.Section], *, at: datetime, known: Sequence[Action] = ()
) -> list[Action]:
    """Rows for the actions of a part's sections; one that is known already is kept and now belongs to this part.

    Gives those of the known that the part no longer holds. A third person who is given one is told.
    """
    template = selectors.template_of(record)
    functions = {section.id: section.function or "" for section in template.sections}
    agreed_first = as_agreed(known)
    left = list(known)
    for section in sections:
        for agreed in values.actions_of(section.content):
            action = action_of(agreed, record=record, part_seq=part.seq, section=section, functions=functions, at=at)
            same = next((old for old in left if agreed_first[old.pk] == _terms(action)), None)
            if same:
                left.remove(same)
                Action.objects.filter(pk=same.pk).update(part_seq=part.seq)
            else:
                action.save(force_insert=True)
                tell_owner(action, besides={record.supervisee_id or record.author_id, record.author_id})
    return left


def action_of(
    agreed: dict[str, str],
    *,
    record: Record,
    part_seq: int,
    section: canonical.Section,
    functions: dict[str, str],
    at: datetime,
) -> Action:
    """A row, not yet saved, for an action as it was signed."""
    return Action(
        record=record,
        part_seq=part_seq,
        section=section.id,
        sensitivity=section.sensitivity,
        function=functions.get(section.id, ""),
        what=agreed["what"],
        priority=agreed.get("priority", ""),
        standard=agreed.get("standard", ""),
        owner_id=UUID(agreed["who_id"]) if agreed["who_id"] else None,
        owner_name=agreed["who"],
        due_on=date.fromisoformat(agreed["by"]) if agreed["by"] else None,
        created_at=at,
    )


Terms = tuple[str, str, str, str, UUID | None, str, date | None]


def _terms(action: Action) -> Terms:
    owner = (action.owner_id, action.owner_name)
    return (action.section, action.what, action.priority, action.standard, *owner, action.due_on)


def as_agreed(actions: Sequence[Action]) -> dict[UUID, Terms]:
    """The terms of each action as they were signed, whatever moved since: by the first steps that changed them."""
    found = {action.pk: _terms(action) for action in actions}
    steps = ActionEvent.objects.filter(action__in=found).order_by("-at", "-pk")
    for step in steps:
        section, what, priority, standard, owner_id, owner_name, due_on = found[step.action_id]
        if step.kind == Step.REASSIGNED:
            owner_id, owner_name = step.from_owner_id, step.from_owner_name
        if step.to_due_on:
            due_on = step.from_due_on
        found[step.action_id] = (section, what, priority, standard, owner_id, owner_name, due_on)
    return found


def tell_owner(action: Action, *, besides: set[UUID]) -> None:
    """Tell whoever was given an action, without a word of it; those beside whom it was agreed know."""
    if action.owner_id and action.owner_id not in besides:
        path = reverse("records:action-detail", kwargs={"action_id": action.pk})
        key = f"{action.pk}/{action.owner_id}"
        enqueue("notifications.tasks.notify", person_id=action.owner_id, kind="action_given", key=key, path=path)


def lock_actions(records: Collection[UUID]) -> dict[UUID, list[Action]]:
    """The actions of locked records, with their rows locked in the order of their keys; by record, in one query."""
    found: dict[UUID, list[Action]] = defaultdict(list)
    for action in Action.objects.filter(record__in=records).order_by("pk").select_for_update():
        found[action.record_id].append(action)
    return dict(found)


def carry_actions(part: Part, sections: Sequence[canonical.Section], *, known: Sequence[Action], at: datetime) -> None:
    """Actions of a text. Where it replaces one that was sent back, those of the known that it no longer holds are dropped."""
    for action in add_actions(part.record, part, sections, at=at, known=known):
        if action.is_open:
            add_step(action, Step.DROPPED, by=part.signer_id, reason=LEFT_OUT, at=at)


def add_step(
    action: Action,
    kind: Step,
    *,
    by: UUID,
    at: datetime,
    reason: str = "",
    record: Record | None = None,
    due_on: date | None = None,
    owner: tuple[UUID | None, str] | None = None,
) -> None:
    """Keep one step of a locked action, and let the action stand as it leaves it. Checks nothing."""
    step = ActionEvent(action=action, kind=kind, by_id=by, at=at, on=date_of(at), reason=reason, record=record)
    changed: dict[str, object] = {}
    match kind:
        case Step.DONE | Step.DROPPED:
            changed = {"status": kind.value, "reason": reason, "closed_at": at}
        case Step.REOPENED:
            changed = {"status": Action.Status.OPEN, "reason": "", "closed_at": None}
        case Step.CARRIED:
            changed = {"times_carried": action.times_carried + 1}
    if due_on and due_on != action.due_on:
        step.from_due_on, step.to_due_on = action.due_on, due_on
        changed |= {"due_on": due_on, "reminded_stage": 0}
    if owner:
        step.from_owner_id, step.from_owner_name, step.to_owner_name = action.owner_id, action.owner_name, owner[1]
        changed |= {"owner_id": owner[0], "owner_name": owner[1]}
    step.save(force_insert=True)
    for name, value in changed.items():
        setattr(action, name, value)
    if changed:
        action.save(update_fields=list(changed))


@transaction.atomic
def read_action(*, action: Action, actor: Actor, at: datetime) -> None:
    """Note in the trail that somebody is about to read the words of an action, before they do."""
    trail.record(
        actor=actor,
        verb="action.read",
        target=action,
        about=action.record.supervisee_id,
        at=at,
        record=action.record_id,
    )
