"""The kinds of note about a child that a policy names, and who writes each."""

import copy
from typing import Any

import pytest

from policies.faults import Faulty
from policies.files import read_document
from policies.rules.oversight import note_types
from tests.policies_kit import shipped


def writers(recorded_by: Any) -> frozenset[str]:
    """Who writes the one kind of note of a policy that says so."""
    document = copy.deepcopy(shipped("shropshire-2017").document)
    document["oversight_note_types"] = [{"id": "note", "label": "A note", "recorded_by": recorded_by}]
    [note] = note_types(read_document(document, file="own"))
    return note.recorded_by


@pytest.mark.req("R356")
def test_who_writes_a_note_is_a_list_or_two_ids_joined() -> None:
    assert writers("iro_or_worker") == {"iro", "worker"}
    assert writers(["strategic_lead_or_service_manager", "worker"]) == {"strategic_lead_or_service_manager", "worker"}


@pytest.mark.parametrize("wrong", [[], 3, [""]])
def test_anything_else_is_a_fault_that_names_the_key(wrong: Any) -> None:
    with pytest.raises(Faulty) as refused:
        writers(wrong)

    assert "recorded_by" in str(refused.value.faults)
    assert "<" not in str(refused.value.faults)
