"""What an authority calls things: on every page from its policy, changed by a draft of the next version."""

from datetime import date, datetime

import pytest
from django.template import Context, Template
from django.test import Client, RequestFactory
from django.urls import reverse
from pytest_django import DjangoAssertNumQueries

from core.actor import Actor, Role
from policies.context_processors import terms
from policies.models import PolicyDraft, PolicyVersion
from policies.rules.terms import TERMS, terms_of
from policies.selectors import policy_in_force
from policies.services import draft_policy, publish_draft
from tests.integration.policies.kit import with_case_interval
from tests.org import Org, SignIn, add_person
from tests.policies_kit import pack


@pytest.fixture
def petra(shropshire: Org, sign_in: SignIn) -> Client:
    return sign_in(shropshire.psw, hat=Role.PRINCIPAL_SOCIAL_WORKER)


@pytest.fixture
def url() -> str:
    return reverse("policies:terms-edit")


def typed(**changes: str) -> dict[str, str]:
    labels = {term.name: pack("shropshire-2017").labels.get(term.name, "") for term in TERMS}
    day = {"starts_on_0": "1", "starts_on_1": "1", "starts_on_2": "2099"}
    return {**labels, "version": "4", **day, **changes}


def test_a_policy_that_names_nothing_has_the_usual_words() -> None:
    assert terms_of(None)["case_system"] == "the case system"
    assert terms_of(pack("recruitment-000"))["child_reference"] == "Reference"
    assert terms_of(pack("camden-short-guide"))["case_system"] == "MOSAIC"
    assert terms_of(pack("shropshire-2017"))["child_reference"] == "Child's P number"


def test_pages_say_them_and_read_them_once_where_they_do(
    shropshire: Org, django_assert_num_queries: DjangoAssertNumQueries
) -> None:
    request = RequestFactory().get("/")
    assert terms(request) == {}
    policy_in_force(date(2026, 11, 9))  # read once in a process
    request.actor, request.today = shropshire.actor(shropshire.worker), date(2026, 11, 9)  # type: ignore[attr-defined]

    with django_assert_num_queries(0):
        context = terms(request)
    with django_assert_num_queries(1):
        page = Template("{{ terms.case_system }}, {{ terms.regulator }}").render(Context(context))

    assert page == "ICS (CareFirst), Social Work England"


def test_other_words_are_a_draft_of_the_policy_that_another_publishes(
    petra: Client, shropshire: Org, url: str, noon: datetime
) -> None:
    assert "Child&#x27;s P number" in petra.get(url).content.decode()

    response = petra.post(url, typed(case_system="Liquidlogic", decision_note=""))

    draft = PolicyDraft.objects.get()
    assert response["Location"] == reverse("policies:draft-detail", kwargs={"draft_id": draft.pk})
    present = PolicyVersion.objects.get(slug="shropshire-2017")
    assert draft.document["labels"]["case_system"] == "Liquidlogic"
    assert "decision_note" not in draft.document["labels"]
    same = {"labels", "version"}
    assert {name: part for name, part in draft.document.items() if name not in same} == {
        name: part for name, part in present.document.items() if name not in same
    }
    director = add_person("Dora Hale", team=shropshire.team, job_title="Director", role=Role.DIRECTOR)
    actor: Actor = shropshire.actor(director)
    publish_draft(draft_id=draft.pk, starts_on=date(2026, 11, 9), actor=actor, at=noon)
    assert "Liquidlogic" in petra.get(url).content.decode()


@pytest.mark.parametrize(
    ("changes", "sentence"),
    [
        ({}, "Nothing is called otherwise than now."),
        ({"case_system": "Other", "version": ""}, "Give the new version a name of its own."),
        ({"case_system": "Other", "starts_on_0": "40"}, "govuk-error-message"),
        ({"case_system": "Other", "version": "PRESENT"}, "is loaded already"),
    ],
)
def test_what_cannot_be_kept_is_said_and_what_was_typed_stays(
    petra: Client, url: str, changes: dict[str, str], sentence: str
) -> None:
    present = PolicyVersion.objects.get(slug="shropshire-2017").version
    changes = {name: present if text == "PRESENT" else text for name, text in changes.items()}

    page = petra.post(url, typed(regulator_as_written="HCPC", **changes)).content.decode()

    assert sentence in page
    assert not PolicyDraft.objects.exists()
    if "case_system" in changes:
        assert 'value="Other"' in page


def test_without_a_policy_there_is_nothing_to_change(org: Org, sign_in: SignIn, url: str) -> None:
    assert sign_in(org.psw, hat=Role.PRINCIPAL_SOCIAL_WORKER).get(url).status_code == 404


def test_the_policys_page_leads_to_the_words_and_to_the_forms(petra: Client, url: str) -> None:
    page = petra.get(reverse("policies:policy-detail")).content.decode()

    assert url in page
    assert reverse("records:template-list") in page


def test_words_are_changed_in_the_version_that_will_be_in_force(
    petra: Client, shropshire: Org, url: str, noon: datetime
) -> None:
    rules = draft_policy(
        text=with_case_interval("P1M"),
        starts_on=date(2027, 1, 1),
        actor=shropshire.actor(shropshire.psw, hat=Role.PRINCIPAL_SOCIAL_WORKER),
        at=noon,
    )
    director = add_person("Dora Hale", team=shropshire.team, job_title="Director", role=Role.DIRECTOR)
    publish_draft(draft_id=rules.pk, starts_on=rules.starts_on, actor=shropshire.actor(director), at=noon)

    page = petra.post(url, typed(case_system="Liquidlogic", version="5"), follow=True).content.decode()

    draft = PolicyDraft.objects.get(version="5")
    assert draft.document["case_rules"] == rules.document["case_rules"]
    assert "Against version 4, which begins on" in page
