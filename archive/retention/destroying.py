"""Destroying and purging, through the functions of the database alone: certificate, deletion, files, ledger, replay."""

import json
import re
from collections.abc import Iterable, Sequence
from datetime import datetime
from pathlib import Path
from typing import Any
from uuid import UUID

from django.conf import settings
from django.db import DatabaseError, connection, connections, transaction
from django.db.backends.utils import CursorWrapper
from django.db.models import Q

from archive.models import Certificate, Disposal, RetentionRule
from archive.retention import functions, rules, selectors
from archive.retention.registry import PURGE, STEPS
from archive.retention.rules import DataClass
from core.actor import Actor
from core.clock import date_of
from core.errors import RuleBroken
from documents.models import StoredFile
from documents.rules import place_of
from documents.services.storing import write_whole
from outbox.services import enqueue
from records import canonical, sealing
from records.canonical_form import canonical as canonical_bytes
from records.models import DraftSection, Part, PartContent, Record, RecordGone
from trail import services as trail

SCHEMA = "countersign-certificate/1"
DIGEST = re.compile(r"sha256:[0-9a-f]{64}")
# Entries purged in one run of the night; the rest waits for the next
CHUNK = 200


class NotReplayed(Exception):
    """The ledger does not fit the database; nothing of it was done from here on."""


# -- One class of a leaver's file


def destroy(*, disposal: Disposal, actor: Actor, at: datetime) -> Certificate:
    """Destroy what two people decided on. Raises RuleBroken with what the database answers when it refuses."""
    data_class = DataClass(disposal.data_class)
    mine = Record.objects.filter(subject=disposal.person_id, kind__in=rules.KINDS.get(data_class, ()))
    records = _locked(mine.exclude(pk__in=RecordGone.objects.filter(kind=RecordGone.Kind.DESTROYED).values("record")))
    with connection.cursor() as cursor:
        body = _next(
            cursor,
            kind=Certificate.Kind.DESTRUCTION,
            data_class=data_class,
            person=str(disposal.person_id),
            records=records,
            files=_files(cursor, data_class, person_id=disposal.person_id, records=records, people=[]),
            rule=disposal.rule,
            at=at,
            decision=str(disposal.pk),
            decided_by=str(disposal.decided_by_id),
            approved_by=str(actor.staff_id),
            why=disposal.reason,
        )
        certificate = _call(cursor, "archive_destroy(%s, %s, %s, %s)", [disposal.pk], body)
    trail.record(
        actor=actor,
        verb="retention.destroyed",
        target=certificate,
        about=disposal.person_id,
        at=at,
        data_class=data_class,
    )
    return certificate


# -- The text of one entry


@transaction.atomic
def purge(*, record_id: UUID, at: datetime) -> Certificate:
    """Purge the text of one entry or decision, as the rule says. Raises RuleBroken with what the database answers."""
    rule = selectors.rules_in_force().get(DataClass.CASE_TEXT)
    if rule is None:
        raise RuleBroken("No rule says that this text is purged.")
    records = _locked(Record.objects.filter(pk=record_id))
    record = records[0]
    people = _sides(record)
    with connection.cursor() as cursor:
        body = _next(
            cursor,
            kind=Certificate.Kind.PURGE,
            data_class=DataClass.CASE_TEXT,
            person=None,
            records=records,
            files=_files(cursor, DataClass.CASE_TEXT, person_id=None, records=records, people=people),
            rule=rule,
            at=at,
            decision=None,
            decided_by=str(rule.set_by_id),
            approved_by=str(rule.answer.by_id),
            why=rule.reason,
        )
        certificate = _call(cursor, "archive_purge(%s, %s, %s, %s, %s)", [record_id, rule.pk], body)
    trail.record(actor=None, verb="retention.purged", target=certificate, at=at, record=record_id)
    return certificate


