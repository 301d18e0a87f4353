"""How contracts stand."""

from collections.abc import Collection, Iterator, Mapping, Sequence
from dataclasses import dataclass, replace
from datetime import date, datetime, timedelta
from itertools import groupby
from operator import itemgetter
from typing import Any, NamedTuple
from uuid import UUID

from django.db.models import OuterRef, QuerySet, Subquery
from django.db.models.functions import JSONObject

from core.clock import date_of
from core.prepared import prepared
from policies.rules import words
from policies.rules.durations import Duration
from records.models import Record
from records.rules import ADDED, Kind, Meaning, PartKind, State
from staff.models import StaffMember, SupervisionRelationship
from supervision import rules
from supervision.models import FrequencyException, ReviewRequest
from supervision.rules import STANDING_WORDS, Standing

# Signed by both and declined by nobody; one whose review is overdue still binds
IN_FORCE = (Standing.IN_FORCE, Standing.OUT_OF_DATE)
UNDER_WAY = (Standing.DRAFT, Standing.UNSIGNED, Standing.RETURNED)


@dataclass(frozen=True, slots=True)
class ReviewAsked:
    """That one of the two asked for a contract to be reviewed before its date, and why: for the two alone."""

    asked_by: str
    asked_at: datetime
    reason: str

    @classmethod
    def read(cls, row: Mapping[str, Any]) -> "ReviewAsked":
        """The request as ``_rows`` reads it."""
        return cls(row["asked_by"], datetime.fromisoformat(row["asked_at"]), row["reason"])


@dataclass(frozen=True, slots=True)
class ContractView:
    """The contract of a supervisee with the present supervisor. ``every`` and ``minutes``: None while not in force.

    ``review``: that one of the two asked for an early review. ``next_id`` and ``next_standing``: of the new
    version, where one is on its way while this one is in force.
    """

    standing: Standing
    record_id: UUID | None = None
    every: Duration | None = None
    minutes: int | None = None
    starts_on: date | None = None
    review_on: date | None = None
    review: ReviewAsked | None = None
    next_id: UUID | None = None
    next_standing: Standing | None = None

    @property
    def words(self) -> str:
        """The standing in words."""
        return STANDING_WORDS[self.standing]

    @property
    def review_asked_on(self) -> date | None:
        """When one of the two asked for an early review."""
        return date_of(self.review.asked_at) if self.review else None

    @property
    def is_in_force(self) -> bool:
        """Signed by both and declined by nobody; one whose review is overdue still binds."""
        return self.standing in IN_FORCE


DAY = timedelta(days=1)
MISSING = ContractView(Standing.MISSING)


def contracts_of(
    *,
    people: Collection[UUID],
    on: date,
    supervisors: Mapping[UUID, UUID] | None = None,
    known_at: datetime | None = None,
) -> dict[UUID, ContractView]:
    """For each supervisee with a supervisor on a day, how the contract of the two stands; in two queries.

    A contract in force counts before a newer draft; among drafts the newest counts. Somebody else's contract never does.
    ``supervisors``: who is line-managed by whom, for a caller that knows; one query less. ``known_at``: as it was known
    at that moment; what was signed later is left out.
    """
    if supervisors is None:
        supervisors = line_supervisors(people=people, on=on)
    found = dict.fromkeys(supervisors, MISSING)
    for row, parts in _contracts(people, known_at):
        if supervisors.get(row.subject_id) == row.author_id:
            view = _view(row, parts, on)
            if view.is_in_force or not found[row.subject_id].is_in_force:
                found[row.subject_id] = view
            elif view.standing in UNDER_WAY:
                found[row.subject_id] = replace(
                    found[row.subject_id], next_id=view.record_id, next_standing=view.standing
                )
    return found


@dataclass(frozen=True, slots=True)
class ExceptionView:
    """An approved exception: supervision less often, or shorter, than the policy asks. Never what the policy asks."""

    every: Duration
    minutes: int | None
    last_on: date
    approved_by: str
    exception_id: UUID

    @property
    def words(self) -> str:
        """What is said of it wherever a due date is."""
        length = f", {self.minutes} minutes" if self.minutes else ""
        return (
            f"Agreed exception until {words.day(self.last_on)}: every {self.every.in_words}{length}. "
            "Not what the policy asks."
        )

    @classmethod
    def read(cls, row: Mapping[str, Any]) -> "ExceptionView":
        """The exception in a value of ``live_exception``."""
        return cls(
            every=Duration.parse(row["every"]),
            minutes=row["minutes"],
            last_on=date.fromisoformat(row["ends_on"]) - DAY,
            approved_by=row["approved_by"],
            exception_id=UUID(row["id"]),
        )


def live_exception(supervisee: Any, *, on: date) -> QuerySet[Any]:
    """The exception in force on a day as one value, for a subquery of a list that is read anyway."""
    columns = {name: name for name in ("every", "minutes", "ends_on")}
    value = JSONObject(**columns, id="pk", approved_by="decided_by__name")
    return FrequencyException.objects.live(on).filter(supervisee_id=supervisee).values(value=value)[:1]


