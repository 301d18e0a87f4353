"""Scenario 9: a child steps up and down between plans (Camden), through the pages."""

from datetime import UTC, date, datetime

import pytest
import time_machine
from django.urls import reverse

from cases.models import Child
from policies import services as policies
from tests.cases_kit import child_with
from tests.org import RECORDED, Org, SignIn

pytestmark = pytest.mark.django_db


@pytest.fixture(autouse=True)
def camden(org: Org) -> None:
    policies.adopt(slug="camden-short-guide", starts_on=date(2025, 4, 1), at=RECORDED)


def change(org: Org, sign_in: SignIn, child: Child, what: str, on: date, **typed: object) -> str:
    """Change something of a child on a day through its page; what the child's page says then."""
    with time_machine.travel(datetime(on.year, on.month, on.day, 12, tzinfo=UTC), tick=False):
        client = sign_in(org.supervisor)
        answer = client.post(reverse(f"cases:child-{what}", args=[child.pk]), typed)
        assert answer.status_code == 302, answer.content.decode()
        return client.get(reverse("supervision:child-detail", args=[child.pk])).content.decode()


def a_day(name: str, on: date) -> dict[str, int]:
    return {f"{name}_0": on.day, f"{name}_1": on.month, f"{name}_2": on.year}


@pytest.mark.scenario(9, "a")
def test_stepping_up_keeps_the_earlier_date_and_never_reaches_back(org: Org, sign_in: SignIn) -> None:
    child = child_with(org.worker, plan_type="child_in_need", discussed=(date(2027, 1, 20),))
    on = date(2027, 3, 10)

    page = change(org, sign_in, child, "plan-types", on, plan_types=["child_protection_plan"], **a_day("starts_on", on))

    assert "Saturday 20 March 2027" in page
    assert "days overdue" not in page
    assert "20 February" not in page


@pytest.mark.scenario(9, "b")
def test_stepping_down_counts_the_longer_interval(org: Org, sign_in: SignIn) -> None:
    child = child_with(org.worker, plan_type="child_protection_plan", discussed=(date(2027, 2, 20),))
    on = date(2027, 3, 1)
    with time_machine.travel(datetime(2027, 2, 28, 12, tzinfo=UTC), tick=False):
        before = sign_in(org.supervisor).get(reverse("supervision:child-detail", args=[child.pk])).content.decode()

    page = change(org, sign_in, child, "plan-types", on, plan_types=["child_in_need"], **a_day("starts_on", on))

    assert "Saturday 20 March 2027" in before
    assert "Tuesday 20 April 2027" in page


@pytest.mark.scenario(9, "c")
@pytest.mark.parametrize(
    ("every", "due", "message"),
    [("P2W", "Monday 15 March 2027", ""), ("P6W", "Saturday 20 March 2027", "ignored")],
)
def test_an_interval_of_its_own_wins_where_it_is_shorter(
    org: Org, sign_in: SignIn, every: str, due: str, message: str
) -> None:
    child = child_with(org.worker, plan_type="child_protection_plan", discussed=(date(2027, 2, 20),))
    on = date(2027, 3, 1)

    page = change(
        org, sign_in, child, "interval", on, every=every, reason="A new partner in the home.",
        **a_day("review_on", date(2027, 6, 1)),
    )  # fmt: skip

    assert due in page
    assert message in page
