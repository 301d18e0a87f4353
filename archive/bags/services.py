"""Asking for a bag, making it in the background, taking it along, and removing it once its days are over."""

import os
import tempfile
import time
from collections.abc import Callable, Sequence
from contextlib import suppress
from datetime import datetime
from io import BufferedReader
from pathlib import Path
from uuid import UUID

from django.db import transaction
from django.urls import reverse

from archive import access
from archive.bags import building, records, rules
from archive.bags.building import BagFaulty
from archive.bags.selectors import in_the_making
from archive.bags.writing import Packed
from archive.models import ArchivedFile, Bag
from core.actor import Actor, Role
from core.clock import date_of
from core.errors import DomainError, NotNow, RuleBroken
from documents import selectors as stored_files
from documents import services as documents
from outbox.services import enqueue
from records.services import render_document
from staff.models import StaffMember
from staff.selectors import people_with_role
from trail import services as trail

# Seconds that one run prints what has no PDF yet; the rest is done by the next
PRINTS_FOR = 60.0
# Progress is written after so many things, not after each
PROGRESS_EVERY = 25
KEPT = ("stored", "ready_at", "expires_at", "manifest", "files", "size", "done", "total")
GONE = f"This bag has been removed: it is kept for {rules.KEPT_FOR.days} days. Ask for a new one."


class StillPrinting(NotNow):
    """Some of the records have no PDF yet."""


@transaction.atomic
def ask_for_bag(*, person_id: UUID, purpose: str, press: UUID, actor: Actor | None, at: datetime) -> Bag:
    """Ask for a bag of a file that the archive holds. The same press, or another while one is being made, asks once.

    ``actor``: HR with that file open; None where leaving asks for it. Raises NotAllowed or RuleBroken.
    """
    if actor is not None:
        access.check_has_opened(actor, person_id)
    file = ArchivedFile.objects.filter(person_id=person_id).first()
    if file is None:
        raise RuleBroken("The archive does not hold this person’s file, so there is nothing to put into a bag.")
    StaffMember.objects.select_for_update(of=("self",), no_key=True).get(pk=person_id)
    bags = Bag.objects.filter(person_id=person_id)
    existing = bags.filter(press=press).first() or bags.filter(ready_at=None, failed_at=None).first()
    if existing and (existing.ready_at or existing.failed_at or in_the_making(existing)):
        return existing
    asked = existing or Bag.objects.create(
        person_id=person_id, asked_by_id=actor.staff_id if actor else None, purpose=purpose, press=press, asked_at=at
    )
    trail.record(actor=actor, verb="bag.asked", target=asked, about=person_id, at=at)
    enqueue("archive.tasks.make_bag", bag_id=asked.pk)
    return asked


def make_bag(*, bag_id: UUID, at: datetime) -> None:
    """Make a bag, once however often this runs, and tell those who wait for it.

    Where anything of the file is damaged there is no bag, and its row says what. Raises StillPrinting while records have
    no PDF.
    """
    bag = Bag.objects.get(pk=bag_id)
    if bag.ready_at or bag.failed_at:
        return
    _print_missing(bag.person_id, at=at)
    file = ArchivedFile.objects.get(person_id=bag.person_id)
    keys = list(records.records_of_file(bag.person_id).values_list("pk", flat=True))
    handle, name = tempfile.mkstemp(dir=documents.making_folder())
    os.close(handle)
    path = Path(name)
    try:
        packed = building.build(path, bag=bag, file=file, records_of=keys, at=at, step=_progress(bag, len(keys)))
        _keep(path, bag_id, packed, of=len(keys), at=at)
    except BagFaulty as found:
        _fail(bag_id, found.faults, at=at)
    finally:
        path.unlink(missing_ok=True)


def _progress(bag: Bag, number: int) -> Callable[[int], object]:
    """Says now and then how far a bag is, of as many things as are known before: its records."""
    rows = Bag.objects.filter(pk=bag.pk, ready_at=None, failed_at=None)
    rows.update(done=0, total=number)
    done = 0

    def step(things: int) -> None:
        nonlocal done
        done += things
        if done % PROGRESS_EVERY == 0:
            rows.filter(total__gte=done).update(done=done)

    return step


