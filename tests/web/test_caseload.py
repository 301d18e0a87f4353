"""The board of caseloads, why somebody is above the guide, and what is asked when a child is given."""

import csv
from datetime import UTC, date, datetime
from io import BytesIO, StringIO

import pytest
import time_machine
from django.urls import reverse
from openpyxl import load_workbook

from cases.caseload.models import CaseloadNote
from cases.models import Allocation, ChildWeight
from policies import services as policies
from tests.cases_kit import child_with
from tests.org import RECORDED, Org, add_person, put_under
from trail.models import Entry

BOARD = reverse("cases:caseload-board")
WHY = {
    "reason": "Two families came from duty in one week.",
    "plan": "Three children step down by Christmas.",
    "review_on_0": "7",
    "review_on_1": "12",
    "review_on_2": "2026",
}


@pytest.fixture(autouse=True)
def _today():
    with time_machine.travel(datetime(2026, 11, 9, 12, tzinfo=UTC), tick=False):
        yield


@pytest.fixture
def guided(org: Org) -> Org:
    """The authority, going by the policy whose guide is 24; its worker is a social worker."""
    policies.adopt(slug="recruitment-000", starts_on=date(2017, 6, 1), at=RECORDED)
    for person in (org.worker, org.outsider):
        person.categories.update(category="social_worker")
    return org


def give(org: Org, number: int, *, holder=None) -> list:
    return [child_with(holder or org.worker, plan_type="child_in_need") for _ in range(number)]


def text(response) -> str:
    return " ".join(response.content.decode().split())


@pytest.mark.req("R372")
def test_what_each_holds_stands_on_the_board(guided, sign_in):
    give(guided, 3)
    give(guided, 1, holder=guided.outsider)

    page = text(sign_in(guided.supervisor).get(BOARD))

    assert "3 of 24" in page
    assert "21 below the guide" in page
    assert "Child in need: 3" in page
    assert "Ash team together" in page
    assert guided.outsider.name not in page


@pytest.mark.req("R374")
def test_above_the_guide_it_is_said_in_words_and_why_is_asked(guided, sign_in, noon):
    give(guided, 26)
    browser = sign_in(guided.supervisor)

    before = text(browser.get(BOARD))
    browser.post(reverse("cases:caseload-of", args=[guided.worker.pk]), WHY)
    after = text(browser.get(BOARD))

    assert "26 of 24" in before
    assert "2 above the guide" in before
    assert "since 5 Jan 2026" in before
    assert "Nobody has said yet." in before
    assert "Say why" in before
    assert WHY["reason"] in after
    assert WHY["plan"] in after
    assert "Nobody has said yet." not in after
    note = CaseloadNote.objects.get()
    assert (note.words, note.by, note.review_on) == ("26 of 24", guided.supervisor, date(2026, 12, 7))
    assert Entry.objects.filter(verb="caseload.read", about_id=guided.worker.pk, actor_id=guided.supervisor.pk).exists()


def test_typed_when_the_load_had_fallen_meanwhile_it_is_given_back_with_the_reason(guided, sign_in):
    give(guided, 2)

    page = text(sign_in(guided.supervisor).post(reverse("cases:caseload-of", args=[guided.worker.pk]), WHY))

    assert "not above the guide any more" in page
    assert WHY["reason"] in page
    assert WHY["plan"] in page
    assert not CaseloadNote.objects.exists()


def test_that_the_board_was_taken_as_a_file_stands_in_the_log(guided, sign_in):
    give(guided, 2)
    browser = sign_in(guided.supervisor)

    browser.get(BOARD)
    assert not Entry.objects.filter(verb="caseload.exported").exists()
    assert browser.get(BOARD, {"as": "csv"}).status_code == 200

    assert Entry.objects.filter(verb="caseload.exported", actor_id=guided.supervisor.pk).exists()


def test_what_was_said_of_an_earlier_stretch_does_not_explain_this_one(guided, sign_in, today):
    children = give(guided, 25)
    CaseloadNote.objects.create(
        worker=guided.worker,
        by=guided.supervisor,
        on=date(2026, 3, 1),
        recorded_at=RECORDED,
        reason="Then.",
        plan="Then.",
        review_on=date(2027, 1, 1),
        load=25,
        guide=24,
    )
    Allocation.objects.filter(child=children[0]).update(starts_on=date(2026, 11, 2))

    page = text(sign_in(guided.supervisor).get(BOARD))

    assert "since 2 Nov 2026" in page
    assert "Nobody has said yet." in page


