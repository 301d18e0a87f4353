"""All lists of one file."""

from collections.abc import Iterator, Mapping
from uuid import UUID

from archive.bags.lists.employment import employment, leaving
from archive.bags.lists.folder import folder
from archive.bags.lists.reading import reading_trail
from archive.bags.lists.shapes import Listed
from archive.bags.lists.supervision import supervision


def lists_of(person_id: UUID, *, placed: Mapping[UUID, str]) -> Iterator[Listed]:
    """Every list of a person's file, one after another; those with nothing in them, too, since that says something."""
    yield from employment(person_id)
    yield from supervision(person_id)
    yield from folder(person_id, placed=placed)
    yield from leaving(person_id)
    yield reading_trail(person_id)
