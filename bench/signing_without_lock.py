"""The control of ``bench.signing``: the same program, in which nobody waits for anybody. Started by it alone."""

from typing import Any

from django.db.models import QuerySet

from config.wsgi import application
from records.models import Record

__all__ = ["application"]

# Whatever somebody who signs can wait at; background work keeps its own locks
WAITED_AT = ("records", "supervision", "staff", "cases")

locking = QuerySet.select_for_update


def select_for_update(rows: QuerySet[Any], *arguments: Any, **options: Any) -> QuerySet[Any]:
    """The same rows, not locked where people would wait for each other."""
    if rows.model._meta.app_label in WAITED_AT:
        return rows.all()
    return locking(rows, *arguments, **options)


# At the one place that every lock of a row comes through, whichever module asks for it
QuerySet.select_for_update = select_for_update  # type: ignore[method-assign, assignment]
if Record.objects.select_for_update(no_key=True).query.select_for_update:
    raise RuntimeError("The control locks records like the program: it would prove nothing.")
