"""Due dates that move with the last session: the clock itself, and how it changes its pace."""

from collections.abc import Callable, Iterator, Sequence
from dataclasses import dataclass, replace
from datetime import date

from policies.rules import words
from policies.rules.answers import Row, Status
from policies.rules.calendars import DAY, Within
from policies.rules.durations import Duration
from policies.rules.periods import holding
from policies.rules.policy import Atom, AtomType, Rule, Severity
from policies.rules.rows import row_for
from policies.rules.worker import Stretch, Worker

_WEIGHT = {severity: place for place, severity in enumerate(Severity)}


@dataclass(frozen=True, slots=True)
class Leg:
    """From ``starts_on`` the clock runs at this pace; ``every`` None means that it has no due date there."""

    starts_on: date
    every: Duration | None
    limit: Duration | None = None


@dataclass(frozen=True, slots=True)
class Due:
    """When the next session is due, until when it is tolerated, and what that is counted from."""

    due_on: date | None = None
    limit_on: date | None = None
    reason: str = ""
    pace: str = ""  # in place of the atom's own, when something else decided the date


# What was due, on the day before a pace of the policy began, by an interval of the worker's own that ends with it
OwnBefore = Callable[[Worker, Duration, date], Due]


def _nothing_own(worker: Worker, every: Duration, changed_on: date) -> Due:
    return Due()


def rolling_row(
    worker: Worker, rule: Rule, atom: Atom, stretch: Stretch, *, own_before: OwnBefore = _nothing_own
) -> Row:
    """Where a rolling atom (or a rolling window) of the phase in force stands today."""
    due = rolling_due(worker, rule, atom, stretch, own_before=own_before if rule.is_worker_clock else _nothing_own)
    counted = required = None
    if atom.type == AtomType.WINDOW and atom.size:
        days = worker.found_over_time(rule, atom, stretch).days
        counted = sum(day + atom.size >= worker.on for day in days)
        required = atom.count
    return row_from(worker, rule, atom, stretch, due, counted=counted, required=required)


def row_from(
    worker: Worker, rule: Rule, atom: Atom, stretch: Stretch, due: Due,
    *, counted: int | None = None, required: int | None = None,
) -> Row:  # fmt: skip
    """The row of a rolling due date."""
    if since := worker.suspended_since:
        why = f"Away since {words.day(since)}, long enough to suspend this; it starts again with the return"
        return row_for(worker, rule, atom, stretch, Status.SUSPENDED, why, counted=counted, required=required)
    if due.due_on is None:
        worker.say(f"{rule.id}: neither a start date nor a counted session is known, so no due date can be given.")
        why = "Neither a start date nor a counted session is known"
        return row_for(worker, rule, atom, stretch, Status.NO_MINIMUM_SET, why, counted=counted, required=required)
    breach_on = due.limit_on or due.due_on
    return row_for(
        worker, rule, atom, stretch,
        status_on(worker.on, due_on=due.due_on, limit_on=due.limit_on, due_soon_days=worker.calendar.due_soon_days),
        f"{due.reason}; {due.pace or pace(atom)}",
        due_on=due.due_on, limit_on=due.limit_on, book_by=worker.book_by(due.due_on),
        overdue_days=max((worker.on - breach_on).days, 0), counted=counted, required=required,
    )  # fmt: skip


def rolling_due(
    worker: Worker, rule: Rule, atom: Atom, stretch: Stretch, *, own_before: OwnBefore = _nothing_own
) -> Due:
    """Due date and limit of a rolling atom of a rule that binds today: from the last session, start or return."""
    bound_since = next(starts_on for starts_on, ends_on in worker.applies(rule) if starts_on <= worker.on < ends_on)
    started_on = worker.started_on(rule)
    legs = list(_legs(worker, rule, atom, max(bound_since, started_on or date.min)))
    days = worker.found_over_time(rule, atom, stretch).days
    last = None
    if len(days) >= _needed(atom):
        last = days[-_needed(atom)]
    elif days and started_on is None:
        started_on = days[0]
    return run_clock(
        worker, legs, needed=_needed(atom),
        last=last, started_on=started_on, own_before=own_before, has_first=atom.type == AtomType.ROLLING,
        first_within=rule.first_within if atom.type == AtomType.ROLLING else None,
        before=lambda: _due_before(worker, rule, atom, legs[0].starts_on),
    )  # fmt: skip