def purge_due(*, at: datetime) -> int:
    """Purge what has reached its day, in one transaction each, at most ``CHUNK`` in a run; gives how many.

    What is held is passed over. Run again, it goes on where it ended.
    """
    due = selectors.to_purge(on=date_of(at))
    sides = {one.pk: set(_sides(one)) for one in due}
    held = selectors.holding({person for people in sides.values() for person in people})
    free = [
        key
        for key, people in sides.items()
        if held.on(people=people, data_class=DataClass.CASE_TEXT, records={key}) is None
    ]
    for record_id in free[:CHUNK]:
        purge(record_id=record_id, at=at)
    return len(free[:CHUNK])


def _sides(record: Record) -> list[UUID]:
    """Whose holds keep an entry: who wrote it, with whom it was discussed, who asked for it."""
    return [one for one in (record.author_id, record.discussed_with_id, record.asked_by_id) if one]


# -- The certificate and the call


def _locked(records: Any) -> list[Record]:
    return list(records.select_for_update(of=("self",), no_key=True).order_by("pk"))


def _next(cursor: CursorWrapper, *, records: Sequence[Record], rule: RetentionRule, at: datetime, **said: Any) -> bytes:
    """The bytes of the next certificate; whoever else makes one waits until this transaction ends."""
    cursor.execute("SELECT pg_advisory_xact_lock(hashtext('archive_certificate'))")
    last = Certificate.objects.order_by("-number").only("number", "digest").first()
    parts = Part.objects.filter(record__in=records).order_by("record", "seq")
    return canonical_bytes(
        {
            "schema": SCHEMA,
            "number": last.number + 1 if last else 1,
            "prev": last.digest if last else None,
            "organisation": settings.ORGANISATION_NAME,
            "made_at": canonical.utc_text(at),
            "on": date_of(at).isoformat(),
            "kind": str(said["kind"]),
            "class": str(said["data_class"]),
            "person": said["person"],
            "records": [str(record.pk) for record in records],
            "parts": [
                {"record": str(record), "kind": kind, "seq": seq, "act": str(act), "prev": prev, "digest": digest}
                for record, kind, seq, act, prev, digest in parts.values_list(
                    "record", "kind", "seq", "act", "prev", "digest"
                )
            ],
            "files": said["files"],
            "rule": {"id": str(rule.pk), "trigger": rule.trigger, "months": rule.months},
            "decision": said["decision"],
            "decided_by": said["decided_by"],
            "approved_by": said["approved_by"],
            "why": said["why"],
        }
    )


def _call(cursor: CursorWrapper, call: str, arguments: list[Any], body: bytes) -> Certificate:
    """Have it done by the function, under our attestation, and the rest after the commit."""
    key = sealing.organisation_key()
    try:
        with transaction.atomic():
            cursor.execute(f"SELECT {call}", [*arguments, body, key.sign(canonical.digest(body)), key.key_id])
    except DatabaseError as error:
        if getattr(error.__cause__, "pgcode", "") != functions.REFUSED:
            raise
        raise RuleBroken(str(error).splitlines()[0]) from error
    (certificate_id,) = cursor.fetchone()
    enqueue("archive.tasks.finish_disposal", certificate_id=certificate_id)
    return Certificate.objects.get(pk=certificate_id)


# -- Files


def _files(
    cursor: CursorWrapper,
    data_class: DataClass,
    *,
    person_id: UUID | None,
    records: Sequence[Record],
    people: list[UUID],
) -> list[str]:
    """The digests of the files on which nothing hangs once this is gone: PDFs, copies, documents, what is attached."""
    columns = dict(functions.files_hang_on())
    steps = PURGE if data_class is DataClass.CASE_TEXT else STEPS
    given = {"person": person_id, "records": [record.pk for record in records], "people": people}
    found: set[str] = set()
    for step in steps:
        for model, column in columns.items():
            if step.model != model._meta.label or data_class not in step.classes:
                continue
            where = re.sub(r"\bp_(person|records|people)\b", r"%(\1)s", step.where)
            where = where.replace("%(records)s", "%(records)s::uuid[]").replace("%(people)s", "%(people)s::uuid[]")
            cursor.execute(
                f"SELECT f.digest FROM {functions.table_of(step.model)} t"
                f" JOIN documents_storedfile f ON f.id = t.{column} WHERE {where}",
                given,
            )
            found |= {digest for (digest,) in cursor.fetchall()}
    return sorted(found | _attached(records))


