"""Counts in windows: sessions held or put in the diary, months missed in a row, group and individual in turn."""

from bisect import bisect_left
from collections.abc import Iterator
from datetime import date
from typing import NamedTuple

from policies.rules import periods, words
from policies.rules.answers import Row, Status
from policies.rules.calendars import DAY, Per, Window, month_holding, months_of, window_holding
from policies.rules.durations import add_months
from policies.rules.policy import Atom, AtomType, Rule, Severity
from policies.rules.rows import row_for
from policies.rules.worker import Stretch, Worker, count_between

SHORT = "short"
YEARS = frozenset({Per.SUPERVISION_YEAR, Per.CALENDAR_YEAR})
# How far ahead to look for the month whose miss would be the breach, when one after the other is exempt
_AHEAD = 24


class Tally(NamedTuple):
    """What was asked for in a window and what there is. ``available`` is in working days."""

    window: Window
    counted: int
    required: int
    exempt: bool

    @property
    def is_met(self) -> bool:
        return self.counted >= self.required


class Count:
    """An atom that counts in windows, bound to a worker: a phase's windows begin with the phase."""

    def __init__(self, worker: Worker, rule: Rule, atom: Atom, stretch: Stretch) -> None:
        self.worker, self.rule, self.atom, self.stretch = worker, rule, atom, stretch
        self.calendar = stretch.version.policy.calendar
        self.terms = stretch.phase.terms
        self.bound, self._available = worker.bound_in(rule, stretch)
        self.found = worker.found(self.terms, atom)
        days = self.found.days
        self.days = days if stretch.starts_on == date.min else days[bisect_left(days, stretch.starts_on) :]

    def window(self, day: date) -> Window:
        """The window that holds a day."""
        per = self.atom.per or Per.CALENDAR_MONTH
        if per == Per.CALENDAR_MONTH:
            return month_holding(day.year, day.month)
        anchor = self._anchor() if per == Per.ANCHORED else None
        return window_holding(day, per, year_starts=self.calendar.year_starts, anchor=anchor, size=self.atom.size)

    def _anchor(self) -> date | None:
        """Where anchored windows begin: with the obligation, or the phase; else with the first that is known."""
        begins = max(self.stretch.starts_on, self.worker.started_on(self.rule) or date.min)
        if begins == date.min and self.bound:
            begins = self.bound[0][0]
        if begins == date.min:
            return self.found.days[0] if self.found.days else None
        return begins

    def earlier(self, before: Window) -> Iterator[Window]:
        """The windows before one in which the worker was bound, back to the first.

        Where no start is known, back to the first counted session: nobody is charged with what nobody knows.
        """
        begins = self.bound[0][0] if self.bound else date.max
        if begins == date.min:
            begins = self.found.days[0] if self.found.days else date.max
        while before.starts_on > begins:
            before = self.window(before.starts_on - DAY)
            if periods.intersect(self.bound, (before,)):
                yield before

    def tally(self, window: Window) -> Tally:
        """Counted, required (pro rata where only part of a year was available), and whether it is exempt."""
        held = self._held(window)
        exempt = not held and self._is_too_short(window)
        if self.atom.type == AtomType.SCHEDULED:
            return Tally(window, self._in_diary(window), self._pro_rata(window), exempt)
        required = self._pro_rata(window) if self.atom.per in YEARS else self.atom.count
        return Tally(window, held, required, exempt)

    def is_missed(self, window: Window) -> bool:
        """Whether a window that is over was neither met nor exempt."""
        if self.atom.type == AtomType.WINDOW and self._held(window) >= self.atom.count:
            return False
        tally = self.tally(window)
        return not tally.exempt and not tally.is_met

    def is_of_the_next_version(self, window: Window) -> bool:
        """Whether a change of policy cut the window: it is judged once, by the version in force on its last day."""
        return self.stretch.ends_on == self.stretch.version.ends_on < window.ends_on

    def booked_in(self, window: Window) -> int:
        """How many bookings, from today on, fall in a window."""
        return sum(window.starts_on <= day < window.ends_on for day in self.worker.bookings(self.terms))

    def _held(self, window: Window) -> int:
        return count_between(self.days, *window)

    def _in_diary(self, window: Window) -> int:
        days = self.worker.in_diary(self.terms)
        return count_between(days, max(window.starts_on, self.stretch.starts_on), window.ends_on)

    def _pro_rata(self, window: Window) -> int:
        """The yearly figure for the months that were available, rounded down (policy-model 2.3, ten of twelve)."""
        months, least = months_of(window), self.atom.min_available_working_days
        available = 0
        if any(starts_on <= window.starts_on and window.ends_on <= ends_on for starts_on, ends_on in self._available):
            available = self.calendar.months_with(least, window)
        if available < len(months):
            available = sum(1 for month in months if not self._is_too_short(month) or self._held(month))
        return self.atom.count * available // len(months)

    def _is_too_short(self, window: Window) -> bool:
        """Whether the worker was bound, and not away for long, on too few of its working days."""
        days = 0
        for starts_on, ends_on in self._available:
            first, end = max(starts_on, window.starts_on), min(ends_on, window.ends_on)
            if first < end:
                days += self.calendar.working_days(first, end)
        return days < self.atom.min_available_working_days