def test_a_look_that_was_due_is_asked_for_again(guided, sign_in, today):
    give(guided, 25)
    CaseloadNote.objects.create(
        worker=guided.worker,
        by=guided.supervisor,
        on=date(2026, 10, 1),
        recorded_at=RECORDED,
        reason="Because.",
        plan="Wait.",
        review_on=today,
        load=25,
        guide=24,
    )

    page = text(sign_in(guided.supervisor).get(BOARD))

    assert "Look again was due 9 Nov 2026" in page
    assert "Say why" in page


def test_a_worker_sees_the_own_caseload_and_says_nothing_of_it(guided, sign_in):
    give(guided, 25)
    browser = sign_in(guided.worker)

    page = text(browser.get(BOARD))
    answer = browser.post(reverse("cases:caseload-of", args=[guided.worker.pk]), WHY)

    assert "25 of 24" in page
    assert "Say why" not in page
    assert answer.status_code == 403
    assert not CaseloadNote.objects.exists()


def test_without_a_guide_the_number_stands_alone(shropshire, sign_in):
    give(shropshire, 30)

    page = text(sign_in(shropshire.supervisor).get(BOARD))

    assert "no guide figure" in page
    assert "above the guide" not in page


def test_what_nobody_works_with_is_counted(guided, sign_in):
    give(guided, 1)
    child_with(guided.supervisor, without_worker=True)

    page = text(sign_in(guided.supervisor).get(BOARD))

    assert "1 child held without a worker" in page


@pytest.mark.parametrize("number", [1, 40])
def test_the_board_asks_the_same_few_queries(guided, sign_in, number, django_assert_max_num_queries):
    for place in range(3):
        person = add_person(f"Worker {place}", team=guided.team, job_title="Social worker", category="social_worker")
        put_under(person, guided.supervisor)
        give(guided, number, holder=person)
    browser = sign_in(guided.supervisor)
    browser.get(BOARD)

    with django_assert_max_num_queries(12):
        browser.get(BOARD)


@pytest.mark.req("R372")
def test_the_board_as_a_file(guided, sign_in):
    give(guided, 2)
    browser = sign_in(guided.supervisor)

    answer = b"".join(browser.get(BOARD + "?as=csv").streaming_content).decode("utf-8-sig")
    book = load_workbook(BytesIO(b"".join(browser.get(BOARD + "?as=xlsx").streaming_content)))

    rows = list(csv.DictReader(StringIO(answer)))
    mine = next(row for row in rows if row["Worker"] == "Amara Obi")
    assert (mine["Children"], mine["Weighted caseload"], mine["Guide"]) == ("2", "2.0", "24")
    assert [cell.value for cell in book.active[1]][:4] == ["Team", "Worker", "Job", "Children"]


# Giving a child


def allocation(org: Org, **more: str) -> dict[str, str]:
    return {
        "way": "transferred",
        "to_id": str(org.worker.pk),
        "starts_on_0": "9",
        "starts_on_1": "11",
        "starts_on_2": "2026",
        **more,
    }


@pytest.fixture
def spare(guided):
    """A child whom nobody works with, held by the supervisor, and a worker who is at the guide."""
    give(guided, 24)
    return child_with(guided.supervisor, without_worker=True)


@pytest.mark.req("R374")
def test_giving_above_the_guide_asks_and_keeps_what_was_typed(guided, spare, sign_in):
    url = reverse("cases:child-allocate", args=[spare.pk])
    browser = sign_in(guided.supervisor)

    asked = browser.post(url, allocation(guided))

    assert "Amara Obi would have 25 of 24" in text(asked)
    assert f'value="{guided.worker.pk}" selected' in text(asked)
    assert not Allocation.objects.filter(child=spare, holder=guided.worker).exists()


