"""Versions, drafts, readings and days off in the browser: what was typed stays, and whose turn it is is said."""

import re
from datetime import date, datetime
from typing import Any
from uuid import UUID

import pytest
import time_machine
from django.core.files.uploadedfile import SimpleUploadedFile
from django.test import Client
from django.urls import reverse

from compliance.services import effects
from core.actor import Role
from policies import services
from policies.models import Adoption, DayOff, PolicyDraft, PolicyVersion, ReadingDecision
from staff.models import StaffMember
from tests.diary_kit import held
from tests.integration.policies.kit import changed, with_case_interval
from tests.org import Org, SignIn, add_person

pytestmark = [pytest.mark.django_db, pytest.mark.usefixtures("shropshire", "at_noon")]

PSW = Role.PRINCIPAL_SOCIAL_WORKER
NEW_YEAR = {"starts_on_0": "1", "starts_on_1": "1", "starts_on_2": "2027"}


@pytest.fixture
def at_noon(noon: datetime) -> Any:
    with time_machine.travel(noon, tick=False):
        yield


@pytest.fixture
def psw(org: Org, sign_in: SignIn) -> Client:
    return sign_in(org.psw, hat=PSW)


@pytest.fixture
def other(org: Org) -> StaffMember:
    return add_person("Ravi Sen", team=org.team, job_title="Principal social worker", role=PSW)


def draft(client: Client, text: str, **more: Any) -> Any:
    return client.post(reverse("policies:draft-add"), {"text": text, **NEW_YEAR, **more})


def page_of(client: Client, name: str, *args: object) -> str:
    response = client.get(reverse(name, args=args))
    assert response.status_code == 200
    return str(response.content.decode())


def test_a_draft_is_read_out_compared_and_published_by_another(
    psw: Client, other: StaffMember, sign_in: SignIn
) -> None:
    began = psw.get(reverse("policies:draft-add") + "?from=present").content.decode()
    assert "id: shropshire-2017" in began
    answer = draft(psw, with_case_interval("P1M"))
    row = PolicyDraft.objects.get()
    assert answer.headers["Location"] == reverse("policies:draft-detail", args=[row.pk])
    mine = page_of(psw, "policies:draft-detail", row.pk)
    assert "A discussion every 2 months. Otherwise a breach." in mine
    assert "A discussion every month. Otherwise a breach." in mine
    assert "Somebody else has to publish it" in mine
    assert "Publish this version" not in mine
    assert psw.post(reverse("policies:draft-publish", args=[row.pk]), NEW_YEAR).status_code == 403

    theirs = sign_in(other, hat=PSW)
    assert "Publish this version" in page_of(theirs, "policies:draft-detail", row.pk)
    answer = theirs.post(reverse("policies:draft-publish", args=[row.pk]), NEW_YEAR, follow=True)

    page = answer.content.decode()
    assert "Published. Shropshire Council, version " in page
    assert "holds from 1 January 2027" in page
    assert "drafted by Petra Wolf" in page
    policy = page_of(theirs, "policies:policy-detail")
    assert "Comes next" in policy
    assert "from Friday 1 January 2027" in policy


def test_every_fault_stands_beside_the_text_which_stays(psw: Client) -> None:
    bad = changed(colour="red").replace("every: P2M", "every: 2 months")

    page = draft(psw, bad, starts_on_2="").content.decode()

    assert "&quot;colour&quot; is not a key that is known here (line " in page
    assert "&quot;2 months&quot; is not a length of time; write it such as P2M for two months" in page
    place = r"\(line \d+, case rule “every-case”, interval, all_of entry “two-monthly”, every\)"
    assert re.search(place, page)
    assert "_rules[" not in page
    assert "Enter the year" in page
    assert "colour: red" in page
    assert 'value="1"' in page
    assert not PolicyDraft.objects.exists()
    assert Adoption.objects.count() == 1