def run_clock(
    worker: Worker, legs: Sequence[Leg],
    *, last: date | None, started_on: date | None, first_within: Within | None, before: Callable[[], Due],
    needed: int = 1, has_first: bool = True, own_before: OwnBefore = _nothing_own,
) -> Due:  # fmt: skip
    """Follow the due date from its anchor to today through changes of pace and returns from long absences.

    A looser pace counts from the last session; a tighter one never reaches back before the day that it began:
    ``min(old due, change + new interval)`` (policy-model 2.3, phases). After a return: the earlier of return plus
    interval and the return limit (2.5, absence). ``needed``: how many sessions ``last`` stands for.
    """
    anchor = max((day for day in (last, started_on) if day), default=None)
    if anchor is None and legs[0].starts_on == date.min:
        return Due()
    clock = _Clock(worker, anchor, needed, own_before, has_first=has_first)
    if anchor is not None:
        clock.reason = clock.since(anchor, from_session=anchor == last)
    if anchor is not None and anchor >= legs[0].starts_on:
        leg = next(each for each in reversed(legs) if each.starts_on <= anchor)
        clock.begin(leg, anchor, from_session=anchor == last, first_within=first_within)
        since = anchor + DAY
    else:
        clock.due = before()
        since = legs[0].starts_on
    changes: list[tuple[date, Leg | None]] = [
        (leg.starts_on, leg) for leg in legs if since <= leg.starts_on <= worker.on
    ]
    changes += [(day, None) for day in worker.returns if day >= since]
    for day, leg_or_return in sorted(changes, key=lambda change: (change[0], change[1] is None)):
        if leg_or_return is None:
            clock.come_back(day)
        else:
            clock.change_pace(leg_or_return)
    return clock.due


def status_on(on: date, *, due_on: date, limit_on: date | None, due_soon_days: int) -> Status:
    """The status of a due date (policy-model 2.5, status bounds). A session on the due date is never late."""
    days = (due_on - on).days
    if days > due_soon_days:
        return Status.NOT_DUE
    if days > 0:
        return Status.DUE_SOON
    if days == 0:
        return Status.DUE_TODAY
    return Status.TARGET_PASSED if limit_on and on <= limit_on else Status.OVERDUE


def pace(atom: Atom) -> str:
    """ "every 4 weeks, overdue after 6 weeks"."""
    if atom.type == AtomType.WINDOW and atom.size:
        return f"{words.number_of(atom.count, 'session')} in any {atom.size.in_words}"
    limit = f", overdue after {atom.limit.in_words}" if atom.limit else ""
    return f"every {atom.every.in_words}{limit}" if atom.every else "as required"


def return_due(worker: Worker, day: date) -> Due:
    """The first session after coming back on ``day`` from a long absence, day 0."""
    then = worker.policies.on(day)
    within = then.first_after_return
    pace = f"the first within {within.in_words} of the return"
    return Due(within.after(day, then.calendar), None, returned(day), pace)


def returned(day: date) -> str:
    """How a sentence begins that is counted from a return."""
    return f"Back from a long absence on {words.day(day)} and no counted session yet"


