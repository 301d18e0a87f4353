"""A child whose case is closed is out of everybody's sight, on every page and by every form."""

from collections.abc import Iterator
from datetime import UTC, date, datetime

import pytest
import time_machine
from django.urls import reverse

from cases import services
from cases.models import Allocation, Child
from core.actor import Role
from tests.cases_kit import at, child_with
from tests.org import Org, SignIn

pytestmark = pytest.mark.django_db

TODAY = date(2026, 11, 9)
HATS = {"psw": Role.PRINCIPAL_SOCIAL_WORKER, "hr": Role.HR, "sysadmin": Role.SYSTEM_ADMINISTRATOR}
EVERYBODY = ["worker", "supervisor", "team_manager", "head", "outsider", "psw", "hr", "sysadmin"]
PAGES = ["allocate", "plan-types", "interval", "interval-end", "close"]


@pytest.fixture(autouse=True)
def _today() -> Iterator[None]:
    with time_machine.travel(datetime(2026, 11, 9, 12, tzinfo=UTC), tick=False):
        yield


@pytest.fixture
def closed(org: Org) -> Child:
    child = child_with(org.worker, reference="P777", plan_type="child_in_need")
    services.close_episode(child_id=child.pk, ends_on=TODAY, actor=org.actor(org.supervisor), at=at(TODAY))
    return child


@pytest.mark.parametrize("who", EVERYBODY)
def test_nobody_reaches_a_closed_child_by_its_address_or_its_reference(
    org: Org, closed: Child, sign_in: SignIn, who: str
) -> None:
    client = sign_in(getattr(org, who), hat=HATS.get(who))
    typed = {"to_id": str(org.worker.pk), "way": "transferred", "plan_types": ["looked_after"], "every": "P2W"}
    days = {f"{name}_{place}": part for name in ("starts_on", "ends_on") for place, part in enumerate((9, 11, 2026))}
    before = list(Allocation.objects.values_list("pk", "ends_on"))

    for page in PAGES:
        address = reverse(f"cases:child-{page}", args=[closed.pk])
        assert client.post(address, typed | days).status_code == 404, page
        assert client.get(address).status_code == (405 if page == "interval-end" else 404), page
    assert client.get(reverse("supervision:child-detail", args=[closed.pk])).status_code == 404
    found = client.post(reverse("supervision:child-find"), {"reference": closed.reference})
    assert found.headers["Location"] == reverse("supervision:child-list")
    assert list(Allocation.objects.values_list("pk", "ends_on")) == before


def test_the_same_pages_are_there_while_it_is_open(org: Org, sign_in: SignIn) -> None:
    """The control of what stands above."""
    child = child_with(org.worker, reference="P778")
    client = sign_in(org.supervisor)

    answers = {client.get(reverse(f"cases:child-{page}", args=[child.pk])).status_code for page in PAGES}

    assert answers == {200, 405}


def test_another_manager_who_types_the_reference_learns_nothing_and_loses_nothing_typed(
    org: Org, sign_in: SignIn
) -> None:
    child = child_with(org.worker, reference="P779")
    client = sign_in(org.head)
    typed = {
        "reference": "p779",
        "holder_id": str(org.team_manager.pk),
        "starts_on_0": 9,
        "starts_on_1": 11,
        "starts_on_2": 2026,
        "in_error": "new",
    }

    answer = client.post(reverse("cases:child-add"), typed)

    text = answer.content.decode()
    assert answer.status_code == 200
    assert "This reference cannot be opened here as you entered it" in text
    assert 'value="p779"' in text
    assert "open already" not in text
    assert Allocation.objects.get(child=child).holder_id == org.worker.pk
