"""Inviting people, inviting them again, and the first administrator of a fresh system."""

from datetime import date, datetime, timedelta
from io import StringIO

import pytest
from django.core.management import CommandError, call_command

from core.actor import Actor, Role
from core.errors import NotAllowed, RuleBroken
from outbox.models import Job
from staff import services
from staff.challenge import days_since_reset
from staff.models import Account, ManagementLine, Post, RoleHeld, StaffMember
from tests.org import Org
from trail.models import Entry


def administrator(org: Org) -> Actor:
    return org.actor(org.sysadmin, hat=Role.SYSTEM_ADMINISTRATOR)


def invite(org: Org, noon: datetime, **changes: object) -> StaffMember:
    arguments = {
        "name": "Nia Bell",
        "email": "Nia.Bell@Example.org",
        "job_title": "Social worker",
        "team": org.team,
        "category": "sw_case_management",
        "starts_on": date(2026, 12, 1),
        "manager_id": org.supervisor.pk,
        "actor": administrator(org),
        "at": noon,
    }
    return services.invite_person(**(arguments | changes))  # type: ignore[arg-type]


def test_an_invited_person_has_account_post_category_and_a_proposed_line(org: Org, noon: datetime) -> None:
    person = invite(org, noon)

    assert person.account.email == "nia.bell@example.org"
    assert not person.account.has_usable_password()
    post = Post.objects.get(person=person)
    assert (post.team, post.job_title, post.starts_on) == (org.team, "Social worker", date(2026, 12, 1))
    assert person.categories.get().category == "sw_case_management"
    line = ManagementLine.objects.get(person=person)
    assert (line.manager_id, line.confirmed_at, line.proposed_by_id) == (org.supervisor.pk, None, org.sysadmin.pk)
    assert not person.supervision_received.exists()


def test_the_invitation_is_asked_for_in_the_same_transaction_by_the_key_of_the_account(
    org: Org, noon: datetime
) -> None:
    person = invite(org, noon)

    assert Job.objects.get(task="notifications.tasks.send_invitation").arguments == {"account_id": person.account.pk}


def test_the_trail_hears_of_it(org: Org, noon: datetime) -> None:
    person = invite(org, noon)

    entry = Entry.objects.get(verb="person.invited")
    assert (entry.actor_role, entry.about_id) == ("System administrator", person.pk)


def test_without_category_and_manager_there_are_none(org: Org, noon: datetime) -> None:
    person = invite(org, noon, category="", manager_id=None)

    assert not person.categories.exists()
    assert not person.management_lines.exists()


def test_an_address_that_is_taken_is_refused_whatever_its_case(org: Org, noon: datetime) -> None:
    with pytest.raises(RuleBroken, match="has an account already") as refused:
        invite(org, noon, email="AMARA.OBI@example.ORG")

    assert refused.value.field == "email"


@pytest.mark.parametrize("who", ["worker", "supervisor", "team_manager", "head", "hr", "psw", "sysadmin"])
def test_nobody_invites_without_the_administrators_hat(org: Org, noon: datetime, who: str) -> None:
    with pytest.raises(NotAllowed, match="Only a system administrator invites"):
        invite(org, noon, actor=org.actor(getattr(org, who)))


def test_another_hat_does_not_invite(org: Org, noon: datetime) -> None:
    with pytest.raises(NotAllowed):
        invite(org, noon, actor=org.actor(org.hr, hat=Role.HR))


def test_administrators_cannot_invite_somebody_to_be_managed_by_themselves(org: Org, noon: datetime) -> None:
    with pytest.raises(RuleBroken, match="You cannot propose yourself"):
        invite(org, noon, manager_id=org.sysadmin.pk)


def test_somebody_who_has_no_password_yet_can_be_invited_again(org: Org, noon: datetime) -> None:
    person = invite(org, noon)

    account = services.invite_again(person_id=person.pk, actor=administrator(org), at=noon + timedelta(days=4))

    assert account.invited_at == noon + timedelta(days=4)
    assert Job.objects.filter(task="notifications.tasks.send_invitation").count() == 2


def test_somebody_who_has_a_password_is_not_invited_again(org: Org, noon: datetime) -> None:
    org.worker.account.set_password("correct horse battery")
    org.worker.account.save()

    with pytest.raises(RuleBroken, match="has chosen a password already"):
        services.invite_again(person_id=org.worker.pk, actor=administrator(org), at=noon)


def test_only_administrators_invite_again(org: Org, noon: datetime) -> None:
    with pytest.raises(NotAllowed):
        services.invite_again(person_id=org.worker.pk, actor=org.actor(org.head), at=noon)


