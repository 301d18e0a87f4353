"""Rolling conditions, walked through day by day: the due date that each has on a day, and how changes move it."""

from collections.abc import Callable
from dataclasses import dataclass, field
from datetime import date
from typing import Any

from tests.unit.policies.reference.basics import ONE_DAY, days, length, plus


@dataclass(frozen=True)
class Entry:
    """One condition that binds on a day: the rule it belongs to, the phase, and what counts towards it."""

    rule: str
    atom_id: str
    atom: dict[str, Any] = field(hash=False)
    key: str
    terms: dict[str, Any] = field(hash=False, default_factory=dict)
    start: date | None = None
    seen_on: date | None = None  # a day on which it binds
    clock: str = ""  # conditions of the same clock take over from one another; a group beside it has its own

    @property
    def severity(self) -> str:
        return self.atom.get("severity", "breach")

    @property
    def every(self) -> str:
        return self.atom["every"]


Active = Callable[[date], dict[str, Entry]]


OWN = ("agreed", "override")


@dataclass(frozen=True)
class Circumstances:
    """What the walk needs to know of a worker or a child."""

    active: Active
    counts_on: Callable[[Entry, date], bool]  # whether something on that day counted towards it
    away: Callable[[date], bool] = lambda when: False
    return_limit: Callable[[date], date] = lambda when: when
    first_within: Callable[[Entry], date | None] = lambda entry: None
    restart: Callable[[Entry, date], bool] = lambda entry, when: False
    # What was agreed with the worker or set for the child, and since when
    own: Callable[[date], tuple[Entry, date] | None] = lambda when: None


@dataclass
class Pace:
    due: date | None
    limit: date | None
    entry: Entry


def walk(about: Circumstances, first: date, on: date) -> dict[str, Pace]:  # noqa: C901
    """The due date of each rolling condition that binds on ``on``."""
    now: dict[str, Pace] = {}
    held_back: date | None = None  # the return limit while no session has been held since a return
    for when in days(first, on + ONE_DAY):
        before, now = now, {}
        entries = about.active(when)
        returned = not about.away(when) and about.away(when - ONE_DAY)
        if returned:
            held_back = about.return_limit(when)
        for key, entry in entries.items():
            now[key] = before[key] if key in before else _begins(about, entry, when, before, held_back, first)
            if returned:
                now[key] = _from(entry, when, held_back)
        for key, entry in entries.items():
            if about.restart(entry, when) or about.counts_on(entry, when):
                now[key] = _from(entry, when, None)
        own = about.own(when)
        if own and when >= own[0].start:
            now[own[0].key] = _own(about, *own, when, now, held_back, first)
        asked = [*entries.values(), *(own[:1] if own else ())]
        if any(about.counts_on(each, when) for each in asked) and not about.away(when):
            held_back = None
    return now


def _from(entry: Entry, when: date, no_later: date | None) -> Pace:
    due = plus(when, entry.every)
    limit = plus(when, entry.atom["limit"]) if entry.atom.get("limit") else None
    if no_later is not None:
        due = min(due, no_later)
        limit = min(limit, no_later) if limit else None
    return Pace(due, limit if limit and limit > due else None, entry)


def last_of(about: Circumstances, entry: Entry, when: date, first: date) -> date:
    """The day from which an interval is counted on a day: the last session, the start or a return."""
    since = entry.start or first
    counted = [each for each in days(since, when) if about.counts_on(entry, each)]
    returns = [each for each in days(since + ONE_DAY, when) if about.away(each - ONE_DAY) and not about.away(each)]
    return max([*counted, *returns, since])


def _begins(
    about: Circumstances,
    entry: Entry,
    when: date,
    before: dict[str, Pace],
    held_back: date | None,
    first: date,
) -> Pace:
    """What is due when a condition begins to bind."""
    if entry.start is None and when == first:
        return Pace(None, None, entry)
    if entry.start is not None and when == entry.start:
        within = about.first_within(entry)
        return Pace(within, None, entry) if within else _from(entry, when, None)
    known = [pace for key, pace in before.items() if pace.due and pace.entry.clock == entry.clock and key not in OWN]
    # What was only a warning never makes a breach due earlier
    weight = ["breach", "warning", "info"].index
    old = [pace for pace in known if weight(pace.entry.severity) <= weight(entry.severity)]
    fresh = _from(entry, when, None)
    # What was set for this person and is now no tighter than the policy goes on deciding until the next session
    own = [pace for key, pace in before.items() if key in OWN and not about.own(when)]
    if not old:
        return Pace(min(fresh.due, *(pace.due for pace in own)), fresh.limit, entry) if own else fresh
    slower = _from(entry, last_of(about, entry, when, first), held_back)
    if slower.due >= min(pace.due for pace in old):
        return slower
    if length(entry.every) < min(length(pace.entry.every) for pace in old):
        old += own
        due = min(fresh.due, *(pace.due for pace in old))
        limits = [pace.limit or pace.due for pace in old]
        limit = min(fresh.limit, *limits) if fresh.limit else None
        return Pace(due, limit if limit and limit > due else None, entry)
    return Pace(max(slower.due, min(pace.due for pace in old)), slower.limit, entry)


def _own(
    about: Circumstances,
    entry: Entry,
    since: date,
    when: date,
    now: dict[str, Pace],
    held_back: date | None,
    first: date,
) -> Pace:
    """What was agreed: like a step-up, no later than what the policy asks for anyway."""
    last = last_of(about, entry, when + ONE_DAY, first)
    restarts = [each for each in days(last, when + ONE_DAY) if about.restart(entry, each)]
    last = max([last, *restarts])
    pace = _from(entry, max(last, since), held_back)
    if last < since:
        policy = [
            each.due
            for each in now.values()
            if each.due and each.entry.clock == entry.clock and each.entry.severity == "breach"
        ]
        pace.due = min([pace.due, *policy])
    return pace
