"""The directory, and the list under a box where a person is chosen."""

from datetime import date

import pytest
from pytest_django import DjangoAssertNumQueries

from core.actor import Role
from staff.models import StaffMember
from tests.org import Org, SignIn, add_person


def test_everyone_sees_everyone_with_post_and_team(org: Org, sign_in: SignIn) -> None:
    page = sign_in(org.outsider).get("/people/").content.decode()

    for name in ("Helen Hart", "Tom Mills", "Priya Nair", "Amara Obi", "Oscar Reed", "Sam Adair"):
        assert name in page
    assert "Senior social worker" in page
    assert "Rowan team" in page
    assert "8 people" in page


def test_people_are_found_by_words_of_their_name(org: Org, sign_in: SignIn) -> None:
    page = sign_in(org.worker).get("/people/", {"q": "nair pri"}).content.decode()

    assert "Priya Nair" in page
    assert "1 person" in page
    assert "Tom Mills" not in page


@pytest.mark.parametrize("typed", ["zielinska", "Zieliń", "KATARZYNA z"])
def test_people_are_found_with_and_without_accents(org: Org, sign_in: SignIn, typed: str) -> None:
    add_person("Katarzyna Zielińska", team=org.team, job_title="Social worker")

    assert "Katarzyna Zielińska" in sign_in(org.worker).get("/people/", {"q": typed}).content.decode()


def test_people_are_found_by_team(org: Org, sign_in: SignIn) -> None:
    page = sign_in(org.worker).get("/people/", {"team": str(org.team.pk)}).content.decode()

    assert "4 people" in page
    assert "Oscar Reed" not in page


@pytest.mark.parametrize(
    "query", [{"team": "rubbish"}, {"page": "rubbish"}, {"q": "x" * 500}, {"q": "\x00"}, {"page": "99"}]
)
def test_odd_filters_are_no_errors(org: Org, sign_in: SignIn, query: dict[str, str]) -> None:
    assert sign_in(org.worker).get("/people/", query).status_code == 200


def test_leavers_are_not_listed(org: Org, sign_in: SignIn) -> None:
    StaffMember.objects.filter(pk=org.outsider.pk).update(left_on=date(2026, 1, 5))

    assert "Oscar Reed" not in sign_in(org.worker).get("/people/").content.decode()


def test_a_search_without_a_find_says_so(org: Org, sign_in: SignIn) -> None:
    page = sign_in(org.worker).get("/people/", {"q": "Zebedee"}).content.decode()

    assert "Nobody in the directory fits that search." in page


def test_a_long_directory_has_pages_that_keep_the_filter(org: Org, sign_in: SignIn) -> None:
    for number in range(30):
        add_person(f"Worker {number:02}", team=org.team, job_title="Social worker")
    client = sign_in(org.worker)

    first = client.get("/people/", {"q": "worker"}).content.decode()
    second = client.get("/people/", {"q": "worker", "page": "2"}).content.decode()

    assert "Worker 24" in first
    assert "Worker 25" not in first
    assert "q=worker&amp;page=2" in first
    assert "Worker 25" in second


def test_only_an_administrator_with_the_hat_on_is_offered_to_invite(org: Org, sign_in: SignIn) -> None:
    assert "Invite somebody" in sign_in(org.sysadmin, hat=Role.SYSTEM_ADMINISTRATOR).get("/people/").content.decode()
    assert "Invite somebody" not in sign_in(org.sysadmin).get("/people/").content.decode()


def test_as_many_queries_for_many_as_for_two(
    org: Org, sign_in: SignIn, django_assert_num_queries: DjangoAssertNumQueries
) -> None:
    client = sign_in(org.worker)
    with django_assert_num_queries(6):
        client.get("/people/", {"q": "o"})
    for number in range(20):
        add_person(f"Worker {number}", team=org.team, job_title="Social worker")

    with django_assert_num_queries(6):
        client.get("/people/", {"q": "o"})


# The list under a box


def test_people_are_found_as_one_types(org: Org, sign_in: SignIn) -> None:
    page = sign_in(org.worker).get("/people/search/", {"field": "to_id", "to_id_search": "pri"}).content.decode()

    assert f'name="to_id" id="id_to_id_1" value="{org.supervisor.pk}"' in page
    assert "1 person found" in page
    assert "Senior social worker, Ash team" in page
    assert "<html" not in page


def test_the_one_chosen_stays_chosen_while_one_goes_on_typing(org: Org, sign_in: SignIn) -> None:
    query = {"field": "to_id", "to_id_search": "oscar", "to_id": str(org.worker.pk)}

    page = sign_in(org.worker).get("/people/search/", query).content.decode()

    assert f'value="{org.worker.pk}" checked' in page
    assert page.index("Amara Obi") < page.index("Oscar Reed")


def test_nothing_typed_finds_nobody(org: Org, sign_in: SignIn) -> None:
    page = sign_in(org.worker).get("/people/search/", {"field": "to_id", "to_id_search": "  "}).content.decode()

    assert page.strip() == ""


def test_nobody_found_and_too_many_found_are_said(org: Org, sign_in: SignIn) -> None:
    for number in range(12):
        add_person(f"Worker {number:02}", team=org.team, job_title="Social worker")
    client = sign_in(org.worker)

    nobody = client.get("/people/search/", {"field": "to_id", "to_id_search": "Zebedee"}).content.decode()
    many = client.get("/people/search/", {"field": "to_id", "to_id_search": "Worker"}).content.decode()

    assert "Nobody of that name" in nobody
    assert "There are more" in many
    assert many.count("govuk-radios__input") == 8


@pytest.mark.parametrize("field", ["", "a b", '"><script>', "1x"])
def test_a_field_with_an_impossible_name_is_not_found(org: Org, sign_in: SignIn, field: str) -> None:
    assert sign_in(org.worker).get("/people/search/", {"field": field}).status_code == 404
