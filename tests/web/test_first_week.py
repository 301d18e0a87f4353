"""A new starter's first week: one need on the supervisor's home page until all three steps are done."""

from collections.abc import Generator
from datetime import UTC, date, datetime, timedelta

import pytest
import time_machine
from django.urls import reverse

from staff.models import StaffMember
from supervision import services
from supervision.rules import first_week
from tests.diary_kit import booked
from tests.org import Org, SignIn, add_person, put_under

NOW = datetime(2026, 11, 9, 12, tzinfo=UTC)
BEGAN = date(2026, 11, 9)
TITLE = "Ada Newton is new: first week of supervision"


@pytest.fixture(autouse=True)
def clock() -> Generator[None]:
    with time_machine.travel(NOW, tick=False):
        yield


@pytest.fixture
def starter(shropshire: Org) -> StaffMember:
    person = add_person(
        "Ada Newton", team=shropshire.team, job_title="Social worker", category="sw_case_management", starts_on=BEGAN
    )
    put_under(person, shropshire.supervisor, starts_on=BEGAN)
    return person


def home(sign_in: SignIn, person: StaffMember) -> str:
    return " ".join(sign_in(person).get(reverse("compliance:home")).content.decode().split())


def put_on_agenda(org: Org, starter: StaffMember, kind: str) -> None:
    services.add_item(
        supervisee_id=starter.pk,
        kind=kind,
        text="What is needed at first",
        share=True,
        explained_on=BEGAN if kind == "policy" else None,
        actor=org.actor(org.supervisor),
        at=NOW,
    )


@pytest.mark.req("R036")
def test_the_first_week_asks_for_the_policy_the_first_session_and_induction_needs(
    shropshire: Org, starter: StaffMember, sign_in: SignIn
) -> None:
    first = home(sign_in, shropshire.supervisor)
    put_on_agenda(shropshire, starter, "policy")
    booked(starter, shropshire.supervisor, on=date(2026, 11, 12))
    second = home(sign_in, shropshire.supervisor)
    put_on_agenda(shropshire, starter, "induction")

    assert TITLE in first
    assert (
        "Still to do: share the supervision policy, book the first session and note induction needs. "
        "To be done by Monday 16 November 2026, in 7 days."
    ) in first
    assert "Book supervision with Ada Newton" not in first, "one need asks for it, not two"
    assert "Still to do: note induction needs." in second
    assert TITLE not in home(sign_in, shropshire.supervisor)


@pytest.mark.req("R036")
def test_nobody_else_is_asked_and_of_nobody_who_is_not_new(
    shropshire: Org, starter: StaffMember, sign_in: SignIn
) -> None:
    assert TITLE not in home(sign_in, shropshire.team_manager)
    assert "Amara Obi is new" not in home(sign_in, shropshire.supervisor)


@pytest.mark.parametrize(("days", "asked"), [(-1, False), (0, True), (27, True), (28, False)])
def test_it_is_asked_from_the_first_day_for_four_weeks(days: int, asked: bool) -> None:
    week = first_week(
        began_on=BEGAN, policy_shared=False, first_booked=True, needs_noted=True, on=BEGAN + timedelta(days=days)
    )

    assert (week is not None) is asked
