"""The PDF of a record, once for each head of its chain; and the check of everything that is stored."""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime
from uuid import UUID

from django.db import transaction

from core.actor import Actor
from core.errors import RuleBroken
from documents import services as documents
from outbox.services import enqueue
from policies import selectors as policies
from records import access, binding_check, canonical, pdf, sealing, selectors, wording
from records.models import Record, RecordGone, RenderedDocument
from records.rules import Audience, Sensitivity, State
from records.selectors import Printing
from records.services.appending import workers_quoted
from trail import services as trail


@dataclass(frozen=True, slots=True)
class Verification:
    """Whether a record is as it was signed; ``fault`` says what is wrong and where."""

    record_id: UUID
    parts: int
    fault: str

    @property
    def intact(self) -> bool:
        """Whether nothing is wrong."""
        return not self.fault


def render_document(
    *, record_id: UUID, head: str, at: datetime, audience: Audience = Audience.FULL
) -> RenderedDocument:
    """Make the PDF for one head of the chain, once for each audience. Reads nothing but the stored bytes.

    What a masked one withholds is not fetched from the database, so neither page nor attachment can hold it.

    Printed before the record is locked, so that nobody who signs waits for the printer; where two printed at once, the
    first is kept. Raises ChainBroken when a byte differs from what was signed, and whatever keeps it from being printed
    and sealed.
    """
    made = RenderedDocument.objects.filter(head=head, audience=audience)
    if existing := made.first():
        return existing
    record = Record.objects.get(pk=record_id)
    parts = selectors.parts_for(record, audience=audience, up_to=head)
    words = policies.policy_called(slug=record.policy_slug, version=record.policy_version)
    sealed = sealing.seal_pdf(pdf.render(parts, policy=words), at=at)
    with transaction.atomic():
        Record.objects.select_for_update(no_key=True).get(pk=record_id)
        if existing := made.first():
            return existing
        stored = documents.store(sealed, media_type="application/pdf", at=at)
        return RenderedDocument.objects.create(record=record, head=head, audience=audience, stored=stored, made_at=at)


@transaction.atomic
def read_document(*, record: Record, actor: Actor, at: datetime) -> bytes | None:
    """The sealed PDF of the record's head as the actor may have it, noted in the trail first; None while it is being made.

    A reader from whom something is withheld has the masked one, which is made when it is first asked for. It is asked
    for once more where nobody is making it. Raises RuleBroken where there is none: not everybody has signed, or it
    could not be made.
    """
    audience = access.audience_of(actor, record)
    if record.get_state() is not State.SEALED:
        raise RuleBroken("There is a PDF once everybody has signed.")
    if record.child_id and selectors.purged_of(record):
        raise RuleBroken("The text of this was purged, and its PDF with it.")
    document = (
        RenderedDocument.objects.visible_to(actor)
        .select_related("stored")
        .filter(record=record, head=record.get_head_digest(), audience=audience)
        .first()
    )
    if document is None:
        _ask_again(record, audience=audience)
        return None
    trail.record(
        actor=actor,
        verb="record.downloaded",
        target=record,
        about=record.subject_id,
        via=selectors.via_of(record, actor=actor),
        at=at,
        head=document.head,
        masked=audience is Audience.MASKED,
    )
    for worker_id in workers_quoted(record):
        trail.record(actor=actor, verb="audit.downloaded", target=record, about=worker_id, at=at)
    return selectors.document_bytes(document)


def _ask_again(record: Record, *, audience: Audience) -> None:
    """Ask for the PDF of a sealed record's head, unless it is being made. Raises RuleBroken where it could not be."""
    head = record.get_head_digest()
    printing = selectors.printing_of(record, head=head, audience=audience)
    if printing is Printing.GIVEN_UP:
        raise RuleBroken(wording.NO_PDF)
    if printing is Printing.NOT_ASKED:
        enqueue("records.tasks.render_document", **selectors.printing_arguments(record, head=head, audience=audience))


def verify(
    record: Record, *, readable: Sequence[Sensitivity] = tuple(Sensitivity), evidence: bool = True
) -> Verification:
    """Check everything that is stored of a record: bytes, digests, order, holes, contents, attestations, columns.

    Contents that are not ``readable`` stay in the database, and are not looked at.
    What is said to be purged or destroyed is not missed here; ``verify_records`` holds that against the certificates.
    A cut tail shows by the count that the parent row keeps, and by PDFs of heads that are no longer there.
    """
    if RecordGone.objects.destroyed().filter(record=record).exists() and not record.parts.exists():
        return Verification(record_id=record.pk, parts=0, fault="")
    try:
        parts = selectors.verified_parts(record, readable=readable, evidence=evidence)
        _check_tail(record)
        binding_check.check_bound(record, parts)
        binding_check.check_whole(record, parts)
    except canonical.ChainBroken as error:
        return Verification(record_id=record.pk, parts=record.parts.count(), fault=error.sentence)
    return Verification(record_id=record.pk, parts=len(parts), fault="")


@transaction.atomic
def verify_for(*, record: Record, actor: Actor, at: datetime) -> Verification:
    """The same check of what a reader of the record may read, noted in the trail. Shows no content."""
    trail.record(actor=actor, verb="record.verified", target=record, about=record.subject_id, at=at)
    return verify(record, readable=selectors.readable_by(actor, record), evidence=False)


def _check_tail(record: Record) -> None:
    """Whether a part is missing at the end. Asked so that somebody who signs meanwhile raises no false alarm."""
    heads = list(record.rendered_documents.values_list("head", flat=True))
    counted = list(Record.objects.filter(pk=record.pk).values_list("lock", "parts__digest"))
    digests = {digest for _, digest in counted if digest}
    if counted and counted[0][0] != len(digests):
        what = f"{counted[0][0]} parts were added and {len(digests)} are there"
        raise canonical.ChainBroken(record_id=record.pk, where="the chain", what=what)
    for head in heads:
        if head not in digests:
            what = f"a PDF was made of the part {head}, which is no longer there"
            raise canonical.ChainBroken(record_id=record.pk, where="the chain", what=what)