def window_rows(worker: Worker, rule: Rule, atom: Atom, stretch: Stretch) -> Iterator[Row]:
    """The window in force, then each missed breach window that ended in the twelve months before today."""
    count = Count(worker, rule, atom, stretch)
    present = count.window(worker.on)
    yield _present_row(count, count.tally(present))
    yield from _missed_rows(count, present)


def past_rows(worker: Worker, rule: Rule, atom: Atom, stretch: Stretch) -> Iterator[Row]:
    """What stays of a phase or a category that is over: the breach windows that were missed in it."""
    count = Count(worker, rule, atom, stretch)
    if count.bound:
        present = count.window(worker.on)
        yield from _missed_rows(count, present)


def consecutive_row(worker: Worker, rule: Rule, atom: Atom, stretch: Stretch) -> Row:
    """The present run of missed windows, and the day whose passing without a session would be the breach."""
    count = Count(worker, rule, atom, stretch)
    present = count.tally(count.window(worker.on))
    met = present.counted > 0
    run = [] if met else list(_run(count, present.window))
    breach = _breach_window(count, present, run)
    status = _consecutive_status(count, met=met, run=run)
    if met:
        why = f"There was a counted session in {_name(count, present.window)}"
    elif run:
        names = words.listed([_name(count, window) for window in reversed(run)])
        why = f"No {_counted(count, *run)} in {names}; at most {words.number_of(atom.max, 'window')} may be missed in a row"
        why = why.replace("window", _unit(count))
    else:
        why = f"No {_unit(count)} was missed before {_name(count, present.window)}, which has no counted session yet"
    if breach and status != Status.MISSED:
        why += f"; a breach if there is none by {words.day(breach.last_on)}"
    due_on = breach.last_on if breach else None
    return row_for(
        worker, rule, atom, stretch, status, why,
        due_on=due_on, book_by=worker.book_by(breach.last_on) if breach else None,
        counted=len(run), required=atom.max,
    )  # fmt: skip


def alternation_row(worker: Worker, rule: Rule, atom: Atom, stretch: Stretch) -> Row:
    """How many group sessions came last without an individual one between them."""
    run = 0
    for session in reversed(worker.found_over_time(rule, atom, stretch).counted):
        if session.format != "group":
            break
        run += 1
    allowed = words.number_of(atom.max, "group session")
    if run > atom.max:
        why = f"{words.number_of(run, 'group session')} running, where at most {allowed} may be"
    elif run and run == atom.max:
        why = "The last counted session was in a group, so the next has to be individual"
    else:
        why = f"The next may be individual or in a group; at most {allowed} running"
    status = Status.MISSED if run > atom.max else Status.MET
    return row_for(worker, rule, atom, stretch, status, why, counted=run, required=atom.max)


def _present_row(count: Count, tally: Tally) -> Row:
    worker, window = count.worker, tally.window
    status = _present_status(count, tally)
    forecast = None
    if status != Status.EXEMPT and tally.counted + _still_to_come(count, window) < tally.required:
        forecast = SHORT
    why = _tally_sentence(count, tally)
    if status == Status.EXEMPT:
        why = f"Too few working days to count {_name(count, window)}: fewer than {_min_days(count)} were available"
    elif status == Status.SUSPENDED and worker.suspended_since:
        why += f"; away since {words.day(worker.suspended_since)}"
    elif status == Status.NOT_DUE:
        why += f"; due by {words.day(worker.book_by(window.last_on))}"
    if count.atom.severity != Severity.BREACH and (missed := _missed_before(count, window)):
        why += f"; missed in the twelve months before: {missed}"
    return row_for(
        worker, count.rule, count.atom, count.stretch, status, why,
        due_on=window.last_on, book_by=worker.book_by(window.last_on),
        counted=tally.counted, required=tally.required, forecast=forecast,
    )  # fmt: skip


