"""What was said and decided of the drawn children before an audit."""

from collections import defaultdict
from collections.abc import Collection, Mapping
from datetime import date
from operator import itemgetter
from typing import Any
from uuid import UUID

from django.db.models import DateField, OuterRef, Q, QuerySet, Subquery, UUIDField, Value
from django.db.models.fields.json import KeyTextTransform
from django.db.models.functions import Cast
from django.urls import reverse

from audits.findings.rules.children import ChildExamined, Decided, Discussed, looked_back_to
from audits.findings.rules.themes import REFLECTS
from core.actor import Actor
from core.prepared import prepared
from policies.rules.durations import Duration
from records import canonical
from records.models import Part, PartContent, Record
from records.rules import Kind, PartKind
from supervision.models import CaseEntry, Discussion


def children_examined(
    *, children: Mapping[UUID, str], worker_id: UUID, on: date, lookback: Duration | None, actor: Actor
) -> list[ChildExamined]:
    """Each drawn child, by its key with its reference, over the months before an audit; in two queries.

    That a child was drawn entitles whoever audits to the days alone; what was said is linked where they may read it.
    """
    if not children:
        return []
    starts_on = looked_back_to(on, lookback)
    discussed: dict[UUID, list[Discussed]] = defaultdict(list)
    decided: dict[UUID, list[Decided]] = defaultdict(list)
    rows = sorted(_rows(children=list(children), starts_on=starts_on, on=on), key=itemgetter(1, 2))
    reflections = _reflections([row[-1] for row in rows if row[-1]], actor=actor)
    for child, day, title, depth, form, own_text, worker, record in rows:
        url = reverse("records:record-detail", args=[record]) if record in reflections else ""
        if title:
            decided[child].append(Decided(day, title, url))
            continue
        discussed[child].append(
            Discussed(
                day,
                depth,
                in_group=form == Discussion.Format.GROUP,
                by_worker=worker == worker_id,
                own_text=own_text,
                url=url,
                reflected=_words_in(reflections[record]) if record in reflections else None,
            )
        )
    return [
        ChildExamined(str(key), reference, starts_on, on, discussed[key], decided[key])
        for key, reference in children.items()
    ]


NO_KEY, NO_TEXT = Value(None, output_field=UUIDField()), Value("")


@prepared
def _rows(*, children: list[UUID], starts_on: date, on: date) -> QuerySet[Any, Any]:
    discussions = _discussions(children, starts_on=starts_on, on=on)
    return discussions.union(_decisions(children, starts_on=starts_on, on=on), all=True)


def _discussions(children: Collection[UUID], *, starts_on: date, on: date) -> QuerySet[Any, Any]:
    """The discussions, each with the key of its signed entry."""
    same = Q(session=OuterRef("session")) | Q(group=OuterRef("group"))
    entries = CaseEntry.objects.filter(same, child=OuterRef("child"), record__parts__seq=1)
    return (
        Discussion.objects.filter(child__in=children, on__range=(starts_on, on))
        .exclude(depth=Discussion.Depth.NOT_DISCUSSED)
        .exclude(format=Discussion.Format.MANAGEMENT_OVERSIGHT)
        .annotate(entry=Subquery(entries.values("record")[:1]))
        .order_by()
        .values_list("child_id", "on", NO_TEXT, "depth", "format", "own_text", "worker_id", "entry")
    )


def _decisions(children: Collection[UUID], *, starts_on: date, on: date) -> QuerySet[Any, Any]:
    """The signed decisions in the same columns, each with its key."""
    dated = Part.objects.filter(record=OuterRef("pk"), facts__has_key="held_on").order_by("-seq").values("facts")[:1]
    return (
        Record.objects.filter(kind=Kind.DECISION, child__in=children, parts__seq=1, parts__kind=PartKind.TEXT)
        .annotate(held_on=Cast(KeyTextTransform("held_on", Subquery(dated)), DateField()))
        .filter(held_on__range=(starts_on, on))
        .order_by()
        .values_list("child_id", "held_on", "title", NO_TEXT, NO_TEXT, Value(value=True), NO_KEY, "pk")
    )


def _reflections(records: list[UUID], *, actor: Actor) -> dict[UUID, str | None]:
    """Of those of the records that the actor reads what stands in an entry under reflection, by key; None where nothing."""
    # What cover sees of whom from when is computed with, which a prepared query cannot be
    ask: Any = _read.plain if actor.limited else _read  # type: ignore[attr-defined]
    return dict(ask(records=records, actor=actor)) if records else {}


@prepared
def _read(*, records: list[UUID], actor: Actor) -> QuerySet[Any, Any]:
    reflections = PartContent.objects.filter(
        part__record=OuterRef("pk"), part__kind=PartKind.TEXT, section__contains=REFLECTS
    ).order_by("-part__seq")
    seen = Record.objects.visible_to(actor).filter(pk__in=records)
    return seen.annotate(reflection=Subquery(reflections.values("content")[:1])).values_list("pk", "reflection")


def _words_in(reflection: str | None) -> int:
    """How many words an entry has where its form asks for reflection."""
    fields = canonical.loads(reflection.encode())["fields"] if reflection else []
    return sum(len(str(item["value"] or "").split()) for item in fields)
