"""Who is without cover, a page at a time; and how many queries the pages of what is coming take."""

from collections.abc import Generator
from datetime import UTC, date, datetime

import pytest
import time_machine
from django.urls import reverse
from pytest_django import DjangoAssertNumQueries

from staff.models import Absence
from tests.org import RECORDED, Org, SignIn, add_person, put_under


@pytest.fixture(autouse=True)
def clock() -> Generator[None]:
    with time_machine.travel(datetime(2026, 11, 9, 12, tzinfo=UTC), tick=False):
        yield


@pytest.mark.req("R046")
def test_many_without_cover_are_listed_a_page_at_a_time(shropshire: Org, sign_in: SignIn) -> None:
    for number in range(30):
        put_under(add_person(f"Person {number:02}", team=shropshire.team, job_title="Worker"), shropshire.supervisor)
    Absence.objects.create(
        person=shropshire.supervisor, kind="sickness", starts_on=date(2026, 7, 1), recorded_at=RECORDED
    )
    browser = sign_in(shropshire.team_manager)

    first = browser.get(reverse("compliance:cover-gaps")).content.decode()
    second = browser.get(reverse("compliance:cover-gaps"), {"page": "2"}).content.decode()

    assert "Person 00" in first
    assert "Person 29" not in first
    assert "Person 29" in second


@pytest.mark.parametrize("people", [1, 12])
def test_what_is_coming_takes_as_many_queries_for_many_as_for_one(
    shropshire: Org, sign_in: SignIn, django_assert_max_num_queries: DjangoAssertNumQueries, people: int
) -> None:
    for number in range(people):
        put_under(add_person(f"Person {number:02}", team=shropshire.team, job_title="Worker"), shropshire.supervisor)
    browser = sign_in(shropshire.supervisor)

    with django_assert_max_num_queries(12):
        assert browser.get(reverse("compliance:forecast")).status_code == 200
