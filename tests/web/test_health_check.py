"""The yearly survey: asked without names, counted, kept back where few answered, published with a plan."""

import csv
import io
from collections.abc import Generator
from datetime import UTC, date, datetime
from typing import Any

import pytest
import time_machine
from django.test import Client
from django.urls import reverse
from pytest_django import DjangoAssertNumQueries

from compliance.healthcheck import selectors, services
from compliance.healthcheck.rules import standards_of
from compliance.models import Survey, SurveyTaken, SurveyTally
from core.actor import Role
from core.errors import NotAllowed, RuleBroken
from notifications.models import Notice
from outbox.models import Job
from staff.models import Service, StaffMember, Team
from tests.org import Org, SignIn, add_person
from trail.models import Entry

TODAY = date(2026, 11, 9)
OVER = datetime(2026, 12, 1, 12, tzinfo=UTC)
NOW = datetime(2026, 11, 9, 12, tzinfo=UTC)
PSW = Role.PRINCIPAL_SOCIAL_WORKER
KEYS = [key for standard in standards_of(selectors.standards_document()) for key in standard.keys]


@pytest.fixture(autouse=True)
def clock() -> Generator[time_machine.Traveller]:
    with time_machine.travel(NOW, tick=False) as traveller:
        yield traveller


@pytest.fixture
def survey(org: Org) -> Survey:
    return services.open_survey(last_day=date(2026, 11, 30), actor=org.actor(org.psw, on=TODAY, hat=PSW), at=NOW)


def text(response: Any) -> str:
    assert response.status_code == 200
    return " ".join(response.content.decode().split())


def read(client: Client, name: str, *args: Any, **query: str) -> str:
    return text(client.get(reverse(f"compliance:{name}", args=args), query))


def answer(org: Org, survey: Survey, person: StaffMember, answer: int = 4) -> None:
    services.answer_survey(survey_id=survey.pk, answers=dict.fromkeys(KEYS, answer), actor=org.actor(person, on=TODAY))


def of_service(name: str, number: int) -> list[StaffMember]:
    service, _ = Service.objects.get_or_create(name=name)
    team = Team.objects.create(name=f"{name} team", service=service)
    return [add_person(f"{name} {each}", team=team, job_title="Worker") for each in range(number)]


# The standards


@pytest.mark.req("R264")
def test_the_eight_standards_are_asked_about_in_a_file_of_words() -> None:
    standards = standards_of(selectors.standards_document())

    assert len(standards) == 8
    assert len(KEYS) == len(set(KEYS)) >= 16


# Opening


@pytest.mark.req("R265")
def test_home_reminds_whoever_opens_it_once_eleven_months_have_passed(
    org: Org, sign_in: SignIn, clock: time_machine.Traveller
) -> None:
    client, home, form = sign_in(org.psw, hat=PSW), reverse("compliance:home"), reverse("compliance:health-check-open")
    assert "The yearly survey has not been opened yet." in text(client.get(home))

    services.open_survey(last_day=date(2026, 11, 30), actor=org.actor(org.psw, on=TODAY, hat=PSW), at=NOW)
    assert form not in text(client.get(home))

    for day, is_asked in ((9, False), (10, True)):
        clock.move_to(datetime(2027, 10, day, 12, tzinfo=UTC))
        page = text(sign_in(org.psw, hat=PSW).get(home))
        assert (form in page) is is_asked
    assert "It is time for the next." in page
    assert "9 November 2026" in page.replace("&nbsp;", " ")


