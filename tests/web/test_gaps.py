"""Who has a line manager and no supervisor, and who supervises unprepared: within sight, page by page."""

from collections.abc import Generator
from datetime import UTC, date, datetime

import pytest
import time_machine
from django.urls import reverse
from pytest_django import DjangoAssertNumQueries

from core.actor import Role
from staff.models import KeyDate, StaffMember, SupervisionRelationship
from tests.org import RECORDED, Org, SignIn, add_person, put_under

TODAY = date(2026, 11, 9)


@pytest.fixture(autouse=True)
def clock() -> Generator[None]:
    with time_machine.travel(datetime(2026, 11, 9, 12, tzinfo=UTC), tick=False):
        yield


def page_of(sign_in: SignIn, person: StaffMember, hat: Role | None = None, **query: str) -> str:
    response = sign_in(person, hat=hat).get(reverse("compliance:gaps"), query)
    assert response.status_code == 200
    return " ".join(response.content.decode().split())


def prepare(person: StaffMember, *kinds: str) -> None:
    for kind in kinds:
        KeyDate.objects.create(person=person, kind=kind, on=date(2026, 3, 2), recorded_at=RECORDED)


@pytest.mark.req("R004")
def test_the_line_and_the_principal_social_worker_read_who_has_no_live_supervision(org: Org, sign_in: SignIn) -> None:
    SupervisionRelationship.objects.filter(supervisee=org.worker).update(ends_on=date(2026, 11, 2))
    new = add_person("Ada Newton", team=org.team, job_title="Social worker")
    put_under(new, org.supervisor, supervises=False)

    for person, hat in ((org.supervisor, None), (org.head, None), (org.psw, Role.PRINCIPAL_SOCIAL_WORKER)):
        page = page_of(sign_in, person, hat)
        assert "Amara Obi" in page
        assert "2 November 2026" in page or "2 Nov 2026" in page
        assert "Ada Newton" in page
        assert "The first day" in page
        assert "Tom Mills</a>" not in page

    outside = page_of(sign_in, org.outsider)
    assert "Amara Obi" not in outside
    assert "has a supervisor, too" in outside


@pytest.mark.req("R004")
def test_whoever_is_supervised_is_not_named_and_one_without_a_line_neither(org: Org, sign_in: SignIn) -> None:
    page = page_of(sign_in, org.psw, Role.PRINCIPAL_SOCIAL_WORKER)

    assert "Amara Obi" not in page
    assert "Oscar Reed" not in page


@pytest.mark.req("R156")
def test_supervisors_without_a_day_of_reading_or_of_training_are_named(org: Org, sign_in: SignIn) -> None:
    prepare(org.supervisor, "policy_read", "supervisor_trained")
    prepare(org.team_manager, "policy_read")

    page = page_of(sign_in, org.psw, Role.PRINCIPAL_SOCIAL_WORKER, show="supervisors")

    assert "Tom Mills" in page
    assert "Helen Hart" in page
    assert "Priya Nair" not in page
    assert "Amara Obi" not in page, "supervises nobody"
    assert "Tom Mills" not in page_of(sign_in, org.worker, show="supervisors")


@pytest.mark.parametrize("show", ["", "supervisors"])
def test_as_many_queries_whatever_the_number(
    org: Org, sign_in: SignIn, django_assert_max_num_queries: DjangoAssertNumQueries, show: str
) -> None:
    for number in range(30):
        person = add_person(f"New {number}", team=org.team, job_title="Social worker")
        put_under(person, org.supervisor, supervises=False)
        put_under(add_person(f"Below {number}", team=org.team, job_title="Social worker"), person)
    client = sign_in(org.head)

    with django_assert_max_num_queries(9):
        response = client.get(reverse("compliance:gaps"), {"show": show, "page": "2"})

    assert response.status_code == 200
