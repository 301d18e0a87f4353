"""Reading a file into rows, and comparing them with what is known."""

import json
from collections.abc import Callable, Iterator, Mapping, Sequence
from dataclasses import dataclass
from datetime import date, datetime
from itertools import groupby, islice
from typing import Any
from uuid import UUID

from django.db import connection, transaction

from cases.importing import selectors
from cases.importing.models import ImportRow, ImportRun
from cases.importing.rules import changes, rows
from cases.importing.rules.changes import Change, Known, Outcome
from cases.importing.rules.rows import Fault, Surroundings
from cases.importing.services.bringing import end, lock, open_sheet, tell
from cases.importing.services.copying import copy_rows
from core.errors import RuleBroken
from core.spreadsheets import Line

State = ImportRun.State
CHUNK = 10_000
CHILDREN = 5_000
STAGED = ("run", "line", "key", "cells", "faults", "outcome")
MARK = """
UPDATE cases_importrow AS row SET outcome = said.outcome, faults = said.faults
FROM unnest(%s::integer[], %s::text[], %s::jsonb[]) AS said (line, outcome, faults)
WHERE row.run_id = %s AND row.line = said.line
"""
SPARED = (
    "Some rows have no reference that can be read, so nobody knows whom they are about. No case is closed for not being"
    " in this file."
)
ONE_SENTENCE = "The file could not be read. Nothing is changed. Try again, or bring it as CSV."


def do_read(*, run_id: UUID, at: datetime) -> ImportRun:
    """Read a run's file into rows, chunk by chunk, and compare them; begun again after it was broken off, it starts anew.

    The file goes once it is read: columns that are mapped to nothing are kept nowhere.
    """
    run = ImportRun.objects.select_related("mapping").get(pk=run_id)
    if run.state != State.READING:
        return run
    ImportRow.objects.filter(run=run).delete()
    try:
        with run.path.open("rb") as file:
            sheet = open_sheet(file)
            stage(run, sheet.headers, sheet.lines)
    except (RuleBroken, OSError) as error:
        fail(run_id, str(error) if isinstance(error, RuleBroken) else ONE_SENTENCE, at=at)
        run.refresh_from_db()
        return run
    compare(run)
    with transaction.atomic():
        locked = lock(run_id, State.READING)
        if locked:
            locked.state = State.READY
            locked.save(update_fields=["state"])
            tell(locked)
    run.path.unlink(missing_ok=True)
    run.refresh_from_db()
    return run


@transaction.atomic
def fail(run_id: UUID, said: str, *, at: datetime) -> None:
    """An import that cannot go on says why."""
    run = lock(run_id, State.READING, State.APPLYING)
    if run:
        end(run, State.FAILED, at=at, said=said[:300])
        tell(run)


def stage(run: ImportRun, headers: Sequence[str], lines: Iterator[Line]) -> None:
    """Keep the cells of each line that are mapped to something, and note how far it is."""
    assert run.mapping  # noqa: S101  a run is read once its columns are mapped
    places = {field: headers.index(header) for field, header in run.mapping.columns.items()}
    done = 0
    while chunk := list(islice(lines, CHUNK)):
        copy_rows(ImportRow, STAGED, (_staged(run, line, places, width=len(headers)) for line in chunk))
        done += len(chunk)
        ImportRun.objects.filter(pk=run.pk).update(lines_read=done)
    run.lines_read = done


@dataclass(frozen=True, slots=True)
class Compared:
    """The rows about one child: what changes of it, or their faults by line."""

    lines: list[int]
    change: Change | None
    faults: dict[int, list[Fault]]


@dataclass(slots=True)
class Tally:
    """What a comparison found. ``counts``: children by outcome; the faulty are rows."""

    counts: dict[str, int]
    closing: int


Use = Callable[[Mapping[str, Compared], Mapping[str, Known]], None]


def compare(run: ImportRun) -> None:
    """Say of each row what becomes of its child, or what is wrong; and count, for somebody to decide."""
    ImportRow.objects.filter(run=run, line=None).delete()
    found = each_chunk(run, lambda compared, _: _mark(run, compared))
    if closes_missing(run):
        gone = [rows.key_of(each.reference) for each in selectors.missing(run)]
        copy_rows(ImportRow, STAGED, ((run.pk, None, key, {"reference": key}, [], Outcome.CLOSED) for key in gone))
    ImportRun.objects.filter(pk=run.pk).update(
        counts=found.counts,
        closing=found.closing,
        open_before=selectors.count_open(),
        lines_compared=run.lines_read,
        said=SPARED if run.is_complete and not closes_missing(run) else "",
    )


