"""The people of the suite: head > team_manager > supervisor > worker, an outsider, and those with hats."""

import time
from collections.abc import Callable
from dataclasses import dataclass
from datetime import UTC, date, datetime
from typing import Any

import pytest
from django.test import Client

from core.actor import Actor, Role
from policies import services as policies
from staff.models import (
    Account,
    CategoryHeld,
    ManagementLine,
    Post,
    RoleHeld,
    Service,
    StaffMember,
    SupervisionRelationship,
    Team,
)
from staff.selectors import actor_for

BEGAN = date(2025, 4, 1)
RECORDED = datetime(2025, 4, 1, 9, tzinfo=UTC)


@dataclass(frozen=True)
class Org:
    """A small authority. Each of the line manages and supervises the next one down; the outsider is of another team."""

    service: Service
    team: Team
    other_team: Team
    head: StaffMember
    team_manager: StaffMember
    supervisor: StaffMember
    worker: StaffMember
    outsider: StaffMember
    hr: StaffMember
    psw: StaffMember
    sysadmin: StaffMember

    @staticmethod
    def actor(person: StaffMember, *, on: date = date(2026, 11, 9), hat: Role | None = None) -> Actor:
        """A person as an actor on a day, with a hat on where one is named."""
        return actor_for(person, on=on, hat=hat)


def add_person(
    name: str, *, team: Team, job_title: str, role: Role | None = None, category: str = "", starts_on: date = BEGAN
) -> StaffMember:
    """A person with an account, a post, and where named a role and a category."""
    person = StaffMember.objects.create(name=name, employed_from=starts_on)
    Account.objects.create_user(f"{name.lower().replace(' ', '.')}@example.org", person=person, invited_at=RECORDED)
    Post.objects.create(person=person, team=team, job_title=job_title, starts_on=starts_on, recorded_at=RECORDED)
    if role:
        RoleHeld.objects.create(person=person, role=role, starts_on=starts_on, recorded_at=RECORDED)
    if category:
        CategoryHeld.objects.create(person=person, category=category, starts_on=starts_on, recorded_at=RECORDED)
    return person


def put_under(
    person: StaffMember,
    above: StaffMember,
    *,
    supervises: bool = True,
    starts_on: date = BEGAN,
    ends_on: date | None = None,
) -> None:
    """Let one manage another, and supervise them, too, unless told otherwise; half-open."""
    dates: dict[str, Any] = {"starts_on": starts_on, "ends_on": ends_on, "recorded_at": RECORDED}
    ManagementLine.objects.create(person=person, manager=above, confirmed_at=RECORDED, **dates)
    if supervises:
        SupervisionRelationship.objects.create(supervisee=person, supervisor=above, **dates)


def make_org() -> Org:
    """The people of the suite, in the database."""
    service = Service.objects.create(name="Children in need")
    team = Team.objects.create(name="Ash team", service=service)
    other_team = Team.objects.create(name="Rowan team", service=service)
    org = Org(
        service=service,
        team=team,
        other_team=other_team,
        head=add_person("Helen Hart", team=team, job_title="Service manager", role=Role.SERVICE_MANAGER),
        team_manager=add_person("Tom Mills", team=team, job_title="Team manager", role=Role.TEAM_MANAGER),
        supervisor=add_person("Priya Nair", team=team, job_title="Senior social worker"),
        worker=add_person("Amara Obi", team=team, job_title="Social worker", category="sw_case_management"),
        outsider=add_person("Oscar Reed", team=other_team, job_title="Social worker", category="sw_case_management"),
        hr=add_person("Hanna Roy", team=other_team, job_title="HR adviser", role=Role.HR),
        psw=add_person(
            "Petra Wolf",
            team=other_team,
            job_title="Principal social worker",
            role=Role.PRINCIPAL_SOCIAL_WORKER,
        ),
        sysadmin=add_person("Sam Adair", team=other_team, job_title="Systems officer", role=Role.SYSTEM_ADMINISTRATOR),
    )
    put_under(org.team_manager, org.head)
    put_under(org.supervisor, org.team_manager)
    put_under(org.worker, org.supervisor)
    return org


@pytest.fixture
def org(db: None) -> Org:
    """A small authority in the database of this test."""
    return make_org()


@pytest.fixture
def shropshire(org: Org) -> Org:
    """The same authority, going by Shropshire's policy."""
    policies.adopt(slug="shropshire-2017", starts_on=date(2017, 6, 1), at=RECORDED)
    return org


@pytest.fixture
def today() -> date:
    """The day of tests that take one: a Monday."""
    return date(2026, 11, 9)


@pytest.fixture
def noon() -> datetime:
    """The moment of tests that take one: noon of that day, in UTC as in London."""
    return datetime(2026, 11, 9, 12, tzinfo=UTC)


SignIn = Callable[..., Client]


@pytest.fixture
def sign_in() -> SignIn:
    """``sign_in(person, hat=None, challenged=True)``: a browser in which a person is signed in, and was asked just now."""
    return sign_in_as


def sign_in_as(person: StaffMember, *, hat: Role | None = None, challenged: bool = True) -> Client:
    """A client in which a person is signed in; with ``challenged``, as if the demo's challenge was just answered."""
    account = Account.objects.get(person=person)
    client = Client()
    client.force_login(account)
    session = client.session
    if challenged:
        session["account_authentication_methods"] = [{"method": "demo", "at": time.time(), "reauthenticated": True}]
        session["account_authentication_methods_user"] = str(account.pk)
    if hat:
        session["hat"] = hat.value
    session.save()
    return client
