"""Feedback about a session: who gives it, how, and who sees what of it."""

from collections.abc import Generator
from datetime import UTC, date, datetime, timedelta
from typing import Any

import pytest
import time_machine
from django.db import connection
from django.test import Client
from django.urls import reverse
from pytest_django import DjangoAssertNumQueries

from core.actor import Role
from core.errors import NotAllowed, RuleBroken
from staff.models import Post, Service, StaffMember, Team
from supervision.feedback.keys import answer_key
from supervision.feedback.selectors import trend
from supervision.feedback.services import give_feedback
from supervision.models import SessionFeedback, SupervisionSession
from tests.diary_kit import booked, held
from tests.org import Org, SignIn, add_person, put_under
from trail.models import Entry

TODAY = date(2026, 11, 9)
LATELY = TODAY - timedelta(days=3)
ANSWERS = {"space": "4", "challenge": "5", "useful": "2"}
HOME = "How was supervision on 6 November 2026?"


@pytest.fixture(autouse=True)
def clock() -> Generator[None]:
    with time_machine.travel(datetime(2026, 11, 9, 12, tzinfo=UTC), tick=False):
        yield


@pytest.fixture
def session(shropshire: Org) -> SupervisionSession:
    return held(shropshire.worker, shropshire.supervisor, on=LATELY)


def path(session: SupervisionSession) -> str:
    return reverse("supervision:session-feedback", args=[session.pk])


def text(response: Any) -> str:
    assert response.status_code == 200
    return " ".join(response.content.decode().split())


def read(client: Client, address: str, **query: str) -> str:
    return text(client.get(address, query))


def answered(org: Org, person: StaffMember, supervisor: StaffMember, *, on: date, score: int = 4) -> SupervisionSession:
    """A session with the supervisee's answers, given on the next day."""
    session = held(person, supervisor, on=on)
    give_feedback(
        session_id=session.pk,
        space=score,
        challenge=score,
        useful=score,
        actor=org.actor(person, on=on + timedelta(days=1)),
    )
    return session


def team_of(org: Org, number: int) -> list[StaffMember]:
    """So many people whom the supervisor supervises, the worker first."""
    found = [org.worker]
    for each in range(number - 1):
        person = add_person(f"Worker {each}", team=org.team, job_title="Social worker", category="sw_case_management")
        put_under(person, org.supervisor)
        found.append(person)
    return found


# Giving


@pytest.mark.req("R279")
def test_whoever_was_supervised_answers_in_words_changes_it_and_reads_it_again(
    shropshire: Org, session: SupervisionSession, sign_in: SignIn
) -> None:
    client = sign_in(shropshire.worker)
    page = read(client, path(session))
    assert all(word in page for word in ("Not at all", "A little", "Somewhat", "Much", "Very much"))
    assert "<textarea" not in page
    assert "checked" not in page

    said = client.post(path(session), ANSWERS, follow=True)

    assert "Thank you. Nobody is told that you answered." in text(said)
    row = SessionFeedback.objects.get()
    assert (row.space, row.challenge, row.useful) == (4, 5, 2)
    assert read(client, path(session)).count("checked") == 3

    client.post(path(session), ANSWERS | {"space": "1"})

    assert SessionFeedback.objects.get().space == 1


def test_a_question_left_out_is_said_beside_it_and_nothing_that_was_chosen_is_lost(
    shropshire: Org, session: SupervisionSession, sign_in: SignIn
) -> None:
    page = text(sign_in(shropshire.worker).post(path(session), {"space": "4", "useful": "2"}))

    assert page.count("Choose one of the five.") >= 1
    assert page.count("checked") == 2
    assert not SessionFeedback.objects.exists()


@pytest.mark.parametrize("who", ["supervisor", "team_manager", "head", "outsider", "psw", "hr", "sysadmin"])
def test_nobody_else_can_answer_or_open_the_questions(
    shropshire: Org, session: SupervisionSession, sign_in: SignIn, who: str
) -> None:
    client = sign_in(getattr(shropshire, who))

    for response in (client.get(path(session)), client.post(path(session), ANSWERS)):
        assert response.status_code in (403, 404)
    assert not SessionFeedback.objects.exists()


