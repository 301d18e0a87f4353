"""Making the bundle in the background, giving it to the handler alone, and removing it after a week."""

import os
import tempfile
from datetime import datetime, timedelta
from io import BufferedReader
from pathlib import Path
from uuid import UUID

from django.db import transaction
from django.db.models import F

from archive.models import DataRequest, RequestBundle, RequestItem
from archive.requests import access, selectors
from archive.requests.bundle import Step, write_bundle
from archive.requests.services.events import tell
from core.actor import Actor
from core.errors import RuleBroken
from documents import selectors as stored_files
from documents import services as documents
from outbox.services import enqueue
from records.export import Archive
from trail import services as trail

KEPT_FOR = timedelta(days=7)
GONE = "This bundle has been removed: it is kept for seven days. Make it anew; the decisions are all there."
UNDECIDED = "Something is not decided about yet. Decide about each paragraph and file, then make the bundle."


class Counted(Step):
    """Says in the database how far a bundle is."""

    def __init__(self, bundle_id: UUID) -> None:
        self._rows = RequestBundle.objects.filter(pk=bundle_id, ready_at=None)

    def next(self) -> None:
        self._rows.update(done=F("done") + 1)


@transaction.atomic
def ask_for_bundle(*, request_id: UUID, press: UUID, with_log: bool, actor: Actor, at: datetime) -> RequestBundle:
    """Ask for the bundle as the decisions are now. The same press, or another while one is being made, asks once.

    Raises NotAllowed, or RuleBroken while anything is undecided.
    """
    request = _locked(request_id, actor)
    bundles = RequestBundle.objects.filter(request=request)
    existing = bundles.filter(press=press).first() or bundles.filter(ready_at=None).first()
    if existing and (existing.ready_at or selectors.is_bundling(existing)):
        return existing
    progress = selectors.progress_of(request)
    if not progress.total or progress.undecided:
        raise RuleBroken(UNDECIDED)
    total = RequestItem.objects.filter(request=request).count()
    asked = existing or RequestBundle(request=request, press=press)
    asked.with_log, asked.asked_by_id, asked.asked_at, asked.done, asked.total = with_log, actor.staff_id, at, 0, total
    asked.save()
    trail.record(
        actor=actor,
        verb="data_request.bundle_asked",
        target=request,
        about=request.person_id,
        at=at,
        bundle=asked.pk,
        with_log=with_log,
    )
    enqueue("archive.tasks.make_data_bundle", bundle_id=asked.pk)
    return asked


def make_bundle(*, bundle_id: UUID, at: datetime) -> None:
    """Make a bundle, once however often this runs. Raises RuleBroken where a decision was taken back, or all is closed."""
    asked = RequestBundle.objects.select_related("request__person", "request__child").get(pk=bundle_id)
    if asked.ready_at:
        return
    request = asked.request
    if request.closed_at is not None or selectors.progress_of(request).undecided:
        raise RuleBroken(UNDECIDED)
    RequestBundle.objects.filter(pk=asked.pk, ready_at=None).update(done=0)
    handle, name = tempfile.mkstemp(dir=documents.making_folder())
    os.close(handle)
    path = Path(name)
    try:
        with Archive(path) as archive:
            write_bundle(archive, request, with_log=asked.with_log, at=asked.asked_at, step=Counted(asked.pk))
        _keep(path, bundle_id, at=at)
    finally:
        path.unlink(missing_ok=True)


@transaction.atomic
def _keep(path: Path, bundle_id: UUID, *, at: datetime) -> None:
    asked = RequestBundle.objects.select_for_update(of=("self",)).select_related("request").get(pk=bundle_id)
    if asked.ready_at:
        return
    asked.stored = documents.store_file(path, media_type=documents.ZIP, at=at)
    asked.digest, asked.ready_at, asked.expires_at, asked.done = asked.stored.digest, at, at + KEPT_FOR, asked.total
    asked.save()
    request = asked.request
    trail.record(
        actor=None,
        verb="data_request.bundle_made",
        target=request,
        about=request.person_id,
        at=at,
        bundle=asked.pk,
        digest=asked.digest,
    )
    if request.handler_id:
        tell(request, [request.handler_id], about=f"bundle {asked.pk}")


@transaction.atomic
def read_bundle(*, bundle_id: UUID, actor: Actor, at: datetime) -> BufferedReader:
    """The bundle, open, noted in the trail first. Raises RuleBroken when it is not there, or nobody checked who asked."""
    found = RequestBundle.objects.visible_to(actor).get(pk=bundle_id)
    request = _locked(found.request_id, actor)
    bundle = RequestBundle.objects.select_for_update(of=("self",)).select_related("stored").get(pk=bundle_id)
    if not selectors.is_identified(request):
        raise RuleBroken("Enter how it was checked who asked, before anything is given to them.")
    if bundle.stored is None or not bundle.is_there(at):
        raise RuleBroken(GONE if bundle.ready_at else "This bundle is still being made.")
    trail.record(
        actor=actor,
        verb="data_request.downloaded",
        target=request,
        about=request.person_id,
        at=at,
        bundle=bundle.pk,
        digest=bundle.digest,
    )
    bundle.downloaded_at = at
    bundle.save(update_fields=["downloaded_at"])
    return stored_files.open_file(bundle.stored)


def remove_old_bundles(*, at: datetime) -> int:
    """Remove the bundles whose week is over, and those of requests that are closed; gives how many files went."""
    stored = RequestBundle.objects.filter(stored__isnull=False)
    over = stored.filter(expires_at__lte=at) | stored.filter(request__closed_at__isnull=False)
    return sum(_remove(bundle_id, at=at) for bundle_id in over.values_list("pk", flat=True))


@transaction.atomic
def _remove(bundle_id: UUID, *, at: datetime) -> bool:
    """The bytes go before the transaction ends: what is undone is done again the next night."""
    bundle = RequestBundle.objects.select_for_update(of=("self",)).select_related("stored").get(pk=bundle_id)
    stored, bundle.stored, bundle.removed_at = bundle.stored, None, at
    if stored is None:
        return False
    bundle.save(update_fields=["stored", "removed_at"])
    trail.record(actor=None, verb="data_request.bundle_removed", target=bundle, at=at, digest=bundle.digest)
    return documents.discard(stored)


def _locked(request_id: UUID, actor: Actor) -> DataRequest:
    request: DataRequest = (
        DataRequest.objects.handled_by(actor).select_for_update(of=("self",), no_key=True).get(pk=request_id)
    )
    access.check_can_handle(actor, request)
    return request
