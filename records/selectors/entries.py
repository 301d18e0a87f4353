"""The entries about children that a record binds, and the record that binds an entry: within a reader's sight."""

from django.db.models import Exists, OuterRef

from core.actor import Actor
from records import binding
from records.models import Record


def entries_of(record: Record, *, actor: Actor) -> list[Record]:
    """The entries that the last text of a record binds, of those that the actor sees, in the order signed."""
    wanted = list(binding.bound_entries(record))
    found = {each.pk: each for each in Record.objects.visible_to(actor).filter(pk__in=wanted).with_parts()}
    return [found[key] for key in wanted if key in found]


def bound_by(entry: Record, *, actor: Actor) -> Record | None:
    """The record with which an entry was signed, where the actor sees it; None for a draft. One query, parts at hand."""
    whole = whole_of(entry, actor=actor)
    return whole if whole and whole.in_sight else None


def whole_of(entry: Record, *, actor: Actor) -> Record | None:
    """The same whether or not the actor sees it: ``in_sight`` says so, and ``state`` where it stands."""
    seen = Record.objects.visible_to(actor).filter(pk=OuterRef("record"))
    return binding.bound_by(entry, seen=Exists(seen))


def answered_with(record: Record, *, actor: Actor) -> Record | None:
    """The record on whose page the actor answers an entry, where the two are answered together."""
    answers = record.discussed_with_id == actor.staff_id and binding.goes_with_another(record)
    return bound_by(record, actor=actor) if answers else None
