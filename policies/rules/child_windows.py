"""Counts of a child's discussions in windows, of windows missed in a row, and of what came in turn."""

from bisect import bisect_left
from collections.abc import Iterator, Sequence
from datetime import date
from typing import NamedTuple

from policies.rules import words
from policies.rules.answers import Row, Status, standing_of
from policies.rules.calendars import DAY, Per, Window, month_holding, months_of, window_holding
from policies.rules.case_conditions import IN_DEPTH, Condition, Version, unit_of
from policies.rules.child_case import OPENED, Case, row_of
from policies.rules.durations import add_months
from policies.rules.periods import holding
from policies.rules.policy import AtomType, Severity
from policies.rules.windows import SHORT, YEARS

# How far ahead to look for the month whose miss would be the breach, when one after the other is exempt
_AHEAD = 24


class Tally(NamedTuple):
    """What was asked for in a window and what there is."""

    window: Window
    counted: int
    required: int
    exempt: bool


class Count:
    """A condition that counts in windows, bound to a case under a version of the policy."""

    __slots__ = ("bound", "calendar", "case", "condition", "days", "version", "_counts_plainly")

    def __init__(self, case: Case, version: Version, condition: Condition) -> None:
        self.case, self.version, self.condition = case, version, condition
        self.calendar = version.calendar
        self.bound = case.bound(condition)
        self.days = case.days(condition)
        self._counts_plainly = condition.atom.per not in YEARS and condition.atom.type != AtomType.SCHEDULED

    def window(self, day: date) -> Window:
        """The window that holds a day; anchored ones are counted from the start of the obligation."""
        atom = self.condition.atom
        if atom.per == Per.CALENDAR_MONTH:
            return month_holding(day.year, day.month)
        anchor = self._obliged_since(day) if atom.per == Per.ANCHORED else None
        return window_holding(
            day, atom.per or Per.CALENDAR_MONTH, year_starts=self.calendar.year_starts, anchor=anchor, size=atom.size
        )

    def earlier(self, before: Window) -> Iterator[Window]:
        """The windows before one on whose last day the condition bound, latest first."""
        begins_on = self.bound[0][0] if self.bound else date.max
        while before.starts_on > begins_on:
            before = self.window(before.starts_on - DAY)
            if holding(self.bound, before.last_on):
                yield before

    def tally(self, window: Window) -> Tally:
        """Counted, required (pro rata where only part of a year was available), and whether it is exempt."""
        held = _count_between(self.days, window)
        required = self.condition.atom.count if self._counts_plainly else self._pro_rata(window)
        return Tally(window, held, required, not held and self._is_too_short(window))

    def is_missed(self, window: Window) -> bool:
        """Whether a window that is over was neither met nor exempt."""
        if self._counts_plainly and _count_between(self.days, window) >= self.condition.atom.count:
            return False
        tally = self.tally(window)
        return tally.counted < tally.required and not tally.exempt

    def _pro_rata(self, window: Window) -> int:
        months = months_of(window)
        available = sum(_count_between(self.days, month) > 0 or not self._is_too_short(month) for month in months)
        return self.condition.atom.count * available // len(months)

    def _is_too_short(self, window: Window) -> bool:
        """The ten-day test: how many working days of the window the obligation was in force."""
        since = max(window.starts_on, self._obliged_since(window.last_on))
        available = 0
        for starts_on, ends_on in self.bound:
            first, end = max(starts_on, since), min(ends_on, window.ends_on)
            if first < end:
                available += self.calendar.working_days(first, end)
        return available < self.condition.atom.min_available_working_days

    def _obliged_since(self, day: date) -> date:
        since = self.bound[0][0] if self.bound else day
        if self.condition.rule.on_transfer == "restart":
            return max(since, self.case.transferred_by(day) or since)
        return since


def present_row(case: Case, version: Version, condition: Condition) -> Row:
    """The window in force."""
    count = Count(case, version, condition)
    tally = count.tally(count.window(case.judged_on))
    window = tally.window
    is_met = tally.counted >= tally.required
    status = Status.EXEMPT if tally.exempt else Status.MET if is_met else Status.NOT_DUE
    book_by = count.calendar.book_by(window.last_on)
    why = _sentence(count, tally)
    if status == Status.EXEMPT:
        least = condition.atom.min_available_working_days
        why = f"Too few working days to count {_name(count, window)}: fewer than {least} were available"
    elif status == Status.NOT_DUE:
        why += f"; due by {words.day(book_by)}"
    if condition.atom.severity != Severity.BREACH:
        missed = [_name(count, each) for each in _over_in_the_last_year(count, window) if count.is_missed(each)]
        why += f"; missed in the twelve months before: {words.listed(missed[::-1])}" if missed else ""
    return row_of(
        case, condition, status, why, case.plan_types(condition.rule, case.on),
        standing=standing_of(status, window.last_on, case.judged_on, count.calendar.due_soon_days),
        due_on=window.last_on, book_by=book_by,
        counted=tally.counted, required=tally.required,
        forecast=SHORT if status == Status.NOT_DUE else None,
    )  # fmt: skip