def test_a_file_takes_the_place_of_the_text_and_is_shown_where_it_is_wrong(psw: Client) -> None:
    page = draft(psw, "", file=SimpleUploadedFile("p.yaml", b"colour: red\n")).content.decode()
    assert "colour: red" in page
    assert "&quot;schema&quot; is missing" in page

    page = draft(psw, "kept: yes", file=SimpleUploadedFile("p.yaml", b"\xff\xfe\x00")).content.decode()
    assert "This file is not text." in page
    assert "kept: yes" in page

    draft(psw, "", file=SimpleUploadedFile("p.yaml", changed().encode()))
    assert PolicyDraft.objects.get().version == "4"


def test_a_day_that_has_passed_is_refused_beside_the_day(psw: Client) -> None:
    page = draft(psw, changed(), starts_on_2="2026").content.decode()

    assert "what was judged stays judged. Choose today or a later day." in page
    assert not PolicyDraft.objects.exists()


def test_a_draft_is_changed_into_another_and_discarded(psw: Client) -> None:
    draft(psw, changed())
    first = PolicyDraft.objects.get()
    url = f"{reverse('policies:draft-add')}?draft={first.pk}"
    assert "put aside" in psw.get(url).content.decode()
    psw.post(url, {"text": changed(title="Another"), **NEW_YEAR})
    second = PolicyDraft.objects.exclude(pk=first.pk).get()
    first.refresh_from_db()
    assert first.status == "discarded"

    page = psw.post(reverse("policies:draft-discard", args=[second.pk]), follow=True).content.decode()
    assert "The draft is discarded." in page
    again = psw.post(reverse("policies:draft-discard", args=[second.pk]), follow=True).content.decode()
    assert "was discarded already by Petra Wolf" in again


def test_what_would_change_is_asked_for_shown_with_its_progress_and_then_by_name(
    org: Org, psw: Client, noon: datetime
) -> None:
    held(org.worker, org.supervisor, on=date(2026, 10, 5))
    rules = changed(supervision_rules=[one_rolling_rule()])
    draft(psw, rules)
    row = PolicyDraft.objects.get()
    assert "Nobody has asked for it yet" in page_of(psw, "compliance:policy-effect", row.pk)

    page = psw.post(reverse("compliance:policy-effect", args=[row.pk]), follow=True).content.decode()
    assert "It is being reckoned" in page
    effects.work_out_effect(effect_id=row.effects.get().pk, at=noon)

    page = page_of(psw, "compliance:policy-effect", row.pk)
    assert "If it began on Friday 1 January 2027" in page
    assert "Amara Obi" in page
    assert "Reckon it again" in page


def test_the_effect_says_how_many_discussions_a_year_asks_for(psw: Client, noon: datetime) -> None:
    draft(psw, with_case_interval("P1M"))
    row = PolicyDraft.objects.get()
    effect = effects.foresee_policy(draft_id=row.pk, on=row.starts_on, at=noon)
    effects.work_out_effect(effect_id=effect.pk, at=noon)

    page = " ".join(page_of(psw, "compliance:policy-effect", row.pk).split())

    assert "Discussions of one child in a year" in page
    assert re.search(r'By version [^"]+" class="govuk-table__cell govuk-table__cell--numeric">6<', page)
    assert 'By this draft" class="govuk-table__cell govuk-table__cell--numeric">12<' in page


def one_rolling_rule() -> dict[str, Any]:
    return {
        "id": "yearly",
        "applies_to": {"categories": ["sw_case_management"]},
        "kind": "combined",
        "obligation": "must",
        "interval": {"type": "rolling", "every": "P1Y"},
    }


@pytest.mark.req("R058")
def test_readings_are_confirmed_by_name_on_the_printed_page(org: Org, psw: Client, sign_in: SignIn) -> None:
    version = PolicyVersion.objects.get(pk=Adoption.objects.get().policy_id)
    before = page_of(sign_in(org.worker), "policies:policy-detail")
    assert "Not yet confirmed by the council" in before
    assert "Confirm or change" not in before
    url = reverse("policies:reading-decide", args=[version.pk, "AMB-01"])
    assert "Confirm or change" in page_of(psw, "policies:policy-detail")

    assert psw.post(url, {"reading": "as_it_is"}).status_code == 302

    page = page_of(sign_in(org.worker), "policies:policy-detail")
    assert "Confirmed by Petra Wolf on Monday 9 November 2026." in page


