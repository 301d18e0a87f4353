"""What was said and decided of the drawn children before an audit."""

from collections import defaultdict
from collections.abc import Collection, Mapping
from datetime import date
from uuid import UUID

from django.db.models import DateField, Exists, OuterRef, Subquery
from django.db.models.fields.json import KeyTextTransform
from django.db.models.functions import Cast
from django.urls import reverse

from audits.findings.rules.children import ChildExamined, Decided, Discussed, looked_back_to
from audits.findings.rules.themes import REFLECTS
from core.actor import Actor
from policies.rules.durations import Duration
from records import canonical
from records.models import Part, PartContent, Record
from records.rules import Kind, PartKind
from supervision.models import CaseEntry, Discussion

Meeting = tuple[UUID, UUID | None, UUID | None]


def children_examined(
    *, children: Mapping[UUID, str], worker_id: UUID, on: date, lookback: Duration | None, actor: Actor
) -> list[ChildExamined]:
    """Each drawn child, by its key with its reference, over the months before an audit; in four queries.

    That a child was drawn entitles whoever audits to the days alone; what was said is linked where they may read it.
    """
    if not children:
        return []
    starts_on = looked_back_to(on, lookback)
    discussed = _discussions(children, worker_id=worker_id, starts_on=starts_on, on=on, actor=actor)
    decided = _decisions(children, starts_on=starts_on, on=on, actor=actor)
    return [
        ChildExamined(str(key), reference, starts_on, on, discussed[key], decided[key])
        for key, reference in children.items()
    ]


def _discussions(
    children: Collection[UUID], *, worker_id: UUID, starts_on: date, on: date, actor: Actor
) -> dict[UUID, list[Discussed]]:
    entries = _entries(children, actor)
    reflected = _words_of_reflection(entries.values())
    rows = (
        Discussion.objects.filter(child__in=children, on__range=(starts_on, on))
        .exclude(depth=Discussion.Depth.NOT_DISCUSSED)
        .exclude(format=Discussion.Format.MANAGEMENT_OVERSIGHT)
        .order_by("on", "pk")
    )
    found: dict[UUID, list[Discussed]] = defaultdict(list)
    for row in rows:
        entry = entries.get((row.child_id, row.session_id, row.group_id))
        found[row.child_id].append(
            Discussed(
                row.on,
                row.depth,
                in_group=row.format == Discussion.Format.GROUP,
                by_worker=row.worker_id == worker_id,
                own_text=row.own_text,
                url=reverse("records:record-detail", args=[entry]) if entry else "",
                reflected=reflected.get(entry, 0) if entry else None,
            )
        )
    return found


def _entries(children: Collection[UUID], actor: Actor) -> dict[Meeting, UUID]:
    """The signed entries about the children that the actor reads, by child and meeting."""
    seen = CaseEntry.objects.visible_to(actor).filter(child__in=children, record__parts__seq=1)
    return {
        (child, session, group): record
        for child, session, group, record in seen.values_list("child_id", "session_id", "group_id", "record_id")
    }


def _words_of_reflection(entries: Collection[UUID]) -> dict[UUID, int]:
    """How many words each entry has where its form asks for reflection."""
    rows = PartContent.objects.filter(
        part__record__in=entries, part__kind=PartKind.TEXT, section__contains=REFLECTS
    ).order_by("part__seq")
    found: dict[UUID, int] = {}
    for record_id, content in rows.values_list("part__record_id", "content"):
        fields = canonical.loads(content.encode())["fields"]
        found[record_id] = sum(len(str(item["value"] or "").split()) for item in fields)
    return found


def _decisions(children: Collection[UUID], *, starts_on: date, on: date, actor: Actor) -> dict[UUID, list[Decided]]:
    dated = Part.objects.filter(record=OuterRef("pk"), facts__has_key="held_on").order_by("-seq").values("facts")[:1]
    rows = (
        Record.objects.filter(kind=Kind.DECISION, child__in=children, parts__seq=1, parts__kind=PartKind.TEXT)
        .annotate(held_on=Cast(KeyTextTransform("held_on", Subquery(dated)), DateField()))
        .annotate(in_reach=Exists(Record.objects.visible_to(actor).filter(pk=OuterRef("pk"))))
        .filter(held_on__range=(starts_on, on))
        .order_by("held_on", "pk")
    )
    found: dict[UUID, list[Decided]] = defaultdict(list)
    for key, child, day, title, is_read in rows.values_list("pk", "child_id", "held_on", "title", "in_reach"):
        found[child].append(Decided(day, title, reverse("records:record-detail", args=[key]) if is_read else ""))
    return found
