"""How a background task is declared."""

from collections.abc import Callable
from typing import Any

from celery import Task, shared_task

from core.errors import DomainError, NotNow
from outbox import services


def background(function: Callable[..., None]) -> Task:
    """A task that the outbox may ask for: takes ids and ISO dates by name, may run twice, and notes when it is done.

    Delivered again after it was done, or given up, it does nothing. A refusal will not be another one tomorrow, so it is
    given up at once; any other fault is tried again, so many times; what is out of reach, for as long as it takes.
    """

    def run(*, job: str | None = None, **arguments: Any) -> None:
        if job and not services.is_open(job_id=job):
            return
        try:
            function(**arguments)
        except NotNow:
            raise
        except Exception as error:
            if job:
                services.mark_failed(job_id=job, is_final=isinstance(error, DomainError), fault=type(error).__name__)
            raise
        if job:
            services.mark_done(job_id=job)

    run.__doc__ = function.__doc__
    run.__name__ = function.__name__
    run.__module__ = function.__module__
    return shared_task(acks_late=True, reject_on_worker_lost=True)(run)
