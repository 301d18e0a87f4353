"""Printing of records and reminders of actions, in the background."""

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


@shared_task
def remind_of_actions(**_: object) -> None:
    """Ask for the reminders of today; asked again on the same day, it asks for none twice."""
    services.remind_of_actions(at=now())
