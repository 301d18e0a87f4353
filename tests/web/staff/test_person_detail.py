"""A person's page: what everybody sees, and what only those entitled do."""

from datetime import date, datetime

import pytest
from pytest_django import DjangoAssertNumQueries

from core.actor import Role
from staff import services
from staff.models import Absence, ManagementLine, SupervisionRelationship
from tests.org import RECORDED, Org, SignIn, put_under
from trail.models import Entry


@pytest.fixture
def with_absence(org: Org) -> Org:
    Absence.objects.create(
        person=org.worker,
        kind=Absence.Kind.SICKNESS,
        starts_on=date(2026, 3, 2),
        ends_on=date(2026, 3, 16),
        recorded_at=RECORDED,
    )
    return org


@pytest.mark.parametrize("who", ["worker", "supervisor", "team_manager", "head"])
def test_the_person_and_the_line_see_supervision_line_category_and_absence_dates(
    with_absence: Org, sign_in: SignIn, who: str
) -> None:
    page = sign_in(getattr(with_absence, who)).get(f"/people/{with_absence.worker.pk}/").content.decode()

    assert "Priya Nair" in page
    assert "1 April 2025" in page
    assert "sw case management" in page
    assert "Away from 2 March 2026 until 15 March 2026" in page
    assert "ickness" not in page


@pytest.mark.parametrize("hat", [Role.HR, Role.PRINCIPAL_SOCIAL_WORKER])
def test_hr_and_the_principal_social_worker_see_them_with_the_hat_on(
    with_absence: Org, sign_in: SignIn, hat: Role
) -> None:
    person = with_absence.hr if hat is Role.HR else with_absence.psw
    address = f"/people/{with_absence.worker.pk}/"

    assert "Away from" in sign_in(person, hat=hat).get(address).content.decode()
    assert "Away from" not in sign_in(person).get(address).content.decode()


@pytest.mark.parametrize(("who", "hat"), [("outsider", None), ("sysadmin", Role.SYSTEM_ADMINISTRATOR)])
def test_others_see_name_post_and_team(with_absence: Org, sign_in: SignIn, who: str, hat: Role | None) -> None:
    page = sign_in(getattr(with_absence, who), hat=hat).get(f"/people/{with_absence.worker.pk}/").content.decode()

    assert "Amara Obi" in page
    assert "Ash team" in page
    assert "Away from" not in page
    assert "case management" not in page


def test_who_reads_it_is_in_the_trail_the_person_and_colleagues_excepted(with_absence: Org, sign_in: SignIn) -> None:
    for person in (with_absence.worker, with_absence.outsider, with_absence.supervisor):
        sign_in(person).get(f"/people/{with_absence.worker.pk}/")

    entry = Entry.objects.get(verb="person.read")
    assert (entry.actor_id, entry.via) == (with_absence.supervisor.pk, "supervisor")


def test_a_past_a_present_and_a_coming_supervisor_are_told_apart(org: Org, sign_in: SignIn) -> None:
    SupervisionRelationship.objects.filter(supervisee=org.worker).update(ends_on=date(2035, 1, 1))
    SupervisionRelationship.objects.create(
        supervisee=org.worker, supervisor=org.outsider, starts_on=date(2035, 1, 1), recorded_at=RECORDED
    )

    page = sign_in(org.worker).get(f"/people/{org.worker.pk}/").content.decode()

    assert "31 December 2034" in page
    assert "Not begun yet" in page


def test_categories_are_in_the_words_of_the_policy(shropshire: Org, sign_in: SignIn) -> None:
    page = sign_in(shropshire.worker).get(f"/people/{shropshire.worker.pk}/").content.decode()

    assert "Children&#x27;s case management social workers, from 1 April 2025" in page


def test_administrators_see_how_their_proposal_stands(org: Org, sign_in: SignIn, noon: datetime) -> None:
    administrator = org.actor(org.sysadmin, hat=Role.SYSTEM_ADMINISTRATOR)
    line = services.propose_line(
        person_id=org.worker.pk, manager_id=org.outsider.pk, starts_on=date(2026, 12, 1), actor=administrator, at=noon
    )
    client = sign_in(org.sysadmin, hat=Role.SYSTEM_ADMINISTRATOR)
    address = f"/people/{org.worker.pk}/"

    assert "Oscar Reed is proposed from Tuesday 1 December 2026" in client.get(address).content.decode()
    ManagementLine.objects.filter(pk=line.pk).update(declined_at=noon)
    assert "Oscar Reed was proposed, and it was not confirmed" in client.get(address).content.decode()


def test_administrators_can_invite_again_who_has_no_password(org: Org, sign_in: SignIn) -> None:
    client = sign_in(org.sysadmin, hat=Role.SYSTEM_ADMINISTRATOR)
    assert "has not chosen a password yet" in client.get(f"/people/{org.worker.pk}/").content.decode()

    page = client.post(f"/people/{org.worker.pk}/invite-again/", follow=True).content.decode()

    assert "Another invitation goes to Amara Obi" in page


def test_a_refusal_to_invite_again_is_shown(org: Org, sign_in: SignIn) -> None:
    org.worker.account.set_password("correct horse battery")
    org.worker.account.save()

    client = sign_in(org.sysadmin, hat=Role.SYSTEM_ADMINISTRATOR)
    page = client.post(f"/people/{org.worker.pk}/invite-again/", follow=True).content.decode()

    assert "has chosen a password already" in page


def test_as_many_queries_whatever_the_history(
    org: Org, sign_in: SignIn, django_assert_num_queries: DjangoAssertNumQueries
) -> None:
    client = sign_in(org.supervisor)
    with django_assert_num_queries(12):
        client.get(f"/people/{org.worker.pk}/")
    for year in range(2015, 2025):
        put_under(org.worker, org.outsider, starts_on=date(year, 1, 1), ends_on=date(year, 7, 1))

    with django_assert_num_queries(12):
        client.get(f"/people/{org.worker.pk}/")