@transaction.atomic
def _keep(path: Path, bag_id: UUID, packed: Packed, *, of: int, at: datetime) -> None:
    """Store a finished bag and tell of it, unless another run was first."""
    bag = Bag.objects.select_for_update(of=("self",)).get(pk=bag_id)
    if bag.ready_at or bag.failed_at:
        return
    bag.stored = documents.store_file(path, media_type=documents.ZIP, at=at)
    bag.ready_at, bag.expires_at, bag.manifest = at, at + rules.KEPT_FOR, packed.manifest
    bag.files, bag.size, bag.done, bag.total = packed.files, packed.octets, of, of
    bag.save(update_fields=KEPT)
    # HR is given the whole file, health and conduct too: written as a read by the service, for the purpose of the bag
    trail.record(
        actor=None,
        verb="bag.file_read",
        target=bag,
        about=bag.person_id,
        at=at,
        records=of,
        files=packed.files,
        manifest=packed.manifest,
    )
    _tell(bag, kind="bag_ready", at=at)


@transaction.atomic
def _fail(bag_id: UUID, faults: Sequence[str], *, at: datetime) -> None:
    bag = Bag.objects.select_for_update(of=("self",)).get(pk=bag_id)
    if bag.ready_at or bag.failed_at:
        return
    bag.faults, bag.failed_at = list(faults), at
    bag.save(update_fields=["faults", "failed_at"])
    trail.record(actor=None, verb="bag.failed", target=bag, about=bag.person_id, at=at, faults=len(faults))
    _tell(bag, kind="bag_failed", at=at)


def _tell(bag: Bag, *, kind: str, at: datetime) -> None:
    """Whoever asked; everybody of HR where leaving did."""
    people = {bag.asked_by_id} if bag.asked_by_id else people_with_role(Role.HR, on=date_of(at))
    for person_id in sorted(filter(None, people)):
        enqueue(
            "notifications.tasks.notify",
            person_id=person_id,
            kind=kind,
            key=str(bag.pk),
            path=reverse("archive:file", args=[bag.person_id]),
        )


def _print_missing(person_id: UUID, *, at: datetime) -> None:
    """Print what is sealed and has no PDF; what cannot be printed is in the bag as a page all the same."""
    until = time.monotonic() + PRINTS_FOR
    for record_id, head in records.unprinted(person_id):
        if time.monotonic() > until:
            raise StillPrinting
        with suppress(DomainError):
            render_document(record_id=record_id, head=head, at=at)


@transaction.atomic
def read_bag(*, bag: Bag, actor: Actor, at: datetime) -> BufferedReader:
    """The bag, open, noted in the trail first. Raises NotAllowed without the file opened, RuleBroken when it is not there."""
    bag = Bag.objects.visible_to(actor).select_related("stored").get(pk=bag.pk)
    access.check_has_opened(actor, bag.person_id)
    if bag.ready_at is None:
        raise RuleBroken("This bag could not be made." if bag.failed_at else "This bag is still being made.")
    if bag.stored is None or bag.expires_at is None or bag.expires_at <= at:
        raise RuleBroken(GONE)
    trail.record(
        actor=actor,
        verb="bag.downloaded",
        target=bag,
        about=bag.person_id,
        at=at,
        manifest=bag.manifest,
        digest=bag.stored.digest,
    )
    return stored_files.open_file(bag.stored)


def remove_old_bags(*, at: datetime) -> int:
    """Remove the bags whose days are over; gives how many went. The digests of their manifests stay."""
    old = Bag.objects.filter(stored__isnull=False, expires_at__lte=at)
    return sum(_remove(bag_id, at=at) for bag_id in old.values_list("pk", flat=True))


@transaction.atomic
def _remove(bag_id: UUID, *, at: datetime) -> bool:
    """The bytes go before the transaction ends: what is undone is done again the next night."""
    bag = Bag.objects.select_for_update(of=("self",)).select_related("stored").get(pk=bag_id)
    stored, bag.stored, bag.removed_at = bag.stored, None, at
    if stored is None:
        return False
    bag.save(update_fields=["stored", "removed_at"])
    trail.record(actor=None, verb="bag.removed", target=bag, about=bag.person_id, at=at)
    return documents.discard(stored)