@pytest.mark.parametrize("days", [0, 14, 30])
def test_too_early_or_too_late_says_so_and_keeps_nothing(shropshire: Org, sign_in: SignIn, days: int) -> None:
    session = held(shropshire.worker, shropshire.supervisor, on=TODAY - timedelta(days=days))
    client = sign_in(shropshire.worker)

    assert "That is not now." in read(client, path(session))
    assert "Nothing was kept." in text(client.post(path(session), ANSWERS))
    assert not SessionFeedback.objects.exists()
    with pytest.raises(RuleBroken, match="Nothing was changed"):
        give_feedback(
            session_id=session.pk, space=1, challenge=1, useful=1, actor=shropshire.actor(shropshire.worker, on=TODAY)
        )


def test_what_was_said_stays_to_be_read_by_its_giver_after_the_days_for_changing_it(
    shropshire: Org, sign_in: SignIn
) -> None:
    session = answered(shropshire, shropshire.worker, shropshire.supervisor, on=TODAY - timedelta(days=30), score=5)

    page = read(sign_in(shropshire.worker), path(session))

    assert "It cannot be changed any more." in page
    assert page.count("Very much") == 3
    assert "<form" not in page.split("<h1")[1].split("Who sees what you say")[0]


def test_a_session_that_is_only_booked_is_not_asked_about(shropshire: Org, sign_in: SignIn) -> None:
    session = booked(shropshire.worker, shropshire.supervisor, on=TODAY + timedelta(days=3))
    client = sign_in(shropshire.worker)

    assert "That is not now." in read(client, path(session))
    assert "Say how this session was" not in read(client, reverse("supervision:session-detail", args=[session.pk]))


def test_the_sessions_page_leads_its_supervisee_there_and_nobody_else(
    shropshire: Org, session: SupervisionSession, sign_in: SignIn
) -> None:
    page = reverse("supervision:session-detail", args=[session.pk])

    assert path(session) in read(sign_in(shropshire.worker), page)
    assert path(session) not in read(sign_in(shropshire.supervisor), page)


# Apart from names


@pytest.mark.req("R279")
def test_what_is_kept_names_nobody_and_no_trail_tells_who_answered(
    shropshire: Org, session: SupervisionSession, sign_in: SignIn, settings: Any
) -> None:
    client = sign_in(shropshire.worker)
    before = Entry.objects.count()

    client.post(path(session), ANSWERS)

    assert Entry.objects.count() == before
    columns = [field.name for field in SessionFeedback._meta.get_fields()]
    assert columns == ["id", "space", "challenge", "useful"]
    key = SessionFeedback.objects.get().pk
    assert key == answer_key(session_id=session.pk, person_id=shropshire.worker.pk)
    settings.FEEDBACK_KEY = "another"
    assert key != answer_key(session_id=session.pk, person_id=shropshire.worker.pk), "not found without the secret"
    # A time-ordered key would say when
    assert key.version != 7 or key.time_low != session.pk.time_low


def test_the_answer_shares_no_transaction_number_with_anything_that_has_a_name(
    shropshire: Org, session: SupervisionSession, sign_in: SignIn
) -> None:
    """A locked row keeps the number of the transaction that locked it; the session's must not be the answer's."""
    client = sign_in(shropshire.worker)
    client.post(path(session), ANSWERS)

    with connection.cursor() as cursor:
        cursor.execute("SELECT xmax::text FROM supervision_supervisionsession WHERE id = %s", [session.pk])
        assert cursor.fetchone() == ("0",)


# The home page


def test_home_asks_quietly_and_never_again_once_told_not_to(
    shropshire: Org, session: SupervisionSession, sign_in: SignIn
) -> None:
    client, home = sign_in(shropshire.worker), reverse("compliance:home")
    page = read(client, home)
    assert HOME in page
    assert path(session) in page

    client.post(path(session), ANSWERS)
    assert HOME in read(client, home), "the same, so that nobody who glances at it knows"

    said = client.post(reverse("supervision:feedback-wish"), follow=True)
    assert "Your home page will not ask again." in text(said)
    assert HOME not in read(client, home)
    held(shropshire.worker, shropshire.supervisor, on=TODAY - timedelta(days=1))
    assert "How was supervision" not in read(client, home), "for good"
    assert "Your home page does not ask you" in read(client, path(session))

    client.post(reverse("supervision:feedback-wish"), {"asked": "1"})
    assert "How was supervision on 8 November 2026?" in read(client, home)


