"""How children stand: from tables to the engine's answer, as it was known at a moment, in one query."""

from datetime import date

import pytest

from cases.models import Episode, Override, PlanTypeHeld
from policies.rules.answers import Status
from policies.rules.facts import Agreed
from supervision.selectors import child_fact_rows, child_facts, child_statuses
from tests.cases_kit import at, child_with, discuss

pytestmark = pytest.mark.django_db


def facts_of(child, *, on, known_at=None):
    rows = child_fact_rows(children=[child.pk], on=on, known_at=known_at)
    return child_facts(children=[child.pk], on=on, rows=rows)[child.pk]


@pytest.fixture
def child(org):
    return child_with(org.worker, plan_type="child_in_need", discussed=(date(2026, 9, 9),))


def test_everything_that_is_known_of_a_child_reaches_the_engine(org, child):
    Override.objects.create(
        child=child,
        every="P14D",
        reason="Three moves in a month",
        review_on=date(2026, 12, 1),
        set_by=org.supervisor,
        starts_on=date(2026, 10, 1),
        recorded_at=at(date(2026, 10, 1)),
    )

    facts = facts_of(child, on=date(2026, 11, 9))

    assert [(each.starts_on, each.ends_on) for each in facts.episodes] == [(date(2026, 1, 5), None)]
    assert [each.plan_type for each in facts.plan_types] == ["child_in_need"]
    assert [(each.on, each.depth, each.format, each.own_text) for each in facts.discussions] == [
        (date(2026, 9, 9), "in_depth", "individual", True)
    ]
    assert [each.worker for each in facts.allocations] == [str(org.worker.pk)]
    assert isinstance(facts.override, Agreed)
    assert facts.override.starts_on == date(2026, 10, 1)


def test_what_was_entered_later_is_left_out(org, child):
    discuss(child, org.worker, on=date(2026, 10, 7), recorded_at=at(date(2026, 11, 2)))
    Episode.objects.update(ends_on=date(2026, 10, 20), end_recorded_at=at(date(2026, 11, 3)))
    PlanTypeHeld.objects.update(ends_on=date(2026, 10, 20), end_recorded_at=at(date(2026, 11, 3)))

    then = facts_of(child, on=date(2026, 10, 30), known_at=at(date(2026, 10, 30)))
    now = facts_of(child, on=date(2026, 10, 30))

    assert [each.on for each in then.discussions] == [date(2026, 9, 9)]
    assert then.episodes[0].ends_on is None
    assert then.plan_types[0].ends_on is None
    assert [each.on for each in now.discussions] == [date(2026, 9, 9), date(2026, 10, 7)]
    assert now.episodes[0].ends_on == now.plan_types[0].ends_on == date(2026, 10, 20)


def test_a_discussion_that_did_not_happen_is_no_fact(org, child):
    discuss(child, org.worker, on=date(2026, 10, 7), depth="not_discussed", reason="No time")

    facts = facts_of(child, on=date(2026, 11, 9))

    assert [each.on for each in facts.discussions] == [date(2026, 9, 9)]


@pytest.mark.req("R061")
def test_every_case_is_discussed_at_least_every_two_months(shropshire, org, child):
    discuss(child, org.worker, on=date(2026, 7, 15))

    answer = child_statuses(children=[child.pk], on=date(2026, 11, 9))[child.pk]
    late = child_statuses(children=[child.pk], on=date(2026, 11, 10))[child.pk]

    assert answer.due_on == date(2026, 11, 9)
    assert answer.worst is not Status.OVERDUE
    assert late.worst is Status.OVERDUE


def test_without_a_policy_there_is_no_answer(child):
    assert child_statuses(children=[child.pk], on=date(2026, 11, 9)) == {}


@pytest.mark.parametrize("number", [1, 30])
def test_asks_once_whatever_the_number(shropshire, org, django_assert_num_queries, number):
    children = [child_with(org.worker, discussed=(date(2026, 9, 9),)).pk for _ in range(number)]
    child_statuses(children=children[:1], on=date(2026, 11, 9))

    with django_assert_num_queries(1):
        answers = child_statuses(children=children, on=date(2026, 11, 9))

    assert len(answers) == number


def test_a_child_that_nobody_knows_is_not_made_up(shropshire, org, child):
    answer = child_statuses(children=[org.worker.pk], on=date(2026, 11, 9))[org.worker.pk]

    assert answer.due_on is None
