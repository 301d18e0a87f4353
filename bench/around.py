"""What stands around the records of those whose pages are opened: steps of actions, agendas, matters, notices, days away."""

from datetime import datetime, timedelta
from uuid import uuid4

from compliance.demo import people
from core.actor import Actor
from core.clock import date_of
from notifications import services as notifications
from records.action_rules import Step
from records.models import Action, ActionEvent
from staff.models import Absence, StaffMember
from staff.selectors import actor_for
from supervision import services as supervision
from supervision.models import AgendaItem, Concern, MatterEntry, SupervisionSession
from supervision.rules.matters import Advice

FEW, MANY = 2, 20
ABOUT = (people.AMARA, people.KATARZYNA)


def write(number: int, *, at: datetime) -> None:
    """So many of each thing more, between two people and their supervisor; the actions' steps as far as there are none."""
    manager = actor_of(people.PRIYA, at)
    for name in ABOUT:
        one = actor_of(name, at)
        for place in range(number):
            moment = at - timedelta(hours=place + 1)
            _agenda(one, manager, place, moment)
            _put_to_managers(one, manager, moment)
            _shared(one, manager, moment)
            _days(one, moment)
    for actor in (actor_of(name, at) for name in (*ABOUT, people.PRIYA, people.SERVICE_MANAGER)):
        for place in range(number):
            moment = at - timedelta(hours=place + 1)
            notifications.notify(person_id=actor.staff_id, kind="record_sealed", key=uuid4().hex, path="/", at=moment)
    _steps()


def actor_of(name: str, at: datetime) -> Actor:
    """Somebody, as the pages know them."""
    return actor_for(StaffMember.objects.get(name=name), on=date_of(at))


def _agenda(one: Actor, manager: Actor, place: int, at: datetime) -> None:
    """What waits for the next session, raised by either side; half of it has been put off before."""
    AgendaItem.objects.create(
        supervisee_id=one.staff_id,
        raised_by_id=(one, manager)[place % 2].staff_id,
        kind=("topic", "good_practice", "workload")[place % 3],
        text="Two court statements are due in one week. I cannot do both well.",
        position=AgendaItem.objects.filter(supervisee=one.staff_id).count() + 1,
        carried=place % 2,
        created_at=at,
        shared_at=at if place % 4 else None,
    )


def _put_to_managers(one: Actor, manager: Actor, at: datetime) -> None:
    """A disagreement with both views, and a concern."""
    said = "I would visit twice more. The school has had two more absences since half-term."
    subject = "Whether the work can end in January"
    matter = supervision.refer_disagreement(
        supervisee_id=one.staff_id, subject=subject, view=said, session_id=None, actor=one, at=at
    )
    MatterEntry.objects.create(matter=matter, kind="view", author_id=manager.staff_id, at=at, text=said)
    Concern.objects.create(
        raised_by_id=one.staff_id,
        about_id=manager.staff_id,
        route="line_manager",
        recipient_id=matter.referred_to_id,
        text=said,
        raised_at=at,
    )


def _shared(one: Actor, manager: Actor, at: datetime) -> None:
    """Something that both agreed to share, something that had to be shared, and a process elsewhere."""
    asked = supervision.log_disclosure(
        supervisee_id=one.staff_id,
        what="That the operation went well.",
        category="by_agreement",
        shared_with="Tom Mills, team manager",
        shared_on=None,
        advice=Advice(),
        not_told_because="",
        actor=manager,
        at=at,
    )
    supervision.answer_disclosure(disclosure_id=asked.pk, agrees=True, actor=one, at=at)
    supervision.add_reference(
        supervisee_id=one.staff_id,
        kind="support",
        number="OH 2231",
        note="Occupational health",
        starts_on=date_of(at),
        ends_on=None,
        replaces_id=None,
        actor=manager,
        at=at,
    )


def _days(one: Actor, at: datetime) -> None:
    """A day of leave in a year to come."""
    first = date_of(at) + timedelta(days=200 + 7 * Absence.objects.filter(person=one.staff_id).count())
    Absence.objects.create(
        person_id=one.staff_id, kind="annual_leave", starts_on=first, ends_on=first + timedelta(days=2), recorded_at=at
    )


def _steps() -> None:
    """What became of the actions about these people: one step of what is done, two of what is open."""
    without = Action.objects.filter(record__subject__name__in=ABOUT, events=None).select_related("record")
    ActionEvent.objects.bulk_create(
        ActionEvent(
            action=action,
            kind=kind,
            by_id=action.record.author_id,
            at=action.closed_at or action.created_at,
            on=date_of(action.closed_at or action.created_at),
            reason="The hearing was moved, and the report with it.",
        )
        for action in without
        for kind in ((action.status,) if action.closed_at else (Step.CARRIED, Step.CARRIED))
    )


def ask_for_exception(*, at: datetime) -> None:
    """Supervision less often than the policy asks, on which nobody has decided."""
    one, manager = actor_of(people.KATARZYNA, at), actor_of(people.PRIYA, at)
    supervision.ask_for_exception(
        supervisee_id=one.staff_id,
        every="P6W",
        minutes=None,
        reason="Works half a week until spring.",
        starts_on=date_of(at),
        last_on=date_of(at) + timedelta(days=100),
        actor=manager,
        at=at,
    )


def next_session(name: str, *, at: datetime) -> SupervisionSession:
    """Somebody's next session."""
    booked = SupervisionSession.objects.planned().filter(supervisee__name=name, on__gte=date_of(at))
    return booked.order_by("on", "starts")[0]
