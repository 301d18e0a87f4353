"""Reading when a supervisor changes, and what a former one booked."""

from uuid import UUID

from django.db.models import Exists, OuterRef, QuerySet, Subquery

from core.actor import Actor
from staff.models import SupervisionRelationship
from supervision.models import SupervisionSession, SupervisionSessionQuerySet

BY_LINE = SupervisionRelationship.Kind.LINE_MANAGEMENT


def begun_after_another() -> QuerySet[SupervisionRelationship]:
    """Relationships by line management that began, or are to, on the day on which that of somebody else ended; the latest first.

    Annotates ``ends``: the one that ended.
    """
    before = SupervisionRelationship.objects.filter(
        kind=BY_LINE, supervisee=OuterRef("supervisee"), ends_on=OuterRef("starts_on")
    ).exclude(supervisor=OuterRef("supervisor"))
    rows = SupervisionRelationship.objects.filter(kind=BY_LINE).annotate(ends=Subquery(before.values("pk")[:1]))
    return rows.filter(ends__isnull=False).order_by("-starts_on")


def sessions_to_take_over(*, person_id: UUID, actor: Actor) -> SupervisionSessionQuerySet:
    """One person's sessions to come that were booked by somebody who supervises this person no more, by day."""
    present = SupervisionRelationship.objects.live(actor.on).filter(
        supervisee=OuterRef("supervisee"), supervisor=OuterRef("supervisor")
    )
    planned = SupervisionSession.objects.visible_to(actor).planned().filter(supervisee=person_id, on__gte=actor.on)
    return planned.exclude(Exists(present)).order_by("on", "starts")
