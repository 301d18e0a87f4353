"""Signed records and drafts as things found: each part by itself, each answer as paragraphs."""

from collections.abc import Iterator, Mapping, Sequence
from typing import Any
from uuid import UUID

from django.db.models import Exists, OuterRef

from archive.requests.finding.shapes import Found, FoundFile, day_of, strings_in
from archive.requests.rules.marks import paragraphs
from documents import selectors as documents
from policies import selectors as policies
from policies.templates import Template
from records import values
from records.canonical import ChainBroken
from records.models import DraftSection, Part, Record
from records.pdf_wording import Wording
from records.pdf_wording.shapes import PageField
from records.rules import Kind, VerifiedPart
from records.selectors import verified_parts

GROUPS: Mapping[str, str] = {
    Kind.CONTRACT: "Supervision contracts",
    Kind.WORKER_RECORD: "Records of supervision",
    Kind.GROUP_RECORD: "Records of group supervision",
    Kind.HANDOVER: "Handover briefs",
    Kind.AUDIT: "Audits",
    Kind.OBSERVATION: "Observations",
    Kind.CASE_ENTRY: "Entries from supervision",
    Kind.DECISION: "Decisions and management oversight",
}
# What these rows say of others goes out with nobody's request but their own
OF_OTHERS = frozenset({"children"})
SAY = Wording()


def signed_parts(records: Sequence[Record], *, own_id: UUID | None) -> Iterator[Found]:
    """Every signed part of these records, text of their evidence left out; one that does not hold says what is wrong.

    ``own_id``: the worker who asks; of those who were in a group only their own row is taken.
    """
    for record in records:
        try:
            parts = verified_parts(record, evidence=False)
        except ChainBroken as error:
            wrong = f"This record is not as it was signed, so that its text is not shown here: {error.sentence}"
            yield Found(GROUPS[record.kind], record.title, "records.record", str(record.pk), [("", wrong)])
            continue
        for part in parts:
            yield _part(record, part, own_id=own_id)


def _part(record: Record, part: VerifiedPart, *, own_id: UUID | None) -> Found:
    signature = SAY.signature(part)
    signed = f"{signature.words}: {signature.signer}, {signature.role}, {signature.local_time}."
    passages = [("", signed), *(("", f"{label}: {words}") for label, words in SAY.facts(part.body.get("facts")))]
    for row in part.body["sections"]:
        content = part.contents.get((row["id"], row["key"]))
        if content is not None:
            passages += _section(row["heading"], content, own_id=own_id)
    contents = [content for content in part.contents.values() if content]
    return Found(
        group=GROUPS[record.kind],
        title=f"{part.body['title']}, part {part.body['seq']}",
        source="records.part",
        key=part.digest,
        passages=passages,
        dated_on=day_of(record.created_at),
        files=[_file(file) for content in contents for file in values.files_of(content)],
    )


def _section(heading: str, content: Mapping[str, Any], *, own_id: UUID | None) -> list[tuple[str, str]]:
    found = []
    for field in content["fields"]:
        if field["type"] in values.FILES or field["type"] in OF_OTHERS:
            continue
        shown = SAY.field(_own_rows(field, own_id=own_id))
        label = shown.label if shown.label == heading or not heading else f"{heading}: {shown.label}"
        found += [(label, paragraph) for text in _texts(shown) for paragraph in paragraphs(text)]
    return found


def _own_rows(field: Mapping[str, Any], *, own_id: UUID | None) -> Mapping[str, Any]:
    if field["type"] != "attendees":
        return field
    return {**field, "value": [row for row in field["value"] or [] if row.get("person_id") == str(own_id)]}


def _texts(field: PageField) -> Iterator[str]:
    for paragraph in (*field.text, *field.items):
        yield paragraph.text
    for action in field.actions:
        yield f"{' '.join(part.text for part in action.what)} ({action.who}; {action.by})"
    if answered := field.answered:
        yield f"Found: {answered.found}"
        yield from (part.text for part in (*answered.summary, *answered.lines))
        yield f"Answer: {answered.answer}"
        yield from (part.text for part in answered.reason)


def _file(file: Mapping[str, Any]) -> FoundFile:
    return FoundFile(str(file.get("name") or "File"), documents.by_digest(str(file.get("sha256") or "")))


def typed_drafts(records: Sequence[Record]) -> Iterator[Found]:
    """What is typed into these records and not signed: personal data of whom they are about, too; marked as drafts.

    What was signed since it was typed stands in the part, and is not found twice.
    """
    by_key = {record.pk: record for record in records}
    signed = Part.objects.filter(record=OuterRef("record"), signed_at__gte=OuterRef("updated_at"))
    rows = DraftSection.objects.filter(~Exists(signed), record__in=by_key)
    for row in rows.select_related("updated_by").order_by("updated_at", "pk"):
        record = by_key[row.record_id]
        labels = _labels(policies.record_template(record.template_slug, record.template_version), row.section)
        typed = [
            (labels.get(name, row.section.replace("_", " ").capitalize()), text)
            for name, value in row.values.items()
            for text in strings_in(value)
        ]
        yield Found(
            group=GROUPS[record.kind],
            title=f"Draft: {record.title}",
            source="records.draftsection",
            key=f"{row.pk}/{row.version}",
            passages=[("", f"Typed by {row.updated_by.name}, not signed."), *typed],
            dated_on=day_of(row.updated_at),
            is_draft=True,
        )


def _labels(template: Template, section_id: str) -> dict[str, str]:
    return {
        field.id: f"{section.heading}: {field.label}"
        for section in template.sections
        if section.id == section_id
        for field in section.fields
    }