@pytest.mark.req("R265")
def test_the_principal_social_worker_opens_it_and_everybody_is_told_without_a_word_of_content(
    org: Org, sign_in: SignIn
) -> None:
    client = sign_in(org.psw, hat=PSW)
    assert "Open a survey" in read(client, "health-checks")

    said = client.post(
        reverse("compliance:health-check-open"),
        {"last_day_0": "30", "last_day_1": "11", "last_day_2": "2026"},
        follow=True,
    )

    assert "The survey is open, and everybody gets a notice." in text(said)
    survey = Survey.objects.get()
    assert Job.objects.filter(task="compliance.tasks.tell_of_survey").count() == 1
    told = services.tell_of_survey(survey_id=survey.pk, key="open", on=TODAY)
    jobs = Job.objects.filter(task="notifications.tasks.notify")
    assert told == jobs.count() == StaffMember.objects.count()
    assert jobs.first().arguments["kind"] == Notice.Kind.SURVEY
    assert "Open a survey" not in read(sign_in(org.worker), "health-checks")


@pytest.mark.parametrize("typed", ["9", "8"])
def test_a_day_that_does_not_lie_ahead_is_refused_beside_it(org: Org, sign_in: SignIn, typed: str) -> None:
    data = {"last_day_0": typed, "last_day_1": "11", "last_day_2": "2026"}

    page = text(sign_in(org.psw, hat=PSW).post(reverse("compliance:health-check-open"), data))

    assert "Choose a day that lies ahead." in page
    assert not Survey.objects.exists()


def test_there_is_one_survey_at_a_time(org: Org, survey: Survey) -> None:
    with pytest.raises(RuleBroken, match="open on these days"):
        services.open_survey(last_day=date(2027, 1, 5), actor=org.actor(org.psw, on=TODAY, hat=PSW), at=NOW)
    with pytest.raises(NotAllowed, match="with that hat on"):
        services.open_survey(last_day=date(2027, 1, 5), actor=org.actor(org.psw, on=TODAY), at=NOW)


# Answering


@pytest.mark.req("R265", "R279")
def test_everybody_finds_it_on_their_home_page_and_answers_once(org: Org, survey: Survey, sign_in: SignIn) -> None:
    client, address = sign_in(org.worker), reverse("compliance:health-check-answer", args=[survey.pk])
    home = read(client, "home")
    assert "Say how it is to work here" in home
    assert address in home
    page = text(client.get(address))
    assert "<textarea" not in page
    assert page.count("I cannot say") >= len(KEYS)

    said = client.post(address, dict.fromkeys(KEYS, "5"), follow=True)

    assert "kept nowhere as yours" in text(said)
    assert "Say how it is to work here" not in read(client, "home")
    assert "You have answered." in read(client, "health-check", survey.pk)
    assert client.get(address).status_code == 302
    client.post(address, dict.fromkeys(KEYS, "1"))
    assert SurveyTally.objects.get(people=1).counts == {key: [0, 0, 0, 0, 0, 1] for key in KEYS}
    with pytest.raises(RuleBroken, match="answered this survey already"):
        answer(org, survey, org.worker)


def test_who_answers_in_a_second_window_or_too_late_is_told(
    org: Org, survey: Survey, sign_in: SignIn, clock: time_machine.Traveller
) -> None:
    address = reverse("compliance:health-check-answer", args=[survey.pk])
    answer(org, survey, org.worker)

    said = text(sign_in(org.worker).post(address, dict.fromkeys(KEYS, "4"), follow=True))
    assert "You have answered this survey already. Nothing was changed." in said
    assert "Nothing was changed" not in text(sign_in(org.worker).get(address, follow=True))

    clock.move_to(OVER)
    said = text(sign_in(org.supervisor).post(address, dict.fromkeys(KEYS, "4"), follow=True))
    assert "The survey is over. Nothing was kept." in said
    assert SurveyTaken.objects.count() == 1


def test_one_left_out_is_said_and_the_others_stay_chosen(org: Org, survey: Survey, sign_in: SignIn) -> None:
    address = reverse("compliance:health-check-answer", args=[survey.pk])

    page = text(sign_in(org.worker).post(address, dict.fromkeys(KEYS[1:], "3")))

    assert "Choose an answer, or say that you cannot say." in page
    assert page.count("checked") == len(KEYS) - 1
    assert not SurveyTaken.objects.exists()


