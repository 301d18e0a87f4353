"""How a background task is declared."""

from collections.abc import Callable
from typing import Any

from celery import Task, shared_task

from outbox import services


def background(function: Callable[..., None]) -> Task:
    """A task that the outbox may ask for: takes ids and ISO dates by name, may run twice, and notes when it is done."""

    def run(*, job: str | None = None, **arguments: Any) -> None:
        function(**arguments)
        if job:
            services.mark_done(job_id=job)

    run.__doc__ = function.__doc__
    run.__name__ = function.__name__
    run.__module__ = function.__module__
    return shared_task(acks_late=True, reject_on_worker_lost=True)(run)
