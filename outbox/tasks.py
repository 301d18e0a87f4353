"""The sweeper, run by beat."""

import logging
from typing import Any

from celery import shared_task

from core.clock import now
from outbox import services

logger = logging.getLogger(__name__)


@shared_task
def sweep(**_: Any) -> None:
    """Hand lost jobs to the broker again."""
    services.sweep(at=now())
    if given_up := services.count_given_up():
        logger.error("%s jobs are given up", given_up)
