"""Agreed actions: rows for what signed parts hold, and what becomes of them."""

from collections.abc import Sequence
from datetime import date, datetime
from uuid import UUID

from django.db import transaction

from core.actor import Actor
from core.errors import RuleBroken
from records import access, canonical, selectors, values
from records.models import Action, Part, Record
from trail import services as trail


def add_actions(
    record: Record, part: Part, sections: Sequence[canonical.Section], *, at: datetime, known: Sequence[Action] = ()
) -> list[Action]:
    """Rows for the actions of a part's sections; one that is known already is kept and now belongs to this part."""
    template = selectors.template_of(record)
    functions = {section.id: section.function or "" for section in template.sections}
    left = list(known)
    for section in sections:
        for agreed in values.actions_of(section.content):
            action = Action(
                record=record,
                part_seq=part.seq,
                section=section.id,
                sensitivity=section.sensitivity,
                function=functions.get(section.id, ""),
                what=agreed["what"],
                owner_id=UUID(agreed["who_id"]) if agreed["who_id"] else None,
                owner_name=agreed["who"],
                due_on=date.fromisoformat(agreed["by"]) if agreed["by"] else None,
                created_at=at,
            )
            same = next((old for old in left if _same_action(old, action)), None)
            if same:
                left.remove(same)
                Action.objects.filter(pk=same.pk).update(part_seq=part.seq)
            else:
                action.save()
    return left


def _same_action(one: Action, other: Action) -> bool:
    return all(
        getattr(one, name) == getattr(other, name) for name in ("section", "what", "owner_id", "owner_name", "due_on")
    )


def carry_actions(record: Record, part: Part, sections: Sequence[canonical.Section], *, at: datetime) -> None:
    """Actions of a text. Where it replaces one that was sent back, those that it no longer holds are dropped."""
    known = list(record.actions.select_for_update())
    gone = add_actions(record, part, sections, at=at, known=known)
    for action in gone:
        if action.status == Action.Status.OPEN:
            _close(action, status=Action.Status.DROPPED, reason="Left out when the record was corrected.", at=at)


def _close(action: Action, *, status: str, reason: str, at: datetime) -> None:
    action.status = status
    action.reason = reason
    action.closed_at = at
    action.save(update_fields=["status", "reason", "closed_at"])


@transaction.atomic
def read_action(*, action: Action, actor: Actor, at: datetime) -> None:
    """Note in the trail that somebody is about to read the words of an action, before they do."""
    trail.record(
        actor=actor, verb="action.read", target=action, about=action.record.subject_id, at=at, record=action.record_id
    )


@transaction.atomic
def close_action(*, action_id: UUID, status: str, reason: str, actor: Actor, at: datetime) -> Action:
    """Mark an action as done, or drop it with a reason.

    Raises NotAllowed, or RuleBroken: no reason for dropping it, or closed already.
    """
    action = Action.objects.visible_to(actor).select_related("record").select_for_update(of=("self",)).get(pk=action_id)
    access.check_can_close_action(actor, action)
    why = values.cleaned_text(reason) if status == Action.Status.DROPPED else ""
    if action.status != Action.Status.OPEN:
        raise RuleBroken("This action is closed already.")
    if status == Action.Status.DROPPED and not why:
        raise RuleBroken("Say why this action is dropped.", field="reason")
    _close(action, status=Action.Status(status), reason=why, at=at)
    trail.record(
        actor=actor,
        verb=f"action.{status}",
        target=action,
        about=action.record.subject_id,
        at=at,
        record=action.record_id,
    )
    return action
