"""Which children have to be spoken of in a session, and which of them first."""

from collections.abc import Iterable
from datetime import date, timedelta

from policies.rules.child_facts import Child
from policies.rules.policy import Policy
from policies.rules.timeline import PolicyTimeline


def children_to_discuss(
    policy: Policy | PolicyTimeline, children: Iterable[Child], worker: str, on: date
) -> list[Child]:
    """The children that a session of a worker on a day has to cover, in the order of an agenda.

    Under rules with ``coverage.each_session``: those with an open case that the worker has held for at least
    ``allocated_days_before_session`` days. The child longest without a discussion in depth comes first.
    """
    rules = [rule for rule in PolicyTimeline.of(policy).on(on).case_rules if rule.each_session]
    found = [
        child
        for child in children
        if opened_on(child, on)
        and any(
            _is_held(child, worker, on - timedelta(days=rule.allocated_days_before_session), on)
            and (rule.plan_types is None or not rule.plan_types.isdisjoint(_plan_types(child, on)))
            for rule in rules
        )
    ]
    return in_agenda_order(found, on)


def in_agenda_order(children: Iterable[Child], on: date) -> list[Child]:
    """The child longest without a discussion in depth first; one that never had any counts from its case's opening."""
    return sorted(
        children,
        key=lambda child: (last_in_depth_on(child, on) or opened_on(child, on) or date.max, child.reference),
    )


def last_in_depth_on(child: Child, on: date) -> date | None:
    """When the child was last discussed in depth in the case that is open on a day."""
    since = opened_on(child, on)
    days = [each.on for each in child.discussions if since and since <= each.on <= on and _is_in_depth(each.depth)]
    return max(days, default=None)


def discussions_since_in_depth(child: Child, on: date) -> int:
    """How often the child was discussed since it last was in depth, in the case that is open on a day."""
    since, opened = last_in_depth_on(child, on), opened_on(child, on)
    return sum(
        each.on <= on and (each.on > since if since else opened is not None and each.on >= opened)
        for each in child.discussions
    )


def _is_in_depth(depth: str) -> bool:
    return depth == "in_depth"


def opened_on(child: Child, on: date) -> date | None:
    """When the case that is open on a day was opened."""
    days = [each.starts_on for each in child.episodes if _holds(each.starts_on, each.ends_on, on)]
    return max(days, default=None)


def _plan_types(child: Child, on: date) -> set[str]:
    return {each.plan_type for each in child.plan_types if _holds(each.starts_on, each.ends_on, on)}


def _is_held(child: Child, worker: str, since: date, on: date) -> bool:
    """Whether the worker holds the child on a day and has done so since another."""
    return any(
        each.worker == worker and each.starts_on <= since and (each.ends_on is None or each.ends_on > on)
        for each in child.allocations
    )


def _holds(starts_on: date | None, ends_on: date | None, on: date) -> bool:
    return (starts_on is None or starts_on <= on) and (ends_on is None or ends_on > on)
