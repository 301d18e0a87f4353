"""Putting a person's whole file into a bag: records, what hangs on them, documents, lists, a page to read it by."""

import json
from collections.abc import Callable, Iterator, Sequence
from dataclasses import dataclass, field
from datetime import datetime
from pathlib import Path
from typing import Any
from uuid import UUID

from django.conf import settings
from django.template.loader import render_to_string

from archive.bags import rules
from archive.bags.lists import Listed, lists_of
from archive.bags.records import ReadRecord, number_of, read_records, title_of
from archive.bags.writing import BagWriter, Packed
from archive.models import ArchivedFile, Bag
from core.sheets import csv_lines
from documents import selectors as stored_files
from documents.models import StoredFile
from documents.rules import FileDamaged, Standing, StandingKind
from policies import selectors as policies
from records import certificates, export, pdf_wording, values
from records.models import Record
from records.rules import VerifiedPart
from records.services.exporting import write_export
from records.wording import STATE_LABELS
from staff.folder import selectors as folders

Step = Callable[[int], object]


class BagFaulty(Exception):
    """The file cannot be put into a bag; ``faults`` says in words what is not as it should be."""

    def __init__(self, faults: Sequence[str]) -> None:
        super().__init__(f"{len(faults)} faults")
        self.faults = list(faults)


@dataclass
class Contents:
    """What is in a bag so far, as its page tells it, and what was found damaged."""

    rows: list[dict[str, Any]] = field(default_factory=list)
    documents: list[dict[str, Any]] = field(default_factory=list)
    lists: list[Listed] = field(default_factory=list)
    withheld: list[str] = field(default_factory=list)
    faults: list[str] = field(default_factory=list)


@dataclass(frozen=True, slots=True)
class Filling:
    """One bag on its way."""

    writer: BagWriter
    file: ArchivedFile
    at: datetime
    step: Step
    found: Contents = field(default_factory=Contents)

    @property
    def context(self) -> dict[str, Any]:
        """What every page of the bag says."""
        return {"organisation": settings.ORGANISATION_NAME, "person": self.file.name, "made_at": self.at}


def build(path: Path, *, bag: Bag, file: ArchivedFile, records_of: Sequence[UUID], at: datetime, step: Step) -> Packed:
    """Write the whole bag. Raises BagFaulty where anything of it is not as it was stored or signed."""
    folder = rules.safe_name(file.reference, f"{at:%Y-%m-%d}")
    with BagWriter(path, folder=folder, at=at) as writer:
        filling = Filling(writer, file, at, step)
        write_export(writer, _records(filling, records_of), folder="export", at=at)
        placed = _documents(filling)
        _lists(filling, placed)
        if filling.found.faults:
            raise BagFaulty(filling.found.faults)
        writer.add(export.VERIFIER.name, export.VERIFIER.read_bytes())
        _pages(filling)
        about = {**filling.context, "folder": folder, "certificate": certificates.known_certificates()[0]}
        readme = render_to_string("archive/bag/readme.txt", about)
        return writer.finish(info=_info(bag, file), readme=readme)


def _info(bag: Bag, file: ArchivedFile) -> list[tuple[str, str]]:
    return [
        ("Source-Organization", settings.ORGANISATION_NAME),
        ("External-Identifier", file.reference),
        ("External-Description", f"Supervision file of {file.name}, whose last day was {file.last_day.isoformat()}"),
        ("Internal-Sender-Identifier", str(bag.pk)),
        ("Internal-Sender-Description", bag.purpose),
        ("Bag-Software-Agent", "Countersign"),
    ]


# -- records


def _records(filling: Filling, keys: Sequence[UUID]) -> Iterator[tuple[Record, Sequence[VerifiedPart]]]:
    """Each record, its PDF, what is attached to it; a page to read where it has no PDF. What is damaged is noted."""
    for read in read_records(keys):
        filling.step(1)
        if read.fault:
            filling.found.faults.append(f"{title_of(read.record)}: {read.fault}")
            continue
        row = _row(filling, read)
        if read.printed is not None:
            row["pdf"] = f"pdf/{row['name']}.pdf"
            _copy(filling, row["pdf"], read.printed.stored, what=f"The PDF of {title_of(read.record)}")
        files = _attached(filling, read)
        if not row["pdf"]:
            row["read"] = f"read/{row['name']}.html"
            filling.writer.add(row["read"], _readable(filling, read, files))
        row["files"] = files
        filling.found.rows.append(row)
        yield read.record, read.parts


def _row(filling: Filling, read: ReadRecord) -> dict[str, Any]:
    number = number_of(read.record)
    return {
        "name": rules.safe_name(read.on.isoformat(), read.record.kind, number),
        "on": read.on,
        "title": read.record.title,
        "about": read.record.child.reference if read.record.child else "",
        "number": number,
        "state": STATE_LABELS[read.state],
        "parts": len(read.parts),
        "pdf": "",
        "read": "",
    }


