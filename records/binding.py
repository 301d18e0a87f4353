"""Which record binds an entry about a child, and which entries a record binds: read off what was signed together."""

from typing import Any
from uuid import UUID

from records import canonical
from records.models import Part, Record
from records.rules import Kind, PartKind, State


def bound_entries(record: Record) -> dict[UUID, dict[str, Any]]:
    """What the last text of a record says of each entry that it binds, by the entry's key, in the order signed.

    No query where the parts are at hand.
    """
    texts = [part for part in record.parts.all() if part.kind == PartKind.TEXT]
    rows = canonical.loads(bytes(texts[-1].body))["bound"] if texts else []
    return {UUID(row["record"]): row for row in rows if row["kind"] == Kind.CASE_ENTRY}


def bound_by(entry: Record) -> Record | None:
    """The record with which an entry was first signed, in the same act; None for a draft. At most three queries."""
    first = next(iter(entry.parts.all()), None)
    if first is None:
        return None
    signed = Part.objects.filter(act=first.act, kind=PartKind.TEXT).exclude(record__kind=Kind.CASE_ENTRY)
    for part in signed.select_related("record"):
        if any(row["record"] == str(entry.pk) for row in canonical.loads(bytes(part.body))["bound"]):
            return part.record
    return None


def goes_with_another(record: Record) -> bool:
    """Whether a record is signed and answered with another, and never by itself: an entry, until that one is sealed.

    The record of a group is sealed as it is signed; each entry that it binds then waits for its worker by itself.
    """
    if record.kind != Kind.CASE_ENTRY:
        return False
    other = bound_by(record)
    return other is None or other.get_state() is not State.SEALED
