"""Who has read a person's file, as the page lists it: which record it was, and repeats of a day as one line."""

from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from datetime import datetime
from uuid import UUID

from core.actor import Actor
from core.clock import date_of
from core.templatetags.countersign import medium_date
from records.models import Record
from staff.models import StaffMember
from trail.models import Entry

RECORD = "records.record"


@dataclass(slots=True)
class ReadRow:
    """The latest of one person's reads of one thing on one day; how many there were, and when the first was.

    ``named``: which record it was, and ``record_id`` to link to it, where the reader of the list may see that.
    """

    entry: Entry
    first_at: datetime
    times: int = 1
    named: str = ""
    record_id: UUID | None = None


def read_rows(entries: Iterable[Entry], *, person: StaffMember, actor: Actor) -> Sequence[ReadRow]:
    """Entries of one page of the list, the latest first, as its lines; in one query."""
    rows: dict[tuple[object, ...], ReadRow] = {}
    for entry in entries:
        same = (entry.actor_id, entry.via, entry.verb, entry.target_id, date_of(entry.at))
        row = rows.setdefault(same, ReadRow(entry, entry.at, times=0))
        row.times, row.first_at = row.times + 1, entry.at
    _name(list(rows.values()), person=person, actor=actor)
    return list(rows.values())


def _name(rows: Sequence[ReadRow], *, person: StaffMember, actor: Actor) -> None:
    about = {row.entry.target_id for row in rows if row.entry.target_kind == RECORD}
    records = Record.objects.visible_to(actor).filter(subject=person, pk__in=about)
    seen = records.values_list("pk", "title", "session__on")
    found = {str(pk): (pk, ", ".join(filter(None, (title, medium_date(on) if on else "")))) for pk, title, on in seen}
    for row in rows:
        if row.entry.target_kind == RECORD and row.entry.target_id in found:
            row.record_id, row.named = found[row.entry.target_id]