class _Clock:
    """A due date on its way from the anchor to today."""

    def __init__(
        self, worker: Worker, anchor: date | None, needed: int, own_before: OwnBefore, *, has_first: bool
    ) -> None:
        self.worker, self.anchor, self.needed, self.own_before = worker, anchor, needed, own_before
        self.has_first = has_first
        self.reason = ""  # how a sentence begins that is counted from the anchor
        self.due = Due()
        self.leg = Leg(date.min, None)
        self.back: Due | None = None  # the first session after a long absence, from the return on

    def begin(self, leg: Leg, anchor: date, *, from_session: bool, first_within: Within | None) -> None:
        self.leg = leg
        self.due = self._natural()
        first_on = first_within.after(anchor, self.worker.calendar) if first_within and not from_session else None
        if first_on and first_within:
            self.due = Due(first_on, None, self.reason, f"the first within {first_within.in_words}")

    def change_pace(self, leg: Leg) -> None:
        self.leg = leg
        if leg.every is None:
            self.due = Due()
            return
        old, natural = self.due, self._natural()
        if old.due_on and natural.due_on and natural.due_on >= old.due_on:
            self.due = natural
            return
        own = self.own_before(self.worker, leg.every, leg.starts_on)
        if own.due_on and own.due_on < (old.due_on or date.max):
            old = own
        if old.due_on is None:
            self.due = self._from(leg.starts_on, f"Applies from {words.day(leg.starts_on)}")
        else:
            self.due = self._tightened(old, old.due_on, leg.starts_on)

    def come_back(self, day: date) -> None:
        self.anchor = day
        self.back = return_due(self.worker, day) if self.has_first else None
        self.reason = returned(day)
        self.due = self._natural()

    def since(self, anchor: date, *, from_session: bool) -> str:
        """What the date is counted from, as the beginning of a sentence."""
        is_opening = anchor == self.worker.opened_on
        day = f"{words.day(anchor)}{' (opening date)' if is_opening else ''}"
        if from_session:
            return f"Last counted session {day}" if self.needed == 1 else f"{self.needed} counted sessions since {day}"
        few = "no counted session" if self.needed == 1 else f"fewer than {self.needed} counted sessions"
        return f"{'Nothing is asked for before' if is_opening else 'Started'} {day} and {few} yet"

    def _natural(self) -> Due:
        """Counted from the session, start or return; after a return no later than the limit for the first session."""
        due, back = self._from(self.anchor, self.reason), self.back
        if back is None or not (due.due_on and back.due_on):
            return due
        if back.due_on < due.due_on:
            return back
        return replace(due, limit_on=_later(min(due.limit_on, back.due_on), due.due_on)) if due.limit_on else due

    def _from(self, day: date | None, reason: str) -> Due:
        if day is None or self.leg.every is None:
            return Due(reason=reason)
        return Due(day + self.leg.every, day + self.leg.limit if self.leg.limit else None, reason)

    def _tightened(self, old: Due, old_due_on: date, day: date) -> Due:
        new = self._from(day, f"{old.reason}; a shorter interval since {words.day(day)}")
        due_on = min(old_due_on, new.due_on or old_due_on)
        limit_on = _later(min(old.limit_on or old_due_on, new.limit_on), due_on) if new.limit_on else None
        return replace(new, due_on=due_on, limit_on=limit_on)


def _legs(worker: Worker, rule: Rule, atom: Atom, starts_on: date) -> Iterator[Leg]:
    """The paces of a rule from the day that it bound the worker: another phase, or another version, is a change."""
    paces: tuple[Duration | None, Duration | None] | None = None
    for stretch in worker.timeline(rule):
        if stretch.ends_on > starts_on:
            like = atom if atom in stretch.phase.atoms else _rolling_atom(stretch, atom)
            every, limit = (like.interval, like.limit) if like else (None, None)
            if (every, limit) != paces:
                yield Leg(max(stretch.starts_on, starts_on), every, limit)
            paces = (every, limit)


def _rolling_atom(stretch: Stretch, atom: Atom) -> Atom | None:
    """What stands in another phase, or version, for a rolling atom: the one of its name, or else of its kind."""
    alike = [each for each in stretch.phase.atoms if each.is_rolling and each.type == atom.type]
    return next((each for each in alike if each.id == atom.id), alike[0] if alike else None)


def _needed(atom: Atom) -> int:
    """Which of the latest counted sessions a due date is counted from: for a count in any stretch, the count-th."""
    return atom.count if atom.type == AtomType.WINDOW else 1


def clock_due(worker: Worker, *, severity: Severity, besides: Rule | None = None, is_worker_clock: bool = True) -> Due:
    """The earliest due date today over the rolling intervals that bind the worker on one clock.

    Those of less weight than ``severity`` are left out: what is only a warning never makes a breach due earlier.
    """
    dues = [
        rolling_due(worker, rule, atom, stretch)
        for rule in worker.policy.rules
        if rule is not besides and rule.is_worker_clock == is_worker_clock and binds(worker, rule)
        for stretch in (worker.stretch(rule),)
        for atom in stretch.phase.atoms
        if atom.type == AtomType.ROLLING and _WEIGHT[atom.severity] <= _WEIGHT[severity]
    ]
    return min((due for due in dues if due.due_on), key=lambda due: due.due_on or date.max, default=Due())


def _due_before(worker: Worker, rule: Rule, atom: Atom, changed_on: date) -> Due:
    """What was due under the other rules of the same clock, on the day before this one began to bind."""
    earlier = Worker(worker.policies, worker.facts, changed_on - DAY)
    return clock_due(earlier, severity=atom.severity, besides=rule, is_worker_clock=rule.is_worker_clock)


def binds(worker: Worker, rule: Rule) -> bool:
    """Whether a rule binds the worker today."""
    return holding(worker.applies(rule), worker.on) is not None


def _later(day: date, than: date) -> date | None:
    return day if day > than else None
