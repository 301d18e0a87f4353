"""The page of an entry about a child, and of the record that binds many."""

import pytest
from pytest_django import DjangoAssertNumQueries

from tests.entries_kit import EntriesKit
from tests.org import Org, SignIn

READERS = ("worker", "supervisor", "team_manager")


@pytest.fixture
def kit(org: Org) -> EntriesKit:
    return EntriesKit(org)


@pytest.mark.parametrize("reader", READERS)
@pytest.mark.parametrize("sealed", [False, True], ids=["awaiting", "sealed"])
def test_the_page_of_an_entry_takes_at_most_twelve_queries(
    kit: EntriesKit,
    org: Org,
    sign_in: SignIn,
    django_assert_max_num_queries: DjangoAssertNumQueries,
    reader: str,
    sealed: bool,
) -> None:
    _, entries = kit.sealed_with("P1", "P2") if sealed else kit.awaiting_with("P1", "P2")
    client = sign_in(getattr(org, reader))
    path = f"/records/{entries[0].pk}/"
    assert client.get(path).status_code == 200

    with django_assert_max_num_queries(12):
        client.get(path)


@pytest.mark.parametrize("sealed", [False, True], ids=["awaiting", "sealed"])
def test_the_page_of_a_record_that_binds_twenty_entries_takes_at_most_twelve_queries(
    kit: EntriesKit,
    org: Org,
    sign_in: SignIn,
    django_assert_max_num_queries: DjangoAssertNumQueries,
    sealed: bool,
) -> None:
    children = [f"P{number}" for number in range(20)]
    record, _ = kit.sealed_with(*children) if sealed else kit.awaiting_with(*children)
    client = sign_in(org.worker)
    path = f"/records/{record.pk}/"
    page = client.get(path).content.decode()
    assert all(f">{child}</a>" in page for child in children)

    with django_assert_max_num_queries(12):
        client.get(path)
