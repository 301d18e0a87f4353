"""Whether what is gone went under a certificate, and nothing else is gone. Reads no content."""

import json
from collections.abc import Iterator
from itertools import groupby

from archive.models import Certificate
from records import canonical, rules, sealing
from records.models import Part, PartContent, RecordGone


def faults() -> Iterator[str]:
    """A sentence for each certificate that is not as it was made, and each record that went without one."""
    named: dict[tuple[str, str], int] = {}
    prev, number = None, 0
    for certificate in Certificate.objects.order_by("number").iterator(chunk_size=200):
        number += 1
        where = f"Certificate {certificate.number}."
        raw = bytes(certificate.body)
        body = json.loads(raw)
        digest = canonical.digest(raw)
        if certificate.number != number or certificate.prev != prev or body["prev"] != prev:
            yield f"{where} One before it is missing."
            number = certificate.number
        if digest != certificate.digest or not _is_ours(digest, certificate):
            yield f"{where} It was changed, or the organisation's key did not attest it."
        columns = (certificate.number, certificate.kind, certificate.data_class)
        if (body["number"], body["kind"], body["class"]) != columns:
            yield f"{where} It says something else than its row."
        kind = RecordGone.Kind.PURGED if body["kind"] == Certificate.Kind.PURGE else RecordGone.Kind.DESTROYED
        named |= {(record, kind.value): certificate.number for record in body["records"]}
        yield from _of_purged(body) if kind is RecordGone.Kind.PURGED else ()
        prev = certificate.digest
    yield from _gone(named)


def _is_ours(digest: str, certificate: Certificate) -> bool:
    try:
        return sealing.is_attested(digest, bytes(certificate.signature), certificate.key_id)
    except canonical.UnknownKey:
        return False


def _gone(named: dict[tuple[str, str], int]) -> Iterator[str]:
    """Records that are said to be gone, against the certificates; and whether what went is gone."""
    for gone in RecordGone.objects.order_by("pk").iterator(chunk_size=500):
        if named.get((str(gone.record_id), gone.kind)) != gone.number:
            yield f"Record {gone.record_id}. It is said to be {gone.kind}, and no certificate names it."
    destroyed = RecordGone.objects.filter(kind=RecordGone.Kind.DESTROYED).values("record")
    for record in Part.objects.filter(record__in=destroyed).values_list("record", flat=True).distinct():
        yield f"Record {record}. It was destroyed, and parts of it are there again: replay the disposals."
    purged = RecordGone.objects.filter(kind=RecordGone.Kind.PURGED).values("record")
    texts = PartContent.objects.filter(part__record__in=purged).exclude(section=rules.EVIDENCE)
    for record in texts.order_by().values_list("part__record", flat=True).distinct():
        yield f"Record {record}. Its text was purged, and is there again: replay the disposals."


def _of_purged(body: dict[str, list[dict[str, object]]]) -> Iterator[str]:
    """The chain of a purged record is still the one that was certified, unless it was destroyed since."""
    for record, rows in groupby(body["parts"], lambda row: row["record"]):
        certified = [str(row["digest"]) for row in rows]
        there = list(Part.objects.filter(record_id=str(record)).order_by("seq").values_list("digest", flat=True))
        if there and there[: len(certified)] != certified:
            yield f"Record {record}. Its parts are not those that its certificate names."