def missed_rows(case: Case, version: Version, condition: Condition) -> Iterator[Row]:
    """Each breach window that was missed under a version in the last twelve months, latest first."""
    count = Count(case, version, condition)
    if condition.atom.severity != Severity.BREACH or not count.bound:
        return
    for window in _over_in_the_last_year(count, count.window(case.judged_on)):
        judged_by_it = version.starts_on <= window.last_on < version.ends_on or condition.set_on
        if judged_by_it and count.is_missed(window):
            tally = count.tally(window)
            yield row_of(
                case, condition, Status.MISSED, _sentence(count, tally), case.plan_types(condition.rule, window.last_on),
                due_on=window.last_on, book_by=count.calendar.book_by(window.last_on),
                counted=tally.counted, required=tally.required,
            )  # fmt: skip


def consecutive_row(case: Case, version: Version, condition: Condition) -> Row:
    """The present run of missed windows, and the day whose passing without a discussion would be the breach."""
    count = Count(case, version, condition)
    present, most, unit = count.tally(count.window(case.judged_on)), condition.atom.max, unit_of(condition.atom)
    run = [] if present.counted else list(_run(count, present.window))
    breach = _breach_window(count, present, run)
    in_time = Status.MET if present.counted else Status.NOT_DUE
    status = Status.MISSED if len(run) > most else in_time
    if present.counted:
        why = f"There was a counted discussion in {_name(count, present.window)}"
    elif run:
        names = words.listed([_name(count, window) for window in reversed(run)])
        why = f"No counted discussion in {names}; at most {words.number_of(most, unit)} may be missed in a row"
    else:
        why = f"No {unit} was missed before {_name(count, present.window)}, which has no counted discussion yet"
    if breach and status != Status.MISSED:
        why += f"; a breach if there is none by {words.day(breach.last_on)}"
    due_on = breach.last_on if breach else None
    return row_of(
        case, condition, status, why, case.plan_types(condition.rule, case.on),
        standing=standing_of(status, due_on, case.judged_on, count.calendar.due_soon_days),
        due_on=due_on, book_by=count.calendar.book_by(due_on) if due_on else None,
        counted=len(run), required=most,
    )  # fmt: skip


def turn_row(case: Case, condition: Condition) -> Row:
    """How many discussions ran on without the kind that has to come in turn: an individual one, or one in depth."""
    run, most = _turn(case, condition), condition.atom.max
    if condition.is_rotation:
        why = (
            f"{words.number_of(run, 'discussion')} since the last in depth; one in every {most + 1} has to be in depth"
        )
    else:
        why = f"{words.number_of(run, 'group discussion')} running, where at most {most} may be"
    status = Status.MISSED if run > most else Status.MET
    return row_of(
        case, condition, status, why, case.plan_types(condition.rule, case.on), counted=run, required=most
    )  # fmt: skip


def _turn(case: Case, condition: Condition) -> int:
    """Discussions after the last of the other kind; of two on one day the other kind is the later."""
    days = case.days(condition)
    others = [
        each.on
        for each in case.child.discussions
        if case.begins_on <= each.on <= case.on
        and each.own_text
        and each.format in condition.formats
        and (each.depth == IN_DEPTH if condition.is_rotation else each.format != "group")
    ]
    if case.start_kind == OPENED:
        others.append(case.start)
    last = max(others, default=date.min)
    return sum(day > last for day in days)


def _count_between(days: Sequence[date], window: Window) -> int:
    return bisect_left(days, window.ends_on) - bisect_left(days, window.starts_on)


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
    most = count.condition.atom.max
    if len(run) > most:
        return run[-most - 1]
    left, window = most - len(run), present.window
    for _ in range(_AHEAD):
        if not count.tally(window).exempt:
            if left == 0:
                return window
            left -= 1
        window = count.window(window.ends_on)
    return None


def _over_in_the_last_year(count: Count, present: Window) -> Iterator[Window]:
    year_ago = add_months(count.case.judged_on, -12)
    for window in count.earlier(present):
        if window.last_on < year_ago:
            return
        yield window


def _sentence(count: Count, tally: Tally) -> str:
    what = "discussion in depth" if count.condition.in_depth else "counted discussion"
    of = f"{tally.required} {what}{'' if tally.required == 1 else 's'}"
    return f"{tally.counted} of {of} in {_name(count, tally.window)}"


def _name(count: Count, window: Window) -> str:
    per = count.condition.atom.per
    if per == Per.CALENDAR_MONTH:
        return f"{words.MONTHS[window.starts_on.month - 1]} {window.starts_on.year}"
    name = f"{words.day(window.starts_on)} to {words.day(window.last_on)}"
    return f"the supervision year {name}" if per == Per.SUPERVISION_YEAR else name
