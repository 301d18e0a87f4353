"""Sessions of somebody who leaves: what stands in the diary after the last day does not take place."""

from datetime import date, datetime

from django.db import transaction

from core.actor import Actor
from staff.access import check_not_frozen
from staff.models import StaffMember
from supervision.models import SupervisionSession
from supervision.services.diary import tell_calendars
from trail import services as trail


@transaction.atomic
def call_off_sessions(*, person: StaffMember, left_on: date, actor: Actor, at: datetime) -> int:
    """Call off the sessions in which somebody who leaves would be after the last day; how many. Calendars are told.

    Once the last day is over, those before it, too, of which nobody said what became of them. Whoever calls this has
    checked that the actor may: nobody supervises here any more. Raises RuleBroken for a frozen file.
    """
    check_not_frozen(person.pk)
    rows = SupervisionSession.objects.planned().of_person(person.pk)
    if left_on > actor.on:
        rows = rows.filter(on__gte=left_on)
    sessions = list(rows.order_by("pk").select_for_update(of=("self",)))
    for session in sessions:
        session.status, session.closed_at = SupervisionSession.Status.CANCELLED, at
        session.cancelled_by_id = actor.staff_id
        session.cancel_reason = f"{person.name} leaves: the first day no longer here is {left_on:%-d %B %Y}."
        session.save(update_fields=["status", "closed_at", "cancelled_by", "cancel_reason"])
        trail.record(actor=actor, verb="session.cancelled", target=session, about=session.supervisee_id, at=at)
    if sessions:
        tell_calendars([session.pk for session in sessions])
    return len(sessions)
