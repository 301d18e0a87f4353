"""Reading the security log."""

from uuid import UUID

from trail.models import Entry, EntryQuerySet


def reads_about(person_id: UUID) -> EntryQuerySet:
    """Who read content about a person, newest first, that person's own reads left out: to be paged by the caller."""
    return Entry.objects.reads().about(person_id)
