"""Who sees the records about a child (sight: about a child). Part of ``records.models``: a module of its own for its length."""

from django.db.models import Exists, OuterRef, Q

from cases.models import Allocation, Episode
from core.actor import Actor
from records.rules import Kind
from staff.models import SupervisionRelationship


def entries_written(actor: Actor, *, signed: Exists, sealed: Exists, shared: Exists) -> Q:
    """Entries about children that the actor wrote, or that were written with the actor in supervision.

    A draft belongs to its author, and to the worker while it is shared. Until it is sealed its author comes back to it,
    but for a supervisor who has changed; afterwards who supervises the worker reads what they wrote.
    """
    day = OuterRef("created_at__date")
    supervised = SupervisionRelationship.objects.filter(
        Q(ends_on=None) | Q(ends_on__gt=day),
        supervisor=actor.staff_id,
        supervisee=OuterRef("discussed_with"),
        starts_on__lte=day,
    )
    own = Q(author=actor.staff_id) & (Q(discussed_with__in=actor.supervises) | ~Q(sealed) & ~Q(Exists(supervised)))
    return Q(kind=Kind.CASE_ENTRY) & (own | Q(discussed_with=actor.staff_id) & (Q(signed) | Q(shared)))


def of_children_in_sight(actor: Actor, *, signed: Exists) -> Q:
    """Records about the children within sight on the actor's day; of other children one's own, and decisions of one's own.

    Of entries, once they are signed.

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
    return (
        Q(child__isnull=False)
        & (~Q(kind=Kind.CASE_ENTRY) | Q(signed))
        & (
            decisions
            | Q(Exists(then.filter(holder=actor.staff_id)))
            | Q(Exists(held)) & (~Q(Exists(closed)) | Q(Exists(then.filter(through))))
        )
    )
