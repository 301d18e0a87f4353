"""Rows and pages about supervisees: the team, one person, the diary, one session."""

from collections.abc import Collection, Sequence
from dataclasses import dataclass, replace
from datetime import date, datetime, time
from typing import Any, ClassVar
from uuid import UUID

from django.core.paginator import Page, Paginator
from django.db.models import Count, Exists, F, OuterRef, Subquery

from core.actor import Actor
from core.clock import date_of
from core.prepared import prepared
from core.shortcuts import may
from policies.rules.answers import URGENCY, Assessment
from policies.rules.durations import add_months
from policies.rules.labels import label_in
from records import selectors as record_selectors
from records.action_models import ActionQuerySet
from records.models import Action, Record
from records.rules import ADDED, Meaning, PartKind, standing_of
from records.selectors import Balance
from staff.models import StaffMember, StaffMemberQuerySet, SupervisionRelationship
from supervision import access
from supervision.models import (
    CaseEntry,
    Discussion,
    LeadTold,
    SessionMove,
    SessionUndo,
    SupervisionSession,
    SupervisionSessionQuerySet,
)
from supervision.rules import Forecast
from supervision.rules.discussions import NOT_DISCUSSED, discussions_settled
from supervision.selectors.agenda import Agenda, agenda_of, takes_more
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
from supervision.selectors.diary import Became, became_of, last_of_each, leads_of, waiting_for_a_date
from supervision.selectors.discussed import DiscussedChild, chosen_in_depth, said_in
from supervision.selectors.entries import ChildToWrite, children_to_write, shared_entries, terms_of
from supervision.selectors.programmes import steps_in
from supervision.selectors.rows import SessionRow, session_rows
from supervision.selectors.status import OfQuestion, Question, answer, comes_alone, foresee, questions

SESSIONS_ON_A_PAGE = 20
SAYS = {
    Meaning.AUTHOR: "signed",
    Meaning.AGREE: "agreed and signed",
    Meaning.SEEN_NOT_AGREED: "has seen it and does not agree",
    Meaning.DECLINE: "declined to sign",
    Meaning.RETURN: "sent it back for correction",
    Meaning.CLOSURE: "closed it without the missing signature",
}
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


@dataclass(frozen=True, slots=True)
class SignatureRow:
    """A signature of a session's record: whose, what it says in words, and when."""

    name: str
    says: str
    signed_at: datetime


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
    agenda: Agenda | None = None
    signatures: Sequence[SignatureRow] = ()
    undone: Sequence[SessionUndo] = ()
    can_undo: bool = False
    can_open_record: bool = False
    leads_told: Sequence[LeadTold] = ()
    can_tell_leads: bool = False
    can_mark_children: bool = False
    discussed: Sequence[DiscussedChild] = ()
    purposes: Sequence[str] = ()
    to_write: Sequence[ChildToWrite] = ()
    entries: Sequence[CaseEntry] = ()
    in_depth: Sequence[str] = ()

    @property
    def left_out(self) -> bool:
        """Whether a child was said not to have been discussed."""
        return any(each.discussion.depth == NOT_DISCUSSED for each in self.discussed)


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
    return people_in_lists(on=actor.on).with_file_open_to(actor).filter(pk=person_id)


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


