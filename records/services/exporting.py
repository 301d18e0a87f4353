"""Signed records for somebody who has not this program: ``export/1``, and all of a person's own as one file."""

import os
import tempfile
import time
from collections.abc import Iterable, Sequence
from contextlib import suppress
from datetime import datetime, timedelta
from io import BufferedReader
from pathlib import Path
from typing import Any
from uuid import UUID

from django.conf import settings
from django.db import transaction
from django.template.loader import render_to_string
from django.urls import reverse

from core.actor import Actor
from core.clock import date_of
from core.errors import DomainError, NotAllowed, NotNow, RuleBroken
from documents import selectors as stored_files
from documents import services as documents
from outbox.services import enqueue
from policies import selectors as policies
from records import canonical, certificates, export, pdf_wording, sealing, selectors, values
from records.models import OwnExport, Record, RenderedDocument
from records.rules import Audience, State, VerifiedPart
from records.services.documents import render_document
from staff.models import StaffMember
from staff.selectors import actor_for
from trail import services as trail

KEPT_FOR = timedelta(days=7)
# Seconds that one run prints what has no PDF yet; the rest is done by the next, well within a task's time
PRINTS_FOR = 60.0
GONE = "This file has been removed: it is kept for seven days. Ask for a new one."


class StillPrinting(NotNow):
    """Some of the records have no PDF yet."""


# -- export/1


def write_export(
    archive: export.Container, records: Iterable[tuple[Record, Sequence[VerifiedPart]]], *, folder: str, at: datetime
) -> None:
    """Write ``export/1`` of these records into a folder of an archive, one record after another, the index last.

    The parts are verified and as their reader may have them (``readable_parts``).
    """
    rows = []
    for _, parts in records:
        for name, data in export.record_files(parts):
            archive.add(f"{folder}/{name}", data)
        rows.append(export.index_row(parts))

    key = sealing.organisation_key()
    files = [export.certificate_file(fingerprint=c.fingerprint, pem=c.pem) for c in certificates.known_certificates()]
    for file in files:
        archive.add(f"{folder}/{file.name}", file.data)
    public_key = key.public_pem.encode()
    archive.add(f"{folder}/{export.PUBLIC_KEY}", public_key)
    index = export.index_bytes(
        rows,
        made_at=canonical.utc_text(at),
        organisation=settings.ORGANISATION_NAME,
        certificates=files,
        public_key=public_key,
    )
    archive.add(f"{folder}/{export.INDEX}", index)
    archive.add(f"{folder}/{export.INDEX_ATTESTATION}", key.sign(canonical.digest(index)))


def readable_parts(record: Record, actor: Actor) -> list[VerifiedPart]:
    """A record's chain, checked, with what the actor reads of it; neither drafts nor evidence. Raises ChainBroken."""
    return selectors.verified_parts(record, readable=selectors.readable_by(actor, record), evidence=False)


# -- All of one's own


@transaction.atomic
def ask_for_own_records(*, press: UUID, actor: Actor, at: datetime) -> OwnExport:
    """Ask for all of one's own records as one file. The same press, or another while it is being made, asks once.

    What could not be made is tried again. Raises RuleBroken for somebody about whom nothing is signed.
    """
    person = StaffMember.objects.visible_to(actor).select_for_update(of=("self",), no_key=True).get(pk=actor.staff_id)
    own = OwnExport.objects.visible_to(actor)
    existing = own.filter(press=press).first() or own.filter(ready_at=None).first()
    if existing and (existing.ready_at or not selectors.export_failed(existing)):
        return existing
    total = selectors.own_signed_records(actor).count()
    if not total:
        raise RuleBroken("Nothing about you is signed yet, so there is nothing to download.")
    asked = existing or OwnExport.objects.create(person=person, press=press, asked_at=at, total=total)
    trail.record(actor=actor, verb="own_records.asked", target=asked, about=actor.staff_id, at=at, records=total)
    enqueue("records.tasks.make_own_export", export_id=asked.pk)
    return asked


def make_own_export(*, export_id: UUID, at: datetime) -> None:
    """Make the file that somebody asked for, once however often this runs, and tell the person.

    Raises StillPrinting while records have no PDF, and ChainBroken where one is not as it was signed.
    """
    asked = OwnExport.objects.select_related("person").get(pk=export_id)
    if asked.ready_at:
        return
    actor = actor_for(asked.person, on=date_of(at))
    records = list(selectors.own_signed_records(actor))
    printed = _print_missing(records, at=at)

    handle, name = tempfile.mkstemp(dir=documents.making_folder())
    os.close(handle)
    path = Path(name)
    try:
        heads = _write_own(path, asked, records, printed, actor=actor, at=at)
        _keep(path, export_id, heads=heads, at=at)
    finally:
        path.unlink(missing_ok=True)


@transaction.atomic
def _keep(path: Path, export_id: UUID, *, heads: dict[str, str], at: datetime) -> None:
    """Store a finished file and tell its owner, unless another run was first."""
    asked = OwnExport.objects.select_for_update().get(pk=export_id)
    if asked.ready_at:
        return
    asked.stored = documents.store_file(path, media_type=documents.ZIP, at=at)
    asked.ready_at, asked.expires_at, asked.heads = at, at + KEPT_FOR, heads
    asked.done = asked.total = len(heads)
    asked.save()
    trail.record(actor=None, verb="own_records.made", target=asked, about=asked.person_id, at=at, records=len(heads))
    enqueue(
        "notifications.tasks.notify",
        person_id=asked.person_id,
        kind="own_records_ready",
        key=str(asked.pk),
        path=reverse("records:own-export"),
    )


