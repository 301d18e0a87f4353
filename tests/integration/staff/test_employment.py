"""How somebody is engaged, and what prepared a supervisor: entered by the line, the same obligations for all."""

from datetime import date, datetime
from typing import Any

import pytest

from core.actor import Role
from core.errors import NotAllowed, RuleBroken
from staff.employment import services
from staff.employment.selectors import employment_of
from staff.models import KeyDate, Post
from supervision import selectors
from tests.diary_kit import held
from tests.org import Org, SignIn
from trail.models import Entry


def enter(org: Org, noon: datetime, person: Any = None, by: Any = None, **options: Any) -> None:
    services.set_employment(
        **{
            "person_id": (person or org.worker).pk,
            "engagement": "agency",
            "policy_read_on": None,
            "trained_on": None,
            "actor": org.actor(by or org.supervisor),
            "at": noon,
            **options,
        }
    )


@pytest.mark.req("R005")
def test_every_kind_of_engagement_brings_the_same_obligations(shropshire: Org, noon: datetime, today: date) -> None:
    held(shropshire.worker, shropshire.supervisor, on=date(2026, 10, 12))
    found = {}
    for engagement in Post.Engagement.values:
        enter(shropshire, noon, engagement=engagement)
        assert employment_of(shropshire.worker.pk, on=today).engagement == engagement
        found[engagement] = selectors.statuses(people=[shropshire.worker.pk], on=today)[shropshire.worker.pk].rules

    assert set(found) == {"permanent", "temporary", "casual", "agency"}
    assert all(rules == found["permanent"] for rules in found.values())
    assert found["permanent"]


@pytest.mark.req("R156")
def test_the_days_of_reading_and_training_are_entered_changed_and_taken_away(
    shropshire: Org, noon: datetime, today: date
) -> None:
    person, by = shropshire.supervisor, shropshire.team_manager
    enter(shropshire, noon, person, by, policy_read_on=date(2026, 3, 2), trained_on=date(2026, 4, 1))
    enter(shropshire, noon, person, by, policy_read_on=date(2026, 3, 3))

    present = employment_of(person.pk, on=today)
    assert (present.policy_read_on, present.trained_on) == (date(2026, 3, 3), None)
    stood = Entry.objects.filter(verb="employment.set").order_by("pk").last()
    assert stood is not None
    assert stood.detail["stood"] == {
        "engagement": "agency",
        "policy_read_on": "2026-03-02",
        "trained_on": "2026-04-01",
    }


@pytest.mark.parametrize("who", ["worker", "outsider", "hr", "psw", "sysadmin"])
def test_nobody_outside_the_line_and_not_oneself_enters_it(shropshire: Org, noon: datetime, who: str) -> None:
    with pytest.raises(NotAllowed):
        enter(shropshire, noon, by=getattr(shropshire, who))


def test_a_day_that_has_not_come_is_refused(shropshire: Org, noon: datetime) -> None:
    with pytest.raises(RuleBroken) as refusal:
        enter(shropshire, noon, trained_on=date(2026, 11, 10))
    assert refusal.value.field == "trained_on"
    assert not KeyDate.objects.exists()


@pytest.mark.req("R005", "R156")
def test_it_is_entered_and_shown_in_the_browser(shropshire: Org, sign_in: SignIn) -> None:
    manager = sign_in(shropshire.team_manager)
    address = f"/people/{shropshire.supervisor.pk}/employment/"
    typed = {"trained_on_0": "1", "trained_on_1": "4", "trained_on_2": "2025"}

    kept = manager.post(address, typed).content.decode()
    page = manager.post(address, {**typed, "engagement": "casual"}, follow=True).content.decode()

    assert "Choose how this person is engaged." in kept
    assert 'value="2025"' in kept
    assert "Casual" in page
    assert "Tuesday 1 April 2025" in page
    assert address not in sign_in(shropshire.supervisor).get(f"/people/{shropshire.supervisor.pk}/").content.decode()


@pytest.mark.req("R005")
def test_the_invitation_takes_the_engagement(shropshire: Org, sign_in: SignIn) -> None:
    sign_in(shropshire.sysadmin, hat=Role.SYSTEM_ADMINISTRATOR).post(
        "/people/invite/",
        {
            "name": "Ada Newton",
            "email": "ada@example.org",
            "job_title": "Social worker",
            "team": str(shropshire.team.pk),
            "engagement": "temporary",
            "starts_on_0": "1",
            "starts_on_1": "12",
            "starts_on_2": "2026",
        },
    )

    assert Post.objects.get(person__name="Ada Newton").engagement == "temporary"
