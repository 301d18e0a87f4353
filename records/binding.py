"""Which record binds an entry about a child, and which entries a record binds: read off what was signed together."""

from typing import Any
from uuid import UUID

from django.db.models import Exists, OuterRef, Subquery, Value

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


def bound_by(entry: Record, *, seen: Exists | None = None) -> Record | None:
    """The record with which an entry was first signed, in the same act, with its state; None for a draft.

    ``seen``: whether somebody sees the record of a part, put down as ``in_sight``. One query where the entry's parts are
    at hand.
    """
    first = next(iter(entry.parts.all()), None)
    if first is None:
        return None
    last = Part.objects.filter(record=OuterRef("record")).order_by("-seq").values("state_after")[:1]
    signed = Part.objects.filter(act=first.act, kind=PartKind.TEXT).exclude(record__kind=Kind.CASE_ENTRY)
    for part in signed.select_related("record").annotate(stands=Subquery(last), in_sight=seen or Value(value=False)):
        if any(row["record"] == str(entry.pk) for row in canonical.loads(bytes(part.body))["bound"]):
            part.record.state, part.record.in_sight = part.stands, part.in_sight
            return part.record
    return None


def goes_with_another(record: Record) -> bool:
    """Whether a record is signed and answered with another, and never by itself: an entry, until that one is sealed.

    The record of a group is sealed as it is signed; each entry that it binds then waits for its worker by itself.
    """
    if record.kind != Kind.CASE_ENTRY:
        return False
    return not is_sealed(bound_by(record))


def is_sealed(whole: Record | None) -> bool:
    """Whether the record that ``bound_by`` gave is sealed; no query."""
    return whole is not None and whole.state == State.SEALED
