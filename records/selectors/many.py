"""Several records at once, checked like one: for files that hold more than one."""

from collections import defaultdict
from collections.abc import Collection
from uuid import UUID

from records import canonical, rules, sealing
from records.models import Part, PartContent, Record, RenderedDocument
from records.rules import Audience, VerifiedPart


def verified_together(records: Collection[Record]) -> dict[UUID, list[VerifiedPart]]:
    """The whole chain of each of some records about children, with every content and without evidence; in two queries.

    Raises ChainBroken where one is not as it was signed.
    """
    parts: dict[UUID, list[Part]] = defaultdict(list)
    for part in Part.objects.filter(record__in=records).as_stored().order_by("seq"):
        parts[part.record_id].append(part)
    contents: dict[UUID, list[canonical.StoredContent]] = defaultdict(list)
    for row in PartContent.objects.filter(part__record__in=records).exclude(section=rules.EVIDENCE):
        contents[row.part_id].append(row.as_stored())
    return {
        record_id: canonical.verify_chain(
            [part.as_stored(contents[part.pk]) for part in chain],
            record_id=record_id,
            attested=sealing.is_attested,
            withheld={(part.seq, rules.EVIDENCE, None) for part in chain},
        )
        for record_id, chain in parts.items()
    }


def printed_of(records: Collection[Record]) -> dict[UUID, RenderedDocument]:
    """The PDF of the head of each of the records that has one; in one query, two with the heads."""
    heads = {record.get_head_digest() for record in records}
    made = RenderedDocument.objects.filter(head__in=heads, audience=Audience.FULL).select_related("stored")
    return {document.record_id: document for document in made}
