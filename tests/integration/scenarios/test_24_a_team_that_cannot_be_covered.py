"""St Helens, a manager of nine: for three the booked dates miss four weeks. Told before it happens, in one step."""

from collections.abc import Generator
from datetime import UTC, date, datetime, timedelta
from uuid import UUID

import pytest
import time_machine
from django.urls import reverse

from compliance import selectors, services
from compliance.models import Shortfall
from compliance.rules.shortfall import check_has_no_health
from core.actor import Actor
from core.errors import NotAllowed, RuleBroken
from outbox.models import Job
from policies import services as policies
from staff.models import Absence, ManagementLine, StaffMember, SupervisionRelationship
from tests.diary_kit import booked, held
from tests.org import RECORDED, Org, SignIn, add_person, put_under
from trail.models import Entry

ON = date(2026, 11, 9)
NOON = datetime(2026, 11, 9, 12, tzinfo=UTC)
PLAN = "Tom Mills supervises the three until Christmas."
LATE = ("Person 3", "Person 5", "Person 7")


@pytest.fixture
def clock() -> Generator[None]:
    with time_machine.travel(NOON, tick=False):
        yield


@pytest.fixture
def team(org: Org) -> Org:
    """Nine workers, all held on 2 November: six are booked within four weeks after, three only in the sixth week."""
    policies.adopt(slug="st-helens", starts_on=date(2017, 6, 1), at=RECORDED)
    org.worker.categories.update(category="social_worker")
    nine = [org.worker]
    for number in range(2, 10):
        person = add_person(f"Person {number}", team=org.team, job_title="Social worker", category="social_worker")
        put_under(person, org.supervisor)
        nine.append(person)
    for person in nine:
        held(person, org.supervisor, on=date(2026, 11, 2))
        days = [date(2026, 12, 14)] if person.name in LATE else [date(2026, 11, 27), date(2026, 12, 21)]
        for day in days:
            booked(person, org.supervisor, on=day)
    Absence.objects.create(
        person=StaffMember.objects.get(name="Person 3"),
        kind="sickness",
        starts_on=date(2026, 11, 9),
        expected_to=date(2026, 11, 13),
        recorded_at=NOON,
    )
    return org


def keys(*names: str) -> list[UUID]:
    return [StaffMember.objects.get(name=name).pk for name in names]


def tell(org: Org, *, actor: Actor | None = None, plan: str = PLAN, people: list[UUID] | None = None) -> Shortfall:
    return services.tell_of_shortfall(
        people=people or keys(*LATE),
        reason="posts",
        plan=plan,
        actor=actor or org.actor(org.supervisor, on=ON),
        at=NOON,
    )


@pytest.mark.scenario(24, "a")
@pytest.mark.req("R299")
def test_the_forecast_names_the_three_before_it_happens(team: Org) -> None:
    page = selectors.forecast_page(actor=team.actor(team.supervisor, on=ON), on=ON)

    assert [(row.name, row.due_on, row.next_on) for row in page.coming] == [
        (name, date(2026, 11, 30), date(2026, 12, 14)) for name in LATE
    ]
    assert page.team == 9
    assert {"Tom Mills", "Helen Hart"} == set(page.leads)


@pytest.mark.scenario(24, "b")
@pytest.mark.req("R299")
def test_one_step_tells_senior_leads_with_names_reason_and_plan(team: Org, sign_in: SignIn, clock: None) -> None:
    page = sign_in(team.supervisor).get(reverse("compliance:forecast")).content.decode()
    assert page.count("checked") == 3, "the three are chosen already"

    response = sign_in(team.supervisor).post(
        reverse("compliance:forecast"), {"people": [str(key) for key in keys(*LATE)], "reason": "posts", "plan": PLAN}
    )

    shortfall = Shortfall.objects.get()
    assert response.url == reverse("compliance:shortfall-detail", args=[shortfall.pk])  # type: ignore[attr-defined]
    assert set(shortfall.leads.values_list("lead__name", flat=True)) == {"Tom Mills", "Helen Hart"}
    told = Job.objects.filter(task="notifications.tasks.notify", arguments__kind="shortfall_told")
    assert {job.arguments["person_id"] for job in told} == {str(team.team_manager.pk), str(team.head.pk)}
    seen = " ".join(sign_in(team.head).get(response.url).content.decode().split())  # type: ignore[attr-defined]
    for words in (*LATE, "Monday 30 November 2026", "Posts in the team are not filled", PLAN):
        assert words in seen


@pytest.mark.scenario(24, "b")
def test_a_form_that_is_refused_keeps_what_was_typed(team: Org, sign_in: SignIn, clock: None) -> None:
    typed = {"people": [str(key) for key in keys(*LATE)], "reason": "", "plan": "Cover by Tom"}

    page = sign_in(team.supervisor).post(reverse("compliance:forecast"), typed).content.decode()

    assert "Choose a reason." in page
    assert "Cover by Tom" in page
    assert not Shortfall.objects.exists()


@pytest.mark.scenario(24, "c")
@pytest.mark.req("R088")
def test_the_notice_and_the_answer_are_kept(team: Org, sign_in: SignIn, clock: None) -> None:
    shortfall = tell(team)
    path = reverse("compliance:shortfall-detail", args=[shortfall.pk])

    sign_in(team.head).post(path, {"answer": "Agreed until Christmas."})

    page = sign_in(team.supervisor).get(path).content.decode()
    assert "Agreed until Christmas." in page
    assert "Helen Hart" in page
    answered = Job.objects.get(arguments__kind="shortfall_answered")
    assert answered.arguments["person_id"] == str(team.supervisor.pk)
    assert (
        Entry.objects.filter(verb="shortfall.told").count()
        == Entry.objects.filter(verb="shortfall.answered").count()
        == 1
    )


