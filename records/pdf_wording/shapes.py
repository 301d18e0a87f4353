"""What a page of a record is made of."""

from collections.abc import Sequence
from dataclasses import dataclass


@dataclass(frozen=True, slots=True)
class Paragraph:
    """A run of typed text, and which way it is read."""

    text: str
    rtl: bool = False


@dataclass(frozen=True, slots=True)
class ActionLine:
    """One agreed action: what, who, by when."""

    what: Sequence[Paragraph]
    who: str
    by: str


@dataclass(frozen=True, slots=True)
class Answered:
    """A question of an audit: what was found with its lines, and what the auditor says of it and why."""

    found: str
    summary: Sequence[Paragraph]
    lines: Sequence[Paragraph]
    answer: str
    because: str
    reason: Sequence[Paragraph]


@dataclass(frozen=True, slots=True)
class PageField:
    """One question and its answer; exactly one of text, items, actions and answered is filled, or none when nothing was
    entered.
    """

    label: str
    text: Sequence[Paragraph] = ()
    items: Sequence[Paragraph] = ()
    actions: Sequence[ActionLine] = ()
    answered: Answered | None = None


@dataclass(frozen=True, slots=True)
class PageSection:
    """A section under its heading; ``fields`` is None where it is withheld from this copy.

    ``readers``: who may read it, where that is not everybody who may read the record.
    """

    heading: str
    fields: Sequence[PageField] | None
    readers: str = ""


@dataclass(frozen=True, slots=True)
class PageSignature:
    """Who signed what, as what, how and when."""

    seq: int
    words: str
    signer: str
    role: str
    statement: Sequence[Paragraph]
    typed: Sequence[PageSection]
    local_time: str
    utc_time: str
    method: str
    credential_note: str
    digest: str
    refused: bool
    is_short: bool


@dataclass(frozen=True, slots=True)
class PageAddendum:
    """Something signed and added later, with what it corrects."""

    heading: str
    when: str
    corrects: str
    facts: Sequence[tuple[str, str]]
    sections: Sequence[PageSection]
    signature: PageSignature


@dataclass(frozen=True, slots=True)
class PageEarlier:
    """A part of an earlier version, by its digest; a return with its reason."""

    seq: int
    words: str
    local_time: str
    typed: Sequence[PageSection]
    digest: str


@dataclass(frozen=True, slots=True)
class RecordPage:
    """Everything that stands on the printed record."""

    organisation: str
    title: str
    document_title: str
    subjects: Sequence[tuple[str, str]]
    state: str
    is_agreed: bool
    facts: Sequence[tuple[str, str]]
    sections: Sequence[PageSection]
    signatures: Sequence[PageSignature]
    addenda: Sequence[PageAddendum]
    earlier: Sequence[PageEarlier]
    bound: Sequence[tuple[str, str]]
    has_withheld: bool
    masked_label: str
    unsigned: str
    number: str
    short_number: str
    head: str
    short_head: str
    policy: str
    form: str
    created: str
    parts: int


@dataclass(frozen=True, slots=True)
class Attached:
    """A file inside the PDF; ``relationship`` is one of PDF/A-3's words for what it is to the page."""

    name: str
    data: bytes
    description: str
    relationship: str
