"""A session of Wednesday 2 December 2026 is cancelled at 10:00 because of court: what three policies make of it."""

from datetime import UTC, date, datetime, time, timedelta
from typing import Any

import pytest
import time_machine

from core.errors import NotAllowed, RuleBroken
from outbox.models import Job
from policies import services as policies
from supervision import selectors, services
from supervision.models import LeadTold, SupervisionSession
from supervision.rules import Cancelling, Times
from tests.diary_kit import booked, held
from tests.org import RECORDED, Org, SignIn
from trail.models import Entry

ON = date(2026, 12, 2)
TEN = datetime(2026, 12, 2, 10, tzinfo=UTC)
CATEGORIES = {
    "st-helens": "social_worker",
    "shropshire-2017": "sw_case_management",
    "family-safeguarding-003": "practitioner",
}


@pytest.fixture
def clock_of_the_day() -> Any:
    with time_machine.travel(TEN + timedelta(hours=3), tick=False):
        yield


def begin(org: Org, slug: str) -> SupervisionSession:
    """A session on 2 December under a policy, the last one held on 6 November."""
    policies.adopt(slug=slug, starts_on=date(2017, 6, 1), at=RECORDED)
    org.worker.categories.update(category=CATEGORIES[slug])
    held(org.worker, org.supervisor, on=date(2026, 11, 6))
    return booked(org.worker, org.supervisor, on=ON)


def cancel(org: Org, session: SupervisionSession, **said: Any) -> None:
    values = {"by_id": org.supervisor.pk, "reason": "Court", **said}
    services.cancel_session(
        session_id=session.pk, cancelling=Cancelling(**values), actor=org.actor(org.supervisor, on=ON), at=TEN
    )


def tell(org: Org, session: SupervisionSession, person: Any = None) -> list[LeadTold]:
    actor = org.actor(person or org.supervisor, on=ON)
    return services.tell_leads(session_id=session.pk, actor=actor, at=TEN + timedelta(hours=2))


def due_on(org: Org) -> date | None:
    on: date | None = selectors.statuses(people=[org.worker.pk], on=ON)[org.worker.pk].due_on
    return on


@pytest.mark.scenario(14, "a")
@pytest.mark.parametrize("slug", CATEGORIES)
def test_the_due_date_stays_as_it_was(org: Org, slug: str) -> None:
    session = begin(org, slug)
    before = due_on(org)

    cancel(org, session, direct_contact=False, exceptional=True)

    assert before is not None
    assert due_on(org) == before


@pytest.mark.scenario(14, "b")
@pytest.mark.req("R298")
def test_st_helens_a_new_date_by_the_end_of_the_day_or_the_manager_is_on_the_list(org: Org) -> None:
    session = begin(org, "st-helens")
    cancel(org, session)
    above = org.actor(org.team_manager, on=ON)

    def listed(on: date) -> list[str]:
        return [row.supervisor for row in selectors.late_to_rebook(actor=above, on=on)]

    assert listed(ON) == []
    assert listed(date(2026, 12, 3)) == ["Priya Nair"]
    services.book_session(
        supervisee_id=org.worker.pk,
        times=Times(date(2026, 12, 4), time(14), time(15)),
        mode="in_person",
        place="",
        actor=org.actor(org.supervisor, on=ON),
        at=TEN + timedelta(hours=5),
    )
    assert listed(date(2026, 12, 3)) == []


@pytest.mark.scenario(14, "c")
def test_st_helens_one_step_tells_senior_leads_without_a_reason_and_keeps_whom(org: Org) -> None:
    session = begin(org, "st-helens")
    cancel(org, session)
    Job.objects.all().delete()

    told = tell(org, session)

    leads = [str(org.team_manager.pk), str(org.head.pk)]
    jobs = list(Job.objects.filter(task="notifications.tasks.notify").order_by("pk"))
    assert sorted(job.arguments["person_id"] for job in jobs) == sorted(leads)
    assert {job.arguments["kind"] for job in jobs} == {"date_wanted"}
    assert not any("Court" in str(job.arguments) or "Obi" in str(job.arguments) for job in jobs)
    assert {str(row.lead_id) for row in told} == set(leads)
    entry = Entry.objects.get(verb="session.leads_told")
    assert (entry.actor_id, sorted(entry.detail["leads"])) == (org.supervisor.pk, sorted(leads))
    with pytest.raises(RuleBroken, match="told already"):
        tell(org, session)


@pytest.mark.scenario(14, "c")
def test_nobody_is_told_by_another_or_without_need_or_where_the_policy_names_no_leads(org: Org) -> None:
    session = begin(org, "st-helens")
    with pytest.raises(RuleBroken, match="needs no other date"):
        tell(org, session)
    cancel(org, session)
    for person in (org.worker, org.team_manager):
        with pytest.raises(NotAllowed):
            tell(org, session, person)
    policies.adopt(slug="shropshire-2017", starts_on=date(2026, 12, 1), at=TEN)
    with pytest.raises(RuleBroken, match="names no senior leads"):
        tell(org, session)
    assert not LeadTold.objects.exists()


@pytest.mark.scenario(14, "c")
def test_the_step_is_a_button_on_the_page_of_the_session(org: Org, sign_in: SignIn, clock_of_the_day: None) -> None:
    session = begin(org, "st-helens")
    cancel(org, session)
    client = sign_in(org.supervisor)
    address = f"/supervision/sessions/{session.pk}/"

    before = client.get(address).content.decode()
    after = client.post(f"{address}tell-leads/", follow=True).content.decode()

    assert "Tell senior leads" in before
    assert "Told that no other date is found yet: Helen Hart, Tom Mills" in after
    assert "Tell senior leads" not in after
    assert "Tell senior leads" not in sign_in(org.worker).get(address).content.decode()


@pytest.mark.scenario(14, "d")
def test_shropshire_asks_for_direct_contact_and_urgent_issues(org: Org) -> None:
    session = begin(org, "shropshire-2017")

    with pytest.raises(RuleBroken, match="whether the two of you spoke"):
        cancel(org, session)
    cancel(
        org,
        session,
        direct_contact=True,
        contact_on=ON,
        contact_by_id=org.supervisor.pk,
        urgent_issues="The placement of B tonight",
    )

    session.refresh_from_db()
    assert (session.direct_contact, session.urgent_issues) == (True, "The placement of B tonight")


@pytest.mark.scenario(14, "e")
def test_003_wants_an_exceptional_reason_or_reports_that_it_is_none(org: Org) -> None:
    session = begin(org, "family-safeguarding-003")

    with pytest.raises(RuleBroken, match="whether the reason is exceptional"):
        cancel(org, session)
    cancel(org, session, exceptional=False)

    session.refresh_from_db()
    assert session.exceptional is False
