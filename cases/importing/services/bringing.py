"""A file is brought, its columns are mapped, and it may be put aside before it is applied."""

from collections.abc import Iterator, Mapping
from datetime import datetime
from itertools import chain, islice
from pathlib import Path
from shutil import copyfileobj
from typing import IO, Any
from uuid import UUID

from django.db import IntegrityError, transaction

from cases.importing import access, selectors
from cases.importing.models import ImportMapping, ImportRow, ImportRun
from cases.importing.rules import columns
from core.actor import Actor
from core.errors import RuleBroken
from core.spreadsheets import Line, Sheet, read_sheet
from outbox.services import enqueue
from trail import services as trail

State = ImportRun.State
MOST_TITLES = 6
UNDER_WAY = "Another import is under way. Wait until it is applied, or put it aside."
TWICE = "Two columns of this file have the header “{}”. Give each a header of its own."


def bring(*, file: IO[bytes], file_name: str, actor: Actor, at: datetime) -> ImportRun:
    """Take in a file whose columns are then mapped. Raises NotAllowed; RuleBroken where it is no table, or one is open."""
    access.check_can_import(actor)
    sheet = open_sheet(file)
    run = begin(file_name=file_name, sheet=sheet, on_day_of=actor, at=at)
    keep_file(run, file)
    trail.record(actor=actor, verb="import.brought", target=run, at=at)
    return run


@transaction.atomic
def map_columns(
    *,
    run_id: UUID,
    mapped: Mapping[str, str],
    plan_words: Mapping[str, str],
    day_order: str,
    is_complete: bool,
    actor: Actor,
    at: datetime,
) -> ImportRun:
    """Say what the columns hold, keep it for the next file of this kind, and have the file read. Raises RuleBroken."""
    access.check_can_import(actor)
    run = _lock(run_id, actor, State.BROUGHT)
    mapping, _ = ImportMapping.objects.update_or_create(
        headers=run.headers,
        defaults={
            "columns": dict(mapped),
            "plan_words": dict(plan_words),
            "day_order": day_order,
            "is_complete": is_complete,
            "saved_at": at,
            "saved_by_id": actor.staff_id,
        },
    )
    start_reading(run, mapping)
    enqueue("cases.tasks.read_import", run_id=run.pk)
    return run


@transaction.atomic
def put_aside(*, run_id: UUID, actor: Actor, at: datetime) -> ImportRun:
    """Leave everything as it is, and take no notice of the file. Raises RuleBroken where it is being applied or is over."""
    access.check_can_import(actor)
    run = _lock(run_id, actor, State.BROUGHT, State.READING, State.READY)
    end(run, State.PUT_ASIDE, at=at, said="Put aside.")
    trail.record(actor=actor, verb="import.put_aside", target=run, at=at)
    return run


def open_sheet(file: IO[bytes]) -> Sheet:
    """The table of a file, whose headers each stand once, below titles where there are some. Raises RuleBroken."""
    sheet = _below_titles(read_sheet(file))
    named = [header for header in sheet.headers if header]
    twice = next((header for header in named if named.count(header) > 1), None)
    if twice:
        raise RuleBroken(TWICE.format(twice[:60]))
    return sheet


def _below_titles(sheet: Sheet) -> Sheet:
    """From the row on that holds the headers; a title, or headers above headers, stand before it."""
    begins: list[Line] = []
    rest = sheet.lines
    try:
        for line in islice(sheet.lines, MOST_TITLES):
            begins.append(line)
    except RuleBroken as error:
        # It is said once the file is read as far as that line
        rest = _refused(error)
    rows = [sheet.headers, *(tuple(str(cell) for cell in line.cells) for line in begins)]
    place = columns.header_row(rows)
    if place == 0:
        return Sheet(sheet.headers, chain(begins, rest), sheet.expected)
    return Sheet(rows[place], chain(begins[place:], rest), max(sheet.expected - place, 0))


def _refused(error: RuleBroken) -> Iterator[Line]:
    yield from ()
    raise error


def begin(*, file_name: str, sheet: Sheet, on_day_of: Actor | None, at: datetime, **more: Any) -> ImportRun:
    """The row of an import, the only one that is open. Raises RuleBroken where there is another."""
    known: dict[str, Any] = {"by_id": on_day_of.staff_id, "on": on_day_of.on} if on_day_of else {}
    try:
        with transaction.atomic():
            return ImportRun.objects.create(
                file_name=file_name[-200:],
                headers=[header[:200] for header in sheet.headers],
                lines_expected=sheet.expected,
                started_at=at,
                **known,
                **more,
            )
    except IntegrityError as error:
        raise RuleBroken(UNDER_WAY, field="file") from error


def start_reading(run: ImportRun, mapping: ImportMapping) -> None:
    """From now on the file is being read. What names a part of the open cases is never complete."""
    run.mapping, run.state = mapping, State.READING
    run.is_complete = mapping.is_complete and not columns.is_a_part(run.headers)
    run.save(update_fields=["mapping", "state", "is_complete"])


def end(run: ImportRun, state: str, *, at: datetime, said: str = "") -> None:
    """An import is over: its file goes, and so do the rows of which nothing is to be said."""
    run.state, run.ended_at, run.said = state, at, said
    run.save(update_fields=["state", "ended_at", "said"])
    rows = ImportRow.objects.filter(run=run)
    (rows.filter(outcome__in=("", "unchanged")) if state == State.APPLIED else rows).delete()
    transaction.on_commit(lambda: run.path.unlink(missing_ok=True))


def keep_file(run: ImportRun, file: IO[bytes]) -> None:
    """Keep the bytes, for their owner alone, until they are read."""
    folder: Path = run.path.parent
    folder.mkdir(mode=0o700, parents=True, exist_ok=True)
    file.seek(0)
    with run.path.open("wb") as kept:
        run.path.chmod(0o600)
        copyfileobj(file, kept)


def _lock(run_id: UUID, actor: Actor, *states: str) -> ImportRun:
    run = ImportRun.objects.visible_to(actor).select_for_update(of=("self",), no_key=True).get(pk=run_id)
    if run.state not in states:
        raise RuleBroken(f"This import is not at that point any more: {run.get_state_display().lower()}.")
    return run


def lock(run_id: UUID, *states: str) -> ImportRun | None:
    """For background work: the row, held, where it is at one of these points still; else None."""
    run = ImportRun.objects.select_for_update(of=("self",), no_key=True).get(pk=run_id)
    return run if run.state in states else None


def tell(run: ImportRun) -> None:
    """Let those know who wait: whoever brought the file; of one that came by itself, all administrators."""
    people = [run.by_id] if run.by_id else selectors.administrators(on=run.on)
    for person in people:
        enqueue(
            "notifications.tasks.notify",
            person_id=person,
            kind="import_ended",
            key=f"{run.pk} {run.state}",
            path=f"/supervision/children/import/{run.pk}/",
        )
