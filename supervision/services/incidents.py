"""Writes to the restricted entries of abuse at work."""

from datetime import date, datetime
from uuid import UUID

from django.db import transaction

from core.actor import Actor
from core.errors import RuleBroken
from records.values import cleaned_text
from staff.models import StaffMember
from supervision import access
from supervision.models import Incident
from supervision.rules import matters as rules
from trail import services as trail

MOST = 10_000


@transaction.atomic
def add_incident(
    *, supervisee_id: UUID, happened_on: date, what: str, support: str, actor: Actor, at: datetime
) -> Incident:
    """Enter abuse that a supervisee met with, and the support given for it (R025): either of the two.

    Raises NotAllowed, or RuleBroken: nothing said, or a day that has not come.
    """
    person = StaffMember.objects.visible_to(actor).get(pk=supervisee_id)
    access.check_is_party(actor, person.pk)
    what, support = cleaned_text(what, most=MOST), cleaned_text(support, most=MOST)
    if not what:
        raise RuleBroken("Say what happened.", field="what")
    if not support:
        raise RuleBroken("Say which support was given, or that none was wanted.", field="support")
    rules.check_has_come(happened_on, today=actor.on, field="happened_on")
    incident = Incident.objects.create(
        supervisee=person,
        happened_on=happened_on,
        what=what,
        support=support,
        made_by_id=actor.staff_id,
        made_at=at,
    )
    trail.record(actor=actor, verb="incident.entered", target=incident, about=person.pk, at=at)
    return incident
