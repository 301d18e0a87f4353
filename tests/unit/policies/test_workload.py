"""How many children somebody is meant to hold, as the policy says it: figures, weights, faults and sentences."""

import copy
from datetime import date
from decimal import Decimal
from typing import Any

import pytest

from policies.faults import Faulty
from policies.files import read_document
from policies.presenters import read_out
from policies.rules.policy import Policy
from policies.rules.workload import Workload, figure_in_words
from tests.policies_kit import pack, shipped

ON = date(2026, 11, 9)
FULL: dict[str, Any] = {
    "caseload_guide": 24,
    "guides": [
        {"categories": ["nqsw"], "guide": 12, "until": {"anchor": "asye_start", "plus": ["P6M"]}},
        {"categories": ["nqsw"], "guide": 18},
    ],
    "weights": [
        {"plan_types": ["child_protection_plan", "looked_after"], "weight": 1.5},
        {"plan_types": ["care_leaver_18_plus"], "weight": 0.5},
    ],
}


@pytest.mark.req("R374")
def test_the_guide_of_24_is_the_packs_own() -> None:
    policy = pack("recruitment-000")

    assert policy.workload.guide_for(categories=["social_worker"], anchors={}, on=ON) == 24
    assert policy.workload.weight_of(["child_protection_plan"]) == 1


def test_a_policy_without_a_figure_has_none() -> None:
    assert Workload.from_block(None).guide_for(categories=["social_worker"], anchors={}, on=ON) is None


@pytest.mark.req("R373")
@pytest.mark.parametrize(
    ("categories", "anchors", "guide"),
    [
        (["social_worker"], {"employment_start": date(2026, 9, 1)}, 24),
        (["nqsw"], {"asye_start": date(2026, 5, 10)}, 12),
        # The day of the boundary is the first of what comes after
        (["nqsw"], {"asye_start": date(2026, 5, 9)}, 18),
        # A date that nobody entered is counted from the start of employment
        (["nqsw"], {"employment_start": date(2020, 1, 1)}, 18),
        (["nqsw", "social_worker"], {"asye_start": date(2026, 9, 1)}, 12),
        (["nqsw"], {}, 12),
    ],
)
def test_the_guide_varies_with_category_and_phase(categories: list[str], anchors: dict[str, date], guide: int) -> None:
    assert Workload.from_block(FULL).guide_for(categories=categories, anchors=anchors, on=ON) == guide


def test_a_child_counts_as_the_heaviest_of_its_plans() -> None:
    workload = Workload.from_block(FULL)

    assert workload.weight_of([]) == workload.weight_of(["child_in_need"]) == 1
    assert workload.weight_of(["care_leaver_18_plus"]) == Decimal("0.5")
    assert workload.weight_of(["care_leaver_18_plus", "looked_after"]) == Decimal("1.5")


def test_a_child_held_together_is_parted_or_counts_whole() -> None:
    shared, whole = Workload.from_block(FULL), Workload.from_block({**FULL, "joint": "whole"})

    assert shared.part_of(Decimal("1.5"), holders=2) == Decimal("0.75")
    assert shared.part_of(Decimal("1.5"), holders=1) == whole.part_of(Decimal("1.5"), holders=2) == Decimal("1.5")


def test_figures_have_no_noughts_behind_the_point() -> None:
    figures = [Decimal(24), Decimal("24.50"), Decimal(1) / 3, Decimal(0)]

    assert [figure_in_words(each) for each in figures] == ["24", "24.5", "0.33", "0"]


# Read out, and refused


def read(workload: dict[str, Any]) -> Policy:
    data = copy.deepcopy(shipped("recruitment-000").document)
    return read_document({**data, "workload": workload}, file="theirs.yaml")


def test_it_is_read_out_in_plain_english() -> None:
    assert read_out(pack("recruitment-000")).workload == (
        "No more than 24 children with a worker, wherever possible.",
        "This is a guide: above it a reason and a plan are asked for, and nothing is ever refused."
        " Who looks at it: team manager.",
        "A child whom several workers hold together is parted between them.",
    )
    assert read_out(read({**FULL, "joint": "whole"})).workload[1:] == (
        "NQSW: no more than 12 wherever possible, until 6 months after the ASYE start.",
        "NQSW: no more than 18 wherever possible.",
        "This is a guide: above it a reason and a plan are asked for, and nothing is ever refused.",
        "Care leaver 18 plus: a child counts 0.5.",
        "Child protection plan: a child counts 1.5.",
        "Looked after: a child counts 1.5.",
        "Every other child counts 1. A child with several of these counts as the heaviest of them.",
        "A child whom several workers hold together counts whole with each of them.",
    )
    assert read_out(pack("st-helens")).workload == ()


@pytest.mark.req("R374")
@pytest.mark.parametrize(
    ("workload", "said"),
    [
        (
            {"hard_limit": True},
            'workload.hard_limit: "hard_limit" stays false: a caseload is a guide, and no allocation is ever refused',
        ),
        ({"caseload_guide": 0}, 'workload.caseload_guide: "0" is less than 1'),
        ({"caseload_guide": "24"}, 'workload.caseload_guide: "24" is not a whole number'),
        ({"caseload_guide": None}, 'workload.caseload_guide: "caseload_guide" has no value'),
        ({"case_load": 24}, 'workload.case_load: "case_load" is not a key that is known here'),
        ({"joint": "halves"}, "workload.joint: \"halves\" is not one of 'shared' or 'whole'"),
        (
            {"guides": [{"categories": ["nobody"], "guide": 3}]},
            'workload.guides[0].categories[0]: "nobody" is not a worker category of this policy',
        ),
        ({"guides": [{"categories": ["nqsw"]}]}, 'workload.guides[0].guide: "guide" is missing'),
        (
            {"guides": [{"categories": ["nqsw"], "guide": 3, "until": {"anchor": "asye_start", "plus": ["six"]}}]},
            'workload.guides[0].until.plus[0]: "six" is not an ISO 8601 duration',
        ),
        (
            {"weights": [{"plan_types": ["looked_after"], "weight": 1.3}]},
            'workload.weights[0].weight: "1.3" is not a weight: write quarters from 0.25 to 10, such as 1.5',
        ),
        (
            {"weights": [{"plan_types": ["looked_after"], "weight": each} for each in (1, 2)]},
            'workload.weights[1].plan_types[0]: "looked_after" has a weight already',
        ),
    ],
)
def test_a_slip_is_named_with_its_place(workload: dict[str, Any], said: str) -> None:
    with pytest.raises(Faulty) as refused:
        read(workload)

    assert [str(fault) for fault in refused.value.faults] == [f"theirs.yaml: {said}"]