def test_who_has_answered_and_what_was_answered_cannot_be_joined(org: Org, survey: Survey) -> None:
    before = Entry.objects.count()

    answer(org, survey, org.worker, 1)
    answer(org, survey, org.supervisor, 5)

    assert Entry.objects.count() == before
    assert {field.name for field in SurveyTaken._meta.get_fields()} == {"id", "survey", "person"}
    assert all(taken.pk.version == 4 for taken in SurveyTaken.objects.all()), "no order in the keys"
    tally = SurveyTally.objects.get(people=2)
    assert all(counts == [0, 1, 0, 0, 0, 1] for counts in tally.counts.values())


def test_after_its_last_day_nothing_is_taken_and_home_is_silent(
    org: Org, survey: Survey, sign_in: SignIn, clock: time_machine.Traveller
) -> None:
    clock.move_to(OVER)
    client = sign_in(org.worker)

    assert "Say how it is to work here" not in read(client, "home")
    assert client.get(reverse("compliance:health-check-answer", args=[survey.pk])).status_code == 302
    with pytest.raises(RuleBroken, match="over"):
        services.answer_survey(
            survey_id=survey.pk, answers=dict.fromkeys(KEYS, 4), actor=org.actor(org.worker, on=OVER.date())
        )


# Results


def three_services(org: Org, survey: Survey) -> None:
    """Twelve of one service agree, six of another do not, two of a third agree."""
    for name, number, said in (("Fostering", 12, 5), ("Assessment", 6, 2), ("Leaving care", 2, 4)):
        for person in of_service(name, number):
            answer(org, survey, person, said)


def test_nobody_reads_results_while_it_is_open_and_the_principal_social_worker_first(
    org: Org, survey: Survey, sign_in: SignIn, clock: time_machine.Traveller
) -> None:
    three_services(org, survey)
    assert "By standard" not in read(sign_in(org.psw, hat=PSW), "health-check", survey.pk)
    with pytest.raises(NotAllowed, match="while the survey is open"):
        selectors.results(survey, actor=org.actor(org.psw, on=TODAY, hat=PSW))

    clock.move_to(OVER)

    assert "By standard" in read(sign_in(org.psw, hat=PSW), "health-check", survey.pk)
    for reader, hat in (
        (org.worker, None),
        (org.head, None),
        (org.psw, None),
        (org.sysadmin, Role.SYSTEM_ADMINISTRATOR),
    ):
        page = read(sign_in(reader, hat=hat), "health-check", survey.pk)
        assert "By standard" not in page
        assert "The survey is over." in page


@pytest.mark.req("R265", "R277")
def test_published_results_are_everybodys_with_the_plan_and_small_services_kept_back(
    org: Org, survey: Survey, sign_in: SignIn, clock: time_machine.Traveller
) -> None:
    three_services(org, survey)
    clock.move_to(OVER)
    client = sign_in(org.psw, hat=PSW)
    address = reverse("compliance:health-check-publish", args=[survey.pk])
    assert "Say what is going to be done." in text(client.post(address, {"plan": " "}))
    assert not Survey.objects.published().exists()

    client.post(address, {"plan": "Two more rooms by March.\n\nA guide for caseloads."})

    page = read(sign_in(org.worker), "health-check", survey.pk)
    assert "Two more rooms by March." in page
    assert "20</strong> of" in page
    assert "Fostering: 12 answered" in page
    assert "Leaving care: too few to show" in page
    assert "Assessment: too few to show" in page, "or the two of Leaving care come out by subtraction"
    assert "The results are published already." in text(client.post(address, {"plan": "Again."}))
    entry = Entry.objects.get(verb="survey.published")
    assert entry.actor_id == org.psw.pk
    assert Job.objects.filter(task="compliance.tasks.tell_of_survey", arguments__key="published").count() == 1


