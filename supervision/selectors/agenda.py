"""What two people have prepared for a session, and what is carried into it from before."""

from collections.abc import Sequence
from dataclasses import dataclass, field
from datetime import date, timedelta
from uuid import UUID

from django.db.models import F, Q, QuerySet, Subquery

from core.actor import Actor
from core.prepared import prepared
from records.models import Action
from staff.models import Absence, StaffMember
from supervision.models import AgendaItem, Preparation, SupervisionSession

LOOKS_AHEAD = timedelta(days=60)
FIRST_LOOK_BACK = timedelta(days=90)
UNSIGNED = (None, "draft", "returned")


@dataclass(frozen=True, slots=True)
class Agenda:
    """The agenda as one of the two sees it. ``waiting``: both can read these; ``own``: nobody else can yet.

    ``discussed``: in this session. ``silent``: who has shared nothing for it (R084).
    """

    waiting: Sequence[AgendaItem] = ()
    own: Sequence[AgendaItem] = ()
    discussed: Sequence[AgendaItem] = ()
    silent: Sequence[str] = ()

    @property
    def is_empty(self) -> bool:
        """Whether there is nothing to show."""
        return not (self.waiting or self.own or self.discussed)


@dataclass(frozen=True, slots=True)
class CarriedIn:
    """What comes into a session from before: open actions, loose ends, time away, and what there is to celebrate."""

    last: SupervisionSession | None
    actions: Sequence[Action] = ()
    left_over: str = ""
    loose_ends: Sequence[AgendaItem] = ()
    absences: Sequence[Absence] = ()
    praise: Sequence[AgendaItem] = ()


@dataclass(frozen=True, slots=True)
class PreparationPage:
    """How one of the two prepares a session. ``theirs``: the notes of the other, once they are shared.

    ``is_open``: whether there is still something to prepare. ``earlier``: a session that is booked before this one.
    """

    session: SupervisionSession
    earlier: SupervisionSession | None
    other: StaffMember
    agenda: Agenda
    mine: Preparation | None
    theirs: Preparation | None
    carried: CarriedIn = field(default_factory=lambda: CarriedIn(None))
    is_open: bool = True


def agenda_of(
    *, supervisee: StaffMember, actor: Actor, session: SupervisionSession | None = None, is_open: bool = True
) -> Agenda:
    """What waits to be discussed with a supervisee, and what ``session`` dealt with; in one query.

    ``is_open``: whether that session can still deal with what waits (``takes_more``).
    """
    items = _waiting(supervisee_id=supervisee.pk, session_id=session.pk if session else None, actor=actor)
    return _agenda(items, session=session, is_open=is_open)


@prepared
def _waiting(*, supervisee_id: UUID, session_id: UUID | None, actor: Actor) -> QuerySet[AgendaItem]:
    found = AgendaItem.objects.visible_to(actor).filter(supervisee=supervisee_id).select_related("raised_by")
    waits = Q(session=None)
    return found.filter(waits | Q(session=session_id) if session_id else waits).order_by("position", "pk")


def _agenda(items: Sequence[AgendaItem], *, session: SupervisionSession | None, is_open: bool) -> Agenda:
    waiting = [item for item in items if item.session_id is None] if is_open else []
    shared = [item for item in waiting if item.is_shared]
    raised = {item.raised_by_id for item in shared}
    sides = [session.supervisee, session.supervisor] if session and session.is_planned else []
    return Agenda(
        waiting=shared,
        own=[item for item in waiting if not item.is_shared],
        discussed=[item for item in items if session and item.session_id == session.pk],
        silent=[person.name for person in sides if person.pk not in raised],
    )


def takes_more(session: SupervisionSession, state: str | None) -> bool:
    """Whether a session can still deal with what waits: planned, or held with a record that is not signed."""
    return session.is_planned or (session.is_held and state in UNSIGNED)


def preparation_page(*, session: SupervisionSession, actor: Actor) -> PreparationPage:
    """Everything that one of the two prepares a session with."""
    is_supervisee = session.supervisee_id == actor.staff_id
    notes = {row.person_id: row for row in Preparation.objects.visible_to(actor).filter(session=session)}
    other = session.supervisor if is_supervisee else session.supervisee
    earlier = list(_before(session))
    last = next((each for each in reversed(earlier) if each.is_held), None)
    since = last.on if last else session.on - FIRST_LOOK_BACK
    is_open = takes_more(session, session.record_state)
    items = list(_items(session, actor, since=since))
    agenda = _agenda(items, session=session, is_open=is_open)
    return PreparationPage(
        session=session,
        earlier=next((each for each in earlier if each.is_planned), None) if session.is_planned else None,
        other=other,
        agenda=agenda,
        mine=notes.get(actor.staff_id),
        theirs=notes.get(other.pk),
        carried=CarriedIn(
            last=last,
            actions=list(_open_actions(session, actor)),
            left_over=last.left_over if last else "",
            loose_ends=[item for item in agenda.waiting if item.carried],
            absences=list(_time_away(session, since=since)),
            praise=[item for item in items if item.is_shared and item.kind == AgendaItem.Kind.GOOD_PRACTICE],
        ),
        is_open=is_open,
    )


def _before(session: SupervisionSession) -> QuerySet[SupervisionSession]:
    """The last session that was held before one, and those booked before it that nothing became of yet; in order."""
    before = Q(on__lt=session.on) | Q(on=session.on, starts__lt=session.starts)
    sessions = SupervisionSession.objects.filter(before, supervisee=session.supervisee_id)
    last = sessions.held().order_by("-on", "-starts").values("pk")[:1]
    planned = Q(status=SupervisionSession.Status.PLANNED)
    return sessions.filter(planned | Q(pk=Subquery(last))).order_by("on", "starts")


def _items(session: SupervisionSession, actor: Actor, *, since: date) -> QuerySet[AgendaItem]:
    """What waits, what the session dealt with, and the good practice that was noted since a day."""
    praise = Q(kind=AgendaItem.Kind.GOOD_PRACTICE, created_at__date__gte=since)
    seen = AgendaItem.objects.visible_to(actor).filter(supervisee=session.supervisee_id)
    return (
        seen.filter(Q(session=None) | Q(session=session) | praise)
        .select_related("raised_by")
        .order_by("position", "pk")
    )


def _open_actions(session: SupervisionSession, actor: Actor) -> QuerySet[Action]:
    actions = Action.objects.visible_to(actor).live().filter(record__subject=session.supervisee_id)
    return actions.order_by(F("due_on").asc(nulls_last=True), "pk")


def _time_away(session: SupervisionSession, *, since: date) -> QuerySet[Absence]:
    """Time away since a day and soon to come: the dates alone are shown (R165)."""
    away = Absence.objects.filter(person=session.supervisee_id, starts_on__lt=session.on + LOOKS_AHEAD)
    return away.filter(Q(ends_on=None) | Q(ends_on__gt=since)).order_by("starts_on")
