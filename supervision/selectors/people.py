"""Rows and pages about supervisees: the team, and one person."""

from collections.abc import Collection, Sequence
from dataclasses import dataclass, replace
from datetime import date, time
from typing import Any, ClassVar
from uuid import UUID

from django.core.paginator import Page, Paginator
from django.db.models import Count, F, OuterRef, Subquery

from core.actor import Actor
from core.prepared import prepared
from core.shortcuts import may
from policies.rules.answers import URGENCY, Assessment
from policies.rules.durations import add_months
from policies.rules.labels import label_in
from records import selectors as record_selectors
from records.action_models import ActionQuerySet
from records.models import Action
from records.selectors import Balance
from staff.models import StaffMember, StaffMemberQuerySet, SupervisionRelationship
from supervision import access
from supervision.models import (
    SupervisionSession,
    SupervisionSessionQuerySet,
)
from supervision.rules import Forecast
from supervision.selectors.agenda import Agenda, agenda_of
from supervision.selectors.children import Caseload, caseloads
from supervision.selectors.contracts import (
    MISSING,
    ContractView,
    ExceptionAsked,
    ExceptionView,
    ReviewAsked,
    contracts_of,
    live_exception,
    waiting_exception,
)
from supervision.selectors.diary import Became, became_of, last_of_each, waiting_for_a_date
from supervision.selectors.handover import begun_after_another
from supervision.selectors.programmes import steps_in
from supervision.selectors.rows import SessionRow, session_rows
from supervision.selectors.status import OfQuestion, Question, answer, comes_alone, foresee, questions

SESSIONS_ON_A_PAGE = 20
USUAL_START, USUAL_END = time(10, 0), time(11, 30)


@dataclass(frozen=True, slots=True)
class TeamRow(OfQuestion):
    """A supervisee as the supervisor, or somebody above, sees one in a list.

    ``next``: the next session of two that is booked; ``last``: the last one held, be it in a group.
    """

    person: StaffMember
    job_title: str
    supervisor: str
    assessment: Assessment | None
    contract: ContractView
    next: SessionRow | None
    last: SessionRow | None
    open_actions: int
    exception: ExceptionView | None = None
    asked: ExceptionAsked | None = None
    question: Question | None = None
    caseload: Caseload | None = None

    @property
    def must_be_alone(self) -> bool:
        """Whether the next session has to be individual, since the last one that counted was in a group."""
        return bool(self.question and comes_alone(self.question))

    @property
    def owed(self) -> str:
        """The label of the rule that asks first, as the policy calls it."""
        first = self.assessment.asks_first() if self.assessment else None
        return label_in(first.why) if first else ""

    @property
    def has_programme(self) -> bool:
        """Whether the policy has phases for the person."""
        return bool(self.question and steps_in(self.question))

    @property
    def forecast(self) -> Forecast | None:
        """The first deadline that what is booked would not meet."""
        return foresee(self.question) if self.question else None

    @property
    def urgency(self) -> tuple[int, date, str]:
        """Most pressing first, then the earliest due, then by name."""
        if self.assessment is None:
            return (len(URGENCY), date.max, self.person.name)
        first = self.assessment.asks_first()
        if first is None:
            return (len(URGENCY) - 1, date.max, self.person.name)
        return (URGENCY[first.shown], first.due_on or date.max, self.person.name)


@dataclass(frozen=True, slots=True)
class PersonPage:
    """One supervisee's supervision, as one reader sees it."""

    person: StaffMember
    row: TeamRow
    is_self: bool
    supervises: bool
    sees_details: bool
    to_close: list[SessionRow]
    booked: list[SessionRow]
    past: Page
    actions: list[Action]
    agenda: Agenda | None = None
    review: ReviewAsked | None = None
    balance: Balance | None = None

    forecast: Forecast | None = None
    last_year: Became | None = None
    to_rebook: Sequence[SessionRow] = ()

    @property
    def is_party(self) -> bool:
        """Whether the reader is one of the two."""
        return self.is_self or self.supervises


