"""The signed records of one file, read in batches, each checked as any page checks it."""

from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from datetime import date
from uuid import UUID

from django.db.models import Exists, OuterRef, Q

from core.clock import date_of
from records import pdf_wording
from records import selectors as records
from records.models import Part, Record, RecordQuerySet, RenderedDocument
from records.rules import Audience, Sensitivity, State, VerifiedPart

BATCH = 40


@dataclass(frozen=True, slots=True)
class ReadRecord:
    """One record with its checked parts, or what is wrong with it; and its PDF, where there is one."""

    record: Record
    parts: Sequence[VerifiedPart]
    state: State
    fault: str
    printed: RenderedDocument | None

    @property
    def on(self) -> date:
        """The day that it is of: when it was held, else when it was signed first."""
        said = self.parts[0].body["facts"].get("held_on") if self.parts else None
        return date.fromisoformat(said) if said else date_of(self.record.created_at)


def records_of_file(person_id: UUID) -> RecordQuerySet:
    """What is signed of a person's supervision: about them, and the entries on children discussed with them.

    Everything in the file, whoever may read it: asked for by the archive, which writes that to the trail.
    """
    own = Record.objects.filter(Q(subject_id=person_id) | Q(discussed_with_id=person_id))
    return own.filter(Exists(Part.objects.filter(record=OuterRef("pk")))).order_by("created_at", "pk")


def read_records(keys: Sequence[UUID]) -> Iterator[ReadRecord]:
    """Those records in their order, some at a time, so that a long file is never all in memory."""
    for start in range(0, len(keys), BATCH):
        batch = keys[start : start + BATCH]
        rows = {row.pk: row for row in Record.objects.filter(pk__in=batch).select_related("child", "subject")}
        readings = records.file_readings([rows[key] for key in batch], readable=tuple(Sensitivity))
        heads = [reading.parts[-1].digest for reading in readings if reading.parts]
        made = RenderedDocument.objects.filter(head__in=heads, audience=Audience.FULL).select_related("stored")
        printed = {document.head: document for document in made}
        for reading in readings:
            head = reading.parts[-1].digest if reading.parts else ""
            yield ReadRecord(reading.record, reading.parts, reading.state, reading.fault, printed.get(head))


def unprinted(person_id: UUID) -> list[tuple[UUID, str]]:
    """The sealed records of a file that have no PDF yet, each with its head."""
    last = Part.objects.filter(record__in=records_of_file(person_id).values("pk")).order_by("record_id", "-seq")
    heads = last.distinct("record_id").values_list("record_id", "digest", "state_after")
    sealed = [(key, digest) for key, digest, state in heads if state == State.SEALED]
    digests = [digest for _, digest in sealed]
    made = set(RenderedDocument.objects.filter(head__in=digests, audience=Audience.FULL).values_list("head", flat=True))
    return [(key, digest) for key, digest in sealed if digest not in made]


def number_of(record: Record) -> str:
    """Its short number, as its PDF says it."""
    return pdf_wording.short_number(record.pk)


def title_of(record: Record) -> str:
    """A record as people speak of it, without what it says."""
    return f"“{record.title}” of {date_of(record.created_at):%d %B %Y} ({number_of(record)})"
