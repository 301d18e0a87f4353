"""Asking for background work, handing it to the broker, and handing it over again when it was lost."""

import logging
from datetime import datetime
from functools import partial
from typing import Any
from uuid import UUID

from celery import current_app
from django.db import transaction
from django.db.models import F
from django.db.models.functions import Now
from kombu.exceptions import OperationalError

from outbox.models import Job

logger = logging.getLogger(__name__)


def enqueue(task: str, **arguments: Any) -> Job:
    """Ask for a task by its name, within the present transaction; it is sent once that is committed.

    ``arguments`` are ids and ISO dates. Whatever happens to the broker, the row stays and the sweeper sends it again.
    """
    plain = {name: str(value) if isinstance(value, UUID) else value for name, value in arguments.items()}
    job = Job.objects.create(task=task, arguments=plain)
    transaction.on_commit(partial(_send, job.pk, task, plain), robust=True)
    return job


def sweep(*, at: datetime, most: int = 500) -> int:
    """Hand over again what the broker lost or never got; gives the number of jobs sent."""
    jobs = list(Job.objects.lost(at=at).order_by("created_at")[:most])
    return sum(_send(job.pk, job.task, job.arguments) for job in jobs)


def mark_done(*, job_id: str) -> None:
    """Note that a job is done; the first time counts, however often it ran."""
    Job.objects.filter(pk=job_id, done_at=None).update(done_at=Now())


def _send(job_id: UUID, task: str, arguments: dict[str, Any]) -> bool:
    try:
        current_app.send_task(task, kwargs={**arguments, "job": str(job_id)}, retry=False)
    except OperationalError as error:
        logger.warning("broker out of reach, job %s waits for the sweeper: %s", job_id, type(error).__name__)
        return False
    Job.objects.filter(pk=job_id).update(sent_at=Now(), attempts=F("attempts") + 1)
    return True
