"""Who sees the records about a child (sight: about a child). Part of ``records.models``: a module of its own for its length."""

from django.db.models import Exists, OuterRef, Q

from cases.models import Allocation, Episode
from core.actor import Actor
from records.rules import Kind
from staff.models import SupervisionRelationship


def of_children_in_sight(actor: Actor) -> Q:
    """Records about the children within sight on the actor's day; of other children one's own, and decisions of one's own.

    One's own as a former holder: what was written while one held the child. Whoever asked and whoever decided reads
    that decision, and by it nothing else of the child. Cover sees what was written from the first day that it sees. Of a
    case that was closed and opened anew, what was before is seen by those who see it through the worker of then.
    """
    day = OuterRef("created_at__date")
    held = Allocation.objects.live(actor.on).visible_to(actor).filter(child=OuterRef("child"))
    if actor.limited:
        sees = SupervisionRelationship.objects.live(actor.on).filter(
            supervisor=actor.staff_id, supervisee=OuterRef("holder"), sees_from__lte=OuterRef(day)
        )
        wholly = ~Q(holder_id__in=actor.limited) | Q(holder_id__in=actor.next_up_for)
        held = held.filter(wholly | Exists(sees))
    closed = Episode.objects.filter(child=OuterRef("child"), closed_in_error=False, ends_on__gt=day)
    then = Allocation.objects.filter(Q(ends_on=None) | Q(ends_on__gt=day), child=OuterRef("child"), starts_on__lte=day)
    through = Q(holder_id__in=actor.supervises) & ~Q(holder_id__in=actor.limited) | Q(holder_id__in=actor.next_up_for)
    decisions = Q(kind=Kind.DECISION) & (Q(author=actor.staff_id) | Q(asked_by=actor.staff_id))
    return Q(child__isnull=False) & (
        decisions
        | Q(Exists(then.filter(holder=actor.staff_id)))
        | Q(Exists(held)) & (~Q(Exists(closed)) | Q(Exists(then.filter(through))))
    )