@pytest.mark.req("R374")
@pytest.mark.parametrize("says_why", [True, False])
def test_asked_once_it_is_never_refused(guided, spare, sign_in, says_why):
    url = reverse("cases:child-allocate", args=[spare.pk])
    why = {f"why_{name}": value for name, value in WHY.items()} if says_why else {}

    answer = sign_in(guided.supervisor).post(url, allocation(guided, why_asked=str(guided.worker.pk), **why))

    assert answer.status_code == 302
    assert Allocation.objects.filter(child=spare, holder=guided.worker).exists()
    assert CaseloadNote.objects.count() == says_why


def test_half_a_reason_is_answered_beside_its_field(guided, spare, sign_in):
    url = reverse("cases:child-allocate", args=[spare.pk])

    answer = sign_in(guided.supervisor).post(
        url, allocation(guided, why_asked=str(guided.worker.pk), why_reason="Duty.")
    )

    assert "Say what is planned" in text(answer)
    assert "Duty." in text(answer)


def test_somebody_else_chosen_is_asked_about_anew(guided, spare, sign_in):
    person = add_person("Bea Long", team=guided.team, job_title="Social worker", category="social_worker")
    put_under(person, guided.supervisor)
    give(guided, 24, holder=person)
    url = reverse("cases:child-allocate", args=[spare.pk])

    answer = sign_in(guided.supervisor).post(
        url, allocation(guided, to_id=str(person.pk), why_asked=str(guided.worker.pk))
    )

    assert "Bea Long would have 25 of 24" in text(answer)


def test_within_the_guide_nothing_is_asked(guided, sign_in):
    child = child_with(guided.supervisor, without_worker=True)

    answer = sign_in(guided.supervisor).post(reverse("cases:child-allocate", args=[child.pk]), allocation(guided))

    assert answer.status_code == 302


@pytest.mark.req("R374")
def test_a_new_child_above_the_guide_is_asked_about_too(guided, sign_in):
    give(guided, 24)
    new = {
        "reference": "P99001",
        "holder_id": str(guided.worker.pk),
        "starts_on_0": "9",
        "starts_on_1": "11",
        "starts_on_2": "2026",
        "in_error": "new",
    }
    browser = sign_in(guided.supervisor)

    asked = browser.post(reverse("cases:child-add"), new)
    saved = browser.post(reverse("cases:child-add"), {**new, "why_asked": str(guided.worker.pk)})

    assert "would have 25 of 24" in text(asked)
    assert 'value="P99001"' in text(asked)
    assert saved.status_code == 302


# What one child counts


def test_a_supervisor_gives_a_child_a_weight_and_takes_it_back(guided, sign_in, today):
    child = give(guided, 1)[0]
    browser = sign_in(guided.supervisor)
    url = reverse("cases:child-weight", args=[child.pk])

    refused = browser.post(url, {"weight": "1.3", "reason": "Six siblings."})
    browser.post(url, {"weight": "2.5", "reason": "Six siblings."})
    page = text(browser.get(reverse("supervision:child-detail", args=[child.pk])))
    board = text(browser.get(BOARD))
    browser.post(reverse("cases:child-weight-end", args=[child.pk]))

    assert "quarters" in text(refused)
    assert 'value="1.3"' in text(refused)
    assert "2.5, since Monday 9 November 2026, set by Priya Nair" in page
    assert "Six siblings." in page
    assert "2.5 of 24" in board
    assert "Weighted caseload" in board
    assert not ChildWeight.objects.filter(ends_on=None).exists()


def test_the_page_of_a_child_names_its_brothers_and_sisters(guided, sign_in):
    one, two = give(guided, 2)
    browser = sign_in(guided.supervisor)
    fields = {"reference": two.reference, "starts_on_0": "2", "starts_on_1": "11", "starts_on_2": "2026"}

    browser.post(reverse("cases:sibling-add", args=[one.pk]), fields)
    page = text(browser.get(reverse("supervision:child-detail", args=[one.pk])))
    out = {"ends_on_0": "9", "ends_on_1": "11", "ends_on_2": "2026"}
    browser.post(reverse("cases:siblings-leave", args=[two.pk]), out)
    after = text(browser.get(reverse("supervision:child-detail", args=[one.pk])))

    assert f">{two.reference}</a>" in page
    assert "until 9 Nov 2026" in after
