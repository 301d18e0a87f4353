"""What goes to whoever asked: pages to read, one PDF, a table of who read it; what is withheld is not in any of it."""

import csv
import io
from collections.abc import Iterable, Iterator, Sequence
from dataclasses import dataclass, field
from datetime import date, datetime
from hashlib import sha256
from itertools import groupby
from pathlib import Path

from django.conf import settings
from django.db.models import CharField
from django.db.models.functions import Cast
from django.template.loader import render_to_string

from archive.models import DataRequest, Passage, RequestItem
from archive.requests import selectors
from archive.requests.rules.redacting import left_of, mark_of
from core.errors import RuleBroken
from core.spreadsheets import safe_cell
from core.templatetags.countersign import medium_date, moment
from documents.models import StoredFile
from documents.selectors import read_brought
from records import pdf
from records.export import Archive
from records.models import Record
from staff.models import SightGrant
from trail.models import Entry, EntryQuerySet
from trail.selectors import reads_about

LETTERS_IN_A_LINE, LINES_ON_A_PAGE, PAGES_IN_A_PDF = 90, 40, 250
LOG_HEADERS = ("When", "Who", "As", "What", "Why")
WITHHELD_HEADERS = ("Where", "What", "Of which day", "How much", "Why")


@dataclass(frozen=True, slots=True)
class FileGiven:
    """A file in the bundle: what it was called, where it lies; ``words`` where it is not there, or is another copy."""

    name: str
    path: str = ""
    words: str = ""


