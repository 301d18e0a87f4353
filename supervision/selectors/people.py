"""Rows and pages about supervisees: the team, one person, the diary, one session."""

from collections.abc import Collection, Sequence
from dataclasses import dataclass, replace
from datetime import date, datetime, time
from typing import Any
from uuid import UUID

from django.core.paginator import Page, Paginator
from django.db.models import Case, Count, F, OuterRef, Q, Subquery, When

from core.actor import Actor
from core.shortcuts import may
from policies import selectors as policies
from policies.rules.answers import URGENCY, Assessment
from records.models import Action, Record
from records.rules import shown_state
from staff.models import StaffMember
from supervision import access
from supervision.models import SupervisionSession, SupervisionSessionQuerySet
from supervision.selectors.contracts import MISSING, ContractView, contracts_of
from supervision.selectors.status import SessionRow, assessments, session_rows

SESSIONS_ON_A_PAGE = 20
USUAL_START, USUAL_END = time(10, 0), time(11, 30)


@dataclass(frozen=True, slots=True)
class TeamRow:
    """A supervisee as the supervisor, or somebody above, sees one in a list. ``next``: the next booked session."""

    person: StaffMember
    job_title: str
    supervisor: str
    assessment: Assessment | None
    contract: ContractView
    next: SessionRow | None
    last: SessionRow | None
    open_actions: int

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


@dataclass(frozen=True, slots=True)
class DiaryPage:
    """The actor's own diary: as supervisor and as supervisee. Sessions carry ``other_name``."""

    to_close: list[SupervisionSession]
    booked: list[SupervisionSession]
    past: Page


@dataclass(frozen=True, slots=True)
class SessionPage:
    """One session as one reader sees it. ``record`` is None where there is none, or none for this reader.

    ``draft_since``: for the next up, since when there is a record that nobody has signed. ``actions``: what the signed
    record agreed, and what became of it.
    """

    can_change: bool
    sees_details: bool
    moves: list[Any]
    record: Record | None
    standing: str
    draft_since: datetime | None
    can_write: bool
    awaits_me: bool
    actions: list[Action]


def team_rows(*, people: Collection[UUID], on: date, sessions: Sequence[SessionRow] | None = None) -> list[TeamRow]:
    """A row for each of the people, most pressing first; in six queries whatever their number.

    ``sessions``: all of these people's, in order of time, for a caller that has them at hand.
    """
    contracts = contracts_of(people=people, on=on)
    if sessions is None:
        sessions = session_rows(people=people)
    answers = assessments(people=people, on=on, contracts=contracts, sessions=sessions)
    following = {row.supervisee_id: row for row in reversed(sessions) if row.is_planned and row.on >= on}
    latest = {row.supervisee_id: row for row in sessions if row.is_held and row.on <= on}
    own_actions = Action.objects.live().filter(record__subject=OuterRef("pk")).order_by()
    number = own_actions.values("record__subject").annotate(number=Count("pk")).values("number")
    persons = StaffMember.objects.filter(pk__in=people).with_job_title(on=on).with_supervisor_name(on=on)
    rows = [
        TeamRow(
            person=person,
            job_title=person.job_title or "",
            supervisor=person.supervisor_name or "",
            assessment=answers.get(person.pk),
            contract=contracts.get(person.pk, MISSING),
            next=following.get(person.pk),
            last=latest.get(person.pk),
            open_actions=person.open_actions or 0,
        )
        for person in persons.annotate(open_actions=Subquery(number))
    ]
    return sorted(rows, key=lambda row: row.urgency)


def team_page(*, actor: Actor, on: date) -> list[TeamRow]:
    """Everyone whom the actor supervises on a day."""
    return team_rows(people=actor.supervises, on=on)