def each_chunk(run: ImportRun, use: Use, *, locked: bool = False) -> Tally:
    """Compare the children of a run, so many at a time, and count what is found.

    ``locked``: hold the children's rows, and only of those of whom it was found that something changes.
    """
    assert run.mapping  # noqa: S101
    around = selectors.surroundings(mapping=run.mapping, on=run.on)
    staged = ImportRow.objects.filter(run=run, line__isnull=False)
    wanted = staged.exclude(outcome__in=("", Outcome.FAULTY)) if locked else staged.exclude(key="")
    keys = list(wanted.order_by("key").values_list("key", flat=True).distinct())
    outcomes = [] if locked else [Outcome.FAULTY.value] * staged.filter(key="").count()
    for start in range(0, len(keys), CHILDREN):
        chunk = keys[start : start + CHILDREN]
        known = selectors.known_children(chunk, lock=locked)
        compared = {key: _compared(list(each), known.get(key), around) for key, each in _rows_by_child(run, chunk)}
        for each in compared.values():
            outcomes += [each.change.words] if each.change else [Outcome.FAULTY.value] * len(each.faults)
        use(compared, known)
        if not locked:
            ImportRun.objects.filter(pk=run.pk).update(lines_compared=len(outcomes))
    gone = selectors.missing(run).count() if closes_missing(run) else 0
    counts = changes.counted([*outcomes, *[Outcome.CLOSED.value] * gone])
    return Tally(counts, counts.get(Outcome.CLOSED.value, 0))


def closes_missing(run: ImportRun) -> bool:
    """Whether those whom the file does not name are closed: it is complete, and of every row it is known whom it is about."""
    return run.is_complete and not ImportRow.objects.filter(run=run, key="").exists()


Staged = tuple[str, int, dict[str, str], list[list[str]]]


def _rows_by_child(run: ImportRun, keys: Sequence[str]) -> Iterator[tuple[str, Iterator[Any]]]:
    found = ImportRow.objects.filter(run=run, key__in=keys, line__isnull=False).order_by("key", "line")
    return groupby(found.values_list("key", "line", "cells", "faults"), key=lambda row: row[0])


def _compared(staged: list[Staged], known: Known | None, around: Surroundings) -> Compared:
    faults: dict[int, list[Fault]] = {}
    read = []
    for _, line, cells, already in staged:
        # Of an earlier comparison, only what was found while the file was read stays: what may not be kept is gone
        found = [Fault(*each) for each in already if each[0] in ("initials", "siblings", "row")]
        row, more = rows.read_row(cells, line=line, around=around)
        if found or more:
            faults[line] = [*found, *more]
        elif row:
            read.append(row)
    lines = [line for _, line, _, _ in staged]
    faults |= {line: [fault] for line, fault in rows.faults_among(read).items()}
    if not faults:
        change = changes.difference(read, known, today=around.today)
        if isinstance(change, Change):
            return Compared(lines, change, {})
        faults = {lines[0]: [change]}
    first = min(faults)
    return Compared(lines, None, {line: faults.get(line, [rows.held_back(first)]) for line in lines})


def _staged(run: ImportRun, line: Line, places: Mapping[str, int], *, width: int) -> tuple[object, ...]:
    cells = {field: _text(line, place) for field, place in places.items()}
    kept, faults = rows.kept(cells)
    if any(line.cells[width:]):
        faults.append(Fault("row", "This row has more cells than there are headers. Perhaps a comma stands too many."))
    said = [[fault.field, fault.sentence] for fault in faults]
    key = rows.key_of(kept.get("reference", "")) if len(kept.get("reference", "")) <= 40 else ""
    if not key and not said:
        said = [["reference", "There is no reference. Enter the child’s number in the case system."]]
    return run.pk, line.number, key, kept, said, Outcome.FAULTY if said else ""


def _text(line: Line, place: int) -> str:
    cell = line.cells[place] if place < len(line.cells) else ""
    return cell.isoformat() if isinstance(cell, date) else rows.as_seen(cell)[:400]


def _mark(run: ImportRun, compared: Mapping[str, Compared]) -> None:
    """Write what was found, in one statement; the most are unchanged, and say so by saying nothing."""
    said: list[tuple[int, str, list[list[str]]]] = []
    for each in compared.values():
        if each.change is None:
            said += [
                (line, Outcome.FAULTY.value, [[fault.field, fault.sentence] for fault in faults])
                for line, faults in each.faults.items()
            ]
        elif each.change.outcomes:
            # A child counts once, however many rows there are about it
            said.append((each.lines[0], each.change.words, []))
    _write_marks(run, said)


def _write_marks(run: ImportRun, said: list[tuple[int, str, list[list[str]]]]) -> None:
    if not said:
        return
    lines, outcomes, faults = zip(*said, strict=True)
    with connection.cursor() as cursor:
        cursor.execute(MARK, [list(lines), list(outcomes), [json.dumps(each) for each in faults], run.pk])
