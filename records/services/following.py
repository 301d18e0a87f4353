"""What becomes of an action: done, dropped, opened again, moved, carried forward, given to somebody else; reminders."""

from collections.abc import Sequence
from datetime import date, datetime
from uuid import UUID

from django.db import transaction
from django.db.models import F, QuerySet
from django.urls import reverse

from core.actor import Actor
from core.clock import date_of
from core.errors import RuleBroken
from outbox.services import enqueue
from records import access, action_rules, selectors, values
from records.action_rules import Outcome, Step
from records.models import Action, Record
from records.rules import State
from records.selectors import ActionRow, ActionsPage, Wanted
from records.services.actions import add_step, tell_owner
from staff.access import check_not_frozen
from staff.models import StaffMember
from trail import services as trail

REMINDED_AT_ONCE = 200
CLOSED = "This action is closed already."
TAKEN_ON = "Taken on from somebody who no longer supervises here, or has left."


@transaction.atomic
def close_action(*, action_id: UUID, status: str, reason: str, actor: Actor, at: datetime) -> Action:
    """Mark an action as done, or drop it with a reason.

    Raises NotAllowed, or RuleBroken: closed already, or no reason for dropping it or for its being late.
    """
    action = _locked(action_id, actor)
    access.check_can_close_action(actor, action)
    if not action.is_open:
        raise RuleBroken(CLOSED)
    step, why = Step(status), values.cleaned_text(reason)
    late = action_rules.needs_a_reason(action.due_on, on=date_of(at), explained=action.delay_explained)
    action_rules.check_closing(step, reason=why, late=late)
    add_step(action, step, by=actor.staff_id, reason=why, at=at)
    return _noted(action, step, actor=actor, at=at)


@transaction.atomic
def reopen_action(*, action_id: UUID, actor: Actor, at: datetime) -> Action:
    """Take back that an action was done or dropped. Raises NotAllowed, or RuleBroken where it is open."""
    action = _locked(action_id, actor)
    access.check_can_close_action(actor, action)
    if action.is_open:
        raise RuleBroken("This action is open already.")
    add_step(action, Step.REOPENED, by=actor.staff_id, at=at)
    return _noted(action, Step.REOPENED, actor=actor, at=at)


@transaction.atomic
def move_action(*, action_id: UUID, due_on: date | None, reason: str, actor: Actor, at: datetime) -> Action:
    """Give an action another date, with a reason. Raises NotAllowed or RuleBroken."""
    action = _locked(action_id, actor)
    access.check_can_change_action(actor, action)
    if not action.is_open:
        raise RuleBroken(CLOSED)
    why = values.cleaned_text(reason)
    action_rules.check_moving(due_on, present=action.due_on, reason=why, on=date_of(at))
    add_step(action, Step.MOVED, by=actor.staff_id, reason=why, due_on=due_on, at=at)
    return _noted(action, Step.MOVED, actor=actor, at=at)


@transaction.atomic
def reassign_action(
    *, action_id: UUID, owner_id: UUID | None, owner_name: str, reason: str, actor: Actor, at: datetime
) -> Action:
    """Give an action to somebody else: a colleague, or somebody outside by name. Raises NotAllowed or RuleBroken."""
    action = _locked(action_id, actor)
    access.check_can_give_on(actor, action, left_behind=selectors.is_left_behind(action, actor=actor))
    if not action.is_open:
        raise RuleBroken(CLOSED)
    why, name = values.cleaned_text(reason), values.cleaned_line(owner_name, most=200)
    if owner_id:
        name = StaffMember.objects.visible_to(actor).employed(actor.on).get(pk=owner_id).name
    if not name:
        raise RuleBroken("Say who is to do it: choose a colleague, or enter a name.", field="owner_id")
    if (owner_id, name) == (action.owner_id, action.owner_name):
        raise RuleBroken("That is who has it already.", field="owner_id")
    if not why:
        raise RuleBroken("Say why somebody else does it.", field="reason")
    add_step(action, Step.REASSIGNED, by=actor.staff_id, reason=why, owner=(owner_id, name), at=at)
    tell_owner(action, besides={actor.staff_id})
    return _noted(action, Step.REASSIGNED, actor=actor, at=at)


def take_on_action(*, action_id: UUID, actor: Actor, at: datetime) -> Action:
    """Do oneself what somebody who is gone was to do, in one step. Raises NotAllowed or RuleBroken."""
    return reassign_action(
        action_id=action_id, owner_id=actor.staff_id, owner_name="", reason=TAKEN_ON, actor=actor, at=at
    )


