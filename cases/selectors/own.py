"""What is known of one child alone: an interval and a weight of its own over time, its brothers and sisters."""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import date
from decimal import Decimal
from typing import Any
from uuid import UUID

from django.db.models import CharField, DateField, F, QuerySet, TextField, UUIDField, Value
from django.db.models.functions import Cast

from cases.models import Child, ChildWeight, Override, Sibling
from core.actor import Actor
from policies.rules.workload import figure_in_words

OVERRIDE, WEIGHT, SIBLING = "override", "weight", "sibling"
NO_DAY, NO_KEY = Cast(Value(None), DateField()), Cast(Value(None), UUIDField())
COLUMNS = ("kind", "key", "since", "until", "what", "because", "again", "said_by", "other_since", "other_until")


@dataclass(frozen=True, slots=True)
class Own:
    """A figure of the child's own over time: an interval, or a weight. ``set_by``: empty where the case system says so."""

    what: str
    starts_on: date
    ends_on: date | None
    reason: str
    review_on: date | None
    set_by: str

    def holds(self, on: date) -> bool:
        """Whether it holds on a day."""
        return self.starts_on <= on and (self.ends_on is None or self.ends_on > on)


@dataclass(frozen=True, slots=True)
class Together:
    """A brother or sister from a day on; ``ends_on``: the first day on which they did not belong together."""

    child_id: UUID
    reference: str
    since: date
    ends_on: date | None = None


@dataclass(frozen=True, slots=True)
class OwnFacts:
    """All of it. Of brothers and sisters those alone who are within sight: of others not even that there are any, since
    where a brother lives may be nobody's to know.
    """

    overrides: Sequence[Own]
    weights: Sequence[Own]
    siblings: Sequence[Together]


def own_facts(*, child: Child, actor: Actor) -> OwnFacts:
    """What is known of one child alone; in one query."""
    overrides, weights, siblings = [], [], []
    for kind, key, since, until, what, because, again, said_by, other_since, other_until in _rows(child, actor):
        if kind == SIBLING:
            first = max(since, other_since)
            end = min((day for day in (until, other_until) if day), default=None)
            if first <= actor.on and (end is None or first < end):
                siblings.append(Together(key, what, first, end))
        elif kind == OVERRIDE:
            overrides.append(Own(what, since, until, because, again, said_by))
        else:
            weights.append(Own(figure_in_words(Decimal(what)), since, until, because, again, said_by or ""))
    return OwnFacts(overrides, weights, siblings)


def _rows(child: Child, actor: Actor) -> QuerySet[Any, tuple[Any, ...]]:
    overrides = _figures(Override.objects.filter(child=child), OVERRIDE, "every", again=F("review_on"))
    weights = _figures(ChildWeight.objects.filter(child=child), WEIGHT, "weight", again=NO_DAY)
    siblings = (
        Sibling.objects.visible_to(actor)
        .filter(group__siblings__child=child)
        .exclude(child=child)
        .annotate(
            kind=Value(SIBLING),
            key=F("child_id"),
            since=F("starts_on"),
            until=F("ends_on"),
            what=Cast("child__reference", CharField()),
            because=Value("", TextField()),
            again=NO_DAY,
            said_by=Value("", CharField()),
            other_since=F("group__siblings__starts_on"),
            other_until=F("group__siblings__ends_on"),
        )
        .order_by()
        .values_list(*COLUMNS)
    )
    return overrides.union(weights, siblings, all=True).order_by("kind", "what", "since")


def _figures(facts: QuerySet[Any], kind: str, what: str, *, again: Any) -> QuerySet[Any, tuple[Any, ...]]:
    return (
        facts.annotate(
            kind=Value(kind),
            key=NO_KEY,
            since=F("starts_on"),
            until=F("ends_on"),
            what=Cast(what, CharField()),
            because=F("reason"),
            again=again,
            said_by=F("set_by__name"),
            other_since=NO_DAY,
            other_until=NO_DAY,
        )
        .order_by()
        .values_list(*COLUMNS)
    )
