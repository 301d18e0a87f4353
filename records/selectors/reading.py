"""Verified parts of a record, as far as the reader may see them, and its PDF."""

from collections.abc import Sequence
from contextlib import suppress
from dataclasses import dataclass
from enum import Enum, auto
from uuid import UUID

from core.actor import Actor
from documents import selectors as documents
from outbox.models import Job
from records import access, canonical, rules, sealing
from records.models import Part, PartContent, Record, RecordGone, RenderedDocument
from records.rules import Audience, PartHead, Sensitivity, State, VerifiedPart

# The task that prints a record
PRINTING = "records.tasks.render_document"


class Printing(Enum):
    """How far a record's PDF is: nobody asked for it, it is being made, or it could not be made."""

    NOT_ASKED = auto()
    UNDER_WAY = auto()
    GIVEN_UP = auto()


@dataclass(frozen=True, slots=True)
class RecordReading:
    """A record as one reader sees it: verified parts with what is withheld left out, or what is wrong with them."""

    record: Record
    heads: tuple[PartHead, ...]
    parts: tuple[VerifiedPart, ...]
    state: State
    masked: bool
    fault: str
    document: RenderedDocument | None
    has_no_pdf: bool = False


def stored_parts(
    record: Record, *, readable: Sequence[Sensitivity], evidence: bool = False
) -> list[canonical.StoredPart]:
    """The chain as stored, with the contents of the readable sensitivities alone fetched, in two queries."""
    return stored_parts_of([record], readable=readable, evidence=evidence)[record.pk]


def stored_parts_of(
    records: Sequence[Record],
    *,
    readable: Sequence[Sensitivity],
    evidence: bool = False,
    chain: Sequence[Part] | None = None,
) -> dict[UUID, list[canonical.StoredPart]]:
    """The chains of several records, by record; in two queries however many there are.

    Parts first: a part that is added meanwhile is then left out with its contents, instead of being found without them.
    """
    parts = chain
    if parts is None:
        parts = list(Part.objects.filter(record__in=records).as_stored().order_by("record", "seq"))
    contents: dict[UUID, list[canonical.StoredContent]] = {}
    rows = PartContent.objects.filter(part__in=parts, sensitivity__in=readable)
    for row in rows if evidence else rows.exclude(section=rules.EVIDENCE):
        contents.setdefault(row.part_id, []).append(row.as_stored())
    found: dict[UUID, list[canonical.StoredPart]] = {record.pk: [] for record in records}
    for part in parts:
        found[part.record_id].append(part.as_stored(contents.get(part.pk, ())))
    return found


def verified_parts(
    record: Record,
    *,
    up_to: str | None = None,
    readable: Sequence[Sensitivity] = tuple(Sensitivity),
    evidence: bool = True,
) -> list[VerifiedPart]:
    """The whole chain, checked, with every content, or with those that are readable: the others stay in the database.

    Raises ChainBroken with what is wrong and where.
    """
    stored = stored_parts(record, readable=readable, evidence=evidence)
    return _verified(record, stored, up_to=up_to, readable=readable, evidence=evidence)


def _verified(
    record: Record,
    stored: Sequence[canonical.StoredPart],
    *,
    up_to: str | None = None,
    readable: Sequence[Sensitivity],
    evidence: bool,
) -> list[VerifiedPart]:
    withheld = set() if set(Sensitivity) <= set(readable) else _withheld(stored, readable=readable)
    withheld |= _withheld([part for part in stored if part.is_purged], readable=())
    return canonical.verify_chain(
        stored,
        record_id=record.pk,
        attested=sealing.is_attested,
        withheld=withheld if evidence else withheld | {(part.seq, rules.EVIDENCE, None) for part in stored},
        up_to=up_to,
    )


def parts_for(record: Record, *, audience: Audience, up_to: str | None = None) -> list[VerifiedPart]:
    """The whole chain, checked, as one audience's PDF may hold it: what is masked stays in the database."""
    if audience is Audience.FULL:
        return verified_parts(record, up_to=up_to)
    return verified_parts(record, up_to=up_to, readable=readable_unless(masked=True), evidence=False)


def _withheld(
    stored: Sequence[canonical.StoredPart], *, readable: Sequence[Sensitivity]
) -> set[tuple[int, str, str | None]]:
    """The contents (seq, section, key) that were not fetched. Of bytes that are no body there are none to name."""
    found = set()
    for part in stored:
        with suppress(ValueError, KeyError, TypeError):
            sections = canonical.loads(part.raw)["sections"]
            found |= {(part.seq, row["id"], row["key"]) for row in sections if row["sensitivity"] not in readable}
    return found


