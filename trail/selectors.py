"""Reading the security log."""

from datetime import datetime
from uuid import UUID

from django.db.models import Model

from core.actor import Actor
from trail.models import Entry, EntryQuerySet


def reads_about(person_id: UUID) -> EntryQuerySet:
    """Who read content about a person, newest first, that person's own reads left out: to be paged by the caller."""
    return Entry.objects.reads().about(person_id)


def has_entry(*, actor: Actor, verb: str, target: Model, since: datetime) -> bool:
    """Whether the actor did this to a thing since a moment, so that what repeats itself is not written each time."""
    entries = Entry.objects.filter(target_id=str(target.pk), at__gte=since, actor_id=actor.staff_id, verb=verb)
    return entries.exists()
