"""Reading the actions of audits and observations; what waits for somebody, looked up with their account."""

from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from datetime import date, timedelta
from enum import StrEnum
from typing import Any
from uuid import UUID

from django.contrib.postgres.expressions import ArraySubquery
from django.core.paginator import Page, Paginator
from django.db.models import Count, Exists, F, OuterRef, Q
from django.db.models.expressions import Combinable
from django.db.models.functions import JSONObject

from audits.models import Moderation, Observation, ObservationConsent
from audits.timetable.rules import Chase
from core.actor import Actor
from records.models import Action
from records.rules import EXAMINING, MASKED
from staff.models import StaffMember
from staff.selectors import actor_for

ON_A_PAGE = 25
# How long the owner is reminded before anybody above is told
LATE_FOR_LONG = timedelta(days=14)
# As many of each as a home page could show
MOST = 20
# Of actions more: those of people whom one has left are among them, and are not counted
MOST_ACTIONS = 200


class Show(StrEnum):
    """Which actions a list shows."""

    OPEN = "open"
    LATE = "late"
    DONE = "done"


@dataclass(frozen=True, slots=True)
class ActionsPage:
    """A page of actions of audits and observations, and how many there are under each heading."""

    show: Show
    page: Page
    counts: Mapping[str, int]


def actions_page(*, actor: Actor, show: Show, number: str) -> ActionsPage:
    """The actions of audits and observations that the actor sees: as owner, as the examined, as auditor or observer, and as
    whoever is next up; the longest late first. In two queries, or three.
    """
    rows = Action.objects.visible_to(actor).filter(record__kind__in=sorted(EXAMINING))
    late = Q(status=Action.Status.OPEN, due_on__lt=actor.on)
    is_open = Q(status=Action.Status.OPEN)
    counts = rows.aggregate(open=Count("pk", is_open), late=Count("pk", late), done=Count("pk", ~is_open))
    wanted = {Show.OPEN: is_open, Show.LATE: late, Show.DONE: ~is_open}[show]
    order = (F("closed_at").desc(), "pk") if show is Show.DONE else (F("due_on").asc(nulls_last=True), "pk")
    page = Paginator(rows.filter(wanted).with_people().order_by(*order), ON_A_PAGE).get_page(number)
    return ActionsPage(show, page, counts)


def late_for_managers(*, on: date, managers: Mapping[UUID, UUID]) -> Iterator[Chase]:
    """Whom to tell of actions of audits and observations that are late by two weeks or more: who manages the examined now,
    where that is not the owner, and they see the action. ``managers``: by the person managed. A query, and a few for each
    manager.
    """
    late = Action.objects.live().filter(record__kind__in=sorted(EXAMINING), due_on__lte=on - LATE_FOR_LONG)
    by_manager: dict[UUID, list[UUID]] = {}
    for action_id, about, owner in late.values_list("pk", "record__subject", "owner"):
        if about and (manager := managers.get(about)) and manager != owner:
            by_manager.setdefault(manager, []).append(action_id)
    for person in StaffMember.objects.filter(pk__in=by_manager):
        seen = Action.objects.visible_to(actor_for(person, on=on)).filter(pk__in=by_manager[person.pk])
        for action in seen:
            yield Chase(person.pk, "examined_action_late", f"{action.pk}/{action.due_on}")


def waiting_in_audits() -> Combinable:
    """An expression on accounts: observations to answer, second judgements to give, open actions of one's own audits."""
    person = OuterRef(OuterRef("person_id"))
    me = OuterRef("person_id")
    answered = ObservationConsent.objects.filter(observation=OuterRef("pk"), person=person)
    to_answer = Observation.objects.filter(
        Q(observed=me) | Q(practitioner=me), ~Exists(answered), held_on=None, given_up_at=None
    ).order_by("planned_on")
    to_judge = Moderation.objects.filter(moderator=me, done_at=None, withdrawn_at=None).order_by("due_on")
    actions = Action.objects.filter(
        record__author=me, record__kind__in=sorted(EXAMINING), status=Action.Status.OPEN, due_on__isnull=False
    ).order_by("due_on")
    told = JSONObject(on="due_on", owner="owner", about="record__subject", record="record", sensitivity="sensitivity")
    return JSONObject(
        observations=ArraySubquery(to_answer.values(row=JSONObject(id="id", on="planned_on"))[:MOST]),
        moderations=ArraySubquery(to_judge.values(row=JSONObject(id="id", on="due_on"))[:MOST]),
        actions=ArraySubquery(actions.values(row=told)[:MOST_ACTIONS]),
    )


@dataclass(frozen=True, slots=True)
class Waiting:
    """What of audits and observations waits for somebody: keys with their days; since when actions are late."""

    observations: tuple[tuple[UUID, date], ...] = ()
    moderations: tuple[tuple[UUID, date], ...] = ()
    late_actions: tuple[date, ...] = ()


def waiting_of(found: Mapping[str, Any] | None, *, actor: Actor) -> Waiting:
    """What ``waiting_in_audits`` found, as it stands for the actor on their day: of actions, those that they see."""
    if not found:
        return Waiting()
    days = [date.fromisoformat(row["on"]) for row in found["actions"] if _is_seen(row, actor)]
    return Waiting(
        observations=_rows(found["observations"]),
        moderations=_rows(found["moderations"]),
        late_actions=tuple(day for day in days if day < actor.on),
    )


def _is_seen(row: Mapping[str, str | None], actor: Actor) -> bool:
    """Whether the actor, who wrote an audit or observation, still sees an action of it: as ``Action.visible_to`` says."""
    about, owner = UUID(row["about"]), row["owner"]
    near = about in actor.manages | actor.supervises or UUID(row["record"]) in actor.granted_records
    from_above = about in actor.next_up_for and row["sensitivity"] not in MASKED
    return near or from_above or owner == str(actor.staff_id)


def _rows(found: list[Mapping[str, str]]) -> tuple[tuple[UUID, date], ...]:
    return tuple((UUID(row["id"]), date.fromisoformat(row["on"])) for row in found)
