"""Drafts that nobody typed into: given up after a while, and begun anew when they are wanted."""

from datetime import datetime, timedelta
from uuid import UUID

from django.conf import settings
from django.db import transaction

from core.actor import Actor
from core.errors import RuleBroken
from records import selectors as records
from records import services as record_services
from records.models import Record
from records.rules import Kind
from supervision import access
from supervision.models import GroupSession, SupervisionSession
from supervision.services import writing
from trail import services as trail


def expire_drafts(*, at: datetime) -> int:
    """Give up every draft that was opened long ago and never typed into; how many there were.

    Each in a transaction of its own. The session stays held, without a record, and says so until one is opened.
    """
    opened_before = at - timedelta(days=settings.UNTOUCHED_DRAFTS_EXPIRE_AFTER_DAYS)
    candidates = list(records.untouched_drafts(opened_before=opened_before))
    return sum(_expire(record_id, at=at) for record_id in candidates)


@transaction.atomic
def _expire(record_id: UUID, *, at: datetime) -> bool:
    session = _locked_session_of(record_id)
    if session and session.entries.exists():
        # Something is typed of a child, and it waits for this record to be signed with
        return False
    if not record_services.expire_draft(record_id=record_id, at=at):
        return False
    if session:
        session.record = None
        session.save(update_fields=["record"])
    GroupSession.objects.filter(record_id=record_id).update(record=None)
    return True


def _locked_session_of(record_id: UUID) -> SupervisionSession | None:
    """The session of a record under lock, so that no entry is opened meanwhile; None for a contract."""
    return SupervisionSession.objects.select_for_update(of=("self",)).filter(record_id=record_id).first()


@transaction.atomic
def share_with_entries(*, record_id: UUID, shared: bool, actor: Actor, at: datetime) -> bool:
    """Let the supervisee read the draft of a record and of every entry beside it, or stop it; whether that is a change.

    The session is locked first, as whoever saves an entry locks it. Raises NotAllowed for anybody but the author, and
    RuleBroken for what is signed already.
    """
    session = _locked_session_of(record_id)
    entries = list(session.entries.values_list("record_id", flat=True)) if session else []
    return record_services.share_draft(record_id=record_id, shared=shared, entries=entries, actor=actor, at=at)


@transaction.atomic
def open_session_record(*, session_id: UUID, actor: Actor, at: datetime) -> Record:
    """Open the record of a session that was held and has none; where there is one already, that one.

    Raises NotAllowed for anybody but the supervisor who held it, and RuleBroken for a session that was not held.
    """
    session = SupervisionSession.objects.visible_to(actor).select_for_update(of=("self",)).get(pk=session_id)
    access.check_can_record(actor, session)
    if not session.is_held:
        raise RuleBroken("A record is written of a session that was held.")
    if session.record is None:
        session.record = writing.open_draft(
            Kind.WORKER_RECORD, session.supervisee_id, of_session=session.kind, actor=actor, at=at
        )
        session.save(update_fields=["record"])
        trail.record(actor=actor, verb="session.record_opened", target=session, about=session.supervisee_id, at=at)
    return session.record