def _attached(records: Sequence[Record]) -> set[str]:
    """Files that these records alone name in what was typed and signed; looked for in every other record once."""
    typed = [
        *PartContent.objects.filter(part__record__in=records).values_list("content", flat=True),
        *DraftSection.objects.filter(record__in=records).values_list("content", flat=True),
    ]
    named = {digest for content in typed for digest in DIGEST.findall(content)}
    named = set(StoredFile.objects.filter(digest__in=named).values_list("digest", flat=True))
    if not named:
        return set()
    anywhere = Q()
    for digest in named:
        anywhere |= Q(content__contains=digest)
    elsewhere = [
        *PartContent.objects.exclude(part__record__in=records).filter(anywhere).values_list("content", flat=True),
        *DraftSection.objects.exclude(record__in=records).filter(anywhere).values_list("content", flat=True),
    ]
    return named - {digest for content in elsewhere for digest in DIGEST.findall(content)}


# -- After the commit


def finish(*, certificate_id: UUID) -> None:
    """Remove the bytes of what is gone, and write the certificate into the ledger. Run again, it changes nothing."""
    certificate = Certificate.objects.get(pk=certificate_id)
    remove_bytes(json.loads(bytes(certificate.body))["files"])
    folder = ledger_folder()
    folder.mkdir(mode=0o700, parents=True, exist_ok=True)
    write_whole(folder / f"{certificate.number:08d}.json", as_file(certificate))


def remove_bytes(digests: Iterable[str]) -> None:
    """Remove the bytes of files that have no row any more."""
    named = set(digests)
    for digest in named - set(StoredFile.objects.filter(digest__in=named).values_list("digest", flat=True)):
        (Path(settings.STATE_DIR) / "files" / place_of(digest)).unlink(missing_ok=True)


def ledger_folder() -> Path:
    """Where the certificates lie outside the database, so that a restored one can be told what is gone."""
    return Path(settings.STATE_DIR) / "disposals"


def as_file(certificate: Certificate) -> bytes:
    """A certificate for somebody who has not this program: its bytes as text, and the organisation's attestation."""
    return canonical_bytes(
        {
            "certificate": bytes(certificate.body).decode(),
            "digest": certificate.digest,
            "attestation": bytes(certificate.signature).hex(),
            "key": certificate.key_id,
        }
    )


# -- After a restore


def replay(folder: Path, *, at: datetime) -> int:
    """Do again, in order, what the ledger says was done and this database does not know; gives how many.

    Runs as the owner, and holds win: raises NotReplayed where one stands, where a file was changed, or one is missing.
    """
    known = dict(Certificate.objects.values_list("number", "digest"))
    done = 0
    for path in sorted(folder.glob("*.json")):
        held = json.loads(path.read_bytes())
        body, signature = held["certificate"].encode(), bytes.fromhex(held["attestation"])
        digest = canonical.digest(body)
        said = json.loads(body)
        if not sealing.is_attested(digest, signature, held["key"]):
            raise NotReplayed(f"{path.name} was changed, or is not of this organisation.")
        if said["number"] in known:
            if known[said["number"]] != digest:
                raise NotReplayed(f"{path.name}: this database has another certificate {said['number']}.")
            remove_bytes(said["files"])
            continue
        _again(path.name, body, signature, held["key"])
        trail.record(actor=None, verb="retention.replayed", at=at, certificate=said["number"])
        remove_bytes(said["files"])
        done += 1
    return done


def _again(name: str, body: bytes, signature: bytes, key: str) -> None:
    try:
        with transaction.atomic(using="owner"), connections["owner"].cursor() as cursor:
            cursor.execute("SELECT archive_replay(%s, %s, %s)", [body, signature, key])
    except DatabaseError as error:
        raise NotReplayed(f"{name}: {str(error).splitlines()[0]}") from error
