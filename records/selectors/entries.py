"""The entries about children that a record binds, and the record that binds an entry: within a reader's sight."""

from core.actor import Actor
from records import binding
from records.models import Part, Record
from records.rules import Kind, PartKind


def entries_of(record: Record, *, actor: Actor) -> list[Record]:
    """The entries that the last text of a record binds, of those that the actor sees, in the order signed."""
    wanted = list(binding.bound_entries(record))
    found = {each.pk: each for each in Record.objects.visible_to(actor).filter(pk__in=wanted).with_parts()}
    return [found[key] for key in wanted if key in found]


def bound_by(entry: Record, *, actor: Actor) -> Record | None:
    """The record with which an entry was signed, where the actor sees it; None for a draft. One query, parts at hand."""
    first = next(iter(entry.parts.all()), None)
    if first is None:
        return None
    signed = Part.objects.filter(act=first.act, kind=PartKind.TEXT).exclude(record__kind=Kind.CASE_ENTRY)
    return Record.objects.visible_to(actor).filter(pk__in=signed.values("record")).first()


def answered_with(record: Record, *, actor: Actor) -> Record | None:
    """The record on whose page the actor answers an entry, where the two are answered together."""
    answers = record.discussed_with_id == actor.staff_id and binding.goes_with_another(record)
    return bound_by(record, actor=actor) if answers else None