def test_home_does_not_ask_about_what_is_long_past_or_about_sessions_that_one_gave(
    shropshire: Org, session: SupervisionSession, sign_in: SignIn
) -> None:
    held(shropshire.outsider, shropshire.supervisor, on=TODAY - timedelta(days=40))

    assert "How was supervision" not in read(sign_in(shropshire.supervisor), reverse("compliance:home"))
    assert "How was supervision" not in read(sign_in(shropshire.outsider), reverse("compliance:home"))


# What a supervisor sees


@pytest.mark.req("R279")
def test_a_supervisor_reads_middle_answers_of_groups_of_five_and_no_day_or_name(
    shropshire: Org, sign_in: SignIn
) -> None:
    people = team_of(shropshire, 5)
    for number, person in enumerate(people[:4]):
        answered(shropshire, person, shropshire.supervisor, on=date(2026, 8, 3) + timedelta(days=number), score=4)
    client = sign_in(shropshire.supervisor)
    assert "There is nothing to show yet." in read(client, reverse("supervision:feedback"))

    answered(shropshire, people[4], shropshire.supervisor, on=date(2026, 8, 10), score=1)
    page = read(client, reverse("supervision:feedback"))

    assert "The latest group: 5 answers" in page
    assert page.count(">Much<") == 3, "one that differs from the others is not seen"
    assert "Not at all" not in page
    assert "2026" not in page.split("<h1")[1].split("What you do not see")[0]
    assert not any(person.name in page for person in people)


def test_one_supervisee_alone_or_two_are_never_shown(shropshire: Org, sign_in: SignIn) -> None:
    people = team_of(shropshire, 2)
    for week in range(20):
        answered(shropshire, people[week % 2], shropshire.supervisor, on=date(2026, 3, 2) + timedelta(weeks=week))

    page = read(sign_in(shropshire.supervisor), reverse("supervision:feedback"))

    assert "There is nothing to show yet." in page


@pytest.mark.parametrize("who", ["worker", "team_manager", "head", "psw", "hr", "sysadmin", "outsider"])
def test_nobody_else_sees_a_supervisors_groups_not_even_with_a_hat(shropshire: Org, sign_in: SignIn, who: str) -> None:
    for number, person in enumerate(team_of(shropshire, 5)):
        answered(shropshire, person, shropshire.supervisor, on=date(2026, 8, 3) + timedelta(days=number))
    reader = getattr(shropshire, who)

    for hat in (None, *shropshire.actor(reader).available_hats()):
        assert "There is nothing to show yet." in read(sign_in(reader, hat=hat), reverse("supervision:feedback"))


@pytest.mark.parametrize("weeks", [2, 40])
def test_the_groups_are_six_queries_however_many_there_are(
    shropshire: Org, sign_in: SignIn, django_assert_num_queries: DjangoAssertNumQueries, weeks: int
) -> None:
    people = team_of(shropshire, 5)
    for number in range(weeks * 5):
        on = date(2026, 9, 18) - timedelta(days=number)
        answered(shropshire, people[number % 5], shropshire.supervisor, on=on)
    client = sign_in(shropshire.supervisor)
    read(client, reverse("supervision:feedback"))

    with django_assert_num_queries(5):
        page = read(client, reverse("supervision:feedback"))

    assert "5 answers" in page


# The trend


def quarter_of_answers(org: Org) -> None:
    """Seven answers of five people in the third quarter, all of one service; two of another service."""
    people = team_of(org, 5)
    for number in range(7):
        answered(org, people[number % 5], org.supervisor, on=date(2026, 8, 3) + timedelta(days=number), score=5)


