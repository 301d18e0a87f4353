"""Which children a session is to speak of, and what was said of each."""

from collections.abc import Collection
from dataclasses import dataclass
from datetime import date, datetime, timedelta
from typing import Any
from uuid import UUID

from django.db.models import Count, Exists, Max, OuterRef, Q, QuerySet, Subquery, Value
from django.db.models.functions import Coalesce

from cases.models import Allocation, Child, Episode
from core.clock import LONDON
from policies.selectors import policy_in_force
from supervision.models import SupervisionSession, SupervisionSessionQuerySet
from supervision.models.discussions import Discussion
from supervision.rules.discussions import discussions_settled
from supervision.selectors.caseload import ChildRow, child_rows


@dataclass(frozen=True, slots=True)
class ToDiscuss:
    """A child that the worker held on the day of a session. ``last_in_depth``: before that day.

    ``is_named``: it was with the worker when the session began, and the policy wants a word on each such child.
    """

    row: ChildRow
    mark: Discussion | None
    last_in_depth: date | None
    is_named: bool

    @property
    def child(self) -> Child:
        """The child itself."""
        return self.row.child


def children_to_discuss(session: SupervisionSession) -> list[ToDiscuss]:
    """The children whom the worker held on the day of a session, longest without a discussion in depth first.

    Once the session's record is signed, those alone of whom it says something: others may have gone out of sight.
    """
    marks = {each.child_id: each for each in session.discussions.all()}
    state = SupervisionSession.objects.with_record_state().get(pk=session.pk).record_state
    children = list(
        Child.objects.filter(pk__in=marks.keys() if discussions_settled(state) else held_on_the_day(session))
    )
    earlier = _last_in_depth({child.pk for child in children}, before=session.on)
    named = _named(session)
    found = [
        ToDiscuss(row, marks.get(row.child.pk), earlier.get(row.child.pk), is_named=row.child.pk in named)
        for row in child_rows(children=children, on=session.on)
    ]
    return sorted(found, key=lambda each: (each.last_in_depth or date.min, each.child.reference))


def with_children(sessions: SupervisionSessionQuerySet) -> SupervisionSessionQuerySet:
    """Annotates ``children_held``: how many children the worker held on the day; ``children_marked``: how many are marked."""
    on, worker = OuterRef("on"), OuterRef("supervisee")
    open_then = Episode.objects.filter(
        Q(ends_on=None) | Q(ends_on__gt=OuterRef(OuterRef("on"))), child=OuterRef("child")
    )
    held = Allocation.objects.filter(
        Q(ends_on=None) | Q(ends_on__gt=on),
        Exists(open_then.filter(starts_on__lte=OuterRef(OuterRef("on")))),
        holder=worker,
        starts_on__lte=on,
    )
    marked = Discussion.objects.filter(session=OuterRef("pk"))
    counted = {"children_held": _number(held, "holder"), "children_marked": _number(marked, "session")}
    return sessions.annotate(**counted)


def held_on_the_day(session: SupervisionSession) -> frozenset[UUID]:
    """The children whom the worker held on the day of a session, as is known now."""
    return frozenset(_held(session).values_list("child_id", flat=True))


def unmarked_children(session: SupervisionSession) -> list[str]:
    """The references of the children of whom the session still has to say something, where the policy wants each.

    The list is that of the moment at which the session began (policy-model 2.3, each session): who came to the worker
    later, or was entered later, is not on it.
    """
    marked = session.discussions.values("child_id")
    unmarked = Child.objects.filter(pk__in=_named(session)).exclude(pk__in=marked)
    return list(unmarked.order_by("reference").values_list("reference", flat=True))


def _number(rows: QuerySet[Any], of: str) -> Coalesce:
    counted = rows.order_by().values(of).annotate(number=Count("child", distinct=True)).values("number")
    return Coalesce(Subquery(counted), Value(0))


def _held(session: SupervisionSession) -> QuerySet[Allocation]:
    open_then = Episode.objects.live(session.on).filter(child=OuterRef("child"))
    live: QuerySet[Allocation] = Allocation.objects.live(session.on).filter(
        Exists(open_then), holder_id=session.supervisee_id
    )
    return live


def _named(session: SupervisionSession) -> frozenset[UUID]:
    """The children that were with the worker when the session began, where a rule of the day wants each discussed."""
    policy = policy_in_force(session.on)
    wanting = [rule for rule in (policy.case_rules if policy else ()) if rule.each_session]
    if not wanting:
        return frozenset()
    began = datetime.combine(session.on, session.starts, tzinfo=LONDON)
    held_since = session.on - timedelta(days=min(rule.allocated_days_before_session for rule in wanting))
    frozen = _held(session).filter(recorded_at__lte=began, starts_on__lte=held_since)
    return frozenset(frozen.values_list("child_id", flat=True))


def _last_in_depth(children: Collection[UUID], *, before: date) -> dict[UUID, date]:
    discussions = Discussion.objects.filter(
        child_id__in=children, on__lt=before, depth=Discussion.Depth.IN_DEPTH, own_text=True
    )
    rows = discussions.order_by().values_list("child_id").annotate(last=Max("on"))
    return dict(rows)
