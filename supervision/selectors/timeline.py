"""All that was said, decided and changed about one child, in order, as far as one reader sees it (R357)."""

from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from datetime import date
from typing import Any
from uuid import UUID

from django.core.paginator import Page, Paginator
from django.db.models import BooleanField, DateField, F, OuterRef, Subquery, UUIDField, Value
from django.db.models.fields.json import KeyTextTransform
from django.db.models.functions import Cast, Coalesce
from django.urls import reverse

from cases.models import Allocation, Child
from cases.rules import plan_type_words
from cases.selectors import OwnFacts
from core.actor import Actor
from policies.rules.children import Child as ChildFacts
from records.models import Part, Record
from records.rules import Kind, PartKind
from supervision.models import ChildEvent
from supervision.models.discussions import Discussion

HAPPENED_ON_A_PAGE = 40
EVENT = "event"


@dataclass(frozen=True, slots=True)
class Happened:
    """Something of a child's time: on which day, in words, with what was typed to it; where it is read."""

    at: date
    title: str
    text: str = ""
    url: str = ""
    link: str = ""


@dataclass(frozen=True, slots=True)
class Said:
    """What was said of a child on a day: a discussion, or a decision or an entry, which has a record to be read; or
    something that happened and demands a decision (``depth`` names the trigger, ``title`` says it).

    ``for_child_record``: whether it belongs on the child's record; ``entered_on``: since when it stands there.
    """

    on: date
    who: str
    depth: str
    format: str
    own_text: bool
    reason: str
    record_id: UUID | None
    title: str
    entered_on: date | None
    for_child_record: bool


def timeline(
    *,
    child: Child,
    facts: ChildFacts | None,
    allocations: Sequence[Allocation],
    own: OwnFacts,
    since: date,
    said: Sequence[Said],
    number: str = "1",
) -> Page:
    """What is known of a child from a day on, the newest first, a page at a time; of what was said, what the actor sees."""
    found = [*_of_facts(child, facts, since)] if facts else []
    found += _held(allocations, since)
    found += _own(own)
    found += [Happened(each.on, each.title, f"Entered by {each.who}") for each in said if each.format == EVENT]
    # What ended on the very day is of before
    found = [each for each in found if each.at >= since]
    found += [_said(each) for each in said if each.format != EVENT]
    ordered = sorted(found, key=lambda each: each.at, reverse=True)
    return Paginator(ordered, HAPPENED_ON_A_PAGE).get_page(number)


def said_of(*, child: Child, actor: Actor) -> list[Said]:
    """The discussions of a child, the decisions about it and its entries, as far as the actor sees them; in one query."""
    discussions = (
        Discussion.objects.visible_to(actor)
        .filter(child=child)
        .exclude(format=Discussion.Format.MANAGEMENT_OVERSIGHT)
        .order_by()
        .values_list(
            "on",
            "worker__name",
            "depth",
            "format",
            "own_text",
            "reason",
            Value(None, output_field=UUIDField()),
            Value(""),
            Value(None, output_field=DateField()),
            Value(value=True),
        )
    )
    dated = Part.objects.filter(record=OuterRef("pk"), facts__has_key="held_on")
    records = (
        Record.objects.visible_to(actor)
        .filter(child=child, kind__in=(Kind.DECISION, Kind.CASE_ENTRY), parts__seq=1, parts__kind=PartKind.TEXT)
        .annotate(
            held_on=Cast(
                KeyTextTransform("held_on", Subquery(dated.order_by("-seq").values("facts")[:1])), DateField()
            ),
            # A decision that was made before this was asked says nothing of it
            wanted=Coalesce(
                Cast(KeyTextTransform("for_child_record", "parts__facts"), BooleanField()), Value(value=True)
            ),
        )
        .order_by()
        .values_list(
            "held_on",
            "author__name",
            Value(""),
            F("kind"),
            Value(value=True),
            Value(""),
            "pk",
            "title",
            "entered__entered_on",
            "wanted",
        )
    )
    events = (
        ChildEvent.objects.visible_to(actor)
        .standing()
        .filter(child=child)
        .order_by()
        .values_list(
            "on",
            "recorded_by__name",
            "trigger",
            Value(EVENT),
            Value(value=True),
            Value(""),
            Value(None, output_field=UUIDField()),
            "label",
            Value(None, output_field=DateField()),
            Value(value=True),
        )
    )
    rows: Any = discussions.union(records, events, all=True)
    return [Said(*row) for row in rows]


