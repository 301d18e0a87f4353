"""The format that a contract states is one that the policy counts for this worker."""

import pytest

from core.errors import RuleBroken
from policies import selectors as policies
from supervision.rules import policy_formats
from tests.integration.supervision.test_agreements import MONDAY, begin, in_force, sign, view, write
from tests.org import Org


@pytest.mark.req("R009")
@pytest.mark.parametrize("chosen", ["Group", "Individual and group in turn"])
def test_where_only_individual_sessions_count_no_other_format_is_agreed(shropshire: Org, chosen: str) -> None:
    record = begin(shropshire)
    write(shropshire, record, "key_tasks", key_tasks="Eleven children in need")
    write(shropshire, record, "meetings", format=chosen)

    with pytest.raises(RuleBroken, match="counts other sessions .*: individual") as refusal:
        sign(shropshire, record)
    write(shropshire, record, "meetings", format="Individual")
    sign(shropshire, record)

    assert refusal.value.field == "format"


@pytest.mark.req("R009")
@pytest.mark.parametrize("chosen", ["Individual", "Group", "Individual and group in turn"])
def test_where_the_policy_counts_both_each_format_can_be_agreed(shropshire: Org, chosen: str) -> None:
    shropshire.worker.categories.update(category="sw_non_case_holding")

    in_force(shropshire, format=chosen)

    assert view(shropshire).is_in_force


@pytest.mark.req("R009")
@pytest.mark.parametrize(
    ("category", "formats"),
    [
        ("sw_case_management", frozenset({"individual"})),
        ("sw_non_case_holding", frozenset({"individual", "group"})),
        ("unknown", None),
    ],
)
def test_the_engine_reads_the_formats_out_of_the_policy(
    shropshire: Org, category: str, formats: frozenset[str] | None
) -> None:
    policy = policies.policy_in_force(MONDAY)
    assert policy is not None

    assert policy_formats(policy, [category]) == formats
