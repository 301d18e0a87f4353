"""The night's work: every worker, contract, record and child assessed, in chunks."""

import logging
from collections.abc import Collection
from dataclasses import dataclass
from datetime import date, datetime
from uuid import UUID

from django.db import connection, transaction

from compliance import rules, selectors
from compliance.models import Night
from compliance.rules import CHILDREN, PEOPLE, Bounds, Span, Standing, Thing
from compliance.services.escalation import escalate
from compliance.services.flags import raise_flags
from compliance.services.intervals import Overtaken, keep
from core.clock import date_of
from outbox.services import enqueue

logger = logging.getLogger(__name__)

ATTEMPTS = 4


@dataclass(frozen=True, slots=True)
class Done:
    """What a night done at once looked at, and how many flags it raised."""

    people: int
    children: int
    flags: int


@transaction.atomic
def start_night(*, on: date, at: datetime) -> int:
    """Ask for everybody to be assessed on a day, in chunks; the number of chunks, 0 for a night begun before.

    Nights that were missed since the last one are made up by the same chunks, each day as it was known then.
    """
    last = selectors.last_night_begun()
    if last is not None and last >= on and Night.objects.filter(on=on).exists():
        return 0
    nights = [on] if last is not None and last >= on else rules.nights_to_do(last=last, on=on)
    people = len(selectors.people_to_assess(on=on))
    begun = [
        Night.objects.get_or_create(on=night, defaults={"started_at": at, "people": people})[1] for night in nights
    ]
    if not begun[-1]:
        return 0
    chunks = [
        bounds for kind in (PEOPLE, CHILDREN) for bounds in selectors.chunk_bounds(kind, on=on, size=rules.CHUNKS[kind])
    ]
    for bounds in chunks:
        ask_for_chunk(bounds, since=nights[0], on=on)
    return len(chunks)


@transaction.atomic
def ask_for_chunk(bounds: Bounds, *, since: date, on: date) -> None:
    """Ask for the people or children of a chunk to be assessed on each of some nights."""
    enqueue(
        "compliance.tasks.assess_chunk",
        kind=bounds.kind,
        after=bounds.after,
        until=bounds.until,
        since=since.isoformat(),
        on=on.isoformat(),
    )


def assess_chunk(bounds: Bounds, *, since: date, on: date, at: datetime) -> int:
    """Do the nights' work for a chunk, one night after the other; the number of new flags.

    Where that fails, each half is asked for by itself: one person or child whom the engine cannot answer for keeps
    nobody else from being looked at. Raises what it ran into for one alone.
    """
    night = since
    try:
        raised = 0
        while night <= on:
            raised += assess(bounds.kind, keys=selectors.keys_within(bounds, on=night), on=night, at=at)
            night += rules.DAY
        return raised
    except Exception:
        keys = selectors.keys_within(bounds, on=night)
        if len(keys) < 2:  # noqa: PLR2004  one alone
            raise
        logger.exception("a chunk of %s %s is assessed in halves", len(keys), bounds.kind)
    middle = keys[len(keys) // 2 - 1]
    ask_for_chunk(bounds._replace(until=middle), since=night, on=on)
    ask_for_chunk(bounds._replace(after=middle), since=night, on=on)
    return 0


def do_night(*, on: date, at: datetime) -> Done:
    """Do a night's work at once, in this process. Doing it twice changes nothing."""
    people, children = selectors.people_to_assess(on=on), selectors.children_to_assess(on=on)
    raised = 0
    for kind in (PEOPLE, CHILDREN):
        for bounds in selectors.chunk_bounds(kind, on=on, size=rules.CHUNKS[kind]):
            raised += assess(kind, keys=selectors.keys_within(bounds, on=on), on=on, at=at)
    return Done(len(people), len(children), raised)


def assess(kind: str, *, keys: Collection[UUID], on: date, at: datetime) -> int:
    """How some people or children stood on a day: kept, flagged, told and brought on; the number of new flags.

    Of two that do the same chunk at once, one waits for the other and finds nothing left to do. Chunks of different
    nights may share people without sharing their first one: whoever is overtaken by the other looks again.
    """
    for _ in range(ATTEMPTS - 1):
        try:
            return _assess(kind, keys=keys, on=on, at=at)
        except Overtaken:
            logger.info("a chunk of %s was overtaken by another, and is looked at again", kind)
    return _assess(kind, keys=keys, on=on, at=at)


@transaction.atomic
def _assess(kind: str, *, keys: Collection[UUID], on: date, at: datetime) -> int:
    if not keys:
        return 0
    _lock(kind, min(keys))
    looked = selectors.look_at(kind, keys=keys, on=on, known_at=rules.known_at(on=on, at=at))
    keep(kind, keys=keys, standings=looked.standings, on=on, at=at)
    raised, asking = raise_flags(kind, keys=keys, late=looked.late, on=on, at=at)
    if rules.tells_people(on=on, at=at):
        escalate(asking, on=date_of(at), at=at)
    return raised


def _lock(kind: str, first: UUID) -> None:
    with connection.cursor() as cursor:
        cursor.execute("SELECT pg_advisory_xact_lock(hashtext(%s))", [f"night: {kind} {first}"])


def rebuild(kind: str, *, keys: Collection[UUID], first: date, last: date) -> dict[Thing, list[Span]]:
    """How some people or children stood from one night to another, built at once from facts as they were known each
    night. Writes nothing: it is what nights done one by one have to agree with.
    """
    days: dict[Thing, dict[date, Standing | None]] = {}
    nights = rules.nights_between(first, last)
    for on in nights:
        known_at = rules.known_at(on=on, at=rules.two_o_clock(on))
        looked = selectors.look_at(kind, keys=keys, on=on, known_at=known_at, with_settled=True)
        for thing in {**days, **looked.standings}:
            days.setdefault(thing, dict.fromkeys(each for each in nights if each < on))[on] = looked.standings.get(
                thing
            )
    return {thing: rules.spans(found) for thing, found in days.items()}