@dataclass(frozen=True, slots=True)
class ItemGiven:
    """One thing as it goes out: label and paragraph each, what is withheld replaced by its mark."""

    title: str
    dated_on: date | None
    is_draft: bool
    paragraphs: Sequence[tuple[str, str]]
    files: Sequence[FileGiven]

    @property
    def pages(self) -> float:
        """About how many pages it takes."""
        lines = sum(1 + len(label + text) // LETTERS_IN_A_LINE for label, text in self.paragraphs)
        return (4 + lines + len(self.files)) / LINES_ON_A_PAGE


@dataclass(slots=True)
class GroupGiven:
    """Things of one kind, and the page that holds them."""

    name: str
    path: str
    items: list[ItemGiven] = field(default_factory=list)


@dataclass(slots=True)
class Written:
    """What a bundle was made of, so far."""

    groups: list[GroupGiven] = field(default_factory=list)
    files: int = 0
    has_reads: bool = False


def write_bundle(archive: Archive, request: DataRequest, *, with_log: bool, at: datetime, step: "Step") -> None:
    """Write the whole bundle of a request into an archive, thing by thing; each passage as it was decided, and no other way."""
    written = Written()
    for number, (name, items) in enumerate(groupby(_items(request), key=lambda item: item.group), start=1):
        group = GroupGiven(name, f"read/{number:02d}.html")
        for item in items:
            group.items.append(_item(item, archive, written))
            step.next()
        written.groups.append(group)
    about = _about(request, written, at=at)
    for group in written.groups:
        page = render_to_string("archive/requests/bundle/group.html", {**about, "group": group})
        archive.add(group.path, page.encode())
    if written.has_reads:
        archive.add("who-read-it.csv", _csv(LOG_HEADERS, _read_lines(request)))
    if with_log:
        archive.add("what-was-withheld.csv", _csv(WITHHELD_HEADERS, _withheld_lines(request)))
    pdfs = list(_pdfs(written.groups, about, at=at))
    for name, data in pdfs:
        archive.add(name, data)
    index = {**about, "pdfs": [name for name, _ in pdfs], "with_log": with_log}
    archive.add("index.html", render_to_string("archive/requests/bundle/index.html", index).encode())


class Step:
    """Told after each thing, so that a page can say how far it is."""

    def next(self) -> None:
        """One more is done."""


def _items(request: DataRequest) -> Iterator[RequestItem]:
    """In groups, each in the order in which its things were found; groups in the order of the first of each."""
    order: dict[str, int] = {}
    for name in selectors.items_with_passages(request).values_list("group", flat=True):
        order.setdefault(name, len(order))
    for name in order:
        yield from selectors.items_with_passages(request).filter(group=name).iterator(chunk_size=200)


def _item(item: RequestItem, archive: Archive, written: Written) -> ItemGiven:
    paragraphs, files = [], []
    for passage in item.passages.all():
        if passage.label == "File":
            files.append(_file(passage, archive, written))
            continue
        if item.source == "trail.entries":
            written.has_reads = passage.decision == Passage.Decision.DISCLOSE
        paragraphs.append(_paragraph(passage))
    return ItemGiven(item.title, item.dated_on, item.is_draft, paragraphs, files)


def _paragraph(passage: Passage) -> tuple[str, str]:
    """A label goes out with its paragraph, unless that is withheld, or the label says what was taken out of it."""
    text = left_of(passage.text, decision=passage.decision, spans=passage.spans, reason=passage.reason)
    if passage.decision == Passage.Decision.DISCLOSE:
        return passage.label, text
    out = [passage.text[start:end].strip().casefold() for start, end in passage.spans]
    says_it = any(word and word in passage.label.casefold() for word in out)
    return ("" if says_it or passage.decision != Passage.Decision.REDACT else passage.label), text


def _file(passage: Passage, archive: Archive, written: Written) -> FileGiven:
    if passage.decision == Passage.Decision.DISCLOSE:
        return _put(passage.text, passage.stored, archive, written, name=passage.text)
    mark = mark_of(passage.reason or Passage.Reason.OTHER)
    if passage.replacement is not None:
        return _put("", passage.replacement, archive, written, name=f"A copy of which parts are taken out {mark}")
    return FileGiven(mark)


def _put(given: str, stored: StoredFile | None, archive: Archive, written: Written, *, name: str) -> FileGiven:
    """Put a file into the archive under a number; what cannot be read says so."""
    if stored is None:
        return FileGiven(name, words="This file is not kept here any more.")
    try:
        data = read_brought(stored)
    except RuleBroken as refusal:
        return FileGiven(name, words=str(refusal))
    written.files += 1
    ending = Path(given).suffix.lower() or ENDINGS.get(stored.media_type, "")
    path = f"files/{written.files:03d}{ending if ending.isascii() else ''}"
    archive.add(path, data)
    return FileGiven(name, path)


ENDINGS = {"application/pdf": ".pdf", "image/jpeg": ".jpg", "image/png": ".png"}


def _about(request: DataRequest, written: Written, *, at: datetime) -> dict[str, object]:
    return {
        "organisation": settings.ORGANISATION_NAME,
        "request": request,
        "made_at": at,
        "groups": written.groups,
        "has_reads": written.has_reads,
        "is_child": request.child_id is not None,
    }


def _pdfs(groups: Sequence[GroupGiven], about: dict[str, object], *, at: datetime) -> Iterator[tuple[str, bytes]]:
    """One tagged PDF of everything; where that would be too long for one, several, each as long as can be printed."""
    volumes: list[list[GroupGiven]] = [[]]
    pages = 0.0
    for group in groups:
        here = GroupGiven(group.name, group.path)
        volumes[-1].append(here)
        for item in group.items:
            if pages + item.pages > PAGES_IN_A_PDF and pages:
                here = GroupGiven(group.name, group.path)
                volumes.append([here])
                pages = 0.0
            here.items.append(item)
            pages += item.pages
    for number, volume in enumerate(volumes, start=1):
        name = "everything.pdf" if len(volumes) == 1 else f"everything-{number:02d}.pdf"
        html = render_to_string(
            "pdf/data_request.html", {**about, "volume": volume, "number": number, "volumes": len(volumes)}
        )
        yield name, pdf.printed(html, identifier=sha256(html.encode()).hexdigest()[:32].encode(), at=at)


def _csv(headers: Sequence[str], lines: Iterable[Sequence[str]]) -> bytes:
    file = io.StringIO()
    writer = csv.writer(file)
    writer.writerow(headers)
    writer.writerows([safe_cell(cell) for cell in line] for line in lines)
    return b"\xef\xbb\xbf" + file.getvalue().encode()


def _read_lines(request: DataRequest) -> Iterator[tuple[str, ...]]:
    for entry in reads_of(request).iterator(chunk_size=1_000):
        yield moment(entry.at), entry.actor_name or "The program", entry.actor_role, entry.words, entry.via_words


def reads_of(request: DataRequest) -> EntryQuerySet:
    """Who read content about whoever asked, the latest first; of a child, who read its records and its page.

    Never by sight of which whoever asked is lawfully not told yet.
    """
    untold = SightGrant.objects.untold().annotate(key=Cast("pk", CharField())).values("key")
    if request.person_id:
        return reads_about(request.person_id).but_by_grants(untold)
    records = Record.objects.filter(child=request.child_id).values_list("pk", flat=True)
    things = [str(request.child_id), *map(str, records)]
    return Entry.objects.reads().filter(target_id__in=things).but_by_grants(untold).order_by("-at", "-pk")


def _withheld_lines(request: DataRequest) -> Iterator[tuple[str, ...]]:
    for row in selectors.withheld_rows(request):
        item = row.passage.item
        on = medium_date(item.dated_on) if item.dated_on else ""
        yield item.group, item.title, on, row.what, row.passage.get_reason_display()
