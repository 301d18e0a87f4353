"""Printing of records, files of one's own records, and reminders of actions, in the background."""

from uuid import UUID

from celery import shared_task

from core.clock import now
from outbox.jobs import background
from records import services
from records.rules import Audience


@background
def render_document(*, record_id: str, head: str, audience: str = Audience.FULL, **_: object) -> None:
    """Make the PDF of one head of a record's chain, once for each audience."""
    services.render_document(record_id=UUID(record_id), head=head, audience=Audience(audience), at=now())


@background
def make_own_export(*, export_id: str, **_: object) -> None:
    """Make the file of somebody's own records, once."""
    services.make_own_export(export_id=UUID(export_id), at=now())


@shared_task
def remove_old_exports(**_: object) -> None:
    """Remove the files whose week is over; run again, it removes nothing twice."""
    services.remove_old_exports(at=now())


@shared_task
def remind_of_actions(**_: object) -> None:
    """Ask for the reminders of today; asked again on the same day, it asks for none twice."""
    services.remind_of_actions(at=now())
