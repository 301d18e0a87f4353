"""The policy's page."""

from datetime import date, datetime

import pytest
from django.urls import reverse

from core.actor import Role
from policies.selectors import policy_in_force
from policies.services import adopt, load_packs
from tests.org import Org, SignIn


@pytest.fixture
def url() -> str:
    return reverse("policies:policy-detail")


@pytest.mark.req("R058", "R061")
def test_reads_the_policy_out(org: Org, sign_in: SignIn, url: str, noon: datetime) -> None:
    load_packs(at=noon)
    adopt(slug="shropshire-2017", starts_on=date(2017, 6, 1), at=noon)

    page = sign_in(org.worker).get(url).content.decode()

    assert "Shropshire Council: Supervision policy" in page
    assert "Since Thursday 1 June 2017" in page
    assert "Fortnightly: from then on, until 6 months after the ASYE start" in page
    assert "No more than 1 month in a row without a session." in page
    assert "A discussion every 2 months." in page
    assert "Read here as: four separate rules; only booked/held/gap are breaches." in page
    assert "To be decided by the principal social worker." in page
    assert "these readings are this product" in page.lower()
    assert 'id="rule-individual-monthly"' in page


@pytest.mark.req("R155")
@pytest.mark.parametrize(
    ("roles", "sentence"),
    [
        (["service_manager", "line_manager"], "Line manager and Service manager"),
        (["assistant_director"], "Assistant director"),
    ],
)
def test_which_roles_may_audit_is_the_policys_list(
    org: Org,
    sign_in: SignIn,
    url: str,
    noon: datetime,
    monkeypatch: pytest.MonkeyPatch,
    roles: list[str],
    sentence: str,
) -> None:
    load_packs(at=noon)
    adopt(slug="shropshire-2017", starts_on=date(2017, 6, 1), at=noon)
    policy = policy_in_force(noon.date())
    assert policy is not None
    as_it_came = policy.blocks["confidentiality"]
    assert set(as_it_came["audit_and_inspect"]) == {"service_manager", "line_manager"}
    monkeypatch.setitem(policy.blocks, "confidentiality", {**as_it_came, "audit_and_inspect": roles})

    page = sign_in(org.worker).get(url).content.decode()

    assert "Who may audit and inspect records" in page
    assert sentence in page


def test_says_where_a_rule_is_from_and_where_there_is_none(org: Org, sign_in: SignIn, url: str, noon: datetime) -> None:
    load_packs(at=noon)
    adopt(slug="st-helens", starts_on=date(2017, 6, 1), at=noon)

    page = sign_in(org.worker).get(url).content.decode()

    assert "this rule is from baseline-lga-2020, version 2020" in page
    assert "The policy gives no figure: no minimum set." in page


def test_says_that_nothing_is_due_without_a_policy(org: Org, sign_in: SignIn, url: str) -> None:
    page = sign_in(org.worker).get(url)

    assert page.status_code == 200
    assert "No policy is in force yet." in page.content.decode()


@pytest.mark.parametrize("hat", [Role.SYSTEM_ADMINISTRATOR, Role.HR, Role.PRINCIPAL_SOCIAL_WORKER])
def test_is_for_every_hat(org: Org, sign_in: SignIn, url: str, hat: Role) -> None:
    person = {Role.SYSTEM_ADMINISTRATOR: org.sysadmin, Role.HR: org.hr, Role.PRINCIPAL_SOCIAL_WORKER: org.psw}[hat]

    assert sign_in(person, hat=hat).get(url).status_code == 200


def test_is_for_the_signed_in_and_only_read(org: Org, sign_in: SignIn, url: str, client: object) -> None:
    assert sign_in(org.worker).post(url).status_code == 405
    assert client.get(url).status_code == 302  # type: ignore[attr-defined]
