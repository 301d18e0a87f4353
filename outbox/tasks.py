"""The sweeper, run by beat."""

from typing import Any

from celery import shared_task

from core.clock import now
from outbox import services


@shared_task
def sweep(**_: Any) -> None:
    """Hand lost jobs to the broker again."""
    services.sweep(at=now())
