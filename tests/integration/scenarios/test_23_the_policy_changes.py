"""Scenario 23: case frequency goes from two months to one on 1 January 2027, through drafts, database and pages."""

import copy
from datetime import UTC, date, datetime

import pytest
from django.urls import reverse

from core.actor import Actor, Role
from policies.services import draft_policy, publish_draft
from supervision.selectors import child_statuses, statuses
from tests.cases_kit import child_with
from tests.integration.policies.kit import changed, with_case_interval
from tests.org import Org, SignIn
from tests.policies_kit import shipped

pytestmark = pytest.mark.django_db

NEW_YEAR = date(2027, 1, 1)
NOVEMBER = datetime(2026, 11, 9, 12, tzinfo=UTC)


@pytest.fixture
def changes(shropshire: Org) -> Org:
    """The principal social worker drafts monthly discussions, the director publishes them."""
    publish(shropshire, with_case_interval("P1M"))
    return shropshire


def publish(org: Org, text: str) -> None:
    """One drafts it in November, another publishes it from New Year on."""
    psw = org.actor(org.psw, hat=Role.PRINCIPAL_SOCIAL_WORKER)
    director = Actor(staff_id=org.head.pk, name="Helen Hart", on=psw.on, roles=frozenset({Role.DIRECTOR}))
    draft = draft_policy(text=text, starts_on=NEW_YEAR, actor=psw, at=NOVEMBER)
    publish_draft(draft_id=draft.pk, starts_on=NEW_YEAR, actor=director, at=NOVEMBER)


@pytest.mark.scenario(23, "a")
def test_december_is_judged_by_the_old_rule_for_ever(changes: Org) -> None:
    child = child_with(changes.worker, discussed=(date(2026, 6, 9), date(2026, 8, 5), date(2026, 11, 3)))

    in_december = child_statuses(children=[child.pk], on=date(2026, 12, 31))[child.pk]

    assert in_december.due_on == date(2027, 1, 3)
    assert not in_december.overdue()
    assert in_december.policy_version != "4"
    # On a monthly rule it would have been late since 3 December; the change makes it neither late nor late in hindsight
    in_january = child_statuses(children=[child.pk], on=NEW_YEAR)[child.pk]
    assert in_january.policy_version == "4"
    assert not in_january.overdue()


@pytest.mark.scenario(23, "b")
@pytest.mark.parametrize(
    ("discussed", "due_on"),
    [
        (date(2026, 11, 3), date(2027, 1, 3)),  # the old date comes first
        (date(2026, 12, 20), date(2027, 2, 1)),  # 1 January and a month comes first
    ],
)
def test_children_discussed_before_are_due_on_the_earlier_of_the_two(
    changes: Org, discussed: date, due_on: date
) -> None:
    child = child_with(changes.worker, discussed=(date(2026, 6, 9), date(2026, 8, 5), date(2026, 10, 1), discussed))

    assert child_statuses(children=[child.pk], on=date(2027, 1, 2))[child.pk].due_on == due_on


@pytest.mark.scenario(23, "c")
def test_a_printed_page_names_both_versions(changes: Org, sign_in: SignIn) -> None:
    page = sign_in(changes.worker).get(reverse("policies:versions")).content.decode()

    assert "Friday 1 January 2027" in page
    assert "published by Helen Hart" in page.replace(
        'data-label="Published by" class="govuk-table__cell">', "published by "
    )
    assert "drafted by Petra Wolf" in page
    assert "version 3, June 2017" in page
    child = child_with(changes.worker, discussed=(date(2026, 3, 2),))
    whys = " ".join(row.why for row in child_statuses(children=[child.pk], on=date(2027, 2, 15))[child.pk].rules)
    assert "version 4" in whys


@pytest.mark.scenario(23, "a")
def test_a_month_that_a_worker_missed_is_named_under_the_version_that_judged_it(shropshire: Org) -> None:
    rules = copy.deepcopy(shipped("shropshire-2017").document["supervision_rules"])
    rules[0]["interval"] = {"type": "window", "count": 1, "per": "calendar_month"}
    publish(shropshire, changed(supervision_rules=rules))
    people, on = [shropshire.worker.pk], date(2027, 2, 15)

    answer = statuses(people=people, on=on)[shropshire.worker.pk]

    assert answer.policy_version == "4"
    missed = {row.due_on: row.why for row in answer.rules if row.status == "missed" and row.due_on}
    assert "version 4)" in missed[date(2027, 1, 31)]
    assert "version 3, June 2017" in missed[date(2026, 3, 31)]
    in_december = statuses(people=people, on=date(2026, 12, 31))[shropshire.worker.pk]
    assert in_december.policy_version.startswith("3, June 2017")
