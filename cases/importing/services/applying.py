"""What a file changes is written, all of it in one transaction or nothing."""

from collections import defaultdict
from collections.abc import Iterable, Iterator, Mapping
from datetime import date, datetime
from typing import Any
from uuid import UUID

from django.db import IntegrityError, connection, transaction
from django.db.models.functions import Upper

from cases.importing import access, selectors
from cases.importing.models import ImportRow, ImportRun
from cases.importing.rules import changes
from cases.importing.rules.changes import Begins, Change, Known, Outcome, Table
from cases.importing.services.bringing import end, lock, tell
from cases.importing.services.copying import copy_rows
from cases.importing.services.reading import CHILDREN, Compared, compare, each_chunk
from cases.models import Child, Episode, SiblingGroup
from core.actor import Actor
from core.errors import RuleBroken
from outbox.services import enqueue
from trail import services as trail

State = ImportRun.State
COLUMNS = {
    Table.EPISODE: ("child", "starts_on", "recorded_at", "closed_in_error", "reopened_because"),
    Table.ALLOCATION: ("child", "starts_on", "recorded_at", "holder", "without_worker"),
    Table.PLAN_TYPE: ("child", "starts_on", "recorded_at", "plan_type"),
    Table.SIBLING: ("child", "starts_on", "recorded_at", "group"),
    Table.WEIGHT: ("child", "starts_on", "recorded_at", "weight", "reason"),
}
END = """
UPDATE {} AS fact SET ends_on = said.day, end_recorded_at = %s
FROM unnest(%s::uuid[], %s::date[]) AS said (id, day) WHERE fact.id = said.id
"""
CHANGED = "Something of these children changed since the file was compared. It is compared anew: look at it once more."


@transaction.atomic
def ask_to_apply(*, run_id: UUID, only_good: bool, many_closed: bool, actor: Actor | None, at: datetime) -> ImportRun:
    """Have a compared file applied: all of it, or the rows that are as they should be.

    ``actor``: None at night, when whoever asks does it, too.

    ``many_closed``: whoever asks has seen that more than a tenth of the open cases would be closed. Raises RuleBroken.
    """
    if actor:
        access.check_can_import(actor)
    run = lock(run_id, State.READY)
    if run is None:
        raise RuleBroken("This import does not wait for a decision any more.")
    if run.counts.get(Outcome.FAULTY) and not only_good:
        raise RuleBroken("Some rows have to be mended first. Apply the others, or put the file aside.", field="way")
    if changes.closes_too_many(run.closing, of=run.open_before) and not many_closed:
        raise RuleBroken(
            f"This file would close {run.closing} of {run.open_before} open cases. Say that this is meant.",
            field="many_closed",
        )
    run.state = State.APPLYING
    run.save(update_fields=["state"])
    trail.record(actor=actor, verb="import.applied", target=run, at=at, **run.counts)
    if actor:
        enqueue("cases.tasks.apply_import", run_id=run.pk)
    return run


def do_apply(*, run_id: UUID, at: datetime) -> ImportRun:
    """Write what a run changes; done twice, the second does nothing.

    What changed since it was looked at is found out while the children's rows are held: then nothing is written, and
    the run waits for a decision again.
    """
    try:
        with transaction.atomic():
            run = lock(run_id, State.APPLYING)
            if run is None:
                return ImportRun.objects.get(pk=run_id)
            _apply(run, at=at)
            end(run, State.APPLIED, at=at)
            tell(run)
            return run
    except (Changed, IntegrityError):
        return _look_again(run_id)


class Changed(Exception):
    """The comparison that somebody looked at is not true any more."""


def _apply(run: ImportRun, *, at: datetime) -> None:
    writer = Writer(run, at)
    found = each_chunk(run, writer.write, locked=True)
    if found.counts != {name: run.counts[name] for name in run.counts.keys() - {Outcome.UNCHANGED, Outcome.FAULTY}}:
        raise Changed
    missing = ImportRow.objects.filter(run=run, line=None, outcome=Outcome.CLOSED)
    keys = list(missing.order_by("key").values_list("key", flat=True))
    for start in range(0, len(keys), CHILDREN):
        known = selectors.known_children(keys[start : start + CHILDREN], lock=True)
        closed = {key: changes.closing(each, on=run.on, today=run.on) for key, each in known.items()}
        if any(not isinstance(each, Change) for each in closed.values()):
            raise Changed
        writer.write({key: Compared([], each, {}) for key, each in closed.items() if isinstance(each, Change)}, known)


