"""Who is overdue, and the flags so far: within sight, page by page."""

from collections.abc import Generator
from datetime import UTC, date, datetime

import pytest
import time_machine
from django.test import Client
from django.urls import reverse
from pytest_django import DjangoAssertNumQueries

from compliance import services
from compliance.models import Flag
from core.actor import Role
from tests.cases_kit import child_with
from tests.diary_kit import held
from tests.org import Org, SignIn, add_person, put_under

NOW = datetime(2026, 11, 9, 2, 0, tzinfo=UTC)
TODAY = NOW.date()
REASON = "may be missed in a row"


@pytest.fixture(autouse=True)
def clock() -> Generator[None]:
    with time_machine.travel(datetime(2026, 11, 9, 12, tzinfo=UTC), tick=False):
        yield


@pytest.fixture
def flagged(shropshire: Org) -> Org:
    """The worker and the outsider were never supervised, and the night has looked."""
    services.start_night(on=TODAY, at=NOW)
    services.do_night(on=TODAY, at=NOW)
    return shropshire


def page_of(client: Client, **query: str) -> str:
    response = client.get(reverse("compliance:overdue"), query)
    assert response.status_code == 200
    return " ".join(response.content.decode().split())


@pytest.mark.parametrize("who", ["worker", "supervisor", "team_manager"])
def test_the_worker_and_the_two_managers_next_read_that_it_is_overdue_and_why(
    flagged: Org, sign_in: SignIn, who: str
) -> None:
    page = page_of(sign_in(getattr(flagged, who)))

    assert "Amara Obi" in page
    assert "31 May 2025" in page
    assert REASON in page
    assert "As it stood at 2:00 on Monday 9 November 2026." in page
    assert "Oscar Reed" not in page


def test_above_reads_name_and_date_and_no_reason(flagged: Org, sign_in: SignIn) -> None:
    page = page_of(sign_in(flagged.head))

    assert "Amara Obi" in page
    assert "31 May 2025" in page
    assert REASON not in page


def test_the_principal_social_worker_reads_all_with_the_hat_on_and_none_without(flagged: Org, sign_in: SignIn) -> None:
    with_hat = page_of(sign_in(flagged.psw, hat=Role.PRINCIPAL_SOCIAL_WORKER))
    without = page_of(sign_in(flagged.psw))

    assert "Amara Obi" in with_hat
    assert "Oscar Reed" in with_hat
    assert REASON not in with_hat
    assert "Amara Obi" not in without


@pytest.mark.parametrize(("who", "hat"), [("outsider", None), ("hr", Role.HR), ("sysadmin", Role.SYSTEM_ADMINISTRATOR)])
@pytest.mark.parametrize("show", ["", "past"])
def test_nobody_else_reads_anything_of_the_worker(
    flagged: Org, sign_in: SignIn, who: str, hat: Role | None, show: str
) -> None:
    assert "Amara Obi" not in page_of(sign_in(getattr(flagged, who), hat=hat), show=show)


def test_a_flag_of_the_past_stays_and_says_what_became_of_it(flagged: Org, sign_in: SignIn) -> None:
    held(flagged.worker, flagged.supervisor, on=TODAY)
    tomorrow = datetime(2026, 11, 10, 2, tzinfo=UTC)
    services.do_night(on=tomorrow.date(), at=tomorrow)

    client = sign_in(flagged.supervisor)
    now, past = page_of(client), page_of(client, show="past")

    assert "Nobody within your sight is overdue for supervision." in now
    assert "Amara Obi" in past
    assert "9 Nov 2026" in past, "the night that flagged it"
    assert "Nothing more is asked since" in past
    assert "Its time has passed" in past, "the year that ended without its ten sessions"


def test_whoever_sees_no_child_is_not_told_that_every_child_was_discussed(flagged: Org, sign_in: SignIn) -> None:
    client = sign_in(flagged.psw, hat=Role.PRINCIPAL_SOCIAL_WORKER)

    for page in (page_of(client, what="child"), client.get("/", {"what": "child"}).content.decode()):
        words = " ".join(page.split())
        assert "Children are shown to those who hold them and to their supervisors." in words
        assert "Children (0)" not in words
        assert "in time" not in words


