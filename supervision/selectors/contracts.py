"""How contracts stand."""

from collections.abc import Collection, Iterator, Mapping, Sequence
from dataclasses import dataclass
from datetime import date, datetime
from itertools import groupby
from operator import itemgetter
from typing import Any
from uuid import UUID

from core.clock import date_of
from policies.rules.durations import Duration
from records.models import Record
from records.rules import Kind, Meaning, PartKind, State
from staff.models import SupervisionRelationship
from supervision import rules
from supervision.rules import STANDING_WORDS, Standing

# Signed by both and declined by nobody; one whose review is overdue still binds
IN_FORCE = (Standing.IN_FORCE, Standing.OUT_OF_DATE)


@dataclass(frozen=True, slots=True)
class ContractView:
    """The contract of a supervisee with the present supervisor. ``every`` and ``minutes``: None while not in force."""

    standing: Standing
    record_id: UUID | None = None
    every: Duration | None = None
    minutes: int | None = None
    starts_on: date | None = None
    review_on: date | None = None

    @property
    def words(self) -> str:
        """The standing in words."""
        return STANDING_WORDS[self.standing]

    @property
    def is_in_force(self) -> bool:
        """Signed by both and declined by nobody; one whose review is overdue still binds."""
        return self.standing in IN_FORCE


MISSING = ContractView(Standing.MISSING)


def contracts_of(
    *, people: Collection[UUID], on: date, supervisors: Mapping[UUID, UUID] | None = None
) -> dict[UUID, ContractView]:
    """For each supervisee with a supervisor on a day, how the contract of the two stands; in two queries.

    A contract in force counts before a newer draft; among drafts the newest counts. Somebody else's contract never does.
    ``supervisors``: who is line-managed by whom, for a caller that knows; one query less.
    """
    if supervisors is None:
        supervisors = line_supervisors(people=people, on=on)
    found = dict.fromkeys(supervisors, MISSING)
    for record_id, subject_id, author_id, parts in _contracts(people):
        if supervisors.get(subject_id) == author_id:
            view = _view(record_id, parts, on)
            if view.is_in_force or not found[subject_id].is_in_force:
                found[subject_id] = view
    return found


def line_supervisors(*, people: Collection[UUID], on: date) -> dict[UUID, UUID]:
    """Who supervises each of the people by line management on a day."""
    relationships = SupervisionRelationship.objects.live(on).filter(
        supervisee_id__in=people, kind=SupervisionRelationship.Kind.LINE_MANAGEMENT
    )
    return dict(relationships.values_list("supervisee_id", "supervisor_id"))


@dataclass(frozen=True, slots=True)
class _Part:
    """What of a part tells how a contract stands."""

    kind: str
    meaning: str
    state_after: str
    facts: Mapping[str, Any]
    signed_at: datetime


def _contracts(people: Collection[UUID]) -> Iterator[tuple[UUID, UUID, UUID, list[_Part]]]:
    """Contracts with their parts in order, the oldest contract first; in one query."""
    columns = ("parts__kind", "parts__meaning", "parts__state_after", "parts__facts", "parts__signed_at")
    rows = (
        Record.objects.filter(kind=Kind.CONTRACT, subject_id__in=people)
        .order_by("created_at", "pk", "parts__seq")
        .values_list("pk", "subject_id", "author_id", *columns)
    )
    for (record_id, subject_id, author_id), found in groupby(rows, key=itemgetter(0, 1, 2)):
        yield record_id, subject_id, author_id, [_Part(*row[3:]) for row in found if row[3]]


def _view(record_id: UUID, parts: Sequence[_Part], on: date) -> ContractView:
    texts = [part for part in parts if part.kind == PartKind.TEXT]
    facts = texts[-1].facts if texts else {}
    review_on = date.fromisoformat(facts["review_on"]) if facts.get("review_on") else None
    refused = any(part.meaning in (Meaning.DECLINE, Meaning.CLOSURE) for part in parts)
    state = parts[-1].state_after if parts else State.DRAFT
    standing = rules.standing(state=state, agreed=not refused, review_on=review_on, on=on)
    binds = standing in IN_FORCE
    return ContractView(
        standing=standing,
        record_id=record_id,
        every=Duration.parse(facts["every"]) if binds and facts.get("every") else None,
        minutes=facts.get("minutes") if binds else None,
        starts_on=date_of(parts[-1].signed_at) if parts else None,
        review_on=review_on if binds else None,
    )
