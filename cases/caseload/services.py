"""Writes to what a child counts, and to why somebody holds more than the guide; and reads that leave a line in the log."""

from collections.abc import Collection
from dataclasses import dataclass
from datetime import date, datetime
from typing import Any
from uuid import UUID

from django.db import transaction

from cases import changing, services
from cases import rules as children_rules
from cases.caseload import access, rules, selectors
from cases.caseload.models import CaseloadNote
from cases.caseload.selectors import Board
from cases.models import Child, ChildWeight
from cases.rules import Way
from core.actor import Actor
from core.errors import RuleBroken
from staff.models import StaffMember
from trail import services as trail


@dataclass(frozen=True, slots=True)
class Why:
    """Why somebody holds more than the guide, what is planned, and when it is looked at again."""

    reason: str
    plan: str
    review_on: date


@transaction.atomic
def say_why(*, person_id: UUID, reason: str, plan: str, review_on: date, actor: Actor, at: datetime) -> CaseloadNote:
    """Say of a worker above the guide why, and what is planned; what was said before stays. Raises NotAllowed, RuleBroken."""
    access.check_can_say_why(actor, person_id)
    rules.check_said(reason, plan)
    rules.check_review(review_on, today=actor.on)
    StaffMember.objects.select_for_update(no_key=True).get(pk=person_id)
    load = selectors.load_now(person_id=person_id, on=actor.on)
    if load.guide is None or not load.is_above:
        raise RuleBroken("This caseload is not above the guide any more, so there is nothing to explain.")
    note = CaseloadNote.objects.create(
        worker_id=person_id,
        by_id=actor.staff_id,
        on=actor.on,
        recorded_at=at,
        reason=reason.strip(),
        plan=plan.strip(),
        review_on=review_on,
        load=load.load,
        guide=load.guide,
    )
    trail.record(actor=actor, verb="caseload.explained", target=note, about=person_id, at=at)
    return note


@transaction.atomic
def allocate(
    *, child_id: UUID, to_id: UUID, way: Way, starts_on: date, why: Why | None, actor: Actor, at: datetime
) -> Child:
    """Give a child to somebody, and say why it is above the guide where that was said. Raises NotAllowed, RuleBroken."""
    child = services.allocate(child_id=child_id, to_id=to_id, way=way, starts_on=starts_on, actor=actor, at=at)
    _explain(to_id, why, actor=actor, at=at)
    return child


@transaction.atomic
def open_case(*, holder_id: UUID, why: Why | None, actor: Actor, at: datetime, **case: Any) -> Child:
    """Open a case and give it to somebody, and say why it is above the guide. Raises NotAllowed, RuleBroken."""
    child = services.open_episode(holder_id=holder_id, actor=actor, at=at, **case)
    _explain(holder_id, why, actor=actor, at=at)
    return child


@transaction.atomic
def set_weight(*, child_id: UUID, weight: str, reason: str, actor: Actor, at: datetime) -> ChildWeight:
    """From today on this child counts so much, whatever the policy says of its plans. Raises NotAllowed, RuleBroken."""
    child, holders = changing.lock(child_id, actor)
    figure = rules.weight_typed(weight)
    children_rules.check_reason(reason, of="why this child counts otherwise", field="reason")
    children_rules.check_within(actor.on, opened_on=changing.opened_on(child))
    changing.end(child.weights.all(), on=actor.on, at=at)
    found = ChildWeight.objects.create(
        child=child, weight=figure, reason=reason, set_by_id=actor.staff_id, starts_on=actor.on, recorded_at=at
    )
    changing.note("child.weight_set", child, actor, at, holders, weight=str(figure))
    return found


@transaction.atomic
def end_weight(*, child_id: UUID, actor: Actor, at: datetime) -> Child:
    """From today on the child counts as the policy says again. Raises NotAllowed, or RuleBroken without one of its own."""
    child, holders = changing.lock(child_id, actor)
    if not child.weights.live(actor.on).exists():
        raise RuleBroken("This child has no weight of its own.")
    changing.end(child.weights.all(), on=actor.on, at=at)
    changing.note("child.weight_ended", child, actor, at, holders)
    return child


def read_board(*, actor: Actor, at: datetime) -> Board:
    """The board; that the reasons on it were read stands in the log before they leave."""
    board = selectors.caseload_board(actor=actor)
    _note_read([row.person_id for row in board.rows if row.note], actor=actor, at=at)
    return board


@transaction.atomic
def take_board(*, actor: Actor, at: datetime) -> Board:
    """The board for a file; that it was taken away stands in the log before it leaves, too."""
    board = read_board(actor=actor, at=at)
    trail.record(actor=actor, verb="caseload.exported", at=at, number=len(board.rows))
    return board


def read_notes(*, person_id: UUID, actor: Actor, at: datetime) -> list[CaseloadNote]:
    """What was said of one worker's caseload; that it was read stands in the log. Raises NotAllowed."""
    access.check_can_see_load(actor, person_id)
    notes = selectors.notes_of(actor=actor, person_id=person_id)
    _note_read([person_id] if notes else [], actor=actor, at=at)
    return notes


def _note_read(people: Collection[UUID], *, actor: Actor, at: datetime) -> None:
    others = [person for person in people if person != actor.staff_id]
    if others:
        trail.record_for_each(actor=actor, verb="caseload.read", people=others, at=at)


def _explain(person_id: UUID, why: Why | None, *, actor: Actor, at: datetime) -> None:
    # Without it, too, the child is given: it is asked for, and never a condition
    if why and selectors.load_now(person_id=person_id, on=actor.on).is_above:
        say_why(person_id=person_id, reason=why.reason, plan=why.plan, review_on=why.review_on, actor=actor, at=at)
