"""Abuse at work, and the support given: between the two, until it is shared for a reason of the policy's list."""

from datetime import date
from typing import Any

import pytest
from django.db import Error, transaction

from core.errors import NotAllowed, RuleBroken
from staff.models import StaffMember
from supervision import selectors, services
from supervision.models import Disclosure, Incident
from supervision.rules.matters import Advice
from tests.org import Org, SignIn
from tests.records_kit import NOON
from trail.models import Entry

TODAY = NOON.date()


def enter(org: Org, by: StaffMember, **options: Any) -> Incident:
    return services.add_incident(
        **{
            "supervisee_id": org.worker.pk,
            "happened_on": date(2026, 11, 6),
            "what": "Shouted at and followed to the car.",
            "support": "A talk the same evening; nobody visits there alone.",
            "actor": org.actor(by),
            "at": NOON,
            **options,
        }
    )


def share(org: Org, incident: Incident, **options: Any) -> Disclosure:
    return services.log_disclosure(
        **{
            "supervisee_id": org.worker.pk,
            "what": "The incident of 6 November.",
            "category": "staff_safety",
            "shared_with": "Tom Mills, team manager",
            "shared_on": TODAY,
            "advice": Advice(),
            "not_told_because": "",
            "incident_id": incident.pk,
            "actor": org.actor(org.supervisor),
            "at": NOON,
            **options,
        }
    )


def who_sees(org: Org) -> set[str]:
    names = ("worker", "supervisor", "team_manager", "head", "outsider", "hr", "psw", "sysadmin")
    return {name for name in names if Incident.objects.visible_to(org.actor(getattr(org, name))).exists()}


@pytest.mark.req("R025")
@pytest.mark.parametrize("by", ["worker", "supervisor"])
def test_the_two_alone_see_it_until_it_is_shared_under_a_category(shropshire: Org, by: str) -> None:
    incident = enter(shropshire, getattr(shropshire, by))
    before = who_sees(shropshire)

    share(shropshire, incident)

    assert before == {"worker", "supervisor"}
    assert who_sees(shropshire) == {"worker", "supervisor", "team_manager"}
    page = selectors.shared_page(person=shropshire.worker, actor=shropshire.actor(shropshire.team_manager))
    assert [row.support for row in page.incidents] == ["A talk the same evening; nobody visits there alone."]


@pytest.mark.req("R025", "R101")
def test_what_both_must_agree_to_is_shared_only_once_it_was(shropshire: Org) -> None:
    incident = enter(shropshire, shropshire.worker)
    disclosure = share(shropshire, incident, category="by_agreement", shared_on=None)
    services.answer_disclosure(
        disclosure_id=disclosure.pk, agrees=True, actor=shropshire.actor(shropshire.worker), at=NOON
    )
    agreed = who_sees(shropshire)

    services.note_shared(disclosure_id=disclosure.pk, on=TODAY, actor=shropshire.actor(shropshire.supervisor), at=NOON)

    assert agreed == {"worker", "supervisor"}
    assert "team_manager" in who_sees(shropshire)


@pytest.mark.req("R025")
def test_sharing_something_else_of_the_same_person_opens_nothing(shropshire: Org) -> None:
    enter(shropshire, shropshire.worker)

    services.log_disclosure(
        supervisee_id=shropshire.worker.pk,
        what="Another thing.",
        category="staff_safety",
        shared_with="Tom Mills",
        shared_on=TODAY,
        advice=Advice(),
        not_told_because="",
        actor=shropshire.actor(shropshire.supervisor),
        at=NOON,
    )

    assert who_sees(shropshire) == {"worker", "supervisor"}


@pytest.mark.parametrize("who", ["team_manager", "head", "outsider"])
def test_nobody_else_enters_one(shropshire: Org, who: str) -> None:
    with pytest.raises(NotAllowed):
        enter(shropshire, getattr(shropshire, who))


@pytest.mark.parametrize(
    ("options", "field"),
    [({"what": " "}, "what"), ({"support": ""}, "support"), ({"happened_on": date(2026, 11, 10)}, "happened_on")],
)
def test_it_says_what_is_missing(shropshire: Org, options: dict[str, Any], field: str) -> None:
    with pytest.raises(RuleBroken) as refusal:
        enter(shropshire, shropshire.worker, **options)
    assert refusal.value.field == field


def test_the_incident_of_another_person_cannot_be_shared_by_the_way(shropshire: Org) -> None:
    other = Incident.objects.create(
        supervisee=shropshire.outsider,
        happened_on=TODAY,
        what="x",
        support="y",
        made_by=shropshire.outsider,
        made_at=NOON,
    )
    with pytest.raises(RuleBroken, match="not one of this person"):
        share(shropshire, other)


def test_it_is_only_ever_added_and_its_reading_is_in_the_trail(shropshire: Org) -> None:
    incident = enter(shropshire, shropshire.worker)
    with pytest.raises(Error), transaction.atomic():
        Incident.objects.filter(pk=incident.pk).update(what="Nothing.")

    services.read_shared(person=shropshire.worker, actor=shropshire.actor(shropshire.supervisor), at=NOON)

    assert Entry.objects.filter(verb="incident.entered", actor_id=shropshire.worker.pk).exists()
    assert Entry.objects.filter(verb="disclosure_log.read", actor_id=shropshire.supervisor.pk).exists()


@pytest.mark.req("R025")
def test_from_the_page_to_the_log(shropshire: Org, sign_in: SignIn) -> None:
    worker, supervisor, above = (
        sign_in(person) for person in (shropshire.worker, shropshire.supervisor, shropshire.team_manager)
    )
    address = f"/supervision/people/{shropshire.worker.pk}/sharing/"
    typed = {"happened_on_0": "6", "happened_on_1": "11", "happened_on_2": "2025", "what": "Followed to the car."}

    kept = worker.post(f"{address}incident/", typed).content.decode()
    worker.post(f"{address}incident/", {**typed, "support": "A talk"})
    incident = Incident.objects.get()
    hidden = above.get(address).content.decode()
    link = f"{address}add/?incident={incident.pk}"
    offered = supervisor.get(address).content.decode()
    day = {"shared_on_0": "6", "shared_on_1": "11", "shared_on_2": "2025"}
    supervisor.post(link, {"what": "It", "category": "staff_safety", "shared_with": "Tom Mills", **day})

    assert "Say which support was given" in kept
    assert "Followed to the car." in kept
    assert link in offered
    assert "Followed to the car." not in hidden
    assert "Followed to the car." in above.get(address).content.decode()
