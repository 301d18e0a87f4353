"""Reading what a former supervisor booked."""

from uuid import UUID

from django.db.models import Exists, OuterRef

from core.actor import Actor
from staff.models import SupervisionRelationship
from supervision.models import SupervisionSession, SupervisionSessionQuerySet


def sessions_to_take_over(*, person_id: UUID, actor: Actor) -> SupervisionSessionQuerySet:
    """One person's sessions to come that were booked by somebody who supervises this person no more, by day."""
    present = SupervisionRelationship.objects.live(actor.on).filter(
        supervisee=OuterRef("supervisee"), supervisor=OuterRef("supervisor")
    )
    planned = SupervisionSession.objects.visible_to(actor).planned().filter(supervisee=person_id, on__gte=actor.on)
    return planned.exclude(Exists(present)).order_by("on", "starts")