def person_page(*, person: StaffMember, actor: Actor, on: date, number: str) -> PersonPage:
    """One person's supervision; the reader's relation decides how much of it."""
    sessions = session_rows(people=[person.pk])
    sees_details = may(access.check_can_see_details, actor, person.pk)
    row = team_rows(people=[person.pk], on=on, sessions=sessions)[0]
    if person.pk not in SupervisionSessionQuerySet.people_with_diary_open_to(actor):
        sessions = []
    past = [session for session in reversed(sessions) if not session.is_planned]
    return PersonPage(
        person=person,
        row=row if sees_details else _dates_only(row),
        is_self=person.pk == actor.staff_id,
        supervises=person.pk in actor.supervises,
        sees_details=sees_details,
        to_close=[session for session in sessions if session.is_planned and session.on < on],
        booked=[session for session in sessions if session.is_planned and session.on >= on],
        past=Paginator(past, SESSIONS_ON_A_PAGE).get_page(number),
        actions=list(
            Action.objects.visible_to(actor)
            .live()
            .filter(record__subject=person)
            .order_by(F("due_on").asc(nulls_last=True))
        ),
    )


def _dates_only(row: TeamRow) -> TeamRow:
    """The row for those above, who see dates and not the why (sight: due dates, status, why)."""
    if row.assessment is None:
        return row
    bare = tuple(replace(rule, why="") for rule in row.assessment.rules)
    return replace(row, assessment=replace(row.assessment, rules=bare, messages=()))


def diary_page(*, actor: Actor, on: date, number: str) -> DiaryPage:
    """What the actor has in the diary with anybody, and what became of it."""
    own = _own_sessions(actor)
    past = own.exclude(status=SupervisionSession.Status.PLANNED).order_by("-on", "-starts")
    return DiaryPage(
        to_close=list(own.to_close(on=on).filter(supervisee_id__in=actor.supervises).order_by("on", "starts")),
        booked=list(own.planned().filter(on__gte=on).order_by("on", "starts")),
        past=Paginator(past, SESSIONS_ON_A_PAGE).get_page(number),
    )


def _own_sessions(actor: Actor) -> SupervisionSessionQuerySet:
    taken_over = Q(status=SupervisionSession.Status.PLANNED, supervisee_id__in=actor.supervises)
    mine = Q(supervisee_id=actor.staff_id) | Q(supervisor_id=actor.staff_id) | taken_over
    other = Case(When(supervisee_id=actor.staff_id, then=F("supervisor__name")), default=F("supervisee__name"))
    return SupervisionSession.objects.visible_to(actor).filter(mine).annotate(other_name=other)


def session_page(*, session: SupervisionSession, actor: Actor) -> SessionPage:
    """One session: what the reader may see of it and do with it."""
    records = Record.objects.visible_to(actor).with_state().with_parts()
    record = records.filter(pk=session.record_id).first() if session.record_id else None
    drafts = Record.objects.drafts_known_to(actor).filter(session=session)
    heads = record.get_heads() if record else []
    agreed = Action.objects.visible_to(actor).filter(record=record) if heads else Action.objects.none()
    return SessionPage(
        can_change=session.is_planned and may(access.check_can_change_session, actor, session),
        sees_details=may(access.check_can_see_details, actor, session.supervisee_id),
        moves=list(session.moves.order_by("moved_at")),
        record=record,
        standing=shown_state(record.state, heads[-1].meaning if heads else "") if record else "",
        draft_since=drafts.values_list("created_at", flat=True).first(),
        can_write=bool(record and may(access.check_can_write, actor, record) and record.state in ("draft", "returned")),
        awaits_me=bool(record and record.state == "awaiting" and record.subject_id == actor.staff_id),
        actions=list(agreed.order_by(F("due_on").asc(nulls_last=True), "pk")),
    )


def is_working_day(day: date, *, today: date) -> bool:
    """Whether the authority works on a day, by the calendar of its policy; any day is one where none is in force."""
    policy = policies.policy_in_force(today)
    return policy is None or policy.calendar.is_working(day)


def suggested_times(*, person: StaffMember, on: date) -> dict[str, Any]:
    """What a new booking starts from: the time and place of the last session, or the usual ones; no date."""
    last = SupervisionSession.objects.filter(supervisee=person).order_by("-on", "-starts").first()
    if last is None:
        return {"starts": USUAL_START, "ends": USUAL_END}
    return {"starts": last.starts, "ends": last.ends, "mode": last.mode, "place": last.place}
