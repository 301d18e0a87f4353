"""What another policy would change for one worker or child, in one word: pure."""

from policies.rules.answers import Assessment, ChildAssessment, Status

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
