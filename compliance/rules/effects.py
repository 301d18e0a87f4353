"""What another policy would change for one worker or child, in one word: pure."""

from dataclasses import dataclass

from policies.rules.answers import Assessment, ChildAssessment, Status
from policies.rules.frequency import pace_of
from policies.rules.labels import from_slug
from policies.rules.policy import Policy

Answer = Assessment | ChildAssessment

# The groups in the order in which a page shows them, with their words
GROUPS = {
    "overdue": "Become overdue",
    "sooner": "Due sooner",
    "newly": "Due, and were not asked for before",
    "later": "Due later",
    "no_longer": "No longer due",
}
LATE = frozenset({Status.OVERDUE, Status.MISSED})
NOTHING_ASKED = frozenset({Status.NO_MINIMUM_SET, Status.NOT_REQUIRED})


def effect_on(before: Answer | None, after: Answer) -> str:
    """The group that a worker or child falls into; empty where nothing changes."""
    if after.worst in LATE and (before is None or before.worst not in LATE):
        return "overdue"
    was_asked = before is not None and before.worst not in NOTHING_ASKED
    is_asked = after.worst not in NOTHING_ASKED
    if was_asked != is_asked:
        return "newly" if is_asked else "no_longer"
    due_before, due_after = before.due_on if before else None, after.due_on
    if due_before == due_after:
        return ""
    if due_after is None:
        return "later"
    return "sooner" if due_before is None or due_after < due_before else "later"


@dataclass(frozen=True, slots=True)
class Pace:
    """How many discussions a policy asks for in a year, and another one, for one child with a plan type."""

    label: str
    before: int
    after: int


def paces(before: Policy, after: Policy) -> list[Pace]:
    """For each plan type that either policy names, and for every other child: where the two ask for a different pace."""
    named = {each for policy in (before, after) for rule in policy.case_rules for each in rule.plan_types or ()}
    rows = [Pace(from_slug(each), _in_a_year(before, each), _in_a_year(after, each)) for each in sorted(named)]
    rest = Pace("Every other child" if named else "Every child", _in_a_year(before, ""), _in_a_year(after, ""))
    return [row for row in (*rows, rest) if row.before != row.after]


def _in_a_year(policy: Policy, plan_type: str) -> int:
    """By the most demanding condition that holds for every such child; 0 where none asks for a pace."""
    rules = [rule for rule in policy.case_rules if rule.plan_types is None or plan_type in rule.plan_types]
    found = [every.nominal_days for rule in rules for atom in rule.atoms if (every := pace_of(atom))]
    return round(365.25 / min(found)) if found else 0
