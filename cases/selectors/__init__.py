"""Reading children by who holds them, and those whom nobody works with."""

from cases.selectors.held import (
    Holder,
    child_by_reference,
    children_of,
    held_without_a_worker,
    holders_of,
    plan_types_in_use,
)

__all__ = [
    "Holder",
    "child_by_reference",
    "children_of",
    "held_without_a_worker",
    "holders_of",
    "plan_types_in_use",
]