@transaction.atomic
def review_actions(*, record_id: UUID, outcomes: Sequence[Outcome], actor: Actor, at: datetime) -> int:
    """Say of open actions, while the next record is written, what became of each; gives how many.

    All or none. Raises NotAllowed, or RuleBroken with ``field`` "<action>/<field>" for the first that cannot be.
    """
    record = Record.objects.visible_to(actor).select_for_update(of=("self",), no_key=True).get(pk=record_id)
    access.check_can_sign_text(actor, record)
    if record.get_state() not in (State.DRAFT, State.RETURNED):
        raise RuleBroken("This record is signed. Look through the open actions on their own page.")
    wanted = {outcome.action_id: outcome for outcome in outcomes}
    actions = selectors.carried_in(record=record, actor=actor).filter(pk__in=wanted)
    # In one order for everybody, so that two who come to the same actions never wait for each other for ever
    locking = actions.with_delay_explained().order_by("pk").select_for_update(of=("self",))
    locked = {action.pk: action for action in locking}
    reviewed = [locked[action_id] for action_id in wanted if action_id in locked]
    for action in reviewed:
        try:
            _review(action, wanted[action.pk], record=record, actor=actor, at=at)
        except RuleBroken as refusal:
            raise RuleBroken(str(refusal), field=f"{action.pk}/{refusal.field}") from refusal
        _noted(action, wanted[action.pk].step, actor=actor, at=at)
    return len(reviewed)


def _review(action: Action, outcome: Outcome, *, record: Record, actor: Actor, at: datetime) -> None:
    on, why = date_of(at), values.cleaned_text(outcome.reason)
    if outcome.step is Step.CARRIED:
        if action.events.filter(kind=Step.CARRIED, record=record).exists():
            raise RuleBroken("This action is carried into this record already.", field="step")
        action_rules.check_carrying(outcome.due_on, reason=why, on=on)
        add_step(action, Step.CARRIED, by=actor.staff_id, reason=why, record=record, due_on=outcome.due_on, at=at)
        return
    late = action_rules.needs_a_reason(action.due_on, on=on, explained=action.delay_explained)
    action_rules.check_closing(outcome.step, reason=why, late=late)
    add_step(action, outcome.step, by=actor.staff_id, reason=why, at=at)


@transaction.atomic
def read_actions(*, wanted: Wanted, actor: Actor, number: str, at: datetime) -> ActionsPage:
    """A page of actions, noted in the trail for each person whom it is about before any word leaves."""
    page = selectors.actions_page(wanted=wanted, actor=actor, on=date_of(at), number=number)
    about = {person for row in page.page if (person := row.action.record.supervisee_id)} - {actor.staff_id}
    trail.record_for_each(actor=actor, verb="actions.read", people=about, at=at)
    return page


@transaction.atomic
def read_carried_in(*, record: Record, actor: Actor, at: datetime) -> list[ActionRow]:
    """Open actions from before a record, as its author looks through them, noted in the trail first."""
    found = selectors.carried_in(record=record, actor=actor).with_people().with_delay_explained()
    trail.record(actor=actor, verb="actions.read", target=record, about=record.subject_id, at=at)
    return [selectors.action_row(action, actor=actor, on=date_of(at)) for action in found]


def remind_of_actions(*, at: datetime) -> int:
    """Ask for the reminders of a day: shortly before an action's day, on it, a week after; three at most in its life.

    Some at a time, each some in a transaction of their own, so that nobody waits long to close an action.
    """
    told = 0
    due = Action.objects.live().filter(
        due_on__lte=date_of(at) + action_rules.REMIND_BEFORE,
        owner__isnull=False,
        reminders__lt=action_rules.MOST_REMINDERS,
        reminded_stage__lt=3,
    )
    # Who does not supervise there any more is reminded of nothing: it waits to be given on
    due = due.exclude(pk__in=Action.objects.left_behind(on=date_of(at)).values("pk"))
    keys = list(due.order_by("pk").values_list("pk", flat=True))
    for start in range(0, len(keys), REMINDED_AT_ONCE):
        told += _remind(due.filter(pk__in=keys[start : start + REMINDED_AT_ONCE]), on=date_of(at))
    return told


@transaction.atomic
def _remind(due: QuerySet[Action], *, on: date) -> int:
    told = 0
    for action in due.order_by("pk").select_for_update(skip_locked=True):
        assert action.due_on is not None  # noqa: S101  filtered by it
        stage = action_rules.stage_of(action.due_on, on=on)
        if stage <= action.reminded_stage:
            continue
        Action.objects.filter(pk=action.pk).update(reminders=F("reminders") + 1, reminded_stage=stage)
        enqueue(
            "notifications.tasks.notify",
            person_id=action.owner_id,
            kind="action_due",
            key=f"{action.pk}/{action.reminders + 1}",
            path=reverse("records:action-detail", kwargs={"action_id": action.pk}),
        )
        told += 1
    return told


def _locked(action_id: UUID, actor: Actor) -> Action:
    actions = Action.objects.visible_to(actor).with_delay_explained().select_related("record")
    action = actions.select_for_update(of=("self",)).get(pk=action_id)
    if action.owner_id != actor.staff_id:
        # What was given on stays with whoever has it, and is theirs to do
        check_not_frozen(action.record.subject_id)
    return action


def _noted(action: Action, step: Step, *, actor: Actor, at: datetime) -> Action:
    trail.record(
        actor=actor,
        verb=f"action.{step.value}",
        target=action,
        about=action.record.supervisee_id,
        at=at,
        record=action.record_id,
    )
    return action