@pytest.mark.req("R279", "R273")
def test_the_principal_social_worker_reads_the_trend_by_quarter_and_service(shropshire: Org, sign_in: SignIn) -> None:
    quarter_of_answers(shropshire)
    address, hat = reverse("supervision:feedback-trend"), Role.PRINCIPAL_SOCIAL_WORKER
    client = sign_in(shropshire.psw, hat=hat)

    page = read(client, address)
    assert "1 July 2026 to 30 September 2026" in page
    assert page.count("90 or more") == 3
    assert page.count("too few") == 7, "of eight quarters"
    assert shropshire.service.name in page
    assert "90 or more" in read(client, address, service=str(shropshire.service.pk))
    assert "All services, the latest" in read(client, address, service="no-service")

    assert sign_in(shropshire.psw).get(address).status_code == 403, "without the hat"
    for who in ("worker", "supervisor", "team_manager", "head", "hr", "sysadmin"):
        reader = getattr(shropshire, who)
        assert all(
            sign_in(reader, hat=hat).get(address).status_code == 403
            for hat in (None, *shropshire.actor(reader).available_hats())
        )


def test_the_trend_of_a_past_day_stays_what_it_was(shropshire: Org) -> None:
    psw = shropshire.actor(shropshire.psw, hat=Role.PRINCIPAL_SOCIAL_WORKER)
    quarter_of_answers(shropshire)
    then = trend(actor=psw, until=date(2026, 11, 1))

    for number, person in enumerate(StaffMember.objects.filter(name__startswith="Worker")):
        answered(shropshire, person, shropshire.supervisor, on=date(2026, 10, 5) + timedelta(days=number), score=1)

    assert trend(actor=psw, until=date(2026, 11, 1)) == then
    assert len(then) == 8
    assert then[-1].overall is not None
    with pytest.raises(NotAllowed, match="principal social worker"):
        trend(actor=shropshire.actor(shropshire.psw), until=date(2026, 11, 1))


def test_a_small_service_is_kept_back_and_the_other_with_it(shropshire: Org) -> None:
    other = Service.objects.create(name="Fostering")
    team = Team.objects.create(name="Elm", service=other)
    quarter_of_answers(shropshire)
    for number in range(2):
        person = add_person(f"Carer {number}", team=team, job_title="Social worker")
        answered(shropshire, person, shropshire.head, on=date(2026, 7, 6) + timedelta(days=number))

    last = trend(actor=shropshire.actor(shropshire.psw, hat=Role.PRINCIPAL_SOCIAL_WORKER), until=TODAY)[-1]

    assert last.overall is not None
    assert last.overall.answers == 9
    assert last.by_service == {shropshire.service.pk: None, other.pk: None}


def test_answers_of_people_without_a_post_do_not_come_out_of_the_figure_of_all(shropshire: Org) -> None:
    quarter_of_answers(shropshire)
    for number in range(2):
        person = add_person(f"Leaver {number}", team=shropshire.team, job_title="Social worker")
        Post.objects.filter(person=person).update(ends_on=date(2026, 7, 1))
        answered(shropshire, person, shropshire.head, on=date(2026, 7, 6) + timedelta(days=number))

    last = trend(actor=shropshire.actor(shropshire.psw, hat=Role.PRINCIPAL_SOCIAL_WORKER), until=TODAY)[-1]

    assert last.overall is not None
    assert last.overall.answers == 9
    assert last.by_service == {shropshire.service.pk: None}, "9 of all less 7 of the one service would be theirs"


def test_the_trend_is_a_fixed_number_of_queries(
    shropshire: Org, sign_in: SignIn, django_assert_num_queries: DjangoAssertNumQueries
) -> None:
    quarter_of_answers(shropshire)
    client = sign_in(shropshire.psw, hat=Role.PRINCIPAL_SOCIAL_WORKER)
    read(client, reverse("supervision:feedback-trend"))

    with django_assert_num_queries(6):
        read(client, reverse("supervision:feedback-trend"))


# Help beside the forms


@pytest.mark.req("R262", "R263")
def test_styles_and_partnership_are_described_beside_the_form_and_score_nothing(
    shropshire: Org, session: SupervisionSession, sign_in: SignIn
) -> None:
    client = sign_in(shropshire.worker)
    page = read(client, path(session))
    styles, partnership = reverse("compliance:help-styles"), reverse("compliance:help-partnership")
    assert styles in page
    assert partnership in page

    page = read(client, styles)
    assert "They are no score" in page
    assert all(style in page for style in ("Active and intrusive", "Active and reflective", "Passive"))
    assert "<input" not in page.split("<h1")[1]
    assert "goes both ways" in read(client, partnership)
    assert read(Client(), styles), "without signing in"