def test_the_tabs_on_the_home_of_the_principal_social_worker_choose_the_list(flagged: Org, sign_in: SignIn) -> None:
    client = sign_in(flagged.psw, hat=Role.PRINCIPAL_SOCIAL_WORKER)

    assert "Amara Obi" in client.get("/").content.decode()
    assert "No record within your sight is late." in client.get("/", {"what": "record"}).content.decode()


def test_whoever_reads_no_reason_reads_what_was_asked_for_and_whose_the_reason_is(
    flagged: Org, sign_in: SignIn
) -> None:
    page = page_of(sign_in(flagged.psw, hat=Role.PRINCIPAL_SOCIAL_WORKER))

    assert "Individual, 90 minutes, monthly" in page
    assert "The reason is for this person’s own line." in page
    assert REASON not in page
    assert "The reason is for" not in page_of(sign_in(flagged.supervisor))


def test_each_person_is_there_once_with_what_has_stood_longest(flagged: Org, sign_in: SignIn) -> None:
    flag = Flag.objects.about_supervision().standing().get(subject=flagged.worker)
    Flag.objects.create(
        subject=flagged.worker,
        rule="return",
        atom="return",
        due_on=date(2026, 10, 1),
        raised_on=TODAY,
        raised_at=NOW,
        policy=flag.policy,
        why="Another.",
    )

    page = page_of(sign_in(flagged.supervisor))

    assert "1 overdue, the longest first" in page
    assert "1 Oct 2026" not in page


def test_before_the_first_night_the_page_says_when_there_will_be_something(shropshire: Org, sign_in: SignIn) -> None:
    assert "No night has been looked at yet." in page_of(sign_in(shropshire.supervisor))


@pytest.mark.parametrize("number", [2, 30])
def test_a_page_has_twenty_five_rows_at_most_and_nine_queries(
    shropshire: Org, sign_in: SignIn, django_assert_num_queries: DjangoAssertNumQueries, number: int
) -> None:
    for count in range(number):
        person = add_person(f"Person {count:02}", team=shropshire.team, job_title="W", category="sw_case_management")
        put_under(person, shropshire.supervisor)
    services.do_night(on=TODAY, at=NOW)
    client = sign_in(shropshire.supervisor)

    with django_assert_num_queries(9):
        first = page_of(client)
    second = page_of(client, page="2")

    assert first.count("Person ") >= min(number, 24)
    assert ("Previous" in second) is (number == 30)
    assert page_of(client, page="nonsense")


@pytest.fixture
def child_late(shropshire: Org) -> Org:
    """A child of the worker who was last discussed in August, and the night has looked."""
    child_with(shropshire.worker, reference="P4711", opened_on=date(2026, 4, 1), discussed=(date(2026, 8, 3),))
    services.start_night(on=TODAY, at=NOW)
    services.do_night(on=TODAY, at=NOW)
    return shropshire


def test_children_who_were_not_discussed_in_time_have_a_list_of_their_own(child_late: Org, sign_in: SignIn) -> None:
    client = sign_in(child_late.supervisor)

    page = page_of(client, what="child")

    assert "Children (1)" in page
    assert "P4711" in page
    assert "Amara Obi" in page, "who holds it"
    assert "P4711" not in page_of(client), "the list of supervision is of workers"
    assert "P4711" not in page_of(sign_in(child_late.outsider), what="child")


def test_the_home_page_says_how_many_children_and_names_none(child_late: Org, sign_in: SignIn) -> None:
    for who in (child_late.worker, child_late.supervisor):
        home = " ".join(sign_in(who).get(reverse("compliance:home")).content.decode().split())
        assert "1 child has not been discussed in time" in home
        assert "P4711" not in home


def test_whoever_manages_managers_reads_how_many_children_further_down_are_overdue(
    child_late: Org, sign_in: SignIn
) -> None:
    home = " ".join(sign_in(child_late.team_manager).get(reverse("compliance:home")).content.decode().split())

    assert "1 child in your line overdue for discussion" in home
    assert "has not been discussed in time" not in home, "that is for who supervises to see to"
    supervisor = sign_in(child_late.supervisor).get(reverse("compliance:home")).content.decode()
    assert "in your line overdue for discussion" not in supervisor


def test_contracts_that_are_missing_have_a_list_of_their_own(flagged: Org, sign_in: SignIn) -> None:
    page = page_of(sign_in(flagged.supervisor), what="contract")

    assert "its contract is not signed by both" in page
    assert "Told: Priya Nair" in page
