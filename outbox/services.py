"""Asking for background work, handing it to the broker, and handing it over again when it was lost."""

import logging
import time
from collections.abc import Iterable, Mapping
from datetime import datetime
from functools import partial
from typing import Any
from uuid import UUID

from celery import current_app
from django.db import transaction
from django.db.models import F
from django.db.models.functions import Now
from kombu import pools
from kombu.exceptions import OperationalError

from core.models import new_ids
from outbox.models import Job

logger = logging.getLogger(__name__)

# A request never waits for a broker that is down: one more try at once, then none from this process for a while
GIVE_UP_AT_ONCE = {"max_retries": 1, "interval_start": 0, "interval_step": 0, "interval_max": 0}
PAUSE = 20.0
MOST_FAILURES = 12


class Pause:
    """Whether this process found the broker out of reach a moment ago."""

    until = 0.0


def enqueue(task: str, **arguments: Any) -> Job:
    """Ask for a task by its name, within the present transaction; it is sent once that is committed.

    ``arguments`` are ids and ISO dates. Whatever happens to the broker, the row stays and the sweeper sends it again.
    """
    job = Job.objects.create(task=task, arguments=_plain(arguments))
    transaction.on_commit(partial(_send_unless_paused, job.pk, task, job.arguments), robust=True)
    return job


def enqueue_each(task: str, asked: Iterable[Mapping[str, Any]]) -> list[Job]:
    """Ask for a task once with each of the arguments, in their order; otherwise the same. In at most two statements."""
    plain = [_plain(arguments) for arguments in asked]
    keys = new_ids(len(plain)) if plain else []
    jobs = [Job(pk=key, task=task, arguments=arguments) for key, arguments in zip(keys, plain, strict=True)]
    Job.objects.bulk_create(jobs)
    for job in jobs:
        transaction.on_commit(partial(_send_unless_paused, job.pk, task, job.arguments), robust=True)
    return jobs


def _plain(arguments: Mapping[str, Any]) -> dict[str, Any]:
    return {name: str(value) if isinstance(value, UUID) else value for name, value in arguments.items()}


def sweep(*, at: datetime, most: int = 500) -> int:
    """Hand over again what the broker lost or never got, the oldest first; gives the number of jobs sent.

    Stops at the first that the broker does not take: the next sweep begins there.
    """
    sent = 0
    for job in Job.objects.lost(at=at).order_by("created_at")[:most]:
        if not _send(job.pk, job.task, job.arguments):
            break
        sent += 1
    return sent


def mark_done(*, job_id: str) -> None:
    """Note that a job is done; the first time counts, however often it ran."""
    Job.objects.filter(pk=job_id, done_at=None).update(done_at=Now())


def is_open(*, job_id: str) -> bool:
    """Whether a job is still to be done: neither done nor given up."""
    return Job.objects.filter(pk=job_id, done_at=None, gave_up_at=None).exists()


def mark_failed(*, job_id: str, is_final: bool, fault: str) -> None:
    """Note that a job ran into a fault; the last of so many, or a final one, gives it up, and the log says so.

    ``fault``: the kind of the fault, never its words, which may hold what people typed.
    """
    jobs = Job.objects.filter(pk=job_id, done_at=None, gave_up_at=None)
    jobs.update(failures=F("failures") + 1)
    if not is_final:
        jobs = jobs.filter(failures__gte=MOST_FAILURES)
    if jobs.update(gave_up_at=Now()):
        logger.error("job %s given up: %s", job_id, fault)


def count_given_up() -> int:
    """How many jobs nobody tries again."""
    return Job.objects.given_up().count()


def _send_unless_paused(job_id: UUID, task: str, arguments: dict[str, Any]) -> None:
    if time.monotonic() >= Pause.until:
        _send(job_id, task, arguments)


def _send(job_id: UUID, task: str, arguments: dict[str, Any]) -> bool:
    connection = current_app.connection_for_write()
    connection.transport_options = {**connection.transport_options, **GIVE_UP_AT_ONCE}
    try:
        with pools.producers[connection].acquire(block=True) as producer:
            current_app.send_task(task, kwargs={**arguments, "job": str(job_id)}, producer=producer, retry=False)
    except OperationalError as error:
        Pause.until = time.monotonic() + PAUSE
        logger.warning("broker out of reach, job %s waits for the sweeper: %s", job_id, type(error).__name__)
        return False
    Pause.until = 0.0
    Job.objects.filter(pk=job_id).update(sent_at=Now(), attempts=F("attempts") + 1)
    return True
