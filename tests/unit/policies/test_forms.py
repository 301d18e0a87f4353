"""Which form a policy names for whom, and the words for its rules."""

import dataclasses
from datetime import date
from typing import Any

import pytest

from policies.rules import CategoryHeld, Facts, Session, assess
from policies.rules.forms import form_named
from policies.rules.labels import assessment_in_words
from policies.rules.policy import Policy
from tests.policies_kit import pack


def with_blocks(**blocks: Any) -> Policy:
    policy = pack("shropshire-2017")
    return dataclasses.replace(policy, blocks={**policy.blocks, **blocks})


@pytest.mark.req("R129")
@pytest.mark.parametrize(
    ("policy_id", "purpose", "category", "slug"),
    [
        ("shropshire-2017", "contract", "sw_case_management", "contract_1a"),
        ("shropshire-2017", "contract", "team_manager", "contract_1b"),
        ("shropshire-2017", "record", "iro", "worker_record_app2"),
        ("shropshire-2017", "record", "strategic_lead_or_service_manager", "managers_supervision_app5"),
        ("camden-short-guide", "record", "team_manager", "management_supervision_record"),
        ("camden-short-guide", "record", "nqsw", "personal_supervision_record"),
        ("st-helens", "record", "sw", "st_helens_supervision_record"),
    ],
)
def test_the_shipped_policies_name_their_forms(policy_id: str, purpose: str, category: str, slug: str) -> None:
    named = form_named(pack(policy_id), purpose, [category])

    assert named is not None
    assert named.slug == slug


@pytest.mark.parametrize(
    "blocks",
    [
        {"contract": None},
        {"contract": {"variants": None}},
        {"contract": {"variants": [{"categories": ["team_manager"]}, {"template": 7}]}},
        {"contract": {"variants": "contract_1a"}},
    ],
)
def test_a_policy_that_names_none_gives_none(blocks: dict[str, Any]) -> None:
    assert form_named(with_blocks(**blocks), "contract", ["team_manager"]) is None


def test_why_is_said_with_labels_and_the_rest_of_the_answer_stays() -> None:
    policy = pack("shropshire-2017")
    facts = Facts(
        categories=[CategoryHeld("nqsw", starts_on=date(2026, 9, 1))],
        anchors={"employment_start": date(2026, 9, 1), "asye_start": date(2026, 9, 1)},
        sessions=[Session(on=date(2026, 9, 7), minutes=90)],
    )
    answer = assess(policy, facts, date(2026, 9, 21))

    said = assessment_in_words(policy, answer)

    [plain], [worded] = answer.rules, said.rules
    assert "(asye, weekly, until 13 October 2026; shropshire-2017" in plain.why
    assert worded.why == (
        "The last session that counts was on 7 September 2026, and one is asked for every 7 days "
        "(“ASYE”, weekly, until 13 October 2026; Shropshire Council, version 3, June 2017)."
    )
    assert dataclasses.replace(worded, why=plain.why) == plain
