"""What two people have prepared for a session, and what is carried into it from before."""

from collections.abc import Sequence
from dataclasses import dataclass, field
from datetime import timedelta

from django.db.models import Q

from core.actor import Actor
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

    ``is_open``: whether there is still something to prepare.
    """

    session: SupervisionSession
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
    found = AgendaItem.objects.visible_to(actor).filter(supervisee=supervisee).select_related("raised_by")
    waits, here = Q(session=None), Q(session=session)
    items = list(found.filter(waits | here if session else waits).order_by("position", "pk"))
    waiting = [item for item in items if item.session_id is None]
    if not is_open:
        waiting = []
    shared = [item for item in waiting if item.is_shared]
    raised = {item.raised_by_id for item in shared}
    sides = [session.supervisee, session.supervisor] if session and session.is_planned else []
    return Agenda(
        waiting=shared,
        own=[item for item in waiting if not item.is_shared],
        discussed=[item for item in items if item.session_id],
        silent=[person.name for person in sides if person.pk not in raised],
    )


def takes_more(session: SupervisionSession, state: str | None) -> bool:
    """Whether a session can still deal with what waits: planned, or held with a record that is not signed."""
    return session.is_planned or (session.is_held and state in UNSIGNED)


def comes_before(session: SupervisionSession) -> SupervisionSession | None:
    """The session that is booked earlier than a planned one with the same supervisee: what waits is for that one."""
    planned = SupervisionSession.objects.planned().filter(supervisee=session.supervisee_id)
    earlier = Q(on__lt=session.on) | Q(on=session.on, starts__lt=session.starts)
    return planned.filter(earlier).order_by("on", "starts").first()


def preparation_page(*, session: SupervisionSession, actor: Actor) -> PreparationPage:
    """Everything that one of the two prepares a session with."""
    is_supervisee = session.supervisee_id == actor.staff_id
    rows = Preparation.objects.visible_to(actor).filter(session=session)
    notes = {row.person_id: row for row in rows}
    other = session.supervisor if is_supervisee else session.supervisee
    is_open = takes_more(session, session.record_state)
    agenda = agenda_of(supervisee=session.supervisee, actor=actor, session=session, is_open=is_open)
    return PreparationPage(
        session=session,
        other=other,
        agenda=agenda,
        mine=notes.get(actor.staff_id),
        theirs=notes.get(other.pk),
        carried=carried_in(session=session, actor=actor, waiting=agenda.waiting),
        is_open=is_open,
    )


def carried_in(*, session: SupervisionSession, actor: Actor, waiting: Sequence[AgendaItem]) -> CarriedIn:
    """What comes into a session from before. Of time away the dates alone (R165)."""
    before = Q(on__lt=session.on) | Q(on=session.on, starts__lt=session.starts)
    held = SupervisionSession.objects.held().filter(before, supervisee=session.supervisee_id)
    last = held.order_by("-on", "-starts").first()
    since = last.on if last else session.on - FIRST_LOOK_BACK
    actions = Action.objects.visible_to(actor).live().filter(record__subject=session.supervisee_id)
    away = Absence.objects.filter(person=session.supervisee_id, starts_on__lt=session.on + LOOKS_AHEAD)
    praised = (
        AgendaItem.objects.visible_to(actor)
        .shared()
        .filter(supervisee=session.supervisee_id, kind=AgendaItem.Kind.GOOD_PRACTICE, created_at__date__gte=since)
    )
    return CarriedIn(
        last=last,
        actions=list(actions.order_by("due_on", "pk")),
        left_over=last.left_over if last else "",
        loose_ends=[item for item in waiting if item.carried],
        absences=list(away.filter(Q(ends_on=None) | Q(ends_on__gt=since)).order_by("starts_on")),
        praise=list(praised.select_related("raised_by").order_by("created_at")),
    )