# The first administrator


@pytest.mark.django_db
def test_the_first_administrator_gets_an_account_a_hat_and_a_link() -> None:
    said = StringIO()

    call_command("first_administrator", name="Ada Lee", email="Ada.Lee@example.org", print_link=True, stdout=said)

    account = Account.objects.get(email="ada.lee@example.org")
    assert RoleHeld.objects.get(person=account.person).role == Role.SYSTEM_ADMINISTRATOR
    assert Job.objects.filter(task="notifications.tasks.send_invitation").exists()
    assert "/account/password/reset/key/" in said.getvalue()


@pytest.mark.django_db
def test_no_link_is_left_on_the_terminal_unless_it_was_asked_for() -> None:
    said = StringIO()

    call_command("first_administrator", name="Ada Lee", email="ada.lee@example.org", stdout=said)

    assert "/account/" not in said.getvalue()


def test_somebody_who_left_or_has_no_account_is_not_invited_again(org: Org, noon: datetime) -> None:
    StaffMember.objects.filter(pk=org.worker.pk).update(left_on=noon.date())
    without = StaffMember.objects.create(name="Nia Bell", employed_from=noon.date())

    for person in (org.worker, without):
        with pytest.raises(RuleBroken, match="no account that is in use"):
            services.invite_again(person_id=person.pk, actor=administrator(org), at=noon)


def test_the_account_remembers_who_invited_and_when_an_administrator_did_so_again(org: Org, noon: datetime) -> None:
    person = invite(org, noon)
    assert (person.account.invited_by_id, person.account.credential_reset_at) == (org.sysadmin.pk, None)

    account = services.invite_again(person_id=person.pk, actor=administrator(org), at=noon)

    told = [days_since_reset(account, on=noon.date() + timedelta(days=days)) for days in (0, 1, 30, 31)]
    assert told == [0, 1, 30, None]
    assert days_since_reset(org.worker.account, on=noon.date()) is None


# Roles and teams


def test_a_role_is_given_on_the_machine_and_the_person_is_told(org: Org, noon: datetime) -> None:
    said = StringIO()

    call_command("give_role", "Amara.Obi@example.org", "team_manager", "--from", "2027-01-04", stdout=said)

    held = RoleHeld.objects.get(person=org.worker)
    assert (held.role, held.starts_on) == ("team_manager", date(2027, 1, 4))
    assert said.getvalue() == "Amara Obi is Team manager from 4 January 2027.\n"
    assert Job.objects.get(task="notifications.tasks.notify").arguments["person_id"] == str(org.worker.pk)
    assert Entry.objects.get(verb="role.given").about_id == org.worker.pk
    for email, sentence in (("amara.obi@example.org", "holds this role already"), ("x@example.org", "Nobody has an")):
        with pytest.raises(CommandError, match=sentence):
            call_command("give_role", email, "team_manager", "--from", "2027-01-04")


def test_a_fresh_authority_gets_services_and_teams_from_its_administrator(org: Org, noon: datetime) -> None:
    service = services.add_service(name="Fostering", actor=administrator(org), at=noon)
    team = services.add_team(name="Elm team", service=service, actor=administrator(org), at=noon)

    assert team.service == service
    with pytest.raises(RuleBroken, match="a service of this name"):
        services.add_service(name="fostering", actor=administrator(org), at=noon)
    with pytest.raises(RuleBroken, match="a team of this name"):
        services.add_team(name="ELM TEAM", service=service, actor=administrator(org), at=noon)
    for actor in (org.actor(org.sysadmin), org.actor(org.head)):
        with pytest.raises(NotAllowed, match="Only a system administrator adds teams"):
            services.add_service(name="Leaving care", actor=actor, at=noon)
        with pytest.raises(NotAllowed, match="Only a system administrator adds teams"):
            services.add_team(name="Fir team", service=service, actor=actor, at=noon)


# The first administrator again


def test_there_is_one_first_administrator(org: Org) -> None:
    with pytest.raises(CommandError, match="There is a system administrator already"):
        call_command("first_administrator", name="Ada Lee", email="ada.lee@example.org")


@pytest.mark.django_db
def test_the_first_administrator_needs_an_address() -> None:
    with pytest.raises(CommandError, match="no e-mail address"):
        call_command("first_administrator", name="Ada Lee", email="ada")


def test_a_taken_address_is_refused_for_the_first_administrator_too(org: Org) -> None:
    RoleHeld.objects.filter(role=Role.SYSTEM_ADMINISTRATOR).delete()

    with pytest.raises(CommandError, match="has an account already"):
        call_command("first_administrator", name="Ada Lee", email="amara.obi@example.org")
