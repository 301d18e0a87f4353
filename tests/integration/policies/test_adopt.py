"""Which policy holds when."""

from datetime import date, datetime
from typing import Any

import pytest
from django.db import DatabaseError, IntegrityError, connection, transaction

from core.errors import RuleBroken
from policies import selectors
from policies.models import Adoption, PolicyVersion
from policies.services import adopt, load_packs
from tests.org import Org
from tests.policies_kit import pack
from trail.models import Entry

pytestmark = pytest.mark.django_db

JUNE = date(2025, 6, 1)
JANUARY = date(2026, 1, 1)


@pytest.fixture(autouse=True)
def loaded(db: None, noon: datetime) -> None:
    """All that ships is loaded; none of it is adopted."""
    load_packs(at=noon)


def test_a_policy_holds_from_its_day_until_another(noon: datetime) -> None:
    adopt(slug="shropshire-2017", starts_on=JUNE, at=noon)
    adopt(slug="st-helens", starts_on=JANUARY, at=noon)

    assert selectors.policy_in_force(date(2025, 5, 31)) is None
    assert selectors.policy_in_force(JUNE) == pack("shropshire-2017")
    assert selectors.policy_in_force(date(2025, 12, 31)) == pack("shropshire-2017")
    assert selectors.policy_in_force(JANUARY) == pack("st-helens")
    first = selectors.adoption_in_force(JUNE)
    assert first is not None
    assert (first.policy.slug, first.ends_on, first.last_day) == ("shropshire-2017", JANUARY, date(2025, 12, 31))
    assert (
        str(first) == "shropshire-2017, version 3, June 2017; audit tool v2, December 2015; reading 4 from 2025-06-01"
    )
    assert selectors.adoption_in_force(date(2025, 5, 31)) is None


def test_adopting_what_holds_already_changes_nothing(noon: datetime) -> None:
    first = adopt(slug="shropshire-2017", starts_on=JUNE, at=noon)

    assert adopt(slug="shropshire-2017", starts_on=JANUARY, at=noon) == first
    assert Adoption.objects.count() == 1


def test_who_adopted_what_is_in_the_trail(org: Org, noon: datetime) -> None:
    adoption = adopt(slug="shropshire-2017", starts_on=JUNE, at=noon, actor=org.actor(org.psw))

    entry = Entry.objects.get(verb="policy.adopted")
    assert (entry.actor_id, entry.target_id) == (org.psw.pk, str(adoption.pk))
    assert entry.detail["starts_on"] == "2025-06-01"


@pytest.mark.parametrize("day", [JUNE, date(2025, 5, 31)])
def test_refuses_a_day_that_is_not_after_the_present_ones_first(day: date, noon: datetime) -> None:
    adopt(slug="shropshire-2017", starts_on=JUNE, at=noon)

    with pytest.raises(RuleBroken, match="A policy was adopted from 1 June 2025 on. Choose a later day."):
        adopt(slug="st-helens", starts_on=day, at=noon)


def test_refuses_a_policy_that_is_not_loaded(noon: datetime) -> None:
    with pytest.raises(RuleBroken, match='There is no policy "nowhere". Load it first.'):
        adopt(slug="nowhere", starts_on=JUNE, at=noon)


def test_two_policies_never_hold_on_one_day(noon: datetime) -> None:
    adopt(slug="shropshire-2017", starts_on=JUNE, at=noon)
    other = PolicyVersion.objects.get(slug="st-helens")

    with pytest.raises(IntegrityError, match="adoption_one_policy_at_a_time"), transaction.atomic():
        Adoption.objects.create(policy=other, starts_on=JANUARY, recorded_at=noon)
    with pytest.raises(IntegrityError, match="adoption_ends_after_it_starts"), transaction.atomic():
        Adoption.objects.create(policy=other, starts_on=date(2020, 1, 1), ends_on=date(2020, 1, 1), recorded_at=noon)


@pytest.mark.parametrize("table", ["policies_policyversion", "policies_recordtemplate"])
@pytest.mark.parametrize("statement", ["UPDATE {} SET version = '9'", "DELETE FROM {}", "TRUNCATE {} CASCADE"])
def test_what_was_loaded_cannot_be_changed(table: str, statement: str) -> None:
    with pytest.raises(DatabaseError), transaction.atomic(), connection.cursor() as cursor:
        cursor.execute(statement.format(table))


def test_the_policy_in_force_is_one_query_and_read_once(noon: datetime, django_assert_num_queries: Any) -> None:
    adopt(slug="shropshire-2017", starts_on=JUNE, at=noon)
    first = selectors.policy_in_force(JUNE)
    selectors.record_template("contract_1a", 2)

    with django_assert_num_queries(1):
        assert selectors.policy_in_force(JANUARY) is first
    with django_assert_num_queries(0):
        selectors.record_template("contract_1a", 2)
