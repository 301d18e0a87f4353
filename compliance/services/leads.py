"""One step that tells senior leads, beforehand, that a team's dates cannot be kept; and what they answer."""

from collections.abc import Collection
from datetime import datetime
from uuid import UUID

from django.db import transaction
from django.urls import reverse

from compliance import access, selectors
from compliance.models import Shortfall, ShortfallAnswer, ShortfallDate, ShortfallLead
from compliance.rules.shortfall import check_has_no_health, check_people
from core.actor import Actor
from core.errors import RuleBroken
from core.shortcuts import get_visible_or_404
from outbox.services import enqueue
from staff.models import StaffMember
from trail import services as trail


@transaction.atomic
def tell_of_shortfall(*, people: Collection[UUID], reason: str, plan: str, actor: Actor, at: datetime) -> Shortfall:
    """Tell everybody above in the line whose supervision falls due before a date is booked, why, and what is planned.

    Raises RuleBroken: the policy names no senior leads, nobody is above, somebody has a date by now, the plan speaks of
    health, or the same was told today already.
    """
    StaffMember.objects.select_for_update(no_key=True).get(pk=actor.staff_id)
    leads = selectors.leads_to_tell(actor, on=actor.on)
    if not leads:
        raise RuleBroken("The policy names no senior leads to tell, or nobody is above you in the line.")
    coming = {row.person_id: row for row in selectors.coming_up(actor=actor, on=actor.on)}
    check_people(people, coming)
    check_has_no_health(plan)
    named = ShortfallDate.objects.filter(shortfall__told_by=actor.staff_id, shortfall__on=actor.on)
    if set(people) <= set(named.values_list("person", flat=True)):
        raise RuleBroken("They were told of this today already. Nothing was sent again.")
    shortfall = Shortfall.objects.create(
        told_by_id=actor.staff_id, told_at=at, on=actor.on, reason=reason, plan=plan.strip()
    )
    ShortfallDate.objects.bulk_create(
        ShortfallDate(shortfall=shortfall, person_id=key, due_on=coming[key].due_on, next_on=coming[key].next_on)
        for key in people
    )
    ShortfallLead.objects.bulk_create(ShortfallLead(shortfall=shortfall, lead_id=lead) for lead in leads)
    trail.record(actor=actor, verb="shortfall.told", target=shortfall, at=at, leads=[str(lead) for lead in leads])
    for lead in leads:
        _tell(lead, "shortfall_told", shortfall, key=str(shortfall.pk))
    return shortfall


@transaction.atomic
def answer_shortfall(*, shortfall_id: UUID, answer: str, actor: Actor, at: datetime) -> ShortfallAnswer:
    """Keep what a lead answers, and tell whoever asked; pressed twice, once. Raises NotAllowed."""
    shortfall: Shortfall = get_visible_or_404(Shortfall.objects.with_people(actor), actor, pk=shortfall_id)
    access.check_can_answer(actor, told=[row.lead_id for row in shortfall.leads.all()])
    StaffMember.objects.select_for_update(no_key=True).get(pk=actor.staff_id)
    last = (
        ShortfallAnswer.objects.filter(shortfall=shortfall, answered_by=actor.staff_id).order_by("answered_at").last()
    )
    if last and last.answer == answer.strip():
        return last
    found = ShortfallAnswer.objects.create(
        shortfall=shortfall, answered_by_id=actor.staff_id, answered_at=at, answer=answer.strip()
    )
    trail.record(actor=actor, verb="shortfall.answered", target=shortfall, at=at)
    _tell(
        shortfall.told_by_id, "shortfall_answered", shortfall, key=f"{shortfall.pk}/{at.isoformat()}/{actor.staff_id}"
    )
    return found


@transaction.atomic
def read_shortfall(*, shortfall: Shortfall, actor: Actor, at: datetime) -> None:
    """Note that somebody reads what was told of people."""
    if shortfall.told_by_id != actor.staff_id:
        people = shortfall.dates.values_list("person", flat=True)
        trail.record_for_each(actor=actor, verb="shortfall.read", people=list(people), at=at)


def _tell(person_id: UUID, kind: str, shortfall: Shortfall, *, key: str) -> None:
    path = reverse("compliance:shortfall-detail", kwargs={"shortfall_id": shortfall.pk})
    enqueue("notifications.tasks.notify", person_id=person_id, kind=kind, key=key, path=path)
