"""Scans of files that people brought, in the background."""

from uuid import UUID

from celery import shared_task

from core.clock import now
from documents import services
from outbox.jobs import background


@background
def scan_file(*, stored_id: str, **_: object) -> None:
    """Have a file scanned for viruses; while the scanner is out of reach, it is asked for again and again."""
    services.scan_file(stored_id=UUID(stored_id), at=now())


@shared_task
def settle_waiting(**_: object) -> None:
    """Catch up on files that wait still, whatever became of the work that was asked for."""
    services.settle_waiting(at=now())
