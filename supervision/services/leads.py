"""One step that tells those above of a session that was called off and has no other date."""

from datetime import datetime
from uuid import UUID

from django.db import transaction
from django.urls import reverse

from core.actor import Actor
from core.errors import RuleBroken
from outbox.services import enqueue
from staff.selectors import line_above
from supervision import rules, selectors
from supervision.models import LeadTold
from supervision.services import diary
from trail import services as trail


@transaction.atomic
def tell_leads(*, session_id: UUID, actor: Actor, at: datetime) -> list[LeadTold]:
    """Tell everybody above the supervisor in the line, once, and keep who was told (St Helens). No reason is sent.

    Raises NotAllowed, or RuleBroken: the policy names no senior leads, another date was found, they were told already,
    nobody is above.
    """
    session = diary.lock_session(session_id, actor)
    if not rules.tells_leads(selectors.policy_blocks(actor.on)):
        raise RuleBroken("The policy in force names no senior leads to tell.")
    if not selectors.is_without_a_date(session):
        raise RuleBroken("This session needs no other date any more, so there is nothing to tell.")
    if session.leads_told.exists():
        raise RuleBroken("They were told already. Nothing was sent again.")
    above = [lead for lead in line_above(actor.staff_id, on=actor.on) if lead != session.supervisee_id]
    if not above:
        raise RuleBroken("Nobody is above you in the line of management, so there is nobody to tell.")
    told = LeadTold.objects.bulk_create(
        LeadTold(session=session, lead_id=lead, told_by_id=actor.staff_id, told_at=at) for lead in above
    )
    trail.record(
        actor=actor,
        verb="session.leads_told",
        target=session,
        about=session.supervisee_id,
        at=at,
        leads=[str(lead) for lead in above],
    )
    path = reverse("supervision:session-detail", kwargs={"session_id": session.pk})
    for lead in above:
        enqueue("notifications.tasks.notify", person_id=lead, kind="date_wanted", key=str(session.pk), path=path)
    return told