def _attached(filling: Filling, read: ReadRecord) -> list[tuple[str, str]]:
    """Put what is attached to a record into the bag: each file's name as it was given, and where it lies."""
    contents = [content for part in read.parts for content in part.contents.values() if content]
    given = {file["sha256"]: file["name"] for content in contents for file in values.files_of(content)}
    stored = {file.digest: file for file in StoredFile.objects.filter(digest__in=given)} if given else {}
    standings = stored_files.standings_by_digest(given)
    placed = []
    for digest, name in given.items():
        place = f"files/{digest.removeprefix('sha256:')[:16]}{rules.safe_ending(name)}"
        what = f"A file attached to {title_of(read.record)}"
        if digest not in stored:
            filling.found.faults.append(f"{what} is not there any more.")
        elif _may_leave(filling, standings[digest], what=what):
            _copy(filling, place, stored[digest], what=what)
            placed.append((name, place))
    return placed


def _readable(filling: Filling, read: ReadRecord, files: Sequence[tuple[str, str]]) -> bytes:
    words = policies.policy_called(slug=read.record.policy_slug, version=read.record.policy_version)
    page = pdf_wording.build_page(read.parts, organisation=settings.ORGANISATION_NAME, policy=words)
    return render_to_string(
        "records/export/record.html", {**filling.context, "page": page, "pdf": "", "files": files}
    ).encode()


# -- documents, lists, pages


def _documents(filling: Filling) -> dict[UUID, str]:
    """The documents of the folder; where each lies in the bag, by its key."""
    placed: dict[UUID, str] = {}
    documents = folders.documents_of(person_ids=[filling.file.person_id])
    standings = stored_files.standings(row.stored_id for row in documents if row.stored_id)
    for document in documents:
        filling.step(1)
        place, what = "", f"The document “{document.title}” of the folder"
        if document.stored is not None and _may_leave(filling, standings[document.stored.pk], what=what):
            short = document.stored.digest.removeprefix("sha256:")[:12]
            words = (document.dated_on.isoformat(), document.title[: rules.LONGEST_WORD - 26], short)
            place = f"documents/{rules.safe_name(*words, ending=document.name)}"
            _copy(filling, place, document.stored, what=what)
            placed[document.pk] = place
        row = {"on": document.dated_on, "title": document.title, "section": document.get_section_display()}
        filling.found.documents.append({**row, "place": place, "lies_at": document.lies_at})
    return placed


def _lists(filling: Filling, placed: dict[UUID, str]) -> None:
    """Each list as a table to read, for a spreadsheet, and for programs."""
    for each in lists_of(filling.file.person_id, placed=placed):
        filling.step(1)
        filling.found.lists.append(Listed(each.name, each.title, (), [()] * len(each.rows)))
        filling.writer.add(f"lists/{each.name}.csv", "".join(csv_lines(each.headers, each.rows)).encode())
        data = {"title": each.title, "headers": list(each.headers), "rows": [list(row) for row in each.rows]}
        filling.writer.add(f"lists/{each.name}.json", json.dumps(data, ensure_ascii=False, indent=1).encode())
        page = render_to_string("archive/bag/list.html", {**filling.context, "list": each})
        filling.writer.add(f"lists/{each.name}.html", page.encode())


def _pages(filling: Filling) -> None:
    found = filling.found
    about = {
        **filling.context,
        "file": filling.file,
        "rows": sorted(found.rows, key=lambda row: (row["on"], row["name"])),
        "documents": found.documents,
        "lists": found.lists,
        "not_in": [*found.withheld, *rules.NOT_IN],
        "certificate": certificates.known_certificates()[0],
    }
    filling.writer.add("index.html", render_to_string("archive/bag/index.html", about).encode())


def _may_leave(filling: Filling, standing: Standing, *, what: str) -> bool:
    """Whether a file that somebody brought goes into the bag. One with a virus never does, and is named; one that waits to
    be scanned keeps the bag from being made.
    """
    if standing.kind is StandingKind.INFECTED:
        filling.found.withheld.append(f"{what}: {standing.words}")
    elif not standing.is_readable:
        filling.found.faults.append(f"{what}: {standing.words}")
    return standing.is_readable


def _copy(filling: Filling, place: str, stored: StoredFile, *, what: str) -> None:
    """Copy a stored file, once however many things it hangs on; one that is damaged is noted in words."""
    if filling.writer.has(place):
        return
    try:
        filling.writer.copy(place, stored)
    except FileDamaged:
        filling.found.faults.append(f"{what} is damaged on the disk. Restore it from a backup ({stored.digest}).")
