"""Drafts as a list: whose they are to go on with, and which nobody ever typed into."""

from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from datetime import datetime
from uuid import UUID

from django.db.models import Exists, OuterRef, Q

from core.actor import Actor
from records import access, values
from records.models import DraftSection, Part, Record
from records.rules import EXAMINING, Kind, PartKind, Relation, State
from records.selectors.drafting import section_of, template_of
from staff.models import SupervisionRelationship


@dataclass(frozen=True, slots=True)
class DraftRow:
    """A draft in a list. ``saved_by`` and ``saved_at`` tell of the last save that the reader may know of."""

    record: Record
    state: State
    is_author: bool
    saved_by: str
    saved_at: datetime | None
    shared: bool


def drafts_of(*, actor: Actor) -> list[DraftRow]:
    """What the actor writes, prepares or is to answer, the oldest first: drafts, and texts that wait; in two queries.

    An entry about a child stands with the record of its session; one of a group, once signed, waits by itself. Of saves
    they learn as far as they may read: nobody is told when the other wrote in what is the other's alone.
    """
    handover = Q(kind=Kind.HANDOVER)
    mine = Q(subject_id=actor.staff_id) & ~handover | Q(author_id=actor.staff_id, subject_id__in=actor.supervises)
    mine |= handover & of_those_taken_over(actor)
    mine |= Q(author_id=actor.staff_id) & (~Q(group="") | Q(kind__in=EXAMINING))
    mine |= (Q(author_id=actor.staff_id) | Q(discussed_with_id=actor.staff_id)) & Q(_signed_with_a_group())
    records = Record.objects.visible_to(actor).filter(mine).with_state().exclude(Q(("state", State.SEALED)))
    found = list(records.select_related("subject", "child", "author", "draft_share").order_by("created_at", "pk"))
    saves: dict[UUID, list[DraftSection]] = {}
    rows = DraftSection.objects.filter(record__in=found).select_related("updated_by").defer("content")
    for row in rows.order_by("updated_at"):
        saves.setdefault(row.record_id, []).append(row)
    return [_row(record, actor, saves.get(record.pk, [])) for record in found]


def of_those_taken_over(actor: Actor) -> Q:
    """Records about those whom the actor supervises by line management, for a hand-over brief to whoever comes after."""
    by_line = SupervisionRelationship.objects.live(actor.on).filter(
        kind=SupervisionRelationship.Kind.LINE_MANAGEMENT, supervisor=actor.staff_id
    )
    return Q(subject__in=by_line.values("supervisee")) & ~Q(author=actor.staff_id)


def _signed_with_a_group() -> Exists:
    """Whether a record was signed in one act with the record of a group, which was complete with it."""
    groups = Part.objects.filter(act=OuterRef("act"), kind=PartKind.TEXT, record__kind=Kind.GROUP_RECORD)
    return Exists(Part.objects.filter(Exists(groups), record=OuterRef("pk"), record__kind=Kind.CASE_ENTRY, seq=1))


def _row(record: Record, actor: Actor, saves: Sequence[DraftSection]) -> DraftRow:
    is_author, shared = record.author_id == actor.staff_id, record.get_shared_at() is not None
    known = access.OWN[Relation.SUPERVISOR if is_author else Relation.SUPERVISEE]
    known |= access.OWN[Relation.SUPERVISOR] if shared else frozenset()
    template = template_of(record)
    sections = [(section_of(template, save.section), save) for save in saves]
    last = next((save for section, save in reversed(sections) if section and section.written_by in known), None)
    by, at = (last.updated_by.name, last.updated_at) if last else ("", None)
    return DraftRow(record, State(record.state), is_author, by, at, shared)


def untouched_drafts(*, opened_before: datetime) -> Iterator[UUID]:
    """The drafts opened before a moment into which nobody ever typed; an entry goes with the record of its session.

    An audit or observation is planned, and given up by whoever planned it.
    """
    unsigned = Record.objects.not_expired().filter(created_at__lt=opened_before)
    unsigned = unsigned.exclude(pk__in=Part.objects.values("record_id")).exclude(kind__in=[Kind.CASE_ENTRY, *EXAMINING])
    for record in unsigned.prefetch_related("draft_sections"):
        if not is_touched(record):
            yield record.pk


def is_touched(record: Record) -> bool:
    """Whether anybody ever typed into a draft: what it began with, and empty sections saved once, are nobody's words."""
    return any(
        row.updated_at != record.created_at and (row.version > 1 or any(map(values.is_filled, row.values.values())))
        for row in record.draft_sections.all()
    )