def test_another_reading_leads_to_a_draft_and_keeps_what_was_typed(psw: Client) -> None:
    url = reverse("policies:reading-decide", args=[Adoption.objects.get().policy_id, "AMB-01"])

    page = psw.post(url, {"reading": "other", "other": ""}).content.decode()
    assert "Write how the council reads it." in page
    page = psw.post(url, {"reading": "as_it_is", "other": "Twice a year"}).content.decode()
    assert "You chose a reading above." in page
    assert "Twice a year" in page
    assert not ReadingDecision.objects.exists()

    page = psw.post(url, {"reading": "other", "other": "Twice a year"}, follow=True).content.decode()
    assert "The council reads it as: Twice a year." in page
    assert reverse("policies:draft-add") in page
    assert "Read otherwise by the council" in page_of(psw, "policies:policy-detail")
    assert psw.get(url.replace("AMB-01", "AMB-77")).status_code == 404


def test_an_administrator_adds_a_day_and_takes_it_back(org: Org, sign_in: SignIn) -> None:
    admin = sign_in(org.sysadmin, hat=Role.SYSTEM_ADMINISTRATOR)
    url = reverse("policies:days-off")
    day = {"on_0": "30", "on_1": "12", "on_2": "2026", "kind": "closure", "reason": "The offices move"}

    page = admin.post(url, {**day, "kind": ""}).content.decode()
    assert "Choose what it is." in page
    assert "The offices move" in page
    page = admin.post(url, day, follow=True).content.decode()
    assert "Closure day: The offices move" in page
    seen = page_of(sign_in(org.worker), "policies:days-off")
    assert "The offices move" in seen
    assert "Take back" not in seen
    month = sign_in(org.worker).get(reverse("supervision:diary"), {"view": "month", "month": "2026-12"})
    assert "Closure day: The offices move" in month.content.decode()
    assert month.content.decode().count("Bank holiday") == 4  # with New Year in the same grid, and the Saturday

    admin.post(reverse("policies:day-off-remove", args=[DayOff.objects.get().pk]))
    assert "The offices move" not in page_of(admin, "policies:days-off")
    unknown = UUID(int=1)
    assert admin.post(reverse("policies:day-off-remove", args=[unknown])).status_code == 404


@pytest.mark.parametrize(
    ("name", "most"), [("policies:policy-detail", 12), ("policies:versions", 10), ("policies:drafts", 10)]
)
def test_the_number_of_queries_stays(name: str, most: int, psw: Client, django_assert_max_num_queries: Any) -> None:
    for number in range(3):
        draft(psw, changed(version=f"4.{number}"))
    page_of(psw, name)

    with django_assert_max_num_queries(most):
        page_of(psw, name)


def test_pages_of_one_draft_keep_to_twelve_queries(psw: Client, django_assert_max_num_queries: Any) -> None:
    draft(psw, with_case_interval("P1M"))
    row = PolicyDraft.objects.get()
    version = Adoption.objects.get().policy_id
    for name, key in (
        ("policies:draft-detail", row.pk),
        ("compliance:policy-effect", row.pk),
        ("policies:version-detail", version),
    ):
        page_of(psw, name, key)
        with django_assert_max_num_queries(12):
            page_of(psw, name, key)