@pytest.mark.req("R265")
def test_the_figures_leave_as_a_file_that_names_nobody(
    org: Org, survey: Survey, sign_in: SignIn, clock: time_machine.Traveller
) -> None:
    three_services(org, survey)
    clock.move_to(OVER)

    response: Any = sign_in(org.psw, hat=PSW).get(reverse("compliance:health-check", args=[survey.pk]), {"as": "csv"})

    sent = b"".join(response.streaming_content).decode("utf-8-sig")
    rows = list(csv.DictReader(io.StringIO(sent)))
    assert len(rows) == 8 * 4
    assert {row["Service"] for row in rows} == {"All", "Fostering", "Assessment", "Leaving care"}
    assert {row["Agree, of 100"] for row in rows if row["Service"] == "Fostering"} == {"90"}
    assert {row["Answered"] for row in rows if row["Service"] == "Assessment"} == {"too few"}
    assert not any(name in sent for name in ("Obi", "Nair", "Fostering 1"))


def test_fewer_than_five_in_all_show_nothing(
    org: Org, survey: Survey, sign_in: SignIn, clock: time_machine.Traveller
) -> None:
    for person in (org.worker, org.supervisor, org.head, org.hr):
        answer(org, survey, person)
    clock.move_to(OVER)

    found = selectors.results(survey, actor=org.actor(org.psw, on=OVER.date(), hat=PSW))

    assert found.people is None
    assert {row.share for row in found.standards} == {None}
    assert [row.people for row in found.services] == [None]
    assert "Fewer than five people answered" in read(sign_in(org.psw, hat=PSW), "health-check", survey.pk)


@pytest.mark.req("R264")
def test_the_next_survey_stands_beside_the_one_before(
    org: Org, survey: Survey, sign_in: SignIn, clock: time_machine.Traveller
) -> None:
    three_services(org, survey)
    clock.move_to(OVER)
    actor = org.actor(org.psw, on=OVER.date(), hat=PSW)
    services.publish_survey(survey_id=survey.pk, plan="Rooms.", actor=actor, at=OVER)
    later = services.open_survey(last_day=date(2026, 12, 20), actor=actor, at=OVER)
    for person in StaffMember.objects.filter(name__startswith="Fostering"):
        services.answer_survey(
            survey_id=later.pk, answers=dict.fromkeys(KEYS, 1), actor=org.actor(person, on=OVER.date())
        )
    clock.move_to(datetime(2027, 1, 4, 12, tzinfo=UTC))

    found = selectors.results(later, actor=org.actor(org.psw, on=date(2027, 1, 4), hat=PSW))

    assert {(row.before, row.share) for row in found.standards} == {(70, 10)}


@pytest.mark.parametrize("number", [1, 6])
def test_the_page_is_ten_queries_at_most_however_many_services(
    org: Org,
    survey: Survey,
    sign_in: SignIn,
    clock: time_machine.Traveller,
    django_assert_num_queries: DjangoAssertNumQueries,
    number: int,
) -> None:
    for each in range(number):
        for person in of_service(f"Service {each}", 5):
            answer(org, survey, person)
    clock.move_to(OVER)
    client = sign_in(org.psw, hat=PSW)
    read(client, "health-check", survey.pk)

    with django_assert_num_queries(8):
        read(client, "health-check", survey.pk)


def test_an_open_survey_costs_the_home_page_no_query(
    shropshire: Org, sign_in: SignIn, django_assert_num_queries: DjangoAssertNumQueries
) -> None:
    actor = shropshire.actor(shropshire.psw, on=TODAY, hat=PSW)
    services.open_survey(last_day=date(2026, 11, 30), actor=actor, at=NOW)
    client = sign_in(shropshire.worker)
    read(client, "home")

    with django_assert_num_queries(11):
        assert "Say how it is to work here" in read(client, "home")