@pytest.mark.scenario(24, "c")
def test_reading_it_stands_in_the_file_of_each_of_the_three(team: Org, sign_in: SignIn, clock: None) -> None:
    path = reverse("compliance:shortfall-detail", args=[tell(team).pk])

    sign_in(team.supervisor).get(path)
    assert not Entry.objects.filter(verb="shortfall.read").exists(), "who wrote it knows it"
    sign_in(team.head).get(path)

    assert set(Entry.objects.filter(verb="shortfall.read").values_list("about_id", flat=True)) == set(keys(*LATE))


@pytest.mark.scenario(24, "c")
def test_nothing_is_sent_with_health_reasons_in_it(team: Org, sign_in: SignIn, clock: None) -> None:
    with pytest.raises(RuleBroken, match="sick.*health"):
        tell(team, plan="Person 3 is off sick until Friday.")
    assert not Shortfall.objects.exists()
    assert not {"sickness", "absence", "health"} & {value for value, _ in Shortfall.Reason.choices}

    path = reverse("compliance:shortfall-detail", args=[tell(team).pk])

    page = sign_in(team.head).get(path).content.decode().lower()
    assert "sick" not in page, "the absence of Person 3 is of no concern here"
    assert all(job.arguments.keys() == {"person_id", "kind", "key", "path"} for job in Job.objects.filter(
        task="notifications.tasks.notify"))  # fmt: skip


@pytest.mark.parametrize("plan", ["Still cover the hospital team", "She will be back", "Skilled cover from Rowan team"])
def test_plain_words_are_not_taken_for_health(plan: str) -> None:
    check_has_no_health(plan)


def test_told_twice_on_a_day_it_is_sent_once(team: Org) -> None:
    tell(team)

    with pytest.raises(RuleBroken, match="today already"):
        tell(team)

    assert Shortfall.objects.count() == 1


def test_somebody_who_has_a_date_by_now_is_not_told_of(team: Org) -> None:
    booked(StaffMember.objects.get(name="Person 5"), team.supervisor, on=date(2026, 11, 25))

    with pytest.raises(RuleBroken, match="has been booked meanwhile"):
        tell(team)


def test_a_policy_without_senior_leads_shows_the_forecast_and_sends_nothing(
    shropshire: Org, sign_in: SignIn, clock: None
) -> None:
    client = sign_in(shropshire.supervisor)

    assert "Tell senior leads" not in client.get(reverse("compliance:forecast")).content.decode()
    client.post(reverse("compliance:forecast"), {"people": [str(shropshire.worker.pk)], "reason": "posts", "plan": "x"})

    assert not Shortfall.objects.exists()
    with pytest.raises(RuleBroken, match="names no senior leads"):
        tell(shropshire, people=[shropshire.worker.pk])


def test_only_those_who_were_told_answer(team: Org) -> None:
    shortfall = tell(team)

    with pytest.raises(NotAllowed):
        services.answer_shortfall(
            shortfall_id=shortfall.pk,
            answer="Yes",
            actor=team.actor(team.supervisor, on=ON),
            at=NOON + timedelta(hours=1),
        )


def test_an_answer_that_is_sent_twice_is_kept_and_told_once(team: Org) -> None:
    shortfall = tell(team)
    lead = team.actor(team.head, on=ON)

    def answer(words: str, minutes: int) -> None:
        at = NOON + timedelta(minutes=minutes)
        services.answer_shortfall(shortfall_id=shortfall.pk, answer=words, actor=lead, at=at)

    answer("Ask Rowan team", 1)
    jobs = Job.objects.count()
    answer("Ask Rowan team ", 2)
    assert (shortfall.answers.count(), Job.objects.count()) == (1, jobs)

    answer("Rowan team can help from Monday", 3)
    assert shortfall.answers.count() == 2


def test_nobody_else_knows_of_it(team: Org, sign_in: SignIn, clock: None) -> None:
    path = reverse("compliance:shortfall-detail", args=[tell(team).pk])

    for person in (team.worker, team.outsider, team.hr):
        assert sign_in(person).get(path).status_code == 404


def test_who_leaves_the_line_sees_it_no_longer_and_nobody_who_moved_out_of_it(team: Org) -> None:
    shortfall = tell(team)
    lead = team.actor(team.head, on=ON)
    path = {"pk": shortfall.pk}
    moved = StaffMember.objects.get(name="Person 7")
    away = {"ends_on": date(2026, 11, 12)}
    moved.management_lines.update(**away)
    SupervisionRelationship.objects.filter(supervisee=moved).update(**away)
    later = date(2026, 11, 12)

    seen = Shortfall.objects.with_people(team.actor(team.head, on=later)).get(**path)
    ManagementLine.objects.filter(manager=team.head).update(ends_on=date(2026, 11, 13))

    assert [each.person.name for each in Shortfall.objects.with_people(lead).get(**path).dates.all()] == list(LATE)
    assert [each.person.name for each in seen.dates.all()] == ["Person 3", "Person 5"]
    assert Shortfall.objects.visible_to(team.actor(team.head, on=later)).exists()
    assert not Shortfall.objects.visible_to(team.actor(team.head, on=date(2026, 11, 13))).exists()
