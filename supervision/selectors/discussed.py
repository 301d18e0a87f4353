"""Which children a session is to speak of, and what was said of each."""

from collections.abc import Sequence
from dataclasses import dataclass, replace
from datetime import date, datetime, timedelta
from typing import Any
from uuid import UUID

from django.db.models import Count, Exists, OuterRef, Q, QuerySet, Subquery, Value
from django.db.models.functions import Coalesce, JSONObject

from cases.models import Allocation, Child, Episode
from core.actor import Actor
from core.clock import LONDON
from policies.rules.policy import CaseRule, Policy
from policies.rules.tags import Tag, purposes_of
from policies.selectors import policy_in_force
from supervision.models import InDepthMark, SupervisionSession, SupervisionSessionQuerySet, Worry
from supervision.models.discussions import Discussion
from supervision.rules.discussions import discussions_settled
from supervision.selectors.caseload import ChildRow, rows_before
from supervision.selectors.kinds import tags_of


@dataclass(frozen=True, slots=True)
class Worried:
    """How worried the worker is about a child, as one of the two may read it; ``version`` 0: nothing was said."""

    level: str = ""
    because: str = ""
    version: int = 0

    @property
    def words(self) -> str:
        """The level in words."""
        return Worry.Level(self.level).label if self.level else ""


@dataclass(frozen=True, slots=True)
class ToDiscuss:
    """A child that the worker held on the day of a session; ``row``: as it stood before that session.

    ``is_named``: it was with the worker when the session began, and the policy wants a word on each such child.
    ``worry``: nothing is in it for who may not read it. ``in_depth_by``: who marked it beforehand to be spoken of in depth.
    """

    row: ChildRow
    mark: Discussion | None = None
    is_named: bool = False
    worry: Worried = Worried()
    in_depth_by: str = ""

    @property
    def child(self) -> Child:
        """The child itself."""
        return self.row.child

    @property
    def last_in_depth(self) -> date | None:
        """When it was last discussed in depth, before this session."""
        return self.row.last_in_depth


def children_to_discuss(session: SupervisionSession, *, actor: Actor | None = None) -> list[ToDiscuss]:
    """The children whom the worker held on the day of a session, in the order of the agenda.

    ``actor``: whose sight of what was prepared is meant; without one nothing of it is read. Once the session's record is
    signed, those alone of whom it says something: others may have gone out of sight.
    """
    marks = {each.child_id: each for each in session.discussions.all()}
    state = SupervisionSession.objects.with_record_state().get(pk=session.pk).record_state
    held, marked = _held(session).values("child"), Child.objects.filter(pk__in=list(marks))
    children = marked if discussions_settled(state) else Child.objects.filter(pk__in=held)
    rows, policy = _rows(children, session=session, on=session.on, actor=actor)
    named = _named(session, policy)
    found = [replace(each, mark=marks.get(each.child.pk), is_named=each.child.pk in named) for each in rows]
    return in_order(found, policy)


def children_on_agenda(session: SupervisionSession, *, actor: Actor) -> list[ToDiscuss]:
    """The same before the session: the children whom the worker is to hold on its day, as far as the actor sees them.

    Each as it stands on the actor's day. In two queries.
    """
    children = Child.objects.visible_to(actor).filter(pk__in=_held(session).values("child"))
    return in_order(*_rows(children, session=session, on=min(session.on, actor.on), actor=actor))


def chosen_in_depth(session: SupervisionSession, *, actor: Actor) -> list[str]:
    """The references of the children who are to be spoken of in depth, as far as the actor sees them; in one query."""
    marks = InDepthMark.objects.visible_to(actor).standing().filter(session=session)
    children = Child.objects.visible_to(actor).filter(pk__in=marks.values("child"))
    return list(children.order_by("reference").values_list("reference", flat=True))


def in_order(children: list[ToDiscuss], policy: Policy | None) -> list[ToDiscuss]:
    """The order of an agenda: the longest due first; under a policy that wants a word on each child in every session, the
    child longest without a discussion in depth, counted from its case's opening where it never had one.
    """
    if not rules_for_each(policy):
        return sorted(children, key=lambda each: each.row.urgency)
    return sorted(
        children, key=lambda each: (each.last_in_depth or each.row.opened_on or date.max, each.child.reference)
    )