def _present_status(count: Count, tally: Tally) -> Status:
    if tally.exempt:
        return Status.EXEMPT
    if tally.is_met:
        return Status.MET
    return Status.SUSPENDED if count.worker.suspended_since else Status.NOT_DUE


def _still_to_come(count: Count, window: Window) -> int:
    return 0 if count.atom.type == AtomType.SCHEDULED else count.booked_in(window)


def _missed_rows(count: Count, present: Window) -> Iterator[Row]:
    if count.atom.severity != Severity.BREACH:
        return
    for window in _over_in_the_last_year(count, present):
        if count.is_of_the_next_version(window):
            continue
        tally = count.tally(window)
        if not tally.exempt and not tally.is_met:
            yield row_for(
                count.worker, count.rule, count.atom, count.stretch, Status.MISSED, _tally_sentence(count, tally),
                due_on=window.last_on, book_by=count.worker.book_by(window.last_on),
                counted=tally.counted, required=tally.required, is_present=False,
            )  # fmt: skip


def _missed_before(count: Count, present: Window) -> str:
    """The months behind that had a warning, each with the short session that was not enough for it."""
    missed = [window for window in _over_in_the_last_year(count, present) if count.is_missed(window)][::-1]
    return words.listed([_name(count, window) + _short_in(count, window) for window in missed]) if missed else ""


def _short_in(count: Count, window: Window) -> str:
    """The sessions in a window that were too short to count here, in brackets; mostly nothing."""
    short = [
        f"{session.minutes} minutes on {words.day(session.on)}"
        for session in count.found.short
        if window.starts_on <= session.on < window.ends_on
    ]
    return f" ({words.listed(short)}, of {count.terms.min_minutes} needed)" if short else ""


def _over_in_the_last_year(count: Count, present: Window) -> Iterator[Window]:
    year_ago = add_months(count.worker.on, -12)
    for window in count.earlier(present):
        if window.last_on < year_ago:
            return
        yield window


def _run(count: Count, present: Window) -> Iterator[Window]:
    """The missed windows behind the present one, latest first; an exempt one neither extends nor ends the run."""
    for window in count.earlier(present):
        tally = count.tally(window)
        if tally.counted:
            return
        if not tally.exempt:
            yield window


def _breach_window(count: Count, present: Tally, run: list[Window]) -> Window | None:
    if present.counted:
        return None
    if len(run) > count.atom.max:
        return run[-count.atom.max - 1]
    left = count.atom.max - len(run)
    window = present.window
    for _ in range(_AHEAD):
        if not count.tally(window).exempt:
            if left == 0:
                return window
            left -= 1
        window = count.window(window.ends_on)
    return None


def _consecutive_status(count: Count, *, met: bool, run: list[Window]) -> Status:
    if len(run) > count.atom.max:
        return Status.MISSED
    if met:
        return Status.MET
    return Status.SUSPENDED if count.worker.suspended_since else Status.NOT_DUE


def _tally_sentence(count: Count, tally: Tally) -> str:
    name = _name(count, tally.window)
    if count.atom.type == AtomType.SCHEDULED:
        return f"{tally.counted} of {words.number_of(tally.required, 'session')} put in the diary in {name}"
    short = _short_in(count, tally.window)
    opened_on = count.worker.opened_on
    if opened_on and tally.window.starts_on <= opened_on < tally.window.ends_on:
        short += f" ({words.day(opened_on)} is the opening date)"
    what = _counted(count, tally.window) if not tally.counted else "counted session"
    return f"{tally.counted} of {words.number_of(tally.required, what)} held in {name}{short}"


def _counted(count: Count, *windows: Window) -> str:
    """What there was none of: no session at all, or none that counts where others were held."""
    held = any(window.starts_on <= each.on < window.ends_on for window in windows for each in count.worker.held)
    return "counted session" if held else "session"


def _name(count: Count, window: Window) -> str:
    if count.atom.per == Per.CALENDAR_MONTH:
        return f"{words.MONTHS[window.starts_on.month - 1]} {window.starts_on.year}"
    name = f"{words.day(window.starts_on)} to {words.day(window.last_on)}"
    return f"the supervision year {name}" if count.atom.per == Per.SUPERVISION_YEAR else name


def _unit(count: Count) -> str:
    return {Per.CALENDAR_MONTH: "month", Per.CALENDAR_QUARTER: "quarter"}.get(count.atom.per or Per.ANCHORED, "window")


def _min_days(count: Count) -> int:
    return count.atom.min_available_working_days
