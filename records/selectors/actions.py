"""Agreed actions: both people's in one place, and those that stand ready when the next record is written."""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import date
from enum import StrEnum
from typing import Any
from uuid import UUID

from django.core.paginator import Page, Paginator
from django.db.models import Case, Count, F, IntegerField, Q, QuerySet, Value, When

from core.actor import Actor
from core.prepared import prepared
from core.shortcuts import may
from records import access, action_rules
from records.action_models import ActionQuerySet
from records.action_rules import Priority
from records.models import Action, ActionEvent, Record
from records.rules import EXAMINING
from staff.models import StaffMember, SupervisionRelationship

ACTIONS_ON_A_PAGE = 25
# In whose supervision nothing is agreed
NOBODY = UUID(int=0)
PRESSING = {Priority.HIGH: 0, Priority.MEDIUM: 1, Priority.LOW: 2}


class Show(StrEnum):
    """Which actions a list shows."""

    OPEN = "open"
    OVERDUE = "overdue"
    CLOSED = "closed"
    TO_GIVE_ON = "give-on"


class Whose(StrEnum):
    """Whose actions a list shows: everybody's, those that the reader is to do, those of others."""

    ALL = "all"
    MINE = "mine"
    OTHERS = "others"


@dataclass(frozen=True, slots=True)
class Wanted:
    """What a reader wants to see, as it stands in the address."""

    show: Show = Show.OPEN
    whose: Whose = Whose.ALL
    person_id: UUID | None = None


@dataclass(frozen=True, slots=True)
class ActionRow:
    """An action as one reader sees it. ``about``: in whose supervision, empty for a third person, who sees it alone."""

    action: Action
    about: str
    asked_by: str
    is_mine: bool
    is_overdue: bool
    needs_reason: bool
    may_close: bool
    may_change: bool
    may_give_on: bool = False


@dataclass(frozen=True, slots=True)
class ActionsPage:
    """A page of actions, and how many there are under each heading."""

    wanted: Wanted
    page: Page
    people: Sequence[StaffMember]
    counts: dict[str, int]


def actions_page(*, wanted: Wanted, actor: Actor, on: date, number: str) -> ActionsPage:
    """Actions that the reader owns or that were agreed in the reader's supervision, most pressing first."""
    asked = {"actor": actor, "on": on, "whose": wanted.whose, "person_id": wanted.person_id}
    if wanted.person_id and wanted.person_id not in _people_of(actor):
        asked["person_id"] = NOBODY
    [counts] = _counts(**asked)
    number_of_actions = counts[wanted.show.name.lower()]
    pages: Paginator[Any] = Paginator(range(number_of_actions), ACTIONS_ON_A_PAGE)
    page = pages.get_page(number)
    found = _shown(**asked, show=wanted.show, place=page.object_list) if number_of_actions else []
    left = wanted.show is Show.TO_GIVE_ON
    page.object_list = [action_row(action, actor=actor, on=on, left_behind=left) for action in found]
    people = StaffMember.objects.filter(pk__in=actor.supervises).order_by("name") if actor.supervises else ()
    return ActionsPage(wanted=wanted, page=page, people=list(people), counts=counts)


def _people_of(actor: Actor) -> set[UUID]:
    return {actor.staff_id} | actor.supervises | actor.next_up_for | actor.finishes


def _mine(actor: Actor, whose: Whose, person_id: UUID | None) -> ActionQuerySet:
    # Found by an index each first; asked as one question with "or", the database looks through everybody's
    owned = Action.objects.filter(owner_id=actor.staff_id).values("pk")
    near = {actor.staff_id} | actor.supervises
    agreed = Action.objects.filter(record__subject_id__in=near).values("pk")
    of_children = Action.objects.filter(record__discussed_with_id__in=near).values("pk")
    left = [Action.objects.to_give_on(actor).values("pk")] if actor.next_up_for or actor.finishes else []
    mine = Action.objects.visible_to(actor).filter(pk__in=owned.union(agreed, of_children, *left))
    match whose:
        case Whose.MINE:
            mine = mine.filter(owner_id=actor.staff_id)
        case Whose.OTHERS:
            mine = mine.exclude(owner_id=actor.staff_id)
    return mine.agreed_with([person_id]) if person_id else mine


