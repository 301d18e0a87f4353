"""How contracts stand."""

from collections.abc import Collection
from dataclasses import dataclass
from datetime import date
from uuid import UUID

from django.db.models import Exists, OuterRef, Subquery

from policies.rules.durations import Duration
from records.models import Part, Record
from records.rules import Kind, Meaning, PartKind
from staff.models import SupervisionRelationship
from supervision import rules
from supervision.rules import STANDING_WORDS, Standing


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
        return self.standing in (Standing.IN_FORCE, Standing.OUT_OF_DATE)


MISSING = ContractView(Standing.MISSING)


def contracts_of(*, people: Collection[UUID], on: date) -> dict[UUID, ContractView]:
    """For each supervisee with a supervisor on a day, how the contract of the two stands; in two queries.

    A contract in force counts before a newer draft; among drafts the newest counts. Somebody else's contract never does.
    """
    relationships = SupervisionRelationship.objects.live(on).filter(supervisee_id__in=people)
    supervisors = {
        row.supervisee_id: row.supervisor_id
        for row in relationships.filter(kind=SupervisionRelationship.Kind.LINE_MANAGEMENT)
    }
    own_parts = Part.objects.filter(record=OuterRef("pk"))
    last_text = own_parts.filter(kind=PartKind.TEXT).order_by("-seq")
    records = (
        Record.objects.filter(kind=Kind.CONTRACT, subject_id__in=people)
        .with_state()
        .annotate(
            agreed_facts=Subquery(last_text.values("facts")[:1]),
            last_signed_at=Subquery(own_parts.order_by("-seq").values("signed_at")[:1]),
            declined=Exists(own_parts.filter(meaning__in=[Meaning.DECLINE, Meaning.CLOSURE])),
        )
        .order_by("created_at")
    )
    found = dict.fromkeys(supervisors, MISSING)
    for record in records:
        if supervisors.get(record.subject_id) == record.author_id:
            view = _view(record, on)
            if view.is_in_force or not found[record.subject_id].is_in_force:
                found[record.subject_id] = view
    return found


def _view(record: Record, on: date) -> ContractView:
    facts = record.agreed_facts or {}
    review_on = date.fromisoformat(facts["review_on"]) if facts.get("review_on") else None
    standing = rules.standing(state=record.state, agreed=not record.declined, review_on=review_on, on=on)
    return ContractView(
        standing=standing,
        record_id=record.pk,
        every=Duration.parse(facts["every"]) if facts.get("every") else None,
        minutes=facts.get("minutes"),
        starts_on=record.last_signed_at.date() if record.last_signed_at else None,
        review_on=review_on,
    )
