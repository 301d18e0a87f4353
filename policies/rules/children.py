"""``assess_child``: how a child stands on a day, from a policy and facts alone."""

from collections.abc import Iterator
from dataclasses import replace
from datetime import date

from policies.rules import periods, words
from policies.rules.answers import ChildAssessment, Row, Status, earliest_due, worst_of
from policies.rules.calendars import DAY
from policies.rules.case_conditions import Condition, Version, versions_of
from policies.rules.child_case import Case, row_of
from policies.rules.child_clock import rolling_row
from policies.rules.child_coverage import left_out_rows
from policies.rules.child_facts import AllocationHeld, Child, Discussion, Episode, PlanTypeHeld
from policies.rules.child_override import override_of, override_rows
from policies.rules.child_windows import consecutive_row, missed_rows, present_row, turn_row
from policies.rules.durations import add_months
from policies.rules.periods import Period, Periods
from policies.rules.policy import AtomType, Policy, Severity
from policies.rules.timeline import PolicyTimeline

__all__ = [
    "AllocationHeld", "Child", "ChildAssessment", "Discussion", "Episode", "PlanTypeHeld", "assess_child",
    "override_of",
]  # fmt: skip


def assess_child(policy: Policy | PolicyTimeline, child: Child, on: date) -> ChildAssessment:
    """How the child stands on ``on``: a row for each condition that binds, the worst of them, the earliest due date.

    No clock, no database: the same policies, facts and day give the same answer for ever. Facts dated after ``on``
    are ignored. Nothing is asked of a case that is closed; what was missed before its closing stays for a year.
    """
    versions = versions_of(policy)
    in_force = versions[0] if len(versions) == 1 else next(v for v in versions if v.starts_on <= on < v.ends_on)
    rows: list[Row] = []
    messages: list[str] = []
    known = [each for each in child.episodes if each.starts_on <= on]
    current = [each for each in known if each.ends_on is None or each.ends_on > on]
    for episode in current:
        rows += _case_rows(versions, child, on, episode, known, messages)
    if not current:
        rows += _closed_rows(versions, child, on, known, messages)
    elif not rows:
        _say_what_is_not_covered(in_force, child, on, messages)
    worst, standing, due_on = _summed_up(rows)
    return ChildAssessment(
        child.reference, on, in_force.policy.id, in_force.policy.version, tuple(rows), worst, standing, due_on,
        tuple(dict.fromkeys(messages)) if messages else (),
    )  # fmt: skip


def _case_rows(
    versions: tuple[Version, ...], child: Child, on: date, episode: Episode, known: list[Episode],
    messages: list[str], *, judged_on: date | None = None,
) -> list[Row]:  # fmt: skip
    """The rows of an episode: of each condition that binds, of the windows missed, of the child's own interval."""
    judged_on = judged_on or on
    ends_on = date.max if episode.ends_on is None or judged_on == on else episode.ends_on
    case = Case(versions, child, on, ((episode.starts_on, ends_on),), judged_on)
    whole = _whole_case(case, episode, known) if len(known) > 1 else case
    version = case.version
    rows: list[Row] = []
    binding = [each for each in version.conditions if case.binds(each.rule, on)]
    for condition in binding:
        rows += _rows(whole if condition.rule.on_reopen == "continue" else case, version, condition)
    if child.left_out:
        rows += left_out_rows(case, binding)
    for each in versions:
        for condition in each.conditions:
            if condition.is_window:
                rows += missed_rows(whole if condition.rule.on_reopen == "continue" else case, each, condition)
    if child.override:
        continues = any(each.rule.on_reopen == "continue" for each in binding)
        rows += override_rows(whole if continues else case, version, binding, messages)
    if any(each.rule.categories or each.rule.services for each in binding):
        messages.append("Rules for some categories or services of workers are asked of every child.")
    return rows


def _rows(case: Case, version: Version, condition: Condition) -> Iterator[Row]:
    atom = condition.atom
    if condition.is_rolling:
        yield rolling_row(case, version, condition)
    elif condition.is_window:
        yield present_row(case, version, condition)
    elif atom.type == AtomType.MAX_CONSECUTIVE_MISSED:
        yield consecutive_row(case, version, condition)
    elif atom.type == AtomType.ALTERNATION:
        yield turn_row(case, condition)
    else:
        why = f"The policy gives no figure{f': {atom.note}' if atom.note else ''}"
        if condition.rule.each_session:
            why = "To be discussed in every session of its worker; the policy gives no figure beyond that"
        plan_types = case.plan_types(condition.rule, case.on)
        yield row_of(case, condition, Status.NO_MINIMUM_SET, why, plan_types)


def _whole_case(case: Case, episode: Episode, known: list[Episode]) -> Case:
    """The case with the episodes before it, for rules under which one that was closed goes on when it is opened again.

    An episode that somebody says was rightly closed is none of them, nor what came before it.
    """
    episodes: list[Period] = list(case.episodes)
    for each in sorted(known, key=lambda each: each.starts_on, reverse=True):
        if each is episode or each.starts_on >= episode.starts_on:
            continue
        if each.closed_in_error is False:
            break
        episodes.append((each.starts_on, each.ends_on or date.max))
    joined: Periods = periods.union(episodes)
    return Case(case.versions, case.child, case.on, joined, case.judged_on) if len(episodes) > 1 else case


def _closed_rows(
    versions: tuple[Version, ...], child: Child, on: date, known: list[Episode], messages: list[str]
) -> list[Row]:
    """Of the case that was closed last: the breaches that stood on the day of closing, for a year."""
    if not known:
        messages.append(f"No case is open on {words.day(on)}.")
        return []
    last = max(known, key=lambda each: (each.ends_on or date.max, each.starts_on))
    closed_on = last.ends_on or date.max
    messages.append(f"The case was closed on {words.day(closed_on)}: nothing is asked from then on.")
    year_ago = add_months(on, -12)
    if closed_on < year_ago or closed_on == last.starts_on:
        return []
    rows = _case_rows(versions, child, closed_on - DAY, last, known, [], judged_on=closed_on)
    late = [row for row in rows if row.severity == Severity.BREACH and row.is_late]
    return [
        replace(row, status=Status.MISSED, standing=Status.MISSED, overdue_days=0)
        for row in late
        if row.status == Status.OVERDUE or (row.due_on or on) >= year_ago
    ]


def _say_what_is_not_covered(version: Version, child: Child, on: date, messages: list[str]) -> None:
    held = sorted(
        {each.plan_type for each in child.plan_types if (each.starts_on or date.min) <= on < (each.ends_on or date.max)}
    )
    if version.conditions:
        named = words.listed([f"“{each}”" for each in held]) if held else "a child without a plan type"
        messages.append(f"The policy sets no minimum for {named}.")
    else:
        messages.append("The policy sets no minimum for the discussion of children.")


def _summed_up(rows: list[Row]) -> tuple[Status, Status, date | None]:
    """The worst status, the same as a page shows it, and the earliest due date; mostly there is one row."""
    if len(rows) == 1 and (row := rows[0]).severity == Severity.BREACH:
        return row.status, row.standing, earliest_due(rows)
    return worst_of(rows), worst_of(rows, standing=True), earliest_due(rows)