@prepared
def _counts(*, actor: Actor, on: date, whose: Whose, person_id: UUID | None) -> QuerySet[Action, Any]:
    """One row: how many there are under each heading."""
    still_open = Q(status=Action.Status.OPEN)
    given_on = Action.objects.to_give_on(actor).values("pk")
    everything = _mine(actor, whose, person_id).order_by().values(all=Value(1))
    return everything.annotate(
        open=Count("pk", filter=still_open),
        overdue=Count("pk", filter=still_open & Q(due_on__lt=on)),
        closed=Count("pk", filter=~still_open),
        to_give_on=Count("pk", filter=Q(pk__in=given_on)),
    )


@prepared
def _shown(*, actor: Actor, on: date, whose: Whose, person_id: UUID | None, show: Show, place: range) -> ActionQuerySet:
    """The actions of one page. Their keys are found first, so that people are looked up for few."""
    actions = _mine(actor, whose, person_id)
    match show:
        case Show.CLOSED:
            actions = actions.exclude(status=Action.Status.OPEN)
        case Show.TO_GIVE_ON:
            actions = actions.live().filter(pk__in=Action.objects.to_give_on(actor).values("pk"))
        case Show.OVERDUE:
            actions = actions.live().filter(due_on__lt=on)
        case Show.OPEN:
            actions = actions.live()

    def ordered(found: ActionQuerySet) -> ActionQuerySet:
        return found.order_by("-closed_at", "pk") if show is Show.CLOSED else by_urgency(found)

    keys = ordered(actions).values("pk")[place.start : place.stop]
    return ordered(Action.objects.filter(pk__in=keys).with_people().with_delay_explained())


def by_urgency(actions: ActionQuerySet) -> ActionQuerySet:
    """The longest overdue first, then by date; on one day by priority; without a date last."""
    pressing = Case(
        *(When(priority=priority.value, then=Value(rank)) for priority, rank in PRESSING.items()),
        default=Value(1),
        output_field=IntegerField(),
    )
    return actions.order_by(F("due_on").asc(nulls_last=True), pressing, "created_at", "pk")


def is_left_behind(action: Action, *, actor: Actor) -> bool:
    """Whether the actor, as the manager above, is to give an action on; no query for anybody else."""
    is_above = action.record.supervisee_id in actor.next_up_for | actor.finishes
    return is_above and (
        Action.objects.to_give_on(actor).filter(pk=action.pk).exists() or is_to_be_left(action, on=actor.on)
    )


def is_to_be_left(action: Action, *, on: date) -> bool:
    """Whether its owner supervises the person until a day that is set: the manager above gives on ahead, too."""
    ends = SupervisionRelationship.objects.live(on).filter(ends_on__isnull=False)
    by_line = ends.filter(kind=SupervisionRelationship.Kind.LINE_MANAGEMENT)
    return by_line.filter(supervisor=action.owner_id, supervisee=action.record.subject_id).exists()


def action_row(action: Action, *, actor: Actor, on: date, left_behind: bool = False) -> ActionRow:
    """An action, read with its people and whether its delay is explained, as one reader sees it."""
    is_overdue = action.is_open and action_rules.is_overdue(action.due_on, on=on)
    return ActionRow(
        action=action,
        about="" if access.sees_action_alone(actor, action) else action.record.about,
        asked_by=action.record.author.name,
        is_mine=action.owner_id == actor.staff_id,
        is_overdue=is_overdue,
        needs_reason=is_overdue and not action.delay_explained,
        may_close=may(access.check_can_close_action, actor, action),
        may_change=may(access.check_can_change_action, actor, action),
        may_give_on=action.is_open and may(access.check_can_give_on, actor, action, left_behind=left_behind),
    )


def reads_record_of(action: Action, *, actor: Actor) -> bool:
    """Whether one of its two people, or the next up, reads the record too: of a child, who sees that child; in one query."""
    return action.record.child_id is None or Record.objects.visible_to(actor).filter(pk=action.record_id).exists()


def steps_of(action: Action) -> list[ActionEvent]:
    """What became of an action, step by step."""
    return list(action.events.select_related("by"))


def carried_in(*, record: Record, actor: Actor) -> ActionQuerySet:
    """Open actions of earlier records about the same person, which stand ready when this one is written (R095).

    Those of audits and observations were agreed by others, who follow them up.
    """
    earlier = Action.objects.visible_to(actor).live().filter(record__subject_id=record.subject_id)
    return by_urgency(earlier.exclude(record=record).exclude(record__kind__in=sorted(EXAMINING)))