@dataclass(frozen=True, slots=True)
class ExceptionAsked:
    """An exception that waits for the supervisor's manager."""

    exception_id: UUID
    asked_by: str
    asked_on: date
    starts_on: date

    @classmethod
    def read(cls, row: Mapping[str, Any] | None) -> "ExceptionAsked | None":
        """The exception in a value of ``waiting_exception``."""
        if row is None:
            return None
        asked_on = date_of(datetime.fromisoformat(row["asked_at"]))
        return cls(UUID(row["id"]), row["asked_by"], asked_on, date.fromisoformat(row["starts_on"]))


def waiting_exception(supervisee: Any, *, besides: UUID | None = None) -> QuerySet[Any]:
    """The exception that waits for a decision as one value, for a subquery; ``besides``: not those that one asked for."""
    value = JSONObject(id="pk", asked_by="asked_by__name", asked_at="asked_at", starts_on="starts_on")
    waiting = FrequencyException.objects.waiting().filter(supervisee_id=supervisee).exclude(asked_by=besides)
    return waiting.values(value=value)[:1]


def exceptions_of(*, people: Collection[UUID], on: date) -> dict[UUID, ExceptionView]:
    """The exceptions that are in force on a day, by supervisee; in one query."""
    rows = StaffMember.objects.filter(pk__in=people).annotate(value=Subquery(live_exception(OuterRef("pk"), on=on)))
    found = rows.exclude(value=None).values_list("pk", "value")
    return {person_id: ExceptionView.read(value) for person_id, value in found}


def line_supervisors(*, people: Collection[UUID], on: date) -> dict[UUID, UUID]:
    """Who supervises each of the people by line management on a day."""
    return dict(_by_line(people=people, on=on))


@prepared
def _by_line(*, people: Collection[UUID], on: date) -> QuerySet[SupervisionRelationship, tuple[UUID, UUID]]:
    relationships = SupervisionRelationship.objects.live(on).filter(
        supervisee_id__in=people, kind=SupervisionRelationship.Kind.LINE_MANAGEMENT
    )
    return relationships.values_list("supervisee_id", "supervisor_id")


@dataclass(frozen=True, slots=True)
class _Part:
    """What of a part tells how a contract stands."""

    kind: str
    meaning: str
    state_after: str
    facts: Mapping[str, Any]
    signed_at: datetime


class _Contract(NamedTuple):
    """A contract, whatever its parts."""

    record_id: UUID
    subject_id: UUID
    author_id: UUID
    review: dict[str, Any] | None


def _contracts(people: Collection[UUID], known_at: datetime | None) -> Iterator[tuple[_Contract, list[_Part]]]:
    """Contracts with the parts by which they stand in order, the oldest contract first; in one query.

    What was added later changes nothing of how they stand. One that was closed unsigned is no contract at all.
    """
    rows = _rows(people=people)
    for (subject_id, author_id, review, record_id), found in groupby(rows, key=itemgetter(0, 1, 2, 3)):
        contract = _Contract(record_id, subject_id, author_id, review)
        parts = [part for part in (_Part(*row[4:]) for row in found if row[4]) if part.kind not in ADDED]
        parts = [part for part in parts if known_at is None or part.signed_at <= known_at]
        if not parts or parts[-1].kind != PartKind.CLOSURE:
            yield contract, parts


@prepared
def _rows(*, people: Collection[UUID]) -> QuerySet[Record, tuple[Any, ...]]:
    columns = ("parts__kind", "parts__meaning", "parts__state_after", "parts__facts", "parts__signed_at")
    value = JSONObject(asked_by="asked_by__name", asked_at="asked_at", reason="reason")
    asked = ReviewRequest.objects.live().filter(contract=OuterRef("pk")).values(value=value)[:1]
    return (
        Record.objects.not_expired()
        .filter(kind=Kind.CONTRACT, subject_id__in=people)
        .annotate(review=Subquery(asked))
        .order_by("created_at", "pk", "parts__seq")
        .values_list(*_Contract._fields[1:], "pk", *columns)
    )


def _view(contract: _Contract, parts: Sequence[_Part], on: date) -> ContractView:
    texts = [part for part in parts if part.kind == PartKind.TEXT]
    facts = texts[-1].facts if texts else {}
    review_on = date.fromisoformat(facts["review_on"]) if facts.get("review_on") else None
    refused = any(part.meaning == Meaning.DECLINE for part in parts)
    state = parts[-1].state_after if parts else State.DRAFT
    standing = rules.standing(state=state, agreed=not refused, review_on=review_on, on=on)
    binds = standing in IN_FORCE
    return ContractView(
        standing=standing,
        record_id=contract.record_id,
        every=Duration.parse(facts["every"]) if binds and facts.get("every") else None,
        minutes=facts.get("minutes") if binds else None,
        starts_on=date_of(parts[-1].signed_at) if parts else None,
        review_on=review_on if binds else None,
        review=ReviewAsked.read(contract.review) if binds and contract.review else None,
    )
