"""A record as plain text, to be put into another system without typing it again."""

from collections.abc import Iterator, Sequence

from records.pdf_wording.page import build_page
from records.pdf_wording.shapes import PageField, PageSection, RecordPage
from records.rules import VerifiedPart


def plain_text(parts: Sequence[VerifiedPart], *, organisation: str = "") -> str:
    """The text under its headings with who signed it and what was added, and nothing that a person does not read.

    No salts, digests or numbers; a section that is withheld is left out. Nor what somebody wrote as they answered:
    that may be about themselves, and stands in the record alone.
    """
    page = build_page(parts, organisation=organisation)
    return "\n".join(_lines(page)).strip() + "\n"


def _lines(page: RecordPage) -> Iterator[str]:
    yield page.title
    for label, role in page.subjects:
        yield ", ".join(filter(None, (label, role)))
    for label, value in page.facts:
        yield f"{label}: {value}"
    yield from _sections(page.sections)
    yield ""
    for signature in page.signatures:
        yield f"{signature.words}: {', '.join(filter(None, (signature.signer, signature.role)))}, {signature.local_time}"
    for added in page.addenda:
        yield ""
        yield f"{added.heading}, {added.when}"
        for label, value in added.facts:
            yield f"{label}: {value}"
        yield from _sections(added.sections)


def _sections(sections: Sequence[PageSection]) -> Iterator[str]:
    for section in sections:
        if section.fields is None:
            continue
        yield ""
        yield section.heading.upper()
        for field in section.fields:
            yield from _field(field)


def _field(field: PageField) -> Iterator[str]:
    if field.label:
        yield f"{field.label}:"
    for paragraph in field.text:
        yield paragraph.text
    for item in field.items:
        yield f"- {item.text}"
    for action in field.actions:
        what = " ".join(paragraph.text for paragraph in action.what)
        yield f"- {what} ({action.who}; {action.by})"
    if answered := field.answered:
        yield f"Found: {answered.found}"
        yield from (paragraph.text for paragraph in answered.summary)
        yield from (f"- {line.text}" for line in answered.lines)
        yield f"Auditor: {answered.answer}"
        yield from (f"{answered.because}: {paragraph.text}" for paragraph in answered.reason)
    elif not (field.text or field.items or field.actions):
        yield "Nothing written"
