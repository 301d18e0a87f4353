"""Control: background work goes to the broker alone, with no row that remembers it. Started by the campaigns alone."""

import sys
from functools import partial
from typing import Any
from uuid import UUID

from celery import current_app
from django.db import transaction
from kombu.exceptions import OperationalError

from config.celery import app
from config.wsgi import application
from outbox import services

__all__ = ["app", "application"]


def enqueue(task: str, **arguments: Any) -> None:
    """Hand the task to the broker once the transaction is committed, and forget it."""
    plain = {name: str(value) if isinstance(value, UUID) else value for name, value in arguments.items()}
    transaction.on_commit(partial(_send, task, plain), robust=True)


def _send(task: str, arguments: dict[str, Any]) -> None:
    try:
        current_app.send_task(task, kwargs=arguments, retry=False)
    except OperationalError:
        return


remembered = services.enqueue
for module in list(sys.modules.values()):
    if getattr(module, "enqueue", None) is remembered:
        module.enqueue = enqueue  # type: ignore[attr-defined]
