"""What supervision asks of people at once: for the home page, in a fixed few queries."""

from collections import defaultdict
from collections.abc import Collection, Sequence
from dataclasses import dataclass
from datetime import date
from typing import Any, NamedTuple
from uuid import UUID

from django.db.models import Count, Exists, OuterRef, Q, QuerySet, Subquery

from core.prepared import prepared
from policies.rules.answers import Assessment
from records.action_models import ActionQuerySet
from records.models import Action
from records.rules import MASKED
from staff.models import SupervisionRelationship
from supervision import rules
from supervision.models import AgendaItem
from supervision.rules import Standing
from supervision.selectors.clashes import Clash, first_clash
from supervision.selectors.contracts import (
    ContractView,
    ExceptionAsked,
    ExceptionView,
    contracts_of,
    live_exception,
    waiting_exception,
)
from supervision.selectors.programmes import Asked, asked_in
from supervision.selectors.rows import SessionRow, session_rows
from supervision.selectors.status import OfQuestion, Question, answer, questions

# Who supervises now, where there are several: the last of these that there is
KINDS = [
    SupervisionRelationship.Kind.PRACTICE_EDUCATION,
    SupervisionRelationship.Kind.PROFESSIONAL,
    SupervisionRelationship.Kind.LINE_MANAGEMENT,
    SupervisionRelationship.Kind.COVER,
]


