"""The interval set for one child: it only tightens (policy-model 2.5, overrides)."""

from collections.abc import Iterator
from datetime import date

from policies.rules import words
from policies.rules.answers import Row
from policies.rules.case_conditions import OVERRIDE, Condition, Version, own_condition, tightest_of
from policies.rules.child_case import Case
from policies.rules.child_clock import rolling_row
from policies.rules.child_windows import missed_rows, present_row
from policies.rules.durations import Duration
from policies.rules.facts import Agreed
from policies.rules.frequency import is_looser, pace_of
from policies.rules.policy import Atom, AtomType


def override_of(every: Duration, *, starts_on: date) -> Agreed:
    """The plain case: the child is to be discussed every so often, from a day on."""
    return Agreed((Atom(id=OVERRIDE, type=AtomType.ROLLING, every=every),), starts_on)


def override_rows(case: Case, version: Version, binding: list[Condition], messages: list[str]) -> Iterator[Row]:
    """The rows of the override, if one is set by the day and adds to what the policy asks; else a message says why not."""
    override = case.child.override
    if override is None or override.starts_on > case.on:
        return
    since = words.day(override.starts_on)
    if binding and all(each.rule.per_case_override == "none" for each in binding):
        messages.append(f"The policy takes no interval for one child: the one set on {since} is ignored.")
        return
    tightest = tightest_of(binding)
    for atom in override.atoms:
        if _adds(atom, tightest, binding, messages):
            condition = own_condition(override, version, atom, tightest)
            if atom.is_rolling:
                yield rolling_row(case, version, condition)
            else:
                yield present_row(case, version, condition)
                yield from missed_rows(case, version, condition)


def _adds(atom: Atom, tightest: Condition | None, binding: list[Condition], messages: list[str]) -> bool:
    """Whether an atom of the override gives a row. Asking for less is said, asking for the same is not."""
    every = pace_of(atom)
    asked = tightest.policy_pace if tightest else None
    if every is None or asked is None:
        return every is not None  # without a pace of its own it asks for nothing that could be tighter
    if not is_looser(every, asked):
        return is_looser(asked, every)
    is_shown = any(each.rule.per_case_override == "any" for each in binding)
    what_becomes = "it is shown beside the policy’s own date, which stands" if is_shown else "it is ignored"
    messages.append(
        f"The interval set for this child, every {every.in_words}, asks for less than the policy does, "
        f"every {asked.in_words}: {what_becomes}."
    )
    return is_shown