def people_in_lists(*, on: date) -> StaffMemberQuerySet:
    """Everybody with what a ``TeamRow`` says of a person beside status and contract."""
    own_actions = Action.objects.live().filter(record__subject=OuterRef("pk")).order_by()
    number = own_actions.values("record__subject").annotate(number=Count("pk")).values("number")
    by_line = SupervisionRelationship.objects.live(on).filter(
        supervisee=OuterRef("pk"), kind=SupervisionRelationship.Kind.LINE_MANAGEMENT
    )
    persons = StaffMember.objects.with_job_title(on=on).with_supervisor_name(on=on)
    return persons.annotate(
        supervisor_by_line=Subquery(by_line.values("supervisor_id")[:1]),
        open_actions=Subquery(number),
        exception=Subquery(live_exception(OuterRef("pk"), on=on)),
        asked=Subquery(waiting_exception(OuterRef("pk"))),
    )


@prepared
def _persons(*, people: Collection[UUID], on: date) -> StaffMemberQuerySet:
    return people_in_lists(on=on).filter(pk__in=people)


@prepared
def _person_with_open_file(*, person_id: UUID, actor: Actor) -> StaffMemberQuerySet:
    changes = begun_after_another().filter(supervisee=OuterRef("pk"))
    found = people_in_lists(on=actor.on).with_file_open_to(actor).filter(pk=person_id)
    return found.annotate(changes_on=Subquery(changes.values("starts_on")[:1]))


@dataclass(frozen=True, slots=True)
class OpenFiles:
    """The door to a person's page: people of ``people_in_lists`` whose file is open to an actor."""

    actor: Actor | None = None
    model: ClassVar[type[StaffMember]] = StaffMember

    def visible_to(self, actor: Actor) -> "OpenFiles":
        """Those whom the actor may look up (sight: due dates, status, why)."""
        return OpenFiles(actor)

    def get(self, *, pk: UUID) -> StaffMember:
        """One of them. Raises DoesNotExist."""
        for person in _person_with_open_file(person_id=pk, actor=self.actor) if self.actor else ():
            return person
        raise StaffMember.DoesNotExist


def team_rows(
    *,
    people: Collection[UUID],
    on: date,
    sessions: Sequence[SessionRow] | None = None,
    persons: Collection[Any] = (),
) -> list[TeamRow]:
    """A row for each of the people, most pressing first; in four queries whatever their number.

    ``sessions``: all of these people's, in order of time, and ``persons``: of ``people_in_lists``, for a caller that has
    them at hand.
    """
    listed: list[Any] = list(persons) or list(_persons(people=people, on=on))
    by_line = {person.pk: person.supervisor_by_line for person in listed if person.supervisor_by_line}
    contracts = contracts_of(people=people, on=on, supervisors=by_line)
    if sessions is None:
        sessions = session_rows(people=people)
    asked = questions(people=people, on=on, contracts=contracts, sessions=sessions)
    alone = [row for row in reversed(sessions) if not row.is_group]
    following = {row.supervisee_id: row for row in alone if row.is_planned and row.on >= on}
    latest = {row.supervisee_id: row for row in sessions if row.is_held and row.on <= on}
    rows = [
        TeamRow(
            person=person,
            job_title=person.job_title or "",
            supervisor=person.supervisor_name or "",
            assessment=answer(asked[person.pk]) if person.pk in asked else None,
            contract=contracts.get(person.pk, MISSING),
            next=following.get(person.pk),
            last=latest.get(person.pk),
            open_actions=person.open_actions or 0,
            exception=ExceptionView.read(person.exception) if person.exception else None,
            asked=ExceptionAsked.read(person.asked),
            question=asked.get(person.pk),
        )
        for person in listed
    ]
    return sorted(rows, key=lambda row: row.urgency)


