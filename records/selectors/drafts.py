"""Drafts as a list: whose they are to go on with, and which nobody ever typed into."""

from collections.abc import Iterator
from dataclasses import dataclass
from datetime import datetime
from uuid import UUID

from django.db.models import OuterRef, Q, Subquery

from core.actor import Actor
from records import values
from records.models import DraftSection, DraftShare, Part, Record
from records.rules import State


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
    """What the actor writes, prepares or is to answer, the oldest first: drafts, and texts that wait; in one query.

    A supervisee is told of the supervisor's saves only in a draft that is shared.
    """
    mine = Q(subject_id=actor.staff_id) | Q(author_id=actor.staff_id, subject_id__in=actor.supervises)
    records = Record.objects.visible_to(actor).filter(mine).with_state().select_related("subject", "author")
    last = DraftSection.objects.filter(record=OuterRef("pk")).order_by("-updated_at")
    own = last.filter(updated_by_id=actor.staff_id)
    rows = records.exclude(state=State.SEALED).annotate(
        last_at=Subquery(last.values("updated_at")[:1]),
        last_by=Subquery(last.values("updated_by__name")[:1]),
        own_at=Subquery(own.values("updated_at")[:1]),
        shared_at=Subquery(DraftShare.objects.filter(record=OuterRef("pk")).values("shared_at")[:1]),
    )
    return [_row(record, actor) for record in rows.order_by("created_at", "pk")]


def _row(record: Record, actor: Actor) -> DraftRow:
    is_author, shared = record.author_id == actor.staff_id, bool(record.shared_at)
    knows_all = is_author or shared
    at = record.last_at if knows_all else record.own_at
    by = record.last_by if knows_all else actor.name
    return DraftRow(record, State(record.state), is_author, by if at else "", at, shared)


def untouched_drafts(*, opened_before: datetime) -> Iterator[UUID]:
    """The drafts opened before a moment into which nobody ever typed."""
    unsigned = Record.objects.not_expired().filter(created_at__lt=opened_before)
    unsigned = unsigned.exclude(pk__in=Part.objects.values("record_id"))
    for record in unsigned.prefetch_related("draft_sections"):
        if not is_touched(record):
            yield record.pk


def is_touched(record: Record) -> bool:
    """Whether anybody ever typed into a draft: what it began with, and empty sections saved once, are nobody's words."""
    return any(
        row.updated_at != record.created_at and (row.version > 1 or any(map(values.is_filled, row.values.values())))
        for row in record.draft_sections.all()
    )

