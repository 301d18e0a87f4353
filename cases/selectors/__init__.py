"""Reading children by who holds them, and those whom nobody works with."""

from cases.selectors.held import (
    Holder,
    HoldingOf,
    child_by_reference,
    children_of,
    held_without_a_worker,
    holders_of,
    holders_to_choose,
    holding_of,
    is_in_sight,
    knows_of,
    last_held_by,
    plan_types_in_use,
    seen_since,
    siblings_of,
)
from cases.selectors.own import Own, OwnFacts, Together, own_facts

__all__ = [
    "Holder",
    "HoldingOf",
    "Own",
    "OwnFacts",
    "Together",
    "child_by_reference",
    "children_of",
    "held_without_a_worker",
    "holders_of",
    "holders_to_choose",
    "holding_of",
    "is_in_sight",
    "knows_of",
    "last_held_by",
    "own_facts",
    "plan_types_in_use",
    "seen_since",
    "siblings_of",
]