def purged_of(record: Record) -> RecordGone | None:
    """That the text of a record is gone, and under which certificate."""
    return RecordGone.objects.filter(record=record, kind=RecordGone.Kind.PURGED).first()


def readable_by(actor: Actor, record: Record) -> list[Sensitivity]:
    """The sensitivities that an actor reads of a record."""
    return readable_unless(masked=not access.reads_in_full(actor, record))


def readable_unless(*, masked: bool) -> list[Sensitivity]:
    """Every sensitivity, or those that are left to a reader from whom health and conduct are withheld."""
    return [level for level in Sensitivity if not (masked and level in rules.MASKED)]


def record_reading(*, record: Record, actor: Actor, chain: Sequence[Part] | None = None) -> RecordReading:
    """The record's parts as the actor may read them. What is masked never leaves the database.

    Checked on the way: what is not as it was signed is not shown, and ``fault`` says what is wrong. ``chain``: its parts
    with their attestations, for a caller that has just fetched them.
    """
    masked, readable = not access.reads_in_full(actor, record), readable_by(actor, record)
    try:
        stored = stored_parts_of([record], readable=readable, chain=chain)[record.pk]
        parts = _verified(record, stored, readable=readable, evidence=False)
    except canonical.ChainBroken as error:
        return RecordReading(record, (), (), record.get_state(), masked, error.sentence, None)
    heads = tuple(canonical.head_of(part.digest, part.body) for part in parts)
    state = rules.state_of(heads)
    audience = access.audience_of(actor, record)
    made = RenderedDocument.objects.filter(record=record, audience=audience)
    document = made.filter(head=heads[-1].digest).first() if heads else None
    is_wanted = state is State.SEALED and document is None
    has_no_pdf = is_wanted and printing_of(record, head=heads[-1].digest, audience=audience) is Printing.GIVEN_UP
    return RecordReading(record, heads, tuple(parts), state, masked, "", document, has_no_pdf)


def entry_readings(entries: Sequence[Record]) -> list[RecordReading]:
    """Entries about children as one reads them beside the record of their session, each checked; in two queries.

    Whoever sees an entry reads all of it. Their PDFs are on their own pages.
    """
    return file_readings(entries, readable=tuple(Sensitivity))


def file_readings(records: Sequence[Record], *, readable: Sequence[Sensitivity]) -> list[RecordReading]:
    """Records of one person's file as somebody examines them together, each checked; in two queries.

    ``readable``: what the reader may read of them; the rest stays in the database. Their PDFs are on their own pages.
    """
    stored = stored_parts_of(records, readable=readable)
    return [_file_reading(record, stored[record.pk], readable=readable) for record in records]


def _file_reading(
    record: Record, stored: Sequence[canonical.StoredPart], *, readable: Sequence[Sensitivity]
) -> RecordReading:
    masked = not set(Sensitivity) <= set(readable)
    try:
        parts = _verified(record, stored, readable=readable, evidence=False)
    except canonical.ChainBroken as error:
        return RecordReading(record, (), (), record.get_state(), masked, error.sentence, None)
    heads = tuple(canonical.head_of(part.digest, part.body) for part in parts)
    return RecordReading(record, heads, tuple(parts), rules.state_of(heads), masked, "", None)


def printing_arguments(record: Record, *, head: str, audience: Audience) -> dict[str, str]:
    """What the printing task is asked with."""
    masked = {"audience": audience.value} if audience is Audience.MASKED else {}
    return {"record_id": str(record.pk), "head": head, **masked}


def printing_of(record: Record, *, head: str, audience: Audience) -> Printing:
    """How far the PDF of a head is that is not there yet."""
    asked = printing_arguments(record, head=head, audience=audience)
    jobs = Job.objects.filter(task=PRINTING, arguments=asked, done_at=None)
    given_up = list(jobs.values_list("gave_up_at", flat=True))
    if None in given_up:
        return Printing.UNDER_WAY
    return Printing.GIVEN_UP if given_up else Printing.NOT_ASKED


def document_bytes(document: RenderedDocument) -> bytes:
    """The PDF's bytes, their digest checked."""
    return documents.read_bytes(document.stored)