@pytest.mark.scenario(6, "c")
def test_the_page_says_which_of_month_and_four_weeks_is_a_breach_and_who_decided(
    org: Org, psw: Client, sign_in: SignIn, noon: datetime
) -> None:
    services.adopt(slug="family-safeguarding-003", starts_on=date(2026, 1, 1), at=noon)
    version = Adoption.objects.get(starts_on=date(2026, 1, 1)).policy_id
    page = page_of(sign_in(org.worker), "policies:policy-detail")
    assert "At least 1 session in each calendar month. Otherwise a breach." in page
    assert "A session every 28 days. Otherwise a warning." in page
    assert "To be decided by the principal social worker." in page

    psw.post(reverse("policies:reading-decide", args=[version, "AMB-01"]), {"reading": "as_it_is"})

    page = " ".join(page_of(sign_in(org.worker), "policies:policy-detail").split())
    assert (
        "Read here as: calendar month is the breach line; 28 days is a warning. "
        "Confirmed by Petra Wolf on Monday 9 November 2026."
    ) in page


def test_who_may_publish_a_draft_is_asked_to_by_name(
    psw: Client, org: Org, other: StaffMember, sign_in: SignIn
) -> None:
    draft(psw, changed(version="4a"))
    director = add_person("Dora Hale", team=org.team, job_title="Director", role=Role.DIRECTOR)

    assert "Read the draft of the policy: version 4a" in page_of(sign_in(director), "compliance:home")
    theirs = sign_in(other, hat=PSW)
    assert "Petra Wolf drafted version 4a of the policy" in page_of(theirs, "compliance:home")
    assert "version 4a" not in page_of(psw, "compliance:home")
    assert "version 4a" not in page_of(sign_in(org.worker), "compliance:home")


def test_the_form_of_a_published_draft_is_not_shown_again(psw: Client, other: StaffMember, sign_in: SignIn) -> None:
    draft(psw, changed())
    theirs = sign_in(other, hat=PSW)
    url = reverse("policies:draft-publish", args=[PolicyDraft.objects.get().pk])
    theirs.post(url, NEW_YEAR)

    for again in (theirs.get(url, follow=True), theirs.post(url, NEW_YEAR, follow=True)):
        page = again.content.decode()
        assert "This draft was published already by Ravi Sen." in page
        assert "Publish this version" not in page


def test_two_drafts_of_one_version_are_said_and_words_are_short(psw: Client) -> None:
    draft(psw, changed())
    draft(psw, changed(title="Another"))
    rows = PolicyDraft.objects.order_by("drafted_at", "pk")
    assert all("Another draft of version 4" in page_of(psw, "policies:draft-detail", row.pk) for row in rows)

    page = draft(psw, changed(version="5", labels={"case_system": "Mosaic " * 60})).content.decode()
    assert "is longer than 60 characters" in page
    assert PolicyDraft.objects.count() == 2


def test_a_version_that_has_not_begun_is_withdrawn_and_the_one_before_goes_on(
    psw: Client, other: StaffMember, sign_in: SignIn, org: Org
) -> None:
    draft(psw, with_case_interval("P1M"))
    theirs = sign_in(other, hat=PSW)
    theirs.post(reverse("policies:draft-publish", args=[PolicyDraft.objects.get().pk]), NEW_YEAR)
    present, coming = Adoption.objects.order_by("starts_on")
    address = reverse("policies:version-withdraw", args=[coming.policy_id])
    assert "Withdraw this version before it begins" in page_of(psw, "policies:version-detail", coming.policy_id)
    assert "goes on without an end" in page_of(psw, "policies:version-withdraw", coming.policy_id)
    assert sign_in(org.worker).post(address).status_code == 403

    answer = psw.post(address, follow=True).content.decode()

    assert "Withdrawn." in answer
    assert list(Adoption.objects.values_list("pk", "ends_on")) == [(present.pk, None)]
    assert "Never yet" in page_of(psw, "policies:version-detail", coming.policy_id)
    assert "may have withdrawn it already" in psw.post(address, follow=True).content.decode()


def test_a_version_that_has_begun_is_never_withdrawn(psw: Client) -> None:
    present = Adoption.objects.get()
    assert "Withdraw this version" not in page_of(psw, "policies:version-detail", present.policy_id)

    answer = psw.post(reverse("policies:version-withdraw", args=[present.policy_id]), follow=True).content.decode()

    assert "what is judged by it stays judged" in answer
    assert Adoption.objects.get().starts_on == present.starts_on