def session_page(*, session: SupervisionSession, actor: Actor) -> SessionPage:
    """One session: what the reader may see of it and do with it."""
    records = Record.objects.visible_to(actor).with_state().with_parts()
    record = records.filter(pk=session.record_id).first() if session.record_id else None
    drafts = Record.objects.drafts_known_to(actor).filter(session=session)
    told, may_tell = leads_of(session, actor)
    heads = record.get_heads() if record else []
    agreed = Action.objects.visible_to(actor).filter(record=record) if heads else Action.objects.none()
    is_unsigned = not discussions_settled(record.state if record else None)
    sees_details = may(access.check_can_see_details, actor, session.supervisee_id)
    may_mark = session.is_held and is_unsigned and may(access.check_can_record, actor, session)
    was_moved, was_undone, was_marked = _what_there_is(session)
    shows_children = was_marked and session.is_held and sees_details
    purposes, discussed = said_in(session, actor, children=shows_children) if sees_details else ([], [])
    return SessionPage(
        can_change=session.is_planned and may(access.check_can_change_session, actor, session),
        sees_details=sees_details,
        moves=list(session.moves.order_by("moved_at")) if was_moved else [],
        record=record,
        standing=standing_of(heads) if record else "",
        draft_since=drafts.values_list("created_at", flat=True).first() if session.record_id and not record else None,
        can_write=bool(record and may(access.check_can_write, actor, record) and record.state in ("draft", "returned")),
        awaits_me=bool(record and record.state == "awaiting" and record.subject_id == actor.staff_id),
        actions=list(agreed.order_by(F("due_on").asc(nulls_last=True), "pk")),
        agenda=_session_agenda(session, actor, record.state if record else None),
        in_depth=chosen_in_depth(session, actor=actor) if session.is_planned else (),
        signatures=_signatures(session, record),
        undone=list(session.undone.order_by("undone_at")) if was_undone else [],
        can_undo=_may_undo(session, actor),
        can_open_record=session.is_held and session.record_id is None and may(access.check_can_record, actor, session),
        leads_told=told,
        can_tell_leads=may_tell,
        can_mark_children=may_mark,
        discussed=discussed,
        purposes=purposes,
        to_write=_to_write(session, discussed) if may_mark and was_marked else (),
        entries=shared_entries(session, actor) if was_marked and actor.staff_id == session.supervisee_id else (),
    )


def _to_write(session: SupervisionSession, discussed: Sequence[DiscussedChild]) -> list[ChildToWrite]:
    """The children to write about, each with the capabilities that its discussion shows, in words."""
    shown = {each.discussion.child_id: each.capabilities for each in discussed}
    children = children_to_write(session, terms=terms_of(session), with_parts=False)
    return [replace(each, capabilities=shown.get(each.child.pk, ())) for each in children]


def _what_there_is(session: SupervisionSession) -> tuple[bool, bool, bool]:
    """Whether it was moved, entered by mistake, and marked with children: mostly none, and so not asked for one by one."""
    here = {"session": OuterRef("pk")}
    found = SupervisionSession.objects.filter(pk=session.pk).values_list(
        Exists(SessionMove.objects.filter(**here)),
        Exists(SessionUndo.objects.filter(**here)),
        Exists(Discussion.objects.filter(**here)),
    )
    moved, undone, marked = found.get()
    return moved, undone, marked


def _session_agenda(session: SupervisionSession, actor: Actor, state: str | None) -> Agenda | None:
    """The agenda, for the two people themselves. A session that was not held has none any more."""
    if not (session.is_planned or session.is_held) or not may(access.check_can_prepare, actor, session):
        return None
    is_open = takes_more(session, state)
    return agenda_of(supervisee=session.supervisee, actor=actor, session=session, is_open=is_open)


def _signatures(session: SupervisionSession, record: Record | None) -> list[SignatureRow]:
    """The signatures of the record, as each says; without what was typed."""
    names = {session.supervisee_id: session.supervisee.name, session.supervisor_id: session.supervisor.name}
    return [
        SignatureRow(names.get(part.signer_id, "Another manager"), SAYS[Meaning(part.meaning)], part.signed_at)
        for part in (record.parts.all() if record else ())
        if Meaning(part.meaning) in SAYS and PartKind(part.kind) not in ADDED
    ]


def _may_undo(session: SupervisionSession, actor: Actor) -> bool:
    """Whether a cancellation, or that somebody did not come, was entered today and can be put right."""
    is_off = session.status in (SupervisionSession.Status.CANCELLED, SupervisionSession.Status.DID_NOT_ATTEND)
    today = session.closed_at is not None and date_of(session.closed_at) == actor.on
    return is_off and today and may(access.check_can_change_session, actor, session)


def suggested_times(*, person: StaffMember, on: date) -> dict[str, Any]:
    """What a new booking starts from: the time and place of the last session, or the usual ones; no date."""
    last = SupervisionSession.objects.filter(supervisee=person).order_by("-on", "-starts").first()
    if last is None:
        return {"starts": USUAL_START, "ends": USUAL_END}
    return {"starts": last.starts, "ends": last.ends, "mode": last.mode, "place": last.place}