def _held(allocations: Sequence[Allocation], since: date) -> Iterator[Happened]:
    """Who the child was with: given to somebody, moved from one to another, no longer with anybody."""
    for held in allocations:
        before = [
            each.holder.name
            for each in allocations
            if held.starts_on > since
            and each.ends_on == held.starts_on
            and not each.without_worker
            and each.holder_id != held.holder_id
        ]
        if held.without_worker:
            yield Happened(held.starts_on, f"Held without a worker by {held.holder.name}")
        elif before:
            yield Happened(held.starts_on, f"Transferred to {held.holder.name}", f"From {' and '.join(before)}")
        else:
            yield Happened(held.starts_on, f"Given to {held.holder.name}")
        if held.ends_on and held.ends_on > since:
            yield Happened(held.ends_on, f"No longer with {held.holder.name}")


def _own(own: OwnFacts) -> Iterator[Happened]:
    """What was set for this child alone: an interval of its own, what it counts in a caseload."""
    for each in own.overrides:
        yield Happened(each.starts_on, f"An interval of its own, set by {each.set_by}", each.reason)
    for each in own.weights:
        by = f"set by {each.set_by}" if each.set_by else "as the case system says"
        yield Happened(each.starts_on, f"Counts {each.what} in a caseload, {by}", each.reason)


def _of_facts(child: Child, facts: ChildFacts, since: date) -> Iterator[Happened]:
    """What the engine was given too: the case opened and closed, plan types."""
    mistaken = any(episode.closed_in_error for episode in facts.episodes)
    because = dict(child.episodes.values_list("starts_on", "reopened_because")) if mistaken else {}
    for episode in facts.episodes:
        yield Happened(episode.starts_on, "Case opened", because.get(episode.starts_on, ""))
        if episode.ends_on and episode.ends_on > since:
            yield Happened(episode.ends_on, "Case closed by mistake" if episode.closed_in_error else "Case closed")
    if facts.opened_on:
        yield Happened(facts.opened_on, "Last discussed before Countersign was here (opening date)")
    for plan in facts.plan_types:
        if plan.starts_on:
            yield Happened(plan.starts_on, f"{plan_type_words(plan.plan_type)} begins")
        if plan.ends_on and plan.ends_on > since:
            yield Happened(plan.ends_on, f"{plan_type_words(plan.plan_type)} ends")


def _said(each: Said) -> Happened:
    if each.record_id is None:
        return _discussed(each)
    entered = f"entered on {each.entered_on:%-d %B %Y}" if each.entered_on else "not yet entered on the child’s record"
    if not each.for_child_record:
        entered = "not for the child’s record"
    return Happened(
        each.on,
        f"{each.title}, by {each.who}: {entered}",
        url=reverse("records:record-detail", args=[each.record_id]),
        link=f"Read it: {each.title}",
    )


def _discussed(each: Said) -> Happened:
    in_group = "in a group, brought by" if each.format == Discussion.Format.GROUP else "with"
    words = f"Discussed {in_group} {each.who}: {Discussion.Depth(each.depth).label.lower()}"
    if each.depth == Discussion.Depth.NOT_DISCUSSED:
        words = f"Not discussed in the session with {each.who}"
    elif not each.own_text:
        words += ", in text shared with siblings alone"
    return Happened(each.on, words, each.reason)
