"""Categories over time and key dates: given, ended, changed; what the policy knows and what it counts from."""

from datetime import date

import pytest
from django.urls import reverse

from core.actor import Role
from core.errors import NotAllowed, RuleBroken
from policies import services as policies
from policies.rules.answers import Status
from staff.models import CategoryHeld, KeyDate
from staff.standing import services
from staff.standing.selectors import standing_of
from supervision.selectors import statuses
from tests.org import RECORDED
from trail.models import Entry

pytestmark = pytest.mark.django_db
ADMIN = Role.SYSTEM_ADMINISTRATOR


@pytest.fixture
def authority(org):
    """003, with students and newly qualified workers; the worker is in no category yet."""
    policies.adopt(slug="family-safeguarding-003", starts_on=date(2017, 6, 1), at=RECORDED)
    CategoryHeld.objects.all().delete()
    return org


def give(org, noon, *categories, starts_on=date(2026, 11, 2), by=None, person=None, **hat):
    return services.give_categories(
        person_id=(person or org.worker).pk,
        categories=categories,
        starts_on=starts_on,
        actor=org.actor(by or org.supervisor, **hat),
        at=noon,
    )


def end(org, noon, held, last_day, by=None):
    return services.end_category(held_id=held.pk, last_day=last_day, actor=org.actor(by or org.supervisor), at=noon)


def set_days(org, noon, by=None, **days):
    services.set_key_dates(person_id=org.worker.pk, days=days, actor=org.actor(by or org.supervisor), at=noon)


def asked(org, on):
    return {row.rule for row in statuses(people=[org.worker.pk], on=on)[org.worker.pk].rules}


def test_several_categories_hold_at_once_each_from_its_day_and_to_its_end(authority, noon):
    org = authority
    given = give(org, noon, "practitioner", "nqsw")
    assert len(given) == 2
    assert len(asked(org, date(2026, 11, 9))) == 2

    nqsw = next(each for each in given if each.category == "nqsw")
    end(org, noon, nqsw, date(2026, 11, 15))

    assert len(asked(org, date(2026, 11, 16))) == 1
    assert CategoryHeld.objects.get(pk=nqsw.pk).end_recorded_at == noon
    assert set(Entry.objects.filter(verb__startswith="category.").values_list("verb", flat=True)) == {
        "category.given",
        "category.ended",
    }


def test_a_category_has_to_be_one_of_the_policy_in_force_that_day(authority, noon):
    with pytest.raises(RuleBroken) as refusal:
        give(authority, noon, "sw_case_management")
    assert refusal.value.field == "categories"


def test_nobody_is_in_a_category_twice_and_none_ends_before_it_began(authority, noon):
    (held,) = give(authority, noon, "nqsw")
    with pytest.raises(RuleBroken):
        give(authority, noon, "nqsw", starts_on=date(2026, 10, 1))
    with pytest.raises(RuleBroken) as refusal:
        end(authority, noon, held, date(2026, 11, 1))
    assert refusal.value.field == "last_day"


def test_a_category_that_the_policy_does_not_declare_is_said_and_so_is_a_date_that_is_missing(authority, noon, today):
    org = authority
    give(org, noon, "nqsw")
    CategoryHeld.objects.create(person=org.worker, category="sw_case_management", starts_on=today, recorded_at=noon)

    found = standing_of(org.worker.pk, on=today)
    assert [(row.held.category, row.is_declared) for row in found.rows] == [
        ("sw_case_management", False),
        ("nqsw", True),
    ]
    assert found.missing == ["Start of the ASYE"]

    set_days(org, noon, asye_start=date(2026, 9, 7))
    assert standing_of(org.worker.pk, on=today).missing == []


def test_key_dates_are_set_changed_and_taken_away_and_what_stood_there_is_kept(authority, noon):
    org = authority
    set_days(org, noon, asye_start=date(2026, 9, 7), probation_start=date(2026, 9, 7))
    set_days(org, noon, asye_start=date(2026, 9, 14))

    now = KeyDate.objects.filter(person=org.worker, replaced_at=None)
    assert list(now.values_list("kind", "on")) == [("asye_start", date(2026, 9, 14))]
    assert KeyDate.objects.filter(person=org.worker).count() == 3
    assert Entry.objects.filter(verb="key_dates.set").latest("at").detail["stood"]
    with pytest.raises(RuleBroken) as refusal:
        set_days(org, noon, role_start=date(2028, 1, 1))
    assert refusal.value.field == "role_start"


@pytest.mark.req("R339")
def test_probation_is_counted_from_its_date(org, noon):
    policies.adopt(slug="camden-short-guide", starts_on=date(2017, 6, 1), at=RECORDED)
    CategoryHeld.objects.all().delete()
    (held,) = give(org, noon, "sw_probation", starts_on=date(2026, 10, 5))
    set_days(org, noon, role_start=date(2026, 10, 5))

    def standing(on):
        return statuses(people=[org.worker.pk], on=on)[org.worker.pk]

    assert standing(date(2026, 11, 3)).worst == Status.TARGET_PASSED
    assert standing(date(2026, 11, 17)).worst == Status.OVERDUE
    end(org, noon, held, date(2026, 11, 1))
    assert standing(date(2026, 11, 17)).rules == ()


def test_the_line_and_the_administrator_set_it_and_nobody_of_themselves(authority, noon):
    org = authority
    give(org, noon, "nqsw", by=org.sysadmin, hat=ADMIN)
    give(org, noon, "practitioner", by=org.head)
    for by in (org.worker, org.outsider, org.sysadmin, org.psw, org.hr):
        with pytest.raises(NotAllowed):
            give(org, noon, "student", by=by)
    with pytest.raises(NotAllowed):
        give(org, noon, "student", by=org.sysadmin, person=org.sysadmin, hat=ADMIN)


def test_a_students_placement_from_its_start_to_its_end_in_the_browser(authority, sign_in):
    org = authority
    client = sign_in(org.supervisor)
    address = reverse("staff:standing", args=[org.worker.pk])
    day = {"starts_on_0": "2", "starts_on_1": "11", "starts_on_2": "2026"}

    assert client.get(address).status_code == 200
    refused = client.post(address, day)
    assert "Choose at least one category." in refused.content.decode()
    assert client.post(address, {"categories": "student", **day}).url == address
    dates = reverse("staff:key-dates", args=[org.worker.pk])
    typed = {f"placement_start_{part}": value for part, value in enumerate(("2", "11", "2026"))}
    assert client.post(dates, typed).url == address
    assert "2 November 2026" in client.get(address).content.decode()

    held = CategoryHeld.objects.get(person=org.worker)
    ending = reverse("staff:category-end", args=[held.pk])
    assert "last day" in client.get(ending).content.decode()
    assert client.post(ending, {"last_day_0": "1", "last_day_1": "2", "last_day_2": "2027"}).url == address
    assert "1 February 2027" in client.get(address).content.decode()
