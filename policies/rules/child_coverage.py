"""A child that a session left out although the policy wants each one spoken of in every session."""

from bisect import bisect_left
from collections.abc import Iterable, Iterator
from dataclasses import replace

from policies.rules import words
from policies.rules.answers import Row, Status
from policies.rules.case_conditions import Condition
from policies.rules.child_case import Case, row_of
from policies.rules.policy import Atom, AtomType

EACH_SESSION = "each_session"


def left_out_rows(case: Case, binding: Iterable[Condition]) -> Iterator[Row]:
    """For each rule with ``coverage.each_session``: since which session the child waits; nothing once it was discussed.

    Due on the day of the first session that left it out after its last discussion, and overdue from the day after.
    """
    rules = {condition.rule.id: condition for condition in binding if condition.rule.each_session}
    for condition in rules.values():
        atom = Atom(id=EACH_SESSION, type=AtomType.AS_REQUIRED)
        asked = Condition(replace(condition.rule, atoms=(atom,)), atom, case.version.policy.source)
        days = case.days(asked)
        waiting = [
            day
            for day in case.child.left_out
            if case.begins_on <= day <= case.on and bisect_left(days, day) == len(days)
        ]
        if not waiting:
            continue
        due_on = min(waiting)
        late = max((case.judged_on - due_on).days, 0)
        why = f"Left out of the session on {words.day(due_on)}, where every open case is to be discussed"
        plan_types = case.plan_types(condition.rule, case.on)
        status = Status.OVERDUE if late else Status.DUE_TODAY
        yield row_of(case, asked, status, why, plan_types, due_on=due_on, overdue_days=late)
