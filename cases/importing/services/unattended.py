"""A file that comes by itself, every night: read, compared and applied as far as its rows are as they should be."""

from datetime import date, datetime
from pathlib import Path

from django.db import transaction

from cases.importing import selectors
from cases.importing.models import ImportRun
from cases.importing.rules import changes
from cases.importing.rules.changes import Outcome
from cases.importing.services.applying import ask_to_apply, do_apply
from cases.importing.services.bringing import UNDER_WAY, begin, end, keep_file, open_sheet, start_reading
from cases.importing.services.reading import do_read, fail
from core.errors import RuleBroken
from trail import services as trail

State = ImportRun.State
UNMAPPED = "Nobody has said yet what the columns of this file hold. A system administrator brings it once by hand."
TOO_MANY = "The file would close {} of {} open cases, more than a tenth. A system administrator has to look at it."


class Stopped(RuleBroken):
    """The file is not applied, and the administrators are told."""


def import_unattended(path: Path, *, on: date, at: datetime) -> ImportRun:
    """Import a file by the mapping that was made for its like. Raises RuleBroken; Stopped where somebody has to decide.

    One that still waits for a decision is put aside: tonight's says all that it said. One being read or applied is not.
    """
    with path.open("rb") as file:
        sheet = open_sheet(file)
        mapping = selectors.mapping_for(sheet.headers)
        _put_aside_waiting(at=at)
        run = begin(file_name=path.name, sheet=sheet, on_day_of=None, at=at, on=on)
        if mapping is None:
            start_reading_nothing(run, at=at)
            raise Stopped(UNMAPPED)
        keep_file(run, file)
    start_reading(run, mapping)
    run = do_read(run_id=run.pk, at=at)
    if run.state == State.FAILED:
        raise Stopped(run.said)
    if changes.closes_too_many(run.closing, of=run.open_before):
        raise Stopped(TOO_MANY.format(run.closing, run.open_before))
    run = ask_to_apply(
        run_id=run.pk, only_good=bool(run.counts.get(Outcome.FAULTY)), many_closed=False, actor=None, at=at
    )
    run = do_apply(run_id=run.pk, at=at)
    if run.state != State.APPLIED:
        raise Stopped(run.said)
    return run


@transaction.atomic
def start_reading_nothing(run: ImportRun, *, at: datetime) -> None:
    """A file that nobody mapped fails, and the administrators are told."""
    ImportRun.objects.filter(pk=run.pk).update(state=State.READING)
    fail(run.pk, UNMAPPED, at=at)


@transaction.atomic
def _put_aside_waiting(*, at: datetime) -> None:
    waiting = ImportRun.objects.select_for_update(no_key=True).open().first()
    if waiting is None:
        return
    if waiting.is_busy:
        raise RuleBroken(UNDER_WAY)
    end(waiting, State.PUT_ASIDE, at=at, said="Put aside for the file of the night.")
    trail.record(actor=None, verb="import.put_aside", target=waiting, at=at)
