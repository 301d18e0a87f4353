"""The page of one session: what became of it, its record, and the children whom it spoke of."""

from collections.abc import Sequence
from dataclasses import dataclass, replace
from datetime import datetime
from typing import Any

from django.db.models import Exists, F, OuterRef

from core.actor import Actor
from core.clock import date_of
from core.shortcuts import may
from records.models import Action, Record
from records.rules import ADDED, Meaning, PartKind, standing_of
from supervision import access
from supervision.models import CaseEntry, Discussion, LeadTold, SessionMove, SessionUndo, SupervisionSession
from supervision.rules.discussions import NOT_DISCUSSED, discussions_settled
from supervision.selectors.agenda import Agenda, agenda_of, takes_more
from supervision.selectors.diary import leads_of
from supervision.selectors.discussed import DiscussedChild, chosen_in_depth, said_in
from supervision.selectors.entries import ChildToWrite, children_to_write, shared_entries, terms_of

SAYS = {
    Meaning.AUTHOR: "signed",
    Meaning.AGREE: "agreed and signed",
    Meaning.SEEN_NOT_AGREED: "has seen it and does not agree",
    Meaning.DECLINE: "declined to sign",
    Meaning.RETURN: "sent it back for correction",
    Meaning.CLOSURE: "closed it without the missing signature",
}


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
