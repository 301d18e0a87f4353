"""Calendar entries by mail, and drafts that nobody typed into, in the background."""

from uuid import UUID

from celery import shared_task

from core.clock import now
from outbox.jobs import background
from supervision import services


@background
def invite_to_sessions(*, session_ids: list[str], **_: object) -> None:
    """Tell the calendars of both people how sessions stand now."""
    services.invite_to_sessions(session_ids=[UUID(session_id) for session_id in session_ids], at=now())


@background
def invite_to_groups(*, group_ids: list[str], **_: object) -> None:
    """Tell the calendars of everybody who takes part how groups stand now."""
    services.invite_to_groups(group_ids=[UUID(group_id) for group_id in group_ids], at=now())


@shared_task
def send_waiting_invitations(**_: object) -> None:
    """Tell the calendars what could not be told before."""
    services.send_waiting(at=now())


@shared_task
def expire_drafts(**_: object) -> None:
    """Give up the drafts that nobody typed into for long; run again, it gives up nothing twice."""
    services.expire_drafts(at=now())
