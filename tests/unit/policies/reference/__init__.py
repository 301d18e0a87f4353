"""A second answer to every question, worked out slowly: day by day, from the texts alone, sharing no code with the engine.

What is here is deliberately naive. It walks through every day from the first fact to the day asked about, and looks at
what bound on that day. Where it and the engine differ, one of them misread the text.
"""

from datetime import date
from typing import Any

from tests.unit.policies.reference.children import answer_for_child
from tests.unit.policies.reference.policy import Policies
from tests.unit.policies.reference.records import answer_for_record
from tests.unit.policies.reference.worker import answer_for_worker

__all__ = ["Policies", "reference_answer"]


def reference_answer(policies: Policies, facts: dict[str, Any], on: date) -> dict[str, Any]:
    """The answer in the contract's form, without sentences."""
    worker = facts.get("worker")
    return {
        "worker": answer_for_worker(policies, worker, on) if worker is not None else None,
        "children": [answer_for_child(policies, child, on) for child in facts.get("children", ())],
        "records": [answer_for_record(policies, record, on) for record in facts.get("records", ())],
    }
