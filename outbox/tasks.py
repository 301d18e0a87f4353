"""The sweeper, run by beat."""

from typing import Any

from celery import shared_task
from django.utils import timezone

from outbox import services


@shared_task
def sweep(**_: Any) -> None:
    """Hand lost jobs to the broker again."""
    services.sweep(at=timezone.now())
