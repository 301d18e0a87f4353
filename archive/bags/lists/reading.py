"""Who read this file, and what was done about it."""

from uuid import UUID

from archive.bags.lists.shapes import Listed, listed
from trail.models import Entry


def reading_trail(person_id: UUID) -> Listed:
    """Every entry of the log about this person that says that somebody read or took something, oldest first."""
    entries = Entry.objects.reads().filter(about_id=person_id).order_by("at", "pk")
    return listed(
        "reading-trail",
        "Who read this file, and when",
        ("When", "Who", "As", "By which right", "What", "Thing", "Its number"),
        [
            (
                *(row.at, row.actor_name or "The service", row.actor_role, row.via_words, row.words),
                *(row.target_kind.partition(".")[2], row.target_id),
            )
            for row in entries.iterator(chunk_size=2_000)
        ],
    )
