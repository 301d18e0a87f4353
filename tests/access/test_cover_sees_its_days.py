"""Cover sees what is of its days, and nothing from before: asked of every kind of thing between two people."""

import inspect
from collections.abc import Callable
from datetime import UTC, date, datetime, time
from typing import Any

import pytest
from django.apps import apps
from django.db.models import Model

from core.actor import Actor
from staff.models import StaffMember, SupervisionRelationship
from supervision.models import (
    AgendaItem,
    Disclosure,
    FrequencyException,
    Incident,
    Matter,
    Preparation,
    Reference,
    ReviewRequest,
)
from tests import folder_kit
from tests.diary_kit import held
from tests.org import Org, add_person, put_under
from tests.records_kit import Kit, load_templates

pytestmark = [pytest.mark.django_db, pytest.mark.scenario(10, "c"), pytest.mark.req("R046")]

SEES_FROM = date(2026, 11, 2)
BEFORE, AFTER = date(2026, 1, 20), date(2026, 11, 3)
TODAY = date(2026, 11, 9)


def at(day: date) -> datetime:
    return datetime.combine(day, time(12), tzinfo=UTC)


def incident(org: Org, day: date) -> Model:
    return Incident.objects.create(
        supervisee=org.worker, happened_on=day, what="Spat at", support="Time off", made_by=org.worker, made_at=at(day)
    )


def disclosure(org: Org, day: date) -> Model:
    return Disclosure.objects.create(
        supervisee=org.worker,
        made_by=org.supervisor,
        made_at=at(day),
        what="That she was off",
        category="legal_duty",
        shared_with="HR",
        shared_on=day,
    )


def reference(org: Org, day: date) -> Model:
    return Reference.objects.create(
        supervisee=org.worker, kind="capability", number="C1", starts_on=day, made_by=org.supervisor, made_at=at(day)
    )


def matter(org: Org, day: date) -> Model:
    return Matter.objects.create(
        kind="disagreement",
        supervisee=org.worker,
        supervisor=org.supervisor,
        raised_by=org.worker,
        referred_to=org.team_manager,
        subject="The plan for B",
        raised_at=at(day),
    )


def review_request(org: Org, day: date) -> Model:
    load_templates()
    return ReviewRequest.objects.create(
        contract=Kit(org).draft(), asked_by=org.worker, reason="The hours changed", asked_at=at(day)
    )


def exception(org: Org, day: date) -> Model:
    return FrequencyException.objects.create(
        supervisee=org.worker,
        every="P6W",
        reason="Long court case",
        starts_on=day,
        ends_on=date(2027, 1, 1),
        asked_by=org.supervisor,
        asked_at=at(day),
    )


def discussed_item(org: Org, day: date) -> Model:
    return AgendaItem.objects.create(
        supervisee=org.worker,
        raised_by=org.worker,
        text="The workload",
        position=1,
        created_at=at(day),
        shared_at=at(day),
        session=held(org.worker, org.supervisor, on=day),
        discussed_at=at(day),
    )


def shared_notes(org: Org, day: date) -> Model:
    return Preparation.objects.create(
        session=held(org.worker, org.supervisor, on=day),
        person=org.worker,
        notes="What I want to say",
        updated_at=at(day),
        shared_at=at(day),
    )


def folder_document(org: Org, day: date) -> Model:
    return folder_kit.document(org.worker, BEFORE, by=org.worker, lies_at="Cabinet 3", recorded_at=at(day))


def folder_note(org: Org, day: date) -> Model:
    return folder_kit.note(org.worker, "essential_conversation", BEFORE, by=org.worker, recorded_at=at(day))


THINGS = [
    folder_document,
    folder_note,
    incident,
    disclosure,
    reference,
    matter,
    review_request,
    exception,
    discussed_item,
    shared_notes,
]


@pytest.fixture
def cover(org: Org) -> StaffMember:
    """Stands in for the supervisor from another service, under a manager of that service."""
    person = add_person("Cal Moss", team=org.other_team, job_title="Team manager")
    put_under(person, org.outsider)
    SupervisionRelationship.objects.create(
        supervisee=org.worker,
        supervisor=person,
        kind=SupervisionRelationship.Kind.COVER,
        covers_for=org.supervisor,
        starts_on=SEES_FROM,
        sees_from=SEES_FROM,
        recorded_at=at(SEES_FROM),
    )
    return person


def sees(thing: Model, actor: Actor) -> bool:
    return bool(type(thing).objects.visible_to(actor).filter(pk=thing.pk).exists())  # type: ignore[attr-defined]


@pytest.mark.parametrize(("day", "seen"), [(BEFORE, False), (SEES_FROM, True), (AFTER, True)])
@pytest.mark.parametrize("make", THINGS, ids=lambda make: make.__name__)
def test_a_cover_sees_things_of_its_days_alone(
    org: Org, cover: StaffMember, make: Callable[[Org, date], Model], day: date, seen: bool
) -> None:
    thing = make(org, day)

    assert sees(thing, org.actor(cover, on=TODAY)) is seen
    # The control: who supervises in the own right has no bound
    assert sees(thing, org.actor(org.supervisor, on=TODAY))


def test_what_waits_for_the_next_session_is_seen_by_the_cover_who_is_to_hold_it(org: Org, cover: StaffMember) -> None:
    item = AgendaItem.objects.create(
        supervisee=org.worker,
        raised_by=org.worker,
        text="The workload",
        position=1,
        created_at=at(BEFORE),
        shared_at=at(BEFORE),
    )

    assert sees(item, org.actor(cover, on=TODAY))


def test_no_kind_of_thing_forgets_the_bound() -> None:
    """Every table that asks whom the actor supervises asks it by ``of_those_supervised``, or says here why not."""
    # The recipient of a concern is no supervisor of who raised it; absences are dates, and a cover needs those that run;
    # who holds a child, and which papers of somebody's folder hold, is of the present day
    unbounded = {"Concern", "Absence", "Allocation", "FolderItem", "FolderMedium", "PersonalSheet"}
    querysets: dict[str, Any] = {model.__name__: model._default_manager.get_queryset() for model in apps.get_models()}
    asking = {
        name: source
        for name, rows in querysets.items()
        if hasattr(rows, "visible_to") and "actor.supervises" in (source := inspect.getsource(rows.visible_to))
    }
    ways = ("of_those_supervised", "of_seen_days", "covered_by")
    assert asking
    assert {name for name, source in asking.items() if not any(way in source for way in ways)} <= unbounded


def test_the_manager_of_a_cover_stands_in_no_relation_to_who_is_covered(org: Org, cover: StaffMember) -> None:
    manager = org.actor(org.outsider, on=TODAY)

    assert manager.relation_to(org.worker.pk) == "colleague"
    assert manager.relation_to(cover.pk) == "supervisor"
    assert org.actor(org.team_manager, on=TODAY).relation_to(org.worker.pk) == "next up"