@dataclass(frozen=True, slots=True)
class Overview(OfQuestion):
    """One supervisee: who supervises now, status, contract (None without a supervisor), and what sessions ask for.

    ``contract_with``: the supervisor by line management. ``contract_due_on``: when a contract was due that is missing.
    ``left_behind``: open actions of somebody who supervises here no more; ``booked_by_former``: sessions to come that
    such a one put in the diary. ``phase_waits``: what has been asked for, to end a phase of the person's programme.
    ``clash``: a session on a day on which its supervisor is away. ``last_held``: the last session that took place.
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
    to_rebook: tuple[SessionRow, ...] = ()
    contract_due_on: date | None = None
    exception: ExceptionView | None = None
    asked: ExceptionAsked | None = None
    starter: rules.FirstWeek | None = None
    left_behind: int = 0
    booked_by_former: tuple[SessionRow, ...] = ()
    phase_waits: Asked | None = None
    clash: Clash | None = None
    question: Question | None = None
    last_held: SessionRow | None = None


def overviews(
    *, people: Collection[UUID], on: date, decides_for: Collection[UUID] = (), me: UUID | None = None
) -> dict[UUID, Overview]:
    """for each of the people, in four queries: who supervises, how they stand, and what their sessions still ask for.

    ``name`` and ``supervisor`` are empty for somebody without a supervisor. ``to_close``: booked for a day that has
    passed. ``decides_for``: whose exceptions ``me`` approves or refuses; they are there with what was asked and left
    behind alone, and only where something waits. ``to_write``: held, and its record is not signed or was sent back. ``to_rebook``: did not take
    place, and no other date was found yet; the last of them, since one date answers for all.
    """
    relations = [_Relation(*row) for row in _rows(people=people, on=on, decides_for=decides_for, me=me)]
    by_line = {row.supervisee_id: row.supervisor_id for row in relations if row.kind == KINDS[2]}
    began = {row.supervisee_id: row.starts_on for row in relations if row.kind == KINDS[2]}
    exceptions = {row.supervisee_id: ExceptionView.read(row.exception) for row in relations if row.exception}
    now = {row.supervisee_id: row for row in sorted(relations, key=lambda row: KINDS.index(row.kind))}
    contracts = contracts_of(people=people, on=on, supervisors=by_line)
    sessions = session_rows(people=people)
    answers = questions(people=people, on=on, contracts=contracts, sessions=sessions)
    by_person: dict[UUID, list[SessionRow]] = defaultdict(list)
    for session in sessions:
        if not session.is_group:
            by_person[session.supervisee_id].append(session)
    asked = {row.supervisee_id: row for row in relations if row.supervisee_id in decides_for}
    supervisors: dict[UUID, set[UUID]] = defaultdict(set)
    for row in relations:
        supervisors[row.supervisee_id].add(row.supervisor_id)
    only_asked = {person_id: _asked_alone(row) for person_id, row in asked.items() if person_id not in people}
    return only_asked | {
        person_id: Overview(
            person_id=person_id,
            name=now[person_id].supervisee if person_id in now else "",
            supervisor=now[person_id].supervisor if person_id in now else "",
            contract_with=by_line.get(person_id),
            assessment=answer(answers[person_id]) if person_id in answers else None,
            phase_waits=asked_in(answers[person_id]) if person_id in answers else None,
            question=answers.get(person_id),
            contract=contracts.get(person_id),
            next=next((row for row in by_person[person_id] if row.is_planned and row.on >= on), None),
            last_held=next((row for row in reversed(by_person[person_id]) if row.is_held), None),
            to_close=tuple(row for row in by_person[person_id] if row.is_planned and row.on < on),
            to_write=tuple(
                row for row in by_person[person_id] if row.is_held and row.record_state in (None, "draft", "returned")
            ),
            to_rebook=tuple(row for row in by_person[person_id] if rules.waits_for_a_date(row, by_person[person_id]))[
                -1:
            ],
            contract_due_on=began.get(person_id) if _is_missing(contracts.get(person_id)) else None,
            exception=exceptions.get(person_id),
            asked=ExceptionAsked.read(asked[person_id].asked) if person_id in asked else None,
            starter=_first_week(now.get(person_id), by_person[person_id], on),
            left_behind=now[person_id].left_behind or 0 if person_id in now else 0,
            clash=Clash.read(now[person_id].clash) if person_id in now else None,
            booked_by_former=tuple(
                row
                for row in by_person[person_id]
                if row.is_planned and row.on >= on and row.supervisor_id not in supervisors[person_id]
            ),
        )
        for person_id in people
    }


def _first_week(relation: "_Relation | None", sessions: Sequence[SessionRow], on: date) -> rules.FirstWeek | None:
    if relation is None:
        return None
    return rules.first_week(
        began_on=relation.employed_from,
        policy_shared=relation.policy_shared,
        first_booked=any(row.is_planned or row.is_held for row in sessions),
        needs_noted=relation.needs_noted,
        on=on,
    )


def _asked_alone(row: "_Relation") -> Overview:
    return Overview(
        person_id=row.supervisee_id,
        name=row.supervisee,
        supervisor=row.supervisor,
        contract_with=None,
        assessment=None,
        contract=None,
        next=None,
        to_close=(),
        to_write=(),
        asked=ExceptionAsked.read(row.asked),
        left_behind=row.left_behind_unmasked or 0,
        clash=Clash.read(row.clash),
    )


def _is_missing(contract: ContractView | None) -> bool:
    return contract is not None and contract.standing is Standing.MISSING


class _Relation(NamedTuple):
    supervisee_id: UUID
    supervisee: str
    supervisor_id: UUID
    supervisor: str
    kind: SupervisionRelationship.Kind
    starts_on: date
    exception: dict[str, Any] | None
    asked: dict[str, Any] | None
    employed_from: date
    policy_shared: bool
    needs_noted: bool
    left_behind: int | None
    left_behind_unmasked: int | None
    clash: dict[str, Any] | None


@prepared
def _rows(
    *, people: Collection[UUID], on: date, decides_for: Collection[UUID], me: UUID | None
) -> QuerySet[SupervisionRelationship, tuple[Any, ...]]:
    waiting = waiting_exception(OuterRef("supervisee_id"), besides=me)
    wanted = Q(supervisee_id__in=people)
    left = Action.objects.left_behind(on=on).filter(record__subject=OuterRef("supervisee_id")).order_by()
    unmasked = left.exclude(sensitivity__in=sorted(MASKED))
    if decides_for:
        # The number, and no EXISTS, for which the database would read every open action of the authority at once
        asks = Q(Exists(waiting)) | Q(left_behind_unmasked__gt=0) | Q(clash__isnull=False)
        wanted |= asks & Q(supervisee_id__in=decides_for)
    rows = SupervisionRelationship.objects.live(on)
    shared = AgendaItem.objects.shared().filter(supervisee=OuterRef("supervisee_id"))
    rows = rows.annotate(
        exception=Subquery(live_exception(OuterRef("supervisee_id"), on=on)),
        asked=Subquery(waiting),
        policy_shared=Exists(shared.filter(kind=AgendaItem.Kind.POLICY)),
        needs_noted=Exists(shared.filter(kind=AgendaItem.Kind.INDUCTION)),
        left_behind=Subquery(_number_of(left)),
        left_behind_unmasked=Subquery(_number_of(unmasked)),
        clash=Subquery(first_clash(OuterRef("supervisee_id"), on=on)),
    ).filter(wanted)
    columns = (
        "supervisee_id",
        "supervisee__name",
        "supervisor_id",
        "supervisor__name",
        "kind",
        "starts_on",
        "exception",
        "asked",
        "supervisee__employed_from",
        "policy_shared",
        "needs_noted",
        "left_behind",
        "left_behind_unmasked",
        "clash",
    )
    return rows.values_list(*columns)


def _number_of(actions: ActionQuerySet) -> QuerySet[Any, Any]:
    return actions.values("record__subject").annotate(number=Count("pk")).values("number")