def _print_missing(records: Sequence[Record], *, at: datetime) -> dict[UUID, RenderedDocument]:
    """The PDF of each sealed record's head, printed where it is not there yet; none where it cannot be printed."""
    made = {
        document.head: document
        for document in RenderedDocument.objects.filter(record__in=records, audience=Audience.FULL).select_related(
            "stored"
        )
    }
    until = time.monotonic() + PRINTS_FOR
    found = {}
    for record in records:
        if record.get_state() is not State.SEALED:
            continue
        head = record.get_head_digest()
        if head not in made and time.monotonic() > until:
            raise StillPrinting
        with suppress(DomainError):  # too long to print, say: its text is on the readable page all the same
            found[record.pk] = made.get(head) or render_document(record_id=record.pk, head=head, at=at)
    return found


def _write_own(
    path: Path,
    asked: OwnExport,
    records: Sequence[Record],
    printed: dict[UUID, RenderedDocument],
    *,
    actor: Actor,
    at: datetime,
) -> dict[str, str]:
    """Write the ZIP; gives the head of each record in it."""
    heads: dict[str, str] = {}
    rows: list[dict[str, Any]] = []
    context = {"organisation": settings.ORGANISATION_NAME, "person": actor.name, "made_at": at}

    def each() -> Iterable[tuple[Record, Sequence[VerifiedPart]]]:
        for number, record in enumerate(records, start=1):
            parts = readable_parts(record, actor)
            name = f"{number:03d}-{record.kind.replace('_', '-')}-{pdf_wording.short_number(record.pk)}"
            pdf_name = f"pdf/{name}.pdf" if record.pk in printed else ""
            if pdf_name:
                archive.add(pdf_name, selectors.document_bytes(printed[record.pk]))
            words = policies.policy_called(slug=record.policy_slug, version=record.policy_version)
            page = pdf_wording.build_page(parts, organisation=settings.ORGANISATION_NAME, policy=words)
            files = _add_files(archive, parts)
            text = {**context, "page": page, "pdf": pdf_name, "files": files}
            archive.add(f"read/{name}.html", render_to_string("records/export/record.html", text).encode())
            rows.append({"page": page, "pdf": pdf_name, "read": f"read/{name}.html"})
            heads[str(record.pk)] = parts[-1].digest
            yield record, parts
            OwnExport.objects.filter(pk=asked.pk, ready_at=None).update(done=number, total=len(records))

    with export.Archive(path) as archive:
        write_export(archive, each(), folder="export", at=at)
        archive.add(export.VERIFIER.name, export.VERIFIER.read_bytes())
        about = {**context, "rows": rows, "certificate": certificates.known_certificates()[0]}
        archive.add("index.html", render_to_string("records/export/index.html", about).encode())
        archive.add("README.txt", render_to_string("records/export/readme.txt", about).encode())
    return heads


def _add_files(archive: export.Archive, parts: Sequence[VerifiedPart]) -> list[tuple[str, str]]:
    """Put what is attached to these parts into the archive: each file's name as it was given, and where it lies.

    Of one that nobody may open there is its name alone, with the reason.
    """
    contents = [content for part in parts for content in part.contents.values() if content]
    found = {file["sha256"]: file["name"] for content in contents for file in values.files_of(content)}
    placed = []
    standings = stored_files.standings_by_digest(found)
    for digest, given in found.items():
        if not standings[digest].is_readable:
            placed.append((f"{given}: {standings[digest].words}", ""))
            continue
        stored = stored_files.by_digest(digest)
        name = f"files/{digest.removeprefix('sha256:')[:16]}{Path(given).suffix.lower()}"
        if stored and name not in archive.names:
            archive.add(name, stored_files.read_bytes(stored))
        if stored:
            placed.append((given, name))
    return placed


@transaction.atomic
def read_own_export(*, asked: OwnExport, actor: Actor, at: datetime) -> BufferedReader:
    """The file, open, noted in the trail first. Raises RuleBroken when it is not there, NotAllowed where sight has ended.

    Sight is asked now, not as it was when the file was made.
    """
    asked = OwnExport.objects.visible_to(actor).select_related("stored").get(pk=asked.pk)
    if asked.ready_at is None:
        raise RuleBroken("This file is still being made.")
    if asked.stored is None or asked.expires_at is None or asked.expires_at <= at:
        raise RuleBroken(GONE)
    seen = selectors.own_signed_records(actor).filter(pk__in=[UUID(record) for record in asked.heads])
    if seen.count() != len(asked.heads):
        raise NotAllowed("Some of the records in this file are no longer shown to you. Ask for a new one.")
    trail.record(
        actor=actor,
        verb="own_records.downloaded",
        target=asked,
        about=actor.staff_id,
        at=at,
        records=len(asked.heads),
        digest=asked.stored.digest,
    )
    return stored_files.open_file(asked.stored)


def remove_old_exports(*, at: datetime) -> int:
    """Remove the files whose week is over, and what was left half made; gives how many files went."""
    documents.clear_making(older_than=at - timedelta(days=1))
    old = OwnExport.objects.filter(stored__isnull=False, expires_at__lte=at)
    return sum(_remove(export_id, at=at) for export_id in old.values_list("pk", flat=True))


@transaction.atomic
def _remove(export_id: UUID, *, at: datetime) -> bool:
    """The bytes go before the transaction ends: what is undone is done again the next night."""
    asked = OwnExport.objects.select_for_update(of=("self",)).select_related("stored").get(pk=export_id)
    stored, asked.stored, asked.removed_at = asked.stored, None, at
    if stored is None:
        return False
    asked.save(update_fields=["stored", "removed_at"])
    trail.record(actor=None, verb="own_records.removed", target=asked, about=asked.person_id, at=at)
    return documents.discard(stored)
