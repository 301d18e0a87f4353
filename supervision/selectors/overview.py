"""What supervision asks of people at once: for the home page, in a fixed few queries."""

from collections import defaultdict
from collections.abc import Collection
from dataclasses import dataclass
from datetime import date
from typing import NamedTuple
from uuid import UUID

from policies.rules.answers import Assessment
from staff.models import SupervisionRelationship
from supervision.selectors.contracts import ContractView, contracts_of
from supervision.selectors.status import SessionRow, assessments, session_rows

# Who supervises now, where there are several: the last of these that there is
KINDS = [
    SupervisionRelationship.Kind.PRACTICE_EDUCATION,
    SupervisionRelationship.Kind.PROFESSIONAL,
    SupervisionRelationship.Kind.LINE_MANAGEMENT,
    SupervisionRelationship.Kind.COVER,
]


@dataclass(frozen=True, slots=True)
class Overview:
    """One supervisee: who supervises now, status, contract (None without a supervisor), and what sessions ask for.

    ``contract_with``: the supervisor by line management.
    """

    person_id: UUID
    name: str
    supervisor: str
    contract_with: UUID | None
    assessment: Assessment | None
    contract: ContractView | None
    next: SessionRow | None
    to_close: tuple[SessionRow, ...]
    to_write: tuple[SessionRow, ...]


def overviews(*, people: Collection[UUID], on: date) -> dict[UUID, Overview]:
    """For each of the people, in five queries: who supervises, how they stand, and what their sessions still ask for.

    ``name`` and ``supervisor`` are empty for somebody without a supervisor. ``to_close``: booked for a day that has
    passed. ``to_write``: held, and its record is not signed or was sent back.
    """
    relations = _relations(people, on)
    by_line = {row.supervisee_id: row.supervisor_id for row in relations if row.kind == KINDS[2]}
    now = {row.supervisee_id: row for row in sorted(relations, key=lambda row: KINDS.index(row.kind))}
    contracts = contracts_of(people=people, on=on, supervisors=by_line)
    sessions = session_rows(people=people)
    answers = assessments(people=people, on=on, contracts=contracts, sessions=sessions)
    by_person: dict[UUID, list[SessionRow]] = defaultdict(list)
    for session in sessions:
        by_person[session.supervisee_id].append(session)
    return {
        person_id: Overview(
            person_id=person_id,
            name=now[person_id].supervisee if person_id in now else "",
            supervisor=now[person_id].supervisor if person_id in now else "",
            contract_with=by_line.get(person_id),
            assessment=answers.get(person_id),
            contract=contracts.get(person_id),
            next=next((row for row in by_person[person_id] if row.is_planned and row.on >= on), None),
            to_close=tuple(row for row in by_person[person_id] if row.is_planned and row.on < on),
            to_write=tuple(
                row for row in by_person[person_id] if row.is_held and row.record_state in (None, "draft", "returned")
            ),
        )
        for person_id in people
    }


class _Relation(NamedTuple):
    supervisee_id: UUID
    supervisee: str
    supervisor_id: UUID
    supervisor: str
    kind: SupervisionRelationship.Kind


def _relations(people: Collection[UUID], on: date) -> list[_Relation]:
    rows = SupervisionRelationship.objects.live(on).filter(supervisee_id__in=people)
    columns = ("supervisee_id", "supervisee__name", "supervisor_id", "supervisor__name", "kind")
    return [_Relation(*row) for row in rows.values_list(*columns)]
