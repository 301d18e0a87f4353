"""Due dates of a child that move with the last discussion, and how they change their pace."""

from datetime import date
from typing import NamedTuple

from policies.rules import words
from policies.rules.answers import Row
from policies.rules.calendars import DAY
from policies.rules.case_conditions import Condition, Version, own_condition, tightest_of
from policies.rules.child_case import ALLOCATED, DISCUSSED, EPISODE, OPENED, TRANSFERRED, Case, row_of
from policies.rules.frequency import is_looser
from policies.rules.policy import AtomType, Severity
from policies.rules.rolling import status_on

_WEIGHT = {severity: place for place, severity in enumerate(Severity)}
_BEGINNINGS = {
    EPISODE: "The case was opened on",
    ALLOCATED: "First allocated on",
    TRANSFERRED: "Came to another worker on",
}


class Due(NamedTuple):
    """When the next discussion is due, until when it is tolerated, and what that is counted from.

    ``changed_on``: the day since which this pace binds, where it decided the date; ``keeps_earlier``: the date of
    before that day was the earlier one and stays.
    """

    due_on: date
    limit_on: date | None
    anchor: date
    kind: str
    changed_on: date | None = None
    keeps_earlier: bool = False


def rolling_row(case: Case, version: Version, condition: Condition) -> Row:
    """Where a rolling condition stands on the day that the case is judged on."""
    due = due_of(case, condition, case.on)
    on, calendar, atom = case.judged_on, version.calendar, condition.atom
    counted = required = None
    if condition.nth > 1 or atom.size:
        size = condition.every
        counted = sum(day + size >= on for day in case.days(condition)) if size else None
        required = atom.count
    status = status_on(on, due_on=due.due_on, limit_on=due.limit_on, due_soon_days=calendar.due_soon_days)
    late = (on - (due.limit_on or due.due_on)).days
    return row_of(
        case, condition, status, f"{_reason(condition, due)}; {condition.pace}", case.plan_types(condition.rule, case.on),
        due_on=due.due_on, limit_on=due.limit_on, book_by=calendar.book_by(due.due_on),
        overdue_days=late if late > 0 else 0, counted=counted, required=required,
    )  # fmt: skip


def due_of(case: Case, condition: Condition, day: date) -> Due:
    """The due date of a condition that binds on a day, as things stood then.

    A looser pace counts from the last discussion; a tighter one never reaches back before the day since which it
    binds: ``min(old due, change + new interval)`` (policy-model 2.3, case rule).
    """
    anchor, kind = case.anchor(condition, day)
    since = _bound_since(case, condition, day)
    natural = _from(condition, anchor, anchor, kind)
    if since <= anchor:
        return natural
    old = _before(case, condition, since)
    new = _from(condition, since, anchor, kind)._replace(changed_on=since)
    if old and natural.due_on >= old.due_on:
        return natural
    own = _own_before(case, condition, since)
    old = min((each for each in (old, own) if each), key=lambda due: due.due_on, default=None)
    if old is None:
        return new
    due_on = min(old.due_on, new.due_on)
    limit_on = min(old.limit_on or old.due_on, new.limit_on) if new.limit_on else None
    return new._replace(
        due_on=due_on, limit_on=limit_on if limit_on and limit_on > due_on else None,
        keeps_earlier=old.due_on < new.due_on,
    )  # fmt: skip


def _from(condition: Condition, day: date, anchor: date, kind: str) -> Due:
    every, limit = condition.every, condition.atom.limit
    return Due(day + every, day + limit if limit else None, anchor, kind)  # type: ignore[operator]


def _bound_since(case: Case, condition: Condition, day: date) -> date:
    """Since when a condition has bound without a break, through every version that asks for the very same."""
    if condition.set_on:
        return condition.set_on
    if len(case.versions) == 1:
        return case.bound_since(condition.rule.plan_types, day) or date.min
    return next(starts_on for starts_on, ends_on in case.asked_for(condition) if starts_on <= day < ends_on)


def _before(case: Case, condition: Condition, since: date) -> Due | None:
    """The earliest date that was due on the day before a condition began to bind, by conditions of its own kind.

    Those of less weight are left out: what was a warning before becomes due as a breach from its first day on.
    """
    day = since - DAY
    dues = [
        due_of(case, each, day)
        for each in case.version_on(day).conditions
        if each.is_rolling
        and each.nth == condition.nth
        and each.atom.type == condition.atom.type
        and each.is_rotation == condition.is_rotation
        and _WEIGHT[each.atom.severity] <= _WEIGHT[condition.atom.severity]
        and case.binds(each.rule, day)
    ]
    return min(dues, key=lambda due: due.due_on, default=None)


def _own_before(case: Case, condition: Condition, since: date) -> Due | None:
    """What the interval set for this child asked for on the day before the policy came to ask for as much.

    From then on it has no row of its own; yet its date stands, so that asking for more makes nothing due later.
    """
    own, every = case.child.override, condition.policy_pace
    if own is None or every is None or condition.set_on or own.starts_on >= since:
        return None
    day = since - DAY
    version = case.version_on(day)
    binding = [each for each in version.conditions if case.binds(each.rule, day)]
    if binding and all(each.rule.per_case_override == "none" for each in binding):
        return None
    tightest = tightest_of(binding)
    pace = tightest.policy_pace if tightest else None
    dues = [
        due_of(case, own_condition(own, version, atom, tightest), day)
        for atom in own.atoms
        if atom.type == AtomType.ROLLING
        and atom.every
        and not is_looser(every, atom.every)
        and (pace is None or is_looser(pace, atom.every))
    ]
    return min(dues, key=lambda due: due.due_on, default=None)


def _reason(condition: Condition, due: Due) -> str:
    if due.kind in (DISCUSSED, OPENED):
        reason = _discussed(condition, due)
    else:
        none = "no" if condition.nth == 1 else f"fewer than {condition.nth}"
        what = "discussion in depth" if condition.in_depth else "counted discussion"
        reason = f"{_BEGINNINGS[due.kind]} {words.day(due.anchor)} and {none} {what}{'' if condition.nth == 1 else 's'} since"
    if due.changed_on is None:
        return reason
    if due.keeps_earlier:
        return f"{reason}; another interval since {words.day(due.changed_on)}, and the earlier date of before stays"
    return f"{reason}; another interval, counted from {words.day(due.changed_on)}"


def _discussed(condition: Condition, due: Due) -> str:
    opening = " (opening date)" if due.kind == OPENED else ""
    what = "discussion in depth" if condition.in_depth else "counted discussion"
    if condition.nth == 1:
        return f"Last {what} {words.day(due.anchor)}{opening}"
    return f"The last {condition.nth} {what}s reach back to {words.day(due.anchor)}{opening}"
