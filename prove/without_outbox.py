"""Control: background work goes to the broker alone, with no row that remembers it. Started by the campaigns alone."""

import sys
from collections.abc import Iterable, Mapping
from functools import partial
from types import FunctionType
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


def enqueue_each(task: str, asked: Iterable[Mapping[str, Any]]) -> None:
    """The same, once with each of the arguments."""
    for arguments in asked:
        enqueue(task, **arguments)


def _send(task: str, arguments: dict[str, Any]) -> None:
    try:
        current_app.send_task(task, kwargs=arguments, retry=False)
    except OperationalError:
        return


def _replace_everywhere() -> None:
    """Put the forgetful ways in wherever a module took the name of a real one, under whatever name."""
    forgetful: dict[object, Any] = {services.enqueue: enqueue, services.enqueue_each: enqueue_each}
    for module in list(sys.modules.values()):
        for name, value in list(getattr(module, "__dict__", {}).items()):
            if isinstance(value, FunctionType) and value in forgetful:
                setattr(module, name, forgetful[value])


def _check_none_is_left() -> None:
    """Refuse to be a control while anything in the outbox still writes a row, or sends what a row remembers."""
    left = [
        name
        for name, value in vars(services).items()
        if isinstance(value, FunctionType)
        and value.__module__ == services.__name__
        and REMEMBERS.intersection(value.__code__.co_names)
    ]
    if left:
        raise RuntimeError(f"the outbox is not switched off, so this is no control: {left}")


# What a function of the outbox calls that keeps what it was asked for
REMEMBERS = frozenset({"create", "bulk_create", "get_or_create", "update_or_create", "save", "on_commit"})

_replace_everywhere()
_check_none_is_left()
