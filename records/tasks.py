"""Printing of records, in the background."""

from uuid import UUID

from core.clock import now
from outbox.jobs import background
from records import services


@background
def render_document(*, record_id: str, head: str, **_: object) -> None:
    """Make the PDF of one head of a record's chain, once."""
    services.render_document(record_id=UUID(record_id), head=head, at=now())
