"""What became of the demo's actions step by step, and one disagreement that was put to a manager."""

from datetime import datetime, timedelta

from compliance.demo import people
from compliance.demo.authority import Authority
from compliance.demo.chains import insert
from core.clock import date_of
from records.action_rules import Step
from records.models import Action, ActionEvent
from supervision import selectors
from supervision.models import Matter, MatterEntry

CARRIED = "The hearing was moved, and the report with it."
LATE = "It waited for another service."
HOW_MANY_CARRIED = 12
AFTER = timedelta(days=21)


def settle_steps(*, at: datetime) -> None:
    """A step for each action that was closed; some open ones were carried into the next session once."""
    actions = list(Action.objects.select_related("record"))
    closed = [action for action in actions if action.closed_at]
    insert(
        [
            ActionEvent(
                action=action,
                kind=action.status,
                by_id=action.owner_id or action.record.author_id,
                at=action.closed_at,
                on=date_of(action.closed_at),
                reason=action.reason or _why_late(action),
            )
            for action in closed
            if action.closed_at
        ]
    )
    waiting = [action for action in actions if not action.closed_at and action.created_at < at - AFTER]
    carried = sorted(waiting, key=lambda action: action.created_at, reverse=True)[:HOW_MANY_CARRIED]
    insert([_carried(action) for action in carried])
    Action.objects.filter(pk__in=[action.pk for action in carried]).update(times_carried=1)


def _why_late(action: Action) -> str:
    is_late = action.closed_at and action.due_on and date_of(action.closed_at) > action.due_on
    return LATE if is_late else ""


def _carried(action: Action) -> ActionEvent:
    at = action.created_at + AFTER
    return ActionEvent(
        action=action, kind=Step.CARRIED, by_id=action.record.author_id, at=at, on=date_of(at), reason=CARRIED
    )


def write_matter(authority: Authority, *, at: datetime) -> None:
    """A disagreement of the story's supervisor and a supervisee, with both views, which waits for the manager."""
    supervisee, supervisor = (authority.members[name].row for name in (people.AMARA, people.PRIYA))
    raised_at = at - timedelta(days=2)
    named = selectors.named_manager(person_id=supervisee.pk, supervisor_id=supervisor.pk, on=date_of(at))
    if named.manager is None:
        return
    matter = Matter.objects.create(
        kind=Matter.Kind.DISAGREEMENT,
        supervisee=supervisee,
        supervisor=supervisor,
        raised_by=supervisee,
        referred_to=named.manager,
        subject="Whether the work with P203114 can end in January",
        on_record=False,
        raised_at=raised_at,
    )
    views = (
        (supervisee, "I would visit twice more. The school has had two more absences since half-term."),
        (supervisor, "The plan is met, and early help has agreed to take over. I would end it at the review."),
    )
    insert(
        [
            MatterEntry(matter=matter, kind="view", author=author, at=raised_at + timedelta(hours=number), text=text)
            for number, (author, text) in enumerate(views)
        ]
    )
