"""Keeping what people bring: apart until it is scanned, or until an administrator chose to keep it without."""

import logging
from collections.abc import Iterable
from datetime import datetime
from uuid import UUID

from django.conf import settings
from django.db import IntegrityError, transaction

from core.actor import Actor
from core.errors import NotNow, RuleBroken, Stale
from documents import access, rules, scanner, selectors
from documents.models import FileScan, StoredFile, UnscannedChoice
from documents.receiving import TakenIn
from documents.services.storing import store
from outbox.services import enqueue
from trail import services as trail

logger = logging.getLogger(__name__)

Result = FileScan.Result
MOST_AT_ONCE = 50
CHOSEN_BEFORE = "Somebody else chose before you. Look at what holds now."


@transaction.atomic
def keep_brought(file: TakenIn, *, actor: Actor, at: datetime, path: str = "") -> StoredFile:
    """Keep a file that somebody brought, apart until more is known of it. ``path``: the page where it hangs.

    Raises RuleBroken where a virus was found in these very bytes before.
    """
    stored = store(file.data, media_type=file.media_type, at=at)
    if selectors.standings([stored.pk])[stored.pk].kind == rules.StandingKind.INFECTED:
        raise RuleBroken(rules.INFECTED_AGAIN)
    _add([FileScan(stored=stored, result=Result.BROUGHT, at=at, by_id=actor.staff_id, path=path)])
    choice = selectors.choice_in_force()
    if choice and not settings.CLAMD_URL:
        _accept([stored.pk], choice, at=at)
    else:
        enqueue("documents.tasks.scan_file", stored_id=stored.pk)
    return stored


def scan_file(*, stored_id: UUID, at: datetime) -> None:
    """Have one file scanned, or kept without where an administrator chose so; run again, it does nothing.

    Raises NotNow while the scanner does not answer. The scanner is asked outside any transaction; of two answers about
    one file, a virus outweighs.
    """
    if not FileScan.objects.of_unscanned().filter(stored=stored_id).exists():
        return
    if not settings.CLAMD_URL:
        if choice := selectors.choice_in_force():
            _accept([stored_id], choice, at=at)
        return
    stored = StoredFile.objects.get(pk=stored_id)
    try:
        with selectors.open_file(stored) as file:
            verdict = scanner.scan(settings.CLAMD_URL, file)
    except scanner.OutOfReach as error:
        logger.warning("scanner gave no verdict on %s: %s", stored_id, error)
        raise NotNow("The scanner for viruses does not answer.") from error
    _note(stored, verdict, at=at)


@transaction.atomic
def _note(stored: StoredFile, verdict: scanner.Verdict, *, at: datetime) -> None:
    """Keep what the scanner said; of a virus, tell everybody who brought the file, once."""
    result = Result.INFECTED if verdict.signature else Result.CLEAN
    _add([FileScan(stored=stored, result=result, at=at, engine=verdict.engine, signature=verdict.signature)])
    if not verdict.signature:
        return
    logger.error("a virus was found in the stored file %s: %s", stored.pk, verdict.signature)
    trail.record(actor=None, verb="file.infected", target=stored, at=at)
    for row in FileScan.objects.filter(stored=stored, result=Result.BROUGHT, by_id__isnull=False):
        enqueue(
            "notifications.tasks.notify",
            person_id=row.by_id,
            kind="file_infected",
            key=str(stored.pk),
            path=row.path or "/help/#files",
        )


def settle_waiting(*, at: datetime) -> int:
    """Ask for a scan of what nothing asks for any more, the oldest first, those that wait before those kept without.

    With no scanner, what waits is kept as the choice in force has it. Gives the number asked for, or kept.
    """
    if settings.CLAMD_URL:
        waiting = _keys(FileScan.objects.of_waiting().order_by("at").values_list("stored_id", flat=True))
        rest = _keys(FileScan.objects.of_unscanned().order_by("at").values_list("stored_id", flat=True))
        keys = list(dict.fromkeys([*waiting, *rest]))[:MOST_AT_ONCE]
        for key in keys:
            try:
                scan_file(stored_id=key, at=at)
            except NotNow:
                return 0
            except rules.FileDamaged as fault:
                logger.error("cannot be scanned: %s", fault)
        return len(keys)
    choice = selectors.choice_in_force()
    return _accept_waiting(choice, at=at) if choice else 0


def _keys(keys: Iterable[UUID]) -> list[UUID]:
    return list(dict.fromkeys(keys))


@transaction.atomic
def accept_unscanned(*, reason: str, after: int, actor: Actor, at: datetime) -> UnscannedChoice:
    """Choose to keep files without a scan, those that wait among them. Raises NotAllowed or Stale."""
    access.check_can_choose_about_scans(actor)
    choice = _choose(accepts=True, reason=reason, after=after, actor=actor, at=at)
    if not settings.CLAMD_URL:
        _accept_waiting(choice, at=at)
    return choice


@transaction.atomic
def take_back_choice(*, reason: str, after: int, actor: Actor, at: datetime) -> UnscannedChoice:
    """No longer keep new files without a scan; those that were kept stay so. Raises NotAllowed or Stale."""
    access.check_can_choose_about_scans(actor)
    return _choose(accepts=False, reason=reason, after=after, actor=actor, at=at)


def _choose(*, accepts: bool, reason: str, after: int, actor: Actor, at: datetime) -> UnscannedChoice:
    newest = UnscannedChoice.objects.order_by("-number").first()
    if (newest.number if newest else 0) != after or accepts == bool(newest and newest.accepts):
        raise Stale(CHOSEN_BEFORE)
    try:
        with transaction.atomic():
            choice = UnscannedChoice.objects.create(
                number=after + 1,
                accepts=accepts,
                reason=reason,
                at=at,
                by_id=actor.staff_id,
                by_name=actor.name,
                by_role=actor.hat.label if actor.hat else actor.job_title,
            )
    except IntegrityError as error:
        raise Stale(CHOSEN_BEFORE) from error
    verb = "files.kept_unscanned" if accepts else "files.unscanned_taken_back"
    trail.record(actor=actor, verb=verb, target=choice, at=at)
    return choice


def _accept_waiting(choice: UnscannedChoice, *, at: datetime) -> int:
    keys = _keys(FileScan.objects.of_waiting().values_list("stored_id", flat=True))
    _accept(keys, choice, at=at)
    return len(keys)


def _accept(keys: Iterable[UUID], choice: UnscannedChoice, *, at: datetime) -> None:
    _add(FileScan(stored_id=key, result=Result.ACCEPTED, at=at, choice=choice) for key in keys)


def _add(rows: Iterable[FileScan]) -> None:
    FileScan.objects.bulk_create(rows, ignore_conflicts=True)