def team_page(*, actor: Actor, on: date) -> list[TeamRow]:
    """Everyone whom the actor supervises on a day."""
    numbers = caseloads(people=actor.supervises, on=on)
    rows = team_rows(people=actor.supervises, on=on)
    return [replace(row, caseload=numbers.get(row.person.pk)) for row in rows]


def person_page(*, person: StaffMember, actor: Actor, on: date, number: str) -> PersonPage:
    """One person's supervision; the reader's relation decides how much of it.

    ``person``: of ``people_in_lists``; of anybody else that is read here, in one query more.
    """
    sees_details = may(access.check_can_see_details, actor, person.pk)
    sessions = session_rows(people=[person.pk], with_late=sees_details)
    persons = [person] if hasattr(person, "supervisor_by_line") else []
    row = team_rows(people=[person.pk], on=on, sessions=sessions, persons=persons)[0]
    if person.pk not in SupervisionSessionQuerySet.people_with_diary_open_to(actor):
        sessions = []
    elif actor.limited:
        sessions = [session for session in sessions if _sees_session(actor, session)]
    past = [row for row in reversed(sessions) if not row.is_planned or (row.is_group and row.on < on)]
    shown = Paginator(past, SESSIONS_ON_A_PAGE).get_page(number)
    return PersonPage(
        person=person,
        row=_with_caseload(row, on) if sees_details else _dates_only(row),
        is_self=person.pk == actor.staff_id,
        supervises=person.pk in actor.supervises,
        sees_details=sees_details,
        to_close=[row for row in sessions if row.is_planned and row.on < on and not row.is_group],
        booked=[session for session in sessions if session.is_planned and session.on >= on],
        past=shown,
        actions=_open_actions(person_id=person.pk, actor=actor),
        forecast=row.forecast if sees_details else None,
        last_year=became_of(sessions, since=add_months(on, -12)) if sees_details else None,
        to_rebook=last_of_each(waiting_for_a_date(sessions)) if person.pk in actor.supervises else (),
        agenda=_own_agenda(person, actor),
        review=row.contract.review if may(access.check_is_party, actor, person.pk) else None,
        balance=record_selectors.function_balance(person_id=person.pk, on=on) if sees_details else None,
    )


def _sees_session(actor: Actor, session: SessionRow) -> bool:
    """As ``SupervisionSession.visible_to`` says of a cover, who sees from a day on."""
    others = actor.next_up_for | actor.above_for | {actor.staff_id}
    return session.supervisee_id in others or actor.supervises_on(session.supervisee_id, session.on)


def _with_caseload(row: TeamRow, on: date) -> TeamRow:
    """The row with how many children the person holds; in one query."""
    return replace(row, caseload=caseloads(people=[row.person.pk], on=on).get(row.person.pk))


def _own_agenda(person: StaffMember, actor: Actor) -> Agenda | None:
    """What waits for the next session, for the two people themselves."""
    if not may(access.check_is_party, actor, person.pk):
        return None
    return agenda_of(supervisee=person, actor=actor)


@prepared
def _open_actions(*, person_id: UUID, actor: Actor) -> ActionQuerySet:
    open_actions = Action.objects.visible_to(actor).live().filter(record__subject=person_id)
    return open_actions.order_by(F("due_on").asc(nulls_last=True))


def _dates_only(row: TeamRow) -> TeamRow:
    """The row for those above, who see dates and not the why (sight: due dates, status, why)."""
    if row.assessment is None:
        return row
    bare = tuple(replace(rule, why="") for rule in row.assessment.rules)
    return replace(row, assessment=replace(row.assessment, rules=bare, messages=()))


def suggested_times(*, person: StaffMember, on: date) -> dict[str, Any]:
    """What a new booking starts from: the time and place of the last session, or the usual ones; no date."""
    last = SupervisionSession.objects.filter(supervisee=person).order_by("-on", "-starts").first()
    if last is None:
        return {"starts": USUAL_START, "ends": USUAL_END}
    return {"starts": last.starts, "ends": last.ends, "mode": last.mode, "place": last.place}
