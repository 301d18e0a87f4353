"""A night over workers and children against merely reading the same facts, chunk by chunk, in one process.

Of each chunk it is measured in turn how long it takes to read what the engine needs, by the same queries and into the
same values, and how long the whole night's work on it takes: read, assess, compare with what is kept, write what
changed, flag. The first night writes an interval for everything; the second is one like all others.
"""

import os
import resource
import subprocess
import sys
import time
from collections.abc import Iterator
from dataclasses import dataclass, field
from datetime import date, datetime, timedelta
from datetime import time as clock

from django.db import connection, reset_queries

from bench.assess_facts import CHILDREN, WORKERS, Size, begin, grow
from bench.figures import Figure, say, seconds
from compliance import rules, selectors, services
from core.clock import date_of, now
from outbox.models import Job

RATIO, GROWTH, PEAK, RATE, BESIDE = "<= 3", "<= 11", "<= 500", ">= 1", ">= 2"
# Once in the life of an authority: an interval for everything, each checked against all others
FIRST = "<= 10"
AGAINST = "reading the same facts, chunk by chunk, in turn"
CELERY_WORKERS = 4
TWO = clock(2, 5)
PATIENCE = 900


@dataclass(slots=True)
class Times:
    """How long reading and the night's work took, for people and for children."""

    read: dict[str, float] = field(default_factory=lambda: dict.fromkeys((rules.PEOPLE, rules.CHILDREN), 0.0))
    work: dict[str, float] = field(default_factory=lambda: dict.fromkeys((rules.PEOPLE, rules.CHILDREN), 0.0))
    ratios: list[float] = field(default_factory=list)

    @property
    def ratio(self) -> float:
        """The whole night over reading."""
        return round(sum(self.work.values()) / sum(self.read.values()), 3)

    @property
    def spread(self) -> tuple[float, float]:
        """The quarters of the chunks' own ratios."""
        found = sorted(self.ratios)
        return round(found[len(found) // 4], 3), round(found[len(found) * 3 // 4], 3)


def measure(*, seed: int, scale: float) -> list[Figure]:
    """Ratio, growth, peak memory, workers and children a second, and chunks that run side by side."""
    on = date_of(now()) - timedelta(days=5)
    at = datetime.combine(on, TWO, rules.LONDON)
    known = at - timedelta(days=2)
    size = Size(WORKERS, CHILDREN).times(scale)
    tenth = size.times(0.1)
    begin(seed=seed, at=at, on=on)
    say(f"A tenth: {tenth.workers} workers, {tenth.children} children.")
    grow(Size(0, 0), tenth, on=on, known=known)
    night_of(on, at)
    few = night_of(on + timedelta(days=1), at + timedelta(days=1))
    beside = side_by_side(on + timedelta(days=2))
    say(f"All: {size.workers} workers, {size.children} children.")
    grow(tenth, size, on=on, known=known)
    first = night_of(on + timedelta(days=2), at + timedelta(days=2))
    usual = night_of(on + timedelta(days=3), at + timedelta(days=3))
    return list(figures(size, few=few, first=first, usual=usual, beside=beside))


def figures(size: Size, *, few: Times, first: Times, usual: Times, beside: int) -> Iterator[Figure]:
    """What was measured."""
    at = {"workers": size.workers, "children": size.children, "processors": os.cpu_count() or 1}
    yield Figure("assess", "night", "time_ratio", usual.ratio, RATIO, len(usual.ratios), usual.spread, AGAINST, at)
    yield Figure(
        "assess", "night.first", "time_ratio", first.ratio, FIRST, len(first.ratios), first.spread, AGAINST, at
    )
    growth = sum(usual.work.values()) / sum(few.work.values())
    yield Figure("assess", "night", "growth", round(growth, 2), GROWTH, against="a tenth of the facts", at=at)
    peak = resource.getrusage(resource.RUSAGE_SELF).ru_maxrss / 1024
    yield Figure("assess", "night", "peak_mb", round(peak, 1), PEAK, at=at)
    for name, kind, number in (("workers", rules.PEOPLE, size.workers), ("children", rules.CHILDREN, size.children)):
        yield Figure("assess", name, "per_second", round(number / usual.work[kind], 1), RATE, at=at)
        yield Figure("assess", f"{name}.first", "per_second", round(number / first.work[kind], 1), RATE, at=at)
    against = f"{CELERY_WORKERS} Celery workers; chunks that hold their lock at one moment"
    yield Figure("assess", "chunks.side_by_side", "count", beside, BESIDE, against=against, at=at)


def night_of(on: date, at: datetime) -> Times:
    """Read, and do, the night of a day: each chunk in turn."""
    times = Times()
    for kind in (rules.PEOPLE, rules.CHILDREN):
        for bounds in selectors.chunk_bounds(kind, on=on, size=rules.CHUNKS[kind]):
            read, work = both(bounds, on=on, at=at)
            times.read[kind] += read
            times.work[kind] += work
            times.ratios.append(work / read)
        say(f"  {on}, {kind}: read in {times.read[kind]:.1f} s, done in {times.work[kind]:.1f} s")
    reset_queries()
    return times


def both(bounds: rules.Bounds, *, on: date, at: datetime) -> tuple[float, float]:
    """How long it takes to read the facts of a chunk, and to do the night's work on it."""
    keys = selectors.keys_within(bounds, on=on)
    known_at = rules.known_at(on=on, at=at)
    read = seconds(lambda: selectors.facts_of(bounds.kind, keys=keys, on=on, known_at=known_at))
    return read, seconds(lambda: services.assess_chunk(bounds, since=on, on=on, at=at))


def side_by_side(on: date) -> int:
    """The most chunks that were under way at one moment while four Celery workers did a night."""
    services.start_night(on=on, at=now())
    command = [sys.executable, "-m", "celery", "--app", "config", "--quiet", "worker", "--loglevel", "ERROR"]
    worker = subprocess.Popen([*command, "--concurrency", str(CELERY_WORKERS), "--without-gossip"])
    try:
        return most_at_once()
    finally:
        worker.terminate()
        worker.wait(timeout=60)


def most_at_once() -> int:
    """Watch the locks of chunks until the night is done."""
    most, until = 0, time.monotonic() + PATIENCE
    while time.monotonic() < until and Job.objects.filter(done_at=None, gave_up_at=None).exists():
        with connection.cursor() as cursor:
            cursor.execute("SELECT count(*) FROM pg_locks WHERE locktype = 'advisory' AND granted")
            most = max(most, cursor.fetchone()[0])
        time.sleep(0.01)
    return most
