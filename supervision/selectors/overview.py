"""What supervision asks of people at once: for the home page, in a fixed few queries."""

from collections import defaultdict
from collections.abc import Collection
from dataclasses import dataclass
from datetime import date
from uuid import UUID

from policies.rules.answers import Assessment
from supervision.models import SupervisionSession
from supervision.selectors.contracts import ContractView, contracts_of
from supervision.selectors.status import assessments


@dataclass(frozen=True, slots=True)
class Overview:
    """One supervisee: status, contract (None without a supervisor), and the sessions, each with ``record_state``."""

    assessment: Assessment | None
    contract: ContractView | None
    next: SupervisionSession | None
    to_close: tuple[SupervisionSession, ...]
    to_write: tuple[SupervisionSession, ...]


def overviews(*, people: Collection[UUID], on: date) -> dict[UUID, Overview]:
    """For each of the people, in four queries: how they stand, the next session, and what their sessions still ask for.

    ``to_close``: booked for a day that has passed. ``to_write``: held, and its record is not signed or was sent back.
    """
    contracts = contracts_of(people=people, on=on)
    sessions = list(
        SupervisionSession.objects.filter(supervisee_id__in=people).with_record_state().order_by("on", "starts")
    )
    answers = assessments(people=people, on=on, contracts=contracts, sessions=sessions)
    by_person: dict[UUID, list[SupervisionSession]] = defaultdict(list)
    for session in sessions:
        by_person[session.supervisee_id].append(session)
    return {
        person_id: Overview(
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
