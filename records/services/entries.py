"""An entry about a child as a record of its own: opened beside the record of the session in which it is written."""

from collections.abc import Mapping
from datetime import datetime
from typing import Any
from uuid import UUID

from django.db import transaction

from core.actor import Actor
from core.errors import RuleBroken
from policies.templates import Template
from records import selectors
from records.models import Record
from records.rules import Kind, Sensitivity
from records.services.drafts import write_section
from trail import services as trail


@transaction.atomic
def open_entry(
    *,
    child_id: UUID,
    discussed_with_id: UUID,
    template: Template,
    policy_slug: str,
    policy_version: str,
    title: str,
    actor: Actor,
    at: datetime,
    values: Mapping[str, Mapping[str, Any]] | None = None,
) -> Record:
    """A new draft about a child in the actor's own name; the room above decides who may.

    ``discussed_with_id``: the worker with whom the child is discussed. Raises RuleBroken for a form that asks about
    health or conduct: nothing personal about a worker stands in an entry about a child.
    """
    if any(section.sensitivity != Sensitivity.SHARED for section in template.sections):
        raise RuleBroken("The form of entries about children has a section about health or conduct. It cannot be used.")
    record = Record.objects.create(
        kind=Kind.CASE_ENTRY,
        child_id=child_id,
        discussed_with_id=discussed_with_id,
        author_id=actor.staff_id,
        template_slug=template.id,
        template_version=template.version,
        policy_slug=policy_slug,
        policy_version=policy_version,
        title=title,
        created_at=at,
    )
    for section in (*template.sections, selectors.own_of_room(template)):
        if begun := (values or {}).get(section.id):
            write_section(None, record=record, section=section, key=None, fields=begun, actor=actor, at=at)
    trail.record(actor=actor, verb="record.opened", target=record, at=at, kind=str(Kind.CASE_ENTRY))
    return record