@transaction.atomic
def _look_again(run_id: UUID) -> ImportRun:
    run = ImportRun.objects.select_related("mapping").select_for_update(of=("self",), no_key=True).get(pk=run_id)
    ImportRow.objects.filter(run=run).exclude(outcome=Outcome.FAULTY).update(outcome="")
    compare(run)
    run.refresh_from_db()
    run.state, run.said = State.READY, CHANGED
    run.save(update_fields=["state", "said"])
    tell(run)
    return run


class Writer:
    """Writes the changes of so many children at once: what ends, then what begins, and a line of the log for each."""

    def __init__(self, run: ImportRun, at: datetime) -> None:
        self.run, self.at = run, at

    def write(self, compared: Mapping[str, Compared], known: Mapping[str, Known]) -> None:
        """The changes of one chunk."""
        found = {key: each.change for key, each in compared.items() if each.change and _is_something(each.change)}
        self._end(found.values())
        children = {key: each.key for key, each in known.items()} | self._new(found.keys() - known.keys(), found)
        self._begin(found, children)
        named = [
            Child(pk=children[key], initials=each.initials)
            for key, each in found.items()
            if each.initials and key in known
        ]
        Child.objects.bulk_update(named, ["initials"], batch_size=1_000)
        trail.record_of_each(
            actor_id=self.run.by_id,
            verb="child.imported",
            kind=Child._meta.label_lower,
            targets=((children[key], {"run": str(self.run.pk), "what": each.words}) for key, each in found.items()),
            at=self.at,
        )

    def _new(self, keys: Iterable[str], found: Mapping[str, Change]) -> dict[str, UUID]:
        new = sorted(keys)
        references = dict(
            ImportRow.objects.filter(run=self.run, key__in=new).order_by("-line").values_list("key", "cells__reference")
        )
        copy_rows(Child, ("reference", "initials"), ((references[key], found[key].initials) for key in new))
        rows = Child.objects.annotate(key=Upper("reference")).filter(key__in=new)
        return dict(rows.values_list("key", "pk"))

    def _end(self, found: Iterable[Change]) -> None:
        ends: dict[Table, list[tuple[UUID, date]]] = defaultdict(list)
        removes: dict[Table, list[UUID]] = defaultdict(list)
        in_error = []
        for change in found:
            for held, day in change.ends:
                ends[held.table].append((held.key, day))
            for held in change.removes:
                removes[held.table].append(held.key)
            in_error += [change.in_error] if change.in_error else []
        for table, keys in removes.items():
            selectors.FACTS[table].objects.filter(pk__in=keys).delete()
        for table, pairs in ends.items():
            name = connection.ops.quote_name(selectors.FACTS[table]._meta.db_table)
            with connection.cursor() as cursor:
                cursor.execute(END.format(name), [self.at, [str(key) for key, _ in pairs], [day for _, day in pairs]])
        Episode.objects.filter(pk__in=in_error).update(closed_in_error=True)

    def _begin(self, found: Mapping[str, Change], children: Mapping[str, UUID]) -> None:
        families = _families(found.values())
        for table, columns in COLUMNS.items():
            copy_rows(selectors.FACTS[table], columns, self._beginnings(table, found, children, families))

    def _beginnings(
        self, table: Table, found: Mapping[str, Change], children: Mapping[str, UUID], families: Mapping[str, UUID]
    ) -> Iterator[tuple[Any, ...]]:
        for key, change in found.items():
            for begins in change.begins:
                if begins.table is table:
                    yield (children[key], begins.starts_on, self.at, *_more(begins, families))


def _families(found: Iterable[Change]) -> dict[str, UUID]:
    """The groups of all families that the changes name, made where a number is new."""
    numbers = {str(begins.what) for change in found for begins in change.begins if begins.table is Table.SIBLING}
    if not numbers:
        return {}
    SiblingGroup.objects.bulk_create((SiblingGroup(number=each) for each in sorted(numbers)), ignore_conflicts=True)
    return {str(group.number): group.pk for group in SiblingGroup.objects.filter(number__in=numbers)}


def _more(begins: Begins, families: Mapping[str, UUID]) -> tuple[Any, ...]:
    if begins.table is Table.SIBLING:
        return (families[str(begins.what)],)
    if begins.table is Table.WEIGHT:
        return begins.what, ""
    if begins.table is Table.EPISODE:
        return False, begins.because
    return begins.what if isinstance(begins.what, tuple) else (begins.what,)


def _is_something(change: Change) -> bool:
    return bool(change.outcomes or change.initials)