def rules_for_each(policy: Policy | None) -> list[CaseRule]:
    """The rules of a policy that want a word on each child in every session."""
    return [rule for rule in (policy.case_rules if policy else ()) if rule.each_session]


def _rows(
    children: QuerySet[Child], *, session: SupervisionSession, on: date, actor: Actor | None
) -> tuple[list[ToDiscuss], Policy | None]:
    """The children as they stood before a session, with what the actor may read of what was prepared; and the policy."""
    if actor is None:
        rows, policy = rows_before(children=list(children), on=on, before=session.on)
        return [ToDiscuss(row) for row in rows], policy
    of_child = {"session": session, "child": OuterRef("pk")}
    worries = Worry.objects.visible_to(actor).filter(**of_child)
    in_depth = InDepthMark.objects.visible_to(actor).standing().filter(**of_child)
    chosen: list[Any] = list(
        children.annotate(
            worry=Subquery(worries.values(said=JSONObject(level="level", because="because", version="version"))),
            in_depth_by=Subquery(in_depth.values("marked_by__name")),
        )
    )
    rows, policy = rows_before(children=chosen, on=on, before=session.on)
    return [
        ToDiscuss(row, worry=Worried(**(child.worry or {})), in_depth_by=child.in_depth_by or "")
        for row, child in zip(rows, chosen, strict=True)
    ], policy


@dataclass(frozen=True, slots=True)
class DiscussedChild:
    """What was said of one child in a session, and the words of the capabilities that it shows."""

    discussion: Discussion
    capabilities: Sequence[str] = ()


def said_in(session: SupervisionSession, actor: Actor, *, children: bool) -> tuple[list[str], list[DiscussedChild]]:
    """What a session is for, in words; and with ``children`` what was said of each that the actor sees."""
    found = Discussion.objects.visible_to(actor).filter(session=session).select_related("child")
    said = list(found.order_by("depth", "child__reference")) if children else []
    purposes, capabilities = tags_of(session, said)
    return purposes, [DiscussedChild(each, capabilities.get(each.child_id, ())) for each in said]


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


def held_on_the_day(session: SupervisionSession, *, on: date | None = None) -> frozenset[UUID]:
    """The children whom the worker held on the day of a session, or on another one, as is known now."""
    return frozenset(_held(session, on=on).values_list("child_id", flat=True))


def held_on(session: SupervisionSession) -> QuerySet[Any]:
    """The same, to be looked up within another query."""
    return _held(session).values("child")


def unmarked_children(session: SupervisionSession, *, policy: Policy | None) -> list[str]:
    """The references of the children of whom the session still has to say something, where the policy of its day wants each.

    The list is that of the moment at which the session began (policy-model 2.3, each session): who came to the worker
    later, or was entered later, is not on it.
    """
    marked = session.discussions.values("child_id")
    unmarked = Child.objects.filter(pk__in=_named(session, policy)).exclude(pk__in=marked)
    return list(unmarked.order_by("reference").values_list("reference", flat=True))


def _number(rows: QuerySet[Any], of: str) -> Coalesce:
    counted = rows.order_by().values(of).annotate(number=Count("child", distinct=True)).values("number")
    return Coalesce(Subquery(counted), Value(0))


def _held(session: SupervisionSession, *, on: date | None = None) -> QuerySet[Allocation]:
    day = on or session.on
    open_then = Episode.objects.live(day).filter(child=OuterRef("child"))
    live: QuerySet[Allocation] = Allocation.objects.live(day).filter(Exists(open_then), holder_id=session.supervisee_id)
    return live


def agenda_terms(session: SupervisionSession) -> tuple[tuple[Tag, ...], bool]:
    """What a session can be for under the policy of its day, and whether that wants a word on each child in it."""
    policy = policy_in_force(session.on)
    return purposes_of(policy), bool(rules_for_each(policy))


def _named(session: SupervisionSession, policy: Policy | None) -> frozenset[UUID]:
    """The children that were with the worker when the session began, where a rule of the policy wants each discussed."""
    wanting = rules_for_each(policy)
    if not wanting:
        return frozenset()
    began = datetime.combine(session.on, session.starts, tzinfo=LONDON)
    held_since = session.on - timedelta(days=min(rule.allocated_days_before_session for rule in wanting))
    frozen = _held(session).filter(recorded_at__lte=began, starts_on__lte=held_since)
    return frozenset(frozen.values_list("child_id", flat=True))
